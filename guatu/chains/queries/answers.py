"""Answers about a chain as plain data: what the commands print with `--json`, and what an API may answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from guatu.chains.rules.standing import Counts, Gap, GapTerm, NodeStanding, Panorama, Ratio, Told


def heading(found: Panorama) -> dict[str, Any]:
    """What every answer says of itself: what was asked, what was looked at, by which parameters."""
    coverage = asdict(found.coverage)
    return {
        "chain": found.chain, "name": found.chain_name, "edition": found.edition, "zone": found.zone,
        "zone_name": found.zone_name, "as_of": found.as_of, "known_at": found.known_at, "coverage": coverage,
        "parameters": [asdict(one) for one in found.parameters],
    }


def status_answer(found: Panorama) -> dict[str, Any]:
    """Every node with its figures, status and reasons."""
    return heading(found) | {"nodes": [node_answer(node) for node in found.nodes]}


def gaps_answer(found: Panorama) -> dict[str, Any]:
    """The gaps by rank, each with its terms, and the nodes that are not ranked with the reason."""
    return heading(found) | {
        "gaps": [gap_answer(found, gap) for gap in found.gaps],
        "not_ranked": [
            {"node": node.code, "name": node.name, "status": node.status, "code": node.aside.code,
             "reason": _told(node.aside)}
            for node in found.nodes if node.aside is not None
        ],
    }


def node_answer(node: NodeStanding) -> dict[str, Any]:
    return {
        "node": node.code, "name": node.name, "tier": node.tier, "why": node.why, "status": node.status,
        "reasons": [_told(term) for term in node.terms], "choke_point": node.choke_point,
        "not_ranked": None if node.aside is None else _told(node.aside),
        "makers": _counts(node.makers), "developers": _counts(node.developers), "servers": _counts(node.servers),
        "sellers": _counts(node.sellers), "capital_cny": asdict(node.capital_cny), "revenue_cny": asdict(node.revenue_cny),
        "employees": asdict(node.employees), "location_quotient": _ratio(node.location_quotient),
        "capital_hhi": _ratio(node.capital_hhi), "national_capital_hhi": _ratio(node.national_capital_hhi),
        "city_hhi": _ratio(node.city_hhi),
        "clusters": [{"city_code": one.city_code, "makers": one.makers, "share": float(one.share)} for one in node.clusters],
        "criticality": asdict(node.criticality) | {"share": float(node.criticality.share)},
        "users": {
            "total": node.users.total, "direct": node.users.direct, "weighted": node.users.weighted,
            "by_distance": dict(node.users.by_distance)},
    }


def gap_answer(found: Panorama, gap: Gap) -> dict[str, Any]:
    node = found.node(gap.node)
    return {
        "rank": gap.rank, "node": gap.node, "name": gap.name, "tier": gap.tier, "why": node.why, "status": gap.status,
        "choke_point": gap.choke_point, "score": gap.score, "terms": {code: _term(term) for code, term in gap.terms.items()},
        "makers": _counts(node.makers), "reasons": [_told(term) for term in node.terms],
    }


def _term(term: GapTerm) -> dict[str, Any]:
    return {
        "points": term.points, "most": term.most, "sentence": term.told.sentence(_), "inputs": dict(term.told.params)}


def _told(told: Told) -> str:
    return told.sentence(_)


def _counts(counts: Counts) -> dict[str, int]:
    return asdict(counts)


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return {"value": ratio.value, "undefined": None if ratio.undefined is None else _told(ratio.undefined)}
