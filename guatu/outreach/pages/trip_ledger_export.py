"""The ledger of trips as a workbook: figures by kind of unit and by unit, and one row for each visit."""

from __future__ import annotations

import tempfile
from decimal import Decimal

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.sheets import guarded_in_workbook
from guatu.kernel.web.doors import paced
from guatu.outreach.pages.trip_ledger import asked_ledger, kind_label
from guatu.outreach.queries.trip_ledger import TripLedger
from guatu.outreach.trip_choices import MEASURES, VISIT_OUTCOMES
from guatu.projects.pages.exporting import XLSX


@paced("export")
@require_safe
def ledger_export(request):
    """The ledger asked for as xlsx."""
    found, _address = asked_ledger(request, "export")
    name = f"trips-{found.period.first.isoformat()}-{found.through.isoformat()}.xlsx"
    return FileResponse(_workbook(found), as_attachment=True, filename=name, content_type=XLSX)


def _title(found: TripLedger) -> str:
    return _("Ledger of trips, %(name)s, %(first)s to %(last)s") % {
        "name": found.zone.name if found.zone is not None else _("everything in reach"),
        "first": found.period.first.isoformat(), "last": found.through.isoformat(),
    }


def _figures(found: TripLedger) -> list[list]:
    data = found.as_json()
    head = [_("Unit"), _("Kind of unit"), *(str(label) for _code, label in MEASURES)]
    head += [_("costs (yuan)")] if found.sees_costs else []

    def figures(row: dict) -> list:
        return [row[code] for code, _label in MEASURES] + ([row["cost_cny"]] if found.sees_costs else [])

    return [
        head,
        *(["", kind_label(row["kind"]), *figures(row)] for row in data["kinds"]),
        [_("Each counted once"), "", *figures(data["totals"])],
        *([row["name"] or _("nobody named"), kind_label(row["kind"]), *figures(row)] for row in data["units"]),
    ]


def _visits(found: TripLedger) -> list[list]:
    outcomes = dict(VISIT_OUTCOMES)
    matters: dict[int, list[str]] = {}
    for row in found.matters:
        matters.setdefault(row.visit.id, []).append(row.name)
    head = [_("Date"), _("Enterprise"), _("Trip"), _("Places"), _("Leader of the trip"), _("Units"), _("Outcome"),
            _("Projects and leads"), _("Entered again")]
    return [head, *(
        [row.visited_on.isoformat(), row.name, row.trip.code, row.trip.places, row.trip.leader,
         "、".join(sorted(found.unit(str(unit))[1] for unit in row.units)), str(outcomes.get(row.outcome, "")),
         "、".join(matters.get(row.id, [])), _("yes") if row.key != row.id else ""]
        for row in found.visits)]


def _workbook(found: TripLedger):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for name, rows, widths in (
        (_("Figures"), _figures(found), (28, 34, 12, 12, 16, 20, 16)),
        (_("Visits"), _visits(found), (12, 36, 12, 20, 16, 36, 18, 36, 10)),
    ):
        sheet = book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 0)
        sheet.write_string(0, 0, _title(found), bold)
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, guarded_in_workbook(cell), bold if place == 1 else None)
                elif cell is not None:
                    sheet.write_number(place, column, cell, amount if isinstance(cell, Decimal) else None)
    book.close()
    file.seek(0)
    return file
