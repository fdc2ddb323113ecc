"""How well an enterprise fits a gap: a score that is the sum of terms, each a value of 0 to 1 times its weight.

    maker      fits the node: its role there and how sure its mapping is
    size       capital or employees, whichever says more; by logarithm
    growth     half its age, half the branches and subsidiaries it opened lately
    habit      other cities in which it opened branches or subsidiaries; by logarithm
    tie        nodes that lead in the zone and that something it makes supplies, or is supplied by
    distance   by coordinates where both are known, else same, neighbouring or other province
    cluster    makers and developers of the chain in its city; by logarithm
    listed     listed, or with a stated revenue; by logarithm

What is not known counts 0 and its sentence says so. Values have two digits before they are weighed, so the points shown add
up to the score to the cent. Why the terms: locations of plants and subsidiaries go by agglomeration, distance and
experience of earlier locations (Alfaro and Chen, AEJ Policy 6 (2014); Head, Ries and Swenson, J. Int. Econ. 38 (1995)). The
weights are the program's defaults, not estimated; see docs/targets.md for how they do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from guatu.outreach.rules.targets_words import Excluded, Reason

TERMS = ("maker", "size", "growth", "habit", "tie", "distance", "cluster", "listed")
CENT = Decimal("0.01")
WAN = 10_000


@dataclass(frozen=True)
class Weighing:
    """`weights`: most points of each term. `roles`: value of a role. Pairs are (nothing, full) of a logarithmic scale, in yuan
    or heads. `ripe`: years at which age counts full, until which it does, and at which nothing is left. `provinces`: value of
    same, neighbour and other. `restricted`: words of capacity the state restricts."""

    weights: Mapping[str, Decimal | int]
    roles: Mapping[str, Decimal]
    capital: tuple[Decimal, Decimal]
    employees: tuple[Decimal, Decimal]
    revenue: tuple[Decimal, Decimal]
    listed: Decimal
    ripe: tuple[int, int, int]
    recent_years: int
    full_recent: int
    full_habit: int
    full_tie: int
    full_cluster: int
    reach_km: int
    provinces: Mapping[str, Decimal]
    restricted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What is to be filled, where and when. `anchors`: by node of the chain, the nodes leading in the zone that it supplies or
    is supplied by in one step, itself among them where it leads. `names`: of nodes, for sentences."""

    chain: str
    node: str
    as_of: date
    provinces: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """An enterprise that makes or develops what a node stands for, as it was known on a day. `nodes`: of the chain, those at which it
    makes or develops. Offshoots: branches and subsidiaries by name. `city_makers`: of the chain in its city, itself not counted.
    `km`: from the zone's centre, where both are known."""

    key: str
    uscc: str | None
    name: str
    role: str
    confidence: Decimal | None = None
    term: str = ""
    registered_on: date | None = None
    capital_cny: Decimal | None = None
    revenue_cny: Decimal | None = None
    employees: int | None = None
    listed: bool = False
    province_code: str | None = None
    city_code: str | None = None
    km: float | None = None
    nodes: tuple[str, ...] = ()
    offshoots: int = 0
    offshoot_cities: int = 0
    recent_offshoots: int = 0
    city_makers: int = 0
    gone: str = ""
    here: bool = False
    here_through: str = ""
    branch_of: str = ""
    barred: str = ""
    in_talks: str = ""


@dataclass(frozen=True)
class Term:
    """`value` of 0 to 1, `weight` the most points, `points` their product, and why."""

    code: str
    value: Decimal
    weight: Decimal
    told: Reason

    @property
    def points(self) -> Decimal:
        return (self.value * self.weight).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Rated:
    """A candidate with its terms, and why it is left out where it is."""

    candidate: Candidate
    terms: Mapping[str, Term]
    excluded: Excluded | None

    @property
    def score(self) -> Decimal:
        return sum((term.points for term in self.terms.values()), Decimal(0))


def ranked(candidates: Iterable[Candidate], gap: Gap, weighing: Weighing) -> list[Rated]:
    """Those to be approached by falling score, behind them those left out; what scores alike stands by its key."""
    found = [rated(one, gap, weighing) for one in candidates]
    return sorted(found, key=lambda one: (one.excluded is not None, -one.score, one.candidate.key))


def rated(candidate: Candidate, gap: Gap, weighing: Weighing) -> Rated:
    """The terms of one candidate for a gap."""
    parts = {
        "maker": _maker(candidate, weighing), "size": _size(candidate, weighing), "growth": _growth(candidate, gap, weighing),
        "habit": _habit(candidate, weighing), "tie": _tie(candidate, gap, weighing),
        "distance": _distance(candidate, gap, weighing), "cluster": _cluster(candidate, weighing),
        "listed": _listed(candidate, weighing),
    }
    terms = {
        code: Term(code, Decimal(min(1.0, max(0.0, float(value)))).quantize(CENT, ROUND_HALF_UP), Decimal(weighing.weights[code]), told)
        for code, (value, told) in parts.items()
    }
    return Rated(candidate, terms, excluded(candidate, weighing))


def excluded(candidate: Candidate, weighing: Weighing) -> Excluded | None:
    """The first reason, in a fixed order, for which an enterprise is not to be approached."""
    if candidate.gone:
        return Excluded("gone")
    if candidate.barred:
        return Excluded("barred", {"why": candidate.barred})
    if candidate.here:
        return Excluded("here")
    if candidate.here_through:
        return Excluded("here_through", {"name": candidate.here_through})
    if candidate.in_talks:
        return Excluded("in_talks", {"why": candidate.in_talks})
    if candidate.branch_of:
        return Excluded("branch", {"parent": candidate.branch_of})
    if any(word in candidate.term for word in weighing.restricted):
        return Excluded("restricted", {"term": candidate.term})
    return None


def on_scale(value: Decimal | int | None, scale: Sequence[Decimal | int]) -> float:
    """0 up to the lower end, 1 from the upper end on, by logarithm between; 0 for what is not known."""
    low, full = (float(end) for end in scale)
    if value is None or value <= low:
        return 0.0
    return min(1.0, math.log(float(value) / low) / math.log(full / low))


def growing(count: int, full: int) -> float:
    """0 for none, 1 for `full` and more, by logarithm between."""
    return min(1.0, math.log1p(max(0, count)) / math.log1p(full))


def ripeness(years: float, ripe: tuple[int, int, int]) -> float:
    """Of an age in years: rises until the first, is full until the second, is nothing from the third on."""
    full, until, nothing = ripe
    if years < full:
        return max(0.0, years) / full
    return 1.0 if years <= until else max(0.0, (nothing - years) / (nothing - until))


def _maker(one: Candidate, weighing: Weighing):
    worth = float(weighing.roles.get(one.role, 0))
    if one.confidence is None:
        return worth, Reason("maker_judged")
    told = "maker_makes" if one.role == "makes" else "maker_develops"
    return worth * float(one.confidence), Reason(told, {"term": one.term, "sure": f"{one.confidence:.0%}"})


def _size(one: Candidate, weighing: Weighing):
    capital, heads = on_scale(one.capital_cny, weighing.capital), on_scale(one.employees, weighing.employees)
    if one.capital_cny is None and one.employees is None:
        return 0.0, Reason("size_unknown")
    if one.capital_cny is None or heads > capital:
        return heads, Reason("size_employees", {"employees": f"{one.employees:,}"})
    return capital, Reason("size_capital", {"capital": _wan(one.capital_cny)})


def _growth(one: Candidate, gap: Gap, weighing: Weighing):
    recent = min(1.0, one.recent_offshoots / weighing.full_recent)
    params = {"recent": one.recent_offshoots, "span": weighing.recent_years}
    if one.registered_on is None:
        return recent / 2, Reason("growth_undated", params)
    years = (gap.as_of - one.registered_on).days / 365.25
    return (ripeness(years, weighing.ripe) + recent) / 2, Reason("growth", params | {"years": max(0, int(years))})


def _habit(one: Candidate, weighing: Weighing):
    told = Reason("habit", {"cities": one.offshoot_cities}) if one.offshoot_cities else Reason("no_habit")
    return growing(one.offshoot_cities, weighing.full_habit), told


def _tie(one: Candidate, gap: Gap, weighing: Weighing):
    led = sorted({anchor for node in one.nodes for anchor in gap.anchors.get(node, ())})
    if not led:
        return 0.0, Reason("no_tie")
    names = "、".join(gap.names.get(code, code) for code in led[:5]) + ("…" if len(led) > 5 else "")
    return min(1.0, len(led) / weighing.full_tie), Reason("tie", {"count": len(led), "nodes": names})


def _distance(one: Candidate, gap: Gap, weighing: Weighing):
    if one.km is not None:
        return 1 - one.km / weighing.reach_km, Reason("distance_km", {"km": round(one.km)})
    if not one.province_code:
        return 0.0, Reason("distance_unknown")
    where = (
        "same" if one.province_code in gap.provinces else "neighbour" if one.province_code in gap.neighbours else "other")
    return weighing.provinces[where], Reason(f"distance_{where}")


def _cluster(one: Candidate, weighing: Weighing):
    told = Reason("cluster", {"makers": one.city_makers}) if one.city_makers else Reason("no_cluster")
    return growing(one.city_makers, weighing.full_cluster), told


def _listed(one: Candidate, weighing: Weighing):
    known, revenue = float(weighing.listed) if one.listed else 0.0, on_scale(one.revenue_cny, weighing.revenue)
    if one.revenue_cny is not None and (revenue >= known or not one.listed):
        return revenue, Reason("listed_revenue", {"revenue": _wan(one.revenue_cny)})
    return known, Reason("listed") if one.listed else Reason("not_listed")


def _wan(amount: Decimal) -> str:
    return f"{(amount / WAN).quantize(Decimal(1), ROUND_HALF_UP):,}"
