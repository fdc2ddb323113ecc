"""The funnel on a page: counts, rates and days by stage, then by origin, chain and unit."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from guatu.kernel.web.session import scope_of
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS
from guatu.outreach.queries.funnel import BY, funnel
from guatu.projects.pages.asked import asked, zone_options
from guatu.projects.pages.figures import wan, yi

BY_LABELS = {"origin": _("by origin"), "chain": _("by chain"), "unit": _("by unit")}


@require_safe
def funnel_page(request):
    """The funnel of a zone as of a day."""
    scope, address = scope_of(request), asked(request)
    found = funnel(scope, address.as_of, address.known_at, address.zone or None)
    most = max(found.counts.leads, 1)
    return render(request, "outreach/funnel.html", {
        "address": address, "found": found, "zones": zone_options(request), "leads_url": address.link(reverse("outreach:leads")),
        "steps": [(one, str(LEAD_STAGE_LABELS[one.stage]), round(100 * one.reached / most)) for one in found.steps],
        "groups": [(name, str(BY_LABELS[name]), found.groups[name][:20]) for name in BY],
        "landed": yi(found.outcome.landed_cny), "cost": None if found.cost_cny is None else wan(found.cost_cny),
        "per_yi": None if found.cost_per_yi is None else wan(found.cost_per_yi),
    })
