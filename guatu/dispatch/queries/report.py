"""One report: what is known already and need not be asked, last month's words, each hand-in, photos, corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch.models import Correction, ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.dispatch.queries.questions import answers_of, questions_for
from guatu.dispatch.rules.months import parse_month
from guatu.kernel.models import Document, Recording
from guatu.kernel.queries import in_order, statements_about
from guatu.kernel.registry import resource
from guatu.kernel.scope import EVERYWHERE, Scope
from guatu.kernel.values import read
from guatu.projects.models import Project
from guatu.projects.queries import StateRow, states_of
from guatu.projects.queries.monthly import invested_by_month


@dataclass(frozen=True)
class Submission:
    """One hand-in: what the report said then."""

    instant: datetime
    who: str
    day: date
    values: dict


@dataclass(frozen=True)
class ReportPage:
    report: ProgressReport
    state: StateRow | None
    invested: dict[date, Decimal]  # by month, as recorded now, the report's own month included
    last: ProgressReport | None
    last_answers: dict[str, str]
    questions: list[tuple[ExtraQuestion, ExtraAnswer | None]]
    submissions: list[Submission]
    corrections: list[Correction]
    photos: list[Document]

    @property
    def month_end(self) -> date:
        return parse_month(self.report.month).last

    @property
    def known_invested(self) -> Decimal | None:
        """What is recorded for the month already, from wherever it came."""
        return self.invested.get(self.month_end)

    @property
    def invested_before(self) -> Decimal:
        return sum((amount for day, amount in self.invested.items() if day < self.month_end), Decimal(0))

    @property
    def open_correction(self) -> Correction | None:
        return next((row for row in self.corrections if row.done_on is None), None)


def report_page(report: ProgressReport, scope: Scope) -> ReportPage:
    """What the page of a report shows to a reader who may see it; a constant number of queries."""
    last = last_report(report)
    questions = questions_for(report)
    answers = answers_of([pk for pk in (report.pk, last.pk if last else None) if pk is not None])
    return ReportPage(
        report=report,
        state=states_of([report.project_id], timezone.localdate()).get(report.project_id),
        invested=invested_by_month([report.project_id], parse_month(report.month).last).get(report.project_id, {}),
        last=last,
        last_answers=_same_question(last, answers) if last and questions else {},
        questions=[(question, answers.get((report.pk, question.pk))) for question in questions],
        submissions=submissions_of(report),
        corrections=list(report.corrections.filter(withdrawn=False).order_by("id")),
        photos=photos_of(report, scope),
    )


def last_report(report: ProgressReport) -> ProgressReport | None:
    """The newest report of an earlier month that was handed in."""
    rows = ProgressReport.everything.filter(
        project_id=report.project_id, month__lt=report.month, withdrawn=False, done_on__isnull=False)
    return rows.order_by("-month").first()


def _same_question(last: ProgressReport, answers: dict) -> dict[str, str]:
    """Last month's answers by the words of the question, for an office that asks the same again."""
    rows = [row for (report, _question), row in answers.items() if report == last.pk and row.value]
    words = dict(ExtraQuestion.everything.filter(pk__in=[row.question_id for row in rows]).values_list("pk", "text"))
    return {words[row.question_id]: row.value for row in rows}


def submissions_of(report: ProgressReport) -> list[Submission]:
    """Each hand-in, the first first: what the report said right after it."""
    columns = {column.name: column for column in ProgressReport.value_fields()}
    values: dict = {}
    found: list[tuple[int, dict]] = []
    for statement in sorted(in_order(statements_about(ProgressReport, [report.pk])[report.pk]), key=lambda row: row.id):
        values = {**values, **statement.values}
        said = {"progress", "invested_cny", "problem", "next_step", "note", "state", "submitted_on", "photos"}
        if values.get("state") == "submitted" and said & statement.values.keys():
            found.append((statement.id >> 20, values))
    recordings = Recording.objects.select_related("actor").in_bulk([number for number, _values in found])
    return [
        Submission(
            recordings[number].instant, _who(recordings[number]),
            read(columns["submitted_on"], says["submitted_on"]),
            {name: read(column, says.get(name)) for name, column in columns.items()})
        for number, says in found
    ]


def _who(recording: Recording) -> str:
    return str(recording.actor) if recording.actor is not None else _("the system")


def photos_of(report: ProgressReport, scope: Scope) -> list[Document]:
    """The report's photos that the reader may see."""
    if not scope.may("documents"):
        return []
    return list(resource("documents").rows(scope).filter(pk__in=report.photos.values("pk")).order_by("id"))


def photos_named(project: Project, ids: Iterable[int], scope: Scope) -> list[Document]:
    """Those of the documents named that are pictures of the project within the reader's reach."""
    if not scope.may("documents"):
        return []
    rows = resource("documents").rows(scope).filter(
        pk__in=list(ids), subject_type=Project._meta.label_lower, subject_id=project.pk,
        content_type__startswith="image/")
    return list(rows.order_by("id"))


def may(scope: Scope, report: ProgressReport, verb: str) -> bool:
    """Whether the reader holds a right where the report lies."""
    reach = scope.reach("progress_reports", verb)
    project = report.project
    return reach == EVERYWHERE or bool(
        {project.zone_id, project.unit_id, project.team_id, report.owner_unit_id} & set(reach))


def mine(scope: Scope, user_id: int) -> tuple[list[ProgressReport], list[ProgressReport]]:
    """What this person still owes, and what they handed in, newest first. A report that names nobody is owed by
    everybody who may hand it in."""
    from guatu.kernel.delegation import in_force

    people = {user_id, *in_force().filter(delegate_id=user_id).values_list("principal_id", flat=True)}
    rows = resource("progress_reports").rows(scope)
    reach = scope.q(ProgressReport.scope_paths, "progress_reports", "report")
    own = rows.filter(owner_id__in=people)
    nobody = rows.filter(owner=None) if reach is None else rows.filter(reach, owner=None)
    owed = sorted([*_open(own), *_open(nobody)], key=lambda row: (row.correct_by or row.due_on, row.project.code))
    done = list(rows.filter(reporter_id__in=people).exclude(state="returned").order_by("-month", "project__code")[:100])
    return owed, done


def _open(rows) -> list[ProgressReport]:
    return list(rows.filter(state__in=["owed", "returned"]).order_by("due_on", "project__code")[:500])


def next_to_review(scope: Scope, report: ProgressReport) -> ProgressReport | None:
    """Another report of the month that waits for a review, by unit and project."""
    rows = resource("progress_reports").rows(scope, "review").filter(month=report.month, state="submitted")
    return rows.exclude(pk=report.pk).order_by("owner_unit__code", "project__code").first()


def reports_of(project_id: int, scope: Scope, as_of: date, most: int = 6) -> list[ProgressReport]:
    """The newest reports of a project opened by a day, within the reader's scope."""
    rows = resource("progress_reports").rows(scope).filter(project_id=project_id, period__opened_on__lte=as_of)
    return list(rows.order_by("-month")[:most])
