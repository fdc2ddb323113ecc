"""How each report stood over both times, kept in step with its statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from guatu.dispatch.models import DispatchPeriod, ProgressReport, ReportState
from guatu.kernel.bulk import by_ids
from guatu.kernel.models import BEGINNING, END_OF_TIME
from guatu.kernel.models.facts import Statement
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import in_order, statements_about
from guatu.kernel.registry import projection


@projection
class ReportStates(Projection):
    model = ReportState
    subject_columns = ("report_id",)

    def concerned(self, row):
        return [(row.pk,)] if isinstance(row, ProgressReport) else []

    def all_subjects(self):
        return ((pk,) for pk in ProgressReport.everything.values_list("pk", flat=True).iterator())

    def recordings_of(self, subjects):
        found = statements_about(ProgressReport, [pk for (pk,) in subjects])
        return {(pk,): numbers_of(statement.id for statement in found.get(pk, [])) for (pk,) in subjects}

    def timelines(self, subjects, known_limit):
        ids = [pk for (pk,) in subjects]
        rows = {row.pk: row for row in by_ids(ProgressReport, ids)}
        zones = {row.pk: row.zone_id for row in by_ids(DispatchPeriod, {row.period_id for row in rows.values()})}
        statements = statements_about(ProgressReport, ids, known_limit)
        return {
            (pk,): list(_timeline(rows[pk], zones[rows[pk].period_id], in_order(statements.get(pk, [])))) for pk in ids
        }


def _timeline(row: ProgressReport, zone_id: int, statements: list[Statement]) -> Iterable[dict]:
    """One row for each day on which something was stated. What is said counts once it is handed in; a draft does
    not."""
    days = sorted({statement.counts_from for statement in statements})
    values: dict = {}
    progress, invested = "", None
    for place, day in enumerate(days):
        for statement in statements:
            if statement.counts_from == day:
                values.update(statement.values)
                if values.get("state") == "submitted":
                    progress, invested = values.get("progress") or "", values.get("invested_cny")
        if "due_on" not in values or values.get("withdrawn"):
            continue
        done_on = values.get("done_on")
        yield {
            "valid_from": max(day, BEGINNING),
            "valid_to": days[place + 1] if place + 1 < len(days) else END_OF_TIME,
            "project_id": row.project_id,
            "zone_id": zone_id,
            "owner_unit_id": values.get("owner_unit"),
            "owner_id": values.get("owner"),
            "month": row.month,
            "state": values.get("state") or "owed",
            "progress": progress,
            "invested_fen": None if invested is None else int(Decimal(invested) * 100),
            "due_on": date.fromisoformat(values["due_on"]),
            "done_on": date.fromisoformat(done_on) if done_on else None,
        }
