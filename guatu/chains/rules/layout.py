"""Where the nodes of a chain stand on its sheet: tiers as bands from left to right, few crossings, a bounded shape.

Within a tier a node stands to the right of those of the same tier that supply it. The order in a column comes from
sweeps of barycentres (Sugiyama, Tagawa and Toda 1981), of which the one with the fewest crossings is kept. Lengths are
pixels at the size at which labels are read.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guatu.chains.rules.circles import circles
from guatu.chains.rules.graph import TIERS

COLUMN, ROW = 128.0, 56.0
#: Room above for the names of the tiers, and around.
TOP, MARGIN, GAP = 44.0, 12.0, 20.0
#: Width to height that a sheet on a desk or a wall has.
SHAPE = 1.6
SWEEPS = 12
FEWEST_ROWS = 6


@dataclass(frozen=True)
class Placed:
    """A node: its column counted over the whole sheet from 0, and the middle of its mark."""

    code: str
    column: int
    x: float
    y: float


@dataclass(frozen=True)
class Band:
    """The stretch that a tier takes."""

    tier: str
    left: float
    right: float


@dataclass(frozen=True)
class Layout:
    """`crossings` counts pairs of edges between the same two columns that cross."""

    nodes: tuple[Placed, ...]
    bands: tuple[Band, ...]
    width: float
    height: float
    crossings: int


def layout(nodes: Sequence[tuple[str, str]], edges: Iterable[tuple[str, str]], shape: float = SHAPE) -> Layout:
    """Places nodes, given as (code, tier), which edges join from what supplies to what uses.

    `shape` is the width over the height that is aimed at. The same input gives the same sheet.
    """
    tiers = dict(nodes)
    if not tiers:
        return Layout((), (), 0.0, 0.0, 0)
    edges = [edge for edge in edges if edge[0] in tiers and edge[1] in tiers]
    ranks = _ranks(tiers, edges)
    keys = sorted({(TIERS.index(tiers[code]), rank) for code, rank in ranks.items()})
    columns = [[code for code, tier in nodes if (TIERS.index(tier), ranks[code]) == key] for key in keys]
    columns = _ordered(columns, edges)
    rows = _rows([len(column) for column in columns], len({tier for tier, _rank in keys}), shape)
    return _placed(columns, [TIERS[tier] for tier, _rank in keys], rows, crossings(columns, edges))


def crossings(columns: Sequence[Sequence[str]], edges: Iterable[tuple[str, str]]) -> int:
    """Pairs of edges between the same two columns whose ends stand in opposite order; columns list nodes from the top."""
    at = {code: (column, row) for column, codes in enumerate(columns) for row, code in enumerate(codes)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for one, other in edges:
        (column, row), (its_column, its_row) = sorted((at[one], at[other]))
        if column != its_column:
            between[column, its_column].append((row, its_row))
    found = 0
    for ends in between.values():
        seen: list[int] = []
        for _row, its_row in sorted(ends):  # edges of one node come with their other ends in order: they do not count
            found += len(seen) - bisect_right(seen, its_row)
            insort(seen, its_row)
    return found


def _ranks(tiers: dict[str, str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """How many nodes of its own tier stand before each, at most. Circles, which a sound chain has not, are passed over."""
    own = [(one, other) for one, other in edges if tiers[one] == tiers[other]]
    broken = {code for circle in circles(list(tiers), own) for code in circle}
    after: dict[str, list[str]] = defaultdict(list)
    waits = dict.fromkeys(tiers, 0)
    for one, other in own:
        if one not in broken or other not in broken:
            after[one].append(other)
            waits[other] += 1
    ranks = dict.fromkeys(tiers, 0)
    ready = [code for code, count in waits.items() if not count]
    while ready:
        code = ready.pop()
        for other in after[code]:
            ranks[other] = max(ranks[other], ranks[code] + 1)
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return ranks


def _ordered(columns: list[list[str]], edges: list[tuple[str, str]]) -> list[list[str]]:
    """The columns, each from the top, after sweeps to and fro."""
    near: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    best, fewest = columns, crossings(columns, edges)
    now = [list(column) for column in columns]
    of = {code: place for place, column in enumerate(columns) for code in column}
    height = _heights(now)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        forth = sweep % 2 == 0
        for place in range(len(now)) if forth else range(len(now) - 1, -1, -1):
            # Both sides count in the last sweeps, which settle what one side leaves open.
            sides = {True, False} if sweep >= SWEEPS - 4 else {forth}
            middle = {}
            for code in now[place]:
                ends = [height[other] for other in near[code] if of[other] != place and (of[other] < place) in sides]
                middle[code] = sum(ends) / len(ends) if ends else height[code]
            now[place].sort(key=middle.__getitem__)
            height.update(_heights([now[place]]))
        count = crossings(now, edges)
        if count < fewest:
            best, fewest = [list(column) for column in now], count
    return best


def _heights(columns: Iterable[list[str]]) -> dict[str, float]:
    """Where each node stands between the top 0 and the bottom 1 of its column."""
    return {code: (row + 0.5) / len(column) for column in columns for row, code in enumerate(column)}


def _rows(lengths: list[int], bands: int, shape: float) -> int:
    """The rows a column may have before it is folded, so that the sheet comes closest to its shape."""
    tallest = max(lengths)

    def fault(rows: int) -> float:
        width = COLUMN * sum(math.ceil(length / rows) for length in lengths) + GAP * max(0, bands - 1)
        return abs(math.log(width / (ROW * min(rows, tallest)) / shape))

    return min(range(min(FEWEST_ROWS, tallest), tallest + 1), key=fault)


def _placed(columns: list[list[str]], tiers: list[str], rows: int, crossed: int) -> Layout:
    tall = max(math.ceil(len(column) / math.ceil(len(column) / rows)) for column in columns) * ROW
    nodes: list[Placed] = []
    bands: list[Band] = []
    left, count = MARGIN, 0
    for column, tier in zip(columns, tiers, strict=True):
        if bands and bands[-1].tier != tier:
            left += GAP
        parts = math.ceil(len(column) / rows)
        start = left
        for part in range(parts):
            # Every nth node, so that the fold keeps the order from the top; folded columns stand a part of a row lower.
            own = column[part::parts]
            room = tall / math.ceil(len(column) / parts)
            for row, code in enumerate(own):
                nodes.append(Placed(code, count, round(left + COLUMN / 2, 1),
                                    round(TOP + (row + 0.5 if parts == 1 else row + (part + 0.5) / parts) * room, 1)))
            left, count = left + COLUMN, count + 1
        if bands and bands[-1].tier == tier:
            bands[-1] = Band(tier, bands[-1].left, left)
        else:
            bands.append(Band(tier, start, left))
    return Layout(tuple(nodes), tuple(bands), round(left + MARGIN, 1), round(TOP + tall + MARGIN, 1), crossed)
