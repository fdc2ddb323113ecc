"""Who is told of a moved due day and of a light that turned, and that the rule of scope holds for notices too."""

from datetime import date

import pytest

from guatu.kernel import actions, notify
from guatu.kernel.events import DayTurned, publish
from guatu.kernel.models import Membership, User
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


def unread(user):
    return [(notice.code, notice.text) for notice in notify.unread_of(user, Scope.of(user))]


@pytest.fixture
def milestone(system):
    world = build(system, 2)
    project = world.projects[0]
    actions.create(system, Membership, {
        "user": world.officers[0].pk, "organisation": world.zones[0].pk, "role": "project_officer"})
    actions.create(system, StageEvent, {
        "project": project.pk, "event": "structure_topped", "kind": "planned", "valid_on": date(2026, 3, 31),
        "basis": "history", "source": world.source.pk})
    return Milestone.everything.select_related("project").get(project=project, event="structure_topped")


def test_the_officer_is_told_of_a_promise_and_its_move(system, milestone):
    officer = User.everything.get(pk=milestone.project.officer_id)
    actions.change(system, milestone, {"due_on": date(2026, 5, 29)}, reason="雨季停工", approver="李局")
    codes = [code for code, _text in unread(officer)]
    assert codes[:2] == ["due_day_moved", "due_day_promised"]
    assert "雨季停工" in unread(officer)[0][1] and "2026-05-29" in unread(officer)[0][1]


def test_a_light_is_told_once_on_the_day_it_turns(milestone):
    officer = User.everything.get(pk=milestone.project.officer_id)

    def told(code):
        return sum(1 for found, _text in unread(officer) if found == code)

    publish(DayTurned(date(2026, 3, 31), date(2026, 3, 30)))
    assert told("light_red") == 0
    publish(DayTurned(date(2026, 4, 1), date(2026, 3, 31)))
    assert told("light_red") == 1
    publish(DayTurned(date(2026, 4, 2), date(2026, 4, 1)))
    assert told("light_red") == 1


def test_a_notice_about_a_row_out_of_reach_is_not_shown(system, milestone):
    officer = User.everything.get(pk=milestone.project.officer_id)
    assert unread(officer)
    other = Project.everything.get(code="p01")
    actions.change(system, Project.everything.get(pk=milestone.project_id), {"zone": other.zone_id, "unit": None})
    assert unread(officer) == []
