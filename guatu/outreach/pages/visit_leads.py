"""The leads of a visit, at the office: open one on it, or say that it was about one that is there already."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import visit_matters
from guatu.outreach.models import Visit
from guatu.outreach.pages.targets import _number
from guatu.outreach.pages.targets_lists import gap_of, told_by
from guatu.outreach.queries.alike import alike, firm_of, shown
from guatu.outreach.queries.claims import claim_of, holder_text, is_held, keys_of, standing
from guatu.outreach.queries.trip_panels import matters_of
from guatu.outreach.rules.leads import OPEN
from guatu.outreach.trip_panels import address_of


def _visit(scope: Scope, pk: int) -> Visit:
    scope.require("leads", "add")
    scope.require("visit_leads", "add")
    return resource("visits").find(scope, pk)


@require_safe
def visit_leads_page(request, pk: int):
    """What the visit was about, and what the house knows of the firm."""
    scope = scope_of(request)
    visit = _visit(scope, pk)
    code = visit.enterprise.uscc if visit.enterprise_id is not None else visit.target.uscc if visit.target_id is not None else ""
    firm = firm_of(visit.company, code)
    everything = alike([firm])[firm]
    visible = shown(scope, everything)
    claim = claim_of(standing([keys_of(visit.company, code)]), *keys_of(visit.company, code))
    matters, seen = matters_of(scope, visit), {lead.pk for lead in visible.leads}
    gap = gap_of(visit.target.target_list) if visit.target_id is not None else None
    return render(request, "outreach/visit_leads.html", {
        "visit": visit, "gap": f"{gap['chain'].name} · {gap['node'].name}" if gap else "",
        "matters": [{"pk": one.pk, "url": address_of(one, one.lead_id in seen), "name": one.about, "effect": one.get_effect_display(),
                     "words": one.lead_id is None and one.project_id is None} for one in matters],
        "known": [lead for lead in visible.leads if lead.stage in OPEN], "about": {one.lead_id for one in matters},
        "projects": visible.projects if scope.may("projects") else [], "hidden": len(everything.leads) - len(visible.leads),
        "claim": claim, "held": claim is not None and is_held(claim), "holder": holder_text(claim) if claim is not None else "",
    })


@require_POST
def visit_lead(request, pk: int):
    """Opens a lead on the visit, or refers to one; words that stood with the visit become it."""
    scope = scope_of(request)
    visit, given = _visit(scope, pk), request.POST
    number = _number(given.get("matter"))
    matter = resource("visit_leads").find(scope, number, "change") if number is not None else None
    try:
        if matter is not None and (matter.visit_id != visit.pk or matter.lead_id is not None or matter.project_id is not None):
            matter = None
        actor, named = actor_of(request), _number(given.get("lead"))
        if named is not None:
            lead = resource("leads").find(scope, named)
            visit_matters.refer(actor, visit, lead, matter=matter)
        else:
            lead = visit_matters.open_lead(actor, visit, given.get("title", "")[:200], matter)
    except Forbidden:
        raise
    except Refused as refused:
        for sentence in told_by(refused):
            messages.error(request, sentence)
        return redirect("outreach:visit_leads", pk)
    messages.success(request, _("The visit was about lead %(code)s “%(name)s”.") % {"code": lead.code, "name": lead.name})
    return redirect("outreach:lead", lead.pk)
