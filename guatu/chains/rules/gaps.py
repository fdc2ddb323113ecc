"""How much a missing or weak node matters: a score that is the sum of six terms, each with a sentence.

    demand            makers here that use it, directly or further down
    criticality       paths of the chain through it; nodes with makers here that depend on it
    scarcity_here     how far makers here fall short of enough
    scarcity_nation   how rare makers are in the nation, by a million enterprises
    reach             how near the next makers cluster
    substitution      sellers here take away: what is sold here can be bought meanwhile

Many users and many makers in a nation are told apart by orders of magnitude, so both count by their logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from guatu.chains.rules.measures import rounded
from guatu.chains.rules.standing import MISSING, WEAK, Counts, Criticality, GapTerm, Told, Users

T = TypeVar("T")
MILLION = 1_000_000


@dataclass(frozen=True)
class Scoring:
    """`weights` are the most points of each term. `decay` is what a user counts one step further on. Demand is full at
    `full_demand` weighted users; criticality at `critical_share` of all paths; scarcity is nothing at `enough_makers`
    here and at `plenty_per_million` in the nation; `cluster_makers` make a cluster and `reach` is the share of points by
    where it lies; `enough_sellers` take all points of substitution. `choke_*`: see `choke_point`."""

    decay: Decimal
    weights: Mapping[str, Decimal]
    full_demand: int
    critical_share: Decimal
    enough_makers: int
    plenty_per_million: Decimal
    cluster_makers: int
    reach: Mapping[str, Decimal]
    enough_sellers: int
    choke_users: Decimal
    choke_per_million: Decimal
    seen_least: int = 0  # of enterprises of the nation that name a node in any role; see `unseen`


def unseen(status: str, roles: Iterable[Counts], scoring: Scoring) -> Told | None:
    """Why a missing node is not ranked though it is a link like any other: next to nobody in the nation names it in any
    role, so that the register cannot tell a gap from a word that licences do not use. None where it is ranked."""
    seen = sum(counts.nation for counts in roles)
    if status == MISSING and seen < scoring.seen_least:
        return Told("aside_unseen", {"seen": seen, "least": scoring.seen_least})
    return None


def gap_terms(
    makers: Counts, sellers_here: int, users: Users, nation: int, criticality: Criticality, nodes_with_makers: int,
    scoring: Scoring,
) -> dict[str, GapTerm]:
    """The terms of one node. `nation` is how many enterprises the register knows, `nodes_with_makers` how many nodes of
    the chain have makers here."""
    weighted = float(users.weighted)
    rate = makers.nation * MILLION / nation if nation else 0.0
    dependent = len(criticality.transitive)
    through = min(Fraction(1), Fraction(criticality.share) / Fraction(scoring.critical_share))
    hanging = Fraction(dependent, nodes_with_makers) if nodes_with_makers else Fraction(0)
    place, reach = _reach(makers, scoring)
    parts = {
        "demand": (
            _growing(weighted, scoring.full_demand),
            Told("demand", {"direct": users.direct, "further": users.total - users.direct, "weighted": str(users.weighted)})
            if users.total else Told("no_demand"),
        ),
        "criticality": (
            (through + hanging) / 2,
            Told("criticality", {"share": str(rounded(100 * Fraction(criticality.share), "0.1")), "dependent": dependent}),
        ),
        "scarcity_here": (
            1 - min(Fraction(1), Fraction(makers.here, scoring.enough_makers)),
            Told("scarcity_here", {"makers": makers.here, "enough": scoring.enough_makers}),
        ),
        "scarcity_nation": (
            1 - _growing(rate, float(scoring.plenty_per_million)),
            Told("scarcity_nation", {
                "makers": makers.nation, "plenty": math.ceil(scoring.plenty_per_million * nation / MILLION)}),
        ),
        "reach": (Fraction(scoring.reach[place]), reach),
        "substitution": (
            -min(Fraction(1), Fraction(sellers_here, scoring.enough_sellers)),
            Told("substitution", {"sellers": sellers_here}) if sellers_here else Told("no_substitution"),
        ),
    }
    return {
        code: GapTerm(code, rounded(share * Fraction(scoring.weights[code]), "0.1"), scoring.weights[code], told)
        for code, (share, told) in parts.items()
    }


def choke_point(status: str, users: Users, makers_nation: int, nation: int, scoring: Scoring) -> bool:
    """Whether many use it here (`choke_users`, weighted) while few make it here and anywhere (`choke_per_million`)."""
    return (
        status in (MISSING, WEAK)
        and users.weighted >= scoring.choke_users
        and makers_nation * MILLION <= scoring.choke_per_million * nation
    )


def ranked(rows: Iterable[T], score: Callable[[T], Decimal], code: Callable[[T], str]) -> list[T]:
    """By falling score; what scores alike stands by its code, so that the order never changes by chance."""
    return sorted(rows, key=lambda row: (-score(row), code(row)))


def _growing(value: float, full: float) -> Fraction:
    """0 for nothing, 1 for `full` and more, by the logarithm between."""
    return Fraction(min(1.0, math.log1p(value) / math.log1p(full))) if value > 0 else Fraction(0)


def _reach(makers: Counts, scoring: Scoring) -> tuple[str, Told]:
    least = scoring.cluster_makers
    if makers.here >= least:
        return "here", Told("reach_here")
    if makers.near >= least:
        return "near", Told("reach_near", {"makers": makers.near})
    if makers.province >= least:
        return "province", Told("reach_province", {"makers": makers.province, "least": least})
    if makers.nation:
        return "nation", Told("reach_nation", {"makers": makers.nation, "least": least})
    return "none", Told("reach_none")
