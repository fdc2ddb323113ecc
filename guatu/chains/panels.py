"""What chains show on pages below them: an enterprise's place on the chains, on its page in the register."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains.pages import words
from guatu.chains.queries.positions import positions
from guatu.kernel.registry import fill
from guatu.kernel.web.panels import Panel


@fill("register_enterprise")
def on_the_chains(row: dict, scope) -> Panel | None:
    """The nodes on which an enterprise of the register stands."""
    if not scope.may("chains"):
        return None
    found = positions(row["key"], timezone.localdate())
    if not found:
        return None
    return Panel(_("On the chains"), "chains/_positions.html", {"rows": [{
        "chain": one.chain_name, "node": one.node_name, "url": reverse("chains:node", args=[one.chain, one.node]),
        "chain_url": reverse("chains:chain", args=[one.chain]), "role": str(words.ROLE_WORDS.get(one.role, one.role)),
        "term": one.term, "verdict": one.verdict,
    } for one in found]})
