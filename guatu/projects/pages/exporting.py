"""One list as a sheet: the rows of the page, all of them, under a title row that names the day."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import NotFound
from guatu.kernel.sheets import guarded, guarded_in_workbook
from guatu.kernel.web.doors import paced
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.figures import yi
from guatu.projects.pages.lists import LABELS, PRECISION_LABELS, investment_header, refuse_unknown, unit_of
from guatu.projects.queries import FiveLists, StateRow, five_lists, names_of, order_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@paced("export")
@require_safe
def list_export(request, name: str, kind: str):
    """A list or residual as xlsx or csv."""
    scope = scope_of(request)
    scope.require("projects", "export")
    refuse_unknown(name)
    if kind not in ("xlsx", "csv"):
        raise NotFound("no_format", _("A list is exported as xlsx or csv, not as “%s”.") % kind[:20])
    address = addresses.asked(request)
    found = five_lists(
        scope, address.as_of, address.known_at, address.zone or None, verb="export", unit=unit_of(address))
    rows = found.rows(name, order=order_of(address.given.get("sort", "code"), found.when))
    zones = names_of("zone", [row.zone_id for row in rows])
    title, file_name = _title(found, name), f"{name}-{address.as_of.isoformat()}.{kind}"
    lines = (_cells(row, zones) for row in rows)
    if kind == "csv":
        response = StreamingHttpResponse(_csv(title, lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response
    return FileResponse(_workbook(title, lines), as_attachment=True, filename=file_name, content_type=XLSX)


def _title(found: FiveLists, name: str) -> str:
    total = found.totals[name]
    return _(
        "%(list)s, %(zone)s, as of %(day)s: %(projects)d projects, %(amount)s hundred million yuan known, "
        "%(unknown)d amounts unknown"
    ) % {
        "list": LABELS[name],
        "zone": found.zone.name if found.zone else _("all zones"),
        "day": found.when.as_of.isoformat(),
        "projects": total.projects,
        "amount": yi(total.amount),
        "unknown": total.unknown,
    }


def _headers() -> list[str]:
    return [
        _("Code"),
        _("Name"),
        _("Zone"),
        _("Stage"),
        _("Since"),
        _("Precision"),
        investment_header(),
        _("Batch"),
        _("Projects in the batch"),
    ]


def _cells(row: StateRow, zones: dict[int, str]) -> list:
    amount = row.investment_cny
    return [
        row.code,
        row.name,
        zones.get(row.zone_id, ""),
        str(row.stage_label),
        row.since_text,
        str(PRECISION_LABELS[row.precision]) if row.precision else "",
        None if amount is None else amount / Decimal(10_000),
        row.batch or "",
        row.declared_count,
    ]


class _Line:
    """A file whose `write` hands the line back, so that rows leave as they are made."""

    def write(self, line: str) -> str:
        return line


def _csv(title: str, rows: Iterable[list]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow([title])
    yield writer.writerow(_headers())
    for row in rows:
        yield writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])


def _workbook(title: str, rows: Iterable[list]):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for column, width in enumerate((14, 40, 20, 16, 12, 8, 18, 14, 12)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)
    sheet.write_string(0, 0, title, bold)
    for column, header in enumerate(_headers()):
        sheet.write_string(1, column, header, bold)
    for place, row in enumerate(rows, start=2):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, guarded_in_workbook(cell))
            elif cell is not None:
                sheet.write_number(place, column, cell, amount if isinstance(cell, Decimal) else None)
    book.close()
    file.seek(0)
    return file
