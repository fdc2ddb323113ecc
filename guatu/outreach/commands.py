"""Commands of outreach, by noun."""

from guatu.outreach import lead_commands, targets_commands, trip_commands  # noqa: F401  (they register their commands)
