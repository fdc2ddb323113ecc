"""Who sees and changes a plan; what charts and the wall cost; the wall says the same as the chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.kernel import actions as kernel
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.models import Organisation
from guatu.kernel.recording import head
from guatu.kernel.scope import Actor, Scope, roles
from guatu.projects.models import Plan, PlanState, PlanTask
from guatu.projects.planning import actions, queries
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

WHOLE = Scope.whole()
READERS = {
    "administrator", "leader", "supervision", "assessment", "chain_office", "investment_officer", "project_officer",
    "department_handler", "park_manager", "inspector",
}
WRITERS = {"administrator", "chain_office", "project_officer"}


@pytest.fixture
def world(system):
    return build(system, 6)


def laid(system, project, day=date(2027, 12, 31)) -> Plan:
    return actions.lay_out(system, project, "plant", day)


def doings(actor, plan: Plan, tried: Plan):
    task = PlanTask.everything.filter(plan=plan).exclude(duration=0).first()
    return [
        lambda: actions.edit(actor, plan, [{"op": "task", "id": task.pk, "note": f"看过{head().number}"}]),
        lambda: actions.edit(actor, plan, [{"op": "new_task", "name": "新"}]),
        lambda: actions.edit(actor, plan, [{"op": "drop_task", "id": task.pk}]),
        lambda: actions.baseline(actor, plan),
        lambda: actions.what_if(actor, plan),
        lambda: actions.keep(actor, tried),
        lambda: actions.drop(actor, tried),
        lambda: kernel.change(actor, PlanTask.everything.get(pk=task.pk), {"note": f"再看{head().number}"}),
        lambda: kernel.withdraw(actor, PlanTask.everything.get(pk=task.pk), "x"),
    ]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=st.sampled_from(sorted(roles())), own=st.booleans(), unit=st.booleans())
def test_an_officer_of_another_zone_sees_and_changes_nothing(system, world, role, own, unit):
    """Whatever the role: a plan outside its reach is not found, not counted, not changed; within reach the role decides."""
    plan = Plan.everything.filter(what_if="", withdrawn=False).first() or laid(system, world.projects[0])
    tried = Plan.everything.filter(what_if_of=plan, withdrawn=False).first() or actions.what_if(system, plan)
    home = (world.units if unit else world.zones)[0 if own else 1]
    actor = Actor.of(member(system, f"user{head().number}", role, home), "page")
    before, day = head().number, date(2026, 6, 1)
    wall = queries.portfolio(actor.scope, day, "zone")
    if not own:
        assert wall["groups"] == []
        for read in (
            lambda: queries.gantt(actor.scope, world.projects[0], day),
            lambda: queries.backward(actor.scope, world.projects[0], None, day),
            lambda: queries.rescue(actor.scope, world.projects[0], None, day),
            lambda: queries.slip(actor.scope, world.projects[0], 1, day, by=2),
        ):
            with pytest.raises(NotFound):
                read()
        for doing in doings(actor, plan, tried):
            with pytest.raises(Refused):
                doing()
        with pytest.raises(Refused):
            actions.lay_out(actor, world.projects[2], "plant", date(2028, 1, 3))
        assert head().number == before
        return
    assert [row["id"] for group in wall["groups"] for row in group["projects"]] == [world.projects[0].pk]
    assert queries.gantt(actor.scope, world.projects[0], day)["plan"]["id"] == plan.pk
    if role in WRITERS:
        assert doings(actor, plan, tried)[0]() in (None, before + 1)
    else:
        for doing in doings(actor, plan, tried):
            with pytest.raises(Refused):
                doing()
        assert head().number == before


def test_every_role_that_reads_projects_reads_plans():
    assert set(roles()) == READERS
    for name, role in roles().items():
        assert role.allows("plans", "view") == (name in READERS)
        assert role.allows("plan_tasks", "change") == (name in WRITERS)


# -- cost ------------------------------------------------------------------------------------------------------------


def counted(function) -> int:
    """Of a process that has been asked before: what is known of the zone is kept (`kernel.kept`)."""
    function()
    with CaptureQueriesContext(connection) as queries_made:
        function()
    return len(queries_made)


def test_a_chart_costs_the_same_whatever_the_plan_has(system, world):
    project, day = world.projects[0], date(2026, 6, 1)
    plan = laid(system, project)
    queries.gantt(WHOLE, project, day)
    few = counted(lambda: queries.gantt(WHOLE, project, day))
    actions.edit(system, plan, [
        {"op": "new_task", "name": f"分项{n}", "duration": 5, "key": f"k{n}", "unit": world.units[n % 2].pk} for n in range(120)
    ] + [{"op": "link", "pred": f"k{n}", "succ": f"k{n + 1}"} for n in range(119)])
    assert counted(lambda: queries.gantt(WHOLE, project, day)) <= few + 2 <= 32, few
    assert counted(lambda: queries.backward(WHOLE, project, None, day)) <= 24


def test_the_wall_costs_the_same_however_many_plans_there_are(system, world):
    day = date(2026, 6, 1)
    laid(system, world.projects[0])
    for group in ("commander", "unit", "chain", "zone"):
        queries.portfolio(WHOLE, day, group)
    few = counted(lambda: queries.portfolio(WHOLE, day, "unit"))
    for project in world.projects[1:]:
        laid(system, project, date(2027, 10, 29))
    assert counted(lambda: queries.portfolio(WHOLE, day, "unit")) == few <= 12


# -- the wall and the chart ------------------------------------------------------------------------------------------


def test_the_wall_says_of_a_plan_what_its_chart_says(system, world):
    plan = laid(system, world.projects[0], date(2026, 10, 30))
    tasks = {task.name: task for task in PlanTask.everything.filter(plan=plan)}
    actions.edit(system, plan, [
        {"op": "task", "id": tasks["投资项目备案"].pk, "actual_start": "2025-03-03", "actual_finish": "2025-03-03"},
        {"op": "task", "id": tasks["土地出让公告"].pk, "actual_start": "2025-03-10", "percent_complete": 50},
    ])
    first = date.fromisoformat(queries.gantt(WHOLE, world.projects[0], date(2025, 1, 2))["plan"]["start"])
    day = first - timedelta(days=40)
    seen = set()
    while day < date(2027, 3, 1):
        chart = queries.gantt(WHOLE, world.projects[0], day)["plan"]
        wall = queries.portfolio(WHOLE, day)["groups"][0]["projects"][0]
        assert (wall["late_by"] > 0) == (not chart["holds"]), (day, wall["late_by"], chart["late_by_workdays"])
        # Where days are counted round the week the wall, which counts working days, may be a few off.
        assert abs(wall["late_by"] - chart["late_by_workdays"]) <= 8, (day, wall["late_by"], chart["late_by_workdays"])
        assert (wall["light"] == "red") == (not chart["holds"] or day > date(2026, 10, 30))
        seen.add(wall["light"])
        day += timedelta(days=17)
    assert seen >= {"red", "yellow"}


def test_only_the_plan_that_counts_hangs_on_the_wall(system, world):
    plan = laid(system, world.projects[0])
    actions.what_if(system, plan)
    wall = queries.portfolio(WHOLE, date.today(), "zone")
    assert [len(group["projects"]) for group in wall["groups"]] == [1]
    assert not any(task["name"] == "土建" for task in wall["groups"][0]["projects"][0]["tasks"]), "no summaries"
    kernel.withdraw(system, Plan.everything.get(pk=plan.pk), "项目改线")
    assert queries.portfolio(WHOLE, date.today(), "zone")["groups"] == []
    assert not PlanState.objects.filter(recorded_to__gt=head().number, what_if=False).exists()


def test_the_wall_is_grouped_by_what_the_project_says(system, world):
    for project in world.projects[:4]:
        laid(system, project)
    zones = queries.portfolio(WHOLE, date.today(), "zone")["groups"]
    assert {group["name"]: len(group["projects"]) for group in zones} == {"区1": 2, "区2": 2}
    assert {group["name"] for group in queries.portfolio(WHOLE, date.today(), "chain")["groups"]} == {"链1", "链2"}
    by_commander = queries.portfolio(WHOLE, date.today(), "commander")["groups"]
    assert [group["key"] for group in by_commander] == [None] and len(by_commander[0]["projects"]) == 4
    with pytest.raises(Refused):
        queries.portfolio(WHOLE, date.today(), "colour")
    assert Organisation.everything.filter(name="区1").exists()


# -- slips and rescues -----------------------------------------------------------------------------------------------


def test_a_slip_says_which_promised_days_move_and_by_how_much(system, world):
    project, day = world.projects[0], date(2026, 1, 5)
    plan = laid(system, project)
    structure = PlanTask.everything.get(plan=plan, name="主体结构")
    told = queries.slip(WHOLE, project, structure.pk, day, by=15)
    moved = {row["name"]: row for row in told["moved"]}
    assert moved["主体封顶"]["workdays"] == 15 and moved["主体封顶"]["late_by_workdays"] == 12, "three days were to spare"
    assert moved["首件产品点亮"]["late_by_workdays"] == told["late_by_workdays"] > 0
    assert "主体结构" in [step["name"] for step in moved["首件产品点亮"]["chain"]]
    assert "取得用地" not in moved, "what lies before does not move"
    with pytest.raises(Refused):
        queries.slip(WHOLE, project, structure.parent_id, day, by=3)
    with pytest.raises(Refused):
        queries.slip(WHOLE, project, structure.pk, day)


def test_a_rescue_cuts_above_the_floors_or_names_what_prevents_it(system, world):
    project, day = world.projects[0], date(2026, 1, 5)
    plan = laid(system, project)
    assert queries.rescue(WHOLE, project, None, day)["cuts"] == []
    tight = queries.rescue(WHOLE, project, date(2027, 12, 10), date.fromisoformat(
        queries.gantt(WHOLE, project, day)["plan"]["start"]))
    assert tight["holds"] and tight["proved"] and tight["cost_cny"] > 0
    floors = dict(PlanTask.everything.filter(plan=plan).values_list("pk", "floor"))
    assert all(cut["to"] >= floors[cut["task"]] and cut["from"] - cut["to"] == cut["days"] for cut in tight["cuts"])
    hopeless = queries.rescue(WHOLE, project, date(2026, 8, 31), date(2026, 8, 3))
    assert not hopeless["holds"] and hopeless["cost_cny"] is None and len(hopeless["blocking"]) > 3
    assert hopeless["blocking"][-1]["name"] == "首件产品点亮"
