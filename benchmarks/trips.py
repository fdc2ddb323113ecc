"""20,000 trips with their visits, what they were about and what they cost, and the pages that are asked for. See
`benchmarks.outreach`. Rows are put into the tables as they are, as of one recording made for them.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

UNITS = {"leadership": 12, "town": 40, "department": 48}
ZONES = 6
CHUNK = 2000


def generate(trips: int) -> None:
    """Trips over five years by a hundred units in six zones, three visits each, every ninth trip of several units."""
    from django.db import transaction

    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import Membership, Organisation, User
    from guatu.kernel.scope import Actor

    system = Actor.system("setup")
    city = Change("create", Organisation, {"code": "city", "name": "某市", "kind": "city"})
    zones = [Change("create", Organisation, {"code": f"z{place}", "name": f"某区{place}", "kind": "development_zone",
                                             "parent": city}) for place in range(ZONES)]
    units = [Change("create", Organisation, {"code": f"{kind}-{place}", "name": f"{kind}单位{place}", "kind": kind,
                                             "parent": zones[place % ZONES]})
             for kind, number in UNITS.items() for place in range(number)]
    person = Change("create", User, {"username": "bench", "name": "测"})
    actions.write(system, [city, *zones, *units, person, Change("create", Membership, {
        "user": person, "organisation": city, "role": "administrator"})])
    number = actions.create(system, Organisation, {"code": "marker", "name": "标记", "kind": "team"}).last_recording
    rows = _rows(trips, number, [zone.written.pk for zone in zones], [unit.written.pk for unit in units])
    with transaction.atomic():
        while made := list(islice(rows, CHUNK)):
            by_model: dict[type, list] = {}
            for row in made:
                by_model.setdefault(type(row), []).append(row)
            for model, chunk in by_model.items():
                getattr(model, "everything", model.objects).bulk_create(chunk)


def _rows(trips: int, number: int, zones: list[int], units: list[int]):
    from guatu.outreach.models import Trip, TripCost, Visit, VisitLead

    following = iter(range((number << 20) + 1000, (number + 1) << 20))
    through = Trip.units.through
    outcomes = ["acquaintance", "follow_up", "interested", "signed", "declined"]
    for place in range(trips):
        begins = date(2018, 1, 1) + timedelta(days=place * 7919 % 1826)
        lead = units[place % len(units)]
        pk = next(following)
        yield Trip(id=pk, last_recording=number, code=f"T{place:06d}", zone_id=zones[place % len(units) % len(zones)],
                   lead_unit_id=lead, leader=f"带队人{place % 300}", from_on=begins, to_on=begins + timedelta(days=2),
                   places=f"城市{place % 60}", purpose="外出招商", participants="甲；乙")
        others = [units[(place * 31 + step) % len(units)] for step in range(1, 3)] if place % 9 == 0 else []
        for unit in sorted({lead, *others}):
            yield through(trip_id=pk, organisation_id=unit)
        for step in range(3):
            visit = next(following)
            yield Visit(id=visit, last_recording=number, code=f"V{place * 3 + step:06d}", trip_id=pk,
                        name=f"企业{(place * 3 + step) % 25_000}", visited_on=begins + timedelta(days=step),
                        outcome=outcomes[(place + step) % 5], met_by="甲", met="乙", minutes="谈话要点" * 10)
            if step != 2:
                lead_row = next(following)
                yield VisitLead(id=lead_row, last_recording=number, visit_id=visit, title=f"项目{(place + step) % 12_000}",
                                effect="found")
        for kind in ("transport", "lodging"):
            cost = next(following)
            yield TripCost(id=cost, lineage=cost, valid_on=begins, counts_from=begins, trip_id=pk, unit_id=lead, kind=kind,
                           amount_cny=Decimal(1000 + place % 700))


def pages() -> dict[str, str]:
    """The address of each page of trips, by name."""
    from guatu.outreach.models import Trip, Visit

    first = Trip.everything.first()
    return {
        "list of trips": "/r/trips/", "trips, page 100": "/r/trips/?page=100", "trips, search": "/r/trips/?q=城市7 带队人7",
        "trips of a zone": f"/r/trips/?zone={first.zone_id}", "a trip": f"/r/trips/{first.pk}/",
        "list of visits": "/r/visits/", "visits, page 500": "/r/visits/?page=500", "visits, search": "/r/visits/?q=企业777",
        "visits, outcome": "/r/visits/?outcome=signed", "a visit": f"/r/visits/{Visit.everything.first().pk}/",
        "list of costs": "/r/trip_costs/", "list of matters": "/r/visit_leads/",
        "visits for a device": "/outreach/visit/state/",
        "ledger, a month": "/outreach/ledger/?zone=z1&period=2022-06",
        "ledger, a zone's year": "/outreach/ledger/?zone=z1&period=2022",
        "ledger, the city's year": "/outreach/ledger/?period=2022",
        "ledger, the city's year, as of a day": "/outreach/ledger/?period=2022&as_of=2022-09-30",
        "ledger, everything, five years": "/outreach/ledger/?period=2018..2022",
        "rows of a figure, the city's year": "/outreach/ledger/visits/?period=2022",
        "costs of the city's year": "/outreach/ledger/costs/?period=2022",
    }
