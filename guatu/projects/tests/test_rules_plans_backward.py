"""The backward sheet, what a slip moves, and what drives a task: tables worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest

from guatu.projects.rules.plans.backward import backward_from
from guatu.projects.rules.plans.drivers import DriverKind
from guatu.projects.rules.plans.network import ConstraintKind, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan
from guatu.projects.rules.plans.slip import slip
from guatu.projects.tests.planned import CALENDARS, STATE

FS, SS, FF, SF = LinkKind
# Piles 15–19 September, frame 22–26 and Sun 28 to Tue 30 (eight working days), lines 22–24, lit on the 30th.
TASKS = [Task("piles", "桩基", 5), Task("frame", "主体", 8), Task("lines", "管线", 3), Task("lit", "投产", milestone=True)]
LINKS = [Link("piles", "frame"), Link("piles", "lines"), Link("frame", "lit"), Link("lines", "lit")]


def day(month: int, number: int) -> date:
    return date(2025, month, number)


def plan(tasks=TASKS, links=LINKS, **rest) -> Plan:
    return Plan(tuple(tasks), tuple(links), CALENDARS, STATE, day(9, 15), **rest)


# -- backward --------------------------------------------------------------------------------------------------------


def test_from_a_promised_day_back_to_when_each_task_must_begin():
    sheet = backward_from(plan(), day(10, 13))
    rows = {row.id: (row.begin_by_day, row.finish_by_day, row.slack) for row in sheet.rows}
    # lit by 13 October; frame 13, 11, 10, 9 October and 30, 29, 28, 26 September; lines 13, 11, 10 October.
    assert rows == {
        "piles": (day(9, 19), day(9, 25), 4),
        "frame": (day(9, 26), day(10, 13), 4),
        "lines": (day(10, 10), day(10, 13), 9),
        "lit": (day(10, 13), day(10, 13), 4),
    }
    assert (sheet.holds, sheet.slack) == (True, 4)


def test_a_day_that_cannot_be_held_says_by_how_many_days():
    sheet = backward_from(plan(), day(9, 26))
    assert (sheet.holds, sheet.slack) == (False, -3)  # 28, 29 and 30 September
    assert [row.id for row in sheet.rows if row.slack < 0] == ["piles", "frame", "lit"]
    inside = backward_from(plan(), day(10, 5))  # a holiday: the same as 30 September
    assert (inside.holds, inside.slack) == (True, 0)


def test_what_should_have_begun_by_the_status_day():
    sheet = backward_from(plan(status_day=day(9, 22)), day(10, 9))
    # frame 9 October, 30, 29, 28, 26, 25, 24, 23 September; piles 22, 19, 18, 17, 16.
    assert sheet.row("piles").begin_by_day == day(9, 16)
    assert [row.id for row in sheet.rows if row.overdue] == ["piles"]
    begun = [replace(TASKS[0], actual_start=day(9, 17)), *TASKS[1:]]
    sheet = backward_from(plan(begun, status_day=day(9, 22)), day(10, 9))
    assert not any(row.overdue for row in sheet.rows) and sheet.row("piles").begun
    due = backward_from(plan(status_day=day(9, 16)), day(10, 9))
    assert not any(row.overdue for row in due.rows)  # the last day to begin is not yet past


def test_only_what_leads_to_the_target_counts():
    tasks = [*TASKS, Task("garden", "绿化", 60)]
    whole = backward_from(plan(tasks), day(10, 13))
    assert (whole.holds, whole.row("garden").slack < 0) == (False, True)
    sheet = backward_from(plan(tasks), day(10, 13), "lit")
    assert [row.id for row in sheet.rows] == ["piles", "frame", "lines", "lit"]
    assert (sheet.holds, sheet.row("piles").begin_by_day) == (True, day(9, 19))
    with pytest.raises(KeyError):
        backward_from(plan(), day(10, 13), "gone")


def test_other_promises_bind_as_well():
    tasks = [TASKS[0], TASKS[1], replace(TASKS[2], deadline=day(9, 25)), TASKS[3]]
    sheet = backward_from(plan(tasks), day(10, 13))
    assert (sheet.row("lines").finish_by_day, sheet.row("lines").begin_by_day) == (day(9, 25), day(9, 23))
    assert sheet.row("piles").begin_by_day == day(9, 16)  # 22, 19, 18, 17, 16: the lines need it by the 22nd


def test_a_milestone_is_overdue_once_its_day_is_past():
    tasks = [*TASKS, Task("permit", "许可证", milestone=True)]
    links = [*LINKS, Link("permit", "frame")]
    row = backward_from(plan(tasks, links, status_day=day(9, 26)), day(10, 13)).row("permit")
    assert (row.begin_by_day, row.overdue) == (day(9, 26), False)  # when the frame must begin, in the morning
    assert backward_from(plan(tasks, links, status_day=day(9, 28)), day(10, 13)).row("permit").overdue


# -- slip ------------------------------------------------------------------------------------------------------------


def test_a_slip_moves_what_it_drives_and_says_by_how_much():
    found = slip(plan(), "frame", by=4)
    moved, = found.moved
    assert (moved.id, moved.was_day, moved.now_day, moved.days, moved.units) == (
        "lit", day(9, 30), day(10, 13), 13, 4)  # 9, 10, 11 and 13 October: four working days
    assert [one.task for one in moved.chain] == ["piles", "frame", "lit"]
    assert (found.tasks_moved, found.plan_now) == (2, moved.now)


def test_a_slip_within_the_float_moves_no_promise():
    found = slip(plan(), "lines", by=3)  # 22–26 and Sun 28: six days, the frame needs eight
    assert (found.moved, found.tasks_moved, found.now_day) == ((), 1, day(9, 28))
    assert len(slip(plan(), "lines", by=6).moved) == 1


def test_a_task_that_begins_later_or_is_over_on_a_day():
    later = slip(plan(), "piles", by=1, later=True)
    assert [(one.id, one.now_day) for one in later.moved] == [("lit", day(10, 9))]
    on_a_day = slip(plan(), "piles", finish=day(9, 23))
    assert [(one.id, one.units) for one in on_a_day.moved] == [("lit", 2)]
    assert slip(plan(), "piles", finish=day(9, 19)).moved == ()


def test_watched_tasks_and_tasks_with_deadlines():
    tasks = [TASKS[0], replace(TASKS[1], deadline=day(10, 20)), *TASKS[2:]]
    assert [one.id for one in slip(plan(tasks), "piles", by=1).moved] == ["frame", "lit"]
    assert [one.id for one in slip(plan(tasks), "piles", by=1, watch=["lines"]).moved] == ["lines"]


def test_a_task_under_way_slips_in_what_is_left():
    tasks = [replace(TASKS[0], actual_start=day(9, 15), percent_complete=40), *TASKS[1:]]
    found = slip(plan(tasks, status_day=day(9, 17)), "piles", by=2)
    assert (found.was_day, found.now_day) == (day(9, 19), day(9, 23))


def test_what_cannot_slip():
    tasks = [replace(TASKS[0], actual_start=day(9, 15), actual_finish=day(9, 19)), *TASKS[1:]]
    with pytest.raises(ValueError, match="finished"):
        slip(plan(tasks), "piles", by=1)
    with pytest.raises(KeyError):
        slip(plan(), "gone", by=1)
    with pytest.raises(BadPlan):
        slip(plan(), "piles", by=10**6)


# -- drivers ---------------------------------------------------------------------------------------------------------


def test_what_drives_a_task():
    tasks = [*TASKS, Task("late", duration=1, constraint=ConstraintKind.SNET, constraint_on=day(9, 24)),
             Task("done", duration=1, actual_start=day(9, 15), actual_finish=day(9, 15)), Task("group"),
             Task("part", duration=1, parent="group")]
    found = schedule(plan(tasks, [*LINKS, Link("lines", "group")]))

    def kinds(task):
        return [(one.kind, one.pred) for one in found.drivers(task)]

    assert kinds("piles") == [(DriverKind.PLAN_START, None)]
    assert kinds("frame") == [(DriverKind.LINK, "piles")]
    assert kinds("lit") == [(DriverKind.LINK, "frame")]
    assert kinds("late") == [(DriverKind.CONSTRAINT, None)]
    assert kinds("done") == [(DriverKind.ACTUAL, None)]
    assert kinds("part") == kinds("group") == [(DriverKind.LINK, "lines")]
    waiting = schedule(plan(status_day=day(9, 18)))
    assert [one.kind for one in waiting.drivers("piles")] == [DriverKind.STATUS_DAY]


def test_two_predecessors_that_hold_alike_are_both_named():
    tasks = [Task("a", duration=2), Task("b", duration=2, unit=Unit.DAY), Task("c", duration=1)]
    found = schedule(plan(tasks, [Link("a", "c"), Link("b", "c", SS, 2)]))
    assert [one.pred for one in found.drivers("c")] == ["a", "b"]
