"""The plan made ready for computing: tasks as numbers in an order in which each comes after those it waits for.

Nodes 0 to n-1 are the plan's tasks in its order. A summary task has two nodes: its own, which comes after all its
parts, and a gate (n and above), which comes before them and holds back what is held back for the summary as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans.axes import (
    Axis,
    EveryDay,
    EveryMinute,
    WorkingDays,
    WorkingMinutes,
    day_of,
    finish_instant,
    start_instant,
)
from guatu.projects.rules.plans.checks import check
from guatu.projects.rules.plans.limits import Limits, limits
from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.problems import BadPlan, Problem, label
from guatu.projects.rules.plans.shifts import times_on, works_on

FS, SS, FF, SF = range(4)
_KINDS = {LinkKind.FS: FS, LinkKind.SS: SS, LinkKind.FF: FF, LinkKind.SF: SF}


class Axes:
    """The axes of one plan, each made once."""

    def __init__(self, plan: Plan):
        self._plan = plan
        self._around = start_instant(plan.start) // 2880
        self._made: dict[tuple, Axis] = {}

    def of(self, unit: str, calendar: str = "", duration: int = 1) -> Axis:
        """The axis of a unit on a calendar ("" for the plan's own); a milestone of hours may do with days."""
        name = calendar or self._plan.calendar
        if unit in ("day", "elapsed"):
            key = (unit,)
        else:
            days = unit == "workday" or (not duration and isinstance(self._plan.calendars[name], WorkCalendar))
            key = ("workday" if days else "minute", name)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, unit: str, name: str = "") -> Axis:
        if unit == "day":
            return EveryDay()
        if unit == "elapsed":
            return EveryMinute()
        if unit == "workday":
            return WorkingDays(works_on(self._plan.calendars, name), self._around)
        return WorkingMinutes(times_on(self._plan.calendars, name), self._around)


@dataclass(frozen=True)
class Lag:
    """A lag on an axis; `after(t)` is the instant it ends when it begins at t, `before(t)` the latest t' with
    `after(t')` not later than t. Both rise with t."""

    amount: int
    axis: Axis

    def after(self, instant: int) -> int:
        axis = self.axis
        if isinstance(axis, EveryDay):
            return instant + 2880 * self.amount
        if isinstance(axis, EveryMinute):
            return instant + 2 * self.amount + (instant % 2 and self.amount % 1440 != 0)
        return axis.end_of(axis.up_start(instant) + self.amount)

    def before(self, instant: int) -> int:
        axis = self.axis
        if isinstance(axis, EveryDay):
            return instant - 2880 * self.amount
        if isinstance(axis, EveryMinute):
            return instant - 2 * self.amount + (instant % 2 and self.amount % 1440 != 0)
        return axis.start_of(axis.down_finish(instant) - self.amount)


@dataclass(frozen=True)
class Progress:
    """A task that has begun: when, when it was over (None: not yet), and what is `left` from `resume` on."""

    start: int
    finish: int | None
    resume: int
    left: int


Arc = tuple[int, int, Lag | None, int]  # node at the other end, FS…SF, lag, index of the link in the plan


@dataclass
class Compiled:
    """What the passes walk over. `quantity` is a duration in units of the task's axis (days or minutes)."""

    plan: Plan
    axes: Axes
    place: dict
    order: list[int]
    axis: list[Axis]
    quantity: list[int]
    parent: list[int]  # -1 for none
    gate: dict[int, int]  # summary -> its gate
    children: dict[int, list[int]]
    incoming: list[list[Arc]]  # by node; links to a summary stand at its gate
    outgoing: list[list[Arc]]  # by node of the predecessor; the other end is a task, or the gate of a summary
    summary_of_gate: dict[int, int]
    limits: list[Limits]
    progress: list[Progress | None]  # None while a task has not begun



def compile_plan(plan: Plan) -> Compiled:
    """Raises BadPlan with everything wrong with the plan."""
    problems = check(plan)
    if problems:
        raise BadPlan(problems)
    axes = Axes(plan)
    place = {task.id: node for node, task in enumerate(plan.tasks)}
    parent = [-1 if task.parent is None else place[task.parent] for task in plan.tasks]
    children: dict[int, list[int]] = defaultdict(list)
    for node, above in enumerate(parent):
        if above >= 0:
            children[above].append(node)
    gate = {summary: len(plan.tasks) + number for number, summary in enumerate(sorted(children))}
    size = len(plan.tasks) + len(gate)
    try:
        axis = [axes.of(task.unit, task.calendar, task.duration) if node not in gate else _summary_axis(axes, plan, task)
                for node, task in enumerate(plan.tasks)]
        incoming: list[list[Arc]] = [[] for _ in range(size)]
        outgoing: list[list[Arc]] = [[] for _ in range(size)]
        for number, link in enumerate(plan.links):
            pred, succ = place[link.pred], place[link.succ]
            lag = _lag(plan, axes, link, plan.tasks[pred], plan.tasks[succ]) if link.lag else None
            target = gate.get(succ, succ)
            incoming[target].append((pred, _KINDS[link.kind], lag, number))
            outgoing[pred].append((target, _KINDS[link.kind], lag, number))
        compiled = Compiled(
            plan, axes, place, [], axis, [quantity(task) for task in plan.tasks], parent, gate, dict(children),
            incoming, outgoing, {gated: summary for summary, gated in gate.items()},
            [limits(task, not task.duration) for task in plan.tasks],
            [None if node in gate else progress(plan, task) for node, task in enumerate(plan.tasks)],
        )
        compiled.order = _order(compiled)
        problems = list(_impossible(compiled))
    except BadCalendar as beyond:
        problems = [Problem("too_far", {"first": beyond.params["first"], "last": beyond.params["last"]})]
    if problems:
        raise BadPlan(problems)
    return compiled


def progress(plan: Plan, task: Task) -> Progress | None:
    """What has happened to a task; None while it has not begun.

    Without a status day what is left follows what was done without a break. With one, it begins on that day at the
    earliest, however much or little should have been done by then.
    """
    if task.actual_start is None and task.actual_finish is None:
        return None
    finish = None if task.actual_finish is None else finish_instant(task.actual_finish)
    if finish is not None:
        return Progress(finish if task.actual_start is None else start_instant(task.actual_start), finish, finish, 0)
    start = start_instant(task.actual_start)
    whole = quantity(task)
    left = task.remaining * (60 if task.unit == Unit.HOUR else 1) if task.remaining is not None else None
    if left is None:
        left = whole - int(whole * task.percent_complete / 100)
    if plan.status_day is None:
        return Progress(start, None, start, max(whole, left))
    return Progress(start, None, max(start, start_instant(plan.status_day)), left)


def quantity(task: Task) -> int:
    """The duration in units of its axis."""
    return task.duration * 60 if task.unit == Unit.HOUR else task.duration


def _summary_axis(axes: Axes, plan: Plan, task: Task) -> Axis:
    """A summary's own floats are counted as its unit says, where that can be; else in calendar days."""
    try:
        return axes.of(task.unit, task.calendar)
    except (KeyError, ValueError):
        return axes.of("day")


def _lag(plan: Plan, axes: Axes, link: Link, pred: Task, succ: Task) -> Lag:
    amount, unit = link.lag, link.lag_unit
    if unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
        whole = quantity(pred) * amount
        share = (abs(whole) + 50) // 100 * (1 if whole > 0 else -1)  # half a unit rounds away from zero
        if unit == LagUnit.PERCENT:
            return Lag(share, axes.of(pred.unit, pred.calendar, pred.duration))
        return Lag(share, axes.of("day" if pred.unit.whole_days else "elapsed"))
    if unit == LagUnit.HOUR:
        amount *= 60
    return Lag(amount, axes.of(unit, link.calendar or succ.calendar))


def _order(compiled: Compiled) -> list[int]:
    """Nodes so that each follows what it waits for (Kahn). Raises BadPlan naming one circle of links."""
    gate, parent = compiled.gate, compiled.parent
    after: list[list[int]] = [[] for _ in compiled.incoming]
    waits = [0] * len(after)

    def arc(first: int, second: int) -> None:
        after[first].append(second)
        waits[second] += 1

    for node, arcs in enumerate(compiled.incoming):
        for pred, *_rest in arcs:
            arc(pred, node)
    for node, above in enumerate(parent):
        if above >= 0:
            arc(gate[above], gate.get(node, node))
            arc(node, above)
    ready = [node for node, count in enumerate(waits) if not count]
    for node in ready:  # grows while it is walked
        for other in after[node]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    if len(ready) < len(after):
        raise BadPlan([_circle(compiled, after, waits)])
    return ready


def _circle(compiled: Compiled, after: list[list[int]], waits: list[int]) -> Problem:
    """One circle among the nodes that never became free."""
    before = {}
    for node, others in enumerate(after):
        if waits[node]:
            for other in others:
                if waits[other]:
                    before.setdefault(other, node)
    node = next(iter(before))
    seen: dict[int, int] = {}
    path: list[int] = []
    while node not in seen:
        seen[node] = len(path)
        path.append(node)
        node = before[node]
    circle = path[seen[node]:][::-1]
    tasks: list[Task] = []
    for member in circle:
        task = compiled.plan.tasks[compiled.summary_of_gate.get(member, member)]
        if not tasks or tasks[-1] is not task:
            tasks.append(task)
    if len(tasks) > 1 and tasks[0] is tasks[-1]:
        tasks.pop()
    first = min(range(len(tasks)), key=lambda index: compiled.place[tasks[index].id])
    tasks = tasks[first:] + tasks[:first]
    chain = " → ".join(label(task) for task in [*tasks, tasks[0]])
    return Problem("cycle", {"chain": chain}, tuple(task.id for task in tasks))


def _impossible(compiled: Compiled):
    """Constraints that a task could not keep even if it waited for nothing."""
    plan = compiled.plan
    start = start_instant(plan.start)
    for node, task in enumerate(plan.tasks):
        if node in compiled.gate or task.actual_start or task.actual_finish:
            continue
        axis, own, length = compiled.axis[node], compiled.limits[node], compiled.quantity[node]
        if task.constraint in (ConstraintKind.MSO, ConstraintKind.MFO) and not axis.minutes:
            instant = start_instant(task.constraint_on)
            if axis.place(instant) != instant:
                yield Problem("constraint_idle", {"task": label(task), "day": task.constraint_on}, (task.id,))
                continue
        start_from, finish_by = [start, own.start_from], [own.finish_by]
        above = compiled.parent[node]
        while above >= 0:
            start_from.append(compiled.limits[above].start_from)
            finish_by.append(compiled.limits[above].finish_by)
            above = compiled.parent[above]
        if own.start_by is None and all(bound is None for bound in finish_by):
            continue
        earliest_start, latest_finish = max(filter(None, start_from)), min(filter(None, finish_by), default=None)
        if length:
            early = axis.up_start(earliest_start) + length
            if own.finish_from is not None:
                early = max(early, axis.up_finish(own.finish_from))
            late = [axis.down_finish(latest_finish)] if latest_finish is not None else []
            if own.start_by is not None:
                late.append(axis.down_start(own.start_by) + length)
            if early > min(late):
                yield _impossibility(task, axis.end_of(min(late)), axis.end_of(early))
        else:
            early = axis.place(max(earliest_start, own.finish_from or 0))
            late = axis.place_back(min(filter(None, (latest_finish, own.start_by))))
            if (early + 1) // 2 > (late + 1) // 2:
                yield _impossibility(task, late, early)


def _impossibility(task: Task, latest: int, earliest: int) -> Problem:
    days = {"latest": day_of(latest).isoformat(), "earliest": day_of(earliest).isoformat()}
    return Problem("constraint_impossible", {"task": label(task)} | days, (task.id,))
