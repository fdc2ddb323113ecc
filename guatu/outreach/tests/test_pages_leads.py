"""Pages of leads: what they show on a day, what they write, and that they cost the same however many leads there are."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guatu.kernel.events import DayTurned, publish
from guatu.kernel.models import Notification
from guatu.outreach import lead_actions
from guatu.outreach.lead_panels import planned_marks
from guatu.outreach.models import Claim, Lead
from guatu.outreach.tests.lead_world import build
from guatu.projects.models import Project

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]
FIRM = "苏州偏光片有限公司"


def opened(world, user: str) -> Client:
    client = Client()
    client.force_login(world.users[user])
    client.cookies["django_language"] = "en"
    return client


def test_the_journey_of_a_lead_through_its_pages(system):
    world = build(system)
    client, today = opened(world, "dan"), timezone.localdate().isoformat()
    assert "No lead is known here" in client.get("/leads/").content.decode()
    page = client.get("/leads/check/", {"name": FIRM}).content.decode()
    assert "Nobody holds it today" in page and "No lead and no project" in page
    made = client.post("/r/leads/new/", {
        "name": FIRM, "zone": "east", "unit": "one", "owner": "dan", "origin": "trip", "first_contact_on": "2022-03-01",
        "stage": "new", "currency": "CNY", "needs_land": "yes", "title": "偏光片项目"})
    assert made.status_code == 302, made.content.decode()[:3000]
    lead = Lead.everything.get()
    page = client.get("/leads/").content.decode()
    assert FIRM in page and "no contact since 2022-03-01" in page  # stale
    url = f"/r/leads/{lead.pk}/"
    client.post("/leads/claim/", {"name": FIRM, "lead": lead.pk})
    assert Claim.everything.get().unit_id == world.teams["one"].pk
    assert "招商一部" in opened(world, "bob").get("/leads/check/", {"name": FIRM}).content.decode()
    client.post(f"{url}step/contact/", {"day": today, "way": "visit", "summary": "看了厂区", "stage": "visited"})
    assert "看了厂区" in client.get(url).content.decode()
    again = client.post("/r/leads/new/", {
        "name": FIRM, "zone": "east", "origin": "trip", "first_contact_on": "2022-03-01", "stage": "new", "currency": "CNY",
        "needs_land": "yes", "title": "另一个"})
    assert again.status_code != 302 and lead.code in again.content.decode()
    answer = client.post(f"{url}step/lose/", {"day": today, "lost_reason": "policy", "lost_to": ""}, follow=True)
    assert "to whom it went" in answer.content.decode()
    client.post(f"{url}step/convert/", {"day": today, "name": ""})
    project = Project.everything.get()
    assert project.name == "偏光片项目"
    assert lead.code in client.get(f"/r/projects/{project.pk}/").content.decode()
    assert 'data-stage="converted"' in client.get(url).content.decode()
    assert 'data-stage="visited"' not in client.get(url, {"as_of": "2022-03-02"}).content.decode()
    assert client.get("/leads/funnel/").status_code == 200
    assert client.get("/leads/mine/").status_code == 200


def test_nothing_of_another_zone_is_shown(system):
    world = build(system)
    lead = world.lead(FIRM)
    client = opened(world, "cat")
    assert client.get(f"/r/leads/{lead.pk}/").status_code == 404
    assert client.post(f"/r/leads/{lead.pk}/step/move/", {"stage": "talking"}).status_code == 404
    assert FIRM not in client.get("/leads/").content.decode()
    page = client.get("/leads/check/", {"name": FIRM}).content.decode()
    assert "招商一部" not in page and "may not see" in page


def test_pages_cost_the_same_for_many_leads(system):
    world = build(system)
    first = world.lead("第0公司")
    client = opened(world, "ann")
    for url in ("/leads/", "/leads/mine/", "/leads/funnel/", "/r/leads/", f"/r/leads/{first.pk}/", "/leads/check/?name=第0公司"):
        client.get(url)
    few = {}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    urls = ("/leads/", "/leads/mine/", "/leads/funnel/", "/r/leads/", f"/r/leads/{first.pk}/", "/leads/check/?name=第0公司")
    for url in urls:
        with CaptureQueriesContext(connection, ) as seen:
            client.get(url)
        few[url] = len(seen)
    for n in range(1, 30):
        world.lead(f"第{n}公司")
    for url in urls:
        client.get(url)  # what is held in memory is read again after a write, once
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        assert len(seen) <= few[url] + 1, url  # the units and owners of cards are two queries, whether any or many


def test_what_is_planned_stands_over_the_chain(system):
    world = build(system)
    node = planned_node()
    lead = world.lead(FIRM, chain=world.chain.pk, node=node)
    lead_actions.move(system, lead, "talking", date(2022, 4, 1))
    marks = [planned_marks(system.scope, world.chain, None, Day(day)) for day in (
        date(2022, 2, 1), date(2022, 3, 15), date(2022, 4, 1))]
    assert [sorted(found) for found in marks] == [[], [node], [node]]
    assert marks[1] != marks[2]
    page = opened(world, "dan").get("/chains/nd/?as_of=2022-04-01&zone=east").content.decode()
    assert "Planned over what is here" in page and 'data-planned="talks"' in page and marks[2][node] in page
    page = opened(world, "dan").get(reverse("chains:node", args=["nd", node]) + "?as_of=2022-04-01&zone=east")
    assert FIRM in page.content.decode()


class Day:
    """An address that asks for a day."""

    known_at = None

    def __init__(self, day):
        self.as_of = day


def planned_node() -> str:
    from guatu.chains import catalogue

    return catalogue.chains()["nd"].nodes[0].code


def test_a_lead_gone_stale_is_told_of_once(system):
    world = build(system)
    lead = world.lead(FIRM, first_contact_on=date(2022, 3, 1))
    # 15 working days after 1 March 2022 is 22 March; stale from the day after.
    for day, former in ((22, 21), (23, 22), (24, 23)):
        publish(DayTurned(date(2022, 3, day), date(2022, 3, former)))
    told = Notification.objects.filter(code="lead_stale", subject_id=lead.pk)
    assert [row.user_id for row in told] == [world.users["ann"].pk]


def test_a_claim_about_to_end_is_told_of_once(system):
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM)
    from datetime import timedelta

    day = timezone.localdate()
    while day < row.until:
        publish(DayTurned(day + timedelta(1), day))
        day += timedelta(1)
    assert Notification.objects.filter(code="claim_ending").count() == 1
