"""Both passes against dates found by trial (`brute_plans`): every kind of link, lags, leads, mixed calendars."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan
from guatu.projects.tests.brute_plans import ORIGIN, Brute, clock, instant
from guatu.projects.tests.planned import CALENDARS, NOTICE_2025, SHIFT, STATE

START = date(2025, 9, 15)
NIGHT = {0: (23,), **dict.fromkeys((1, 2, 3, 4), (0, 1, 2, 4, 5, 6, 7, 23)), 5: (0, 1, 2, 4, 5, 6, 7), 6: ()}


def works(day: date) -> bool:
    """The notice of 2025 read straight: make-up days, then holidays, then the week."""
    return day in NOTICE_2025.workdays or (day not in NOTICE_2025.holidays and day.weekday() < 5)


def shift_hours(day: date) -> tuple[int, ...]:
    off = day.weekday() > 4 or date(2025, 10, 1) <= day <= date(2025, 10, 8)
    return () if off else (8, 9, 10, 11, 13, 14, 15, 16)


def night_hours(day: date) -> tuple[int, ...]:
    return NIGHT[day.weekday()]


HOURS = {SHIFT: shift_hours, "night": night_hours}
UNITS = [(Unit.WORKDAY, ""), (Unit.DAY, ""), (Unit.HOUR, SHIFT), (Unit.HOUR, "night"), (Unit.ELAPSED, "")]
days = st.integers(0, 30).map(lambda number: START + timedelta(number))


@st.composite
def tasks(draw, number: int, progress: bool):
    unit, calendar = draw(st.sampled_from(UNITS))
    duration = draw(st.integers(0, 6)) * {Unit.HOUR: 3, Unit.ELAPSED: 300}.get(unit, 1)
    kind, on, deadline = ConstraintKind.ASAP, None, None
    if draw(st.integers(0, 3)) == 0:
        kind = draw(st.sampled_from(
            [ConstraintKind.SNET, ConstraintKind.FNET, ConstraintKind.SNLT, ConstraintKind.FNLT, ConstraintKind.MSO]
        ))
        on = draw(days)
    if draw(st.integers(0, 5)) == 0:
        deadline = draw(days)
    started = finished = None
    if progress and draw(st.integers(0, 4)) == 0:
        started = draw(days)
        finished = started + timedelta(draw(st.integers(0, 9)))
    return Task(number, duration=duration, unit=unit, calendar=calendar, constraint=kind, constraint_on=on,
                deadline=deadline, actual_start=started, actual_finish=finished)


@st.composite
def links(draw, first: int, second: int):
    unit = draw(st.sampled_from([LagUnit.WORKDAY, LagUnit.DAY, LagUnit.HOUR, LagUnit.ELAPSED]))
    lag = draw(st.sampled_from((0, 0, 1, 2, 4, -1, -3))) * (240 if unit == LagUnit.ELAPSED else 1)
    calendar = draw(st.sampled_from((SHIFT, "night"))) if unit == LagUnit.HOUR else STATE
    return Link(first, second, draw(st.sampled_from(list(LinkKind))), lag, unit, calendar)


@st.composite
def plans(draw, most: int = 6, progress: bool = False):
    count = draw(st.integers(1, most))
    # Numbers are dealt out so that the order of tasks in the plan says nothing about the order of work.
    numbers = draw(st.permutations(range(count)))
    found = [draw(tasks(numbers[place], progress)) for place in range(count)]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=2 * count)) if pairs else []
    joined = tuple(draw(links(numbers[a], numbers[b])) for a, b in chosen)
    deadline = draw(st.one_of(st.none(), days))
    ordered = tuple(sorted(found, key=lambda task: task.id))
    return Plan(ordered, joined, CALENDARS, STATE, START + timedelta(draw(st.integers(0, 13))), deadline=deadline)


def minute(at: int) -> int:
    """Minutes since the origin of the trial; 24:00 and 00:00 are one moment."""
    return (at + 1) // 2 - ORIGIN.toordinal() * 1440


def scheduled(plan: Plan):
    try:
        return schedule(plan)
    except BadPlan as refused:
        assume({problem.code for problem in refused.problems} - {"constraint_impossible", "constraint_idle"})
        raise


def compare_dates(plan: Plan) -> None:
    found, brute = scheduled(plan), Brute(plan, works, HOURS)
    early = brute.early()
    end = max(at.finish for at in early.values())
    anchor = end if plan.deadline is None else min(end, instant(plan.deadline, end=True))
    late = brute.late(anchor)
    assert minute(found.finish) == clock(end)
    for task in plan.tasks:
        timing = found.tasks[task.id]
        mine = (timing.early_start, timing.early_finish, timing.late_start, timing.late_finish)
        trial = (*early[task.id].clocks, *late[task.id].clocks)
        assert tuple(map(minute, mine)) == trial, task
        assert timing.total_float == brute.total_float(task, early[task.id], late[task.id]), task
        assert timing.critical == (timing.total_float <= 0 and task.actual_finish is None)


def compare_free_floats(plan: Plan) -> None:
    found, brute = scheduled(plan), Brute(plan, works, HOURS)
    early = brute.early()
    for task in plan.tasks:
        assert found.tasks[task.id].free_float == brute.free_float(task, early), task


@settings(max_examples=120, deadline=None)
@given(plans(progress=True))
def test_early_and_late_dates_equal_those_found_by_trial(plan):
    compare_dates(plan)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(most=8, progress=True))
def test_many_more_dates_equal_those_found_by_trial(plan):
    compare_dates(plan)


@settings(max_examples=50, deadline=None)
@given(plans(most=4))
def test_free_floats_equal_those_found_by_trial(plan):
    compare_free_floats(plan)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(most=5))
def test_many_more_free_floats_equal_those_found_by_trial(plan):
    compare_free_floats(plan)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_a_chain_of_drivers_leads_from_a_day_to_the_task(plan):
    found = scheduled(plan)
    for task in plan.tasks:
        chain = found.driving_chain(task.id)
        assert chain[-1].task == task.id and chain[0].pred is None
        for before, after in itertools.pairwise(chain):
            assert after.pred == before.task and after.link in plan.links
