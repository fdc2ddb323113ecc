"""Which enterprises of a list look like one another, and which look like a name: by blocks of equal cores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guatu.enterprises.rules.matching import Factors, Likeness, Reason, compare
from guatu.enterprises.rules.names import Name

#: Enterprises of one core that are all compared with each other; in larger blocks only those of one trade or without one.
MOST_IN_BLOCK = 60


@dataclass(frozen=True)
class Known:
    """An enterprise: its number, code, credit code or "", its names (the legal one first)."""

    pk: int
    code: str
    uscc: str
    names: tuple[Name, ...]
    title: str = ""  # the legal name as written


class Book:
    """Enterprises by the cores of their names."""

    def __init__(self, rows: Iterable[Known], factors: Factors):
        self.factors = factors
        self.blocks: dict[str, list[Known]] = defaultdict(list)
        for row in rows:
            for core in {name.core for name in row.names}:
                self.blocks[core].append(row)

    def like(self, one: Known, least: float) -> list[tuple[Likeness, Known]]:
        """Whoever looks like it, the likest first; itself left out."""
        found: dict[int, tuple[Likeness, Known]] = {}
        for core in {name.core for name in one.names}:
            for row in self.blocks.get(core, ()):
                if row.pk != one.pk and row.pk not in found:
                    likeness = alike(one, row, self.factors)
                    if likeness.score >= least:
                        found[row.pk] = likeness, row
        return sorted(found.values(), key=lambda pair: (-pair[0].score, pair[1].code))

    def pairs(self, least: float) -> Iterator[tuple[Likeness, Known, Known]]:
        """Every two that look alike, each pair once, in the order of their codes."""
        seen: set[tuple[int, int]] = set()
        for block in self.blocks.values():
            for part in _parts(block):
                ordered = sorted(part, key=lambda row: row.code)
                for place, left in enumerate(ordered):
                    for right in ordered[place + 1:]:
                        if (left.pk, right.pk) not in seen:
                            seen.add((left.pk, right.pk))
                            likeness = alike(left, right, self.factors)
                            if likeness.score >= least:
                                yield likeness, left, right


def _parts(block: list[Known]) -> Iterable[list[Known]]:
    if len(block) <= MOST_IN_BLOCK:
        return [block]
    parts: dict[tuple, list[Known]] = defaultdict(list)
    for row in block:
        parts[row.names[0].trade, row.names[0].places[:1]].append(row)
    return [part[:10 * MOST_IN_BLOCK] for part in parts.values()]


def alike(left: Known, right: Known, factors: Factors) -> Likeness:
    """How likely two are one: by their codes, else by the likest two of their names; a shared former or short name is a
    hint, no proof."""
    if left.uscc and right.uscc:
        if left.uscc == right.uscc:
            return Likeness(1.0, (Reason("code_same"),))
        return Likeness(0.0, (Reason("code_differs"),))
    best = compare(left.names[0], right.names[0], factors)
    for one in left.names:
        for other in right.names:
            if one.plain == other.plain and best.score < 0.94 and (one is not left.names[0] or other is not right.names[0]):
                best = Likeness(0.94, (Reason("alias"),))
    return best
