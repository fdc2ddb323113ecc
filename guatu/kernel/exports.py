"""Sheets out: the editable columns of a resource's rows, each led by its record number, so that they come in again
without a change."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection, models
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from guatu.kernel import sheets
from guatu.kernel.bulk import chunks
from guatu.kernel.column_base import plain_number
from guatu.kernel.columns import Column, Reference, References, Values
from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import Fact
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values, versions
from guatu.kernel.recording import head
from guatu.kernel.resource import RECORD_HEADERS, Lookup, Resource
from guatu.kernel.scope import Scope

FORMATS = ("csv", "xlsx", "json")
#: Excel's rows less the header.
MOST_XLSX_ROWS = 1_048_575
#: Excel's longest text.
MOST_XLSX_TEXT = 32_767
CHUNK = 2000


def write(
    resource: Resource,
    scope: Scope,
    format: str,
    out,
    *,
    as_of: date | None = None,
    known_at: int | None = None,
    queryset: models.QuerySet | None = None,
    language: str | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> int:
    """Writes the rows that `scope` may export to `out`, a path or a binary file, and returns how many.

    `queryset` narrows them further; it is asked with the right to export all the same. With `as_of` the rows and
    values are those of that day, as known at recording `known_at` (None: now). Memory does not grow with the rows.
    """
    if format not in FORMATS:
        raise Faulty("format", _("“%(format)s” is not a format of exports. Use one of: %(all)s.")
                     % {"format": format, "all": ", ".join(FORMATS)}, "format")
    scope.require(resource.name, "export")
    with override(language or get_language()), _unmapped():
        source = Source(resource, scope, as_of, known_at, queryset)
        total = source.count()
        if format == "xlsx" and total > MOST_XLSX_ROWS:
            raise Faulty("too_many_rows", _("A workbook holds at most %(most)d rows, but there are %(count)d. Export "
                                            "them as csv.")
                         % {"most": MOST_XLSX_ROWS, "count": total}, "format")
        with _opened(out) as file:
            return {"csv": _csv, "xlsx": _xlsx, "json": _json}[format](
                resource, _counted(source.rows(), total, on_progress), file)


def record_header() -> str:
    """The header of the first column, by which an exported row finds its row again."""
    return RECORD_HEADERS[2] if (get_language() or "").startswith("en") else RECORD_HEADERS[1]


@contextmanager
def _opened(out):
    if hasattr(out, "write"):
        yield out
        return
    path = Path(out)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _counted(rows: Iterable, total: int, on_progress) -> Iterator:
    for done, row in enumerate(rows):
        if on_progress is not None and done % 1000 == 0:
            on_progress(done, total, "exporting")
        yield row
    if on_progress is not None:
        on_progress(total, total, "exporting")


# -- rows ----------------------------------------------------------------------------------------------------------


class Source:
    """The rows to export, in the order in which they were entered, each as (record number, row, lookup)."""

    def __init__(self, resource: Resource, scope: Scope, as_of, known_at, queryset):
        self.resource = resource
        self.model = resource.model
        self.scope = scope
        self.dated = as_of is not None or known_at is not None
        self.as_of = as_of or date.max
        self.known_limit = limit(head().number if known_at is None else known_at)
        self.lookup = Lookup(scope)
        rows = self._dated_rows() if self.dated else resource.rows(scope, "export")
        if queryset is not None:
            rows = rows.filter(pk__in=queryset.order_by().values("pk"))
        self.queryset = rows.select_related(None).prefetch_related(None).order_by("pk")
        self.references = [column for column in resource.all_columns() if isinstance(column, Reference)]
        self.many = [column for column in resource.all_columns() if isinstance(column, References)]

    def _dated_rows(self) -> models.QuerySet:
        """Rows that stood then or stand now: whether a record stood on the day is told by its statements."""
        if issubclass(self.model, Fact):
            rows = versions(self.model, self.known_limit, counts_from__lte=self.as_of)
        else:
            rows = self.model.everything.filter(pk__lt=self.known_limit)
        return self.resource.narrow(self.scope.cut(rows, self.resource.name, "export"))

    def count(self) -> int:
        return self.queryset.count()

    def rows(self) -> Iterator[tuple[int, Any, Lookup]]:
        stream = self.queryset.iterator(chunk_size=CHUNK)
        while chunk := list(islice(stream, CHUNK)):
            if self.dated and not issubclass(self.model, Fact):
                chunk = self._as_they_stood(chunk)
            elif self.many:
                chunk = self._with_links(chunk)
            else:
                chunk = [(row.record_number, row) for row in chunk]
            self._prime([row for _record, row in chunk])
            for record, row in chunk:
                yield record, row, self.lookup

    def _as_they_stood(self, rows: list) -> list[tuple[int, Values]]:
        values = as_of_values(self.model, [row.pk for row in rows], self.as_of, self.known_limit)
        return [(row.record_number, Values(self.model, values[row.pk])) for row in rows if row.pk in values]

    def _with_links(self, rows: list) -> list[tuple[int, Any]]:
        """The rows with the identities of their links beside them, one query a column for all of them."""
        for row in rows:
            row.__dict__["_links"] = {column.name: [] for column in self.many}
        by_id = {row.pk: row for row in rows}
        for column in self.many:
            own, other = column.field.m2m_column_name(), column.field.m2m_reverse_name()
            through = column.field.remote_field.through._base_manager
            for ids in chunks(list(by_id)):
                for pk, related in through.filter(**{f"{own}__in": ids}).order_by(other).values_list(own, other):
                    by_id[pk].__dict__["_links"][column.name].append(related)
        return [(row.record_number, row) for row in rows]

    def _prime(self, rows: list) -> None:
        for column in self.references:
            self.lookup.prime(column.field.related_model, {getattr(row, column.field.attname) for row in rows})
        for column in self.many:
            self.lookup.prime(column.field.related_model, {pk for row in rows for pk in column.ids(row)})


@contextmanager
def _unmapped():
    """Without SQLite's memory map for the while: reading a table through it would count the whole file as memory."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute("PRAGMA mmap_size = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size = {before[0] if before else 0}")


# -- formats -------------------------------------------------------------------------------------------------------


def _csv(resource: Resource, rows: Iterable, file) -> int:
    columns = resource.all_columns()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([record_header(), *(column.header for column in columns)])
        number = 0
        for record, row, lookup in rows:
            writer.writerow([record, *(_csv_cell(column.write(row, lookup)) for column in columns)])
            number += 1
        return number
    finally:
        text.flush()
        text.detach()


def _csv_cell(written):
    if isinstance(written, str):
        return sheets.guarded(written)
    if isinstance(written, Decimal):
        return plain_number(written)
    if isinstance(written, date):
        return written.isoformat()
    return written


def _xlsx(resource: Resource, rows: Iterable, file) -> int:
    columns = resource.all_columns()
    book = xlsxwriter.Workbook(file, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })
    sheet = book.add_worksheet(_sheet_name(resource))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    as_text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 16, as_text)
    for place, column in enumerate(columns, 1):
        sheet.set_column(place, place, _width(column), None if column.numeric else as_text)
    for place, header in enumerate([record_header(), *(column.header for column in columns)]):
        sheet.write_string(0, place, header, bold)
    number = 0
    for record, row, lookup in rows:
        number += 1
        sheet.write_string(number, 0, str(record), as_text)
        for place, column in enumerate(columns, 1):
            _xlsx_cell(sheet, number, place, column.write(row, lookup), column, record, as_text)
    if number:
        sheet.autofilter(0, 0, number, len(columns))
    book.close()
    return number


def _xlsx_cell(sheet, number: int, place: int, written, column: Column, record: int, as_text) -> None:
    if written is None or written == "":
        return
    if isinstance(written, int | Decimal) and not isinstance(written, bool):
        # Excel keeps 15 digits of a number; a longer one is exact only as text.
        if len(Decimal(written).as_tuple().digits) <= 15:
            sheet.write_number(number, place, written)
            return
        written = plain_number(written)
    text = sheets.guarded_in_workbook(str(written))
    if len(text) > MOST_XLSX_TEXT:
        raise Faulty("text_too_long", _("“%(label)s” of record %(record)s has %(length)d characters, but a cell of a "
                                        "workbook holds %(most)d. Export as csv.")
                     % {"label": column.label, "record": record, "length": len(text), "most": MOST_XLSX_TEXT},
                     column.name)
    sheet.write_string(number, place, text, as_text)


def _sheet_name(resource: Resource) -> str:
    name = "".join("-" if sign in "[]:*?/\\" else sign for sign in resource.label_plural)
    return name[:31].strip("'") or "1"


def _width(column: Column) -> int:
    wide = max(sum(2 if ord(sign) > 255 else 1 for sign in column.header) + 2, 10)
    return max(wide, {"name": 32, "title": 32, "note": 40}.get(column.name, 0))


def _json(resource: Resource, rows: Iterable, file) -> int:
    columns = resource.all_columns()
    number = 0
    file.write(b"[")
    for record, row, lookup in rows:
        line = {"record": record} | {column.name: _json_value(column.write(row, lookup)) for column in columns}
        file.write((b",\n" if number else b"\n") + json.dumps(line, ensure_ascii=False).encode())
        number += 1
    file.write(b"\n]\n")
    return number


def _json_value(written):
    if isinstance(written, Decimal):
        # A JSON number would pass through binary floats in most readers; up to 15 digits that is harmless.
        return (int(written) if written == written.to_integral_value() else float(written)) if (
            len(written.as_tuple().digits) <= 15) else plain_number(written)
    if isinstance(written, date | datetime):
        return written.isoformat()
    return written
