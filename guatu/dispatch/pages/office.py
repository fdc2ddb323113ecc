"""The office's month: how many reported, who has not, with telephone and urging; opening, accepting many, urging."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guatu.dispatch import actions, jobs
from guatu.dispatch.choices import REPORT_STATES, SHOWN
from guatu.dispatch.pages import asked as addresses
from guatu.dispatch.queries.board import Counts, ReportRow
from guatu.dispatch.queries.owing import owing
from guatu.dispatch.queries.questions import questions_of
from guatu.kernel.bulk import chunks
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.choices import PROGRESS
from guatu.projects.pages.asked import page_number, zone_options
from guatu.projects.pages.figures import wan, yi
from guatu.projects.queries.moment import zone_named

PAGE_ROWS = 50
#: Units shown before one asks for all of them.
MOST_UNITS = 20
MOST_AT_ONCE = 500
HUNDRED = Decimal(100)
STATES, PROGRESS_LABELS = dict(REPORT_STATES), dict(PROGRESS)


@require_safe
def office(request):
    """The month as of a day."""
    scope = scope_of(request)
    scope.require("progress_reports", "view")
    here = addresses.asked(request)
    address, board = here.address, here.board(request)
    total = board.total
    count = board.narrowed(here.shown, here.text).count() if here.text or here.shown == "blocked" else _count(
        total, here.shown)
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(page_number(request), pages)
    start = (page - 1) * PAGE_ROWS
    rows = board.rows(here.shown, here.text, start, start + PAGE_ROWS) if count else []
    units = board.by_unit()
    shown_units = units if address.given.get("units") == "all" else units[:MOST_UNITS]
    may_urge = scope.may("progress_reports", "review") and address.is_present
    return render(request, "dispatch/office.html", {
        "address": address,
        "here": here,
        "month": str(here.month),
        "months": here.months if str(here.month) in here.months else [str(here.month), *here.months],
        "zones": zone_options(request),
        "zone": board.zone,
        "hidden": [(name, value) for name, value in address.given.items()
                   if name not in ("as_of", "zone", "page", "month", "unit")],
        "total": total,
        "invested": yi(total.invested_fen / HUNDRED),
        "tally": _tally(total, here),
        "periods": _due_days(board),
        "by_zone": [(zone, counts, _links(here, zone=zone.code)) for zone, counts in board.by_zone()],
        "by_unit": [(unit, counts, _links(here, unit=unit.pk if unit else 0)) for unit, counts in shown_units],
        "more_units": address.query(units="all", page=None) + "#units" if len(shown_units) < len(units) else "",
        "all_units": len(units),
        "units": sorted(((unit.pk if unit else 0, unit.name if unit else _("no unit")) for unit, _counts in units),
                        key=lambda entry: entry[1]),
        "count": count,
        "shown": here.shown,
        "says": here.shown not in ("outstanding", "overdue"),
        "shown_label": _shown_label(here.shown),
        "rows": [_row(row, address) for row in rows],
        "first": start + 1,
        "last": start + len(rows),
        "page": page,
        "pages": pages,
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < pages else "",
        "may_urge": may_urge,
        "may_review": may_urge,
        "may_open": scope.may("dispatch_periods", "add"),
        "may_export": scope.may("progress_reports", "export"),
        "may_ask": scope.may("extra_questions", "view"),
        "questions": questions_of(scope, str(here.month), board.zone) if scope.may("extra_questions") else [],
        "exports": [(label, f"{reverse('dispatch:export', args=[kind])}{address.query(page=None)}")
                    for kind, label in (("xlsx", "Excel"), ("csv", "CSV"))],
        "is_past_due": bool(board.periods) and all(row.due_on < address.as_of for row in board.periods),
        "head_number": head().number,
    })


def _count(total: Counts, shown: str) -> int:
    return {
        "outstanding": total.outstanding, "overdue": total.overdue, "late": total.all_late, "late_reported": total.late,
        "reported": total.reported, "returned": total.returned, "waiting": total.waiting, "accepted": total.accepted,
        "blocked": total.blocked, "all": total.owed,
    }[shown]


def _shown_label(shown: str) -> str:
    more = {"overdue": _("Overdue, not reported"), "late_reported": _("Reported late"), "all": _("All reports owed")}
    return more.get(shown) or str(dict(SHOWN)[shown])


def _tally(total: Counts, here) -> list[tuple]:
    """(label, figure, address, is chosen, remark): what is wrong first."""
    remarks = {
        "outstanding": _("%d of them overdue") % total.overdue if total.overdue else "",
        "late": _("%d handed in late") % total.late if total.late else "",
    }
    order = ["outstanding", "late", "returned", "blocked", "waiting", "accepted", "reported", "all"]
    return [
        (_("Owed") if name == "all" else str(dict(SHOWN)[name]), _count(total, name),
         here.address.query(show=name, page=None, q=None), here.shown == name, remarks.get(name, ""))
        for name in order
    ]


def _links(here, **where) -> dict[str, str]:
    """Addresses behind the figures of one zone or unit."""
    names = ("outstanding", "overdue", "late_reported", "reported", "returned", "waiting", "accepted", "all")
    return {name: here.address.query(show=name, page=None, q=None, **where) + "#rows" for name in names}


def _due_days(board) -> list[tuple]:
    days: dict = {}
    for row in board.periods:
        days.setdefault(row.due_on, []).append(row.zone_id)
    return [(day, len(zones), board.when.calendar.is_provisional(day)) for day, zones in sorted(days.items())]


def _row(row: ReportRow, address) -> dict:
    state = row.state
    return {
        "row": row,
        "light": row.light,
        "url": reverse("dispatch:report", args=[state.report_id]),
        "project_url": address.link(f"/r/projects/{state.project_id}/"),
        "review_url": reverse("dispatch:review", args=[state.report_id]),
        "state": STATES[state.state],
        "progress": PROGRESS_LABELS.get(state.progress, ""),
        "invested": wan(state.invested_fen / HUNDRED) if state.invested_fen is not None else "",
        "days_late": (state.done_on - state.due_on).days if state.done_on and state.done_on > state.due_on else 0,
        "overdue_days": (address.as_of - state.due_on).days
        if (state.done_on is None or state.done_on > address.as_of) and state.due_on < address.as_of else 0,
    }


# -- what the office does ------------------------------------------------------------------------------------------------


@require_POST
def open_month(request):
    """Opens a month, at once or by a job when many projects are concerned."""
    scope = scope_of(request)
    scope.require("dispatch_periods", "add")
    month = addresses.read_month(request.POST.get("month", ""))
    zone = request.POST.get("zone", "").strip()
    node = zone_named(scope, zone) if zone else None
    try:
        concerned = sum(map(len, owing(month, node.pk if node else None).values()))
        if concerned > jobs.AT_ONCE:
            job = jobs.start_opening(month, zone, request.user)
            return redirect("job", pk=job.pk)
        opened = actions.open_month(actor_of(request), month, zone or None)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(next_page(request, reverse("dispatch:office")))
    if opened.created:
        messages.success(request, ngettext(
            "%(month)s is open: %(count)d report is owed.", "%(month)s is open: %(count)d reports are owed.",
            opened.created) % {"month": month, "count": opened.created})
    else:
        messages.warning(request, _("Nothing was opened: every project on the lists concerned owes its report already, "
                                    "or there is none."))
    return redirect(f"{reverse('dispatch:office')}?month={month}" + (f"&zone={zone}" if zone else ""))


@require_POST
def urge(request):
    """Urges about the reports ticked, or about every outstanding one that the page shows."""
    scope = scope_of(request)
    scope.require("progress_reports", "review")
    rows = resource("progress_reports").rows(scope, "review")
    if request.POST.get("all"):
        here = addresses.asked(request)
        ids = list(here.board(request, "review").narrowed("outstanding", here.text).values_list("report_id", flat=True))
    else:
        ids = _ticked(request)
    reports = _found(rows, ids)
    return _done(request, lambda: _urged(actions.urge(actor_of(request), reports), len(reports)))


def _urged(count: int, asked: int) -> str:
    if not asked:
        raise Faulty("none", _("No report was chosen. Tick the ones you mean."))
    if not count:
        return _("Nobody was urged: these reports are handed in, or were urged about today already.")
    return ngettext("Urged about %d report.", "Urged about %d reports.", count) % count


@require_POST
def accept_many(request):
    """Accepts the reports ticked that wait for a review: all of them, or none."""
    scope = scope_of(request)
    scope.require("progress_reports", "review")
    reports = [row for row in _found(resource("progress_reports").rows(scope, "review"), _ticked(request))
               if row.state == "submitted"]

    def accepted() -> str:
        if not reports:
            raise Faulty("none", _("None of the reports chosen waits for a review. Tick reports that were handed in."))
        actions.accept(actor_of(request), reports, planned_at=_number(request.POST.get("planned_at", "")))
        return ngettext("%d report was accepted.", "%d reports were accepted.", len(reports)) % len(reports)

    return _done(request, accepted)


def _done(request, act):
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(next_page(request, reverse("dispatch:office")))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _ticked(request) -> list[int]:
    numbers = [_number(text) for text in request.POST.getlist("record")[:MOST_AT_ONCE]]
    return [number for number in numbers if number is not None]


def _found(rows, ids: list[int]) -> list:
    return [row for chunk in chunks(ids) for row in rows.filter(pk__in=chunk)]
