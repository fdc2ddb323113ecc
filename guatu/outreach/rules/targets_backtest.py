"""Measures of a ranking against what landed: hits among the first k, mean reciprocal rank, what chance would do, and bootstrap
intervals (Efron, Ann. Statist. 7 (1979), 1-26; percentile method)."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True)
class Measures:
    """`hits` by k: the share of questions whose answer stands among the first k. `reciprocal`: mean of 1 / rank, 0 for what is not
    ranked."""

    hits: dict[int, float]
    reciprocal: float


def place_of(ranking: Sequence[str], wanted: Collection[str]) -> int | None:
    """The rank, from 1, of the first that is wanted; None where none is."""
    return next((place for place, key in enumerate(ranking, start=1) if key in wanted), None)


def measured(places: Sequence[int | None], ks: Sequence[int]) -> Measures:
    """Of the ranks of some questions; at least one."""
    return Measures(
        {k: sum(place is not None and place <= k for place in places) / len(places) for k in ks},
        sum(1 / place for place in places if place) / len(places))


def by_chance(candidates: int, wanted: int, ks: Sequence[int]) -> Measures:
    """What a random order of so many candidates, of which so many are wanted, gives on average: exact, no draw."""
    if not wanted or wanted > candidates:
        return Measures(dict.fromkeys(ks, 0.0), 0.0)
    hits = {k: 1 - comb(candidates - wanted, min(k, candidates)) / comb(candidates, min(k, candidates)) for k in ks}
    reciprocal, none_before = 0.0, 1.0
    for place in range(1, candidates - wanted + 2):
        here = none_before * wanted / (candidates - place + 1)
        reciprocal += here / place
        none_before -= here
    return Measures(hits, reciprocal)


def interval(values: Sequence[float], seed: int, rounds: int = 2000, level: float = 0.95) -> tuple[float, float] | None:
    """The percentile interval of the mean of values drawn with replacement; None for no values. The same for the same seed."""
    if not values:
        return None
    draw, n = random.Random(seed), len(values)
    means = sorted(sum(draw.choices(values, k=n)) / n for _round in range(rounds))
    tail = (1 - level) / 2
    return means[int(tail * rounds)], means[min(rounds - 1, int((1 - tail) * rounds))]
