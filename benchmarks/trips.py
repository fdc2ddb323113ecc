"""20,000 trips with their visits, what they were about and what they cost: how long pages take, and how many queries they ask.

    python -m benchmarks.trips                  20,000 trips, 60,000 visits
    python -m benchmarks.trips --trips 2000     fewer, to compare the numbers of queries

Needs GUATU_HOME of its own (a new folder), or DATABASE_URL of an empty PostgreSQL. Rows are put into the tables as they are,
as of one recording made for them: what is measured here is reading.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

ROUNDS = 15
UNITS = {"leadership": 12, "town": 40, "department": 48}
ZONES = 6
CHUNK = 2000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trips", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    if "GUATU_HOME" not in os.environ:
        os.environ["GUATU_HOME"] = tempfile.mkdtemp(prefix="guatu-trips-")
    os.environ.setdefault("GUATU_MODE", "test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "guatu.site.settings"
    for limit in ("API", "EXPORT", "UPLOAD", "GUEST"):
        os.environ.setdefault(f"GUATU_LIMIT_{limit}", "0")

    import django

    django.setup()
    from guatu.site.setup import set_up

    set_up(print)
    from guatu.outreach.models import Trip

    if not Trip.everything.exists():
        began = time.perf_counter()
        generate(given.trips)
        print(f"generated in {time.perf_counter() - began:.1f} s")
    return measure(given.rounds)


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


def pages() -> list[tuple[str, str]]:
    from guatu.outreach.models import Trip, Visit

    trip, visit = Trip.everything.first().pk, Visit.everything.first().pk
    return [
        ("list of trips", "/r/trips/"), ("trips, page 100", "/r/trips/?page=100"), ("trips, search", "/r/trips/?q=城市7 带队人7"),
        ("trips of a zone", f"/r/trips/?zone={Trip.everything.first().zone_id}"), ("list of visits", "/r/visits/"),
        ("visits, search", "/r/visits/?q=企业777"), ("visits, outcome", "/r/visits/?outcome=signed"),
        ("list of costs", "/r/trip_costs/"), ("list of matters", "/r/visit_leads/"),
        ("a trip", f"/r/trips/{trip}/"), ("a visit", f"/r/visits/{visit}/"),
        ("ledger, a month", "/outreach/ledger/?zone=z1&period=2022-06"),
        ("ledger, a quarter", "/outreach/ledger/?zone=z1&period=2022Q2"),
        ("ledger, a zone's year", "/outreach/ledger/?zone=z1&period=2022"),
        ("ledger, the city's year", "/outreach/ledger/?period=2022"),
        ("ledger, all zones, five years", "/outreach/ledger/?period=2018..2022"),
        ("rows of a figure", "/outreach/ledger/matters/?zone=z1&period=2022"),
        ("ledger as of a day", "/outreach/ledger/?zone=z1&period=2022&as_of=2022-09-30"),
        ("visits for a device", "/outreach/visit/state/"),
    ]


def measure(rounds: int) -> int:
    """Prints the median of each page, waiting and processor time (which other work on the machine does not swell), and its
    queries; 1 when a median of processor time is 300 ms or more."""
    from django.db import connection
    from django.test import Client

    from guatu.kernel.models import User

    client = Client()
    client.force_login(User.everything.get(username="bench"))
    slow = 0
    print(f"{connection.vendor + '; page':<44}{'median':>9}{'processor':>11}{'queries':>9}")
    for name, address in pages():
        assert client.get(address).status_code == 200, address
        asked: list[str] = []

        def count(execute, sql, params, many, context, asked=asked):
            asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            client.get(address)
        times, busy = [], []
        for _round in range(rounds):
            began, worked = time.perf_counter(), time.process_time()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
        slow += statistics.median(busy) >= 300
        print(f"{name:<44}{statistics.median(times):>7.0f}ms{statistics.median(busy):>9.0f}ms{len(asked):>9}", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
