"""Whom the monthly dispatch tells of what, and what happens by the day: months open, reminders go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from guatu.dispatch import jobs
from guatu.dispatch.events import QuestionAsked, ReportSentBack, ReportsOwed, ReportsUrged
from guatu.dispatch.models import Correction, DispatchPeriod, ProgressReport
from guatu.dispatch.queries.owing import due_of, value
from guatu.dispatch.queries.questions import asked_of_owners
from guatu.dispatch.rules.months import month_of, reminder_days
from guatu.kernel import notify
from guatu.kernel.events import DayTurned, listen
from guatu.projects.models import Project
from guatu.projects.queries.moment import moment

notify.tells("dispatch", _("the monthly dispatch"), {
    "reports_owed": _("%(month)s: you owe %(count)d progress reports, due on %(due)s."),
    "reports_remind": _("%(month)s: %(count)d of your progress reports are due on %(due)s and not handed in yet."),
    "reports_urged": _("The office urges: %(month)s, %(count)d of your progress reports were due on %(due)s."),
    "report_sent_back": _("“%(report)s” was sent back: %(reason)s Correct it by %(due)s."),
    "correction_due": _("The correction of “%(report)s” is due today."),
    "question_asked": _("%(month)s: one question more is asked of your projects: “%(question)s”"),
})

PERIOD = DispatchPeriod._meta.label_lower
REPORT = ProgressReport._meta.label_lower


@listen(ReportsOwed)
def tell_of_reports(event: ReportsOwed) -> None:
    notify.keep([
        row for owner, count in event.owners
        for row in notify.told([owner], "reports_owed", {
            "month": event.month, "count": count, "due": event.due_on.isoformat()}, PERIOD, event.period_id)
    ])


@listen(ReportsUrged)
def tell_of_urging(event: ReportsUrged) -> None:
    notify.keep([
        row for owner, month, due, count in event.owners
        for row in notify.told([owner], "reports_urged", {
            "month": month, "count": count, "due": due.isoformat()}, PERIOD, event.period_id)
    ])


@listen(ReportSentBack)
def tell_of_sending_back(event: ReportSentBack) -> None:
    report = ProgressReport.everything.select_related("project").get(pk=event.report_id)
    notify.notify([event.owner_id, report.owner_id], "report_sent_back", {
        "report": str(report), "reason": event.reason, "due": event.correct_by.isoformat()}, REPORT, report.pk)


@listen(QuestionAsked)
def tell_of_question(event: QuestionAsked) -> None:
    """Whoever owes a report that the question is asked of is told once."""
    notify.keep([
        row for owner, period in asked_of_owners(event.question_id).items()
        for row in notify.told([owner], "question_asked", {"month": event.month, "question": event.text}, PERIOD, period)
    ])


@listen(DayTurned)
def by_the_day(event: DayTurned) -> None:
    former = event.former or event.day - timedelta(days=1)
    open_months(event.day)
    remind(event.day, former)


def open_months(day: date) -> None:
    """Starts the job that opens the present month where zones want it and it is not open yet."""
    if not Project.everything.filter(withdrawn=False).exists():
        return
    month, zones = month_of(day), jobs.opening_by_themselves(day)
    open_already = set(DispatchPeriod.everything.filter(month=str(month)).values_list("zone_id", flat=True))
    waiting = zones - open_already
    if waiting and any(due_of(month, zone).day >= day for zone in _with_projects(waiting)):
        jobs.start_opening(month)


def _with_projects(zones: Iterable[int]) -> list[int]:
    rows = Project.everything.filter(withdrawn=False).order_by().values_list("zone_id", flat=True).distinct()
    return sorted(set(zones) & set(rows))


def remind(day: date, former: date) -> None:
    """Those who have not handed in are reminded some working days before the due day and on it; whoever owes a
    correction, on its day. A day on which the house stood still is made up for while the due day is ahead."""
    when, rows = moment(day), []
    periods = DispatchPeriod.everything.filter(due_on__gte=day, withdrawn=False)
    for period in periods:
        ahead = value(when, "dispatch.remind_workdays", period.zone_id)
        if any(former < remind_on <= day for remind_on in reminder_days(period.due_on, ahead, when.calendar)):
            rows += _reminders(period)
    for correction in Correction.everything.filter(due_on=day, done_on=None, withdrawn=False).select_related(
            "report", "report__project"):
        if former < day:
            rows += notify.told([correction.owner_id], "correction_due", {"report": str(correction.report)}, REPORT,
                                correction.report_id)
    notify.keep(rows)


def _reminders(period: DispatchPeriod) -> list:
    owed = ProgressReport.everything.filter(period=period, done_on=None, withdrawn=False).exclude(owner=None)
    counts = Counter(owed.values_list("owner_id", "due_on"))
    return [
        row for (owner, due), count in counts.items()
        for row in notify.told([owner], "reports_remind", {
            "month": period.month, "count": count, "due": due.isoformat()}, PERIOD, period.pk)
    ]
