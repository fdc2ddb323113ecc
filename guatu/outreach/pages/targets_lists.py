"""Target lists: all of them, and one with who approaches whom; the visiting book."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.chains import catalogue
from guatu.kernel.errors import Faulty, Forbidden, NotFound, Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.asked import page_number
from guatu.kernel.web.doors import paced
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import lead_opening, targets_actions
from guatu.outreach.models import Target, TargetList
from guatu.outreach.pages.targets import _number
from guatu.outreach.queries.targets_lists import assignable, leads_of, targets_of, trips_to_come
from guatu.outreach.targets_book import pages_of
from guatu.outreach.targets_choices import REASONED, STATES
from guatu.outreach.targets_paper import pdf_file, word_file

#: Targets that a page of a list shows.
PAGE_ROWS = 50
KINDS = {
    "pdf": (pdf_file, "application/pdf"),
    "docx": (word_file, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def _found(scope, pk: int, verb: str = "view") -> TargetList:
    scope.require("target_lists", verb)
    return resource("target_lists").find(scope, pk, verb)


@require_safe
def list_page(request, pk: int):
    """A target list: who is on it, how far it has come, who approaches them."""
    scope = scope_of(request)
    row = _found(scope, pk)
    rows = targets_of(scope, row) if scope.may("targets") else []
    may_change = scope.may("targets", "change")
    units, people = assignable(scope) if may_change else ([], [])
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(page_number(request), pages)
    shown = rows[(page - 1) * PAGE_ROWS:page * PAGE_ROWS]
    leads, may_open = leads_of(scope, shown), scope.may("leads", "add")
    unit_options, people_options = _options(units), _options(people)
    for one in shown:
        one.lead = leads.get(one.pk)
        one.may_open = one.lead is None and one.state not in REASONED and may_open
        one.may_travel = may_change and one.state not in REASONED
        one.unit_options = _chosen(unit_options, one.unit)
        one.people_options = _chosen(people_options, one.officer)
    return render(request, "outreach/target_list.html", {
        "row": row, "rows": shown, "total": len(rows), "page": page, "pages": pages, "gap": gap_of(row), "states": STATES,
        "trips": trips_to_come(scope, timezone.localdate()) if may_change else [], "may_change": may_change,
        "may_add_trip": may_change and scope.may("trips", "add"), "may_export": scope.may("targets", "export"), "counts": [
            (label, sum(one.state == state for one in rows)) for state, label in STATES if any(one.state == state for one in rows)],
    })


def _options(rows: list) -> str:
    """What may be chosen, written once for all targets of a page: hundreds of names beside each of them."""
    return format_html_join("", '<option value="{}">{}</option>', ((row.pk, row.name) for row in rows))


def _chosen(options: str, row) -> str:
    """The same choices with that of a row chosen; their names were escaped when they were written."""
    return options if row is None else mark_safe(options.replace(f'value="{row.pk}"', f'value="{row.pk}" selected', 1))


def gap_of(row: TargetList) -> dict | None:
    """Chain and node of a list in words; None for a list of the whole zone or an edition that lacks them."""
    try:
        chain = catalogue.find(row.chain) if row.chain else None
        return {"chain": chain, "node": catalogue.find_node(row.chain, row.node)} if chain else None
    except NotFound:
        return None


@require_POST
def assign(request, pk: int, target: int):
    """Says who approaches a target and how far it has come."""
    scope = scope_of(request)
    row = _found(scope, pk)
    found = resource("targets").find(scope, target, "change")
    if found.target_list_id != row.pk:
        raise NotFound("no_target", _("This enterprise is not on the list."))
    try:
        done = targets_actions.assign(
            actor_of(request), Target.objects.within(scope, "change", "targets").get(pk=found.pk), _number(request.POST.get("unit")),
            _number(request.POST.get("officer")), request.POST.get("state", ""), request.POST.get("reason", ""))
        say_done(request, _("Recorded for “%s”.") % done.name, None)
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    page = _number(request.POST.get("page")) or 1
    return redirect(f"{reverse('outreach:target_list', args=[pk])}{f'?page={page}' if page > 1 else ''}")


@require_POST
def open_lead(request, pk: int, target: int):
    """Makes a lead of a target with one press; refused where the firm is followed, has a project or is claimed by another."""
    scope = scope_of(request)
    row = _found(scope, pk)
    scope.require("leads", "add")
    found = resource("targets").find(scope, target)
    if found.target_list_id != row.pk:
        raise NotFound("no_target", _("This enterprise is not on the list."))
    try:
        lead = lead_opening.open_target(actor_of(request), found)
    except Forbidden:
        raise
    except Refused as refused:
        for sentence in told_by(refused):
            messages.error(request, sentence)
        return redirect("outreach:target_list", pk)
    messages.success(request, _("Lead %(code)s “%(name)s” was opened.") % {"code": lead.code, "name": lead.name})
    return redirect("outreach:lead", lead.pk)


@require_POST
def put_on_trip(request, pk: int):
    """Puts the targets that are ticked among the firms to be visited on a trip."""
    scope = scope_of(request)
    row = _found(scope, pk)
    scope.require("targets", "change")
    try:
        number = _number(request.POST.get("trip"))
        if number is None:
            raise Faulty("no_trip", _("Choose the trip on which they are to be visited."), "trip")
        trip = resource("trips").find(scope, number)
        chosen = {_number(text) for text in request.POST.getlist("target")}
        targets = [one for one in targets_of(scope, row) if one.pk in chosen]
        recording, put = targets_actions.put_on_trip(actor_of(request), targets, trip)
    except Forbidden:
        raise
    except Refused as refused:
        for sentence in told_by(refused):
            messages.error(request, sentence)
        return redirect("outreach:target_list", pk)
    say_done(request, _("%(n)s enterprises are to be visited on “%(trip)s”.") % {"n": put, "trip": trip}, recording)
    return redirect("outreach:target_list", pk)


def told_by(refused: Refused) -> list[str]:
    """Every sentence of a refusal, once."""
    return list(dict.fromkeys(str(one.refused) for one in getattr(refused, "problems", []))) or [str(refused)]


@paced("export")
@require_safe
def book(request, pk: int, kind: str):
    """The visiting book of a list as pdf or docx: one page an enterprise."""
    scope = scope_of(request)
    row = _found(scope, pk)
    scope.require("targets", "export")
    if kind not in KINDS:
        raise NotFound("no_format", _("A visiting book is made as pdf or docx, not as “%s”.") % kind[:20])
    make, content_type = KINDS[kind]
    response = HttpResponse(make(pages_of(scope, row, timezone.localdate())), content_type=content_type)
    response["Content-Disposition"] = f'{"inline" if kind == "pdf" else "attachment"}; filename="visits-{row.code}.{kind}"'
    return response
