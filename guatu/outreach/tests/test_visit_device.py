"""Visits sent by a device: once however often, merged where possible, asked about where not."""

from __future__ import annotations

import io
import json
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models import Document, Membership, Recording, User
from guatu.kernel.scope import Actor
from guatu.outreach.models import Trip, Visit, VisitLead
from guatu.outreach.queries.visit_device import state_of
from guatu.outreach.tests import trips_world
from guatu.outreach.trip_actions import Sent, receive

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def world(system):
    return trips_world.build(system)


def person(world, name: str = "li", unit: str | None = None, role: str = "investment_officer") -> User:
    user = actions.create(world.system, User, {"username": name, "name": name})
    place = world.units[unit] if unit else world.zone
    actions.create(world.system, Membership, {"user": user.pk, "organisation": place.pk, "role": role})
    return User.everything.get(pk=user.pk)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def values_on(trip: Trip, **values) -> dict:
    return {"trip": trip.pk, "company": "东莞某光电", "visited_on": "2022-03-01", "units": [], "met_by": "赵六", "met": "周总",
            "minutes": "谈地", "outcome": "follow_up", "next_step": ""} | values


def sent(trip: Trip, client_id: str = "c-1", base=None, visit=None, leads=(), **values) -> Sent:
    return Sent(client_id, visit, base or {}, values_on(trip, **values), tuple(leads))


def test_sent_twice_it_is_kept_once(world):
    trip = world.trip("a")
    first = receive(world.system, sent(trip, leads=["背光模组项目"]))
    before = Recording.objects.count()
    again = receive(world.system, sent(trip, leads=["背光模组项目"]))
    assert (first.state, again.state) == ("created", "unchanged")
    assert first.visit == again.visit and Visit.everything.count() == 1 and VisitLead.everything.count() == 1
    assert Recording.objects.count() == before
    assert first.visit.visited_on == date(2022, 3, 1) and first.visit.company == "东莞某光电"


def test_typed_over_after_a_lost_answer_it_is_changed(world):
    trip = world.trip("a")
    receive(world.system, sent(trip))
    later = receive(world.system, sent(trip, base=values_on(trip), minutes="谈地价", leads=["项目甲"]))
    assert (later.state, later.values["minutes"]) == ("changed", "谈地价")
    assert Visit.everything.count() == 1 and VisitLead.everything.get().lead.title == "项目甲"


def test_both_changed_different_fields(world):
    trip = world.trip("a")
    row = receive(world.system, sent(trip)).visit
    actions.change(world.system, row, {"met": "王总"}, correction=True)
    merged = receive(world.system, sent(trip, visit=row.pk, base=values_on(trip), minutes="谈地价"))
    assert merged.state == "changed"
    assert (merged.values["met"], merged.values["minutes"]) == ("王总", "谈地价")


def test_both_changed_one_field(world):
    trip = world.trip("a")
    row = receive(world.system, sent(trip)).visit
    actions.change(world.system, row, {"met": "王总"}, correction=True)
    before = Recording.objects.count()
    asked = receive(world.system, sent(trip, visit=row.pk, base=values_on(trip), met="李总", minutes="谈地价"))
    assert asked.state == "conflict" and Recording.objects.count() == before
    assert [(clash.field, clash.base, clash.mine, clash.theirs) for clash in asked.clashes] == [
        ("met", "周总", "李总", "王总")]
    picked = receive(world.system, sent(trip, visit=row.pk, base=asked.values, met="李总", minutes="谈地价"))
    assert (picked.state, picked.values["met"], picked.values["minutes"]) == ("changed", "李总", "谈地价")


def test_an_enterprise_on_file_is_found_by_its_name(world):
    firm = world.enterprise("京东方")
    row = receive(world.system, sent(world.trip("a"), company=" 京东方 ")).visit
    assert (row.enterprise_id, row.name) == (firm.pk, "")


@pytest.mark.parametrize(("wrong", "where"), [
    ({"company": " "}, "enterprise"), ({"outcome": "gold"}, "outcome"), ({"met": "x" * 301}, "met"),
])
def test_what_cannot_be_kept_says_so(world, wrong, where):
    from guatu.kernel.errors import Refused

    with pytest.raises(Refused) as refused:
        receive(world.system, sent(world.trip("a"), **wrong))
    assert refused.value.field == where
    assert not Visit.everything.exists()


def test_units_are_those_of_the_trip(world):
    trip = world.trip("a", "c")
    with pytest.raises(Faulty):
        receive(world.system, sent(trip, units=[world.units["b"].pk]))
    kept = receive(world.system, sent(trip, units=[world.units["c"].pk]))
    assert kept.values["units"] == [world.units["c"].pk]


def test_only_on_trips_within_reach(world):
    away = trips_world.build(world.system, "y")
    elsewhere = away.trip("y-a")
    officer = Actor.of(person(world), "page")
    with pytest.raises(NotFound):
        receive(officer, sent(elsewhere))
    # A number of another's device, guessed, leads nowhere.
    receive(world.system, sent(elsewhere, client_id="theirs"))
    with pytest.raises(NotFound):
        receive(officer, sent(world.trip("a"), client_id="theirs"))


def test_the_address_keeps_once_and_tells_clashes(world):
    trip, user = world.trip("a"), person(world)
    client = client_of(user)

    def post(**body):
        return client.post("/outreach/visit/send/", json.dumps({
            "client_id": "c-1", "user": user.pk, "visit": None, "base": None, "values": values_on(trip), "leads": ["项目甲"],
        } | body), content_type="application/json")

    first = post()
    assert (first.status_code, first.json()["state"]) == (200, "created")
    assert post().json() | {"state": ""} == first.json() | {"state": ""}
    actions.change(world.system, Visit.everything.get(), {"minutes": "办公室改的"}, correction=True)
    clash = post(base=first.json()["values"], values=values_on(trip, minutes="手机改的"))
    assert clash.status_code == 409
    assert clash.json()["clashes"] == [{"field": "minutes", "base": "谈地", "mine": "手机改的", "theirs": "办公室改的"}]
    assert post(user=user.pk + 1).status_code == 403
    assert post(values=values_on(trip, visited_on="gestern")).status_code == 422
    assert post(values=values_on(trip) | {"trip": None}).json()["field"] == "trip"
    assert post(values=7).status_code == post(client_id="").status_code == 422
    assert client.post("/outreach/visit/send/", "{", content_type="application/json").status_code == 422
    assert Visit.everything.count() == 1


def test_a_picture_sent_twice_is_kept_once(world):
    client = client_of(person(world))
    row = receive(world.system, sent(world.trip("a"))).visit

    def post(name="会谈.pdf"):
        upload = io.BytesIO(b"%PDF-1.4 minutes")
        upload.name = name
        return client.post(f"/outreach/visit/{row.pk}/file/", {"file": upload})

    assert post().json() == post().json()
    assert Document.everything.count() == 1
    assert post("会谈.exe").status_code == 200  # the same bytes are there already
    assert client.post(f"/outreach/visit/{row.pk}/file/").status_code == 422


def test_the_state_holds_recent_trips_within_reach(world, django_assert_num_queries):
    today = timezone.localdate()
    near = world.trip("a", "c", begins=today - timedelta(days=3), to_on=today)
    world.trip("b", begins=today - timedelta(days=90), to_on=today - timedelta(days=80))
    row = world.visit(near, "甲公司", day=today)
    answer = client_of(person(world)).get("/outreach/visit/state/").json()
    assert [trip["id"] for trip in answer["trips"]] == [near.pk]
    assert sorted(unit["name"] for unit in answer["trips"][0]["units"]) == ["单位a", "单位c"]
    assert [visit["id"] for visit in answer["visits"]] == [row.pk]
    for place in range(6):
        world.visit(world.trip("a", begins=today, to_on=today), f"企业{place}", day=today)
    scope = Actor.of(User.everything.get(username="li"), "page").scope
    with django_assert_num_queries(6):
        state_of(scope, today)


def test_the_page_and_its_worker_hold_nobody_s_data(world):
    user = person(world, "wang")
    client = client_of(user)
    world.trip("a", begins=timezone.localdate(), places="某地某地", to_on=timezone.localdate())
    page = client.get("/outreach/visit/")
    assert page.status_code == 200 and "wang" not in page.content.decode() and "某地" not in page.content.decode()
    worker = client.get("/outreach/visit/worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and b"addEventListener" in worker.content
    reader = person(world, "reader", role="department_handler")
    assert client_of(reader).get("/outreach/visit/").status_code == 403
    assert Client().get("/outreach/visit/state/").status_code == 302


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a SQLite database in memory locks a table without waiting; files wait")
@pytest.mark.django_db(transaction=True, databases=["default", "progress"])
def test_sent_from_two_windows_at_the_same_moment(system):
    world = trips_world.build(system)
    trip, found, gate = world.trip("a"), [], threading.Barrier(4)

    def one():
        try:
            gate.wait(10)
            found.append(receive(Actor.system("setup"), sent(trip)).state)
        except Exception as fault:  # told in the assertion below
            found.append(repr(fault))
        finally:
            for one_connection in connections.all():
                one_connection.close()

    threads = [threading.Thread(target=one) for _place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["created", "unchanged", "unchanged", "unchanged"], found
    assert Visit.everything.count() == 1


def test_a_withdrawn_visit_is_not_written_again(world):
    trip = world.trip("a")
    row = receive(world.system, sent(trip)).visit
    actions.withdraw(world.system, row, "误录")
    with pytest.raises(NotFound):
        receive(world.system, sent(trip))
    assert Visit.everything.count() == 1
