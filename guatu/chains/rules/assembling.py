"""A chain put together from what was counted: every node's figures, status and place among the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from guatu.chains.rules.gaps import Scoring, choke_point, gap_terms, ranked, unseen
from guatu.chains.rules.graph import Chain, Node
from guatu.chains.rules.measures import Thresholds, concentration, location_quotient, rounded, status_of, weighted
from guatu.chains.rules.standing import (
    MISSING,
    UNKNOWN,
    WEAK,
    Cluster,
    Counts,
    Coverage,
    Criticality,
    Gap,
    NodeStanding,
    Ratio,
    Sum,
    Told,
    Users,
)
from guatu.chains.rules.web import Web, web

CLUSTERS = 5

#: A sum, of how many that state it, and how many do not.
Stated = tuple[Decimal | None, int, int]
NOTHING: Stated = (None, 0, 0)
NO_NODES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Figures:
    """What was counted of one node. `makers` are counts by role; `users` makers here of what it supplies, by distance;
    `cities` makers in the nation by city. Squares are sums of squared capital, in the unit of the capital beside it."""

    makers: Mapping[str, Counts] = field(default_factory=dict)
    capital: Stated = NOTHING
    capital_squares: Decimal = Decimal(0)
    capital_nation: Decimal = Decimal(0)
    capital_squares_nation: Decimal = Decimal(0)
    revenue: Stated = NOTHING
    employees: Stated = NOTHING
    cities: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[int, int] = field(default_factory=dict)

    def of(self, role: str) -> Counts:
        return self.makers.get(role, Counts())


def assembled(
    chain: Chain, figures: Mapping[str, Figures], coverage: Coverage, thresholds: Thresholds, scoring: Scoring,
    unmapped: Mapping[str, str] = NO_NODES,
) -> tuple[tuple[NodeStanding, ...], tuple[Gap, ...]]:
    """The nodes in the chain's order and the gaps by rank. A node without figures was found nowhere.

    `unmapped` are nodes of which the mapping says nothing sure, because it was made by another edition: `new` ones have no
    status, those with `changed` words keep it; none of them is ranked.
    """
    found = web(chain)
    made_here = {node.code for node in chain.nodes if figures.get(node.code, Figures()).of("makes").here}
    nodes = tuple(
        _standing(node, figures.get(node.code, Figures()), found, made_here, coverage, thresholds, scoring,
                  unmapped.get(node.code, ""))
        for node in chain.nodes
    )
    return nodes, _gaps(nodes, coverage, len(made_here), scoring)


def _standing(
    node: Node, counted: Figures, found: Web, made_here: set[str], coverage: Coverage, thresholds: Thresholds,
    scoring: Scoring, unmapped: str,
) -> NodeStanding:
    makers = counted.of("makes")
    quotient = location_quotient(makers.here, coverage.here, makers.nation, coverage.nation)
    others = {role: counted.of(role).here for role in ("develops", "serves", "sells")}
    status, terms = status_of(
        makers.here, quotient.value, coverage.here, coverage.last_registered_on, others, thresholds)
    if unmapped == "new":
        status, terms = UNKNOWN, (Told("newer_node"),)
    users = Users(dict(counted.users), weighted(counted.users, scoring.decay), sum(counted.users.values()))
    why_aside = Told("aside_unmapped") if unmapped else found.aside.get(node.code) or unseen(status, counted.makers.values(), scoring)
    return NodeStanding(
        node.code, node.name, node.tier, node.why, makers, counted.of("develops"), counted.of("sells"), counted.of("serves"),
        Sum(*counted.capital), Sum(*counted.revenue), Sum(*counted.employees), quotient,
        _concentration(makers.here, counted.capital[0] or Decimal(0), counted.capital_squares, "no_makers_here"),
        _concentration(makers.nation, counted.capital_nation, counted.capital_squares_nation, "no_makers_nation"),
        _over_cities(counted.cities),
        _clusters(counted.cities, makers.nation),
        _criticality(node, found, made_here),
        users, status, terms, why_aside,
        why_aside is None and choke_point(status, users, makers.nation, coverage.nation, scoring),
    )


def _gaps(nodes: tuple[NodeStanding, ...], coverage: Coverage, with_makers: int, scoring: Scoring) -> tuple[Gap, ...]:
    rows = []
    for node in nodes:
        if node.aside is None and node.status in (MISSING, WEAK):
            terms = gap_terms(
                node.makers, node.sellers.here, node.users, coverage.nation, node.criticality, with_makers, scoring)
            rows.append((node, sum((term.points for term in terms.values()), Decimal(0)), terms))
    rows = ranked(rows, lambda row: row[1], lambda row: row[0].code)
    return tuple(
        Gap(rank, node.code, node.name, node.tier, node.status, score, node.choke_point, terms)
        for rank, (node, score, terms) in enumerate(rows, 1)
    )


def _criticality(node: Node, found: Web, made_here: set[str]) -> Criticality:
    uses = found.uses[node.code]
    paths = found.paths[node.code]
    share = rounded(Fraction(paths, found.all_paths), "0.0001") if found.all_paths else Decimal(0)
    return Criticality(
        paths, found.all_paths, share,
        tuple(sorted(code for code, distance in uses.items() if distance == 1 and code in made_here)),
        tuple(sorted(code for code in uses if code in made_here)),
    )


def _concentration(makers: int, total: Decimal, squares: Decimal, nobody: str) -> Ratio:
    if not makers:
        return Ratio(None, Told(nobody))
    value = concentration(total, squares)
    return Ratio(None, Told("no_capital")) if value is None else Ratio(value)


def _over_cities(cities: Mapping[str, int]) -> Ratio:
    """Makers whose city is not known ("") are left out."""
    known = [count for city, count in cities.items() if city]
    value = concentration(Decimal(sum(known)), Decimal(sum(count * count for count in known)))
    return Ratio(None, Told("no_makers_nation")) if value is None else Ratio(value)


def _clusters(cities: Mapping[str, int], makers: int) -> tuple[Cluster, ...]:
    most = sorted(((city, count) for city, count in cities.items() if city), key=lambda row: (-row[1], row[0]))[:CLUSTERS]
    return tuple(Cluster(city, count, rounded(Fraction(count, makers or count), "0.001")) for city, count in most)
