"""The office's month as a sheet, and how sheets of the monthly dispatch are written."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.dispatch.choices import REPORT_STATES
from guatu.dispatch.pages import asked as addresses
from guatu.dispatch.queries.board import Board, ReportRow
from guatu.kernel.bulk import chunks
from guatu.kernel.choices import LIGHTS
from guatu.kernel.errors import NotFound
from guatu.kernel.sheets import guarded, guarded_in_workbook
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import PROGRESS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 16


@require_safe
def export(request, kind: str):
    """The rows of the office's page, all of them, as xlsx or csv."""
    scope = scope_of(request)
    scope.require("progress_reports", "export")
    if kind not in ("xlsx", "csv"):
        raise NotFound("no_format", _("The month is exported as xlsx or csv, not as “%s”.") % kind[:20])
    here = addresses.asked(request)
    board = here.board(request, "export")
    total = board.total
    title = _("Dispatch of %(month)s, %(zone)s, as of %(day)s: %(owed)d owed, %(reported)d reported, %(late)d of them "
              "late, %(outstanding)d not reported") % {
        "month": here.month, "zone": board.zone.name if board.zone else _("all zones"), "day": here.address.as_of,
        "owed": total.owed, "reported": total.reported, "late": total.late, "outstanding": total.outstanding}
    rows = _rows(board, here.shown, here.text)
    name = f"dispatch-{here.month}-{here.shown}-{here.address.as_of.isoformat()}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(title, _headers(), rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(workbook(title, _headers(), rows), as_attachment=True, filename=name, content_type=XLSX)


def _headers() -> list[str]:
    return [_("Code"), _("Project"), _("Zone"), _("Responsible unit"), _("Officer"), _("Phone"), _("E-mail"),
            _("Due day"), _("Light"), _("Report"), _("First handed in"), _("Days late"), _("Progress status"),
            _("Investment of the month (10,000 yuan)"), _("Times urged"), _("Last urged on")]


def _rows(board: Board, shown: str, text: str) -> Iterator[list]:
    ids = list(board.narrowed(shown, text).order_by("owner_unit__code", "project__code", "pk").values_list("pk", flat=True))
    for chunk in chunks(ids):
        for row in board.read(chunk):
            yield _cells(row, board.when.as_of)


def _cells(row: ReportRow, as_of: date) -> list:
    state, owner = row.state, row.owner
    done = state.done_on if state.done_on and state.done_on <= as_of else None
    late = ((done or as_of) - state.due_on).days
    return [
        row.project.code, row.project.name, state.zone.name, str(row.unit or ""), str(owner or ""),
        owner.phone if owner else "", owner.email if owner else "", state.due_on.isoformat(),
        str(dict(LIGHTS)[str(row.light.colour)]), str(dict(REPORT_STATES)[state.state]), done.isoformat() if done else "",
        max(0, late), str(dict(PROGRESS).get(state.progress, "")),
        None if state.invested_fen is None else state.invested_fen / 1_000_000, row.urgings,
        row.urged_on.isoformat() if row.urged_on else "",
    ]


class _Line:
    """A file whose `write` hands the line back, so that rows leave as they are made."""

    def write(self, line: str) -> str:
        return line


def csv_lines(title: str, headers: list[str], rows: Iterable[list]) -> Iterator[str]:
    """A title row, the headers and the rows; cells that begin a formula are made harmless."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow([guarded(title)])
    yield writer.writerow([guarded(header) for header in headers])
    for row in rows:
        yield writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])


def workbook(title: str, headers: list[str], rows: Iterable[list]):
    """The same as a workbook, in a temporary file at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.set_column(0, len(headers) - 1, WIDTH)
    sheet.set_column(1, 1, WIDTH * 2)
    sheet.freeze_panes(2, 2)
    sheet.write_string(0, 0, guarded_in_workbook(title), bold)
    for column, header in enumerate(headers):
        sheet.write_string(1, column, guarded_in_workbook(header), bold)
    for place, row in enumerate(rows, start=2):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, guarded_in_workbook(cell))
            elif cell is not None:
                sheet.write_number(place, column, cell)
    book.close()
    file.seek(0)
    return file
