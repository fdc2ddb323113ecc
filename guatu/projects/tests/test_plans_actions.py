"""Laying out, editing, trying and keeping plans, through the one door in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guatu.kernel import actions as kernel
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Conflict, Faulty, NotFound, Refused
from guatu.kernel.models import HistoryEntry
from guatu.kernel.recording import head
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Milestone, Plan, PlanLink, PlanState, PlanTask, StageEvent
from guatu.projects.planning import actions, queries
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

WHOLE = Scope.whole()


@pytest.fixture
def world(system):
    return build(system, 4)


def task_named(plan, name) -> PlanTask:
    return PlanTask.everything.get(plan=plan, name=name, withdrawn=False)


def laid(system, world, day=date(2028, 6, 30)) -> Plan:
    return actions.lay_out(system, world.projects[0], "plant", day)


def test_a_template_is_laid_out_backward_in_one_recording(system, world):
    before = head().number
    plan = laid(system, world)
    assert head().number == before + 1
    project = world.projects[0]
    assert (plan.project_id, plan.promised_on, plan.template, plan.what_if) == (project.pk, date(2028, 6, 30), "plant", "")
    assert PlanTask.everything.filter(plan=plan).count() == 34
    chart = queries.gantt(WHOLE, project, date(2026, 1, 5))
    assert chart["plan"]["holds"] is True
    first = min(task["late_start"] for task in chart["tasks"])
    assert chart["plan"]["start"] == first, "the plan starts when it must"
    target = next(task for task in chart["tasks"] if task["event"] == "first_product_lit")
    assert target["milestone"] and target["late_finish"] == "2028-06-30"
    assert plan.promise.due_on == date(2028, 6, 30) and plan.promise.event == "first_product_lit"
    promised = set(Milestone.everything.filter(project=project, title="").values_list("event", flat=True))
    assert {"land_acquired", "started", "structure_topped", "first_product_lit"} <= promised
    assert HistoryEntry.objects.filter(verb="projects.plantask.created").count() == 34


def test_a_second_plan_is_refused(system, world):
    laid(system, world)
    with pytest.raises(Refused, match=r"has a plan already|已有计划"):
        laid(system, world)


def test_a_plan_adopts_the_milestone_that_stands_and_never_moves_its_day(system, world):
    project = world.projects[1]
    stands = kernel.create(system, Milestone, {
        "project": project.pk, "event": "first_product_lit", "due_on": date(2028, 3, 31)})
    with pytest.raises(Refused) as refused:
        actions.lay_out(system, project, "plant", date(2028, 6, 30))
    assert refused.value.code == "promise_stands"
    plan = actions.lay_out(system, project, "plant")
    assert plan.promise_id == stands.pk and plan.promised_on == date(2028, 3, 31)
    assert Milestone.everything.filter(project=project, event="first_product_lit", withdrawn=False).count() == 1
    with pytest.raises(Refusals) as refused:
        actions.edit(system, plan, [{"op": "plan", "promised_on": "2028-09-30"}])
    assert refused.value.code == "promise_stands"
    kernel.change(system, Milestone.everything.get(pk=stands.pk), {"due_on": date(2028, 4, 30)}, reason="设备晚到", approver="李")
    assert Plan.everything.get(pk=plan.pk).promised_on == date(2028, 4, 30)


def test_without_a_promise_a_day_is_needed(system, world):
    with pytest.raises(Faulty) as refused:
        actions.lay_out(system, world.projects[0], "plant")
    assert refused.value.code == "promise_missing"
    with pytest.raises(NotFound):
        actions.lay_out(system, world.projects[0], "castle", date(2028, 1, 1))


def test_an_edit_writes_all_of_it_or_nothing(system, world):
    plan = laid(system, world)
    clean, envelope = task_named(plan, "洁净室与机电安装"), task_named(plan, "屋面与围护封闭")
    number = actions.edit(system, plan, [
        {"op": "task", "id": clean.pk, "duration": 44, "note": "增加一层"},
        {"op": "new_task", "name": "屋面复检", "duration": 3, "after": envelope.pk, "key": "check"},
        {"op": "link", "pred": envelope.pk, "succ": "check"},
        {"op": "link", "pred": "check", "succ": clean.pk, "kind": "FF", "lag": 2, "lag_unit": "day"},
    ], "设计变更")
    assert number == head().number
    chart = queries.gantt(WHOLE, world.projects[0], date(2026, 12, 1))
    by_name = {task["name"]: task for task in chart["tasks"]}
    assert by_name["洁净室与机电安装"]["duration"] == 44
    assert by_name["屋面复检"]["parent"] == envelope.parent_id
    order = [task["name"] for task in chart["tasks"]]
    assert order.index("屋面复检") == order.index("屋面与围护封闭") + 1
    added = by_name["屋面复检"]["id"]
    assert {"pred": added, "succ": clean.pk, "kind": "FF", "lag": 2, "lag_unit": "day"}.items() <= next(
        link for link in chart["links"] if link["pred"] == added).items()
    with pytest.raises(Refusals) as refused:
        actions.edit(system, plan, [
            {"op": "task", "id": clean.pk, "duration": 50},
            {"op": "link", "pred": clean.pk, "succ": envelope.pk},
        ])
    assert refused.value.code == "cycle"
    assert "洁净室与机电安装" in str(refused.value) and "屋面与围护封闭" in str(refused.value)
    assert PlanTask.everything.get(pk=clean.pk).duration == 44 and head().number == number


@pytest.mark.parametrize(("fields", "code"), [
    ({"duration": 20}, "floor_above"),
    ({"duration": -3}, "duration_negative"),
    ({"duration": "viele"}, "value"),
    ({"colour": "red"}, "unknown_field"),
    ({"percent_complete": 30}, "actual_unbegun"),
    ({"constraint": "mso"}, "constraint_undated"),
    ({"actual_start": "2999-01-01"}, "actual_future"),
    ({"actual_start": "2026-03-02", "actual_finish": "2026-03-01"}, "actual_order"),
    ({"event": "started"}, "event_of_milestone"),
    ({"percent_complete": 130, "actual_start": "2026-01-05"}, "faulty"),
    ({"parent": 17}, "other_plan"),
])
def test_what_contradicts_itself_is_refused_in_a_sentence(system, world, fields, code):
    plan = laid(system, world)
    before, clean = head().number, task_named(plan, "洁净室与机电安装")
    with pytest.raises(Refused) as refused:
        actions.edit(system, plan, [{"op": "task", "id": clean.pk, **fields}])
    assert refused.value.code == code, refused.value
    assert str(refused.value).endswith((".", "。")) and head().number == before


def test_links_and_tasks_of_another_plan_are_not_known(system, world):
    plan = laid(system, world)
    other = actions.lay_out(system, world.projects[1], "plant", date(2028, 6, 30))
    foreign, own = task_named(other, "主体结构"), task_named(plan, "主体结构")
    for change in (
        {"op": "task", "id": foreign.pk, "duration": 90}, {"op": "drop_task", "id": foreign.pk},
        {"op": "link", "pred": foreign.pk, "succ": own.pk}, {"op": "explode"},
    ):
        with pytest.raises(Refused):
            actions.edit(system, plan, [change])


def test_dropping_a_summary_takes_its_parts_and_links_along(system, world):
    plan = laid(system, world)
    actions.edit(system, plan, [{"op": "drop_task", "id": task_named(plan, "土建").pk}], "另行管理")
    names = set(PlanTask.everything.filter(plan=plan, withdrawn=False).values_list("name", flat=True))
    assert not {"土建", "主体结构", "主体封顶", "桩基与基础"} & names
    standing = PlanLink.everything.filter(plan=plan, withdrawn=False)
    assert not standing.filter(pred__withdrawn=True).exists() and not standing.filter(succ__withdrawn=True).exists()


def test_what_has_happened_is_never_moved(system, world):
    plan = laid(system, world, date(2026, 12, 31))
    filing = task_named(plan, "投资项目备案")
    actions.edit(system, plan, [{"op": "task", "id": filing.pk, "actual_start": "2025-03-03", "actual_finish": "2025-03-05"}])
    for link in PlanLink.everything.filter(plan=plan, pred=filing, withdrawn=False):
        actions.edit(system, plan, [{"op": "link", "id": link.pk, "lag": 30}])
    for as_of in (date(2025, 3, 5), date(2025, 9, 1), date(2026, 11, 1)):
        task = next(task for task in queries.gantt(WHOLE, world.projects[0], as_of)["tasks"] if task["id"] == filing.pk)
        assert (task["start"], task["finish"], task["percent"]) == ("2025-03-03", "2025-03-05", 100)
    with pytest.raises(Refused) as refused:
        actions.edit(system, plan, [{"op": "task", "id": filing.pk, "start": "2025-04-01"}])
    assert refused.value.code == "begun"
    with pytest.raises(Refused) as refused:
        actions.edit(system, plan, [{"op": "task", "id": filing.pk, "actual_finish": "2025-03-06"}])
    assert refused.value.code == "actual_reason"
    actions.edit(system, plan, [{"op": "task", "id": filing.pk, "actual_finish": "2025-03-06"}], "文书日期录错")
    before = next(task for task in queries.gantt(WHOLE, world.projects[0], date(2025, 3, 4))["tasks"] if task["id"] == filing.pk)
    assert before["actual_start"] == "2025-03-03" and before["actual_finish"] is None, "not known to be finished before its day"


def test_a_status_day_to_come_is_refused(system, world):
    plan = laid(system, world)
    with pytest.raises(Refusals) as refused:
        actions.edit(system, plan, [{"op": "plan", "status_on": "2999-01-01"}])
    assert refused.value.code == "status_future"


def test_a_bar_that_was_looked_at_before_somebody_else_changed_it_is_a_conflict(system, world):
    plan = laid(system, world)
    seen, structure = head().number, task_named(plan, "主体结构")
    actions.edit(system, plan, [{"op": "task", "id": structure.pk, "duration": 82}])
    with pytest.raises(Conflict):
        actions.edit(system, plan, [{"op": "task", "id": structure.pk, "duration": 85}], planned_at=seen)
    actions.edit(system, plan, [{"op": "task", "id": structure.pk, "duration": 85}], planned_at=head().number)


def test_an_edit_is_undone_by_the_usual_means(system, world):
    from guatu.kernel.undo import undo

    plan = laid(system, world)
    officer = Actor.of(member(system, "wang", "project_officer", world.zones[0]), "page")
    structure = task_named(plan, "主体结构")
    number = actions.edit(officer, plan, [
        {"op": "task", "id": structure.pk, "duration": 95},
        {"op": "new_task", "name": "冬歇", "duration": 20, "unit": world.units[0].pk},
    ])
    undo(officer, number)
    assert PlanTask.everything.get(pk=structure.pk).duration == 80
    assert not PlanTask.everything.filter(plan=plan, name="冬歇", withdrawn=False).exists()


# -- promises --------------------------------------------------------------------------------------------------------


def test_finishing_a_milestone_task_records_its_event_and_keeps_the_promise(system, world):
    project = world.projects[0]
    plan = laid(system, world, date(2026, 12, 31))
    topped = task_named(plan, "主体封顶")
    assert topped.promise.done_on is None
    actions.edit(system, plan, [{"op": "task", "id": topped.pk, "actual_finish": "2026-05-20"}])
    topped = PlanTask.everything.get(pk=topped.pk)
    assert (topped.actual_start, topped.actual_finish) == (date(2026, 5, 20), date(2026, 5, 20))
    event = StageEvent.everything.get(project=project, event="structure_topped", kind="actual", withdrawn=False)
    assert event.valid_on == date(2026, 5, 20)
    assert topped.promise.done_on == date(2026, 5, 20)


def test_an_event_that_may_not_be_recorded_yet_refuses_the_edit(system, world):
    plan = laid(system, world, date(2026, 12, 31))
    started = task_named(plan, "开工")
    before = head().number
    with pytest.raises(Refusals):
        actions.edit(system, plan, [{"op": "task", "id": started.pk, "actual_finish": "2026-05-20"}])
    assert head().number == before


def test_an_event_finishes_the_milestone_task(system, world):
    plan = laid(system, world, date(2026, 12, 31))
    topped = task_named(plan, "主体封顶")
    event = kernel.create(system, StageEvent, {
        "project": world.projects[0].pk, "event": "structure_topped", "valid_on": date(2026, 6, 1)})
    assert PlanTask.everything.get(pk=topped.pk).actual_finish == date(2026, 6, 1)
    event = StageEvent.everything.get(pk=event.pk)
    kernel.withdraw(system, event, "录错项目")
    assert PlanTask.everything.get(pk=topped.pk).actual_finish is None


def test_a_day_of_completion_by_another_door_needs_the_event(system, world):
    plan = laid(system, world, date(2026, 12, 31))
    with pytest.raises(Refusals) as refused:
        kernel.change(system, task_named(plan, "主体封顶"), {"actual_finish": date(2026, 5, 20)})
    assert refused.value.code == "done_by_event"


def test_what_the_project_has_reached_is_done_and_what_led_there_is_left_out(system, world):
    project = world.projects[0]
    for event, day in (("started", date(2022, 5, 12)), ("structure_topped", date(2022, 6, 21))):
        kernel.create(system, StageEvent, {
            "project": project.pk, "event": event, "valid_on": day, "basis": "history", "source": world.source.pk})
    plan = actions.lay_out(system, project, "plant", date(2022, 11, 30))
    tasks = {task.name: task for task in PlanTask.everything.filter(plan=plan)}
    assert tasks["主体封顶"].actual_finish == date(2022, 6, 21) and tasks["开工"].actual_finish == date(2022, 5, 12)
    assert not {"投资项目备案", "主体结构", "前期与用地", "主设备订货与制造"} & tasks.keys()
    assert {"屋面与围护封闭", "联线调试", "首件产品点亮"} <= tasks.keys()
    assert not Milestone.everything.filter(project=project, event="structure_topped").exists(), "what is reached is not promised"


# -- what-ifs and baselines ------------------------------------------------------------------------------------------


def test_a_what_if_is_kept(system, world):
    plan = laid(system, world)
    tried = actions.what_if(system, plan)
    assert tried.what_if and tried.what_if_of_id == plan.pk
    structure = PlanTask.everything.get(plan=tried, name="主体结构")
    land = PlanTask.everything.get(plan=tried, name="主设备订货与制造")
    actions.edit(system, tried, [
        {"op": "task", "id": structure.pk, "duration": 66}, {"op": "drop_task", "id": land.pk},
        {"op": "new_task", "name": "二次装修", "duration": 15, "after": structure.pk, "key": "n"},
        {"op": "link", "pred": structure.pk, "succ": "n"},
    ])
    assert task_named(plan, "主体结构").duration == 80
    shown = queries.gantt(WHOLE, world.projects[0], date.today(), tried)
    assert {task["name"]: task["duration"] for task in shown["tasks"]}["主体结构"] == 66
    untouched = task_named(plan, "桩基与基础").last_recording
    actions.keep(system, tried)
    assert task_named(plan, "主体结构").duration == 66 and task_named(plan, "二次装修").duration == 15
    assert not PlanTask.everything.filter(plan=plan, name="主设备订货与制造", withdrawn=False).exists()
    assert task_named(plan, "桩基与基础").last_recording == untouched, "what did not change is not written"
    assert Plan.everything.get(pk=tried.pk).withdrawn
    assert not PlanTask.everything.filter(plan=tried, withdrawn=False).exists()


def test_a_what_if_of_a_plan_that_has_moved_on_is_not_kept(system, world):
    plan = laid(system, world)
    tried = actions.what_if(system, plan)
    actions.edit(system, plan, [{"op": "task", "id": task_named(plan, "主体结构").pk, "duration": 81}])
    with pytest.raises(Conflict):
        actions.keep(system, tried)
    actions.drop(system, tried)
    assert Plan.everything.get(pk=tried.pk).withdrawn and not Plan.everything.get(pk=plan.pk).withdrawn


def test_a_what_if_touches_no_promise_and_no_event(system, world):
    plan = laid(system, world, date(2026, 12, 31))
    tried = actions.what_if(system, plan)
    topped = PlanTask.everything.get(plan=tried, name="主体封顶")
    actions.edit(system, tried, [{"op": "task", "id": topped.pk, "actual_finish": "2026-05-20"}])
    assert not StageEvent.everything.filter(project=world.projects[0], event="structure_topped").exists()
    assert task_named(plan, "主体封顶").promise.done_on is None
    with pytest.raises(Refused):
        actions.drop(system, plan)
    with pytest.raises(Refused):
        actions.what_if(system, tried)


def test_a_baseline_keeps_what_was_planned(system, world):
    plan = laid(system, world)
    actions.baseline(system, plan, "批准的计划")
    structure = task_named(plan, "主体结构")
    before = next(t for t in queries.gantt(WHOLE, world.projects[0], date.today())["tasks"] if t["id"] == structure.pk)
    actions.edit(system, plan, [{"op": "task", "id": structure.pk, "duration": 100}])
    after = next(t for t in queries.gantt(WHOLE, world.projects[0], date.today())["tasks"] if t["id"] == structure.pk)
    assert (after["baseline_start"], after["baseline_finish"]) == (before["start"], before["finish"])
    assert after["finish"] > after["baseline_finish"]


# -- answers stay ----------------------------------------------------------------------------------------------------


def test_kept_dates_are_those_laid_out_anew(system, world):
    from guatu.projects.planning.projection import PlanStates

    plan = laid(system, world, date(2026, 12, 31))
    structure = task_named(plan, "主体结构")
    actions.edit(system, plan, [{"op": "task", "id": structure.pk, "duration": 90, "compression_cost_per_day": "120000"}])
    actions.edit(system, plan, [{"op": "task", "id": structure.pk, "actual_start": "2026-02-03", "percent_complete": 20}])
    kernel.change(system, PlanTask.everything.get(pk=structure.pk), {"percent_complete": 40}, valid_on=date(2026, 3, 2))
    assert PlanTask.everything.get(pk=structure.pk).compression_cost_per_day == Decimal(120000)
    kept = PlanStates()
    assert kept.rebuild() == {"subjects": 1, "missing": 0, "wrong": 0}
    standing = PlanState.objects.filter(plan=plan, task=structure.pk, recorded_to__gt=head().number)
    assert standing.filter(begun=False).exists() and standing.filter(begun=True).exists()


@pytest.mark.parametrize("values", [
    {"duration": None}, {"percent_complete": None}, {"duration_unit": "moon"}, {"constraint": "sometime"}, {"name": ""},
    {"duration": 2_000_000}, {"duration": 10**18}, {"number": None}, {"calendar": "lunar"},
    {"actual_start": date(1800, 1, 1)}, {"plan": None}, {"number": 10}, {"floor": 50, "duration": 20},
    {"event": "first_product_lit", "milestone": True, "actual_finish": date(2026, 1, 5), "plan": None},
])
def test_whatever_a_stranger_sends_is_refused_in_a_sentence(system, world, values):
    plan = laid(system, world)
    before = head().number
    with pytest.raises(Refused):
        kernel.create(system, PlanTask, {"plan": plan.pk, "number": 999, "name": "新", "duration": 3, **values})
    assert head().number == before


@pytest.mark.parametrize("values", [
    {"start": date(1, 1, 1)}, {"start": None}, {"promised_on": date(9999, 1, 1)}, {"calendar": ""}, {"start": date(2200, 12, 31)},
    {"what_if": ""}, {"status_on": date(2999, 1, 1)}, {"promised_on": date(2020, 1, 1)},
])
def test_a_plan_of_impossible_days_is_refused(system, world, values):
    laid(system, world)
    before = head().number
    project = world.projects[0] if "what_if" in values else world.projects[1]
    with pytest.raises(Refused):
        change = kernel.Change("create", Plan, {"project": project.pk, "name": "计划", "start": date(2026, 1, 5), **values})
        task = kernel.Change("create", PlanTask, {"plan": change, "number": 1, "name": "甲", "duration": 5})
        kernel.write(system, [change, task])
    assert head().number == before
