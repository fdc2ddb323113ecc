"""Resources of outreach, by noun."""

from guatu.outreach import admission_resources, lead_resources  # noqa: F401  (registered by being imported)
