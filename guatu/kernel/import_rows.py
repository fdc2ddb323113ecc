"""The rows of a sheet read into changes, with every faulty cell named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from guatu.kernel.changes import Change
from guatu.kernel.columns import Cell, Column, Day, Money, Reference, References, fault_of, same_cell
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.import_matching import RECORD, Finder, ImportFault, Line
from guatu.kernel.models.facts import Fact
from guatu.kernel.resource import RECORD_HEADERS, Lookup, Resource
from guatu.kernel.rules.cells import is_blank, normalise_text
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.headers import Header, find_header
from guatu.kernel.rules.refusals import TEMPLATES, BadCell, BadSheet
from guatu.kernel.rules.units import Kind, find_unit
from guatu.kernel.scope import Actor
from guatu.kernel.values import stated

#: Headers of columns that belong to the change rather than to the row, where the resource has no such field.
SPECIAL = {
    "valid_on": ("valid_on", "valid from", "effective from", "生效日", "生效日期"),
    "reason": ("reason", "change reason", "原因", "理由", "事由", "变更原因", "调整原因"),
    "approver": ("approver", "approved by", "批准人", "审批人", "审批领导"),
}
PRECISION_HEADERS = ("precision", "精度", "日期精度")
UNIT_HEADERS = ("currency unit", "币种单位", "金额单位")

#: Field names of data sets that carry their unit.
UNIT_ENDINGS = {"_yi": "亿元", "_wan": "万元", "_mu": "亩"}

_TOTAL = re.compile(r"(合计|总计|小计|共计|本页合计|grand total|sub-?total|total|sum)[:：]?", re.IGNORECASE)
_FOOTER = re.compile(r"(注|备注|说明|填表人|填报人|制表人|填报单位|制表单位|审核人)\s*[:：]")


def known_headers(resource: Resource) -> dict[str, str]:
    """The key of every header text the resource understands."""
    known: dict[str, str] = {}
    for column in resource.all_columns():
        known |= dict.fromkeys(column.headers(), column.name)
        if isinstance(column, Day) and column.precision:
            words = {*PRECISION_HEADERS, column.precision}
            known |= {word: "precision" for word in words if word not in known}
        if isinstance(column, Money) and column.unit_column:
            known |= {word: column.unit_column for word in (column.unit_column, *UNIT_HEADERS) if word not in known}
    names = {model_field.name for model_field in resource.model._meta.get_fields()}
    for key, words in SPECIAL.items():
        if key not in names:
            known |= {word: key for word in words if word not in known}
    return known | dict.fromkeys(RECORD_HEADERS, RECORD)


def _as_written(header: Any) -> str:
    return " ".join(str(header).split())


def header_of(resource: Resource, rows: list[list]) -> Header:
    try:
        return find_header(rows, known_headers(resource))
    except BadSheet as fault:
        raise Refused(fault.code, _(TEMPLATES[fault.code]) % fault.params) from None


class Reader:
    """Reads one sheet for one actor; `read` gives its lines with their changes and faults."""

    def __init__(
        self, actor: Actor, resource: Resource, rows: list[list], *, options: dict, progress: Callable, text_file: bool
    ):
        self.actor = actor
        self.resource = resource
        self.model = resource.model
        self.rows = rows
        self.options = options
        self.progress = progress
        self.text_file = text_file
        self.header = header_of(resource, rows)
        self.lookup = Lookup(actor.scope)
        self.faults: list[ImportFault] = []
        self.warnings: list[ImportFault] = []
        again = set(self.header.duplicates)
        taken = [cell for cell in self.header.columns if cell.key is not None and cell not in again]
        self.places = {cell.key: cell.index for cell in taken}
        #: The header as it stands in the file, by column key.
        self.headers = {cell.key: _as_written(rows[self.header.row_index][cell.index]) for cell in taken}
        self.units = {cell.key: cell.unit for cell in taken}
        self.columns = [column for column in resource.all_columns() if column.name in self.places]
        for cell in self.header.duplicates:
            self.faults.append(ImportFault(self.header_row, cell.label, _(
                "Two columns of the sheet mean “%(label)s”. Remove one of them.")
                % {"label": resource.column(cell.key).label if cell.key in resource._columns else cell.label}))
        self.finder = Finder(resource, actor.scope, self.headers)

    @property
    def header_row(self) -> int:
        return self.header.row_index + 1

    @property
    def ignored(self) -> list[str]:
        """Headers that no column of the resource is known by; their cells are left unread."""
        return [_as_written(self.rows[self.header.row_index][cell.index]) for cell in self.header.unknown]

    def place_of(self, header: str) -> int:
        """Where a header stands in the file, for putting faults of one row in order."""
        return next((self.places[key] for key, text in self.headers.items() if text == header), len(self.rows[0]) + 99)

    # -- steps -----------------------------------------------------------------------------------------------------

    def read(self) -> list[Line]:
        lines = list(self._lines())
        total = len(lines)
        sought = {name for names in self.resource.match for name in names}
        finding = [column for column in self.columns if column.name in sought]
        for done, line in enumerate(lines):
            self._read_keys(line, finding)
            if done % 500 == 0:
                self.progress(done // 2, total, "reading")
        self.finder.find(lines)
        self._prime(lines)
        for done, line in enumerate(lines):
            if not line.lost:
                self._read_line(line)
            if done % 250 == 0:
                self.progress((total + done) // 2, total, "reading")
        self._resolve(lines)
        for line in lines:
            self._finish(line)
        self.progress(total, total, "reading")
        return lines

    def _lines(self):
        last = max(cell.index for cell in self.header.columns)
        strays = 0
        for place in range(self.header.row_index + 1, len(self.rows)):
            raw = self.rows[place]
            filled = [index for index, cell in enumerate(raw) if not is_blank(cell)]
            if not filled:
                continue
            cells = {key: raw[index] for key, index in self.places.items() if index < len(raw)}
            if self._skipped(place + 1, raw, filled, cells):
                continue
            line = Line(place + 1, cells)
            if filled[-1] > last:
                strays += 1
                if self.text_file:
                    line.lost = True
                    line.faults.append(ImportFault(place + 1, "", _(
                        "The row has %(found)d cells, but the header names %(named)d columns. Put a cell that holds "
                        "the separating sign in quotation marks.") % {"found": filled[-1] + 1, "named": last + 1}))
            yield line
        if strays and not self.text_file:
            self.warnings.append(ImportFault(self.header_row, "", _(
                "%d rows have cells to the right of the last header. They were left unread.") % strays))

    def _skipped(self, number: int, raw: list, filled: list[int], cells: dict) -> bool:
        first = raw[filled[0]]
        if not isinstance(first, str) or not is_blank(cells.get(RECORD)):
            return False
        text = normalise_text(first)
        if _TOTAL.fullmatch(text.replace(" ", "")):
            self.warnings.append(ImportFault(number, "", _("“%s” was taken for a row of totals and left out.") % text))
            return True
        if _FOOTER.match(text) and len(filled) <= 2:
            self.warnings.append(ImportFault(number, "", _("“%s” was taken for a remark below the table and left out.")
                                             % text[:40]))
            return True
        return False

    def _unit(self, column: Column) -> str | None:
        unit = self.units.get(column.name)
        if unit is None:
            unit = next((unit for ending, unit in UNIT_ENDINGS.items()
                         if self.headers[column.name].casefold().endswith(ending)), None)
        if unit is None and self.header.unit is not None and column.unit is not None and any(
            find_unit(kind, column.unit) and find_unit(kind, self.header.unit) for kind in (Kind.MONEY, Kind.AREA)
        ):
            return self.header.unit
        return unit

    def _cell(self, line: Line, column: Column) -> Cell:
        return Cell(line.cells.get(column.name), self._unit(column), line.cells)

    def _read_keys(self, line: Line, columns: list[Column]) -> None:
        for column in columns:
            if is_blank(line.cells.get(column.name)) and not column.may_be_empty:
                continue
            try:
                line.keys |= column.read(self._cell(line, column), self.lookup)
            except (Refused, BadCell):
                line.unreadable.add(column.name)

    def _prime(self, lines: list[Line]) -> None:
        """Fetches the keys of all rows that stored rows refer to, so that writing their cells asks no more."""
        rows = [line.row for line in lines if line.row is not None]
        for column in self.columns:
            if isinstance(column, Reference):
                self.lookup.prime(column.field.related_model, {getattr(row, column.field.attname) for row in rows})
            elif isinstance(column, References):
                self.lookup.prime(column.field.related_model,
                                  {related.pk for row in rows for related in getattr(row, column.name).all()})

    # -- one line --------------------------------------------------------------------------------------------------

    def fault(self, line: Line, column: Column | str, message: str) -> None:
        name = column if isinstance(column, str) else column.name
        line.faults.append(ImportFault(line.number, self.header_for(name), message))

    def header_for(self, name: str | None) -> str:
        """The header in the file under which field `name` stands; the column's own label when it is not there."""
        if name is None:
            return ""
        if name in self.headers:
            return self.headers[name]
        for column in self.resource.all_columns():
            if name in (getattr(column, "precision", None), getattr(column, "currency", None)) and (
                column.name in self.headers and name not in self.resource._columns
            ):
                return self.headers.get("precision" if isinstance(column, Day) else name, self.headers[column.name])
        return self.resource.column(name).label if name in self.resource._columns else name

    def _read_line(self, line: Line) -> None:
        values: dict[str, Any] = {}
        given: dict[str, str] = {}
        for column in self.columns:
            cell = self._cell(line, column)
            if line.row is not None and self._untouched(line, column, cell):
                continue
            if is_blank(cell.raw) and not column.may_be_empty:
                finds = line.row is not None and RECORD not in self.headers and column.field.unique
                if (line.row is not None or column.required) and not finds:
                    self.fault(line, column, _("“%s” is missing. Give a value.") % column.label)
                continue
            try:
                read = column.read(cell, self.lookup)
            except (Refused, BadCell) as fault:
                if getattr(fault, "code", "") == "unknown_reference" and isinstance(column, Reference) and (
                    column.field.related_model is self.model
                ):
                    line.deferred.append((column, normalise_text(str(cell.raw)), fault))
                    continue
                said = fault_of(fault, column)
                self.fault(line, said.field or column, str(said))
                continue
            for name, value in read.items():
                if name in values and values[name] != value:
                    self.fault(line, column, _("“%(one)s” and “%(other)s” contradict each other. Correct one of the "
                                               "two.")
                               % {"one": self.header_for(given[name]), "other": self.header_for(column.name)})
                values[name] = value
                given[name] = column.name
        if line.row is None:
            line.change = Change("create", self.model, values, place=line.number)
        else:
            self._keep_keys(line, values)
            line.change = Change("change", self.model, values, row=line.row, place=line.number)
        self._special(line)

    def _untouched(self, line: Line, column: Column, cell: Cell) -> bool:
        if any(not is_blank(line.cells.get(key)) for key in column.beside):
            return False
        if column.unit is not None and cell.unit not in (None, column.unit):
            return False
        return same_cell(cell.raw, column.write(line.row, self.lookup))

    def _keep_keys(self, line: Line, values: dict) -> None:
        """The key of an existing row stays: a sheet finds rows by it, so another key would be another row."""
        for field in self.finder.fixed_fields:
            if field.name not in values:
                continue
            old, new = getattr(line.row, field.attname), values.pop(field.name)
            if stated(field, old) == stated(field, new) or (RECORD not in self.headers and new in (None, "")):
                continue
            if self.resource.merged_away((field.name,), {(new,)}):
                continue  # the key of a row that was merged into this one: it leads here for ever
            self.fault(line, field.name, _(
                "The “%(label)s” of record %(record)s is “%(old)s”, and keys of existing rows are not changed through "
                "sheets. Put “%(old)s” back, or empty the record number to add a new row.")
                % {"label": field.verbose_name, "record": line.row.record_number, "old": old})

    def _special(self, line: Line) -> None:
        change = line.change
        change.reason = self._word(line, "reason") or self.options["reason"]
        change.approver = self._word(line, "approver") or self.options["approver"]
        if issubclass(self.model, Fact):
            return
        if line.row is not None:
            change.valid_on = self.options["valid_on"]
            change.correction = self.options["correction"]
        if "valid_on" in self.places and not is_blank(raw := line.cells.get("valid_on")):
            try:
                day = parse_day(raw)
            except BadCell as fault:
                self.fault(line, "valid_on", _(TEMPLATES[fault.code]) % fault.params)
                return
            change.valid_on, change.precision = day.day, str(day.precision)

    def _word(self, line: Line, key: str) -> str:
        raw = line.cells.get(key) if key in self.places and key not in self.resource._columns else None
        return "" if is_blank(raw) else normalise_text(str(raw))

    # -- all lines -------------------------------------------------------------------------------------------------

    def _resolve(self, lines: list[Line]) -> None:
        """References to rows that the same sheet creates."""
        if not any(line.deferred for line in lines):
            return
        made: dict[str, list[Change]] = {}
        for name in dict.fromkeys((self.resource.key_field, self.resource.reference, *self.resource.also_known_by)):
            fresh: dict[str, list[Change]] = {}
            for line in lines:
                if line.change is not None and line.row is None and (text := line.change.values.get(name)):
                    fresh.setdefault(normalise_text(str(text)), []).append(line.change)
            made = fresh | made
        for line in lines:
            for column, text, unknown in line.deferred:
                found = made.get(text, [])
                if len(found) == 1:
                    line.change.values[column.name] = found[0]
                elif found:
                    self.fault(line, column, _("“%(text)s” in “%(label)s” is the name of %(count)d new rows of this "
                                               "file. Give the code instead.")
                               % {"text": text, "label": column.label, "count": len(found)})
                else:
                    self.fault(line, column, str(unknown))

    def _finish(self, line: Line) -> None:
        change = line.change
        if change is None or line.lost:
            return
        try:
            change.values = self.resource.prepare(change.values, line.row, line.cells, self.lookup)
        except (Refused, BadCell) as fault:
            said = fault if isinstance(fault, Refused) else Faulty(fault.code, _(TEMPLATES[fault.code]) % fault.params)
            self.fault(line, said.field or "", str(said))
            return
        if line.row is not None:
            change.values = {
                name: value for name, value in change.values.items() if self._differs(line.row, name, value)
            }

    def _differs(self, row, name: str, value) -> bool:
        field = self.model._meta.get_field(name)
        if isinstance(value, Change):
            return True
        if isinstance(field, models.ManyToManyField):
            return sorted(related.pk for related in getattr(row, name).all()) != sorted(value)
        return stated(field, getattr(row, field.attname)) != stated(field, value)
