"""The words of the pages of chains, each told once."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guatu.chains.choices import POSTS
from guatu.chains.rules.standing import MISSING, PRESENT, STRONG, UNKNOWN, WEAK

TIERS = {
    "upstream": gettext_lazy("upstream"),
    "midstream": gettext_lazy("midstream"),
    "downstream": gettext_lazy("downstream"),
    "service": pgettext_lazy("tier of a chain", "services"),
}
STATUSES = {
    MISSING: pgettext_lazy("status of a node", "missing"),
    WEAK: pgettext_lazy("status of a node", "weak"),
    PRESENT: pgettext_lazy("status of a node", "present"),
    STRONG: pgettext_lazy("status of a node", "strong"),
    UNKNOWN: pgettext_lazy("status of a node", "not known yet"),
}
CHOKE = gettext_lazy("choke point")
ROLES = {
    "makes": gettext_lazy("makers"),
    "develops": gettext_lazy("developers"),
    "sells": gettext_lazy("sellers"),
    "serves": gettext_lazy("service providers"),
}
#: What one enterprise does.
ROLE_WORDS = {
    "makes": gettext_lazy("makes"),
    "develops": gettext_lazy("develops"),
    "sells": gettext_lazy("sells"),
    "serves": gettext_lazy("serves"),
}
USERS = gettext_lazy("users")
PLACES = {
    "here": pgettext_lazy("place", "here"),
    "near": pgettext_lazy("place", "nearby"),
    "province": pgettext_lazy("place", "province"),
    "nation": pgettext_lazy("place", "nation"),
}
KINDS = {
    "material": pgettext_lazy("supply", "material"),
    "component": pgettext_lazy("supply", "component"),
    "equipment": pgettext_lazy("supply", "equipment"),
    "process": pgettext_lazy("supply", "process"),
    "service": pgettext_lazy("supply", "service"),
    "product": pgettext_lazy("supply", "product"),
}
FIELDS = {
    "name": gettext_lazy("name"),
    "scope": gettext_lazy("business scope"),
    "main_business": gettext_lazy("main business"),
    "products": gettext_lazy("products"),
}
GAP_TERMS = {
    "demand": gettext_lazy("demand here"),
    "criticality": gettext_lazy("criticality"),
    "scarcity_here": gettext_lazy("scarcity here"),
    "scarcity_nation": gettext_lazy("scarcity in the nation"),
    "reach": gettext_lazy("within reach"),
    "substitution": gettext_lazy("substitution"),
}
POST_WORDS = dict(POSTS)


def status(code: str) -> str:
    return str(STATUSES[code])


def post(code: str) -> str:
    return str(POST_WORDS[code])


def graph_words() -> dict[str, str]:
    """What the drawing says by itself."""
    return {
        "choke": str(CHOKE),
        "none": _("No node has these words."),
        "drawing": _("Drawing of the chain. Arrow keys walk from node to node, Enter opens one, plus and minus zoom, 0 fits all."),
    }
