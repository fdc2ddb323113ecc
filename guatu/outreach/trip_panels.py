"""What the pages of a trip and of a visit show beside their own values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from guatu.kernel.registry import fill
from guatu.kernel.web.panels import Panel
from guatu.outreach.queries.trip_ledger import trip_ledger
from guatu.outreach.queries.trip_panels import costs_of, matters_of, visits_of
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


@fill("visits.detail")
def matters_of_visit(row, scope, as_of) -> Panel | None:
    """The leads and projects that a visit was about."""
    found = matters_of(scope, row)
    if not found:
        return None
    return Panel(_("Projects and leads"), "outreach/_visit_panel.html", {
        "matters": [{"url": f"/r/projects/{one.project_id}/" if one.project_id else f"/r/visit_leads/{one.pk}/",
                     "name": str(one.project) if one.project_id else one.lead, "effect": one.get_effect_display()}
                    for one in found]})


@fill("outreach.costs")
def cost_of_trips(scope, zone, as_of: date, known_at: datetime | None) -> Decimal | None:
    """What all trips of a zone up to a day cost, in yuan; nothing for those who may not see it, or where none is told."""
    if not (scope.may("trips") and scope.may("trip_costs")):
        return None
    ledger = trip_ledger(scope, Period(date.min, as_of), as_of, known_at, zone.code if zone is not None else None)
    return ledger.costs.total if ledger.costs.by_unit else None
