"""Early and late dates, floats and critical marks: tables worked out by hand before the code was run.

Working days of 2025 about the National Day: Sun 28 September and Sat 11 October are worked, 1 to 8 October are not.
"""

import itertools
from dataclasses import replace
from datetime import date, datetime

import pytest

from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import Schedule, schedule
from guatu.projects.tests.planned import CALENDARS, SHIFT, STATE

FS, SS, FF, SF = LinkKind
SEP, OCT = 9, 10


def day(month: int, number: int) -> date:
    return date(2025, month, number)


def plan(tasks: list[Task], links=(), start: date = date(2025, 9, 15), **rest) -> Plan:
    return Plan(tuple(tasks), tuple(links), CALENDARS, STATE, start, **rest)


def when(found: Schedule, task) -> tuple[date, date]:
    return found.tasks[task].start_day, found.tasks[task].finish_day


# -- a textbook network ----------------------------------------------------------------------------------------------

#        duration, predecessors, ES, EF, LS, LF, TF, FF
TEXTBOOK = {
    "A": (3, "", 0, 3, 0, 3, 0, 0),
    "B": (4, "A", 3, 7, 3, 7, 0, 0),
    "C": (2, "A", 3, 5, 9, 11, 6, 0),
    "D": (5, "B", 7, 12, 7, 12, 0, 0),
    "E": (1, "C", 5, 6, 11, 12, 6, 6),
    "F": (2, "C", 5, 7, 14, 16, 9, 9),
    "G": (4, "DE", 12, 16, 12, 16, 0, 0),
    "H": (3, "FG", 16, 19, 16, 19, 0, 0),
}


def test_the_textbook_network():
    start = date(2025, 3, 1)
    tasks = [Task(name, duration=row[0], unit=Unit.DAY) for name, row in TEXTBOOK.items()]
    links = [Link(pred, name) for name, row in TEXTBOOK.items() for pred in row[1]]
    found = schedule(Plan(tuple(tasks), tuple(links), start=start))
    for name, row in TEXTBOOK.items():
        timing = found.tasks[name]
        first = [one.toordinal() - start.toordinal() for one in (timing.early_start_day, timing.late_start_day)]
        last = [one.toordinal() - start.toordinal() + 1 for one in (timing.early_finish_day, timing.late_finish_day)]
        assert (first[0], last[0], first[1], last[1], timing.total_float, timing.free_float) == row[2:], name
        assert timing.critical == (row[6] == 0), name
    assert found.finish_day == date(2025, 3, 19)
    assert [one.task for one in found.driving_chain("H")] == list("ABDGH")


# -- links -----------------------------------------------------------------------------------------------------------

#: P takes five working days from Mon 15 to Fri 19 September; S takes three.
LINKS = [
    (FS, 0, (SEP, 22), (SEP, 24)),
    (FS, 2, (SEP, 24), (SEP, 26)),  # waits over Mon and Tue
    (FS, -2, (SEP, 18), (SEP, 22)),  # overlaps Thu and Fri
    (SS, 0, (SEP, 15), (SEP, 17)),
    (SS, 2, (SEP, 17), (SEP, 19)),
    (SS, -1, (SEP, 15), (SEP, 17)),  # nothing begins before the plan
    (FF, 0, (SEP, 17), (SEP, 19)),
    (FF, 2, (SEP, 19), (SEP, 23)),
    (FF, -1, (SEP, 16), (SEP, 18)),
    (SF, 0, (SEP, 15), (SEP, 17)),
    (SF, 4, (SEP, 16), (SEP, 18)),  # four days from the start of P: until Thu evening
    (SF, 5, (SEP, 17), (SEP, 19)),
    (SF, -2, (SEP, 15), (SEP, 17)),
]


@pytest.mark.parametrize(("kind", "lag", "start", "finish"), LINKS)
def test_each_kind_of_link_with_lag_and_lead(kind, lag, start, finish):
    found = schedule(plan([Task("P", duration=5), Task("S", duration=3)], [Link("P", "S", kind, lag)]))
    assert when(found, "P") == (day(9, 15), day(9, 19))
    assert when(found, "S") == (day(*start), day(*finish))


#: The same P and S beside a task from Tue 16 to Tue 30 September, twelve working days (Sun 28 is worked). S is 28, 29
#: and 30 at the latest; the latest finish of P:
LATE = [
    (FS, 0, 26),  # Sat 27 is not worked
    (FS, 2, 24),  # 25 and 26 between
    (FS, -2, 29),  # beside S on 28 and 29
    (SS, 0, 30),  # P may start on the 28th, but has to end with the plan
    (SS, 4, 28),  # start by the 23rd: 23, 24, 25 and 26 between
    (FF, 0, 30),
    (FF, 2, 28),
    (FF, -1, 30),
    (SF, 0, 30),
    (SF, 7, 28),  # start by the 23rd: seven days from there end on the 30th
]


@pytest.mark.parametrize(("kind", "lag", "finish"), LATE)
def test_the_latest_finish_by_each_kind_of_link(kind, lag, finish):
    tasks = [Task("P", duration=5), Task("S", duration=3), Task("beside", duration=12)]
    found = schedule(plan(tasks, [Link("P", "S", kind, lag)], start=day(9, 16)))
    assert (found.finish_day, found.tasks["S"].late_start_day) == (day(9, 30), day(9, 28))
    assert found.tasks["P"].late_finish_day == day(9, finish)


# -- the National Day ------------------------------------------------------------------------------------------------


def test_working_days_across_the_national_day():
    tasks = [Task("piles", duration=5), Task("caps", duration=3), Task("slab", duration=1)]
    found = schedule(plan(tasks, [Link("piles", "caps"), Link("caps", "slab")], start=day(9, 25)))
    assert when(found, "piles") == (day(9, 25), day(9, 30))  # 25, 26, Sun 28, 29, 30
    assert when(found, "caps") == (day(10, 9), day(10, 11))  # Thu, Fri, Sat
    assert when(found, "slab") == (day(10, 13), day(10, 13))


@pytest.mark.parametrize(("lag", "unit", "start"), [
    (3, LagUnit.WORKDAY, (OCT, 13)),  # waits over 9, 10 and Sat 11
    (-2, LagUnit.WORKDAY, (SEP, 29)),  # runs beside 29 and 30
    (3, LagUnit.DAY, (OCT, 9)),  # 1, 2, 3 October
    (9, LagUnit.DAY, (OCT, 10)),  # until the evening of the 9th
    (40, LagUnit.PERCENT, (OCT, 11)),  # 40 % of five working days: 9 and 10
    (40, LagUnit.ELAPSED_PERCENT, (OCT, 9)),  # 1 and 2 October
])
def test_lags_across_the_national_day(lag, unit, start):
    tasks = [Task("piles", duration=5), Task("caps", duration=1)]
    found = schedule(plan(tasks, [Link("piles", "caps", FS, lag, unit)], start=day(9, 25)))
    assert found.tasks["caps"].start_day == day(*start)


@pytest.mark.parametrize(("unit", "due", "start"), [
    (Unit.WORKDAY, (OCT, 10), (SEP, 26)),  # 10, 9, 30, 29, 28, 26
    (Unit.WORKDAY, (OCT, 5), (SEP, 24)),  # 30, 29, 28, 26, 25, 24
    (Unit.WORKDAY, (OCT, 11), (SEP, 28)),  # 11, 10, 9, 30, 29, 28
    (Unit.WORKDAY, (OCT, 12), (SEP, 28)),  # a Sunday that is not worked
    (Unit.DAY, (OCT, 5), (SEP, 30)),
])
def test_working_days_are_subtracted_across_the_national_day(unit, due, start):
    found = schedule(plan([Task("one", duration=6, unit=unit)], deadline=day(*due)))
    late = replace(found.plan, tasks=(*found.plan.tasks, Task("later", duration=60)))  # so that the deadline binds
    timing = schedule(late).tasks["one"]
    assert timing.late_start_day == day(*start)
    assert found.tasks["one"].early_start_day == day(9, 15)


# -- mixed calendars -------------------------------------------------------------------------------------------------


def test_a_chain_of_working_days_hours_elapsed_time_and_calendar_days():
    tasks = [
        Task("papers", duration=2),  # Sun 28, Mon 29
        Task("shift", duration=12, unit=Unit.HOUR, calendar=SHIFT),  # 8 h on Tue 30, 4 h on Thu 9 October
        Task("curing", duration=2160, unit=Unit.ELAPSED),  # 36 hours from 12:00
        Task("check", duration=1),  # Sat 11 October is worked
        Task("transport", duration=2, unit=Unit.DAY),
    ]
    links = [Link(a.id, b.id) for a, b in itertools.pairwise(tasks)]
    found = schedule(plan(tasks, links, start=day(9, 27)))
    at = {name: (timing.start_at, timing.finish_at) for name, timing in found.tasks.items()}
    assert at["papers"] == (datetime(2025, 9, 28), datetime(2025, 9, 30))
    assert at["shift"] == (datetime(2025, 9, 30, 8), datetime(2025, 10, 9, 12))
    assert at["curing"] == (datetime(2025, 10, 9, 12), datetime(2025, 10, 11))
    assert when(found, "check") == (day(10, 11), day(10, 11))
    assert when(found, "transport") == (day(10, 12), day(10, 13))
    # Backwards nothing is lost but rest: the check may be on Sat 11 only, as Sun 12 is not worked.
    assert found.tasks["check"].late_start_day == day(10, 11)
    assert all(timing.critical for timing in found.tasks.values())


def test_hours_of_the_office_follow_make_up_days():
    found = schedule(plan([Task("one", duration=24, unit=Unit.HOUR, calendar="office")], start=day(9, 28)))
    assert found.tasks["one"].finish_at == datetime(2025, 9, 30, 17)


def test_a_night_shift_over_midnight():
    found = schedule(plan([Task("one", duration=9, unit=Unit.HOUR, calendar="night")]))  # Mon 15 September
    timing = found.tasks["one"]
    assert (timing.start_at, timing.finish_at) == (datetime(2025, 9, 15, 23), datetime(2025, 9, 17))
    assert timing.finish_day == day(9, 16)  # 24:00 of Tuesday


def test_floats_count_in_the_calendar_of_each_task():
    tasks = [Task("long", duration=12), Task("days", duration=1, unit=Unit.DAY), Task("work", duration=1),
             Task("hours", duration=4, unit=Unit.HOUR, calendar=SHIFT)]
    found = schedule(plan(tasks, start=day(9, 25)))  # 25, 26, 28, 29, 30, 9, 10, 11, 13, 14, 15, 16
    assert found.finish_day == day(10, 16)
    floats = {name: timing.total_float for name, timing in found.tasks.items()}
    # 22 days from 25 September to 16 October; twelve working days; shifts of eight hours: 25, 26, 29, 30 and 9, 10,
    # 13, 14, 15, 16 October are ten.
    assert floats == {"long": 0, "days": 21, "work": 11, "hours": 10 * 480 - 240}


def test_a_milestone_lies_where_it_is_reached():
    tasks = [Task("A", duration=5), Task("reached"), Task("B", duration=1)]
    found = schedule(plan(tasks, [Link("A", "reached"), Link("reached", "B")]))
    assert when(found, "reached") == (day(9, 19), day(9, 19))  # Friday evening, not Monday
    assert found.tasks["B"].start_day == day(9, 22)
    first = schedule(plan([Task("go"), Task("A", duration=1)], [Link("go", "A")], start=day(9, 20)))
    assert when(first, "go") == (day(9, 22), day(9, 22))  # the first working day after Sat 20


# -- constraints -----------------------------------------------------------------------------------------------------

TWO = [Task("A", duration=5), Task("B", duration=3)]  # A 15–19, B 22–24 September


def constrained(task: str, kind: ConstraintKind, on: date, **rest) -> Schedule:
    tasks = [replace(one, constraint=kind, constraint_on=on) if one.id == task else one
             for one in (*TWO, Task("C", duration=1))]
    return schedule(plan(tasks, [Link("A", "B")], **rest))


@pytest.mark.parametrize(("task", "kind", "on", "start", "finish", "late_start", "late_finish", "total"), [
    ("B", ConstraintKind.SNET, 27, 28, 30, 28, 30, 0),  # Sat 27 is not worked, Sun 28 is
    ("C", ConstraintKind.SNET, 17, 17, 17, 24, 24, 5),
    ("C", ConstraintKind.FNET, 23, 23, 23, 24, 24, 1),
    ("B", ConstraintKind.FNET, 25, 23, 25, 23, 25, 0),
    ("B", ConstraintKind.FNLT, 23, 22, 24, 19, 23, -1),
    ("B", ConstraintKind.SNLT, 18, 22, 24, 18, 22, -2),
    ("C", ConstraintKind.SNLT, 17, 15, 15, 17, 17, 2),
    ("C", ConstraintKind.MSO, 17, 17, 17, 17, 17, 0),
    ("C", ConstraintKind.MFO, 18, 18, 18, 18, 18, 0),
    ("B", ConstraintKind.MSO, 18, 22, 24, 18, 22, -2),  # links win, and the float says by how much
    ("B", ConstraintKind.MFO, 26, 24, 26, 24, 26, 0),
])
def test_constraints(task, kind, on, start, finish, late_start, late_finish, total):
    timing = constrained(task, kind, day(9, on)).tasks[task]
    assert (timing.early_start_day.day, timing.early_finish_day.day) == (start, finish)
    assert (timing.late_start_day.day, timing.late_finish_day.day) == (late_start, late_finish)
    assert (timing.total_float, timing.critical) == (total, total <= 0)


def test_a_constraint_that_cannot_be_held_makes_what_leads_to_it_negative():
    found = constrained("B", ConstraintKind.FNLT, day(9, 22))
    assert {name: timing.total_float for name, timing in found.tasks.items()} == {"A": -2, "B": -2, "C": 7}


def test_as_late_as_possible_moves_nothing_else():
    tasks = [*TWO, Task("C", duration=1, constraint=ConstraintKind.ALAP)]
    found = schedule(plan(tasks, [Link("A", "B")])).tasks["C"]
    assert (found.start_day, found.early_start_day, found.total_float) == (day(9, 24), day(9, 15), 7)
    found = schedule(plan(tasks, [Link("A", "B"), Link("C", "B")])).tasks["C"]
    assert (found.start_day, found.early_start_day, found.total_float) == (day(9, 19), day(9, 15), 4)


def test_a_deadline_that_is_missed():
    found = schedule(plan(TWO, [Link("A", "B")], deadline=day(9, 22)))
    assert (found.finish_day, found.tasks["A"].total_float, found.tasks["B"].total_float) == (day(9, 24), -2, -2)
    assert found.tasks["A"].late_start_day == day(9, 11)
    loose = schedule(plan(TWO, [Link("A", "B")], deadline=day(9, 30)))
    assert loose.tasks["B"].total_float == 0  # late dates count back from the plan's own end when that is earlier


def test_the_deadline_of_one_task():
    tasks = [replace(TWO[0], deadline=day(9, 18)), TWO[1]]
    found = schedule(plan(tasks, [Link("A", "B")]))
    assert (found.tasks["A"].total_float, found.tasks["B"].total_float) == (-1, 0)


# -- what has happened -----------------------------------------------------------------------------------------------


def test_a_task_under_way_keeps_its_start_and_what_is_left_follows_the_status_day():
    begun = replace(TWO[0], actual_start=day(9, 16), percent_complete=40)
    found = schedule(plan([begun, TWO[1]], [Link("A", "B")], status_day=day(9, 18)))
    assert when(found, "A") == (day(9, 16), day(9, 22))  # three days left: 18, 19, 22
    assert when(found, "B") == (day(9, 23), day(9, 25))


def test_without_a_status_day_what_has_begun_goes_on():
    begun = replace(TWO[0], actual_start=day(9, 16), percent_complete=40)
    assert when(schedule(plan([begun])), "A") == (day(9, 16), day(9, 22))  # five days from the 16th


def test_what_is_over_is_never_moved_and_what_waits_begins_at_the_status_day():
    over = replace(TWO[0], actual_start=day(9, 13), actual_finish=day(9, 16), percent_complete=100)
    found = schedule(plan([over, TWO[1]], [Link("A", "B")], status_day=day(9, 18)))
    assert when(found, "A") == (day(9, 13), day(9, 16))  # a Saturday, before the plan began: it happened
    assert when(found, "B") == (day(9, 18), day(9, 22))
    timing = found.tasks["A"]
    assert (timing.total_float, timing.free_float, timing.critical) == (0, 0, False)


def test_a_successor_that_began_before_its_time_keeps_its_start():
    tasks = [TWO[0], replace(TWO[1], actual_start=day(9, 16), percent_complete=0)]
    found = schedule(plan(tasks, [Link("A", "B")], status_day=day(9, 17)))
    assert when(found, "A") == (day(9, 17), day(9, 23))
    assert when(found, "B") == (day(9, 16), day(9, 19))


def test_its_finish_still_waits_for_the_finish_of_another():
    tasks = [TWO[0], replace(TWO[1], actual_start=day(9, 16), percent_complete=0)]
    found = schedule(plan(tasks, [Link("A", "B", FF, 1)], status_day=day(9, 17)))
    assert when(found, "B") == (day(9, 16), day(9, 24))


def test_remaining_work_counts_more_than_the_share_done():
    begun = replace(TWO[0], actual_start=day(9, 15), percent_complete=80, remaining=4)
    assert when(schedule(plan([begun], status_day=day(9, 17))), "A") == (day(9, 15), day(9, 22))


def test_a_late_status_day_pushes_what_has_not_begun():
    found = schedule(plan(TWO, [Link("A", "B")], status_day=day(10, 3), deadline=day(9, 30)))
    assert when(found, "A") == (day(10, 9), day(10, 14))
    assert found.tasks["A"].late_start_day == day(9, 22)  # 30, 29, 28 for B; 26, 25, 24, 23, 22 for A
    assert found.tasks["A"].total_float < 0


# -- summaries -------------------------------------------------------------------------------------------------------


def test_summaries_span_their_parts_and_pass_links_on():
    tasks = [Task("permit", duration=2), Task("site"), Task("A", duration=3, parent="site"),
             Task("inner", parent="site"), Task("B", duration=1, parent="inner"), Task("C", duration=2, parent="inner"),
             Task("open")]
    links = [Link("permit", "site", FS, 1), Link("A", "C"), Link("site", "open")]
    found = schedule(plan(tasks, links))
    # permit 15, 16; a day between; A 18, 19, 22; B 18; C 23, 24.
    assert when(found, "A") == (day(9, 18), day(9, 22))
    assert when(found, "inner") == (day(9, 18), day(9, 24))
    assert when(found, "site") == (day(9, 18), day(9, 24))
    assert when(found, "open") == (day(9, 24), day(9, 24))
    floats = {name: timing.total_float for name, timing in found.tasks.items()}
    assert floats == {"permit": 0, "site": 0, "A": 0, "inner": 0, "B": 4, "C": 0, "open": 0}
    assert found.tasks["site"].summary and not found.tasks["A"].summary


def test_a_summary_that_may_not_begin_before_a_day_holds_its_parts():
    tasks = [Task("site", constraint=ConstraintKind.SNET, constraint_on=day(9, 18)), Task("A", duration=1, parent="site")]
    assert when(schedule(plan(tasks)), "A") == (day(9, 18), day(9, 18))


def test_an_empty_plan_is_over_when_it_begins():
    found = schedule(plan([]))
    assert (found.tasks, found.finish_day) == ({}, day(9, 15))
