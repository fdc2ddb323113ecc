"""Levelling where calendars are mixed: starts and finishes as tables of instants, in CP-SAT."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from guatu.projects.rules.plans.events import Event, EventModel
from guatu.projects.rules.plans.graph import Compiled
from guatu.projects.rules.plans.passes import Early, forward, plan_base
from guatu.projects.rules.plans.solving import Status, load_solver
from guatu.projects.rules.plans.windows import Windows, windows


def solve_mixed(compiled: Compiled, found: Windows, lengths: Sequence[int], limit: float, workers: int, seed: int):
    """Status, start by task (None: no schedule) and a proved bound on the finish, both as instants."""
    begun = time.monotonic()
    nodes = [node for node in found.nodes if not _is_over(compiled, node)]
    bound = max((found.finish[node] for node in nodes), default=plan_base(compiled.plan))
    if any(_moment(found.start[node]) > _moment(found.late_start[node])
           or _moment(found.finish[node]) > _moment(found.late_finish[node]) for node in nodes):
        return Status.INFEASIBLE, None, bound
    known = pushed_apart(compiled, nodes)
    bounded = any(limit.start_by is not None or limit.finish_by is not None for limit in compiled.limits)
    if known is not None:
        end = max(known.finish[node] for node in nodes)
        if _moment(end) <= _moment(bound):
            return Status.OPTIMAL, _starts(compiled, nodes, known), bound
    load_solver()
    from ortools.sat.python import cp_model

    if known is None or bounded:
        end = _one_by_one(compiled, nodes)
    within = windows(compiled, lengths, {}, end)
    events = EventModel(compiled, within, nodes, lengths, lengths)
    events.link_all()
    model = events.model
    unit = 1 if any(compiled.axis[node].minutes for node in nodes) else 1440
    times: dict[int, object] = {}

    def time_of(event: Event):
        """The moment of an event as a variable, in days where all is in days."""
        if id(event) not in times:
            values = [-(-_moment(instant) // unit) for instant in event.instants()]
            times[id(event)] = model.new_int_var(values[0], values[-1], "")
            model.add_element(event.var, values, times[id(event)])
        return times[id(event)]

    _cumulate(compiled, events, nodes, time_of, unit)
    length = model.new_int_var(-(-_moment(bound) // unit), -(-_moment(end) // unit), "end")
    for node in events.nodes:
        model.add(length >= time_of(events.end[node]))
    model.minimize(length)
    if known is not None and not bounded:
        _hint(events, known)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, limit - (time.monotonic() - begun))
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Status.INFEASIBLE, None, bound
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if known is not None and not bounded:
            return Status.FEASIBLE, _starts(compiled, nodes, known), bound
        return Status.UNKNOWN, None, bound
    starts = {
        node: event.instants()[solver.value(event.var)]
        for node, event in events.start.items() if event is not events.end[node]
    }
    proved = max(bound, 2 * int(solver.best_objective_bound) * unit - (unit == 1440))
    return (Status.OPTIMAL if status == cp_model.OPTIMAL else Status.FEASIBLE), starts, proved


def _moment(instant: int) -> int:
    return (instant + 1) // 2


def _is_over(compiled: Compiled, node: int) -> bool:
    done = compiled.progress[node]
    return done is not None and done.finish is not None


def _needs(compiled: Compiled, node: int) -> Mapping[str, int]:
    done, length = compiled.progress[node], compiled.quantity[node]
    return compiled.plan.tasks[node].resources if (length if done is None else done.left) else {}


def _cumulate(compiled: Compiled, events: EventModel, nodes: Sequence[int], time_of, unit: int) -> None:
    model, capacity = events.model, {one.id: one.capacity for one in compiled.plan.resources}
    spans = {}
    for node in nodes:
        needs = _needs(compiled, node)
        if not any(needs.values()) or node not in events.end:
            continue
        finish, done = time_of(events.end[node]), compiled.progress[node]
        begin = time_of(events.start[node]) if done is None else _moment(done.resume) // unit
        size = model.new_int_var(0, 1 << 40, "")
        spans[node] = model.new_interval_var(begin, size, finish, f"i{node}")
    for resource, most in capacity.items():
        users = [node for node in spans if _needs(compiled, node).get(resource)]
        amounts = [_needs(compiled, node)[resource] for node in users]
        if sum(amounts) > most:
            model.add_cumulative([spans[node] for node in users], amounts, most)


def _hint(events: EventModel, known: Early) -> None:
    for node, event in events.start.items():
        for one, instant in ((event, known.start[node]), (events.end[node], known.finish[node])):
            moments = [_moment(each) for each in one.instants()]
            if _moment(instant) in moments:
                events.model.add_hint(one.var, moments.index(_moment(instant)))


def _starts(compiled: Compiled, nodes: Sequence[int], known: Early) -> dict[int, int]:
    return {node: known.start[node] for node in nodes if compiled.progress[node] is None and compiled.quantity[node]}


def pushed_apart(compiled: Compiled, nodes: Sequence[int]) -> Early | None:
    """Dates in which no resource is overdrawn: walking through time, what finds a resource taken waits until enough
    of it is free. What could be latest waits first. None when a task under way stands in its own way."""
    capacity = {one.id: one.capacity for one in compiled.plan.resources}
    users = [node for node in nodes if any(_needs(compiled, node).values())]
    rank = {node: place for place, node in enumerate(nodes)}
    here, settled = compiled, set()
    while True:
        early = forward(here)
        waiting = sorted(
            (node for node in users if node not in settled),
            key=lambda node: (compiled.progress[node] is None, early.start[node], early.finish[node], rank[node]),
        )
        if not waiting:
            return early
        node = waiting[0]
        free = _first_fit(compiled, early, node, settled, capacity)
        settled.add(node)
        if free is None or _moment(free) <= _moment(early.start[node]):
            continue
        if compiled.progress[node] is not None:
            return None
        limits = list(here.limits)
        limits[node] = replace(limits[node], start_from=max(free, limits[node].start_from or 0))
        here = replace(here, limits=limits)


def _first_fit(compiled: Compiled, early: Early, node: int, settled: set[int], capacity: Mapping[str, int]):
    """The first instant not before its early start at which a task fits between those already settled."""
    axis, length = compiled.axis[node], compiled.quantity[node]
    needs, done = _needs(compiled, node), compiled.progress[node]
    start = early.start[node] if done is None else done.resume
    while True:
        end = axis.end_of(axis.up_start(start) + length) if done is None else early.finish[node]
        clash = _clash(compiled, early, needs, settled, capacity, _moment(start), _moment(end))
        if clash is None:
            return start
        if done is not None:
            return clash
        start = axis.start_of(axis.up_start(clash))


def _clash(compiled, early, needs, settled, capacity, begin: int, end: int) -> int | None:
    """When the first of those in the way is over, or None when nothing is."""
    for resource, amount in needs.items():
        others = [
            (_moment(_held_from(compiled, early, one)), _moment(early.finish[one]), early.finish[one], one)
            for one in settled if _needs(compiled, one).get(resource)
        ]
        others = [one for one in others if one[0] < end and one[1] > begin]
        for point in sorted({begin, *(one[0] for one in others if one[0] > begin)}):
            holding = [one for one in others if one[0] <= point < one[1]]
            held = sum(_needs(compiled, one[3])[resource] for one in holding)
            if held + amount > capacity[resource]:
                return min(one[2] for one in holding) if holding else None
    return None


def _held_from(compiled: Compiled, early: Early, node: int) -> int:
    done = compiled.progress[node]
    return early.start[node] if done is None else done.resume


def _one_by_one(compiled: Compiled, nodes: Sequence[int]) -> int:
    """A finish that no left-aligned schedule exceeds: every task and every lag after the other."""
    early = forward(compiled)
    now = max(early.start[node] for node in nodes)
    for link in compiled.incoming:
        for _pred, _kind, lag, _number in link:
            if lag is not None and lag.amount > 0:
                now = lag.after(now)
    for node in nodes:
        axis, done = compiled.axis[node], compiled.progress[node]
        length = compiled.quantity[node] if done is None else done.left
        now = axis.end_of(axis.up_start(now) + length) if length else max(now, axis.place(now))
    return now
