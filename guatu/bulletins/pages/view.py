"""The list of bulletins, the view of a zone as of any day, and drafting from it."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.bulletins import actions, queries
from guatu.bulletins.choices import LANGUAGES
from guatu.bulletins.pages.paper import paper
from guatu.bulletins.queries.record import top_zone
from guatu.bulletins.rules.layout import lay_out
from guatu.kernel.errors import NotFound
from guatu.kernel.registry import resource
from guatu.kernel.scope import EVERYWHERE
from guatu.kernel.web.asked import Asked, asked, day
from guatu.kernel.web.listing import all_columns, asked_of, read_list
from guatu.kernel.web.pages.lists import verbs_of
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.pages.asked import zone_options


@require_safe
def list_page(request):
    """Bulletins with search and filters, above them the question for a day that has none yet."""
    found, scope = resource("bulletins"), scope_of(request)
    scope.require("bulletins", "view")
    listed = asked_of(found, request.GET)
    page = read_list(found, scope, listed, request.session.get("columns:bulletins"))
    shown = {head.name for head in page.heads}
    return render(request, "bulletins/list.html", {
        "resource": found,
        "page": page,
        "may": verbs_of(scope, found),
        "all_columns": [(column.name, str(column.label), column.name in shown) for column in all_columns(found)],
        "asked": listed,
        "formats": [("xlsx", "Excel (xlsx)"), ("csv", "CSV"), ("json", "JSON")],
        "query": request.GET.urlencode(),
        "zones": zone_options(request),
        "may_draft": scope.may("bulletins", "add"),
        "may_template": scope.may("bulletins", "change") and scope.may("documents", "add"),
    })


@require_safe
def preview_page(request):
    """The bulletin of a zone as of a day, computed at this moment from the rows the reader may see. Nothing is kept."""
    scope = scope_of(request)
    for name in ("bulletins", "projects", "milestones"):
        scope.require(name, "view")
    address = asked(request)
    question = _question(request, address)
    issuer = actions.usual_issuer(actor_of(request), question.zone, question.language)
    content = queries.compute(scope, question, issuer)
    return render(request, "bulletins/preview.html", {
        "address": address,
        "asked": question,
        "paper": paper(lay_out(content, {}), question, issuer=issuer),
        "zones": zone_options(request),
        "units": queries.units_of(scope, question.zone),
        "languages": LANGUAGES,
        "issued": queries.issued_as_of(scope, question.zone.pk, question.unit_id, question.as_of),
        "may_draft": _may_draft(scope, question),
    })


def _may_draft(scope, question) -> bool:
    reach = scope.reach("bulletins", "add")
    return reach == EVERYWHERE or bool(reach & {question.zone.pk, question.unit_id})


def _question(request, address: Asked):
    scope = scope_of(request)
    zone = address.zone or getattr(top_zone(scope), "code", "")
    if not zone:
        raise NotFound("no_zone", _("There is no zone that you may see, so there is no bulletin to show."))
    unit = address.given.get("unit", "")
    return queries.asking(
        scope, zone, address.as_of, unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None,
        since=day(address.given.get("since"), "since"), known_at=address.known_at,
        language=address.given.get("language") or ("en" if get_language() == "en" else "zh-hans"))


@require_POST
def draft(request):
    """Keeps the view of a day as a draft that can be edited and issued."""
    scope = scope_of(request)
    scope.require("bulletins", "add")
    request.GET = request.POST
    question = _question(request, asked(request))
    made = actions.draft(actor_of(request), question)
    messages.success(request, _("The draft is kept. Read it through, edit it and issue it."))
    return redirect("bulletins:bulletin", record=made.pk)
