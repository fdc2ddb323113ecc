"""The list of chains with their figures from a zone on a day."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.chains import catalogue
from guatu.chains.pages import words
from guatu.chains.pages.reading import standings_of, zone_of, zones_of
from guatu.chains.queries.people import leads
from guatu.chains.rules.standing import MISSING, STATUSES, WEAK
from guatu.kernel.recording import known
from guatu.kernel.web.asked import asked
from guatu.kernel.web.session import scope_of


@require_safe
def chains_page(request):
    """Every chain with its lead, its nodes and, where a register is mapped, what is missing and weak."""
    scope = scope_of(request)
    scope.require("chains", "view")
    address = asked(request)
    zone = zone_of(scope, address.zone)
    led = leads(scope, address.as_of, address.known_at)
    chains = catalogue.chains(address.as_of, known(address.known_at))
    panoramas, why, todo = standings_of(scope, list(chains), zone, address)
    rows = [_row(chain, panoramas.get(code), address, led.get(code, [])) for code, chain in chains.items()]
    return render(request, "chains/chains.html", {
        "rows": rows, "why": why, "todo": todo, "zone": zone, "zones": zones_of(scope), "address": address,
        "known": not why, "may_edit": scope.may("chain_editions", "add"),
        "statuses": [(status, words.status(status)) for status in STATUSES],
    })


def _row(chain, panorama, address, led: list[str]) -> dict:
    def link(**changes) -> str:
        return address.link(reverse("chains:chain", args=[chain.code]), **changes)

    nodes = panorama.nodes if panorama else ()
    counts = {status: sum(node.status == status for node in nodes) for status in STATUSES}
    return {
        "chain": chain, "url": link(), "leads": led, "nodes": len(chain.nodes),
        "missing": counts[MISSING] if nodes else None, "missing_url": link(status=MISSING) + "#nodes",
        "weak": counts[WEAK] if nodes else None, "weak_url": link(status=WEAK) + "#nodes",
        "choke": sum(node.choke_point for node in nodes) if nodes else None, "choke_url": link(status="choke") + "#nodes",
        "mapped": panorama.coverage.mapped_here if panorama else None,
        "bar": [(status, round(100 * n / len(nodes), 2), n) for status, n in counts.items() if n] if nodes else [],
        "bar_words": _("; ").join(f"{words.status(status)} {n}" for status, n in counts.items()) if nodes else "",
    }
