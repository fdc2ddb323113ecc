"""What targets show on pages below them: the way to the ranking on a gap's page, to the gaps of an enterprise, and the lists of a
chain; and what they work out when the register was mapped."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel.registry import fill
from guatu.kernel.warehouse import engine
from guatu.kernel.web.panels import Panel
from guatu.outreach.kin import kin
from guatu.outreach.models import TargetList


@fill("chains.node")
def of_gap(scope, chain, node, zone, address) -> Panel | None:
    """On the page of a node: who could fill it."""
    if zone is None or not scope.may("enterprises"):
        return None
    return Panel(_("Whom to win for it"), "outreach/_gap_panel.html", {
        "url": address.link(reverse("outreach:targets", args=[chain.code, node.code]), zone=zone.code),
        "lists": _lists(scope, zone, chain.code, node.code)})


@fill("register_enterprise")
def of_firm(row: dict, scope) -> Panel | None:
    """On the page of an enterprise of the register: what it could fill."""
    if not scope.may("chains"):
        return None
    return Panel(_("Gaps that it fits"), "outreach/_fits_panel.html", {"url": reverse("outreach:fits", args=[row["key"]])})


@fill("chains.chain")
def of_chain(scope, chain, zone, address) -> Panel | None:
    """On the page of a chain: its target lists."""
    lists = _lists(scope, zone, chain.code) if chain is not None and zone is not None else []
    return Panel(_("Target lists"), "outreach/_lists_panel.html", {"lists": lists}) if lists else None


def _lists(scope, zone, chain: str, node: str = "") -> list[TargetList]:
    if not scope.may("target_lists"):
        return []
    rows = TargetList.objects.within(scope, "view", "target_lists").filter(zone=zone, chain=chain)
    return list((rows.filter(node=node) if node else rows).order_by("name")[:50])


@fill("target_lists.detail")
def on_its_record(row: TargetList, scope, as_of) -> Panel:
    """On the record of a list: the way to its page."""
    return Panel(_("Working page"), "outreach/_list_link.html", {"row": row})


@fill("register_mapped")
def names_read() -> None:
    """Takes the names of the newest register apart, so that the first reader of a ranking need not wait for it."""
    register = REGISTER.snapshot()
    if register is not None and register.files():
        kin(register, engine())
