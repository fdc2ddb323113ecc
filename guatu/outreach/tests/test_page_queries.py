"""Every page of leads, admission, trips, targets and likely duplicates asks as often of 200 rows as of 10."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Membership, Organisation, User
from guatu.outreach.models import (
    AdmissionDecision,
    AdmissionOpinion,
    AdmissionSheet,
    Lead,
    LeadContact,
    Target,
    TargetList,
    Trip,
    TripCost,
    Visit,
    VisitLead,
)
from guatu.outreach.tests import lead_world

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
FEW, MANY = 10, 200
FIRST = date(2022, 1, 1)
NAMES = "东南西北中金木水火土日月山川江河湖海天地"


def rows(world, first: int, until: int, target_list, trip) -> None:
    """One row of each kind for each number, spread over units, people and days; visits and costs on one trip and on others."""
    teams, people = list(world.teams.values()), list(world.users.values())
    numbers = range(first, until)
    day = {n: FIRST + timedelta(days=n % 300) for n in numbers}
    made = {n: {
        "lead": Change("create", Lead, {
            "name": f"第{n}企业有限公司", "zone": world.zones["east"].pk, "origin": "trip", "first_contact_on": day[n],
            "unit": teams[n % 2].pk, "owner": people[n % len(people)].pk, "chain": world.chain.pk}),
        "trip": Change("create", Trip, {
            "zone": world.zones["east"].pk, "lead_unit": teams[n % 2].pk, "units": [team.pk for team in teams[:1 + n % 3]],
            "leader": "甲", "from_on": day[n], "to_on": day[n], "places": "深圳"}),
        "firm": Change("create", Enterprise, {
            "name": f"{NAMES[n % 20]}{NAMES[n // 20]}电子科技有限公司", "zone": world.zones["east"].pk}),
        "target": Change("create", Target, {
            "target_list": target_list.pk, "key": f"k{n}", "name": f"目标{n}", "unit": teams[n % 2].pk, "officer": people[n % 2].pk}),
        "list": Change("create", TargetList, {"name": f"名单{n}", "zone": world.zones["east"].pk, "unit": teams[n % 2].pk}),
    } for n in numbers}
    actions.write(world.system, [change for row in made.values() for change in row.values()])
    visits = {n: Change("create", Visit, {
        "trip": trip.pk if n % 2 else made[n]["trip"].written.pk, "visited_on": day[n],
        **({"enterprise": made[n]["firm"].written.pk} if n % 3 else {"name": f"某{n}公司"})}) for n in numbers}
    sheets = {n: Change("create", AdmissionSheet, {"lead": made[n]["lead"].written.pk, "environment": "form"}) for n in numbers}
    costs = [Change("create", TripCost, {
        "trip": trip.pk if n % 2 else made[n]["trip"].written.pk, "unit": teams[n % 2].pk, "kind": "lodging",
        "amount_cny": Decimal(n + 1), "valid_on": day[n]}) for n in numbers]
    contacts = [Change("create", LeadContact, {
        "lead": Lead.everything.order_by("pk").first().pk, "valid_on": day[n], "way": "call", "summary": "问了土地",
        "person": people[n % 2].pk}) for n in numbers]
    actions.write(world.system, [*visits.values(), *sheets.values(), *costs, *contacts])
    later = [Change("create", VisitLead, {"visit": visit.written.pk, "title": f"项目{n % 7}"}) for n, visit in visits.items()]
    later += [Change("create", AdmissionOpinion, {
        "sheet": (sheets[first] if n % 2 else sheet).written.pk, "unit": teams[n % 3].pk, "valid_on": day[n], "opinion": "agree",
        "text": "可"}) for n, sheet in sheets.items()]
    later += [Change("create", AdmissionDecision, {
        "sheet": sheet.written.pk, "valid_on": day[n], "decision": "deferred", "decided_by": "评审会", "reason": "材料不全"})
        for n, sheet in sheets.items()]
    actions.write(world.system, later)


@pytest.fixture
def world(system):
    world = lead_world.build(system)
    for code in ("chief", "dan"):
        actions.create(system, Membership, {
            "user": world.users[code].pk, "organisation": Organisation.everything.get(code="city").pk, "role": "administrator"})
    return world


def test_pages_ask_as_often_of_many_rows_as_of_few(world, system):
    team = world.teams["one"].pk
    listed = actions.create(system, TargetList, {"name": "偏光片", "zone": world.zones["east"].pk})
    trip = actions.create(system, Trip, {
        "zone": world.zones["east"].pk, "lead_unit": team, "units": [team], "leader": "乙", "from_on": FIRST,
        "to_on": date(2022, 12, 31), "places": "苏州"})
    rows(world, 0, FEW, listed, trip)
    client = Client()
    client.force_login(User.everything.get(username="chief"))
    called, lead = Lead.everything.order_by("pk")[:2]  # every contact is one with the first
    visit = Visit.everything.order_by("pk").first()
    sheet = AdmissionSheet.everything.order_by("pk").first()
    urls = [
        "/leads/", "/leads/?zone=east&as_of=2022-06-30", "/leads/mine/", "/leads/funnel/", "/leads/funnel/?as_of=2022-06-30",
        "/r/leads/", "/r/leads/?q=企业", f"/r/leads/{lead.pk}/", f"/r/leads/{called.pk}/",
        f"/leads/check/?name={lead.name}",
        "/r/admission_sheets/", f"/r/admission_sheets/{sheet.pk}/", "/r/admission_opinions/", "/r/admission_decisions/",
        "/r/trips/", "/r/trips/?q=深圳", f"/r/trips/{trip.pk}/", "/r/visits/", "/r/visits/?q=公司", f"/r/visits/{visit.pk}/",
        "/r/trip_costs/", "/r/visit_leads/", "/outreach/visit/state/",
        "/outreach/ledger/?zone=east&period=2022", "/outreach/ledger/?period=2022",
        "/outreach/ledger/?period=2022&as_of=2022-06-30", "/outreach/ledger/export/?period=2022",
        *(f"/outreach/ledger/{what}/?period=2022" for what in ("trips", "visits", "enterprises", "matters", "costs")),
        "/r/target_lists/", "/r/targets/", f"/target-lists/{listed.pk}/", "/enterprises/duplicates/",
    ]

    def asked() -> dict[str, int]:
        counts = {}
        for url in urls:
            for _warm in range(2):
                assert client.get(url).status_code == 200, url
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            counts[url] = len(seen)
        return counts

    few = asked()
    rows(world, FEW, MANY, listed, trip)
    many, page = asked(), f"/r/leads/{called.pk}/"
    # Its history tells the newest changes, and looks up once each table that these name.
    assert many.pop(page) <= few.pop(page) + 3
    assert many == few
    page = client.get(f"/target-lists/{listed.pk}/?page=4").content.decode()
    assert page.count("data-target=") == 50 and "4 / 4" in page and 'name="page" value="4"' in page


def test_a_page_of_the_ledger_after_a_write_asks_a_constant_number_of_times(world, system):
    team = world.teams["one"].pk
    listed = actions.create(system, TargetList, {"name": "偏光片", "zone": world.zones["east"].pk})
    trip = actions.create(system, Trip, {
        "zone": world.zones["east"].pk, "lead_unit": team, "units": [team], "leader": "乙", "from_on": FIRST,
        "to_on": date(2022, 12, 31), "places": "苏州"})
    client = Client()
    client.force_login(User.everything.get(username="dan"))

    def asked() -> int:
        client.get("/outreach/ledger/?period=2022")
        actions.change(system, Visit.everything.order_by("pk").first(), {"minutes": str(Visit.everything.count())})
        with CaptureQueriesContext(connection) as seen:
            client.get("/outreach/ledger/?period=2022")
        return len(seen)

    rows(world, 0, FEW, listed, trip)
    few = asked()
    rows(world, FEW, MANY, listed, trip)
    assert asked() == few
