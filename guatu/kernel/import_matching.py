"""Which stored row each row of a sheet means: by its record number, else by the resource's keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Change
from guatu.kernel.columns import Column
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.resource import Resource
from guatu.kernel.rules.cells import BadCell, normalise_text, parse_int
from guatu.kernel.scope import Scope

RECORD = "record"


@dataclass(frozen=True)
class ImportFault:
    """What is wrong with one cell: its row as counted in the file, its column's header there, and a sentence."""

    row: int
    column: str
    message: str


@dataclass(eq=False)
class Line:
    """One row of the sheet being read: its raw cells by column key, what they mean, and what is wrong with them."""

    number: int
    cells: dict[str, Any]
    keys: dict[str, Any] = field(default_factory=dict)  # values of the columns that find a row
    unreadable: set[str] = field(default_factory=set)  # fields among them whose cells cannot be read
    row: Stated | None = None
    change: Change | None = None
    deferred: list[tuple[Column, str, Exception]] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)
    lost: bool = False  # it is not known which row is meant, so nothing more can be said of it


class Finder:
    """Finds the rows of a whole sheet in a number of queries that does not depend on how many there are."""

    def __init__(self, resource: Resource, scope: Scope, headers: dict[str, str]):
        self.resource = resource
        self.model = resource.model
        self.scope = scope
        self.headers = headers

    def find(self, lines: list[Line]) -> None:
        by_record = RECORD in self.headers
        if by_record:
            self._by_record(lines)
        self._by_keys([line for line in lines if line.row is None and not line.lost], by_record)
        self._refuse_twice(lines)

    def fault(self, line: Line, column: str, message: str) -> None:
        line.faults.append(ImportFault(line.number, self.headers.get(column, column), message))

    # -- record numbers --------------------------------------------------------------------------------------------

    def _by_record(self, lines: list[Line]) -> None:
        wanted: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            raw = line.cells.get(RECORD)
            try:
                number = parse_int(raw)
            except BadCell:
                number = -1
            if number is not None:
                wanted[number].append(line)
        numbers = [number for number in wanted if 0 < number < 1 << 63]
        survivors = self.resource.survivors(numbers)
        rows = self._load("lineage" if issubclass(self.model, Fact) else "pk", [*numbers, *survivors.values()])
        found = {row.record_number: row for row in rows}
        found |= {number: found[standing] for number, standing in survivors.items() if standing in found}
        for number, asking in wanted.items():
            for line in asking:
                line.row = found.get(number)
                if line.row is None:
                    line.lost = True
                    self.fault(line, RECORD, _(
                        "There is no “%(label)s” with record number %(record)s that you may see. Leave the cell empty "
                        "for a new row, or copy the number from a fresh export.")
                        % {"label": self.resource.label, "record": line.cells.get(RECORD)})

    def _load(self, column: str, values: Iterable[int]) -> list[Stated]:
        rows = self.resource.rows(self.scope).select_related(None)
        return [row for chunk in chunks(sorted(set(values))) for row in rows.filter(**{f"{column}__in": chunk})]

    # -- keys ------------------------------------------------------------------------------------------------------

    def key_of(self, line: Line, names: tuple[str, ...]) -> tuple | None:
        """The values by which a row is sought, None when the sheet does not give enough of them."""
        if line.keys.get(names[0]) in (None, "") or line.unreadable & set(names):
            return None
        key = []
        for name in names:
            model_field = self.model._meta.get_field(name)
            value = line.keys[name] if name in line.keys else model_field.get_default()
            if value is None and not model_field.null:
                return None
            key.append(value)
        return tuple(key)

    def _decides(self, names: tuple[str, ...]) -> bool:
        return len(names) == 1 and self.model._meta.get_field(names[0]).unique

    def _by_keys(self, lines: list[Line], by_record: bool) -> None:
        for names in self.resource.match:
            keyed = {line: key for line in lines if (key := self.key_of(line, names)) is not None}
            stored = self._stored(names, set(keyed.values()))
            rows = {row.pk: row for row in self._load("pk", (pk for found in stored.values() for pk in found))}
            for line, key in keyed.items():
                same = [row for pk in stored.get(key, ())
                        if (row := rows.get(pk)) is not None and self.resource.is_same(row, line.keys)]
                if len(same) > 1:
                    line.lost = True
                    self.fault(line, names[0], _(
                        "%(count)d rows of “%(label)s” fit this row (%(key)s). Export them and import the sheet with "
                        "its record numbers, so that it is clear which one is meant.")
                        % {"count": len(same), "label": self.resource.label_plural, "key": self._words(line, names)})
                elif same and by_record:
                    line.lost = True
                    self.fault(line, names[0] if self._decides(names) else RECORD, _(
                        "This row has no record number, so it would be new, but there is already a “%(label)s” with "
                        "%(key)s. Put its record number %(record)s in the first column, or correct the row.")
                        % {"label": self.resource.label, "key": self._words(line, names),
                           "record": same[0].record_number})
                elif same:
                    line.row = same[0]
            settled = keyed.keys() if self._decides(names) else ()
            lines = [line for line in lines if line.row is None and not line.lost and line not in settled]

    def _stored(self, names: tuple[str, ...], wanted: set[tuple]) -> dict[tuple, list[int]]:
        """Identities of the visible rows by key, for the keys wanted."""
        found: dict[tuple, list[int]] = defaultdict(list)
        if not wanted:
            return found
        spread = [len({key[place] for key in wanted if key[place] is not None}) for place in range(len(names))]
        probe = max(range(len(names)), key=lambda place: (spread[place], -place))
        rows = self.resource.rows(self.scope).select_related(None).prefetch_related(None).order_by("pk")
        attnames = [self.model._meta.get_field(name).attname for name in names]
        seen = set()
        for chunk in chunks(list({key[probe] for key in wanted if key[probe] is not None})):
            for pk, *parts in rows.filter(**{f"{names[probe]}__in": chunk}).values_list("pk", *attnames):
                key = tuple(normalise_text(part) if isinstance(part, str) else part for part in parts)
                if key in wanted and pk not in seen:
                    seen.add(pk)
                    found[key].append(pk)
        for key, pk in self.resource.merged_away(names, wanted - found.keys()):
            found[key].append(pk)
        return found

    def _words(self, line: Line, names: tuple[str, ...]) -> str:
        return " · ".join(str(line.cells[name]) for name in names if line.cells.get(name) not in (None, ""))

    # -- twice in one file -----------------------------------------------------------------------------------------

    def _refuse_twice(self, lines: list[Line]) -> None:
        first: dict[object, Line] = {}
        for line in lines:
            if line.lost:
                continue
            mark = ("row", line.row.pk) if line.row is not None else self._newness(line)
            if mark is None:
                continue
            other = first.setdefault(mark, line)
            if other is line:
                continue
            line.lost = True
            if line.row is not None:
                other.lost = True
            names = next((names for names in self.resource.match if names[0] in self.headers), (RECORD,))
            self.fault(line, RECORD if RECORD in self.headers else names[0], _(
                "This row means the same “%(label)s” as row %(row)d of the file. Keep one of the two.")
                % {"label": self.resource.label, "row": other.number})

    def _newness(self, line: Line) -> tuple | None:
        for names in self.resource.match:
            if (key := self.key_of(line, names)) is not None:
                return (names, key)
        return None

    @property
    def fixed_fields(self) -> list[models.Field]:
        """Unique keys of rows, which a sheet uses to find them and so cannot change."""
        fields = [self.model._meta.get_field(name) for names in self.resource.match for name in names]
        return [model_field for model_field in dict.fromkeys(fields) if model_field.unique]
