"""The smallest rescue 赶工: the cheapest whole days to cut so that a promised day is held, or why none will do.

    found = rescue(plan, date(2022, 11, 30))             the whole plan is promised
    found = rescue(plan, date(2022, 11, 30), "lit")      one milestone is promised

Only tasks counted in working or calendar days that have a price can be cut, down to their floor and never below one
day; of a task under way, only what is left of it. Among equally cheap ways one with the fewest days cut is taken.
OR-tools CP-SAT solves it exactly over whole days, whatever calendars are mixed; when its time runs out the best found
is given with the bound. That none will do is decided without it: with every task at its floor where that helps
(`windows`), the promised day is still missed, and `chain` is the path of tasks that proves it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans.axes import day_of, finish_instant
from guatu.projects.rules.plans.backward import leading_to
from guatu.projects.rules.plans.events import EventModel
from guatu.projects.rules.plans.graph import Compiled, compile_plan
from guatu.projects.rules.plans.network import Link, Moment, Plan, TaskId
from guatu.projects.rules.plans.passes import Early, forward
from guatu.projects.rules.plans.problems import BadPlan, Problem, label
from guatu.projects.rules.plans.windows import Windows, starts_of_summaries, windows


class Outcome(StrEnum):
    HOLDS = "holds"  #: nothing need be cut
    OPTIMAL = "optimal"  #: the cuts are proved the cheapest
    FEASIBLE = "feasible"  #: the cuts hold the day, cheaper ones may exist (time ran out)
    IMPOSSIBLE = "impossible"  #: no cuts hold the day; `chain` proves it
    UNKNOWN = "unknown"  #: time ran out before any was found


@dataclass(frozen=True)
class Cut:
    """So many whole days off one task."""

    task: TaskId
    days: int
    cost: Decimal


@dataclass(frozen=True)
class Block:
    """One task of the chain that prevents the day: when it is at best, and the link by which it waits (None for the
    first: a day holds it). `shortest` is the duration it was given, in its own unit's days or minutes."""

    task: TaskId
    start: int
    finish: int
    shortest: int
    link: Link | None


@dataclass(frozen=True)
class Rescue:
    """`finish` is when the promised thing is reached with the cuts (for IMPOSSIBLE: at the very best)."""

    promised: Moment
    target: TaskId | None
    outcome: Outcome
    cost: Decimal | None
    bound: Decimal | None
    cuts: tuple[Cut, ...]
    finish: int
    chain: tuple[Block, ...] = ()

    @property
    def finish_day(self):
        return day_of(self.finish)


def rescue(plan: Plan, promised: Moment, target: TaskId | None = None, limit: float = 10.0, workers: int = 2) -> Rescue:
    """The cheapest cuts. Raises BadPlan; KeyError for an unknown target.

    A constraint that must hold (must finish by…) of a task on which the promise rests binds like the promise itself.
    """
    compiled = compile_plan(plan)
    try:
        return _rescue(compiled, promised, target, limit, workers)
    except BadCalendar as beyond:
        params = {"first": beyond.params["first"], "last": beyond.params["last"]}
        raise BadPlan([Problem("too_far", params)]) from beyond


def _rescue(compiled: Compiled, promised: Moment, target: TaskId | None, limit: float, workers: int) -> Rescue:
    plan, due = compiled.plan, finish_instant(promised)
    if target is None:
        chosen, goals = set(range(len(plan.tasks))), None
    else:
        goals = compiled.place[target]
        chosen = leading_to(compiled, goals)
    crossing = [n for n in starts_of_summaries(compiled) if compiled.place[plan.links[n].succ] in chosen]
    if crossing:
        first = plan.tasks[compiled.place[plan.links[crossing[0]].pred]]
        raise BadPlan([Problem("link_summary_start", {"task": label(first)}, (first.id,))])
    floor = [_floor(compiled, node) for node in range(len(plan.tasks))]
    ends = {node: due for node in chosen} if goals is None else {goals: due}
    found = windows(compiled, floor, ends)
    leaves = [node for node in found.nodes if node in chosen]
    missed = _missed(compiled, found, leaves)
    if missed is not None:
        chain = _chain(compiled, found, floor, missed)
        return Rescue(promised, target, Outcome.IMPOSSIBLE, None, None, (), found.finish[missed], chain)
    whole = [0 if compiled.progress[node] else length for node, length in enumerate(compiled.quantity)]
    whole = [done.left if done else whole[node] for node, done in enumerate(compiled.progress)]
    as_planned = windows(compiled, whole, ends)
    if _missed(compiled, as_planned, leaves) is None:
        reached = _reached(as_planned, leaves, compiled, goals)
        return Rescue(promised, target, Outcome.HOLDS, Decimal(0), Decimal(0), (), reached)
    return _solve(compiled, found, leaves, floor, whole, goals, promised, target, limit, workers)


def _floor(compiled: Compiled, node: int) -> int:
    """The least a task can still take, in units of its axis."""
    task, done = compiled.plan.tasks[node], compiled.progress[node]
    left = done.left if done is not None else compiled.quantity[node]
    if not left or task.compression_cost_per_day is None or not task.unit.whole_days:
        return left
    spent = 0 if done is None else max(0, task.duration - done.left)
    return min(left, max((task.floor or 0) - spent, 1))


def _missed(compiled: Compiled, found: Windows, leaves: list[int]) -> int | None:
    """A task whose window is empty: the last one in order, so that what leads to it is the reason."""
    missed = None
    for node in leaves:
        done = compiled.progress[node]
        if done is not None and done.finish is not None:
            continue
        if _moment(found.finish[node]) > _moment(found.late_finish[node]) or (
            done is None and _moment(found.start[node]) > _moment(found.late_start[node])
        ):
            missed = node
    return missed


def _moment(instant: int) -> int:
    return (instant + 1) // 2


def _reached(found: Windows | Early, leaves: list[int], compiled: Compiled, goal: int | None) -> int:
    if goal is not None and goal not in compiled.gate:
        return found.finish[goal]
    return max(found.finish[node] for node in leaves)


def _chain(compiled: Compiled, found: Windows, floor: list[int], node: int) -> tuple[Block, ...]:
    tasks, links, chain = compiled.plan.tasks, compiled.plan.links, []
    while True:
        arc = found.why[node]
        chain.append(Block(
            tasks[node].id, found.start[node], found.finish[node], floor[node],
            None if arc is None else links[arc.number],
        ))
        if arc is None:
            return tuple(reversed(chain))
        node = arc.pred


def _solve(compiled, found, leaves, floor, whole, goal, promised, target, limit, workers) -> Rescue:
    from ortools.sat.python import cp_model

    tasks = compiled.plan.tasks
    events = EventModel(compiled, found, leaves, floor, whole)
    model, cuts = events.model, {}
    for node in leaves:
        if floor[node] < whole[node]:
            cuts[node] = model.new_int_var(0, whole[node] - floor[node], f"cut{node}")
            events.cut(node, cuts[node])
    events.link_all()
    # Costs are whole fen; below that, a day counts too little to outweigh any price.
    days = sum(whole[node] - floor[node] for node in cuts) + 1
    price = {node: int(Decimal(tasks[node].compression_cost_per_day) * 100) for node in cuts}
    model.minimize(sum((price[node] * days + 1) * cut for node, cut in cuts.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Rescue(promised, target, Outcome.UNKNOWN, None, None, (), _reached(found, leaves, compiled, goal))
    taken = {node: solver.value(cut) for node, cut in cuts.items() if solver.value(cut)}
    listed = tuple(
        Cut(tasks[node].id, taken[node], Decimal(tasks[node].compression_cost_per_day) * taken[node])
        for node in sorted(taken)
    )
    reached = forward(*_shortened(compiled, taken))
    cost = sum((cut.cost for cut in listed), Decimal(0))
    best = Decimal(int(solver.best_objective_bound) // days) / 100
    outcome = Outcome.OPTIMAL if status == cp_model.OPTIMAL else Outcome.FEASIBLE
    return Rescue(
        promised, target, outcome, cost, cost if outcome == Outcome.OPTIMAL else min(best, cost), listed,
        _reached(reached, leaves, compiled, goal),
    )


def _shortened(compiled: Compiled, taken: dict[int, int]) -> tuple[Compiled, list[int]]:
    """The plan and its durations with the cuts made."""
    quantity = [length - taken.get(node, 0) for node, length in enumerate(compiled.quantity)]
    progress = [
        done if done is None or node not in taken else replace(done, left=done.left - taken[node])
        for node, done in enumerate(compiled.progress)
    ]
    return replace(compiled, progress=progress), quantity


