"""Responsible units and their ranks by the share of red lights, in competition ranking: 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby


@dataclass(frozen=True)
class UnitStanding:
    """Milestones by colour of one responsible unit; `unit_id` is None for those that nobody answers for."""

    unit_id: int | None
    name: str
    red: int = 0
    yellow: int = 0
    green: int = 0
    done: int = 0
    done_late: int = 0

    @property
    def open(self) -> int:
        return self.red + self.yellow + self.green

    @property
    def share(self) -> Fraction | None:
        """Red among open milestones; None when none is open."""
        return Fraction(self.red, self.open) if self.open else None


def ranked(units: Iterable[UnitStanding]) -> list[tuple[int, UnitStanding]]:
    """Units with open milestones, the highest share of red first; equal shares (exactly equal) share a rank.

    Within a rank more red lights come first, then the name. What nobody answers for has no rank.
    """
    standing = [unit for unit in units if unit.unit_id is not None and unit.open]
    found: list[tuple[int, UnitStanding]] = []
    rank = 1
    for _share, group in groupby(sorted(standing, key=_order), key=lambda unit: unit.share):
        tied = list(group)
        found.extend((rank, unit) for unit in tied)
        rank += len(tied)
    return found


def _order(unit: UnitStanding) -> tuple:
    return (-unit.share, -unit.red, unit.name, unit.unit_id)
