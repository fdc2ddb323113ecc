"""Target lists: all of them, and one with who approaches whom; the visiting book."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.chains import catalogue
from guatu.kernel.errors import Forbidden, NotFound, Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.asked import page_number
from guatu.kernel.web.doors import paced
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import targets_actions
from guatu.outreach.models import Target, TargetList
from guatu.outreach.pages.targets import _number
from guatu.outreach.queries.targets_lists import assignable, targets_of
from guatu.outreach.targets_book import pages_of
from guatu.outreach.targets_choices import STATES
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
    return render(request, "outreach/target_list.html", {
        "row": row, "rows": rows[(page - 1) * PAGE_ROWS:page * PAGE_ROWS], "total": len(rows), "page": page, "pages": pages,
        "gap": gap_of(row), "states": STATES, "units": _options(units), "people": _options(people), "may_change": may_change,
        "may_export": scope.may("targets", "export"), "counts": [
            (label, sum(one.state == state for one in rows)) for state, label in STATES if any(one.state == state for one in rows)],
    })


def _options(rows: list) -> str:
    """What may be chosen, written once for all targets of a page: hundreds of names beside each of them."""
    return format_html_join("", '<option value="{}">{}</option>', ((row.pk, row.name) for row in rows))


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
