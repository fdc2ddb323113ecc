"""What the guards need to know, read for all changes of a batch together and only where something asks for it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cached_property

from guatu.dispatch.models import DispatchPeriod, ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.kernel.bulk import by_ids, chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.models import Organisation
from guatu.projects.models import Project
from guatu.projects.queries.monthly import invested_by_month


def zone_lines(zone_ids) -> dict[int, set[int]]:
    """Each zone with everything above it, as the tree stands today."""
    parents = dict(Organisation.everything.values_list("id", "parent_id"))
    found = {}
    for zone in set(zone_ids):
        line, node = set(), zone
        while node is not None and node not in line:
            line.add(node)
            node = parents.get(node)
        found[zone] = line
    return found


class Ground:
    """For reports: their months, their projects, what was invested before, and the questions left open."""

    def __init__(self, batch: Batch, changes: list[Change]):
        self._batch = batch
        self._changes = changes

    def period(self, given) -> DispatchPeriod | None:
        return self._periods.get(given) if isinstance(given, int) else None

    @cached_property
    def _periods(self) -> dict[int, DispatchPeriod]:
        ids = {change.after("period") for change in self._changes}
        return {row.pk: row for row in by_ids(DispatchPeriod, {pk for pk in ids if isinstance(pk, int)})}

    @cached_property
    def projects(self) -> dict[int, Project]:
        ids = {change.after("project") for change in self._changes}
        return {row.pk: row for row in by_ids(Project, {pk for pk in ids if isinstance(pk, int)})}

    @cached_property
    def _handed_in(self) -> list[ProgressReport]:
        return [change.row for change in self._changes if change.row is not None and change.op == "change"]

    @cached_property
    def _invested(self) -> dict[int, dict]:
        rows = self._handed_in
        return invested_by_month({row.project_id for row in rows}, max(_last(row.month) for row in rows)) if rows else {}

    def invested_before(self, report: ProgressReport) -> Decimal:
        """Yuan recorded for the months before the report's."""
        own = _last(report.month)
        months = self._invested.get(report.project_id, {})
        return sum((amount for day, amount in months.items() if day < own), Decimal(0))

    def unanswered(self, report: ProgressReport) -> list[ExtraQuestion]:
        """Questions that must be answered and are not, neither before nor in this batch."""
        line = self._lines.get(self._zones.get(report.period_id), set())
        return [
            question for question in self._required.get(report.month, [])
            if question.zone_id in line and (report.pk, question.pk) not in self._answered
        ]

    @cached_property
    def _required(self) -> dict[str, list[ExtraQuestion]]:
        found = defaultdict(list)
        months = {row.month for row in self._handed_in}
        for row in ExtraQuestion.everything.filter(month__in=months, required=True, withdrawn=False).order_by("id"):
            found[row.month].append(row)
        return found

    @cached_property
    def _zones(self) -> dict[int, int]:
        return {pk: row.zone_id for pk, row in self._periods.items()}

    @cached_property
    def _lines(self) -> dict[int, set[int]]:
        return zone_lines(self._zones.values())

    @cached_property
    def _answered(self) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for chunk in chunks(sorted({row.pk for row in self._handed_in})):
            found.update(answers_standing().filter(report_id__in=chunk).exclude(value="").values_list(
                "report_id", "question_id"))
        for change in self._batch.of(ExtraAnswer):
            pair = (change.after("report"), change.after("question"))
            if change.op == "withdraw" or not (change.after("value") or "").strip():
                found.discard(pair)
            else:
                found.add(pair)
        return found


def answers_standing():
    return ExtraAnswer.everything.filter(superseded_by=None, withdrawn=False)


def _last(month: str):
    from guatu.dispatch.rules.months import parse_month

    return parse_month(month).last


class AnswerGround:
    """For answers: their questions, their reports, and whether the one was asked of the other."""

    def __init__(self, changes: list[Change]):
        self.questions = {row.pk: row for row in by_ids(ExtraQuestion, _ids(changes, "question")) if not row.withdrawn}
        self.reports = {row.pk: row for row in by_ids(ProgressReport, _ids(changes, "report"))}
        periods = by_ids(DispatchPeriod, {row.period_id for row in self.reports.values()}) if self.reports else ()
        self._zones = {row.pk: row.zone_id for row in periods}
        self._lines = zone_lines(self._zones.values()) if self._zones else {}

    def is_asked(self, question: ExtraQuestion, report: ProgressReport) -> bool:
        line = self._lines.get(self._zones.get(report.period_id), set())
        return question.month == report.month and question.zone_id in line


def _ids(changes: list[Change], name: str) -> set[int]:
    return {change.after(name) for change in changes if isinstance(change.after(name), int)}
