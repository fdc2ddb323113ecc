"""A chain on two days, or seen from two zones: node by node, with what differs marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.chains.pages import words
from guatu.chains.pages.reading import Look, look, standing_of, zone_of, zones_of
from guatu.chains.rules.comparing import compared
from guatu.chains.rules.standing import STATUSES, Comparison, NodeChange, Panorama
from guatu.kernel.web.asked import day

FIGURES = {"makers": "makes", "developers": "develops", "sellers": "sells", "servers": "serves"}


@dataclass(frozen=True)
class Figure:
    """A figure on both sides and by how much the second is more."""

    first: int | Decimal | None
    second: int | Decimal | None

    @property
    def change(self) -> str:
        if self.first is None or self.second is None or self.first == self.second:
            return ""
        return f"{self.second - self.first:+,}".replace("-", "−")


@require_safe
def compare_page(request, code: str):
    """`as_of` and `zone` name the first side, `day2` and `zone2` the second; what is left out is that of the first."""
    seen = look(request, code)
    given = seen.address.given
    other_day = day(given.get("day2"), "day2") or seen.address.as_of
    other_zone = zone_of(seen.scope, given["zone2"]) if given.get("zone2") else seen.zone
    other, why, todo = standing_of(seen.scope, seen.chain, other_zone, replace(seen.address, as_of=other_day))
    comparison = compared(seen.panorama, other) if seen.panorama and other else None
    only = given.get("only") == "moved"
    return render(request, "chains/compare.html", {
        "seen": seen, "chain": seen.chain, "address": seen.address, "zones": zones_of(seen.scope), "other_zone": other_zone,
        "other_day": other_day, "comparison": comparison, "why": seen.why or why, "todo": seen.todo or todo,
        "sides": [side(seen.panorama), side(other)] if comparison else [],
        "totals": totals(comparison) if comparison else [],
        "rows": [_row(seen, change) for change in comparison.nodes if not only or moved(change)] if comparison else [],
        "moved": sum(map(moved, comparison.nodes)) if comparison else 0, "only": only,
        "chain_url": seen.link("chain"), "is_same": other_day == seen.address.as_of and other_zone == seen.zone,
    })


def moved(change: NodeChange) -> bool:
    """Whether status or counts differ. A rank alone moves with every other node, which is no news of this one."""
    return any(one != other for one, other in (
        change.status, change.makers, change.developers, change.sellers, change.servers))


def side(panorama: Panorama) -> str:
    """One side in words."""
    return _("%(zone)s, %(day)s") % {"zone": panorama.zone_name, "day": panorama.as_of.isoformat()}


def totals(comparison: Comparison) -> list[tuple[str, str, Figure]]:
    """Nodes by status and choke points on both sides: code, word, figure."""
    def count(panorama: Panorama, status: str) -> int:
        return sum(node.status == status for node in panorama.nodes)

    return [
        (status, words.status(status), Figure(count(comparison.first, status), count(comparison.second, status)))
        for status in STATUSES
    ] + [("choke", str(words.CHOKE), Figure(
        sum(node.choke_point for node in comparison.first.nodes), sum(node.choke_point for node in comparison.second.nodes)))]


def _row(seen: Look, change: NodeChange) -> dict:
    return {
        "name": change.name, "url": seen.link("node", change.code), "code": change.code, "status": change.status,
        "differs": moved(change), "is_other_status": change.status[0] != change.status[1],
        "figures": [(str(words.ROLES[role]), Figure(*getattr(change, name)))
                    for name, role in FIGURES.items()],
        "rank": change.rank,
    }
