"""Resources of the monthly dispatch."""

from django.utils.translation import gettext_lazy as _

from guatu.dispatch import (  # noqa: F401  (registered by being imported)
    effects,
    events,
    guards,
    jobs,
    panels,
    projections,
    promises,
    receivers,
)
from guatu.dispatch.columns import MonthColumn
from guatu.dispatch.models import Correction, DispatchPeriod, ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.kernel.columns import LongText
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource

MONTH = ("month", {"kind": MonthColumn, "names": ("月份",)})


@register
class DispatchPeriods(Resource):
    model = DispatchPeriod
    name = "dispatch_periods"
    columns = ["zone", MONTH, "opened_on", "due_on", "note", "source"]
    search = ["zone__code", "zone__name", "month"]
    filters = ["month", "zone"]
    ordering = ["-month"]
    match = [("zone", "month")]
    reference = "month"
    select = ["zone", "source"]
    made_by_hand = False
    intro = _("A month is opened on the page of the monthly dispatch, or with “guatu dispatch open”.")


@register
class ProgressReports(Resource):
    model = ProgressReport
    name = "progress_reports"
    columns = [
        "project",
        ("month", {"kind": MonthColumn, "names": ("月份",), "read_only": True}),
        "state",
        "progress",
        ("invested_cny", {"unit": "万元", "names": ("invested_wan", "本月投资")}),
        "problem",
        "next_step",
        "note",
        "due_on",
        ("done_on", {"read_only": True}),
        ("submitted_on", {"read_only": True}),
        "correct_by",
        "owner_unit",
        "owner",
        ("reporter", {"read_only": True}),
        ("accepted_on", {"read_only": True}),
        ("urged_on", {"read_only": True}),
    ]
    shown = ["project", "month", "state", "progress", "invested_cny", "due_on", "done_on", "owner_unit", "owner"]
    search = ["project__code", "project__name", "problem", "next_step"]
    filters = ["month", "state", "progress", "owner_unit", "owner"]
    ordering = ["-month", "due_on"]
    match = [("project", "month")]
    reference = "month"
    select = ["project", "owner_unit", "owner", "reporter", "reviewer", "period"]
    made_by_hand = False
    intro = _("Reports are owed once a month is opened. A sheet with the state “handed in” hands many in at once.")


@register
class ReportCorrections(Resource):
    model = Correction
    name = "report_corrections"
    columns = [
        (name, {"read_only": True})
        for name in ("project", "title", "sent_back_on", "reason", "due_on", "done_on", "owner_unit", "owner")
    ]
    search = ["project__code", "project__name", "reason"]
    filters = ["owner_unit", "owner"]
    ordering = ["-sent_back_on"]
    match = []
    reference = "title"
    select = ["project", "owner_unit", "owner", "report"]
    made_by_hand = False
    intro = _("Each sending back of a report is a promise of its own, kept when the report is handed in again.")


@register
class ExtraQuestions(Resource):
    model = ExtraQuestion
    name = "extra_questions"
    columns = [
        "zone", MONTH, "text", "kind", "unit", ("options", {"kind": LongText}), "help", "required", "note",
    ]
    shown = ["text", "month", "zone", "kind", "unit", "required"]
    search = ["text"]
    filters = ["month", "zone", "kind"]
    ordering = ["-month"]
    match = [("zone", "month", "text")]
    reference = "text"
    select = ["zone"]


@register
class ExtraAnswers(Resource):
    model = ExtraAnswer
    name = "extra_answers"
    columns = ["question", "report", ("project", {"read_only": True}), "value", "valid_on", "note"]
    shown = ["question", "project", "value", "valid_on"]
    search = ["project__code", "project__name", "question__text", "value"]
    filters = ["question"]
    match = [("question", "report")]
    reference = "value"
    select = ["question", "report", "report__project", "project"]
    made_by_hand = False
    intro = _("Answers are given in the progress report; the page of questions offers them as one sheet.")
