"""Rules of the investment ledger, asked on every write."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty
from guatu.kernel.queries import versions
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import counts_from, span
from guatu.projects.choices import COUNT_MEASURES, DOLLAR_MEASURES
from guatu.projects.guards.money import not_negative, whole_month
from guatu.projects.models import (
    ArrivedFunds,
    PlannedInvestment,
    ReportedInvestment,
    StageEvent,
    StatisticsEntry,
    YearTarget,
)

MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")


@guard(PlannedInvestment)
def plans(batch: Batch) -> None:
    """A plan is of one whole month, laid down on a whole day, and not below zero."""
    for change in batch.of(PlannedInvestment):
        if change.op == "withdraw":
            continue
        month = change.after("month")
        if month and not MONTH.fullmatch(str(month)):
            batch.refuse(change, Faulty("month", _("“%s” is not a month. Write it like 2026-11.") % month, "month"))
        not_negative(batch, change, "planned_cny", _("“%s” cannot be below zero. Plan nothing where nothing is planned."))


@guard(ReportedInvestment)
def reports(batch: Batch) -> None:
    """An amount reported to statistics is of one whole month that has begun; a correction of an earlier month may be
    below zero, since statistics take corrections in the month in which they are reported."""
    for change in batch.of(ReportedInvestment):
        whole_month(batch, change, _("%s has not begun yet. Record what was reported; a plan is no report."))


@guard(ArrivedFunds)
def arrivals(batch: Batch) -> None:
    """Funds have arrived, so the day has come; domestic funds arrive in yuan."""
    for change in batch.of(ArrivedFunds):
        day = change.after("valid_on")
        if change.op == "withdraw" or day is None:
            continue
        if span(day, change.after("precision"))[0] > timezone.localdate():
            batch.refuse(change, Faulty("arrival_future", _(
                "%s has not come yet. Record funds when they have arrived; what is expected belongs in the plan."
            ) % day.isoformat(), "valid_on"))
        if change.after("origin") == "domestic" and change.after("currency") != "CNY":
            batch.refuse(change, Faulty("domestic_currency", _(
                "Domestic funds are counted in yuan. Give the amount in yuan, or record the funds as foreign."
            ), "currency"))
        not_negative(batch, change, "amount", _(
            "“%s” cannot be below zero. If funds were taken back, correct the row in which they arrived."))


@guard(YearTarget)
def targets(batch: Batch) -> None:
    """A target gives exactly the amount that its measure asks for."""
    for change in batch.of(YearTarget):
        measure = change.after("measure")
        if change.op == "withdraw" or not measure:
            continue
        asked = "target_count" if measure in COUNT_MEASURES else (
            "target_usd" if measure in DOLLAR_MEASURES else "target_cny")
        label = {name: YearTarget._meta.get_field(name).verbose_name
                 for name in ("target_cny", "target_usd", "target_count")}
        for name in label:
            if (change.after(name) is not None) != (name == asked):
                batch.refuse(change, Faulty("target", _(
                    "“%(measure)s” is counted by “%(asked)s”. Give that one and leave the other targets empty."
                ) % {"measure": dict(YearTarget._meta.get_field("measure").flatchoices).get(measure, measure),
                     "asked": label[asked]}, name))
                break
        not_negative(batch, change, asked, _("“%s” cannot be below zero."))


def entry_events(project_ids: list[int]) -> dict[int, StageEvent]:
    """The actual event “entered into statistics” of each project that has one, the earliest where there are several."""
    found: dict[int, StageEvent] = {}
    for chunk in chunks(sorted(set(project_ids))):
        rows = versions(StageEvent, project_id__in=chunk, event="in_statistics", kind="actual")
        for row in rows.order_by("-counts_from", "-id"):
            found[row.project_id] = row
    return found


@guard(StatisticsEntry)
def entries(batch: Batch) -> None:
    """A project enters statistics on one day: that of the entry and that of its event."""
    changes = [change for change in batch.of(StatisticsEntry) if change.op != "withdraw"]
    events = entry_events([pk for change in changes if isinstance(pk := change.after("project"), int)])
    for change in changes:
        day = change.after("valid_on")
        if day is None:
            continue
        counted = counts_from(day, change.after("precision"))
        if span(day, change.after("precision"))[0] > timezone.localdate():
            batch.refuse(change, Faulty("entry_future", _(
                "%s has not come yet. Record the entry into statistics when it has happened; until then plan the event."
            ) % day.isoformat(), "valid_on"))
        if change.row is not None and "project" in change.values and change.values["project"] != change.row.project_id:
            batch.refuse(change, Faulty("fixed", _(
                "An entry into statistics stays with its project. Withdraw it and record another."), "project"))
        event = events.get(change.after("project")) if isinstance(change.after("project"), int) else None
        moves_with = change.row is not None and event is not None and follows(event, change.row)
        if event is not None and not moves_with and event.counts_from != counted:
            batch.refuse(change, Faulty("entry_day", _(
                "The project entered statistics on %(event)s by its event, not on %(entry)s. Correct whichever is wrong."
            ) % {"event": event.counts_from, "entry": counted}, "valid_on"))


def follows(event: StageEvent, entry: StatisticsEntry) -> bool:
    """Whether the event is of the entry's own day, so that a correction of the entry corrects it too."""
    return event.counts_from == entry.counts_from
