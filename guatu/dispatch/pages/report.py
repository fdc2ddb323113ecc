"""One report: the form for a phone, with last month's values in place, and what was handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from guatu.dispatch.actions import reporting
from guatu.dispatch.choices import QUESTION_KINDS, REPORT_STATES, YES_NO
from guatu.dispatch.models import ExtraQuestion, ProgressReport
from guatu.dispatch.queries.board import lights_of_reports
from guatu.dispatch.queries.questions import shown_answer
from guatu.dispatch.queries.report import ReportPage, may, photos_named, report_page
from guatu.dispatch.rules.answers import options_of
from guatu.kernel import actions, documents
from guatu.kernel.changes import Problem, Refusals
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.web.forms import RecordForm, written_text
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.choices import PROGRESS
from guatu.projects.pages.figures import wan, wan_of

FIELDS = ["progress", "invested_cny", "problem", "next_step", "note"]
#: Fields in which last month's words stand when a report is opened for the first time.
CARRIED = ["progress", "invested_cny", "problem", "next_step"]
MOST_PHOTOS = 9
MAY_ANSWER = ("owed", "returned", "submitted")
STATES, PROGRESS_LABELS = dict(REPORT_STATES), dict(PROGRESS)


@dataclass
class QuestionField:
    """One extra question with what stands in its field."""

    question: ExtraQuestion
    value: str
    carried: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"question-{self.question.pk}"

    @property
    def options(self) -> list[tuple[str, str]]:
        if self.question.kind == "yes_no":
            return [(code, str(label)) for code, label in YES_NO]
        return [(text, text) for text in options_of(self.question.options)]

    @property
    def kind_label(self) -> str:
        return str(dict(QUESTION_KINDS)[self.question.kind])


@dataclass
class ReportForm:
    """The form with everything that stands in it, and what is wrong with it."""

    record: RecordForm
    questions: list[QuestionField]
    photos: list
    carried: set[str]
    known: bool  # the amount in place is recorded already

    def say_all(self, problems: list[Problem]) -> None:
        named = {entry.name: entry for entry in self.questions}
        for problem in problems:
            entry = named.get(problem.refused.field or "")
            if entry is None:
                self.record.say(problem.refused)
            elif str(problem.refused) not in entry.errors:
                entry.errors.append(str(problem.refused))

    @property
    def is_faulty(self) -> bool:
        return self.record.is_faulty or any(entry.errors for entry in self.questions)


def find(request, pk: int, verb: str = "view") -> ProgressReport:
    return resource("progress_reports").find(scope_of(request), pk, verb)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk: int):
    row = find(request, pk)
    scope = scope_of(request)
    page = report_page(row, scope)
    writable = row.state in MAY_ANSWER and (may(scope, row, "report") or may(scope, row, "change"))
    if request.method != "POST":
        return show(request, page, _form(request, page) if writable else None)
    if not writable:
        raise Forbidden("not_yours", _("“%s” cannot be handed in by you now: it is accepted, or another unit's.") % row)
    return _send(request, page)


def _form(request, page: ReportPage) -> ReportForm:
    """The form as it opens: what the report says already, else last month's words."""
    scope, row = scope_of(request), page.report
    record = RecordForm(resource("progress_reports"), scope, row, only=FIELDS)
    carried: set[str] = set()
    first = row.state == "owed"
    if first and page.last is not None:
        for name in CARRIED:
            entry = record.fields[name]
            if entry.value == "":
                entry.value = written_text(resource("progress_reports").column(name), page.last, record.lookup)
                carried |= {name} if entry.value else set()
    known = first and row.invested_cny is None and page.known_invested is not None
    if known:
        column = resource("progress_reports").column("invested_cny")
        record.fields["invested_cny"].value = f"{column.in_unit(page.known_invested):f}"
        carried.discard("invested_cny")
    questions = []
    for question, answer in page.questions:
        value = answer.value if answer is not None else ""
        before = page.last_answers.get(question.text, "") if first and not value else ""
        questions.append(QuestionField(question, value or before, bool(before)))
    return ReportForm(record, questions, page.photos, carried, known)


def _send(request, page: ReportPage):
    scope, row, actor = scope_of(request), page.report, actor_of(request)
    record = RecordForm(resource("progress_reports"), scope, row, data=request.POST, only=FIELDS)
    form = ReportForm(
        record, [QuestionField(question, request.POST.get(f"question-{question.pk}", ""))
                 for question, _answer in page.questions], [], set(), False)
    kept = [int(text) for text in request.POST.getlist("photo_id") if text.isascii() and text.isdigit() and len(text) < 19]
    photos = {found.pk: found for found in photos_named(row.project, kept[:MOST_PHOTOS], scope)}
    _keep_photos(request, row, photos, record)
    form.photos = list(photos.values())
    planned_at = _number(request.POST.get("planned_at", "")) or head().number
    change = record.change()
    if change is None or form.is_faulty:
        return show(request, page, form, 422, planned_at)
    hand_in = "draft" not in request.POST
    values = change.values
    if sorted(photos) != sorted(found.pk for found in page.photos):
        values["photos"] = sorted(photos)
    answers = {entry.question.pk: entry.value for entry in form.questions}
    if "anyway" not in request.POST:
        batch = actions.check(actor, _changes(row, values, answers, hand_in))
        if batch.problems:
            form.say_all(batch.problems)
            return show(request, page, form, 422, planned_at)
        if batch.warnings and hand_in:
            record.warn(batch.warnings)
            return show(request, page, form, 200, planned_at)
    try:
        number = actions.write(actor, _changes(row, values, answers, hand_in), planned_at=planned_at)
    except Refusals as refused:
        form.say_all(refused.problems)
        return show(request, page, form, refused.status, planned_at)
    except Refused as refused:
        record.say(refused)
        return show(request, page, form, refused.status, planned_at)
    if number is None:
        messages.warning(request, _("Nothing was changed: what you entered is what stands already."))
    elif not hand_in:
        messages.success(request, _("Kept as a draft. It is not handed in yet."))
    else:
        messages.success(request, _("“%s” was handed in. Thank you.") % row)
    return redirect("dispatch:report", pk=row.pk)


def _changes(row: ProgressReport, values: dict, answers: dict, hand_in: bool) -> list:
    """Made anew each time, since checking fills values in; what states nothing is left out."""
    return [change for change in reporting(row, dict(values), answers, hand_in) if not actions.is_idle(change)]


def _keep_photos(request, row: ProgressReport, photos: dict, record: RecordForm) -> None:
    """New pictures are kept at once as documents of the project, so that a refused form does not lose them."""
    uploads = [upload for upload in request.FILES.getlist("photo") if upload.size]
    if len(photos) + len(uploads) > MOST_PHOTOS:
        record.general.append(_("At most %d photos go with a report. Choose the telling ones.") % MOST_PHOTOS)
        return
    with override(settings.LANGUAGE_CODE):
        title = _("Site photo of %s") % timezone.localdate().isoformat()
    for upload in uploads:
        try:
            document, _recording = documents.attach(actor_of(request), row.project, upload, title, "photo")
        except Refused as refused:
            record.say(refused)
        else:
            photos[document.pk] = document


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def show(request, page: ReportPage, form: ReportForm | None, status: int = 200, planned_at: int | None = None):
    row, scope = page.report, scope_of(request)
    known = page.invested_before + (page.known_invested or 0)
    plan = row.project.investment if row.project.currency == "CNY" else None
    return render(request, "dispatch/report.html", {
        "page": page,
        "report": row,
        "project": row.project,
        "form": form,
        "light": lights_of_reports([row], timezone.localdate())[row.pk],
        "state": STATES[row.state],
        "stage": page.state,
        "before": wan(page.invested_before) if page.invested else "",
        "so_far": wan(known) if page.invested else "",
        "plan": wan_of(row.project.investment, row.project.currency),
        "share": f"{known * 100 / plan:.1f}%" if plan and page.invested else "",
        "last_amount": wan(page.last.invested_cny) if page.last else "",
        "says": said_of(row),
        "answers": [(question, shown_answer(question, answer.value) if answer else "") for question, answer in page.questions],
        "submissions": [(entry, said_in(entry.values)) for entry in page.submissions],
        "planned_at": planned_at or head().number,
        "progress_options": PROGRESS,
        "most_photos": MOST_PHOTOS,
        "may_add_photos": scope.may("documents", "add"),
        "may_review": may(scope, row, "review"),
        "may_see_history": may(scope, row, "history"),
        "may_record_event": scope.may("stage_events", "add"),
        "event_url": f"/r/projects/{row.project_id}/?event={'paused' if row.progress == 'stopped' else ''}#record",
        "project_url": f"/r/projects/{row.project_id}/",
        "review_url": reverse("dispatch:review", args=[row.pk]),
    }, status=status)


def said_of(row: ProgressReport) -> list[tuple[str, str]]:
    return said_in({name: getattr(row, name) for name in FIELDS})


def said_in(values: dict) -> list[tuple[str, str]]:
    """(label, text) of what a report says."""
    label = {name: ProgressReport._meta.get_field(name).verbose_name for name in FIELDS}
    texts = {
        "progress": str(PROGRESS_LABELS.get(values["progress"], "")),
        "invested_cny": f"{wan(values['invested_cny'])} {_('10k yuan')}" if values["invested_cny"] is not None else "",
    }
    return [(str(label[name]), texts.get(name, values[name] or "")) for name in FIELDS]
