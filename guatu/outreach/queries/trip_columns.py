"""Rows of trips and visits in columns: some of them, those with units of their own or of others, those that were folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from guatu.kernel.held import NOTHING
from guatu.kernel.held_records import Shelf

NO_UNITS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Seen:
    """Rows as they were at a moment. The units of row n are `members[starts[n]:starts[n + 1]]`."""

    ids: np.ndarray
    columns: dict[str, np.ndarray]
    starts: np.ndarray = field(default_factory=lambda: NO_UNITS)
    members: np.ndarray = field(default_factory=lambda: NO_UNITS)

    @classmethod
    def of(cls, shelf: Shelf, names: Sequence[str]) -> Seen:
        starts = np.searchsorted(shelf.owners, np.append(shelf.ids, np.iinfo(np.int64).max))
        return cls(shelf.ids, {name: shelf[name] for name in names}, starts, shelf.members)

    @classmethod
    def folded(cls, said: dict[int, dict], like: Seen, many: str | None) -> Seen:
        """Rows from values by identity, in the columns of `like`; `many` names the units among them."""
        def cell(value, column: np.ndarray):
            if column.dtype == object:
                return value or ""
            return NOTHING if value is None else value.toordinal() if isinstance(value, date) else value

        columns = {}
        for name, column in like.columns.items():
            columns[name] = np.empty(len(said), column.dtype)
            columns[name][:] = [cell(values.get(name), column) for values in said.values()]
        units = [sorted(values.get(many) or ()) if many else () for values in said.values()]
        return cls(np.array(list(said), np.int64), columns, np.cumsum([0, *map(len, units)]),
                   np.array([unit for row in units for unit in row], np.int64))

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def where(self, which: np.ndarray) -> Seen:
        """Those for which `which` is true, or those at its places, in its order."""
        places = np.flatnonzero(which) if which.dtype == bool else which
        columns = {name: column[places] for name, column in self.columns.items()}
        if not len(self.starts):
            return Seen(self.ids[places], columns)
        starts, members = _taken(self.starts, self.members, places)
        return Seen(self.ids[places], columns, starts, members)

    def filled(self, other: Seen, places: np.ndarray) -> Seen:
        """The same rows; one without units has those of the row of `other` at its place."""
        starts, members = _taken(
            np.concatenate([self.starts, other.starts[1:] + len(self.members)]),
            np.concatenate([self.members, other.members]),
            # The rows of `other` stand behind the own ones.
            np.where(np.diff(self.starts) > 0, np.arange(len(self)), len(self) + places))
        return Seen(self.ids, self.columns, starts, members)

    def joined(self, other: Seen) -> Seen:
        """Both together, by identity."""
        both = Seen(
            np.concatenate([self.ids, other.ids]),
            {name: np.concatenate([column, other[name]]) for name, column in self.columns.items()},
            np.concatenate([self.starts, other.starts[1:] + len(self.members)]),
            np.concatenate([self.members, other.members]))
        return both.where(np.argsort(both.ids, kind="stable"))

    def told(self, *names: str) -> Iterator[tuple]:
        """Some columns, row by row."""
        return zip(*(self[name].tolist() for name in names), strict=True)

    def units(self) -> Iterator[tuple[int, frozenset[int]]]:
        """Identity and units, row by row."""
        starts, members = self.starts.tolist(), self.members.tolist()
        for place, pk in enumerate(self.ids.tolist()):
            yield pk, frozenset(members[starts[place]:starts[place + 1]])


def _taken(starts: np.ndarray, members: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The members of some rows, in the order of `places`."""
    counts = (starts[1:] - starts[:-1])[places]
    ends = np.cumsum(counts)
    picked = np.repeat(starts[:-1][places] - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)
    return np.concatenate([[0], ends]), members[picked]


def numbered(keys: np.ndarray) -> np.ndarray:
    """The number of each key among the different ones, in the order in which they come first."""
    different, first, place = np.unique(keys, return_index=True, return_inverse=True)
    order = np.empty(len(different), np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(different))
    return order[place]
