"""What a device keeps of trips and visits, and how a visit looks on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.outreach.models import Trip, Visit, VisitLead

#: Trips whose last day lies further back are not put on a device, nor more than this many.
DAYS_BACK, MOST_TRIPS, MOST_VISITS = 60, 60, 200
TEXTS = ("met_by", "met", "minutes", "outcome", "next_step")


def device_values(row: Visit) -> dict[str, Any]:
    """A visit as a device shows it: texts, days in ISO form, units by identity, the enterprise by its name."""
    return {
        "trip": row.trip_id, "company": row.company, "visited_on": row.visited_on.isoformat(),
        "units": sorted(unit.pk for unit in row.units.all()), **{name: getattr(row, name) for name in TEXTS},
    }


def visit_of_device(scope: Scope, visit: int | None, client_id: str) -> Visit | None:
    """The visit of this number, or the one that came from a device under this number of its own; None when it is new.

    Raises NotFound for a visit that the reader may not see, or that was withdrawn.
    """
    if visit is None:
        visit = Visit.everything.filter(client_id=client_id).values_list("pk", flat=True).first()
    return None if visit is None else resource("visits").find(scope, visit)


def company_values(scope: Scope, name: str) -> dict[str, Any]:
    """The enterprise on file that is called so and within reach, else the name as it was written."""
    name = name.strip()
    found = list(resource("enterprises").rows(scope).filter(name=name).values_list("pk", flat=True)[:2])
    return {"enterprise": found[0], "name": ""} if len(found) == 1 else {"enterprise": None, "name": name}


def leads_of(row: Visit) -> list[str]:
    return list(VisitLead.everything.filter(visit=row.pk, withdrawn=False).values_list("lead", flat=True))


def state_of(scope: Scope, today: date) -> dict[str, list]:
    """The trips of the last days and to come that the reader may see, with their units and visits; four queries."""
    trips = list(resource("trips").rows(scope).filter(to_on__gte=today - timedelta(days=DAYS_BACK)).order_by(
        "-from_on", "code")[:MOST_TRIPS])
    visits = resource("visits").rows(scope).filter(trip__in=[trip.pk for trip in trips]).order_by("-visited_on", "code")
    return {
        "trips": [_trip(trip) for trip in trips],
        "visits": [{"id": row.pk, "code": row.code, "values": device_values(row)} for row in visits[:MOST_VISITS]],
    }


def _trip(trip: Trip) -> dict[str, Any]:
    return {
        "id": trip.pk, "label": f"{trip.from_on:%m-%d} {trip.places} · {trip.leader}",
        "first": trip.from_on.isoformat(), "last": trip.to_on.isoformat(),
        "units": [{"id": unit.pk, "name": unit.name} for unit in trip.units.all()],
    }
