"""Extra questions: of whom they were asked, what was answered, and the answers as one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from guatu.dispatch.choices import REPORT_STATES, YES_NO
from guatu.dispatch.models import ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.dispatch.queries.ground import answers_standing, zone_lines
from guatu.kernel.bulk import chunks
from guatu.kernel.models import Organisation
from guatu.kernel.scope import Scope, subtree

STATES = dict(REPORT_STATES)
PAGE = 1000


def zones_below(zone_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each zone with everything below it, as the tree stands today."""
    parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
    return {zone: subtree(parents, zone) for zone in set(zone_ids)}


def asked_of_owners(question_id: int) -> dict[int, int]:
    """Owners of the reports not accepted yet of which a question is asked, each with the month of one of them."""
    question = ExtraQuestion.everything.get(pk=question_id)
    zones = zones_below([question.zone_id])[question.zone_id]
    rows = ProgressReport.everything.filter(
        month=question.month, withdrawn=False, period__zone_id__in=zones, owner__isnull=False
    ).exclude(state="accepted")
    return dict(rows.order_by("-pk").values_list("owner_id", "period_id"))


def questions_for(report: ProgressReport) -> list[ExtraQuestion]:
    """What is asked of a report beyond the usual: by its own zone and those above it. The reader may see the report."""
    line = zone_lines([report.period.zone_id])[report.period.zone_id]
    rows = ExtraQuestion.everything.filter(month=report.month, zone_id__in=line, withdrawn=False)
    return list(rows.select_related("zone").order_by("id"))


def answers_of(reports: Iterable[int]) -> dict[tuple[int, int], ExtraAnswer]:
    """Standing answers by (report, question); one query a chunk."""
    found = {}
    for chunk in chunks(sorted(set(reports))):
        found |= {(row.report_id, row.question_id): row for row in answers_standing().filter(report_id__in=chunk)}
    return found


@dataclass(frozen=True)
class Asked:
    """A question with how many reports within the reader's scope it is asked of, and how many answer it."""

    question: ExtraQuestion
    asked: int
    answered: int


def questions_of(scope: Scope, month: str, zone: Organisation | None = None) -> list[Asked]:
    """The questions of a month that the reader may see (those of `zone`, above and below it), with their counts."""
    rows = ExtraQuestion.objects.within(scope).filter(month=month).select_related("zone").order_by("id")
    questions = list(rows)
    if not questions:
        return []
    below = zones_below({row.zone_id for row in questions} | ({zone.pk} if zone else set()))
    if zone is not None:
        questions = [row for row in questions if zone.pk in below[row.zone_id] or row.zone_id in below[zone.pk]]
    owed = dict(_reports(scope, month, below[zone.pk] if zone else None).order_by().values_list(
        "period__zone_id").annotate(Count("pk")))
    answered = dict(answers_standing().exclude(value="").filter(
        question_id__in=[row.pk for row in questions],
        report__in=_reports(scope, month, below[zone.pk] if zone else None).order_by().values("pk"),
    ).order_by().values_list("question_id").annotate(Count("pk")))
    return [Asked(row, sum(n for pk, n in owed.items() if pk in below[row.zone_id]), answered.get(row.pk, 0))
            for row in questions]


def _reports(scope: Scope, month: str, zones: frozenset[int] | None):
    rows = ProgressReport.objects.within(scope).filter(month=month)
    return rows if zones is None else rows.filter(Q(period__zone_id__in=zones))


def shown_answer(question: ExtraQuestion, text: str) -> str:
    return str(dict(YES_NO).get(text, text)) if question.kind == "yes_no" else text


@dataclass(frozen=True)
class Sheet:
    """The answers of a month, one row a report, whether it has answered or not."""

    questions: list[ExtraQuestion]
    headers: list[str]
    rows: Iterator[list]


def answer_sheet(scope: Scope, month: str, zone: Organisation | None = None, question: int | None = None) -> Sheet:
    """Every report within the reader's scope of which a question of the month was asked, with its answers; rows are
    read a thousand at a time. `question` narrows to one."""
    asked = [row.question for row in questions_of(scope, month, zone)]
    asked = [row for row in asked if question in (None, row.pk)]
    headers = [_("Code"), _("Project"), _("Zone"), _("Responsible unit"), _("Officer"), _("Report"), _("Answered on"),
               *(f"{row.text}（{row.unit}）" if row.unit else row.text for row in asked)]
    below = zones_below({row.zone_id for row in asked} | ({zone.pk} if zone else set()))
    zones = frozenset().union(*(below[row.zone_id] for row in asked))
    rows = _reports(scope, month, zones & below[zone.pk] if zone else zones)
    return Sheet(asked, headers, _sheet_rows(rows, asked, below) if asked else iter(()))


def _sheet_rows(reports, asked: list[ExtraQuestion], below: dict[int, frozenset[int]]) -> Iterator[list]:
    ids = list(reports.order_by("owner_unit__code", "project__code").values_list("pk", flat=True))
    for chunk in chunks(ids, PAGE // 2):
        found = ProgressReport.everything.filter(pk__in=chunk).select_related(
            "project", "period__zone", "owner_unit", "owner")
        by_pk, answers = {row.pk: row for row in found}, answers_of(chunk)
        for pk in chunk:
            row = by_pk[pk]
            own = [answers.get((pk, question.pk)) for question in asked]
            days = [answer.valid_on for answer in own if answer is not None and answer.value]
            yield [
                row.project.code, row.project.name, row.period.zone.name, str(row.owner_unit or ""), str(row.owner or ""),
                str(STATES[row.state]), max(days).isoformat() if days else "",
                *(_cell(question, answer, row.period.zone_id in below[question.zone_id])
                  for question, answer in zip(asked, own, strict=True)),
            ]


def _cell(question: ExtraQuestion, answer: ExtraAnswer | None, is_asked: bool):
    if not is_asked:
        return _("not asked")
    if answer is None or answer.value == "":
        return _("not answered")
    if question.kind == "number":
        return float(answer.value) if "." in answer.value else int(answer.value)
    return shown_answer(question, answer.value)
