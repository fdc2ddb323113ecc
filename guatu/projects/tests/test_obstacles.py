"""Obstacles: raised, moved, resolved; seen in lights and the queue beside milestones, never counted as milestones."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.commitments import kinds
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Obstacle, Plan, PlanTask
from guatu.projects.queries import LightBoard, lights_of, moment, project_page
from guatu.projects.queries.light_rows import OBSTACLE
from guatu.projects.tests.ledger_world import raise_obstacle
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]
DUE = date(2022, 7, 15)


@pytest.fixture
def world(system):
    return build(system)


def codes(refused) -> set[str]:
    return {problem.refused.code for problem in refused.value.problems}


def test_an_obstacle_has_a_light_of_its_own(system, world):
    obstacle = raise_obstacle(system, world.projects[6], "迁改未完成", world.officers[0], DUE)

    def colour(day):
        return str(lights_of([obstacle.pk], day, subject=Obstacle)[obstacle.pk].light.colour)

    assert (colour(date(2022, 6, 1)), colour(date(2022, 7, 14)), colour(date(2022, 7, 16))) == ("green", "yellow", "red")
    assert kinds()[OBSTACLE].label(lights_of([obstacle.pk], DUE, subject=Obstacle)[obstacle.pk].state) == "迁改未完成"


def test_boards_of_milestones_do_not_count_it(system, world):
    before = LightBoard(moment(DUE), Scope.whole()).lights
    raise_obstacle(system, world.projects[6], "迁改未完成", world.officers[0], DUE)
    assert len(LightBoard(moment(DUE), Scope.whole()).lights) == len(before)
    board = LightBoard(moment(DUE), Scope.whole(), subject=OBSTACLE)
    assert [row.label for row in board.rows_of(board.lights.state)] == ["迁改未完成"]
    page = project_page(world.projects[6], DUE)
    assert [lit.state.title for lit in page.obstacles] == ["迁改未完成"]
    assert all(lit.state.subject_type != OBSTACLE for lit in page.lights)


def test_it_is_resolved_with_how_and_on_a_day_that_has_come(system, world):
    obstacle = raise_obstacle(system, world.projects[6], "迁改未完成", world.officers[0], DUE)
    with pytest.raises(Refusals) as refused:
        actions.change(system, obstacle, {"done_on": date(2022, 7, 10)})
    assert codes(refused) == {"resolution"}
    with pytest.raises(Refusals) as refused:
        actions.change(system, obstacle, {"done_on": date(2022, 5, 10), "resolution": "已迁改"})
    assert codes(refused) == {"resolved_day"}
    actions.change(system, obstacle, {"done_on": date(2022, 7, 10), "resolution": "已迁改"}, valid_on=date(2022, 7, 10))
    found = [str(lights_of([obstacle.pk], day, subject=Obstacle)[obstacle.pk].light.colour)
             for day in (date(2022, 7, 9), date(2022, 7, 10))]
    assert found == ["yellow", "done"]


def test_somebody_is_to_clear_it_by_a_day_after_it_was_raised(system, world):
    with pytest.raises(Refusals) as refused:
        raise_obstacle(system, world.projects[6], "迁改未完成", None, date(2022, 5, 1))
    assert codes(refused) == {"obstacle_owner", "due_before_raised"}


def test_a_moved_due_day_needs_right_reason_and_approver(system, world):
    obstacle = raise_obstacle(system, world.projects[6], "迁改未完成", world.officers[0], DUE)
    officer = Actor.of(member(system, "officer", "project_officer", world.zones[0]), "page")
    with pytest.raises(Refusals) as refused:
        actions.change(officer, obstacle, {"due_on": DUE + timedelta(days=9)}, reason="延期", approver="张主任")
    assert codes(refused) == {"move_forbidden"}
    office = Actor.of(member(system, "office", "supervision", world.zones[0]), "page")
    with pytest.raises(Refusals) as refused:
        actions.change(office, obstacle, {"due_on": DUE + timedelta(days=9)})
    assert codes(refused) == {"move_reason"}
    actions.write(office, [actions.Change(
        "change", Obstacle, {"due_on": DUE + timedelta(days=9)}, row=obstacle, reason="汛期", approver="张主任",
        valid_on=timezone.localdate())])
    lit = lights_of([obstacle.pk], timezone.localdate(), subject=Obstacle)[obstacle.pk]
    assert (lit.state.moves, lit.state.first_due_on) == (1, DUE)


def test_an_officer_of_another_zone_may_not_raise_one(system, world):
    stranger = Actor.of(member(system, "stranger", "project_officer", world.zones[1]), "page")
    with pytest.raises(Refusals):
        raise_obstacle(stranger, world.projects[6], "迁改未完成", world.officers[0], DUE)


def test_raised_today_when_no_day_is_given_and_of_its_own_projects_plan(system, world):
    values = {"project": world.projects[6].pk, "title": "用地手续", "owner": world.officers[0].pk,
              "due_on": timezone.localdate() + timedelta(days=30)}
    assert actions.create(system, Obstacle, values).raised_on == timezone.localdate()
    plan = actions.create(system, Plan, {"project": world.projects[4].pk, "name": "别的计划", "start": DUE})
    task = actions.create(system, PlanTask, {"plan": plan.pk, "number": 1, "name": "迁改", "duration": 5})
    with pytest.raises(Refusals) as refused:
        actions.create(system, Obstacle, values | {"title": "迁改", "task": task.pk})
    assert codes(refused) == {"other_plan"}
    assert actions.create(system, Obstacle, values | {
        "title": "迁改", "project": world.projects[4].pk, "task": task.pk}).task_id == task.pk
