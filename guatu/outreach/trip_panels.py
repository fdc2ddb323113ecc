"""What the pages of a trip and of a visit show beside their own values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.kernel.registry import fill, resource
from guatu.kernel.web.panels import Panel
from guatu.outreach.models import VisitLead
from guatu.outreach.queries.trip_ledger import trip_ledger
from guatu.outreach.queries.trip_panels import costs_of, matters_of, visits_of, visits_with
from guatu.outreach.queries.visit_targets import to_visit
from guatu.outreach.rules.periods import Period


@fill("trips.detail")
def visits_of_trip(row, scope, as_of) -> Panel | None:
    """The visits of a trip, and what it cost."""
    if not scope.may("visits"):
        return None
    costs = costs_of(scope, row)
    return Panel(_("Visits"), "outreach/_trip_panel.html", {
        "visits": [{"url": f"/r/visits/{visit.pk}/", "name": visit.company, "day": visit.visited_on,
                    "outcome": visit.get_outcome_display()} for visit in visits_of(scope, row)],
        "costs": [{"url": f"/r/trip_costs/{cost.record_number}/", "kind": cost.get_kind_display(), "unit": cost.unit.name,
                   "amount": f"{cost.amount_cny:,.2f}"} for cost in costs],
        "total": f"{sum(cost.amount_cny for cost in costs):,.2f}",
        "may_add": scope.may("visits", "add"),
    })


@fill("trips.detail")
def targets_of_trip(row, scope, as_of) -> Panel | None:
    """The firms of target lists that are to be visited on a trip, with who approaches them."""
    found = to_visit(scope, row)
    if not found:
        return None
    return Panel(_("To be visited"), "outreach/_trip_targets.html", {"targets": found})


@fill("visits.detail")
def matters_of_visit(row, scope, as_of) -> Panel | None:
    """The leads and projects that a visit was about, and the way to make leads of it."""
    found, may_open = matters_of(scope, row), scope.may("leads", "add") and scope.may("visit_leads", "add")
    if not found and not may_open:
        return None
    seen = set(resource("leads").rows(scope).filter(pk__in=[one.lead_id for one in found]).values_list("pk", flat=True)) if (
        scope.may("leads")) else set()
    return Panel(_("Projects and leads"), "outreach/_visit_panel.html", {
        "matters": [{"url": address_of(one, one.lead_id in seen), "name": one.about, "effect": one.get_effect_display(),
                     "words": one.lead_id is None and one.project_id is None} for one in found],
        "leads_url": reverse("outreach:visit_leads", args=[row.pk]) if may_open else ""})


def address_of(one: VisitLead, sees_lead: bool) -> str:
    """Where a matter leads: to its project, its lead where the reader may see it, else to its own record."""
    if one.project_id is not None:
        return f"/r/projects/{one.project_id}/"
    return reverse("outreach:lead", args=[one.lead_id]) if sees_lead else f"/r/visit_leads/{one.pk}/"


@fill("leads.detail")
def visits_of_lead(row, scope, as_of) -> Panel | None:
    """The visits that found or moved a lead, and the target it came from."""
    matters = visits_with(scope, row)
    target = resource("targets").rows(scope).filter(pk=row.target_id).select_related("target_list").first() if (
        row.target_id is not None and scope.may("targets")) else None
    if not matters and target is None:
        return None
    return Panel(_("Where it came from"), "outreach/_lead_visits.html", {"matters": matters, "target": target})


@fill("outreach.costs")
def cost_of_trips(scope, zone, as_of: date, known_at: datetime | None) -> Decimal | None:
    """What all trips of a zone up to a day cost, in yuan; nothing for those who may not see it, or where none is told."""
    if not (scope.may("trips") and scope.may("trip_costs")):
        return None
    ledger = trip_ledger(scope, Period(date.min, as_of), as_of, known_at, zone.code if zone is not None else None)
    return ledger.costs.total if ledger.costs.by_unit else None
