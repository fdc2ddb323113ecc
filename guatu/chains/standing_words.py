"""Words for codes of standing, in the reader's language."""

from django.utils.translation import gettext_lazy as _

STATUS_LABELS = {
    "missing": _("missing"),
    "weak": _("weak"),
    "present": _("present"),
    "strong": _("strong"),
}

TIER_LABELS = {
    "upstream": _("upstream"),
    "midstream": _("midstream"),
    "downstream": _("downstream"),
    "service": _("service"),
}

TERM_LABELS = {
    "demand": _("demand here"),
    "criticality": _("criticality"),
    "scarcity_here": _("scarcity here"),
    "scarcity_nation": _("scarcity in the nation"),
    "reach": _("reach of the next makers"),
    "substitution": _("substitution by sellers"),
}
