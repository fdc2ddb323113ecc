"""What a person owes, what their units owe, what they asked of others: the same as reckoned row by row."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from guatu.kernel import actions, notify, queue
from guatu.kernel.commitments import Lamps, in_force
from guatu.kernel.models import Delegation, Notification, ParameterValue
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor, Scope
from guatu.kernel.tests.queue_world import delegate, office, promise, random_promises
from guatu.projects.models import Milestone

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def reckoned(scope: Scope, day, owes) -> dict[int, str]:
    """Colour of each open milestone within `scope` for which `owes(milestone)` holds, taken from explained lights."""
    lamps = Lamps(day, head().number)
    seen = {row.pk: row for row in resource("milestones").rows(scope)}
    states = [state for state in in_force(day, lamps.recording) if state.subject_id in seen]
    found = {}
    for lit in lamps.lit(states, lamps.abouts_of(states)):
        if str(lit.light.colour) in ("red", "yellow", "green") and owes(seen[lit.state.subject_id]):
            found[lit.state.subject_id] = str(lit.light.colour)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_queues_are_what_reckoning_row_by_row_gives(system, seed):
    made = office()
    chance = random.Random(seed)
    officers = [made.people["wang"].pk, made.people["li"].pk]
    for n, project in enumerate(made.world.projects):
        actions.change(system, project, {"officer": officers[n % 2], "unit": project.unit_id if n % 3 else None})
    random_promises(made, chance)
    actions.create(system, ParameterValue, {
        "key": "projects.lights.yellow_workdays", "organisation": made.world.zones[1].pk, "value": 2,
        "valid_on": timezone.localdate() - timedelta(days=400)})
    for user in made.people.values():
        scope = Scope.of(user)
        units = queue.units_of(user.pk)

        def answers(row, user=user):
            return row.owner_id == user.pk or (row.owner_id is None and row.project.officer_id == user.pk)

        def unit_answers(row, units=units):
            unit = row.owner_unit_id or row.project.unit_id or row.project.zone_id
            return unit in units

        for day in (timezone.localdate() + timedelta(days=step) for step in (0, 2, 9)):
            queues = queue.Queue(scope, day)
            for sheet, owes in [
                (queues.of_people([user.pk]), answers),
                (queues.of_units(units), unit_answers),
                (queues.asked_by(user.pk),
                 lambda row, user=user, answers=answers: row.asked_by_id == user.pk and not answers(row)),
            ]:
                expected = reckoned(scope, day, owes)
                rows = sheet.rows(size=1000)
                assert {row.state.subject_id: str(row.lit.light.colour) for row in rows} == expected
                ranks = [("red", "yellow", "green").index(str(row.lit.light.colour)) for row in rows]
                assert ranks == sorted(ranks)
                colours, kinds = sheet.counts()
                assert colours.total() == kinds.total() == len(expected)
                for colour in ("red", "yellow", "green"):
                    assert colours[colour] == sum(1 for found in expected.values() if found == colour)
                    assert len(sheet.rows(colour, size=1000)) == colours[colour]
        assert queue.pressing(user, scope) == sum(
            1 for colour in reckoned(scope, timezone.localdate(), answers).values() if colour != "green")


def test_the_page_of_each_tab(system):
    made = office()
    today = timezone.localdate()
    wang, sun = made.people["wang"], made.people["sun"]
    project = made.world.projects[0]
    promise(project, "完成厂房封顶", today - timedelta(days=3), owner=wang.pk)
    promise(project, "交付宿舍", today + timedelta(days=90), Actor.of(sun, "page"), owner=wang.pk)
    promise(project, "早已办结", today - timedelta(days=9), owner=wang.pk, done_on=today - timedelta(days=10))
    mine = browser(wang).get("/my/").content.decode()
    assert "完成厂房封顶" in mine and "交付宿舍" in mine and "Done recently" in mine and "早已办结" in mine
    assert mine.index("完成厂房封顶") < mine.index("交付宿舍")
    assert "Sun" in mine  # who asked
    narrowed = browser(wang).get("/my/?q=厂房").content.decode()
    assert "完成厂房封顶" in narrowed and "交付宿舍" not in narrowed
    assert "交付宿舍" not in browser(wang).get("/my/?colour=red").content.decode()
    earlier = browser(wang).get(f"/my/?as_of={today - timedelta(days=4)}").context
    assert next(row["light"].label for row in earlier["rows"]) == "完成厂房封顶"
    assert str(earlier["rows"][0]["light"].light.colour) == "yellow"
    assert f"as_of={today - timedelta(days=4)}" in earlier["rows"][0]["url"]
    asked = browser(sun).get("/my/?tab=asked").content.decode()
    assert "交付宿舍" in asked and "完成厂房封顶" not in asked and "Urge" in asked
    unit = browser(made.people["zhao"]).get("/my/?tab=unit").content.decode()
    assert "完成厂房封顶" in unit
    assert browser(wang).get("/my/?tab=for-1").status_code == 404
    empty = browser(made.people["li"]).get("/my/").content.decode()
    assert "You owe nothing on this day." in empty
    assert 'badge-count">1<' in mine


def test_urging_tells_the_owner_once_a_day_and_is_recorded(system):
    made = office()
    today = timezone.localdate()
    wang, sun, li = made.people["wang"], made.people["sun"], made.people["li"]
    row = promise(made.world.projects[0], "交付宿舍", today + timedelta(days=5), owner=wang.pk)
    label = Milestone._meta.label_lower
    ask = {"kind": label, "commitment": row.pk, "message": "请抓紧"}
    assert browser(sun).post("/my/urge/", ask)["Location"] == "/my/"
    notice = Notification.objects.get(user=wang, code="urged")
    assert notice.parameters["message"] == "请抓紧" and notice.parameters["who"] == "Sun"
    row.refresh_from_db()
    assert row.urged_on == today
    again = browser(sun).post("/my/urge/", ask, follow=True).content.decode()
    assert "was urged today already" in again
    assert Notification.objects.filter(code="urged").count() == 1
    stranger = browser(li).post("/my/urge/", ask, follow=True).content.decode()
    assert "that you may see" in stranger
    own = promise(made.world.projects[0], "报送材料", today, Actor.of(wang, "page"), owner=made.people["zhao"].pk)
    assert own.asked_by_id == wang.pk
    browser(wang).post("/my/urge/", {"kind": label, "commitment": own.pk})
    assert Notification.objects.filter(code="urged", user=made.people["zhao"]).exists()
    handler = browser(made.people["zhao"]).post("/my/urge/", {"kind": label, "commitment": row.pk}, follow=True)
    assert "Only who asked" in handler.content.decode()
    state = in_force(today, head().number).get(subject_id=row.pk)
    assert (state.urged_on, state.urgings) == (today, 1)
    history = browser(sun).get(f"/r/milestones/{row.pk}/").content.decode()
    assert "请抓紧" in history


@pytest.mark.parametrize("broken", [{}, {"kind": "x.y", "commitment": "1"}, {"kind": "projects.milestone", "commitment": "9" * 30}])
def test_an_urging_that_makes_no_sense_is_refused(system, broken):
    made = office(2)
    assert browser(made.people["sun"]).post("/my/urge/", broken, follow=True).status_code == 200
    assert not Notification.objects.filter(code="urged").exists()


def test_people_land_where_they_work(system):
    made = office(2)
    assert browser(made.people["wang"]).get("/")["Location"] == "/my/"
    assert browser(made.people["sun"]).get("/")["Location"] != "/my/"
    made.join("wang", "leader", made.world.zones[0])
    assert browser(made.people["wang"]).get("/")["Location"] != "/my/"


def test_a_stand_in_has_the_queue_and_the_notices_and_nobody_else(system):
    made = office()
    wang, zhao, li = made.people["wang"], made.people["zhao"], made.people["li"]
    row = promise(made.world.projects[0], "交付宿舍", timezone.localdate(), owner=wang.pk)
    assert browser(zhao).get(f"/my/?tab=for-{wang.pk}").status_code == 404
    given = delegate(wang, zhao)
    page = browser(zhao).get(f"/my/?tab=for-{wang.pk}").content.decode()
    assert "交付宿舍" in page and "Standing in: Wang" in page
    assert browser(li).get(f"/my/?tab=for-{wang.pk}").status_code == 404
    notify.notify([wang.pk], "light_red", {"milestone": "交付宿舍", "due": "x"}, Milestone._meta.label_lower, row.pk)
    notices = {(notice.code, notice.on_behalf_of) for notice in notify.unread_of(zhao, Scope.of(zhao))}
    assert notices == {("delegation_given", ""), ("light_red", "Wang")}
    assert "for Wang" in browser(zhao).get("/notifications/").content.decode()
    Delegation.everything.filter(pk=given.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert browser(zhao).get(f"/my/?tab=for-{wang.pk}").status_code == 404
    notify.notify([wang.pk], "light_red", {"milestone": "交付宿舍", "due": "x"}, Milestone._meta.label_lower, row.pk)
    assert Notification.objects.filter(user=zhao, code="light_red").count() == 1


def test_notices_are_paged_and_only_about_rows_in_reach(system):
    made = office(2)
    wang = made.people["wang"]
    near = promise(made.world.projects[0], "近处", timezone.localdate())
    far = promise(made.world.projects[1], "远处", timezone.localdate())
    Notification.objects.all().delete()
    label = Milestone._meta.label_lower
    for n in range(70):
        notify.notify([wang.pk], "light_red", {"milestone": f"第{n}件", "due": "x"}, label, (near if n % 2 else far).pk)
    first = browser(wang).get("/notifications/")
    texts = [notice.text for notice, _url in first.context["notices"]]
    assert len(texts) == 30 and "第69件" in texts[0]
    second = browser(wang).get(f"/notifications/?before={first.context['older']}")
    texts += [notice.text for notice, _url in second.context["notices"]]
    assert len(texts) == 35 and second.context["older"] is None
    assert all(int("".join(filter(str.isdigit, text))) % 2 for text in texts)
    notice = first.context["notices"][0][0]
    went = browser(wang).post("/notifications/read/", {"notification": notice.id, "next": f"/r/milestones/{near.pk}/"})
    assert went["Location"] == f"/r/milestones/{near.pk}/"
    assert [found.id for found, _url in browser(wang).get("/notifications/?tab=read").context["notices"]] == [notice.id]
    assert browser(made.people["li"]).post("/notifications/read/").status_code == 302
    assert Notification.objects.filter(user=wang, read_at=None).count() == 69
    browser(wang).post("/notifications/read/")
    assert not Notification.objects.filter(user=wang, read_at=None).exists()
