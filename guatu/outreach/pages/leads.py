"""Pages of leads: the board by stage, one's own leads, the check of a firm before anything is written."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.enterprises.rules.credit_codes import clean_code
from guatu.kernel.errors import Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import lead_actions
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS
from guatu.outreach.models import Claim
from guatu.outreach.queries.alike import alike, firm_of, shown
from guatu.outreach.queries.claims import claim_of, holder_text, is_held, keys_of, standing
from guatu.outreach.queries.leads import Board, board
from guatu.outreach.rules.leads import LOST, OPEN, ORDER
from guatu.projects.pages.asked import Asked, asked, zone_options
from guatu.projects.queries.moment import moment, zone_named

#: Leads of a stage that the board shows before one asks for the list.
MOST = 12


@require_safe
def board_page(request):
    """Every stage as a column, as of a day; those without contact for longest stand first."""
    scope, address = scope_of(request), asked(request)
    scope.require("leads", "view")
    zone = zone_named(scope, address.zone) if address.zone else None
    found = board(scope, moment(address.as_of, address.known_at), zone.pk if zone else None, most=MOST)
    return render(request, "outreach/leads.html", {
        "address": address, "zones": zone_options(request), "zone": zone, "columns": columns(found, address),
        "is_empty": not sum(found.counts.values()), "tally": tally(found, address),
        "may_add": scope.may("leads", "add"), "check_url": reverse("outreach:check"),
        "funnel_url": address.link(reverse("outreach:funnel")), "mine": False,
        "mine_url": address.link(reverse("outreach:mine")),
    })


@require_safe
def mine_page(request):
    """One's own leads, open ones by stage, and the firms one holds."""
    scope, address = scope_of(request), asked(request)
    scope.require("leads", "view")
    found = board(scope, moment(address.as_of, address.known_at), owner=request.user.pk, most=100, stages=OPEN)
    claims = Claim.objects.within(scope).filter(owner=request.user).order_by("until")[:100] if scope.may("claims") else []
    return render(request, "outreach/leads.html", {
        "address": address, "zones": [], "columns": columns(found, address), "is_empty": not sum(found.counts.values()),
        "tally": [], "may_add": scope.may("leads", "add"), "check_url": reverse("outreach:check"), "mine": True,
        "claims": [row for row in claims if is_held(row, address.as_of)], "board_url": address.link(reverse("outreach:leads")),
    })


def columns(found: Board, address: Asked) -> list[dict]:
    """The stages in order, each with its first leads and the address of the whole list."""
    return [{
        "stage": stage, "label": str(LEAD_STAGE_LABELS[stage]), "count": count, "more": count - len(found.cards[stage]),
        "all_url": f"/r/leads/?{urlencode({'stage': stage})}",
        "cards": [(card, address.link(reverse("outreach:lead", args=[card.lead_id]))) for card in found.cards[stage]],
    } for stage, count in found.counts.items()]


def tally(found: Board, address: Asked) -> list[tuple[str, str, int]]:
    """What is wrong first: name, label, figure."""
    return [
        ("stale", _("without contact for too long"), found.stale),
        ("open", _("being followed"), sum(found.counts.get(stage, 0) for stage in OPEN)),
        ("converted", str(LEAD_STAGE_LABELS[ORDER[-1]]), found.counts.get(ORDER[-1], 0)),
        ("lost", str(LEAD_STAGE_LABELS[LOST]), found.counts.get(LOST, 0)),
    ]


@require_safe
def check_page(request):
    """What the house knows of a firm already, shown before anything is written."""
    scope, address = scope_of(request), asked(request)
    scope.require("leads", "view")
    name, code = address.given.get("name", "")[:200], clean_code(address.given.get("credit_code", "")[:40])
    context = {"address": address, "name": name, "code": code, "asked": bool(name or code), "may_add": scope.may("leads", "add")}
    if name or code:
        firm = firm_of(name, code)
        everything = alike([firm])[firm]
        visible = shown(scope, everything)
        row = claim_of(standing([keys_of(name, code)]), *keys_of(name, code))
        beside = {key: address.given[key] for key in ("chain", "node") if key in address.given}
        context |= {
            "leads": [(lead, reverse("outreach:lead", args=[lead.pk])) for lead in visible.leads],
            "projects": [(project, reverse("projects:project", args=[project.pk])) for project in visible.projects]
            if scope.may("projects") else [],
            "hidden": len(everything.leads) - len(visible.leads), "claim": row, "held": row is not None and is_held(row),
            "holder": holder_text(row) if row is not None else "", "may_claim": scope.may("claims", "add") and bool(name),
            "new_url": f"/r/leads/new/?{urlencode({'name': name, 'credit_code': code, **beside})}",
        }
    return render(request, "outreach/check.html", context)


@require_POST
def claim_view(request):
    """Claims a firm for the unit of the lead from whose page it is claimed, else for the own unit."""
    name, code = request.POST.get("name", "").strip()[:200], request.POST.get("credit_code", "").strip()[:40]
    back = request.POST.get("lead", "")
    lead = resource("leads").find(scope_of(request), int(back)) if back.isdigit() and len(back) < 19 else None
    try:
        row = lead_actions.claim(actor_of(request), name, code, lead.unit_id if lead is not None else None)
        messages.success(request, _("“%(firm)s” is held by %(holder)s until %(until)s.") % {
            "firm": row.name, "holder": holder_text(row), "until": row.until})
    except Refused as refused:
        messages.error(request, str(refused))
    if lead is not None:
        return redirect("outreach:lead", lead.pk)
    return redirect(f"{reverse('outreach:check')}?{urlencode({'name': name, 'credit_code': code})}")
