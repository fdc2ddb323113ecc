"""Plans that contradict themselves are refused with every task named; each sentence can be put together."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from guatu.projects.rules.plans import checks, graph, plan_json, problems
from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Resource, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan, UnreadablePlan
from guatu.projects.rules.plans.shifts import CombinedCalendar, ShiftCalendar
from guatu.projects.tests.planned import CALENDARS, OFFICE, SHIFT, STATE

FS, SS, FF, SF = LinkKind
A, B, C = Task("A", "桩基", 5), Task("B", "承台", 3), Task("C", "主体", 8)


def plan(tasks, links=(), **rest) -> Plan:
    values = {"calendars": CALENDARS, "calendar": STATE, "start": date(2025, 9, 15)} | rest
    return Plan(tuple(tasks), tuple(links), **values)


def refused(plan: Plan) -> list[problems.Problem]:
    with pytest.raises(BadPlan) as found:
        schedule(plan)
    for problem in found.value.problems:
        assert problem.message == str(problem) and "%(" not in problem.message
    return list(found.value.problems)


def codes(plan: Plan) -> dict[str, tuple]:
    return {problem.code: problem.tasks for problem in refused(plan)}


# -- circles ---------------------------------------------------------------------------------------------------------


def test_a_circle_names_its_tasks_in_order_and_no_others():
    tasks = [A, B, C, Task("D", "装修", 1), Task("E", "验收")]
    links = [Link("A", "B"), Link("B", "C", SS), Link("C", "D", FF), Link("D", "B", SF), Link("D", "E")]
    problem, = refused(plan(tasks, links))
    assert problem.tasks == ("B", "C", "D")
    assert problem.message.startswith("The links run in a circle: B “承台” → C “主体” → D “装修” → B “承台”.")


def test_a_circle_through_a_summary():
    tasks = [Task("site", "工地"), replace(A, parent="site"), B]
    problem, = refused(plan(tasks, [Link("site", "B"), Link("B", "A")]))
    assert problem.code == "cycle" and set(problem.tasks) == {"site", "A", "B"}


def test_a_long_circle_is_found_at_once():
    count = 5000
    tasks = [Task(number, duration=1) for number in range(count)]
    links = [Link(number, (number + 1) % count) for number in range(count)]
    problem, = refused(plan(tasks, links))
    assert len(problem.tasks) == count


# -- tasks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "code"), [
    ({"duration": -1}, "duration_negative"),
    ({"duration": 2.5}, "duration_fraction"),
    ({"percent_complete": 101}, "percent_range"),
    ({"percent_complete": -1}, "percent_range"),
    ({"remaining": -1}, "remaining_range"),
    ({"floor": -1}, "floor_negative"),
    ({"floor": 6}, "floor_above"),
    ({"compression_cost_per_day": -1}, "cost_negative"),
    ({"compression_cost_per_day": Decimal("0.001")}, "cost_fraction"),
    ({"calendar": "lunar"}, "calendar_unknown"),
    ({"unit": Unit.HOUR}, "calendar_no_hours"),
    ({"constraint": ConstraintKind.SNET}, "constraint_undated"),
    ({"constraint": ConstraintKind.FNLT, "constraint_on": date(2025, 9, 18)}, "constraint_impossible"),
    ({"constraint": ConstraintKind.SNLT, "constraint_on": date(2025, 9, 12)}, "constraint_impossible"),
    ({"constraint": ConstraintKind.MFO, "constraint_on": date(2025, 9, 18)}, "constraint_impossible"),
    ({"constraint": ConstraintKind.MSO, "constraint_on": date(2025, 10, 3)}, "constraint_idle"),
    ({"constraint": ConstraintKind.MFO, "constraint_on": date(2025, 10, 4)}, "constraint_idle"),
    ({"parent": "Z"}, "parent_unknown"),
    ({"parent": "A"}, "parent_circle"),
    ({"resources": {"crane": 1}}, "resource_unknown"),
    ({"resources": {"crew": -1}}, "resource_negative"),
    ({"resources": {"crew": 3}}, "resource_short"),
    ({"actual_finish": date(2025, 9, 18)}, "actual_unstarted"),
    ({"actual_start": date(2025, 9, 18), "actual_finish": date(2025, 9, 17)}, "actual_order"),
    ({"actual_start": date(2025, 9, 23)}, "actual_future"),
    ({"actual_start": date(2025, 9, 15), "percent_complete": 100}, "actual_undone"),
    ({"percent_complete": 30}, "actual_unbegun"),
])
def test_what_a_task_may_not_say(values, code):
    given = plan([replace(A, **values), B], resources=(Resource("crew", capacity=2),), status_day=None)
    if code == "actual_future":
        given = replace(given, status_day=date(2025, 9, 22))
    found = codes(given)
    assert "A" in found[code], found


def test_everything_wrong_is_told_at_once():
    tasks = [replace(A, duration=-1), replace(B, calendar="lunar"), replace(C, floor=-2)]
    assert codes(plan(tasks, [Link("A", "X"), Link("B", "B")])) == {
        "duration_negative": ("A",), "calendar_unknown": ("B",), "floor_negative": ("C",), "link_unknown": ("A", "X"),
        "link_self": ("B",),
    }


def test_numbers_used_twice():
    problem, = refused(plan([A, A, B]))
    assert (problem.code, problem.tasks) == ("task_twice", ("A",))


# -- links -----------------------------------------------------------------------------------------------------------


def test_links_to_nothing_to_an_own_summary_and_to_the_finish_of_a_summary():
    site = Task("site", "工地")
    assert codes(plan([A], [Link("A", "gone")])) == {"link_unknown": ("A", "gone")}
    assert codes(plan([site, replace(A, parent="site")], [Link("site", "A")])) == {"link_own_summary": ("site", "A")}
    assert codes(plan([site, replace(A, parent="site"), B], [Link("B", "site", FF)])) == {"link_summary_finish": ("site",)}
    assert codes(plan([A, B], [Link("A", "B", FS, 1.5)])) == {"lag_fraction": ("A", "B")}
    assert codes(plan([A, B], [Link("A", "B", FS, 2, LagUnit.HOUR)])) == {"calendar_no_hours": ("A", "B")}
    assert codes(plan([A, B], [Link("A", "B", FS, 2, LagUnit.HOUR, "lunar")])) == {"calendar_unknown": ("A", "B")}


def test_summaries_take_few_constraints():
    site = Task("site", "工地", constraint=ConstraintKind.MSO, constraint_on=date(2025, 9, 16))
    assert codes(plan([site, replace(A, parent="site")])) == {"constraint_summary": ("site",)}
    late = replace(site, constraint=ConstraintKind.FNLT)
    assert codes(plan([late, replace(A, parent="site")])) == {"constraint_impossible": ("A",)}


# -- calendars -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("calendar", "code"), [
    (ShiftCalendar(base="own", times=OFFICE), "calendar_circle"),
    (ShiftCalendar(base="gone", times=OFFICE), "calendar_unknown"),
    (CombinedCalendar((SHIFT, "gone")), "calendar_unknown"),
    (CombinedCalendar(("own",)), "calendar_circle"),
    (ShiftCalendar((((720, 480),),) + ((),) * 6), "calendar_times"),
    (ShiftCalendar((((480, 720), (700, 800)),) + ((),) * 6), "calendar_times"),
    (ShiftCalendar(((),) * 6), "calendar_times"),
])
def test_calendars_that_cannot_be(calendar, code):
    found = codes(plan([replace(A, unit=Unit.HOUR, calendar="own")], calendars=CALENDARS | {"own": calendar}))
    assert code in found


@pytest.mark.parametrize("unit", [Unit.WORKDAY, Unit.HOUR])
def test_a_calendar_that_never_works(unit):
    own = ShiftCalendar(((),) * 7)
    assert codes(plan([replace(A, unit=unit, calendar="own")], calendars=CALENDARS | {"own": own})) == {
        "calendar_idle": ("A",)
    }


def test_a_plan_without_a_calendar():
    assert codes(plan([A], calendar="")) == {"calendar_missing": ("A",)}
    assert codes(plan([A], calendar="gone")) == {"calendar_unknown": ("A",)}


def test_plans_that_leave_the_calendar():
    assert "too_far" in codes(plan([replace(A, duration=100_000)]))
    assert "too_far" in codes(plan([replace(A, unit=Unit.DAY, duration=10**9)]))
    assert "too_far" in codes(plan([A, B], [Link("A", "B", FS, 10**9, LagUnit.DAY)]))
    assert "too_far" in codes(plan([A, B], [Link("A", "B", FS, 10**12, LagUnit.ELAPSED)]))


# -- sentences -------------------------------------------------------------------------------------------------------


def test_every_reason_the_engine_gives_has_its_sentence():
    import re
    from pathlib import Path

    used = set()
    for file in Path(checks.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:Problem|UnreadablePlan|problem|_faulty)\(\s*"([a-z_]+)"', text))
    used -= {"value", "where"}
    assert used - set(problems.TEMPLATES) <= {"the"}
    assert {"cycle", "value_faulty", "xml_doctype", "duration_negative"} <= used


def test_names_of_strangers_are_shown_safely():
    named = replace(A, name="a\n\x1b[31m" + "长" * 500, duration=-1)
    problem, = refused(plan([named]))
    assert "\x1b" not in problem.message and "\n" not in problem.message and len(problem.message) < 400


# -- the project's own JSON ------------------------------------------------------------------------------------------


def test_json_reads_what_it_writes():
    tasks = (
        replace(A, floor=3, compression_cost_per_day=Decimal("1200.50"), resources={"crew": 2}, deadline=date(2025, 9, 30),
                actual_start=date(2025, 9, 16), percent_complete=40, notes="注", responsible="建设局"),
        Task(7, "夜班", 12, Unit.HOUR, "night", constraint=ConstraintKind.SNET, constraint_on=datetime(2025, 9, 16, 8)),
        Task("sum"), Task("part", duration=1, parent="sum"),
    )
    links = (Link("A", 7, SS, -2, LagUnit.HOUR, SHIFT), Link(7, "part", FF, 50, LagUnit.PERCENT))
    both = CombinedCalendar((SHIFT, "office"), every=True)
    given = plan(tasks, links, calendars=CALENDARS | {"both": both}, deadline=date(2025, 10, 31), name="厂房",
                 resources=(Resource("crew", "班组", 3, SHIFT),), status_day=date(2025, 9, 17))
    text = plan_json.write_json(given)
    again = plan_json.read_json(text)
    assert again == given
    assert plan_json.write_json(again) == text
    assert schedule(again).tasks == schedule(given).tasks


@pytest.mark.parametrize(("text", "code"), [
    ("", "file_empty"),
    ("{", "json_faulty"),
    ("[" * 100_000, "json_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"id": ' + "9" * 5000 + "}]}", "json_faulty"),
    ("[]", "value_faulty"),
    ('{"tasks": []}', "value_faulty"),
    ('{"start": "2025-09-15", "task": []}', "json_unknown"),
    ('{"start": "2025-02-30"}', "value_faulty"),
    ('{"start": "0001-01-01"}', "value_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"name": "x"}]}', "json_lacks"),
    ('{"start": "2025-09-15", "tasks": [{"id": true}]}', "value_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"id": 1, "duration": 1.5}]}', "value_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"id": 1, "duration": NaN}]}', "value_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"id": 1, "unit": "week"}]}', "value_faulty"),
    ('{"start": "2025-09-15", "tasks": [{"id": 1, "colour": "red"}]}', "json_unknown"),
    ('{"start": "2025-09-15", "calendars": {"c": {"kind": "moon"}}}', "value_faulty"),
    ('{"start": "2025-09-15", "calendars": {"c": {"kind": "shifts", "times": [["25:00", "26:00"]]}}}', "value_faulty"),
    ('{"start": "2025-09-15", "calendars": {"c": {"kind": "workdays", "years": {"2025": {"holidays": ["2024-10-01"]}}}}}',
     "value_faulty"),
])
def test_json_that_is_refused(text, code):
    with pytest.raises(UnreadablePlan) as found:
        plan_json.read_json(text)
    assert found.value.problem.code == code
    assert found.value.problem.message


def test_the_order_of_computing_follows_links_whatever_the_order_of_tasks():
    compiled = graph.compile_plan(plan([C, B, A], [Link("A", "B"), Link("B", "C")]))
    assert compiled.order == [2, 1, 0]
