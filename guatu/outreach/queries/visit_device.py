"""What a device keeps of trips and visits, and how a visit looks on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead, Target, Trip, Visit, VisitLead
from guatu.outreach.rules.leads import OPEN
from guatu.outreach.targets_choices import LEAD, VISITED

#: Trips whose last day lies further back are not put on a device, nor more than this many.
DAYS_BACK, MOST_TRIPS, MOST_VISITS = 60, 60, 200
MOST_TARGETS, MOST_LEADS = 300, 300
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


@dataclass(frozen=True)
class Present:
    """What a visit is known to be about: words, also those of intended projects, and identities of leads."""

    titles: frozenset[str]
    leads: frozenset[int]


def matters_of_device(row: Visit) -> Present:
    rows = list(VisitLead.everything.filter(visit=row.pk, withdrawn=False).values_list("title", "lead", "lead__title"))
    return Present(frozenset(text for title, _lead, of_lead in rows for text in (title, of_lead) if text),
                   frozenset(lead for _title, lead, _of_lead in rows if lead is not None))


def only_words(row: Visit, lines: Iterable[str]) -> list[str]:
    """Those of some lines that stand with the visit in words alone."""
    return list(VisitLead.everything.filter(
        visit=row.pk, withdrawn=False, lead=None, project=None, title__in=[line.strip() for line in lines],
    ).order_by("pk").values_list("title", flat=True)) if lines else []


def state_of(scope: Scope, today: date) -> dict[str, list]:
    """The trips of the last days and to come that the reader may see, with their units, visits, the firms to be visited and the
    open leads of their zones; six queries."""
    trips = list(resource("trips").rows(scope).filter(to_on__gte=today - timedelta(days=DAYS_BACK)).order_by(
        "-from_on", "code")[:MOST_TRIPS])
    visits = resource("visits").rows(scope).filter(trip__in=[trip.pk for trip in trips]).order_by("-visited_on", "code")
    targets = resource("targets").rows(scope).filter(trip__in=[trip.pk for trip in trips]).order_by("target_list", "rank", "name")
    planned: dict[int, list[Target]] = defaultdict(list)
    for row in targets[:MOST_TARGETS] if scope.may("targets") else ():
        planned[row.trip_id].append(row)
    return {
        "trips": [_trip(trip, planned[trip.pk]) for trip in trips],
        "leads": [{"id": lead.pk, "firm": lead.name, "label": " · ".join(filter(None, (lead.code, lead.title))),
                   "stage": lead.get_stage_display()} for lead in _open_leads(scope, trips)],
        "visits": [{"id": row.pk, "code": row.code, "values": device_values(row)} for row in visits[:MOST_VISITS]],
    }


def _open_leads(scope: Scope, trips: list[Trip]) -> list[Lead]:
    """Leads that a visit may move: those of the trips' zones that somebody is at work on, the latest contacts first."""
    if not trips or not scope.may("leads"):
        return []
    rows = resource("leads").rows(scope).filter(zone__in={trip.zone_id for trip in trips}, stage__in=OPEN)
    return list(rows.order_by("-last_contact_on", "-pk")[:MOST_LEADS])


def _trip(trip: Trip, planned: list[Target]) -> dict[str, Any]:
    return {
        "id": trip.pk, "label": f"{trip.from_on:%m-%d} {trip.places} · {trip.leader}",
        "first": trip.from_on.isoformat(), "last": trip.to_on.isoformat(),
        "units": [{"id": unit.pk, "name": unit.name} for unit in trip.units.all()],
        "companies": [{"name": row.name, "note": row.target_list.name, "visited": row.state in (VISITED, LEAD)} for row in planned],
    }
