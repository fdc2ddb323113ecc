"""What stands on the page of a trip or a visit: rows that name it; one query each."""

from __future__ import annotations

from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead, Trip, TripCost, Visit, VisitLead

MOST = 100


def visits_of(scope: Scope, trip: Trip) -> list[Visit]:
    rows = resource("visits").rows(scope) if scope.may("visits") else Visit.everything.none()
    return list(rows.filter(trip=trip).order_by("visited_on", "code")[:MOST])


def costs_of(scope: Scope, trip: Trip) -> list[TripCost]:
    rows = resource("trip_costs").rows(scope) if scope.may("trip_costs") else TripCost.everything.none()
    return list(rows.filter(trip=trip).order_by("counts_from", "pk")[:MOST])


def matters_of(scope: Scope, visit: Visit) -> list[VisitLead]:
    rows = resource("visit_leads").rows(scope) if scope.may("visit_leads") else VisitLead.everything.none()
    return list(rows.filter(visit=visit).select_related("lead", "project").order_by("pk")[:MOST])


def visits_with(scope: Scope, lead: Lead) -> list[VisitLead]:
    """The visits that were about a lead, the latest first."""
    rows = resource("visit_leads").rows(scope) if scope.may("visit_leads") and scope.may("visits") else VisitLead.everything.none()
    return list(rows.filter(lead=lead).select_related("visit", "visit__enterprise").order_by("-visit__visited_on", "-pk")[:MOST])
