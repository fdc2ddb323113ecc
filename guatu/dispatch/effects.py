"""What follows from a report: facts of its project, and corrections owed; and who owes it when the project changes
hands."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.dispatch.guards.reports import step_of
from guatu.dispatch.models import Correction, DispatchPeriod, ProgressReport
from guatu.dispatch.queries.owing import due_of
from guatu.dispatch.rules.months import parse_month
from guatu.dispatch.rules.steps import FACTUAL, Step
from guatu.kernel.bulk import by_ids, chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.clock import calendar_with
from guatu.kernel.models import CalendarNotice
from guatu.kernel.queries import versions
from guatu.kernel.registry import effect
from guatu.projects.models import MonthlyInvestment, Project, ProjectProgress
from guatu.projects.queries.moment import moment


@effect(ProgressReport)
def follow(batch: Batch) -> list[Change]:
    """What is handed in becomes fact; what is sent back is owed again."""
    steps = [(change, step_of(change)) for change in batch.of(ProgressReport) if not change.derived]
    found = _facts([change for change, step in steps if step in FACTUAL])
    found += _corrected([change for change, step in steps if step is Step.HANDED_IN_AGAIN])
    found += [_correction(change) for change, step in steps if step is Step.SENT_BACK]
    return found


def _facts(changes: list[Change]) -> list[Change]:
    """The investment of the month, and how the project goes forward; what says the same already is left alone."""
    projects = sorted({change.row.project_id for change in changes})
    periods = {row.pk: row for row in by_ids(DispatchPeriod, {change.row.period_id for change in changes})}
    invested: dict[tuple, MonthlyInvestment] = {}
    progress: dict[tuple, ProjectProgress] = {}
    for chunk in chunks(projects):
        invested |= {(row.project_id, row.valid_on): row for row in versions(MonthlyInvestment, project_id__in=chunk)}
        progress |= {(row.project_id, row.source_id): row for row in versions(
            ProjectProgress, project_id__in=chunk, source_id__in=[row.source_id for row in periods.values()])}
    found = []
    for change in changes:
        project, source = change.row.project_id, periods[change.row.period_id].source_id
        last = parse_month(change.row.month).last
        found += _fact(MonthlyInvestment, invested.get((project, last)), {
            "completed_cny": change.after("invested_cny")}, {
            "project": project, "valid_on": last, "precision": "month"}, source)
        found += _fact(ProjectProgress, progress.get((project, source)), {
            "status": change.after("progress"), "problem": change.after("problem"),
            "next_step": change.after("next_step")}, {
            "project": project, "valid_on": timezone.localdate(), "precision": "day"}, source)
    return found


def _fact(model, standing, says: dict, identity: dict, source: int | None) -> list[Change]:
    """A new fact, or a correction that supersedes the standing one where it says otherwise."""
    if standing is None:
        return [Change("create", model, {**identity, **says, "source": source})]
    if all(getattr(standing, name) == value for name, value in says.items()):
        return []
    return [Change("change", model, {**says, "source": source}, row=standing)]


def _corrected(changes: list[Change]) -> list[Change]:
    """The corrections asked for are kept by handing in again."""
    found, today = [], timezone.localdate()
    for chunk in chunks(sorted({change.row.pk for change in changes})):
        rows = Correction.everything.filter(report_id__in=chunk, withdrawn=False, done_on=None)
        found += [Change("change", Correction, {"done_on": today}, row=row) for row in rows]
    return found


def _correction(change: Change) -> Change:
    row = change.row
    with override(settings.LANGUAGE_CODE):
        title = _("Correct the report of %s") % row.month
    return Change("create", Correction, {
        "report": row.pk, "project": row.project_id, "title": title, "sent_back_on": timezone.localdate(),
        "reason": change.reason.strip(), "due_on": change.after("correct_by"), "owner_unit": row.owner_unit_id,
        "owner": row.reporter_id or row.owner_id,
    }, valid_on=timezone.localdate())


@effect(DispatchPeriod)
def move(batch: Batch) -> list[Change]:
    """When a month's due day moves, what is still owed moves with it; what was handed in stays as it was."""
    found = []
    for change in batch.of(DispatchPeriod):
        if change.row is not None and "due_on" in change.values and not change.derived:
            found += _moved(change.row, change.values["due_on"], change.reason, change.approver)
    return found


def _moved(period: DispatchPeriod, due_on, reason: str, approver: str = "") -> list[Change]:
    open_rows = ProgressReport.everything.filter(period=period, done_on=None, withdrawn=False).exclude(due_on=due_on)
    return [Change("change", ProgressReport, {"due_on": due_on}, row=row, reason=reason, approver=approver)
            for row in open_rows]


@effect(CalendarNotice)
def redate(batch: Batch) -> list[Change]:
    """A published calendar re-dates the months whose due day was counted without it and is still ahead."""
    calendar, found = calendar_with(batch), []
    titles = "、".join(dict.fromkeys(str(change.after("title")) for change in batch.of(CalendarNotice)))
    years = {change.after("year") for change in batch.of(CalendarNotice)}
    known = moment(timezone.localdate())
    for period in DispatchPeriod.everything.filter(due_on__gt=timezone.localdate(), withdrawn=False):
        month = parse_month(period.month)
        rules = known.on(month.first)
        before = due_of(month, period.zone_id, rules).day
        rules.__dict__["calendar"] = calendar
        counted = due_of(month, period.zone_id, rules).day
        if period.due_on == before != counted and period.due_on.year in years:  # a day moved by hand stays
            reason = _("counted anew with %s") % titles
            found.append(Change("change", DispatchPeriod, {"due_on": counted}, row=period, reason=reason))
            found += _moved(period, counted, reason)
    return found


@effect(Project)
def hand_over(batch: Batch) -> list[Change]:
    """A report still owed follows its project to another unit or officer."""
    moved = {change.row.pk: change for change in batch.of(Project)
             if change.op == "change" and {"unit", "officer"} & change.values.keys()
             and change.valid_on in (None, timezone.localdate())}
    found: dict[int, dict] = defaultdict(dict)
    rows = {}
    for chunk in chunks(sorted(moved)):
        for row in ProgressReport.everything.filter(project_id__in=chunk, done_on=None, withdrawn=False):
            change = moved[row.project_id]
            for name, own in (("unit", "owner_unit"), ("officer", "owner")):
                if name in change.values and getattr(row, f"{own}_id") == getattr(change.row, f"{name}_id"):
                    found[row.pk][own] = change.values[name]
            rows[row.pk] = row
    return [Change("change", ProgressReport, values, row=rows[pk]) for pk, values in found.items()]
