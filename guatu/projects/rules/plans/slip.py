"""What a slipping task moves: which milestones, by how much, and along which links.

    slip(plan, "piles", by=10)                     takes ten days (of its unit) longer than planned
    slip(plan, "piles", by=10, later=True)         begins ten days later instead
    slip(plan, "piles", finish=date(2022, 9, 30))  is finished on that day only
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans import passes
from guatu.projects.rules.plans.axes import day_of, finish_instant
from guatu.projects.rules.plans.drivers import Driver
from guatu.projects.rules.plans.graph import Compiled, compile_plan
from guatu.projects.rules.plans.network import Moment, Plan, Task, TaskId, Unit
from guatu.projects.rules.plans.problems import BadPlan, Problem


@dataclass(frozen=True)
class Moved:
    """A watched task that moves: `days` are calendar days, `units` days or minutes of its own calendar; `chain` leads
    from a task that only a day holds to this one, as it stands after the slip."""

    id: TaskId
    was: int
    now: int
    days: int
    units: int
    chain: tuple[Driver, ...]

    @property
    def was_day(self) -> date:
        return day_of(self.was)

    @property
    def now_day(self) -> date:
        return day_of(self.now)


@dataclass(frozen=True)
class Slip:
    """The whole effect. `moved` has the watched tasks whose finish changes, in the plan's order; `tasks_moved`
    counts all tasks (not summaries) that change, the slipping one included."""

    task: TaskId
    was: int
    now: int
    moved: tuple[Moved, ...]
    tasks_moved: int
    plan_was: int
    plan_now: int

    @property
    def was_day(self) -> date:
        return day_of(self.was)

    @property
    def now_day(self) -> date:
        return day_of(self.now)


def slip(
    plan: Plan,
    task: TaskId,
    by: int | None = None,
    finish: Moment | None = None,
    later: bool = False,
    watch: Iterable[TaskId] | None = None,
) -> Slip:
    """What happens to the watched tasks (by default every unfinished milestone, or task with a deadline).

    Raises BadPlan; KeyError for an unknown task; ValueError for a summary or finished task, which cannot slip.
    """
    compiled = compile_plan(plan)
    node = compiled.place[task]
    done = compiled.progress[node]
    if node in compiled.gate or (done is not None and done.finish is not None):
        raise ValueError(f"{task} is a summary or finished and cannot slip")
    try:
        before = passes.of_compiled(compiled)
        after = passes.of_compiled(_slipped(compiled, node, before, by, finish, later))
    except BadCalendar as beyond:
        params = {"first": beyond.params["first"], "last": beyond.params["last"]}
        raise BadPlan([Problem("too_far", params)]) from beyond
    watched = set(watch) if watch is not None else {one.id for one in plan.tasks if _is_promise(one)}
    moved = tuple(
        _moved(compiled, before, after, one.id)
        for one in plan.tasks
        if one.id in watched and before.tasks[one.id].finish != after.tasks[one.id].finish
    )
    count = sum(
        not timing.summary and (timing.start, timing.finish) != (after.tasks[one].start, after.tasks[one].finish)
        for one, timing in before.tasks.items()
    )
    return Slip(
        task, before.tasks[task].finish, after.tasks[task].finish, moved, count, before.finish, after.finish
    )


def _is_promise(task: Task) -> bool:
    return task.actual_finish is None and (task.milestone or task.deadline is not None or not task.duration)


def _slipped(
    compiled: Compiled, node: int, before: passes.Schedule, by: int | None, finish: Moment | None, later: bool
) -> Compiled:
    """The compiled plan after the slip."""
    task, axis, done = compiled.plan.tasks[node], compiled.axis[node], compiled.progress[node]
    early = before.early
    if finish is not None:
        extra = axis.up_finish(finish_instant(finish)) - early.position[node]
    else:
        extra = (by or 0) * (60 if task.unit == Unit.HOUR else 1)
    limits, quantity, progress = list(compiled.limits), list(compiled.quantity), list(compiled.progress)
    if done is not None:
        progress[node] = replace(done, left=max(0, done.left + extra))
    elif not quantity[node]:
        moment = finish_instant(finish) if finish is not None else axis.end_of(early.position[node] + extra)
        limits[node] = replace(limits[node], start_from=max(moment, limits[node].start_from or 0))
    elif later:
        start = axis.start_of(early.position[node] - quantity[node] + extra)
        limits[node] = replace(limits[node], start_from=max(start, limits[node].start_from or 0))
    else:
        quantity[node] = max(0 if finish is None else 1, quantity[node] + extra)
    return replace(compiled, limits=limits, quantity=quantity, progress=progress)


def _moved(compiled: Compiled, before: passes.Schedule, after: passes.Schedule, task: TaskId) -> Moved:
    axis = compiled.axis[compiled.place[task]]
    was, now = before.tasks[task].finish, after.tasks[task].finish
    days = day_of(now).toordinal() - day_of(was).toordinal()
    units = axis.down_finish(now) - axis.down_finish(was)
    return Moved(task, was, now, days, units, tuple(after.driving_chain(task)))
