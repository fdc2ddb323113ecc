"""Why a task is where it is: the links, constraint or day that hold its early dates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from guatu.projects.rules.plans.axes import start_instant
from guatu.projects.rules.plans.graph import FF, FS, SS, Compiled
from guatu.projects.rules.plans.network import Link, TaskId


class DriverKind(StrEnum):
    """What holds a task."""

    LINK = "link"  #: a predecessor
    CONSTRAINT = "constraint"  #: its own constraint, or that of a summary above it
    PLAN_START = "plan_start"
    STATUS_DAY = "status_day"
    ACTUAL = "actual"  #: it has begun, or is over


@dataclass(frozen=True)
class Driver:
    """One reason for a task's early dates; `pred` and `link` are set for LINK alone."""

    task: TaskId
    kind: DriverKind
    pred: TaskId | None = None
    link: Link | None = None


def drivers_of(compiled: Compiled, early, node: int) -> list[Driver]:
    """Every reason that by itself holds the task at its dates. A summary is held by its part that starts first."""
    tasks = compiled.plan.tasks
    while node in compiled.gate:
        node = early.first[node]
    me, axis, done = tasks[node].id, compiled.axis[node], compiled.progress[node]
    own = compiled.limits[node]
    started = done is not None
    if started and done.finish is not None:
        return [Driver(me, DriverKind.ACTUAL)]
    length = compiled.quantity[node]

    def holds_start(bound: int) -> bool:
        if started:
            return False
        if length:
            return axis.start_of(axis.up_start(bound)) == early.start[node]
        return (axis.place(bound) + 1) // 2 == (early.start[node] + 1) // 2

    def holds_finish(bound: int) -> bool:
        if length:
            return axis.up_finish(bound) == early.position[node]
        return (axis.place(bound) + 1) // 2 == (early.start[node] + 1) // 2

    found = _links(compiled, early, node, me, holds_start, holds_finish)
    above = compiled.parent[node]
    constrained = (own.start_from is not None and holds_start(own.start_from)) or (
        own.finish_from is not None and holds_finish(own.finish_from)
    )
    while above >= 0:
        found += _links(compiled, early, compiled.gate[above], me, holds_start, holds_finish)
        limit = compiled.limits[above].start_from
        constrained = constrained or (limit is not None and holds_start(limit))
        above = compiled.parent[above]
    if constrained:
        found.append(Driver(me, DriverKind.CONSTRAINT))
    if holds_start(early.base) and not found:
        status = compiled.plan.status_day is not None and early.base != start_instant(compiled.plan.start)
        found.append(Driver(me, DriverKind.STATUS_DAY if status else DriverKind.PLAN_START))
    return found or [Driver(me, DriverKind.ACTUAL)]


def _links(compiled: Compiled, early, node: int, me: TaskId, holds_start, holds_finish) -> list[Driver]:
    found = []
    for pred, kind, lag, number in compiled.incoming[node]:
        bound = early.finish[pred] if kind in (FS, FF) else early.start[pred]
        if lag is not None:
            bound = lag.after(bound)
        if (holds_start if kind <= SS else holds_finish)(bound):
            found.append(Driver(me, DriverKind.LINK, compiled.plan.tasks[pred].id, compiled.plan.links[number]))
    return found
