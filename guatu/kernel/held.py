"""Interval tables held in memory, column by column, so that a question about any day is a few comparisons of arrays.

A zone of 20,000 projects keeps some 800,000 interval rows. No index helps with "in force on this day, as known then, and
not finished": each of them is half a range. Sixty megabytes of numbers in each process answer it in milliseconds on
either database, and the wall asks it a dozen times.

The memory stands exactly at one recording of the chain. When the head has moved, the rows that were recorded since are
added and those superseded since are closed, as the columns `recorded_from` and `recorded_to` tell. When the recording it
stands at is not in the chain (a transaction that was rolled back, another database), or interval rows were remade, it is
read anew. Rows of recordings that came later do no harm to an older question, so nothing need be locked while reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import numpy as np
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from guatu.kernel.kept import place
from guatu.kernel.models.facts import FOREVER, Interval
from guatu.kernel.models.history import ChainHead, Recording
from guatu.kernel.recording import head

#: What stands for no value: in columns of numbers, and in columns of days. A day that never comes is later than all.
NOTHING, NEVER = -(1 << 62), 10_000_000
READ_AT_ONCE, SPARE = 50_000, 1.25
OF_EACH = ("id", "valid_from", "valid_to", "recorded_from", "recorded_to")


class Written(models.Func):
    """A day as SQLite keeps it, a text: an expression is spared the connection's own conversion, cell by cell."""

    output_field = models.CharField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')")

    def as_postgresql(self, compiler, connection, **context):
        return compiler.compile(self.source_expressions[0])


class Days(dict):
    """Ordinals of days as either database gives them. There are few different days, so each is worked out once."""

    def __missing__(self, day: date | str | None) -> int:
        known = date.fromisoformat(day) if isinstance(day, str) else day
        self[day] = ordinal = NEVER if known is None else known.toordinal()
        return ordinal


@dataclass(frozen=True)
class Rows:
    """Some rows of a table: `rows["zone_id"]` is that column of them. Days are ordinals, texts their `code`."""

    table: Table
    places: np.ndarray
    _columns: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = column = self.table.columns[name][self.places]
            column.flags.writeable = False
        return self._columns[name]

    def where(self, which: np.ndarray) -> Rows:
        """Those for which `which` is true (or those at its places, in its order)."""
        return Rows(self.table, self.places[which])

    def code(self, name: str, word: str) -> int:
        """The number that stands for a text in a column of texts; one that stands nowhere when no row has it."""
        return self.table.words[name].get(word, NOTHING)

    def ranks(self, name: str) -> np.ndarray:
        """Numbers that sort the rows by a column of texts."""
        return self.table.ranks(name)[self[name]]


class Table:
    """All rows of one interval table as of one recording. Arrays may be longer than `size`: the rest is spare."""

    def __init__(self, model: type[Interval]):
        self.model = model
        self.size = 0
        self.fields = [model._meta.get_field(name) for name in (*OF_EACH, *model.held)]
        self.columns: dict[str, np.ndarray] = {
            field.attname: np.empty(0, np.int32 if isinstance(field, models.DateField) else np.int64)
            for field in self.fields
        }
        self.texts = [field.attname for field in self.fields if isinstance(field, models.CharField)]
        self.words: dict[str, dict[str, int]] = {name: {} for name in self.texts}
        self.spelled: dict[str, list[str]] = {name: [] for name in self.texts}
        self._ranks: dict[str, np.ndarray] = {}

    def in_force(self, as_of: date, recording: int) -> Rows:
        """The rows that hold on a day, as known at a recording."""
        size, day, columns = self.size, as_of.toordinal(), self.columns
        holds = columns["valid_to"][:size] > day
        holds &= columns["valid_from"][:size] <= day
        holds &= columns["recorded_to"][:size] > recording
        holds &= columns["recorded_from"][:size] <= recording
        return Rows(self, np.flatnonzero(holds))

    def known(self, recording: int) -> Rows:
        """The rows known at a recording, whatever day they hold on."""
        size, columns = self.size, self.columns
        holds = columns["recorded_to"][:size] > recording
        holds &= columns["recorded_from"][:size] <= recording
        return Rows(self, np.flatnonzero(holds))

    def ranks(self, name: str) -> np.ndarray:
        """The place of each text of a column in the order of texts, by its code."""
        spelled = self.spelled[name]
        kept = self._ranks.get(name)
        if kept is None or len(kept) < len(spelled):
            order = np.array(sorted(range(len(spelled)), key=spelled.__getitem__), np.int64)
            kept = np.empty(len(order), np.int64)
            kept[order] = np.arange(len(order))
            self._ranks[name] = kept
        return kept

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self, until: int) -> None:
        """Adds the rows that recordings through `until` have added since the last reading."""
        last = int(self.columns["id"][self.size - 1]) if self.size else 0
        days = Days()
        while batch := self._batch(last, until):
            self._add([
                np.array(self._numbers(field, values, days), self.columns[field.attname].dtype)
                for field, values in zip(self.fields, zip(*batch, strict=True), strict=True)
            ])
            last = batch[-1][0]
        # What a later recording has closed already is still open at this one.
        ends = self.columns["recorded_to"][: self.size]
        ends[ends > until] = FOREVER

    def close(self, since: int, until: int) -> None:
        """Closes the rows that recordings after `since` through `until` have superseded."""
        rows = self.model.objects.filter(
            recorded_from__lte=since, recorded_to__gt=since, recorded_to__lte=until
        ).order_by("pk")
        closed = fetched(rows.values_list("pk", "recorded_to"))
        if closed:
            keys, ends = np.array(closed, np.int64).T
            self.columns["recorded_to"][np.searchsorted(self.columns["id"][: self.size], keys)] = ends

    def _batch(self, last: int, until: int) -> list[tuple]:
        rows = self.model.objects.filter(pk__gt=last, recorded_from__lte=until).order_by("pk")
        asked = [Written(field.attname) if isinstance(field, models.DateField) else models.F(field.attname) for field in self.fields]
        return fetched(rows.values_list(*asked)[:READ_AT_ONCE])

    def _numbers(self, field: models.Field, values: tuple, days: Days) -> Sequence[int]:
        if isinstance(field, models.DateField):
            return [days[value] for value in values]
        if field.attname not in self.words:
            return [NOTHING if value is None else value for value in values] if field.null else values
        codes, spelled = self.words[field.attname], self.spelled[field.attname]
        for word in sorted(set(values) - codes.keys()):
            spelled.append(word)
            codes[word] = len(codes)
        return [codes[word] for word in values]

    def _add(self, arrays: list[np.ndarray]) -> None:
        size, more = self.size, len(arrays[0])
        grown = dict(self.columns)
        for one, array in zip(self.fields, arrays, strict=True):
            column = grown[one.attname]
            if size + more > len(column):
                longer = np.empty(max(size + more, int(size * SPARE)), column.dtype)
                longer[:size] = column[:size]
                column = grown[one.attname] = longer
            column[size : size + more] = array
        # Whoever reads meanwhile sees the old arrays or the new ones, and of either only the first `size` rows.
        self.columns = grown
        self.size = size + more


def grouped(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that agree in every column make a group: the place of the first row of each group, and the group of each row."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        place, different = _places(column)
        number = number * different + place
    group, different = _places(number)
    first = np.empty(different, np.int64)
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)  # of several the last stays, which is the first row
    return first, group


def _places(column: np.ndarray) -> tuple[np.ndarray, int]:
    """The place of each value among the different ones, in their order, and how many there are.

    Numbers that lie close together, as codes and identities given at once do, are counted instead of sorted.
    """
    if len(column) and column.dtype != object:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if span <= max(8 * len(column), 1 << 16):
            there = np.zeros(span, bool)
            there[column - low] = True
            order = np.cumsum(there) - 1
            return order[column - low], int(order[-1]) + 1
    different, place = np.unique(column, return_inverse=True)
    return place, len(different)


class Memory:
    """The tables of one database in this process, and the recording at which they stand."""

    def __init__(self):
        self.lock = Lock()
        self.tables: dict[type[Interval], tuple[Table, ChainHead]] = {}

    def table(self, model: type[Interval], newest: ChainHead) -> Table:
        with self.lock:
            kept = self.tables.get(model)
            if kept is not None and still_stands(kept[1], newest):
                table, stood = kept
                # Another thread may have seen a later head: what it added is not in force at this one.
                if stood.number < newest.number:
                    table.close(stood.number, newest.number)
                    table.read(newest.number)
                    self.tables[model] = table, newest
                return table
            table = Table(model)
            table.read(newest.number)
            self.tables[model] = table, newest
            return table


def still_stands(stood: ChainHead, newest: ChainHead) -> bool:
    """Whether the recording at which a table was read lies in the chain, and no rows were remade since."""
    if stood.remade != newest.remade:
        return False
    if stood.number in (newest.number, 0):
        return stood.number == 0 or stood.hash == newest.hash
    return Recording.objects.filter(number=stood.number, hash=stood.hash).exists()


_memories: dict[str, Memory] = {}


def held(model: type[Interval], newest: ChainHead | None = None) -> Table:
    """The table of an interval model with every row recorded until the chain's head (`newest`, if it was read already);
    `model.held` names its columns.

    No query while nothing has been recorded; then two or three, and the rows that are new.
    """
    return _memories.setdefault(place(), Memory()).table(model, newest or head())


def warm() -> None:
    """Reads every table that is held in memory, so that the first person to ask does not wait for it."""
    for model in apps.get_models():
        if issubclass(model, Interval) and model.held:
            held(model)


def fetched(rows: models.QuerySet) -> list[tuple]:
    """The rows of a `values_list` as the database gives them: numbers and texts without a model's ceremony."""
    try:
        question = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*question)
        return cursor.fetchall()
