"""The ledger of trips: what several units did together counts once in the total, and once for each of them.

Units report each for itself, so a sum over units counts what they did together several times. A total is therefore the
size of a union: things are told apart by their key, and the units of all entries of one key belong to one thing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

#: The unit, and the kind of unit, of what nobody is named for.
NOBODY = ""


@dataclass(frozen=True)
class Entry:
    """One thing as somebody entered it: what it is (`key`), and the units that took part."""

    key: Hashable
    units: frozenset[str]


@dataclass(frozen=True)
class Tally:
    """Numbers of different things: in all, by unit, by kind of unit.

    `together` says how many things exactly these kinds did together (two kinds or more), so that
    total = sum over kinds − `kinds_too_many`, and `kinds_too_many` = Σ (kinds − 1) × things. `units_too_many` is the same
    over units. What nobody is named for stands under NOBODY.
    """

    total: int
    by_unit: dict[str, int]
    by_kind: dict[str, int]
    together: dict[frozenset[str], int]
    units_too_many: int
    kinds_too_many: int


@dataclass(frozen=True)
class Cost:
    """An amount in yuan that a unit bore, and what it was spent on."""

    unit: str
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Costs:
    """Sums in yuan. Each cost is borne by one unit, so units and kinds of cost both add up to the total."""

    total: Decimal
    by_unit: dict[str, Decimal]
    by_kind: dict[str, Decimal]


def units_by_key(entries: Iterable[Entry]) -> dict[Hashable, frozenset[str]]:
    """The units of each thing: those of all its entries together."""
    merged: dict[Hashable, set[str]] = defaultdict(set)
    for entry in entries:
        merged[entry.key] |= entry.units
    return {key: frozenset(units) for key, units in merged.items()}


def kinds_of(units: frozenset[str], kind_of: Mapping[str, str]) -> frozenset[str]:
    """The kinds of these units; NOBODY where there are none, and for a unit without a kind."""
    return frozenset(kind_of.get(unit, NOBODY) for unit in units) or frozenset({NOBODY})


def tally(entries: Iterable[Entry], kind_of: Mapping[str, str]) -> Tally:
    """Counts different things; `kind_of` tells the kind of each unit. One pass over the entries, one over the things."""
    by_unit: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    together: Counter[frozenset[str]] = Counter()
    merged = units_by_key(entries)
    for units in merged.values():
        kinds = kinds_of(units, kind_of)
        by_unit.update(units or {NOBODY})
        by_kind.update(kinds)
        if len(kinds) > 1:
            together[kinds] += 1
    total = len(merged)
    return Tally(
        total, dict(by_unit), dict(by_kind), dict(together), by_unit.total() - total, by_kind.total() - total)


@dataclass(frozen=True)
class EntryColumns:
    """The same as columns: entry n is thing `thing[n]` (0, 1, …), and its units are `units[starts[n]:starts[n + 1]]`."""

    thing: np.ndarray
    starts: np.ndarray
    units: np.ndarray

    @property
    def things(self) -> int:
        return int(self.thing.max()) + 1 if len(self.thing) else 0

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Each unit of each thing once, by thing and then by unit."""
        things = np.repeat(self.thing, np.diff(self.starts))
        units, code = np.unique(self.units, return_inverse=True)
        pairs = np.unique(things * max(1, len(units)) + code)
        thing, code = np.divmod(pairs, max(1, len(units)))
        return thing, units[code] if len(units) else self.units

    def kinds(self, kind_of: Mapping[str, str]) -> tuple[list[str], np.ndarray]:
        """The kinds there are, and for each thing (a row) and kind (a column) whether a unit of the kind took part."""
        thing, unit = self.pairs
        names = sorted({NOBODY, *kind_of.values()})
        different, place = np.unique(unit, return_inverse=True)
        of_unit = np.array([names.index(kind_of.get(str(one), NOBODY)) for one in different.tolist()], np.int64)
        there = np.zeros((self.things, len(names)), bool)
        there[thing, of_unit[place]] = True
        there[~there.any(axis=1), names.index(NOBODY)] = True
        return names, there


def tally_columns(entries: EntryColumns, kind_of: Mapping[str, str]) -> Tally:
    """`tally` for entries in columns, for many thousands of them."""
    thing, unit = entries.pairs
    total = entries.things
    units, counts = np.unique(unit, return_counts=True)
    by_unit = {str(one): count for one, count in zip(units.tolist(), counts.tolist(), strict=True)}
    if nobody := total - len(np.unique(thing)):
        by_unit[NOBODY] = nobody
    names, there = entries.kinds(kind_of)
    by_kind = {name: count for name, count in zip(names, there.sum(axis=0).tolist(), strict=True) if count}
    several = there[there.sum(axis=1) > 1]
    rows, counts = np.unique(several, axis=0, return_counts=True) if len(several) else (several, np.empty(0, np.int64))
    together = {
        frozenset(name for name, has in zip(names, row, strict=True) if has): count
        for row, count in zip(rows.tolist(), counts.tolist(), strict=True)}
    return Tally(
        total, by_unit, by_kind, together, sum(by_unit.values()) - total, sum(by_kind.values()) - total)


def add_up(costs: Iterable[Cost]) -> Costs:
    """Sums of costs to the cent."""
    by_unit: dict[str, Decimal] = defaultdict(Decimal)
    by_kind: dict[str, Decimal] = defaultdict(Decimal)
    for cost in costs:
        by_unit[cost.unit] += cost.amount
        by_kind[cost.kind] += cost.amount
    return Costs(sum(by_unit.values(), Decimal()), dict(by_unit), dict(by_kind))
