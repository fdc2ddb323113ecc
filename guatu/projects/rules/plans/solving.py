"""The resource-constrained problem solved exactly, as far as time allows, by OR-tools CP-SAT.

A schedule by rules and simple bounds come first and often meet; what they leave open CP-SAT closes, started from that
schedule. One worker without linear relaxation proves these problems soonest (measured on PSPLIB j30 and j60, on two
cores) and is repeatable: the same file, seed and time enough give the same schedule.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from guatu.projects.rules.plans.rcpsp import Rcpsp, good_schedule, makespan, simple_bound

#: Schedules by rules are not tried where a table of the time would be longer than this.
_LONGEST_TABLE = 200_000
_ROUNDS = 60


class Status(StrEnum):
    OPTIMAL = "OPTIMAL"  #: no shorter schedule exists
    FEASIBLE = "FEASIBLE"  #: a schedule, but a shorter one may exist (time ran out)
    INFEASIBLE = "INFEASIBLE"  #: proved: no schedule keeps the constraints that must hold
    UNKNOWN = "UNKNOWN"  #: time ran out before a schedule was found


@dataclass(frozen=True)
class Solved:
    """`starts` by job, None without a schedule; `bound` is proved: no schedule is shorter."""

    status: Status
    starts: tuple[int, ...] | None
    length: int | None
    bound: int


@cache
def load_solver() -> float:
    """Imports OR-tools and tells how many seconds that took; done once, and only for what rules leave open."""
    begun = time.monotonic()
    import ortools.sat.python.cp_model  # noqa: F401

    return time.monotonic() - begun


def solve_rcpsp(problem: Rcpsp, limit: float, workers: int = 1, seed: int = 1) -> Solved:
    """The shortest schedule that can be found in `limit` seconds, the loading of the solver included."""
    begun = time.monotonic()

    def solved(status: Status, starts: Sequence[int] | None, bound: int) -> Solved:
        length = None if starts is None else makespan(problem, starts)
        return Solved(status, None if starts is None else tuple(starts), length, bound)

    late = [last is not None and head > last for head, last in zip(problem.heads, problem.latest, strict=True)]
    too_much = [
        amount > problem.capacity[k] for job in range(len(problem.duration)) for k, amount in problem.uses[job]
    ]
    bound = simple_bound(problem, begun + limit / 10)
    if any(late) or any(too_much):
        return solved(Status.INFEASIBLE, None, bound)
    span = problem.horizon
    known = good_schedule(problem, bound, _ROUNDS, seed, begun + limit / 4) if span <= _LONGEST_TABLE else None
    if known is not None and makespan(problem, known) <= bound:
        return solved(Status.OPTIMAL, known, bound)
    load_solver()
    status, starts, proved = _search(problem, bound, known, span, begun + limit, workers, seed)
    if starts is None and known is not None:
        status, starts = Status.FEASIBLE, known
    bound = max(bound, proved)
    if starts is not None and makespan(problem, starts) <= bound:
        status, bound = Status.OPTIMAL, makespan(problem, starts)
    return solved(status, starts, bound)


def _search(problem: Rcpsp, bound: int, known: Sequence[int] | None, span: int, until: float, workers: int, seed: int):
    """Status, starts (None: none found) and a bound from CP-SAT, which stops at `until` (`time.monotonic`)."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    heads, tails, jobs = problem.heads, problem.tails, range(len(problem.duration))
    top = span if known is None else makespan(problem, known)
    starts = [model.new_int_var(heads[job], _last_start(problem, job, top), f"s{job}") for job in jobs]
    length = model.new_int_var(bound, top, "length")
    for first, second, gap in problem.arcs:
        model.add(starts[second] >= starts[first] + gap)
    for job in jobs:
        if tails[job] == problem.duration[job]:
            model.add(length >= starts[job] + problem.duration[job])
    intervals = {
        job: model.new_fixed_size_interval_var(starts[job], problem.duration[job], f"i{job}")
        for job in jobs if problem.uses[job]
    }
    for k, capacity in enumerate(problem.capacity):
        users = [job for job in intervals if problem.demand[job][k]]
        if sum(problem.demand[job][k] for job in users) > capacity:
            model.add_cumulative([intervals[job] for job in users], [problem.demand[job][k] for job in users], capacity)
    model.minimize(length)
    if known is not None:
        for job in jobs:
            model.add_hint(starts[job], known[job])
        model.add_hint(length, top)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, until - time.monotonic())
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 0
    found = solver.solve(model)
    if found == cp_model.INFEASIBLE:
        return Status.INFEASIBLE, None, bound
    proved = int(solver.best_objective_bound) if found != cp_model.UNKNOWN else bound
    if found not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Status.UNKNOWN, None, proved
    status = Status.OPTIMAL if found == cp_model.OPTIMAL else Status.FEASIBLE
    return status, [solver.value(start) for start in starts], proved


def _last_start(problem: Rcpsp, job: int, top: int) -> int:
    last = top - problem.tails[job]
    latest = problem.latest[job]
    return last if latest is None else min(last, latest)
