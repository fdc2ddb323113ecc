"""Rescues: the cost equals brute force, infeasible plans name a chain that by itself misses the day."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from guatu.projects.rules.plans.axes import day_of, finish_instant
from guatu.projects.rules.plans.graph import Compiled, compile_plan
from guatu.projects.rules.plans.network import ConstraintKind, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import forward, schedule
from guatu.projects.rules.plans.rescue import Outcome, rescue
from guatu.projects.tests.planned import CALENDARS, STATE

FS, SS, FF, SF = LinkKind


def finish_with(compiled: Compiled, cuts: dict) -> date:
    """The day on which the plan is over with these days cut off, by the forward pass (tested by itself)."""
    lengths = [length - cuts.get(task.id, 0)
               for task, length in zip(compiled.plan.tasks, compiled.quantity, strict=True)]
    return day_of(max(forward(compiled, lengths).finish[:len(lengths)]))


def room(task: Task) -> int:
    if task.compression_cost_per_day is None or not task.duration:
        return 0
    return task.duration - max(1, task.floor or 0)


def brute_force(plan: Plan, promised: date) -> Decimal | None:
    """The least cost over every way to cut whole days; None when none holds the day."""
    able, compiled = [task for task in plan.tasks if room(task)], compile_plan(plan)
    best = None
    for cut in itertools.product(*(range(room(task) + 1) for task in able)):
        cost = sum((Decimal(task.compression_cost_per_day) * days for task, days in zip(able, cut, strict=True)), Decimal(0))
        if best is not None and cost >= best:
            continue
        if finish_with(compiled, {task.id: days for task, days in zip(able, cut, strict=True)}) <= promised:
            best = cost
    return best


def random_plan(seed: int) -> tuple[Plan, date]:
    """Six to eight tasks on mixed calendars with links of all types; two to four of them can be cut."""
    chance = random.Random(seed)
    count = chance.randint(5, 8)
    able = set(chance.sample(range(count), chance.randint(2, 4)))
    tasks = []
    for number in range(count):
        duration = chance.choice((0, 1, 2, 3, 4, 5, 6, 8))
        floor = chance.choice((None, max(0, duration - chance.randint(0, 3))))
        cut = number in able and duration > 0
        tasks.append(Task(
            number, duration=duration, unit=chance.choice((Unit.WORKDAY, Unit.WORKDAY, Unit.DAY)),
            floor=floor, compression_cost_per_day=chance.choice((0, 1, 3, 5, 7, Decimal("2.5"))) if cut else None,
        ))
    links = tuple(
        Link(first, second, chance.choice((FS, FS, FS, SS, FF, SF)), chance.choice((0, 0, 1, 2, -1)),
             chance.choice(("workday", "day")))
        for first in range(count) for second in range(first + 1, count) if chance.random() < 0.45
    )
    links = tuple(replace(link, lag_unit=type(Link(0, 1).lag_unit)(link.lag_unit)) for link in links)
    plan = Plan(tuple(tasks), links, CALENDARS, STATE, date(2025, 9, 22) + timedelta(chance.randint(0, 20)))
    early = schedule(plan).finish_day
    return plan, early - timedelta(chance.randint(0, 9))


@pytest.mark.parametrize("block", range(10))
def test_the_cost_equals_brute_force(block):
    outcomes = set()
    for seed in range(block * 20, block * 20 + 20):
        plan, promised = random_plan(seed)
        if promised < plan.start:
            continue
        found, best = rescue(plan, promised), brute_force(plan, promised)
        outcomes.add(found.outcome)
        if best is None:
            assert found.outcome == Outcome.IMPOSSIBLE, seed
            prove(plan, promised, found)
        else:
            assert found.outcome in (Outcome.OPTIMAL, Outcome.HOLDS), seed
            assert found.cost == found.bound == best, seed
            cuts = {cut.task: cut.days for cut in found.cuts}
            assert finish_with(compile_plan(plan), cuts) == found.finish_day <= promised, seed
    assert Outcome.OPTIMAL in outcomes


def prove(plan: Plan, promised: date, found) -> None:
    """The chain alone, each of its tasks as short as allowed, misses the day."""
    chain = [block.task for block in found.chain]
    assert len(set(chain)) == len(chain)
    for block, before in zip(found.chain[1:], found.chain, strict=False):
        assert block.link in plan.links and (block.link.pred, block.link.succ) == (before.task, block.task)
    assert found.chain[0].link is None
    alone = replace(
        plan, tasks=tuple(task for task in plan.tasks if task.id in chain),
        links=tuple(block.link for block in found.chain[1:]),
    )
    assert brute_force(alone, promised) is None
    assert found.finish > finish_instant(promised)


# -- worked out by hand ----------------------------------------------------------------------------------------------

# Piles 15–19 September, frame 22–26, Sun 28, 29, 30 (eight working days), lines 22–24, lit on the 30th.
PILES = Task("piles", "桩基", 5, floor=3, compression_cost_per_day=100)
FRAME = Task("frame", "主体", 8, floor=6, compression_cost_per_day=Decimal("300.50"))
REST = [Task("lines", "管线", 3), Task("lit", "投产", milestone=True), Task("garden", "绿化", 7)]
LINKS = (Link("piles", "frame"), Link("piles", "lines"), Link("frame", "lit"), Link("lines", "lit"))


def works(piles: Task = PILES, frame: Task = FRAME, **rest) -> Plan:
    return Plan((piles, frame, *REST), LINKS, CALENDARS, STATE, date(2025, 9, 15), **rest)


@pytest.mark.parametrize(("promised", "cost", "cuts"), [
    (30, "0", {}),
    (29, "100", {"piles": 1}),
    (28, "200", {"piles": 2}),
    (27, "500.50", {"piles": 2, "frame": 1}),  # Sat 27 is not worked: the same as Fri 26
    (26, "500.50", {"piles": 2, "frame": 1}),
    (25, "801", {"piles": 2, "frame": 2}),
])
def test_the_cheapest_days_to_cut(promised, cost, cuts):
    found = rescue(works(), date(2025, 9, promised))
    assert found.outcome == (Outcome.OPTIMAL if cuts else Outcome.HOLDS)
    assert (found.cost, {cut.task: cut.days for cut in found.cuts}) == (Decimal(cost), cuts)
    assert found.finish_day <= date(2025, 9, promised)


def test_the_chain_that_prevents_a_day():
    found = rescue(works(), date(2025, 9, 24))
    assert found.outcome == Outcome.IMPOSSIBLE
    assert [(block.task, block.shortest) for block in found.chain] == [("piles", 3), ("frame", 6), ("lit", 0)]
    assert found.finish_day == date(2025, 9, 25)
    prove(works(), date(2025, 9, 24), found)


def test_one_promise_among_others():
    plan = replace(works(), tasks=(*works().tasks, Task("hall", "展厅", 60)))
    assert rescue(plan, date(2025, 9, 28), "lit").cost == 200
    assert [block.task for block in rescue(plan, date(2025, 9, 28)).chain] == ["hall"]
    with pytest.raises(KeyError):
        rescue(plan, date(2025, 9, 28), "gone")


def test_what_has_happened_cannot_be_cut():
    over = replace(PILES, actual_start=date(2025, 9, 15), actual_finish=date(2025, 9, 19))
    found = rescue(works(over, status_day=date(2025, 9, 20)), date(2025, 9, 29), "lit")
    assert {cut.task: cut.days for cut in found.cuts} == {"frame": 1}
    # Three of five days are done by Thu 18: what is left, 18 and 19, can lose one day; the floor of three is met.
    begun = replace(PILES, actual_start=date(2025, 9, 15), percent_complete=60)
    plan = works(begun, status_day=date(2025, 9, 18))
    assert {cut.task: cut.days for cut in rescue(plan, date(2025, 9, 29), "lit").cuts} == {"piles": 1}
    assert {cut.task: cut.days for cut in rescue(plan, date(2025, 9, 28), "lit").cuts} == {"piles": 1, "frame": 1}


def test_a_must_finish_binds_like_the_promise():
    due = replace(PILES, constraint=ConstraintKind.FNLT, constraint_on=date(2025, 9, 19))
    plan = replace(works(due), tasks=(*works(due).tasks, Task("before", duration=1)), links=(*LINKS, Link("before", "piles")))
    found = rescue(plan, date(2025, 10, 31))
    assert {cut.task: cut.days for cut in found.cuts} == {"piles": 1}
