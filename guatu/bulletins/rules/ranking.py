"""Ranks of responsible units by their share of red lights, in competition ranking: 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guatu.bulletins.rules.situation import UnitStanding


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
