"""What entered and left the lists between two days, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.held import Rows, grouped
from guatu.kernel.scope import Scope
from guatu.projects.choices import LISTS, STAGES
from guatu.projects.queries.moment import Moment, moment, zone_named
from guatu.projects.queries.rows import StateRow, read_rows


@dataclass(frozen=True)
class Move:
    """A project that entered or left a list between two days, and why."""

    project_id: int
    code: str
    name: str
    before: str | None
    after: str | None
    why: str

    def as_json(self) -> dict:
        return {"code": self.code, "name": self.name, "from": self.before, "to": self.after, "why": self.why}


@dataclass(frozen=True)
class Difference:
    entered: dict[str, list[Move]]
    left: dict[str, list[Move]]

    def as_json(self) -> dict:
        return {
            "entered": {name: [move.as_json() for move in moves] for name, moves in self.entered.items()},
            "left": {name: [move.as_json() for move in moves] for name, moves in self.left.items()},
        }


class Standings:
    """Zone class and signature of each project on two days, by project, where its lists on these days may differ."""

    def __init__(self, scope: Scope, first: Moment, second: Moment, zone: int | None, unit: int | None = None):
        self.first, self.second = first.placements, second.placements
        earlier, later = first.rows(scope, zone, unit=unit), second.rows(scope, zone, unit=unit)
        stood, stands = (
            (moment.placements.classes_of(rows["zone_id"]), rows["signature_id"])  # zone class and signature
            for moment, rows in ((first, earlier), (second, later))
        )
        _both, at_first, at_second = np.intersect1d(
            earlier["project_id"], later["project_id"], assume_unique=True, return_indices=True)
        unmoved = self._unmoved(*(column[at_first] for column in stood), *(column[at_second] for column in stands))
        self.before = self._by_project(earlier, stood, at_first[unmoved])
        self.after = self._by_project(later, stands, at_second[unmoved])

    def _unmoved(self, *changes: np.ndarray) -> np.ndarray:
        """Whether each project stands in the same lists on both days. There are few different changes of standing."""
        first, change = grouped(*changes)
        alike = [
            self.first.lists_of(number, signature) == self.second.lists_of(other, mark)
            for number, signature, other, mark in zip(*(column[first].tolist() for column in changes), strict=True)
        ]
        return np.array(alike, bool)[change]

    @staticmethod
    def _by_project(rows: Rows, placed: tuple[np.ndarray, np.ndarray], without: np.ndarray) -> dict[int, tuple[int, int]]:
        projects, *pair = (np.delete(column, without).tolist() for column in (rows["project_id"], *placed))
        return dict(zip(projects, zip(*pair, strict=True), strict=True))

    def placed_before(self, pk: int) -> str | None:
        return self.first.lists_of(*self.before[pk])[0] if pk in self.before else None

    def placed_after(self, pk: int) -> str | None:
        return self.second.lists_of(*self.after[pk])[0] if pk in self.after else None

    def moves(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Projects that entered and that left each list, by identity. There are few different changes of standing."""
        together: dict[tuple, list[int]] = defaultdict(list)
        for pk in self.before.keys() | self.after.keys():
            together[self.before.get(pk), self.after.get(pk)].append(pk)
        entered: dict[str, list[int]] = {name: [] for name, _label in LISTS}
        left: dict[str, list[int]] = {name: [] for name, _label in LISTS}
        for (was, now), found in together.items():
            lists_before = set(self.first.lists_of(*was)) if was else set()
            lists_after = set(self.second.lists_of(*now)) if now else set()
            for name in (lists_after - lists_before) & entered.keys():
                entered[name].extend(found)
            for name in (lists_before - lists_after) & left.keys():
                left[name].extend(found)
        return (
            {name: sorted(found) for name, found in entered.items()},
            {name: sorted(found) for name, found in left.items()},
        )


def difference(
    scope: Scope,
    d1: date,
    d2: date,
    known_at: datetime | None = None,
    zone: str | None = None,
    most: int | None = None,
    unit: int | None = None,
    only: tuple[str, str] | None = None,
    start: int = 0,
    second: Moment | None = None,
) -> tuple[Difference, dict[str, tuple[int, int]]]:
    """What entered and left each list between two days, and the counts (entered, left) by list.

    With `most`, at most so many rows of each are read, from the place `start`; with `only` (a list, and "entered" or
    "left") no other rows are read. The counts are always of all.
    `second` is the moment of the second day, where the caller has it already.
    """
    node = zone_named(scope, zone) if zone else None
    second = second or moment(d2, known_at)
    first = second.on(d1)
    standings = Standings(scope, first, second, node.pk if node is not None else None, unit)
    entered, left = standings.moves()
    counts = {name: (len(entered[name]), len(left[name])) for name, _label in LISTS}
    end = None if most is None else start + most
    for way, moved in (("entered", entered), ("left", left)):
        for name in moved:
            moved[name] = moved[name][start:end] if only in (None, (name, way)) else []
    shown = {pk for moved in (entered, left) for found in moved.values() for pk in found}
    known = _named(first, shown - standings.after.keys()) | _named(second, shown & standings.after.keys())

    def moves(ids: list[int]) -> list[Move]:
        found = [
            _move(known[pk], standings.placed_before(pk), standings.placed_after(pk), pk in standings.after)
            for pk in ids
        ]
        return sorted(found, key=lambda move: move.code)

    return Difference(
        {name: moves(ids) for name, ids in entered.items()}, {name: moves(ids) for name, ids in left.items()}
    ), counts


def _named(when: Moment, ids: set[int]) -> dict[int, StateRow]:
    found = {}
    for chunk in chunks(sorted(ids)):
        rows = when.states(Scope.whole()).filter(project_id__in=chunk)
        found |= {row.project_id: row for row in read_rows(rows, when)}
    return found


def _move(row: StateRow, before: str | None, after: str | None, present: bool) -> Move:
    if not present:
        why = _("no longer among these projects")
    elif row.status == "paused":
        why = _("paused")
    elif row.status == "cancelled":
        why = _("cancelled")
    elif before == after:
        why = _("statistics entry")
    elif row.since is None:
        why = _("the stage is no longer known")
    elif after == "land_of_earlier_years":
        why = _("the year has turned")
    else:
        why = _("%(stage)s, %(day)s") % {"stage": dict(STAGES)[row.stage], "day": row.since_text}
    return Move(row.project_id, row.code, row.name, before, after, str(why))
