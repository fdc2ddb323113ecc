"""The review of a report: what it says beside last month's, accepted or sent back with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guatu.dispatch import actions
from guatu.dispatch.pages.report import FIELDS, STATES, find, said_in, said_of
from guatu.dispatch.queries.board import lights_of_reports
from guatu.dispatch.queries.owing import number
from guatu.dispatch.queries.questions import shown_answer
from guatu.dispatch.queries.report import next_to_review, report_page
from guatu.kernel import queries
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.recording import head
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import BadCell
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.pages.figures import wan, wan_of


@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk: int):
    """Accepts or sends back; goes on to the next report that waits."""
    row = find(request, pk, "review")
    errors: list[str] = []
    if request.method == "POST":
        try:
            return _decided(request, row)
        except Refusals as refused:
            errors = [str(problem.refused) for problem in refused.problems]
        except Refused as refused:
            errors = [str(refused)]
    return _show(request, row, errors)


def _decided(request, row):
    planned_at = request.POST.get("planned_at", "")
    seen = int(planned_at) if planned_at.isascii() and planned_at.isdigit() and len(planned_at) < 19 else None
    if "accept" in request.POST:
        actions.accept(actor_of(request), [row], planned_at=seen)
        messages.success(request, _("“%s” was accepted.") % row)
    else:
        actions.send_back(actor_of(request), row, request.POST.get("reason", ""), _by(request), planned_at=seen)
        messages.success(request, _("“%s” was sent back. Its reporter is told.") % row)
    following = next_to_review(scope_of(request), row)
    if following is not None:
        return redirect("dispatch:review", pk=following.pk)
    return redirect(f"{reverse('dispatch:office')}?month={row.month}&show=waiting")


def _by(request):
    """The day by which the correction is owed; None leaves it to the zone's parameter. Raises Faulty."""
    text = request.POST.get("correct_by", "").strip()
    if not text:
        return None
    try:
        return parse_day(text).day
    except BadCell:
        raise Faulty("correct_by", _("“%s” is not a day. Write it as year, month and day, like 2022-06-30.") % text[:40],
                     "correct_by") from None


def _show(request, row, errors: list[str]):
    page, today = report_page(row, scope_of(request)), timezone.localdate()
    last = dict(said_of(page.last)) if page.last else {}
    allowed = number("dispatch.correction_workdays", today, row.period.zone_id)
    plan = row.project.investment if row.project.currency == "CNY" else None
    return render(request, "dispatch/review.html", {
        "page": page,
        "report": row,
        "project": row.project,
        "errors": errors,
        "light": lights_of_reports([row], today)[row.pk],
        "state": STATES[row.state],
        "stage": page.state,
        "said": [(label, text, last.get(label, ""), bool(text) and text == last.get(label) and name != "progress")
                 for name, (label, text) in zip(FIELDS, said_of(row), strict=True)],
        "last_month": page.last.month if page.last else "",
        "answers": [(question, shown_answer(question, answer.value) if answer else "") for question, answer in page.questions],
        "so_far": wan(sum(page.invested.values())) if page.invested else "",
        "plan": wan_of(row.project.investment, row.project.currency),
        "share": f"{sum(page.invested.values()) * 100 / plan:.1f}%" if plan and page.invested else "",
        "submissions": [(entry, said_in(entry.values)) for entry in page.submissions],
        "can_accept": row.state == "submitted",
        "can_send_back": row.state in ("submitted", "accepted"),
        "reason": request.POST.get("reason", ""),
        "correct_by": request.POST.get("correct_by", "") or queries.calendar().add_workdays(today, allowed).day.isoformat(),
        "planned_at": head().number,
        "may_see_history": scope_of(request).may("progress_reports", "history"),
        "next": next_to_review(scope_of(request), row),
    }, status=422 if errors else 200)
