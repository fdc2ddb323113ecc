"""Schedules in which resources are never overdrawn, as short as can be found and proved in the time given.

    found = level(plan, limit=10)      Levelled: dates of every task, status, proved bound, gap

Where all work counts on one axis (one calendar, one kind of unit) the plan is the classical problem in whole numbers
(`solving`). Where calendars are mixed, starts and finishes are tables of instants (`events`) and CP-SAT works on
those; a first schedule comes from pushing conflicts apart in time. A task holds its resources from its start to its
finish without a break, over days of rest too where calendars differ.

Constraints that must hold (no later than, must) bind here; what they make impossible is INFEASIBLE. Deadlines and the
plan's deadline do not bind. What is over holds nothing; a task under way holds its resources until it is done.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import gcd

from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans.axes import Axis, EveryDay, EveryMinute, day_of
from guatu.projects.rules.plans.graph import FF, FS, SF, SS, Compiled, compile_plan
from guatu.projects.rules.plans.mixing import solve_mixed
from guatu.projects.rules.plans.network import Plan, TaskId
from guatu.projects.rules.plans.passes import Early, forward, plan_base
from guatu.projects.rules.plans.problems import BadPlan, Problem, label
from guatu.projects.rules.plans.rcpsp import Rcpsp
from guatu.projects.rules.plans.solving import Status, load_solver, solve_rcpsp
from guatu.projects.rules.plans.windows import ROOF, Windows, starts_of_summaries, windows


@dataclass(frozen=True)
class Levelled:
    """`dates` has start and finish (instants) of every task, summaries included; empty without a schedule. `finish`
    and `bound` are instants: when the plan is over, and before which no schedule can be over."""

    plan: Plan
    status: Status
    dates: Mapping[TaskId, tuple[int, int]]
    finish: int | None
    bound: int
    seconds: float

    @property
    def finish_day(self) -> date | None:
        return None if self.finish is None else day_of(self.finish)

    @property
    def gap(self) -> float | None:
        """By what share of its length (from the plan's start) the schedule might still be too long; 0 when optimal."""
        if self.finish is None:
            return None
        start = plan_base(self.plan)
        return max(0, self.finish - self.bound) / max(1, self.finish - start)


def level(plan: Plan, limit: float = 10.0, workers: int = 1, seed: int = 1) -> Levelled:
    """Raises BadPlan. Loading the solver, which takes about a second once in a process, counts towards the limit but
    not in `seconds`."""
    begun, loaded = time.monotonic(), load_solver.cache_info().currsize
    compiled = compile_plan(plan)
    crossing = starts_of_summaries(compiled)
    if crossing:
        summary = plan.tasks[compiled.place[plan.links[crossing[0]].pred]]
        raise BadPlan([Problem("link_summary_start", {"task": label(summary)}, (summary.id,))])
    try:
        found = windows(compiled, [_left(compiled, node) for node in range(len(plan.tasks))], {})
        axis = _one_axis(compiled, found)
        solve = _on_mixed_axes if axis is None else _on_one_axis
        status, starts, bound = solve(compiled, found, axis, limit, workers, seed)
        early = None if starts is None else _with_starts(compiled, starts)
    except BadCalendar as beyond:
        params = {"first": beyond.params["first"], "last": beyond.params["last"]}
        raise BadPlan([Problem("too_far", params)]) from beyond
    seconds = time.monotonic() - begun
    if load_solver.cache_info().currsize > loaded:
        seconds -= load_solver()
    if early is None:
        return Levelled(plan, status, {}, None, bound, seconds)
    dates = {task.id: (early.start[node], early.finish[node]) for node, task in enumerate(plan.tasks)}
    leaves = [node for node in range(len(plan.tasks)) if node not in compiled.gate]
    finish = max((early.finish[node] for node in leaves), default=plan_base(plan))
    return Levelled(plan, status, dates, finish, finish if status == Status.OPTIMAL else bound, seconds)


def _left(compiled: Compiled, node: int) -> int:
    done = compiled.progress[node]
    return compiled.quantity[node] if done is None else done.left


def _is_over(compiled: Compiled, node: int) -> bool:
    done = compiled.progress[node]
    return done is not None and done.finish is not None


def _with_starts(compiled: Compiled, starts: Mapping[int, int]) -> Early:
    """Dates when each task starts no earlier than it is told; milestones and summaries follow."""
    limits = list(compiled.limits)
    for node, start in starts.items():
        limits[node] = replace(limits[node], start_from=max(start, limits[node].start_from or 0))
    return forward(replace(compiled, limits=limits))


# -- one axis --------------------------------------------------------------------------------------------------------


def _one_axis(compiled: Compiled, found: Windows) -> Axis | None:
    """The axis on which everything still to do counts, or None when there are several."""
    axes: list[Axis] = []
    for node in found.nodes:
        if _is_over(compiled, node):
            continue
        if not any(one is compiled.axis[node] for one in axes):
            axes.append(compiled.axis[node])
        for arc in found.arcs[node]:
            if arc.lag is not None and not any(one is arc.lag.axis for one in axes):
                axes.append(arc.lag.axis)
            even = isinstance(axes[0], EveryDay | EveryMinute)
            if compiled.progress[node] is not None or (arc.kind == SF and not even):
                return None  # a finish that stretches, or waits for the beginning of a day after days of rest
    return axes[0] if len(axes) == 1 else None


def _on_one_axis(compiled: Compiled, found: Windows, axis: Axis, limit: float, workers: int, seed: int):
    nodes = [node for node in found.nodes if not _is_over(compiled, node)]
    job = {node: number for number, node in enumerate(nodes)}
    lengths = [_left(compiled, node) for node in nodes]
    first, release, latest = axis.up_start(plan_base(compiled.plan)), [], []
    for node in nodes:
        done, begin = compiled.progress[node], found.late_start[node]
        at = axis.up_start(found.start[node] if done is None else done.resume)
        release.append(at - first)
        if done is not None:
            latest.append(at - first)
        elif begin == ROOF:
            latest.append(None)
        else:
            latest.append((axis.down_start(begin) if compiled.quantity[node] else axis.up_start(begin)) - first)
    arcs = [
        (job[arc.pred], job[node], _gap(arc.kind, lengths[job[arc.pred]], lengths[job[node]], arc.lag))
        for node in nodes for arc in found.arcs[node] if arc.pred in job
    ]
    grid = gcd(*lengths, *release, *(gap for _a, _b, gap in arcs)) or 1
    capacity = [resource.capacity for resource in compiled.plan.resources]
    names = [resource.id for resource in compiled.plan.resources]
    problem = Rcpsp(
        tuple(length // grid for length in lengths), tuple((a, b, gap // grid) for a, b, gap in arcs),
        tuple(tuple(compiled.plan.tasks[node].resources.get(name, 0) for name in names) for node in nodes),
        tuple(capacity), tuple(one // grid for one in release),
        tuple(None if one is None else one // grid for one in latest),
    )
    solved = solve_rcpsp(problem, limit, workers, seed)
    bound = axis.end_of(first + solved.bound * grid) if solved.bound else plan_base(compiled.plan)
    if solved.starts is None:
        return solved.status, None, bound
    starts = {
        node: axis.start_of(first + start * grid)
        for node, start in zip(nodes, solved.starts, strict=True)
        if compiled.progress[node] is None and compiled.quantity[node]
    }
    return solved.status, starts, bound


def _gap(kind: int, pred: int, succ: int, lag) -> int:
    """The least distance between the starts, by the kind of the link and the durations."""
    amount = 0 if lag is None else lag.amount
    return {FS: pred, SS: 0, FF: pred - succ, SF: -succ}[kind] + amount


# -- several axes ----------------------------------------------------------------------------------------------------


def _on_mixed_axes(compiled: Compiled, found: Windows, _axis: None, limit: float, workers: int, seed: int):
    lengths: Sequence[int] = [_left(compiled, node) for node in range(len(compiled.plan.tasks))]
    return solve_mixed(compiled, found, lengths, limit, workers, seed)
