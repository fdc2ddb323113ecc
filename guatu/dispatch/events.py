"""What the monthly dispatch tells the apps above it, inside the transaction that recorded it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from guatu.dispatch.guards.reports import VERB, step_of
from guatu.dispatch.models import DispatchPeriod, ExtraQuestion, ProgressReport
from guatu.dispatch.rules.steps import FACTUAL, Step
from guatu.kernel.bulk import by_ids
from guatu.kernel.changes import Change
from guatu.kernel.events import publish
from guatu.kernel.registry import aftermath


@dataclass(frozen=True)
class ReportsOwed:
    """Reports of one opened month have become owed: how many by each owner (None: nobody is named)."""

    period_id: int
    zone_id: int
    month: str
    due_on: date
    owners: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True)
class ReportHandedIn:
    """A report was handed in. `first`: for the first time; `late`: its first hand-in came after the due day."""

    report_id: int
    project_id: int
    month: str
    first: bool
    late: bool


@dataclass(frozen=True)
class ReportSentBack:
    report_id: int
    project_id: int
    month: str
    owner_id: int | None
    reason: str
    correct_by: date


@dataclass(frozen=True)
class ReportAccepted:
    report_id: int
    project_id: int
    month: str


@dataclass(frozen=True)
class ReportsUrged:
    """An office urged those who have not reported: how many reports of each owner, by month and due day."""

    owners: tuple[tuple[int, str, date, int], ...]  # owner, month, due day, how many
    period_id: int


@dataclass(frozen=True)
class QuestionAsked:
    question_id: int
    zone_id: int
    month: str
    text: str


@aftermath(ProgressReport)
def told(changes: list[Change]) -> None:
    owed: dict[int, Counter] = defaultdict(Counter)
    urged: dict[int, Counter] = defaultdict(Counter)
    for change in changes:
        if change.model is not ProgressReport:
            continue
        row = change.written
        if change.op == "create":
            owed[row.period_id][row.owner_id] += 1
        elif change.verb == f"{VERB}urged":
            urged[row.period_id][row.owner_id, row.month, row.due_on] += 1
        else:
            _stepped(change, row)
    for period in by_ids(DispatchPeriod, owed):
        publish(ReportsOwed(period.pk, period.zone_id, period.month, period.due_on, tuple(owed[period.pk].items())))
    for period_id, owners in urged.items():
        publish(ReportsUrged(tuple((*key, n) for key, n in owners.items() if key[0] is not None), period_id))


def _stepped(change: Change, row: ProgressReport) -> None:
    step = step_of(change)
    if step in FACTUAL:
        publish(ReportHandedIn(row.pk, row.project_id, row.month, step is Step.HANDED_IN, row.is_late))
    elif step is Step.SENT_BACK:
        publish(ReportSentBack(row.pk, row.project_id, row.month, row.reporter_id or row.owner_id, change.reason,
                               row.correct_by))
    elif step is Step.ACCEPTED:
        publish(ReportAccepted(row.pk, row.project_id, row.month))


@aftermath(ExtraQuestion)
def asked(changes: list[Change]) -> None:
    for change in changes:
        if change.model is ExtraQuestion and change.op == "create":
            row = change.written
            publish(QuestionAsked(row.pk, row.zone_id, row.month, row.text))
