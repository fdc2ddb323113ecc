"""Resource schedules of the house's own plans: working days and mixed calendars, against every order of one crew."""

import itertools
import random
from dataclasses import replace
from datetime import date

import pytest

from guatu.projects.rules.plans.axes import finish_instant
from guatu.projects.rules.plans.network import ConstraintKind, Link, LinkKind, Plan, Resource, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan
from guatu.projects.rules.plans.resources import level
from guatu.projects.rules.plans.solving import Status
from guatu.projects.tests.planned import CALENDARS, SHIFT, STATE

CREW = (Resource("crew", capacity=1),)


def plan(tasks, links=(), resources=CREW, **rest) -> Plan:
    return Plan(tuple(tasks), tuple(links), CALENDARS, STATE, date(2025, 9, 22), resources=resources, **rest)


def days(found, task) -> tuple[date, date]:
    from guatu.projects.rules.plans.axes import day_of

    return tuple(map(day_of, found.dates[task]))


def overdrawn(plan: Plan, found) -> list[int]:
    """Moments at which a resource is overdrawn, read off the dates."""
    capacity = {one.id: one.capacity for one in plan.resources}
    spans = [(*found.dates[task.id], task.resources) for task in plan.tasks if task.duration and not task.actual_finish]
    clashes = []
    for moment, *_rest in spans:
        for name, most in capacity.items():
            if sum(needs.get(name, 0) for start, finish, needs in spans if start <= moment < finish) > most:
                clashes.append(moment)
    return clashes


def test_two_works_of_one_crew_across_the_national_day():
    tasks = [Task("a", duration=5, resources={"crew": 1}), Task("b", duration=6, resources={"crew": 1})]
    found = level(plan(tasks), limit=5)
    # Eleven working days from Mon 22 September: 22–26, 28, 29, 30, 9, 10 and Sat 11 October, whoever goes first.
    assert (found.status, found.finish_day, found.gap) == (Status.OPTIMAL, date(2025, 10, 11), 0)
    assert overdrawn(plan(tasks), found) == []


def test_what_counts_calendar_days_goes_into_the_holiday():
    # The crew's survey takes eight calendar days, its piles five working days. Survey first: until Mon 29, then 30, 9,
    # 10, 11 and 13 October. Piles first: until Fri 26, the survey from Sat 27 to Sat 4 October.
    tasks = [Task("survey", duration=8, unit=Unit.DAY, resources={"crew": 1}), Task("piles", duration=5, resources={"crew": 1})]
    found = level(plan(tasks), limit=5)
    assert (found.status, found.finish_day) == (Status.OPTIMAL, date(2025, 10, 4))
    assert days(found, "piles") == (date(2025, 9, 22), date(2025, 9, 26))


def random_plan(seed: int, hours: bool = False) -> Plan:
    chance = random.Random(seed)
    units = ((Unit.WORKDAY, "", 1), (Unit.WORKDAY, "", 1), (Unit.DAY, "", 1)) + ((Unit.HOUR, SHIFT, 8),) * hours
    tasks = []
    for number in range(4):
        unit, calendar, per = chance.choice(units)
        tasks.append(Task(number, duration=per * chance.randint(1, 6), unit=unit, calendar=calendar, resources={"crew": 1}))
    tasks.append(Task("free", duration=chance.randint(1, 5)))
    links = [Link(a, b, LinkKind.FS, chance.choice((0, 0, 2))) for a, b in itertools.combinations(range(4), 2)
             if chance.random() < 0.2]
    return plan(tasks, [*links, Link(chance.randint(0, 3), "free", chance.choice(list(LinkKind)), chance.randint(0, 2))])


def every_order(plan: Plan) -> int:
    """The earliest finish over every order in which the crew can do its work."""
    best = None
    for order in itertools.permutations(range(4)):
        queue = tuple(Link(a, b) for a, b in itertools.pairwise(order))
        try:
            finish = schedule(replace(plan, links=plan.links + queue)).finish
        except BadPlan:  # against the links
            continue
        best = finish if best is None else min(best, finish)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_one_crew_on_mixed_calendars_equals_every_order_tried(seed):
    given = random_plan(seed)
    found = level(given, limit=10)
    assert found.status == Status.OPTIMAL
    assert (found.finish + 1) // 2 == (every_order(given) + 1) // 2 == (found.bound + 1) // 2
    assert overdrawn(given, found) == []
    for link in given.links:
        if link.kind == LinkKind.FS and not link.lag:
            assert found.dates[link.succ][0] + 1 >= found.dates[link.pred][1]


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_with_hours_the_answer_is_honest_though_not_always_proved(seed):
    given = random_plan(seed, hours=True)
    found, best = level(given, limit=0.7), every_order(given)
    assert (found.bound + 1) // 2 <= (best + 1) // 2 <= (found.finish + 1) // 2
    assert overdrawn(given, found) == []


def test_constraints_that_cannot_be_held_with_one_crew():
    due = {"constraint": ConstraintKind.FNLT, "constraint_on": date(2025, 9, 26)}
    tasks = [Task("a", duration=5, resources={"crew": 1}, **due), Task("b", duration=5, resources={"crew": 1}, **due)]
    found = level(plan(tasks), limit=5)
    assert (found.status, found.finish, dict(found.dates)) == (Status.INFEASIBLE, None, {})
    two = level(plan(tasks, resources=(Resource("crew", capacity=2),)), limit=5)
    assert (two.status, two.finish_day) == (Status.OPTIMAL, date(2025, 9, 26))


def test_what_has_happened_stays_and_a_task_under_way_holds_its_crew():
    tasks = [
        Task("over", duration=5, resources={"crew": 1}, actual_start=date(2025, 9, 22), actual_finish=date(2025, 9, 23)),
        Task("begun", duration=4, resources={"crew": 1}, actual_start=date(2025, 9, 22), percent_complete=50),
        Task("waits", duration=1, resources={"crew": 1}),
    ]
    found = level(plan(tasks, status_day=date(2025, 9, 24)), limit=5)
    assert days(found, "over") == (date(2025, 9, 22), date(2025, 9, 23))
    assert days(found, "begun") == (date(2025, 9, 22), date(2025, 9, 25))
    assert days(found, "waits") == (date(2025, 9, 26), date(2025, 9, 26))
    assert found.finish == finish_instant(date(2025, 9, 26))


def test_more_than_there_is_is_refused_with_the_task_named():
    with pytest.raises(BadPlan) as refused:
        level(plan([Task("a", "吊装", 5, resources={"crew": 2})]), limit=5)
    assert (refused.value.problems[0].code, refused.value.problems[0].tasks) == ("resource_short", ("a",))
