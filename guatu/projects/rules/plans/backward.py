"""Backward scheduling 倒排工期: from a promised day to the day by which each task must begin.

    sheet = backward_from(plan, date(2022, 11, 30))            the whole plan is promised
    sheet = backward_from(plan, date(2022, 11, 30), "lit")     one milestone is promised; only what leads to it counts

A task that should have begun before the status day and has not is in `overdue`. Other promises in the plan (deadlines
of tasks, must-finish constraints) bind as well; the plan's own deadline does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans import passes
from guatu.projects.rules.plans.axes import day_of, finish_instant, start_instant
from guatu.projects.rules.plans.graph import Compiled, compile_plan
from guatu.projects.rules.plans.network import Moment, Plan, TaskId
from guatu.projects.rules.plans.problems import BadPlan, Problem


@dataclass(frozen=True, slots=True)
class Begin:
    """One row of the sheet. `slack` counts days or minutes of the task's calendar between what is possible and what
    is needed: below zero the promise cannot be kept by this task any more."""

    id: TaskId
    begin_by: int
    finish_by: int
    early_start: int
    early_finish: int
    slack: int
    begun: bool
    done: bool
    overdue: bool
    summary: bool = False

    @property
    def begin_by_day(self) -> date:
        return day_of(self.begin_by)

    @property
    def finish_by_day(self) -> date:
        return day_of(self.finish_by)

    @property
    def early_start_day(self) -> date:
        return day_of(self.early_start)

    @property
    def early_finish_day(self) -> date:
        return day_of(self.early_finish)


@dataclass(frozen=True)
class Sheet:
    """The backward schedule. `finish` is when the promised thing can be reached at the earliest; `slack` the days (or
    minutes, by the calendar of the task that finishes last) left to the promise, below zero when it cannot be held.
    Rows stand in the plan's order."""

    promised: Moment
    target: TaskId | None
    holds: bool
    finish: int
    slack: int
    rows: tuple[Begin, ...]

    @property
    def finish_day(self) -> date:
        return day_of(self.finish)

    @property
    def overdue(self) -> tuple[TaskId, ...]:
        """Tasks (not summaries) that should already have begun."""
        return tuple(row.id for row in self.rows if row.overdue and not row.summary)

    def row(self, task: TaskId) -> Begin:
        """The row of a task; KeyError when the promise does not rest on it."""
        for row in self.rows:
            if row.id == task:
                return row
        raise KeyError(task)


def backward_from(plan: Plan, promised: Moment, target: TaskId | None = None) -> Sheet:
    """The sheet for a promised day. Raises BadPlan, and KeyError for a target which the plan does not have."""
    compiled = compile_plan(plan)
    try:
        return _sheet(compiled, promised, target)
    except BadCalendar as beyond:
        params = {"first": beyond.params["first"], "last": beyond.params["last"]}
        raise BadPlan([Problem("too_far", params)]) from beyond


def _sheet(compiled: Compiled, promised: Moment, target: TaskId | None) -> Sheet:
    plan, due = compiled.plan, finish_instant(promised)
    early = passes.forward(compiled)
    nodes = range(len(plan.tasks))
    ends: Mapping[int, int] = {}
    anchor, chosen = due, set(nodes)
    if target is not None:
        goal = compiled.place[target]
        chosen = leading_to(compiled, goal)
        anchor = max(due, *(early.finish[node] for node in nodes))
        ends = {goal: due}
    late = passes.backward(compiled, early, anchor, ends)
    rows = tuple(_row(compiled, early, late, node) for node in nodes if node in chosen)
    goals = [node for node in chosen if node not in compiled.gate] if target is None else [goal]
    last = max(goals, key=early.finish.__getitem__, default=None)
    if last is None:
        return Sheet(promised, target, True, start_instant(plan.start), 0, rows)
    axis, finish = compiled.axis[last], early.finish[last]
    holds = (finish + 1) // 2 <= (due + 1) // 2
    slack = axis.down_finish(due) - axis.down_finish(finish)
    return Sheet(promised, target, holds, finish, slack if holds else min(slack, -1), rows)


def _row(compiled: Compiled, early: passes.Early, late: passes.Late, node: int) -> Begin:
    plan, done = compiled.plan, compiled.progress[node]
    summary = node in compiled.gate
    over = done is not None and done.finish is not None
    begun = done is not None
    if summary:
        parts = [compiled.progress[part] for part in parts_of(compiled, node)]
        begun, over = any(parts), all(part is not None and part.finish is not None for part in parts)
    status = None if plan.status_day is None else start_instant(plan.status_day)
    overdue = not begun and status is not None and (late.start[node] + 1) // 2 < status // 2
    if overdue and not summary and not compiled.quantity[node]:
        overdue = late.start[node] < status  # a milestone due when the day before ends
    return Begin(
        plan.tasks[node].id, late.start[node], late.finish[node], early.start[node], early.finish[node],
        passes.total_float(compiled, early, late, node), begun, over, overdue, summary,
    )


def parts_of(compiled: Compiled, summary: int) -> list[int]:
    """The tasks under a summary, at any depth, that are not summaries themselves."""
    found, waiting = [], [summary]
    while waiting:
        for part in compiled.children[waiting.pop()]:
            (waiting if part in compiled.gate else found).append(part)
    return found


def leading_to(compiled: Compiled, goal: int) -> set[int]:
    """The tasks on which a task's dates rest, itself included, and the summaries all of whose parts are among them."""
    count, found, waiting = len(compiled.plan.tasks), set(), [goal]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        if node in compiled.gate and node < count:
            waiting.extend(compiled.children[node])
        task = compiled.summary_of_gate[node] if node >= count else node
        waiting.extend(pred for pred, *_rest in compiled.incoming[node])
        if compiled.parent[task] >= 0:
            waiting.append(compiled.gate[compiled.parent[task]])
    return {node for node in found if node < count}
