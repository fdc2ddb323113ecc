"""From a target to a trip, a visit, a lead and a project: what each takes over from the one before, and what is refused."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Recording, Source
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.outreach import lead_actions, lead_opening, targets_actions, visit_matters
from guatu.outreach.models import Claim, Lead, LeadContact, Target, TargetList, Trip, Visit, VisitLead
from guatu.outreach.queries.cover import cover
from guatu.outreach.queries.trip_ledger import trip_ledger
from guatu.outreach.rules.periods import Period
from guatu.outreach.tests.lead_world import build
from guatu.outreach.trip_actions import Sent, receive
from guatu.projects.models import Project, StageEvent
from guatu.projects.queries.moment import moment

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
FIRM, DAY = "苏州一光学有限公司", date(2022, 3, 2)


@pytest.fixture
def world(system):
    made = build(system)
    made.listed = actions.create(system, TargetList, {
        "name": "偏光片", "zone": made.zones["east"].pk, "chain": "nd", "node": "polariser", "unit": made.teams["one"].pk})
    made.trip = actions.create(system, Trip, {
        "zone": made.zones["east"].pk, "lead_unit": made.teams["one"].pk, "leader": "甲", "from_on": date(2022, 3, 1),
        "to_on": date(2022, 3, 3), "places": "苏州"})
    made.target = actions.create(system, Target, {
        "target_list": made.listed.pk, "key": "k1", "name": FIRM, "officer": made.users["ann"].pk, "unit": made.teams["one"].pk})
    return made


def on_trip(world) -> Target:
    targets_actions.put_on_trip(world.system, [world.target], world.trip)
    world.target.refresh_from_db()
    return world.target


def sent(world, client_id: str = "c-1", visit=None, base=None, leads=("偏光片基地",), moved=(), **values) -> Sent:
    return Sent(client_id, visit, base or {}, {
        "trip": world.trip.pk, "company": FIRM, "visited_on": DAY.isoformat(), "units": [], "met_by": "甲", "met": "周总",
        "minutes": "要一百亩", "outcome": "interested", "next_step": "", **values}, tuple(leads), tuple(moved))


def levels(world, day: date, known_at=None) -> dict[str, tuple[int, ...]]:
    found = cover(Scope.whole(), moment(day, known_at), world.chain, world.zones["east"].pk)
    return {node: (one.leads, one.talks, one.signed, one.building) for node, one in found.items()}


def test_a_visit_for_a_target_opens_a_lead_that_takes_everything_over(world):
    on_trip(world)
    received = receive(world.actor("dan"), sent(world))
    lead = Lead.everything.get()
    assert (received.state, received.told, received.visit.target_id) == ("created", [], world.target.pk)
    assert (lead.name, lead.zone_id, lead.unit_id, lead.owner_id, lead.chain_id, lead.node, lead.title, lead.origin) == (
        FIRM, world.zones["east"].pk, world.teams["one"].pk, world.users["ann"].pk, world.chain.pk, "polariser", "偏光片基地", "target")
    assert (lead.first_contact_on, lead.stage, lead.target_id) == (DAY, "contacted", world.target.pk)
    contact = LeadContact.everything.get()
    assert (contact.lead_id, contact.valid_on, contact.way, contact.summary, contact.whom) == (lead.pk, DAY, "visit", "要一百亩", "周总")
    assert VisitLead.everything.get().lead_id == lead.pk
    world.target.refresh_from_db()
    assert world.target.state == "lead"
    # Sent again: nothing.
    before = Recording.objects.count()
    assert receive(world.actor("dan"), sent(world)).state == "unchanged" and Recording.objects.count() == before


def test_the_planned_cover_moves_with_lead_and_project_and_goes_back_with_the_day(world):
    on_trip(world)
    known_before = timezone.now()
    receive(world.actor("ann"), sent(world))
    lead = Lead.everything.get()
    project = lead_actions.convert(world.system, lead, date(2022, 4, 1))
    source = actions.create(world.system, Source, {"code": "s", "title": "台账", "kind": "document"})
    for event, day in (("signed", date(2022, 5, 1)), ("started", date(2022, 6, 1))):
        actions.create(world.system, StageEvent, {
            "project": project.pk, "event": event, "valid_on": day, "basis": "history", "source": source.pk})
    told = {day: levels(world, day) for day in (
        date(2022, 3, 1), DAY, date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 1), date(2022, 6, 1))}
    assert [found.get("polariser") for found in told.values()] == [
        None, (1, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]
    assert levels(world, date(2022, 6, 1), known_before) == {}  # nobody knew yet


@pytest.mark.parametrize("how", ["claimed", "followed", "project"])
def test_a_firm_of_somebody_else_costs_the_lead_and_never_the_visit(world, how):
    if how == "claimed":
        lead_actions.claim(world.actor("bob"), FIRM)
    elif how == "followed":
        world.lead(FIRM, unit=world.teams["two"].pk, owner=world.users["bob"].pk)
    else:
        from guatu.enterprises.models import Enterprise

        firm = actions.create(world.system, Enterprise, {"name": FIRM, "zone": world.zones["east"].pk})
        actions.create(world.system, Project, {
            "code": "p1", "name": "偏光片", "zone": world.zones["east"].pk, "investors": [firm.pk], "unit": world.teams["one"].pk})
    before = Lead.everything.count()
    received = receive(world.actor("dan"), sent(world, company=FIRM))
    assert received.state == "created" and Lead.everything.count() == before and Visit.everything.count() == 1
    matter = VisitLead.everything.get()
    assert (matter.lead_id, matter.title) == (None, "偏光片基地")
    (sentence,) = received.told
    assert sentence.startswith("拜访已保存。“偏光片基地”") and {
        "claimed": "由招商二部", "followed": "招商二部", "project": "p1"}[how] in sentence
    # The answer was lost: the second one says so too.
    assert "偏光片基地" in receive(world.actor("dan"), sent(world, company=FIRM)).told[0]
    assert VisitLead.everything.count() == 1


def test_words_become_a_lead_once_the_firm_is_free(world):
    row = lead_actions.claim(world.actor("bob"), FIRM)
    visit = receive(world.actor("ann"), sent(world)).visit
    matter = VisitLead.everything.get()
    with pytest.raises(Refusals) as refused:
        visit_matters.open_lead(world.actor("ann"), visit, matter=matter)
    assert refused.value.code == "claimed"
    lead_actions.give_back(world.actor("bob"), row)
    lead = visit_matters.open_lead(world.actor("ann"), visit, matter=matter)
    matter.refresh_from_db()
    assert (matter.lead_id, lead.title, lead.first_contact_on) == (lead.pk, "偏光片基地", DAY)


def test_a_visit_without_a_target_names_its_own_unit_and_the_next_project_of_the_firm_is_another_lead(world):
    receive(world.actor("ann"), sent(world, leads=("基地", "研发中心")))
    rows = {row.title: row for row in Lead.everything.all()}
    assert {(row.origin, row.unit_id, row.owner_id, row.node) for row in rows.values()} == {
        ("trip", world.teams["one"].pk, world.users["ann"].pk, "")}
    assert not rows["基地"].distinct_because and rows["研发中心"].distinct_because


def test_a_lead_that_a_visit_moves_is_referred_to_and_was_in_touch(world):
    lead = world.lead(FIRM)
    claim = actions.create(world.system, Claim, {
        "name": FIRM, "unit": world.teams["one"].pk, "since": timezone.localdate(), "until": timezone.localdate() + timedelta(9)})
    received = receive(world.actor("ann"), sent(world, leads=(), moved=[(lead.pk, "talking")]))
    lead.refresh_from_db()
    assert (received.told, lead.stage, lead.stage_on, lead.last_contact_on) == ([], "talking", DAY, DAY)
    matter = VisitLead.everything.get()
    assert (matter.lead_id, matter.effect, LeadContact.everything.get().summary) == (lead.pk, "moved", "要一百亩")
    assert claim.unit_id == lead.unit_id
    receive(world.actor("ann"), sent(world, leads=(lead.code,), moved=[(lead.pk, "talking")]))
    assert VisitLead.everything.count() == LeadContact.everything.count() == 1
    # One that moved on meanwhile keeps its stage; the visit refers to it all the same.
    other = world.lead("苏州二光学有限公司", stage="agreed", stage_on=date(2022, 4, 1))
    late = receive(world.actor("ann"), sent(world, "c-2", company=other.name, leads=(), moved=[(other.pk, "talking")]))
    assert late.state == "created" and "苏州二光学有限公司" in late.told[0]
    assert VisitLead.everything.get(visit=late.visit.pk).lead_id == other.pk and Lead.everything.get(pk=other.pk).stage == "agreed"


def test_a_target_becomes_a_lead_with_one_press_and_only_once(world):
    client = Client()
    client.force_login(world.users["ann"])
    client.cookies["django_language"] = "en"
    address = f"/target-lists/{world.listed.pk}/"
    assert "Open a lead" in client.get(address).content.decode()
    done = client.post(f"{address}lead/{world.target.pk}/")
    lead = Lead.everything.get()
    assert (done.status_code, done["Location"]) == (302, f"/r/leads/{lead.pk}/")
    assert (lead.owner_id, lead.unit_id, lead.node, lead.origin, lead.target_id) == (
        world.users["ann"].pk, world.teams["one"].pk, "polariser", "target", world.target.pk)
    assert lead.code in client.get(address).content.decode() and "偏光片" in client.get(done["Location"]).content.decode()
    assert levels(world, timezone.localdate()) == {"polariser": (1, 0, 0, 0)}
    assert levels(world, timezone.localdate() - timedelta(days=1)) == {}
    with pytest.raises(Refusals):
        lead_opening.open_target(world.system, world.target)


def test_nobody_opens_a_lead_of_a_firm_that_another_holds_unless_it_is_theirs(world):
    lead_actions.claim(world.actor("bob"), FIRM)
    for door in (lambda: lead_opening.open_target(world.actor("ann"), world.target), lambda: world.lead(FIRM, world.actor("ann"))):
        with pytest.raises(Refusals) as refused:
            door()
        assert refused.value.code == "claimed" and "招商二部" in str(refused.value)
    assert world.lead(FIRM, world.actor("bob"), unit=world.teams["two"].pk, owner=world.users["bob"].pk).pk


def test_targets_go_on_a_trip_with_one_press(world):
    target = on_trip(world)
    assert target.trip_id == world.trip.pk
    before = head().number
    assert targets_actions.put_on_trip(world.system, [target], world.trip) == (None, 0) and head().number == before
    with pytest.raises(Faulty):
        targets_actions.put_on_trip(world.system, [], world.trip)
    targets_actions.assign(world.system, target, None, None, "dropped", "已落户他处")
    target.refresh_from_db()
    with pytest.raises(Faulty):
        targets_actions.put_on_trip(world.system, [target], world.trip)
    client = Client()
    client.force_login(world.users["dan"])
    client.cookies["django_language"] = "en"
    assert FIRM in client.get(f"/r/trips/{world.trip.pk}/").content.decode()
    state = client.get("/outreach/visit/state/").json()
    assert "companies" in (state["trips"] or [{"companies": []}])[0]


def test_the_device_says_what_was_refused_and_the_office_makes_it_good(world):
    row = lead_actions.claim(world.actor("bob"), FIRM)
    client = Client()
    client.force_login(world.users["dan"])
    client.cookies["django_language"] = "en"
    one = sent(world)
    answer = client.post("/outreach/visit/send/", json.dumps({
        "client_id": "c-1", "user": world.users["dan"].pk, "visit": None, "base": None, "values": one.values, "leads": one.leads,
        "moved": []}), content_type="application/json")
    assert answer.status_code == 200 and "is held by" in answer.json()["told"][0]
    visit, matter = Visit.everything.get(), VisitLead.everything.get()
    page = client.get(f"/outreach/visits/{visit.pk}/leads/").content.decode()
    assert "no lead yet" in page and "holds the firm" in page
    assert "Leads of this visit" in client.get(f"/r/visits/{visit.pk}/").content.decode()
    client.post(f"/outreach/visits/{visit.pk}/lead/", {"matter": matter.pk, "do": "open"})
    assert not Lead.everything.exists()
    lead_actions.give_back(world.actor("bob"), row)
    done = client.post(f"/outreach/visits/{visit.pk}/lead/", {"matter": matter.pk, "do": "open"})
    lead = Lead.everything.get()
    assert done["Location"] == f"/r/leads/{lead.pk}/" and visit.code in client.get(done["Location"]).content.decode()
    again = client.post(f"/outreach/visits/{visit.pk}/lead/", {"lead": lead.pk}, follow=True)
    assert "stands with this visit already" in again.content.decode()
    bad = client.post("/outreach/visit/send/", json.dumps({
        "client_id": "c-9", "user": world.users["dan"].pk, "values": one.values, "moved": [{"lead": lead.pk, "stage": "converted"}]}),
        content_type="application/json")
    assert bad.status_code == 422


def test_the_ledger_counts_a_lead_and_the_project_it_became_once(world):
    visit = receive(world.actor("ann"), sent(world)).visit
    project = lead_actions.convert(world.system, Lead.everything.get(), date(2022, 4, 1))
    actions.create(world.system, VisitLead, {"visit": visit.pk, "project": project.pk, "effect": "moved"})
    actions.create(world.system, VisitLead, {"visit": visit.pk, "title": "只听说的项目"})
    year = Period(date(2022, 1, 1), date(2022, 12, 31))
    assert trip_ledger(Scope.whole(), year, date(2022, 12, 31)).tallies["matters"].total == 2
