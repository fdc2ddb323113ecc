"""Standing in: what is reached is one's own and that of the people away, within the days, and nothing else."""

import csv
import io
import random
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from guatu.kernel import actions, audit, delegating, delegation, exports
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.models import Delegation, HistoryEntry, Membership, Organisation, Recording, User
from guatu.kernel.registry import resources
from guatu.kernel.scope import DOORS, Actor, Scope, roles
from guatu.kernel.tests.queue_world import delegate, office, promise
from guatu.projects.models import Project

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
TODAY = timezone.localdate


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def refused(changes_or_call) -> str:
    with pytest.raises(Refused) as caught:
        changes_or_call()
    return caught.value.code


@pytest.mark.parametrize("seed", range(4))
def test_random_delegations_give_own_and_principals_and_nothing_else(system, seed, monkeypatch):
    made, chance = office(6), random.Random(seed)
    for n in range(5):
        made.join(f"p{n}", chance.choice(sorted(set(roles()) - {"park_manager"})), chance.choice(list(Organisation.everything.all())))
        if n % 2:
            made.join(f"p{n}", "park_manager", made.world.units[0])
    people = list(made.people.values())
    given: list[Delegation] = []
    for _n in range(14):
        principal, stand_in = chance.sample(people, 2)
        start = TODAY() + timedelta(days=chance.randrange(6))
        able = delegation.delegable(principal.pk)
        chosen = chance.sample(able, chance.randrange(len(able) + 1)) if able else []
        try:
            given.append(delegate(principal, stand_in, chance.randrange(4), start, [row.pk for row in chosen]))
        except Refusals as problem:
            assert problem.problems[0].refused.code in ("delegation_overlap", "delegation_nothing")
    if given and seed % 2:
        actions.withdraw(system, given.pop(0), "误设")
    held: dict[int, list[tuple[int, str, int]]] = {}
    for pk, user_id, role, organisation in Membership.everything.filter(withdrawn=False).values_list(
            "pk", "user_id", "role", "organisation_id"):
        held.setdefault(user_id, []).append((pk, role, organisation))
    for day in [TODAY() + timedelta(days=step) for step in range(10)]:
        monkeypatch.setattr(timezone, "localdate", lambda *args, day=day: day)
        for user in people:
            scope = Scope.of(user)
            mine = {(role, organisation) for _pk, role, organisation in held.get(user.pk, [])}
            passed_on = set()
            for row in given:
                if row.delegate_id != user.pk or not row.starts_on <= day <= row.ends_on:
                    continue
                chosen = {found.pk for found in row.memberships.all()}
                passed_on |= {
                    (role, organisation) for pk, role, organisation in held.get(row.principal_id, [])
                    if roles()[role].delegable and (not chosen or pk in chosen)
                }
            single = [
                Scope(user.pk, ((known, reach),), all_organisations=scope.all_organisations)
                for known, reach in _reaches(mine | passed_on)
            ]
            for name in resources():
                for verb in ("view", "add", "change", "withdraw", "move_due", "urge", "administer"):
                    expected = frozenset().union(*(each._granted(name, verb) for each in single))
                    assert scope._granted(name, verb) == expected, (user, name, verb, day)
                for verb in DOORS:
                    assert scope.may(name, verb) == any(each.may(name, verb) for each in single)
            assert scope.own._granted("projects", "view") == frozenset().union(
                *(reach for known, reach in _reaches(mine) if known.allows("projects", "view")))
            assert scope.may("users", "administer") == any(role == "administrator" for role, _node in mine)


def _reaches(pairs):
    from guatu.kernel.scope import subtree

    parents = dict(Organisation.everything.values_list("id", "parent_id"))
    return [(roles()[role], subtree(parents, node)) for role, node in pairs]


def test_every_door_shows_a_stand_in_the_same_rows(system, tmp_path):
    made = office(6)
    li, wang = made.people["li"], made.people["wang"]
    before = {name: {row.record_number for row in found.rows(Scope.of(li))} for name, found in resources().items()}
    theirs = {name: {row.record_number for row in found.rows(Scope.of(wang))} for name, found in resources().items()}
    delegate(wang, li)
    scope, client = Scope.of(User.everything.get(pk=li.pk)), browser(li)
    for name, found in resources().items():
        if not scope.may(name):
            continue
        expected = {row.record_number for row in found.rows(scope)}
        assert expected == before[name] | theirs[name], name
        items = client.get(f"/api/{name}/?limit=500").json()["items"]
        assert {int(row["record"]) for row in items} == expected
        assert client.get(f"/r/{name}/").context["page"].total == len(expected)
        if scope.may(name, "export"):
            out = tmp_path / "out.csv"
            exports.write(found, scope, "csv", out)
            rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
            assert {int(row[0].lstrip("'")) for row in rows[1:]} == expected


def test_it_is_not_passed_on_further_and_ends_with_its_days(system, monkeypatch):
    made = office(4)
    wang, zhao, li = made.people["wang"], made.people["zhao"], made.people["li"]
    given = delegate(wang, zhao, days=1)
    delegate(zhao, li, days=9)
    foreign = made.world.zones[0].pk
    assert Scope.of(zhao).may("projects", "change")
    assert foreign not in Scope.of(li).reach("projects", "change")
    User.everything.filter(pk=wang.pk).update(is_active=False)
    assert not Scope.of(zhao).may("projects", "change")
    User.everything.filter(pk=wang.pk).update(is_active=True)
    for day, may in [(given.starts_on - timedelta(days=1), False), (given.ends_on, True),
                     (given.ends_on + timedelta(days=1), False)]:
        monkeypatch.setattr(timezone, "localdate", lambda *args, day=day: day)
        assert Scope.of(zhao).may("projects", "change") is may


def test_history_says_for_whom_and_the_chain_holds_it(system):
    made = office(4)
    wang, zhao, li = made.people["wang"], made.people["zhao"], made.people["li"]
    project, other = made.world.projects[0], made.world.projects[1]
    delegate(wang, li)
    actor = Actor.of(User.everything.get(pk=li.pk), "page")
    actions.change(actor, project, {"note": "代为更新"})
    for_wang = Recording.objects.latest("number")
    assert (for_wang.actor_id, for_wang.on_behalf_of_id, for_wang.on_behalf_name) == (li.pk, wang.pk, "wang")
    actions.change(actor, other, {"note": "自己的项目"})
    assert Recording.objects.latest("number").on_behalf_of_id is None
    page = browser(li).get(f"/r/projects/{project.pk}/").content.decode()
    assert "Li for Wang" in page
    entry = browser(li).get(f"/api/projects/{project.pk}/history").json()["items"][0]
    assert (entry["actor"], entry["on_behalf_of"]) == ("li", "wang")
    made_for = promise(project, "代为交办", date(2030, 1, 1), actor)
    assert made_for.asked_by_id == wang.pk
    assert audit.verify()["ok"]
    Recording.objects.filter(pk=for_wang.pk).update(on_behalf_of=None, on_behalf_name="")
    assert audit.verify()["first_bad"]["wrong"] == "recording"
    Recording.objects.filter(pk=for_wang.pk).update(on_behalf_of=zhao, on_behalf_name="zhao")
    assert audit.verify()["first_bad"]["wrong"] == "recording"


def test_one_recording_is_made_for_one_person(system):
    made = office(4)
    wang, zhao, li = made.people["wang"], made.people["zhao"], made.people["li"]
    delegate(wang, zhao)
    delegate(li, zhao)
    actor = Actor.of(User.everything.get(pk=zhao.pk), "page")
    both = [
        Change("change", Project, {"note": "一"}, row=made.world.projects[0]),
        Change("change", Project, {"note": "二"}, row=made.world.projects[1]),
    ]
    with pytest.raises(Forbidden):
        actions.write(actor, both)
    assert not HistoryEntry.objects.filter(changes__contains="二").exists()
    for change in both:
        actions.write(actor, [Change("change", Project, change.values, row=change.row)])
    assert set(Recording.objects.order_by("-number")[:2].values_list("on_behalf_of_id", flat=True)) == {wang.pk, li.pk}


def test_what_is_refused(system):
    made = office(2)
    wang, zhao, li, boss = (made.people[name] for name in ("wang", "zhao", "li", "boss"))
    today = TODAY()
    assert refused(lambda: delegate(wang, wang)) == "delegation_self"
    assert refused(lambda: delegate(wang, zhao, starts=today - timedelta(days=1))) == "delegation_past"
    assert refused(lambda: delegate(wang, zhao, days=-1)) == "delegation_days"
    assert refused(lambda: delegate(boss, zhao)) == "delegation_nothing"
    foreign = Membership.everything.get(user=li)
    assert refused(lambda: delegate(wang, zhao, memberships=[foreign.pk])) == "delegation_rights"
    User.everything.filter(pk=li.pk).update(is_active=False)
    assert refused(lambda: delegate(wang, li)) == "delegation_shut"
    User.everything.filter(pk=li.pk).update(is_active=True)
    first = delegate(wang, zhao)
    assert refused(lambda: delegate(wang, li, starts=first.ends_on)) == "delegation_overlap"
    assert delegate(wang, li, starts=first.ends_on + timedelta(days=1))
    assert refused(lambda: actions.change(system, first, {"delegate": li.pk})) == "delegation_fixed"
    blank = {"principal": li.pk, "delegate": zhao.pk, "starts_on": today, "ends_on": today, "reason": "  "}
    assert refused(lambda: actions.create(system, Delegation, blank)) == "delegation_reason"
    # Nobody sets another's without the right, at any door.
    forged = {**blank, "reason": "冒名"}
    assert refused(lambda: actions.create(Actor.of(wang, "api"), Delegation, forged)) == "forbidden"
    assert browser(wang).post("/api/delegations/", {"values": {}}, content_type="application/json").status_code in (403, 422)
    assert browser(wang).get("/r/delegations/").status_code == 403


def test_part_of_the_roles_may_be_passed_on_to_different_people(system):
    made = office(4)
    wang, zhao, li = made.people["wang"], made.people["zhao"], made.people["li"]
    made.join("wang", "park_manager", made.world.zones[1])
    officer, parks = Membership.everything.filter(user=wang).order_by("id")
    delegate(wang, zhao, memberships=[officer.pk])
    assert refused(lambda: delegate(wang, li)) == "delegation_overlap"
    delegate(wang, li, memberships=[parks.pk])
    assert Scope.of(zhao).may("projects", "change") and not Scope.of(zhao).may("parks", "change")
    assert Scope.of(li).may("parks", "change")


def test_setting_and_ending_ones_own_on_the_page(system):
    made = office(4)
    wang, li = made.people["wang"], made.people["li"]
    page = browser(wang)
    held = Membership.everything.get(user=wang)
    form = {"delegate": li.pk, "starts_on": TODAY(), "ends_on": TODAY() + timedelta(days=4), "reason": "年休假",
            "membership": held.pk}
    assert page.post("/my/away/", {**form, "ends_on": ""}).status_code == 422
    assert page.post("/my/away/", {**form, "delegate": wang.pk}).status_code == 422
    assert page.post("/my/away/", {**form, "membership": ""}).status_code == 422
    assert page.post("/my/away/", form)["Location"] == "/my/away/"
    row = Delegation.everything.get()
    assert (row.principal_id, row.delegate_id, row.organisation_id) == (wang.pk, li.pk, held.organisation_id)
    assert "Li" in page.get("/my/away/").content.decode()
    assert "You stand in for Wang" in browser(li).get("/my/away/").content.decode()
    assert browser(made.people["zhao"]).post(f"/my/away/{row.pk}/end/").status_code == 404
    boss = browser(made.people["boss"])
    assert "年休假" in boss.get("/r/delegations/").content.decode()
    assert page.post(f"/my/away/{row.pk}/end/").status_code == 302
    assert not Scope.of(li).delegated
    codes = list(li.notifications.order_by("id").values_list("code", flat=True))
    assert codes == ["delegation_given", "delegation_ended"]
    assert HistoryEntry.objects.filter(subject_type="kernel.delegation").count() == 2


def test_ending_later_than_the_first_day_keeps_what_was(system, monkeypatch):
    made = office(2)
    wang, zhao = made.people["wang"], made.people["zhao"]
    given = delegate(wang, zhao, days=9)
    tomorrow = TODAY() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    delegating.end_own(Actor.of(zhao, "page"), given.pk)
    given.refresh_from_db()
    assert not given.withdrawn and given.ends_on == given.starts_on
    assert not Scope.of(zhao).delegated


def test_an_administrator_sets_it_for_others_where_they_administer(system):
    made = office(4)
    made.join("north", "administrator", made.world.zones[0])
    boss = Actor.of(made.people["north"], "page")
    wang, li, zhao = made.people["wang"], made.people["li"], made.people["zhao"]
    values = {"delegate": zhao.pk, "starts_on": TODAY(), "ends_on": TODAY(), "reason": "住院"}
    given = actions.create(boss, Delegation, {
        "principal": wang.pk, "organisation": made.world.zones[0].pk, **values})
    assert wang.notifications.filter(code="delegation_set").exists() and given.organisation_id == made.world.zones[0].pk
    forged = {"principal": li.pk, "organisation": made.world.zones[0].pk, **values}
    assert refused(lambda: actions.create(boss, Delegation, forged)) == "forbidden"
