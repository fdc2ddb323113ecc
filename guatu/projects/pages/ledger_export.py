"""The investment ledger as a sheet: its figures, and one row for each project concerned."""

from __future__ import annotations

import csv
import io
import tempfile
from decimal import Decimal

import xlsxwriter
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import NotFound
from guatu.kernel.sheets import guarded, guarded_in_workbook
from guatu.kernel.web.doors import paced
from guatu.projects.choices import COUNT_MEASURES
from guatu.projects.pages import ledger_words as words
from guatu.projects.pages.exporting import XLSX
from guatu.projects.pages.ledger import SHOWN, asked_ledger, project_names
from guatu.projects.queries import names_of
from guatu.projects.queries.ledger import Measured, YearLedger

MONEY = tuple(code for code in SHOWN if code not in COUNT_MEASURES)


@paced("export")
@require_safe
def ledger_export(request, kind: str):
    """The ledger asked for as xlsx (figures and projects) or csv (projects)."""
    found, _address = asked_ledger(request, "export")
    if kind not in ("xlsx", "csv"):
        raise NotFound("no_format", _("A list is exported as xlsx or csv, not as “%s”.") % kind[:20])
    rows = [_head(found), *_rows(found)]
    name = f"ledger-{found.year}-{found.through.isoformat()}.{kind}"
    if kind == "csv":
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out)
        for row in [[_title(found)], *rows]:
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(_workbook(found, rows), as_attachment=True, filename=name, content_type=XLSX)


def _title(found: YearLedger) -> str:
    return _("Investment ledger %(year)d, %(name)s, as of %(day)s") % {
        "year": found.year, "day": found.through.isoformat(),
        "name": found.node.name if found.node is not None else _("everything in reach"),
    }


def _measures(found: YearLedger) -> list[str]:
    return [code for code in MONEY if found.may(code)]


def _head(found: YearLedger) -> list[str]:
    return [_("Code"), _("Name"), _("Zone"), *(
        f"{words.MEASURE_LABELS[code]}（{words.row_unit_of(code)}）" for code in _measures(found))]


def _rows(found: YearLedger) -> list[list]:
    """One row for each project that any sum concerns; an unknown amount stays empty, and so does one that is none."""
    amounts: dict[int, dict[str, Decimal | None]] = {}
    for code in _measures(found):
        for one in found.rows(code):
            amounts.setdefault(one.row.project_id, {})[code] = one.amount
    rows = [row for row in found.every if row.project_id in amounts]
    names = project_names(found, list(amounts))
    zones = names_of("zone", [row.zone_id for row in rows])
    return [
        [row.code, names.get(row.project_id, ""), zones.get(row.zone_id, ""), *(
            None if (amount := amounts[row.project_id].get(code)) is None else amount / 10_000
            for code in _measures(found))]
        for row in rows
    ]


def _figures(found: YearLedger) -> list[list]:
    by_code = {one.code: one for one in found.measured}
    head = [_("Measure"), _("Unit"), _("Target"), _("Reached"), _("Completion rate (%)"), _("Amounts unknown"), _("Remark")]
    return [head, *(_figure(by_code[code]) for code in SHOWN if code in by_code)]


def _figure(one: Measured) -> list:
    factor = Decimal(1) if one.is_count else Decimal(10_000 if one.code == "arrived_foreign" else 100_000_000)
    target = None if one.target is None else Decimal(one.target.target) / factor
    return [
        str(words.MEASURE_LABELS[one.code]), words.unit_of(one.code), target,
        None if one.actual is None else one.actual / factor, one.rate,
        0 if one.is_count else one.total.unknown,
        _("the target is derived from a rate; the rate proves nothing") if one.is_derived else "",
    ]


def _workbook(found: YearLedger, rows: list[list]):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for name, table, widths in (
        (_("Figures"), _figures(found), (40, 14, 16, 16, 14, 12, 40)), (_("Projects"), rows, (14, 40, 20, *[18] * len(MONEY))),
    ):
        sheet = book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 0)
        sheet.write_string(0, 0, _title(found), bold)
        for place, row in enumerate(table, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, guarded_in_workbook(cell), bold if place == 1 else None)
                elif cell is not None:
                    sheet.write_number(place, column, cell, amount if isinstance(cell, Decimal) else None)
    book.close()
    file.seek(0)
    return file
