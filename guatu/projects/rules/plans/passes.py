"""Critical path: early and late dates, floats, and what drives each task.

    schedule(plan) -> Schedule        raises BadPlan
    schedule.tasks[id] -> Timing      instants as `axes` has them; start_day and so on give dates
    schedule.drivers(id)              the links, constraint or day that hold the task where it is

What has happened is never moved: a task that has begun keeps its start, a finished one both days, and neither waits
for links any more as far as its start goes. Links to and from a finished task are history. What has not begun is not
scheduled before the plan's start nor before the status day.

The late dates count back from the plan's own finish, or from its deadline when that is earlier; then floats may be
negative: by so much the promise is missed. Floats count days or minutes of the task's own calendar. A summary spans
its parts; its total float is the smaller of its start's and its finish's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans.axes import (
    datetime_of,
    day_of,
    finish_instant,
    reached_by,
    start_instant,
    within_calendars,
)
from guatu.projects.rules.plans.drivers import Driver, drivers_of
from guatu.projects.rules.plans.graph import FF, FS, SS, Compiled, compile_plan
from guatu.projects.rules.plans.network import ConstraintKind, Plan, TaskId
from guatu.projects.rules.plans.problems import BadPlan, Problem


@dataclass(frozen=True, slots=True)
class Timing:
    """When a task is, could be and must be. `start` and `finish` are the early ones, but late for ALAP tasks."""

    id: TaskId
    start: int
    finish: int
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_float: int
    free_float: int
    critical: bool
    summary: bool = False

    @property
    def start_day(self) -> date:
        return day_of(self.start)

    @property
    def finish_day(self) -> date:
        return day_of(self.finish)

    @property
    def early_start_day(self) -> date:
        return day_of(self.early_start)

    @property
    def early_finish_day(self) -> date:
        return day_of(self.early_finish)

    @property
    def late_start_day(self) -> date:
        return day_of(self.late_start)

    @property
    def late_finish_day(self) -> date:
        return day_of(self.late_finish)

    @property
    def start_at(self) -> datetime:
        return datetime_of(self.start)

    @property
    def finish_at(self) -> datetime:
        return datetime_of(self.finish)


@dataclass(frozen=True)
class Schedule:
    """The dates of a whole plan. `finish` is when its last task is over; `anchor` what late dates count back from."""

    plan: Plan
    tasks: dict[TaskId, Timing]
    start: int
    finish: int
    anchor: int
    compiled: Compiled = field(repr=False)
    early: Early = field(repr=False)

    @property
    def start_day(self) -> date:
        return day_of(self.start)

    @property
    def finish_day(self) -> date:
        return day_of(self.finish)

    def drivers(self, task: TaskId) -> list[Driver]:
        """What holds the task at its early start: one or several at once; for a finished task what happened."""
        return drivers_of(self.compiled, self.early, self.compiled.place[task])

    def driving_chain(self, task: TaskId) -> list[Driver]:
        """From the first task that nothing but a day holds, along driving links, to `task`: the reason for its day."""
        chain: list[Driver] = []
        seen: set = set()
        while task not in seen:
            seen.add(task)
            found = self.drivers(task)
            chain.append(next((one for one in found if one.pred is not None), found[0]))
            if chain[-1].pred is None:
                break
            task = chain[-1].pred
        return chain[::-1]


@dataclass(frozen=True)
class Early:
    """By node: early start and finish; `position` is the finish on the task's axis. A gate has only a start."""

    start: list[int]
    finish: list[int]
    position: list[int]
    first: dict[int, int]  # summary -> its part that starts first
    base: int


@dataclass(frozen=True)
class Late:
    """By node: late start and finish; what bounds the start and finish of predecessors (None: nothing)."""

    start: list[int]
    finish: list[int]
    holds_start: list[int | None]
    holds_finish: list[int | None]


def schedule(plan: Plan) -> Schedule:
    """The dates of every task. Raises BadPlan."""
    compiled = compile_plan(plan)
    try:
        return of_compiled(compiled)
    except BadCalendar as beyond:
        params = {"first": beyond.params["first"], "last": beyond.params["last"]}
        raise BadPlan([Problem("too_far", params)]) from beyond


def of_compiled(compiled: Compiled) -> Schedule:
    """The dates of a compiled plan. Raises BadCalendar when they leave the years of calendars."""
    plan = compiled.plan
    early = forward(compiled)
    leaves = [node for node in range(len(plan.tasks)) if node not in compiled.gate]
    finish = max((early.finish[node] for node in leaves), default=start_instant(plan.start))
    anchor = finish if plan.deadline is None else min(finish, finish_instant(plan.deadline))
    late = backward(compiled, early, anchor)
    free = [_free(compiled, early, node, finish) for node in range(len(plan.tasks))]
    starts, finishes = _scheduled(compiled, early, late, finish)
    tasks = {}
    for node, task in enumerate(plan.tasks):
        summary, done = node in compiled.gate, compiled.progress[node] is not None
        total = total_float(compiled, early, late, node)
        over = done and compiled.progress[node].finish is not None
        tasks[task.id] = Timing(
            task.id, starts[node], finishes[node], early.start[node], early.finish[node], late.start[node],
            late.finish[node], total, 0 if over else free[node], not over and total <= plan.critical_float, summary,
        )
    start = min((early.start[node] for node in leaves), default=finish)
    return Schedule(plan, tasks, start, finish, anchor, compiled, early)


def plan_base(plan: Plan) -> int:
    """The instant before which nothing that has not begun is scheduled."""
    start = start_instant(plan.start)
    return start if plan.status_day is None else max(start, start_instant(plan.status_day))


def forward(compiled: Compiled, quantity: Sequence[int] | None = None) -> Early:
    """Early dates; `quantity` replaces the durations of tasks which have not begun."""
    plan, incoming, gate, parent = compiled.plan, compiled.incoming, compiled.gate, compiled.parent
    quantities = compiled.quantity if quantity is None else quantity
    count = len(plan.tasks)
    start, finish, position = [0] * len(incoming), [0] * len(incoming), [0] * len(incoming)
    first: dict[int, int] = {}
    base = plan_base(plan)
    for node in compiled.order:
        if node in gate:
            parts = compiled.children[node]
            first[node] = min(parts, key=start.__getitem__)
            start[node] = start[first[node]]
            finish[node] = max(finish[part] for part in parts)
            continue
        task = node if node < count else compiled.summary_of_gate[node]
        own = compiled.limits[task]
        begin = base
        if parent[task] >= 0:
            begin = max(begin, start[gate[parent[task]]])
        if own.start_from is not None and own.start_from > begin:
            begin = own.start_from
        end = own.finish_from or 0
        for pred, kind, lag, _number in incoming[node]:
            bound = finish[pred] if kind in (FS, FF) else start[pred]
            if lag is not None:
                bound = lag.after(bound)
            if kind <= SS:
                if bound > begin:
                    begin = bound
            elif bound > end:
                end = bound
        if node >= count:
            start[node] = begin
            continue
        axis, done = compiled.axis[node], compiled.progress[node]
        if done is not None:
            start[node] = done.start
            if done.finish is not None:
                finish[node], position[node] = done.finish, axis.down_finish(done.finish)
                continue
            at = axis.up_start(done.resume) + done.left
        elif quantities[node]:
            at = axis.up_start(begin) + quantities[node]
        else:
            at = None
        if at is None:
            start[node] = finish[node] = placed = axis.place(max(begin, end))
            position[node] = axis.up_start(placed)
            continue
        if end:
            at = max(at, axis.up_finish(end))
        position[node] = at
        if done is None:
            start[node] = axis.start_of(at - quantities[node])
        finish[node] = axis.end_of(at) if done is None or done.left else max(done.resume, end)
        if axis.minutes and (end + 1) // 2 > (finish[node] + 1) // 2:
            finish[node] = end  # over by then in working time, but bound to a later moment of rest
    within_calendars(start)
    within_calendars(finish[:count])
    return Early(start, finish, position, first, base)


def backward(compiled: Compiled, early: Early, anchor: int, ends: Mapping[int, int] | None = None) -> Late:
    """Late dates counted back from `anchor`, by which every task is to be over; `ends` has earlier ends by node."""
    ends = ends or {}
    plan, gate, parent = compiled.plan, compiled.gate, compiled.parent
    count, size = len(plan.tasks), len(compiled.incoming)
    start, finish = [0] * size, [0] * size
    holds_start: list[int | None] = [None] * size
    holds_finish: list[int | None] = [None] * size
    finish_by, start_by = [anchor] * count, [None] * count  # what summaries hand down to their parts
    for node in reversed(compiled.order):
        if node >= count:  # a gate: what is held for the summary is held for each part that has not begun
            parts = compiled.children[compiled.summary_of_gate[node]]
            held = [holds_start[gate.get(part, part)] for part in parts]
            holds_start[node] = min((one for one in held if one is not None), default=None)
            continue
        own, above = compiled.limits[node], parent[node]
        end, begin = ends.get(node, anchor), own.start_by
        if above >= 0:
            end = min(end, finish_by[above])
            if start_by[above] is not None and early.first[above] == node:
                begin = start_by[above] if begin is None else min(begin, start_by[above])
        bound = own.latest_finish
        if bound is not None and bound < end:
            end = bound
        for succ, kind, lag, _number in compiled.outgoing[node]:
            bound = holds_start[succ] if kind <= SS else holds_finish[succ]
            if bound is None:
                continue
            if lag is not None:
                bound = lag.before(bound)
                if not compiled.quantity[node] and node not in gate:
                    bound = reached_by(compiled.axis[node], bound)
            if kind in (FS, FF):
                if bound < end:
                    end = bound
            elif begin is None or bound < begin:
                begin = bound
        if node in gate:
            finish_by[node], start_by[node] = end, begin
            continue
        axis, done, length = compiled.axis[node], compiled.progress[node], compiled.quantity[node]
        if done is not None:
            start[node], finish[node] = done.start, done.finish if done.finish is not None else 0
            if done.finish is None:
                at = axis.down_finish(end)
                finish[node] = axis.end_of(at)
                holds_finish[node] = min(end, axis.start_of(at)) if axis.minutes else finish[node]
        elif length:
            at = axis.down_finish(end)
            if begin is not None:
                at = min(at, axis.down_start(begin) + length)
            start[node] = holds_start[node] = axis.start_of(at - length)
            finish[node] = axis.end_of(at)
            holds_finish[node] = min(end, axis.start_of(at)) if axis.minutes else finish[node]
        else:
            late = axis.place_back(end if begin is None else min(end, begin))
            start[node] = finish[node] = holds_start[node] = holds_finish[node] = late
    for node in compiled.order:  # each summary after its parts
        if node in gate:
            parts = compiled.children[node]
            start[node], finish[node] = min(start[part] for part in parts), max(finish[part] for part in parts)
    within_calendars(start[:count])
    within_calendars(finish[:count])
    return Late(start, finish, holds_start, holds_finish)


def total_float(compiled: Compiled, early: Early, late: Late, node: int) -> int:
    """How much later a task may be, in days or minutes of its calendar; below zero: how much too late it is."""
    axis, done = compiled.axis[node], compiled.progress[node]
    if done is not None:
        return 0 if done.finish is not None else axis.down_finish(late.finish[node]) - early.position[node]
    at_start = axis.up_start(late.start[node]) - axis.up_start(early.start[node])
    if node not in compiled.gate and not compiled.quantity[node]:
        return at_start
    return min(at_start, axis.down_finish(late.finish[node]) - axis.down_finish(early.finish[node]))


def _free(compiled: Compiled, early: Early, node: int, finish: int) -> int:
    """How much later the task can be without moving the early dates of any other, or the plan's finish."""
    axis = compiled.axis[node]
    end, begin = _room(compiled, node, early.start, early.finish, finish)
    if node not in compiled.gate and not compiled.quantity[node]:
        latest = axis.place_back(end if begin is None else min(end, begin))
        return axis.up_start(latest) - axis.up_start(early.start[node])
    free = axis.down_finish(end) - axis.down_finish(early.finish[node])
    if begin is not None:
        free = min(free, axis.down_start(begin) - axis.up_start(early.start[node]))
    return free


def _room(compiled: Compiled, node: int, start, finish, end: int) -> tuple[int, int | None]:
    """The latest finish and start (None: unbound) of a task which leave the given dates of its successors alone."""
    begin = None
    count = len(compiled.plan.tasks)
    for succ, kind, lag, _number in compiled.outgoing[node]:
        task = succ if succ < count else compiled.summary_of_gate[succ]
        done = compiled.progress[task]
        if done is not None and (kind <= SS or done.finish is not None):
            continue
        bound = start[task] if kind <= SS else finish[task]
        if lag is not None:
            bound = lag.before(bound)
            if not compiled.quantity[node] and node not in compiled.gate:
                bound = reached_by(compiled.axis[node], bound)
        if kind in (FS, FF):
            end = min(end, bound)
        else:
            begin = bound if begin is None else min(begin, bound)
    return end, begin


def _scheduled(compiled: Compiled, early: Early, late: Late, end: int) -> tuple[list[int], list[int]]:
    """Early dates, and for each task that is to be as late as possible the latest that moves no other."""
    tasks = compiled.plan.tasks
    if all(task.constraint != ConstraintKind.ALAP for task in tasks):
        return early.start, early.finish
    start, finish = list(early.start), list(early.finish)
    for node in reversed(compiled.order):
        if node >= len(tasks) or node in compiled.gate or tasks[node].constraint != ConstraintKind.ALAP:
            continue
        if compiled.progress[node] is not None:
            continue
        axis, length = compiled.axis[node], compiled.quantity[node]
        last, begin = _room(compiled, node, start, finish, min(end, late.finish[node]))
        if length:
            at = axis.down_finish(last)
            if begin is not None:
                at = min(at, axis.down_start(begin) + length)
            if at > early.position[node]:
                start[node], finish[node] = axis.start_of(at - length), axis.end_of(at)
        else:
            placed = axis.place_back(last if begin is None else min(last, begin))
            start[node] = finish[node] = max(placed, start[node])
    for node in compiled.order:
        if node in compiled.gate:
            parts = compiled.children[node]
            start[node], finish[node] = min(start[part] for part in parts), max(finish[part] for part in parts)
    return start, finish
