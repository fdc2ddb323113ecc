"""Trips of a year like the article's, made from the few numbers of trips.csv: a demonstration, not facts.

The article (source 004) says how many enterprises three kinds of units of Jiaozhou called on in 2022 (235, 331, 206), how
many projects they contacted (88, 168, 129), and that these were 374 in all. It does not say who, when, where, nor with whom.
`trips.csv` says how many visits and projects exactly these kinds of units had together; everything else is counted out, so
that every set-up makes the same rows. Names begin with 演示.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, cycle
from pathlib import Path

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Organisation, Recording, Source
from guatu.kernel.scope import Actor
from guatu.outreach.models import Trip, TripCost, Visit, VisitLead

ZONE, SOURCE = "jz", "004"
NOTE = "示例数据：trips"
FIRST_DAY, DAYS = date(2022, 1, 10), 345
VISITS_A_TRIP = 6
UNITS = {"leaders": ("leadership", "演示·市级领导", 8), "places": ("town", "演示·镇街", 12),
         "departments": ("team", "演示·专业招商组", 10)}
PLACES = ["深圳", "上海、苏州", "北京", "杭州、宁波", "广州、佛山", "合肥", "武汉", "成都、重庆", "西安", "厦门"]
#: Of 374 projects the article calls 59 signed and 288 in talks.
SIGNED, IN_TALKS = 59, 288


def load(actor: Actor) -> int:
    """Records the trips of the demonstration in one recording, unless they are there; returns how many rows."""
    if Recording.objects.filter(note=NOTE).exists():
        return 0
    changes = list(_rows())
    actions.write(actor, changes, note=NOTE)
    return len(changes)


def _rows() -> Iterator[Change]:
    zone = Organisation.everything.get(code=ZONE)
    source = Source.everything.get(code=SOURCE).pk
    units: dict[str, Iterator[Change]] = {}
    for kind, (organisation, name, number) in UNITS.items():
        made = [Change("create", Organisation, {
            "code": f"demo-{ZONE}-{kind}-{place:02d}", "name": f"{name}{place:02d}", "kind": organisation, "parent": zone.pk,
            "note": "演示数据，不是事实"}) for place in range(1, number + 1)]
        yield from made
        units[kind] = cycle(made)
    numbers, matter = count(1), count(1)
    for row in csv.DictReader((Path(__file__).parent / "trips.csv").open(encoding="utf-8", newline="")):
        kinds, left, matters = row["kinds"].split("+"), int(row["visits"]), int(row["matters"])
        while left:
            visits = min(left, VISITS_A_TRIP)
            about = min(matters, -(-visits * matters // left))
            yield from _trip(next(numbers), zone, source, [next(units[kind]) for kind in kinds], visits, about, matter)
            left, matters = left - visits, matters - about


def _trip(number: int, zone: Organisation, source: int, units: list[Change], visits: int, about: int,
          matter: Iterator[int]) -> Iterator[Change]:
    begins = FIRST_DAY + timedelta(days=number * 37 % DAYS)
    places = PLACES[number % len(PLACES)]
    trip = Change("create", Trip, {
        "zone": zone.pk, "lead_unit": units[0], "units": units, "leader": f"演示·带队人{number % 30 + 1:02d}",
        "from_on": begins, "to_on": begins + timedelta(days=2), "places": places, "purpose": "外出招商（演示）",
        "source": source})
    yield trip
    for place in range(visits):
        enterprise = number * 10 + place
        visit = Change("create", Visit, {
            "trip": trip, "name": f"演示·{places[:2]}企业{enterprise:04d}", "visited_on": begins + timedelta(days=place % 3),
            "outcome": "acquaintance", "source": source})
        if place < about:
            found = next(matter)
            visit.values["outcome"] = (
                "signed" if found <= SIGNED else "follow_up" if found <= SIGNED + IN_TALKS else "declined")
        yield visit
        if place < about:
            yield Change("create", VisitLead, {"visit": visit, "title": f"演示·对接项目{found:03d}", "source": source})
    yield Change("create", TripCost, {
        "trip": trip, "unit": units[0], "kind": "transport", "amount_cny": Decimal(2400 + number % 7 * 310),
        "valid_on": begins, "source": source})
    yield Change("create", TripCost, {
        "trip": trip, "unit": units[-1], "kind": "lodging", "amount_cny": Decimal("1150.50") + number % 5 * 200,
        "valid_on": begins, "source": source})
