"""Which activities go together, and how near each location is to those it lacks.

    found = relatedness([("青岛", "面板", 12), ("青岛", "模组", 30), ("合肥", "面板", 20)])
    nearest_absent(found, "合肥", 5)      # what it lacks, nearest first, with what it has that is near

A table names locations, activities and values of zero or more (makers, employees, sales); a pair that is not named has
none. Sources: Balassa, The Manchester School 33 (1965), 99-123 (revealed comparative advantage; of employees it is the
location quotient); Hidalgo, Klinger, Barabási and Hausmann, Science 317 (2007), 482-487 (proximity, density).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from guatu.chains.rules.complexity import MOST_STEPS, Complexity, Outlook, complexity, fixed, outlook
from guatu.chains.rules.relatedness_problems import BadTable, Note, Problem
from guatu.kernel.rules.refusals import printable

#: A share on the threshold but for rounding counts as reaching it.
ROUNDING = 1e-9
#: Proximities take the square of the activities: 5,000 of them 200 MB.
MOST_ACTIVITIES, MOST_CELLS = 5_000, 20_000_000
#: Values beyond these are slips, and would lose their digits in sums.
_LEAST, _MOST = 1e-30, 1e30


@dataclass(frozen=True, eq=False)
class Table:
    """Locations and activities in the order of their names, and the sum of the values for each pair.

    `rows` were read, `repeated` of them name a pair that an earlier row has.
    """

    locations: tuple[str, ...]
    activities: tuple[str, ...]
    values: np.ndarray
    rows: int
    repeated: int


@dataclass(frozen=True, eq=False)
class Relatedness:
    """The measures of a table. Matrices are locations by activities, `proximity` activities by activities.

    `present` is where `rca` reaches `threshold`; `density` lies between 0 and 1; `outlook` has the gain of each absent
    activity; `notes` say what was added up and what cannot be told.
    """

    table: Table
    threshold: float
    rca: np.ndarray
    present: np.ndarray
    proximity: np.ndarray
    density: np.ndarray
    complexity: Complexity
    outlook: Outlook
    notes: tuple[Note, ...]

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[str, int]]:
        return tuple({name: place for place, name in enumerate(names)}
                     for names in (self.table.locations, self.table.activities))

    def of(self, measure: str, location: str, activity: str) -> Any:
        """The `values`, `rca`, `present` or `density` of one pair. Raises KeyError for a name that is not there."""
        matrix = self.table.values if measure == "values" else getattr(self, measure)
        rows, columns = self._places
        return matrix[rows[location], columns[activity]].item()

    def row_of(self, location: str) -> int:
        """The place of a location. Raises KeyError."""
        return self._places[0][location]


@dataclass(frozen=True)
class Term:
    """An activity the location has, its proximity to the absent one, and its share in that one's density."""

    activity: str
    proximity: float
    share: float


@dataclass(frozen=True)
class Near:
    """An activity the location lacks. `density` is the sum of the shares of `terms`, the nearest it has, and of `rest`.
    `pci` and `gain` are None where they cannot be told."""

    activity: str
    density: float
    pci: float | None
    gain: float | None
    terms: tuple[Term, ...]
    rest: float


def relatedness(rows: Table | Iterable[Sequence], threshold: float = 1.0, most_steps: int = MOST_STEPS) -> Relatedness:
    """Every measure of a table, or of its rows (location, activity, value). Raises BadTable."""
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 < threshold < math.inf:
        raise BadTable([Problem("threshold_wrong", params={"text": printable(threshold)})])
    whole = rows if isinstance(rows, Table) else table(rows)
    advantage = rca(whole.values)
    present = fixed(advantage >= threshold * (1 - ROUNDING))
    phi = proximity(present)
    near = density(present, phi)
    measures = complexity(present, most_steps)
    found = outlook(present, phi, near, measures.pci)
    notes = tuple(_notes(whole, phi, measures))
    return Relatedness(whole, float(threshold), advantage, present, phi, near, measures, found, notes)


def table(rows: Iterable[Sequence], numbers: Sequence[int] | None = None) -> Table:
    """The table of rows (location, activity, value); a pair named again is added up.

    `numbers` are the rows' numbers in a file, for the problems; without them they count from 1. Raises BadTable with every
    wrong row: a blank or missing name, a value that is none, NaN, infinite, below zero or beyond 1e30.
    """
    problems: list[Problem] = []
    locations: dict[str, int] = {}
    activities: dict[str, int] = {}
    c, p, values = [], [], []
    count = 0
    for location, activity, value in rows:
        if wrong := _wrong(location, activity, value):
            row = numbers[count] if numbers is not None else count + 1
            problems += [Problem(code, row, column, params) for code, column, params in wrong]
        else:
            c.append(locations.setdefault(location, len(locations)))
            p.append(activities.setdefault(activity, len(activities)))
            values.append(value)
        count += 1
    if problems:
        raise BadTable(problems)
    if not count:
        raise BadTable([Problem("table_empty")])
    size = len(locations), len(activities)
    if size[0] * size[1] > MOST_CELLS or size[1] > MOST_ACTIVITIES:
        raise BadTable([Problem("table_large", params={
            "locations": size[0], "activities": size[1], "most_cells": MOST_CELLS, "most_activities": MOST_ACTIVITIES})])
    # Named in the order they came; told in the order of their names.
    rows_at, columns_at = _ranks(locations), _ranks(activities)
    flat = rows_at[np.array(c)] * size[1] + columns_at[np.array(p)]
    matrix = np.bincount(flat, np.array(values, float), size[0] * size[1]).reshape(size)
    if not matrix.any():
        raise BadTable([Problem("table_zero")])
    return Table(tuple(sorted(locations)), tuple(sorted(activities)), fixed(matrix), count, count - np.unique(flat).size)


def rca(values: np.ndarray) -> np.ndarray:
    """Revealed comparative advantage, (x_cp / x_c) / (x_p / x), which is the location quotient; 0 where a location or an
    activity has nothing at all."""
    by_location, by_activity = values.sum(axis=1, keepdims=True), values.sum(axis=0, keepdims=True)
    # One division, so that whole numbers which are exactly on the threshold come out exactly so.
    expected = by_location * by_activity
    return fixed(np.divide(values * values.sum(), expected, out=np.zeros_like(expected), where=expected > 0))


def proximity(present: np.ndarray) -> np.ndarray:
    """φ_ij = min(P(i | j), P(j | i)): of the locations that have the commoner of both, the share that has the other too.

    An activity is not near itself: the diagonal is zero, so that density tells of the neighbours alone.
    """
    matrix = np.asarray(present, bool).astype(float)
    both = matrix.T @ matrix
    have = np.diag(both)
    greater = np.maximum(have[:, None], have[None, :])
    phi = np.divide(both, greater, out=np.zeros_like(both), where=greater > 0)
    np.fill_diagonal(phi, 0.0)
    return fixed(phi)


def density(present: np.ndarray, proximity: np.ndarray) -> np.ndarray:
    """ω_cj = Σ_i M_ci φ_ij / Σ_i φ_ij: of all that is near an activity, the share a location has. 0 where nothing is near."""
    around = proximity.sum(axis=1)
    near = np.asarray(present, bool).astype(float) @ proximity
    near = np.divide(near, around, out=np.zeros_like(near), where=around > 0)
    return fixed(np.clip(near, 0.0, 1.0, out=near))


def nearest_absent(found: Relatedness, location: str, count: int, terms: int = 5) -> tuple[Near, ...]:
    """The `count` activities a location lacks that are nearest to what it has: by density, then by the activity's own
    complexity, then by name. Each with the `terms` activities it has that count most. Raises KeyError."""
    row = found.row_of(location)
    has = found.present[row]
    names, pci, gain = found.table.activities, found.complexity.pci, found.outlook.gain[row]
    nearest = []
    for place in absent_order(found, row)[:max(count, 0)].tolist():
        phi = found.proximity[place]
        around = phi.sum()
        near = [Term(name, value, value / around)
                for name, value in compress(zip(names, phi.tolist(), strict=True), has & (phi > 0))]
        near.sort(key=lambda term: (-term.proximity, term.activity))
        rest = math.fsum(term.share for term in near[terms:])
        nearest.append(Near(names[place], float(found.density[row, place]), _told(pci[place]), _told(gain[place]),
                            tuple(near[:terms]), rest))
    return tuple(nearest)


def absent_order(found: Relatedness, row: int) -> np.ndarray:
    """The places of the activities a location lacks, the nearest first."""
    places = np.flatnonzero(~found.present[row])
    pci = np.nan_to_num(found.complexity.pci[places], nan=-np.inf)
    # Rounded, since sums of the same shares in another order may differ in their last digits. Names are in order already.
    return places[np.lexsort((places, -np.round(pci, 9), -np.round(found.density[row, places], 12)))]


def _told(value) -> float | None:
    return None if math.isnan(value) else float(value)


def _ranks(names: dict[str, int]) -> np.ndarray:
    ranks = np.empty(len(names), int)
    for rank, name in enumerate(sorted(names)):
        ranks[names[name]] = rank
    return ranks


def _wrong(location, activity, value) -> list[tuple[str, str, dict]]:
    """What is wrong with a row: code, column, words of the sentence."""
    if (type(location) is str and type(activity) is str and type(value) in (int, float) and location.strip()
            and activity.strip() and (value == 0 or _LEAST <= value <= _MOST)):
        return []  # the usual row at once: there may be hundreds of thousands
    wrong = []
    for name, column in ((location, "location"), (activity, "activity")):
        if name is None or (isinstance(name, str) and not name.strip()):
            wrong.append(("name_blank", column, {}))
        elif not isinstance(name, str):
            wrong.append(("name_wrong", column, {"text": printable(name)}))
    if value is None:
        wrong.append(("value_missing", "value", {}))
    elif isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        wrong.append(("value_wrong", "value", {"text": printable(value)}))
    elif value != value:
        wrong.append(("value_nan", "value", {}))
    elif value in (math.inf, -math.inf):
        wrong.append(("value_infinite", "value", {}))
    elif value < 0:
        wrong.append(("value_negative", "value", {"text": printable(value)}))
    elif value and not _LEAST <= value <= _MOST:
        wrong.append(("value_far", "value", {"text": printable(value)}))
    return wrong


def _notes(whole: Table, phi: np.ndarray, measures: Complexity) -> Iterable[Note]:
    if whole.repeated:
        yield Note("summed", {"count": whole.repeated})
    alone = (measures.ubiquity > 0) & ~phi.any(axis=1)
    for code, where, names in (
        ("location_empty", measures.diversity == 0, whole.locations),
        ("activity_empty", measures.ubiquity == 0, whole.activities),
        ("no_proximity", alone, whole.activities),
    ):
        if where.any():
            yield Note(code, {"count": int(where.sum())}, tuple(np.flatnonzero(where).tolist())).named(names)
    for note in measures.notes:
        yield note.named(whole.locations)
