"""Rules of extra questions and their answers, asked on every write."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch.guards.reports import fixed, read_month
from guatu.dispatch.models import ExtraAnswer, ExtraQuestion
from guatu.dispatch.queries.ground import AnswerGround
from guatu.dispatch.rules.answers import NotOffered, options_of, read_answer
from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.rules.refusals import TEMPLATES, BadCell


@guard(ExtraQuestion)
def questions(batch: Batch) -> None:
    """One of a list offers at least two answers; a question that was answered keeps its meaning."""
    for change in batch.of(ExtraQuestion):
        if change.op == "withdraw":
            continue
        if read_month(batch, change) is None:
            continue
        offered = options_of(change.after("options") or "")
        if change.after("kind") == "choice" and len(offered) < 2:
            batch.refuse(change, Faulty("options", _(
                "“One of a list” needs at least two answers to choose from. Write one a line."), "options"))
        if change.row is None:
            continue
        fixed(batch, change, ("zone", "month"))
        meaning = {"kind", "options", "text", "unit"} & change.values.keys()
        if meaning and change.row.answers.filter(superseded_by=None, withdrawn=False).exists():
            batch.refuse(change, Faulty("answered", _(
                "“%s” was answered already, so its words stay. Withdraw it and ask another."
            ) % change.row, min(meaning)))


@guard(ExtraAnswer)
def answers(batch: Batch) -> None:
    """An answer is one that its question allows, from a report that was asked and is not accepted yet."""
    changes = [change for change in batch.of(ExtraAnswer) if change.op != "withdraw"]
    ground = AnswerGround(changes)
    for change in changes:
        question, report = ground.questions.get(change.after("question")), ground.reports.get(change.after("report"))
        if question is None or report is None:
            continue  # said by the check of values
        change.values["project"] = report.project_id
        if change.after("valid_on") is None:
            change.values["valid_on"] = timezone.localdate()
        if not ground.is_asked(question, report):
            batch.refuse(change, Faulty("not_asked", _(
                "“%(question)s” was not asked of “%(report)s”. See the questions of its month.")
                % {"question": question, "report": report}, _field(question)))
        elif report.state == "accepted":
            batch.refuse(change, Faulty("wrong_step", _(
                "“%s” is accepted, so it can no longer be changed. Ask the office to send it back.") % report,
                _field(question)))
        else:
            _read(batch, change, question)


def _field(question: ExtraQuestion) -> str:
    return f"question-{question.pk}"


def _read(batch: Batch, change: Change, question: ExtraQuestion) -> None:
    written = change.after("value") or ""
    try:
        kept = read_answer(question.kind, written, options_of(question.options))
    except BadCell as fault:
        batch.refuse(change, Faulty(fault.code, _(TEMPLATES[fault.code]) % fault.params, _field(question)))
    except NotOffered as fault:
        batch.refuse(change, Faulty("choice", _(
            "“%(value)s” is not an answer to “%(question)s”. Use one of: %(offered)s.")
            % {"value": fault.text, "question": question, "offered": "、".join(fault.offered)}, _field(question)))
    else:
        if kept != written:
            change.values["value"] = kept
