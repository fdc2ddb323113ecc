"""The five lists as of any day, and their totals.

Projects are counted by signature in memory (`guatu.kernel.held`), and the rule of `rules.lists` is applied once to each
signature, so that the answer costs a constant number of queries whatever the number of projects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.db.models import QuerySet

from guatu.kernel.bulk import chunks
from guatu.kernel.held import NOTHING, Rows, grouped
from guatu.kernel.models import Organisation
from guatu.kernel.scope import Scope
from guatu.projects.choices import LISTS, RESIDUALS
from guatu.projects.models import Project, ProjectState
from guatu.projects.queries.moment import Moment, moment, zone_named
from guatu.projects.queries.placements import Placements
from guatu.projects.queries.rows import StateRow, read_rows
from guatu.projects.rules import lists as rules
from guatu.projects.rules.lists import Total

#: What totals can be broken down by: column of the state, or of its signature.
DIMENSIONS = {"zone": "zone_id", "chain": "chain_id", "unit": "unit_id", "stage": "signature_id"}


class Sum:
    """Projects counted together: how many rows, their known yuan in hundredths, how many of them are known."""

    __slots__ = ("fen", "known", "rows")

    def __init__(self):
        self.rows = self.fen = self.known = 0

    def add(self, rows: int, fen: int, known: int) -> None:
        self.rows += rows
        self.fen += fen
        self.known += known

    @property
    def total(self) -> Total:
        """Like the total of rules, in hundredths of yuan."""
        return Total(self.rows, self.fen, self.rows - self.known, self.rows)


class BatchRow(NamedTuple):
    """A batch, or a member of one, as the totals need it: a Member with its `amount` in hundredths of yuan."""

    key: int
    signature_id: int
    zone_class: int
    batch: int | None
    declared: int | None
    amount: int | None
    dimension: object


def in_yuan(total: Total) -> Total:
    return replace(total, amount=Decimal(int(total.amount)).scaleb(-2) if total.amount else Decimal(0))


@dataclass
class FiveLists:
    when: Moment
    scope: Scope
    zone: object | None
    held: Rows
    groups: list[tuple]  # (dimension, zone class, signature, rows, fen, known) of rows outside batches
    batch_rows: list[BatchRow]
    dimension: str | None = None
    verb: str = "view"
    unit: int | None = None

    @property
    def placements(self) -> Placements:
        return self.when.placements

    @cached_property
    def _keys(self) -> dict[str, set[tuple[int, int]]]:
        """The (zone class, signature) that stand in each list or residual."""
        pairs = {(number, signature) for _dimension, number, signature, *_rest in self.groups}
        pairs |= {(row.zone_class, row.signature_id) for row in self.batch_rows}
        found: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for pair in pairs:
            for name in self.placements.lists_of(*pair):
                found[name].add(pair)
        return found

    @cached_property
    def states(self) -> QuerySet[ProjectState]:
        return self.when.states(self.scope, self.zone.pk if self.zone is not None else None, self.verb, self.unit)

    @cached_property
    def totals(self) -> dict[str, Total]:
        """The total of each list and residual."""
        sums, batches = defaultdict(Sum), defaultdict(list)
        for (_dimension, name), part in self._sums.items():
            sums[name].add(part.rows, part.fen, part.known)
        for (_dimension, name), rows in self._batches.items():
            batches[name].extend(rows)
        return {name: self._with_batches(sums[name], batches[name]) for name, _label in LISTS + RESIDUALS}

    @cached_property
    def total(self) -> Total:
        """Everything once: the sum over the first four lists and the residuals."""
        found = Sum()
        for group in self.groups:
            found.add(*group[3:])
        return self._with_batches(found, self.batch_rows)

    def breakdown(self) -> list[tuple[object, dict[str, Total]]]:
        """Totals of each list by the dimension asked for, the largest first."""
        found: dict[object, dict[str, Total]] = defaultdict(
            lambda: dict.fromkeys((*rules.PARTITION, "investment_supporting"), Total())
        )
        for key in self._sums.keys() | self._batches.keys():
            dimension, name = key
            found[dimension][name] = self._with_batches(self._sums.get(key, Sum()), self._batches.get(key, []))
        return sorted(
            found.items(), key=lambda entry: (-sum(entry[1][name].projects for name in rules.PARTITION), str(entry[0]))
        )

    @cached_property
    def _sums(self) -> dict[tuple, Sum]:
        """Rows outside batches by (value of the dimension, list)."""
        found: dict[tuple, Sum] = defaultdict(Sum)
        for dimension, number, signature, *counted in self.groups:
            for name in self.placements.lists_of(number, signature):
                found[dimension, name].add(*counted)
        return found

    @cached_property
    def _batches(self) -> dict[tuple, list[BatchRow]]:
        """Batches and their members by (value of the dimension, list)."""
        found: dict[tuple, list[BatchRow]] = defaultdict(list)
        for row in self.batch_rows:
            for name in self.placements.lists_of(row.zone_class, row.signature_id):
                found[row.dimension, name].append(row)
        return found

    def _with_batches(self, outside: Sum, inside: list[BatchRow]) -> Total:
        if not inside:
            return in_yuan(outside.total)
        return in_yuan(outside.total + rules.total_with(inside, self._members_of))

    @cached_property
    def _members_of(self) -> dict[int, list[BatchRow]]:
        """Members of each batch, wherever they stand."""
        found: dict[int, list[BatchRow]] = defaultdict(list)
        for row in self.batch_rows:
            if row.batch is not None:
                found[row.batch].append(row)
        return found

    def batches_in(self, name: str) -> set[int]:
        """Identities of the batches that stand in a list or residual."""
        return {
            row.key
            for row in self.batch_rows
            if row.declared is not None and name in self.placements.lists_of(row.zone_class, row.signature_id)
        }

    def rows(
        self, name: str, start: int = 0, stop: int | None = None, order: tuple[str, ...] = ("code",)
    ) -> list[StateRow]:
        """Rows of one list or residual, sorted; one query, two for a part of the list."""
        if start == 0 and stop is None:
            return read_rows(self._sorted(name, order), self.when)
        ids = list(self._sorted(name, order).values_list("project_id", flat=True)[start:stop])
        return self._read(ids)

    def first_rows(self, names: Iterable[str], count: int) -> dict[str, list[StateRow]]:
        """The first rows of several lists by code, each batch before its members; two queries for all of them."""
        ordered = self.held.where(self._by_code())
        classes, signatures = self.placements.classes_of(ordered["zone_id"]), ordered["signature_id"]
        first, standing = grouped(classes, signatures)
        stands = [
            self.placements.lists_of(*pair) for pair in zip(classes[first].tolist(), signatures[first].tolist(), strict=True)
        ]
        ids = {
            name: ordered["project_id"][np.array([name in found for found in stands], bool)[standing]][:count].tolist()
            for name in names
        }
        known = {row.project_id: row for row in self._read([pk for found in ids.values() for pk in found])}
        return {name: [known[pk] for pk in found] for name, found in ids.items()}

    def _by_code(self) -> np.ndarray:
        """The order of `orders.order_of("code")`."""
        codes, batches, family = self.held.ranks("code"), self.held["batch_id"], self.held.ranks("code")
        members = batches != NOTHING
        named = dict(Project.everything.filter(pk__in=np.unique(batches[members]).tolist()).values_list("pk", "code"))
        places = self.held.table.ranks("code")
        numbers = {pk: self.held.code("code", code) for pk, code in named.items()}
        family[members] = [places[numbers[pk]] if numbers[pk] != NOTHING else -1 for pk in batches[members].tolist()]
        return np.lexsort((self.held["project_id"], codes, batches, family))

    def _sorted(self, name: str, order: tuple[str, ...]) -> QuerySet[ProjectState]:
        keys = self._keys.get(name)
        inside = self.states.filter(self.placements.which(keys)) if keys else self.states.none()
        return inside.order_by(*order, "project_id")

    def _read(self, ids: list[int]) -> list[StateRow]:
        """The rows of these projects in their order. Read apart from the sorting, which the index alone can do."""
        found = {
            row.project_id: row
            for chunk in chunks(ids)
            for row in read_rows(self.when.states(Scope.whole()).filter(project_id__in=chunk), self.when)
        }
        return [found[pk] for pk in ids]

    def as_json(self) -> dict:
        def total(of: Total) -> dict:
            return {
                "projects": of.projects,
                "rows": of.rows,
                "investment_cny": of.amount,
                "investment_unknown": of.unknown,
            }

        rows = self._all_rows()
        return {
            "as_of": self.when.as_of.isoformat(),
            "zone": self.zone.code if self.zone is not None else None,
            "known_at": self.when.known_at.isoformat() if self.when.known_at else None,
            "lists": {name: [row.as_json() for row in rows[name]] for name, _label in LISTS},
            "residuals": {name: [row.as_json() for row in rows[name]] for name, _label in RESIDUALS},
            "totals": {
                **total(self.total),
                "lists": {name: total(self.totals[name]) for name, _label in LISTS},
                "residuals": {name: total(self.totals[name]) for name, _label in RESIDUALS},
                "rates": {
                    currency: str(rate) for currency, rate in sorted(self.when.rates.items()) if currency != "CNY"
                },
            },
        }

    def _all_rows(self) -> dict[str, list[StateRow]]:
        """Every row under each list it stands in; one query."""
        found: dict[str, list[StateRow]] = defaultdict(list)
        for row in read_rows(self.states.order_by("code", "project_id"), self.when):
            for name in self.placements.lists_of(self.placements.class_of(row.zone_id), row.signature_id):
                found[name].append(row)
        return found


def five_lists(
    scope: Scope,
    as_of: date,
    known_at: datetime | None = None,
    zone: str | None = None,
    dimension: str | None = None,
    verb: str = "view",
    unit: int | None = None,
) -> FiveLists:
    """The five lists of the projects on which `scope` has `verb`, below `zone` (a code) and of `unit` when given."""
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    rows = when.rows(scope, node.pk if node is not None else None, verb, unit)
    return counted(rows, when, scope, node, dimension, verb, unit)


def counted(
    rows: Rows,
    when: Moment,
    scope: Scope,
    zone: Organisation | None,
    dimension: str | None = None,
    verb: str = "view",
    unit: int | None = None,
) -> FiveLists:
    """The lists of `rows`, which are those of `when`, `scope`, `zone`, `verb` and `unit`, cut by a dimension."""
    placements = when.placements
    dimension = dimension if dimension in DIMENSIONS else None
    keys, classes, fen = _keys_of(rows, dimension, when), placements.classes_of(rows["zone_id"]), when.cny_fen_of(rows)
    signatures = rows["signature_id"]
    inside = (rows["batch_id"] != NOTHING) | (rows["declared_count"] != NOTHING)
    return FiveLists(
        when, scope, zone, rows,
        _groups(keys[~inside], classes[~inside], signatures[~inside], fen[~inside]),
        [
            BatchRow(*(None if value == NOTHING else value for value in values))
            for values in zip(
                *(column[inside].tolist() for column in (
                    rows["project_id"], signatures, classes, rows["batch_id"], rows["declared_count"], fen, keys)),
                strict=True,
            )
        ],
        dimension, verb, unit,
    )


def _keys_of(rows: Rows, dimension: str | None, when: Moment) -> np.ndarray:
    if dimension is None:
        return np.full(len(rows), NOTHING)
    if dimension != "stage":
        return rows[DIMENSIONS[dimension]]
    different, places = np.unique(rows["signature_id"], return_inverse=True)
    return np.array([when.signatures[pk].stage for pk in different.tolist()], object)[places]


def _groups(keys: np.ndarray, classes: np.ndarray, signatures: np.ndarray, fen: np.ndarray) -> list[tuple]:
    """(key, class, signature, rows, fen, known) of rows outside batches, for each three that occur together."""
    if not len(keys):
        return []
    first, group = grouped(keys, classes, signatures)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(first)))
    known = (fen != NOTHING)[order]
    sums = np.add.reduceat(np.where(known, fen[order], 0), starts)  # whole numbers, so that nothing is rounded
    columns = (
        *(column[first] for column in (keys, classes, signatures)),
        np.bincount(group), sums, np.add.reduceat(known.astype(np.int64), starts),
    )
    return [
        (None if name == NOTHING else name, *values)
        for name, *values in zip(*(column.tolist() for column in columns), strict=True)
    ]
