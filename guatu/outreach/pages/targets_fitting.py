"""For an enterprise of the register: the gaps that it fits, seen from a zone, each with the terms by which it is ranked there."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from guatu.chains import catalogue
from guatu.chains.pages.reading import standings_of, zone_of, zones_of
from guatu.chains.rules.graph import Node
from guatu.enterprises.register.queries import enterprise
from guatu.kernel.web.asked import Asked, asked
from guatu.kernel.web.session import scope_of
from guatu.outreach.pages.targets import shown
from guatu.outreach.queries.targets import fitting
from guatu.outreach.queries.targets_lists import on_lists
from guatu.outreach.rules.targets import Rated


@require_safe
def fitting_page(request, key: str):
    """What the enterprise makes or develops that a zone lacks, and what it makes that is not lacking there."""
    scope = scope_of(request)
    scope.require("chains", "view")
    scope.require("enterprises", "view")
    row, address = enterprise(key), asked(request)
    zone = zone_of(scope, address.zone)
    chains = catalogue.chains(address.as_of)
    panoramas, why, todo = standings_of(scope, sorted(chains), zone, address)
    fits = fitting(scope, key, zone.code, address.as_of, address.known_at) if panoramas else []
    listed = on_lists(scope, zone) if fits else {}
    gaps = {(code, one.node): one for code, panorama in panoramas.items() for one in panorama.gaps}
    names = {code: chain.name for code, chain in chains.items()}
    rows = [_row(fit, place, names, gaps, listed, address, zone) for place, fit in enumerate(fits, start=1)]
    return render(request, "outreach/targets_fitting.html", {
        "firm": row, "address": address, "zones": zones_of(scope), "zone": zone, "why": why, "todo": todo, "known": bool(panoramas),
        "missing": [one for one in rows if one["gap"]], "others": [one for one in rows if not one["gap"]],
    })


def _row(fit: tuple[str, Node, Rated], place: int, names: dict, gaps: dict, listed: dict, address: Asked, zone) -> dict:
    code, node, rated = fit
    link = address.link(reverse("outreach:targets", args=[code, node.code]), zone=zone.code)
    return shown(rated, place, listed) | {
        "chain": names.get(code, code), "node": node, "url": link, "gap": gaps.get((code, node.code))}
