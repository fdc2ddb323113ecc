"""Endpoints of chains beyond plain resources: the panorama of a zone, one node, its enterprises, the gaps."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Schema
from pydantic import Field

from guatu.chains import catalogue, queries
from guatu.chains.pages.reading import zone_of
from guatu.chains.rules.standing import Gap, NodeStanding, Panorama
from guatu.kernel.recording import known
from guatu.kernel.web.endpoints import AsOf, Instant, Text, as_json
from guatu.kernel.web.routers import router
from guatu.kernel.web.session import scope_of

chains = router("chains")


class Asked(Schema):
    chain: Text = Field(description="code of the chain")
    zone: Text = Field(description="code of the zone from which the chain is looked at")
    as_of: AsOf = None
    known_at: Instant = None


class AskedNode(Asked):
    node: Text = Field(description="code of the node")


class AskedEnterprises(AskedNode):
    role: Text = Field("makes", description="makes, develops, sells, serves; or uses")
    place: Text = Field("here", description="here, near, province or nation")
    cursor: Text = Field("", description="the `next` of the page before")


class PanoramaOut(Schema):
    chain: str
    zone: str
    as_of: str
    coverage: dict[str, Any]
    parameters: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


class NodeOut(Schema):
    chain: str
    zone: str
    as_of: str
    node: dict[str, Any]


class GapsOut(Schema):
    chain: str
    zone: str
    as_of: str
    coverage: dict[str, Any]
    gaps: list[dict[str, Any]]


class EnterprisesOut(Schema):
    total: int
    next: str
    items: list[dict[str, Any]]


@chains.get("/panorama", response=PanoramaOut)
def panorama(request, query: Asked = Query(...)):  # noqa: B008
    """A chain as it stands in a zone on a day: every node with its figures and why, and the gaps."""
    found = _found(request, query)
    return as_json(_head(found) | {
        "coverage": vars(found.coverage), "parameters": [vars(one) for one in found.parameters],
        "nodes": [node_answer(node) for node in found.nodes], "gaps": [gap_answer(gap) for gap in found.gaps]})


@chains.get("/gaps", response=GapsOut)
def gaps(request, query: Asked = Query(...)):  # noqa: B008
    """The nodes that are used in a zone and lack makers there, the most pressing first, each score with its terms."""
    found = _found(request, query)
    return as_json(_head(found) | {"coverage": vars(found.coverage), "gaps": [gap_answer(gap) for gap in found.gaps]})


@chains.get("/node", response=NodeOut)
def node(request, query: AskedNode = Query(...)):  # noqa: B008
    """One node of a chain as it stands in a zone on a day."""
    found = _found(request, query)
    catalogue.find_node(query.chain, query.node, found.as_of, known(found.known_at))  # refuses in a sentence
    return as_json(_head(found) | {"node": node_answer(found.node(query.node))})


@chains.get("/enterprises", response=EnterprisesOut)
def enterprises(request, query: AskedEnterprises = Query(...)):  # noqa: B008
    """The enterprises behind a count of a node, with the words that put them there; 50 at a time."""
    _zone(request, query)
    listing = queries.node_enterprises(
        query.chain, query.node, query.zone, query.role, query.as_of or timezone.localdate(), query.cursor,
        place=query.place, known_at=query.known_at)
    return as_json({"total": listing.total, "next": listing.cursor, "items": [vars(row) for row in listing.rows]})


def _zone(request, query: Asked) -> None:
    scope = scope_of(request)
    scope.require("chains", "view")
    zone_of(scope, query.zone or "-")


def _found(request, query: Asked) -> Panorama:
    _zone(request, query)
    return queries.panorama(query.chain, query.zone, query.as_of or timezone.localdate(), query.known_at)


def _head(found: Panorama) -> dict[str, Any]:
    return {"chain": found.chain, "zone": found.zone, "as_of": found.as_of}


def node_answer(found: NodeStanding) -> dict[str, Any]:
    """A node as plain values."""
    def ratio(one) -> dict[str, Any]:
        return {"value": one.value, "why_not": one.undefined.sentence(gettext) if one.undefined else None}

    return {
        "code": found.code, "name": found.name, "tier": found.tier, "why": found.why, "status": found.status,
        "choke_point": found.choke_point, "makers": vars(found.makers), "developers": vars(found.developers),
        "sellers": vars(found.sellers), "servers": vars(found.servers), "capital_cny": vars(found.capital_cny),
        "revenue_cny": vars(found.revenue_cny), "employees": vars(found.employees),
        "location_quotient": ratio(found.location_quotient), "capital_hhi": ratio(found.capital_hhi),
        "national_capital_hhi": ratio(found.national_capital_hhi), "city_hhi": ratio(found.city_hhi),
        "clusters": [vars(cluster) for cluster in found.clusters], "criticality": vars(found.criticality),
        "users": {"total": found.users.total, "direct": found.users.direct, "weighted": found.users.weighted},
        "terms": [{"code": term.code, "sentence": term.sentence(gettext)} for term in found.terms],
        "aside": found.aside.sentence(gettext) if found.aside else None,
    }


def gap_answer(found: Gap) -> dict[str, Any]:
    """A gap as plain values."""
    return {
        "rank": found.rank, "node": found.node, "name": found.name, "tier": found.tier, "status": found.status,
        "score": found.score, "choke_point": found.choke_point,
        "terms": [{"code": code, "points": term.points, "most": term.most, "sentence": term.told.sentence(gettext)}
                  for code, term in found.terms.items()],
    }
