"""Rescues: the cost equals brute force, infeasible plans name a chain that by itself misses the day."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from guatu.projects.rules.plans.axes import finish_instant
from guatu.projects.rules.plans.network import Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.rescue import Outcome, rescue
from guatu.projects.tests.planned import CALENDARS, STATE

FS, SS, FF, SF = LinkKind


def finish_with(plan: Plan, cuts: dict) -> date:
    tasks = tuple(replace(task, floor=None, duration=task.duration - cuts.get(task.id, 0)) for task in plan.tasks)
    return schedule(replace(plan, tasks=tasks)).finish_day


def room(task: Task) -> int:
    if task.compression_cost_per_day is None or not task.duration:
        return 0
    return task.duration - max(1, task.floor or 0)


def brute_force(plan: Plan, promised: date) -> Decimal | None:
    """The least cost over every way to cut whole days; None when none holds the day."""
    able = [task for task in plan.tasks if room(task)]
    best = None
    for cut in itertools.product(*(range(room(task) + 1) for task in able)):
        cost = sum((Decimal(task.compression_cost_per_day) * days for task, days in zip(able, cut, strict=True)), Decimal(0))
        if best is not None and cost >= best:
            continue
        if finish_with(plan, {task.id: days for task, days in zip(able, cut, strict=True)}) <= promised:
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
            assert finish_with(plan, {cut.task: cut.days for cut in found.cuts}) == found.finish_day <= promised, seed
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
