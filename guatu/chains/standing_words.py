"""Words for codes of standing, in the reader's language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATUS_LABELS = {
    "missing": pgettext_lazy("status of a node", "missing"),
    "weak": pgettext_lazy("status of a node", "weak"),
    "present": pgettext_lazy("status of a node", "present"),
    "strong": pgettext_lazy("status of a node", "strong"),
}

TIER_LABELS = {
    "upstream": pgettext_lazy("tier of a chain", "upstream"),
    "midstream": pgettext_lazy("tier of a chain", "midstream"),
    "downstream": pgettext_lazy("tier of a chain", "downstream"),
    "service": pgettext_lazy("tier of a chain", "service"),
}

TERM_LABELS = {
    "demand": _("demand here"),
    "criticality": _("criticality"),
    "scarcity_here": _("scarcity here"),
    "scarcity_nation": _("scarcity in the nation"),
    "reach": _("reach of the next makers"),
    "substitution": _("substitution by sellers"),
}
