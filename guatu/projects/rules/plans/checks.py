"""Whether a plan can be computed at all: every contradiction in it, with the tasks named.

`check` finds what each task, link and calendar says by itself; circles of links are found where the order of
computing is made (`graph`), and both come together in `graph.compile_plan`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from guatu.projects.rules.plans.axes import FIRST_DAY, LAST_DAY, finish_instant, start_instant
from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.problems import Problem, label, shown
from guatu.projects.rules.plans.shifts import ShiftCalendar, times_on, works_on

_UNDATED = (ConstraintKind.ASAP, ConstraintKind.ALAP)
_FOR_SUMMARIES = (*_UNDATED, ConstraintKind.SNET, ConstraintKind.FNLT)
_CALENDARLESS = {Unit.DAY, Unit.ELAPSED, LagUnit.DAY, LagUnit.ELAPSED, LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT}


def check(plan: Plan) -> list[Problem]:
    """Everything wrong with the plan but circles of links; an empty list when it can be computed."""
    counts = Counter(task.id for task in plan.tasks)
    problems = [
        Problem("task_twice", {"task": shown(one), "count": count}, (one,)) for one, count in counts.items() if count > 1
    ]
    tasks = {task.id: task for task in plan.tasks}
    summaries = {task.parent for task in plan.tasks if task.parent is not None}
    for name, calendar in plan.calendars.items():
        problems.extend(_times_in_order(name, calendar))
    problems.extend(_parents(plan, tasks))
    in_circle = bool(problems)
    capacities = {resource.id: resource.capacity for resource in plan.resources}
    known = _Known(plan, not any(problem.code == "calendar_times" for problem in problems))
    for task in plan.tasks:
        problems.extend(_task(plan, known, task, task.id in summaries, capacities))
    for link in plan.links:
        problems.extend(_link(known, link, tasks, summaries, in_circle))
    return problems


# -- tasks -----------------------------------------------------------------------------------------------------------


def _parents(plan: Plan, tasks: dict) -> Iterator[Problem]:
    settled: set = set()
    for task in plan.tasks:
        if task.parent is not None and task.parent not in tasks:
            yield Problem("parent_unknown", {"task": label(task), "parent": shown(task.parent)}, (task.id, task.parent))
        path: list = []
        here = task.id
        while here in tasks and here not in settled and here not in path:
            path.append(here)
            here = tasks[here].parent
        if here in path:
            chain = path[path.index(here):]
            yield Problem("parent_circle", {"chain": " → ".join(label(tasks[one]) for one in chain)}, tuple(chain))
        settled.update(path)


def _task(plan: Plan, known: _Known, task: Task, summary: bool, capacities: dict[str, int]) -> Iterator[Problem]:
    def problem(code: str, **params) -> Problem:
        return Problem(code, {"task": label(task)} | {key: shown(value) for key, value in params.items()}, (task.id,))

    fault = known.fault(task.calendar, None if summary else task.unit, task.duration)
    if fault:
        yield problem(fault[0], **fault[1])
    if not isinstance(task.duration, int):
        yield problem("duration_fraction", duration=task.duration)
    elif task.duration < 0:
        yield problem("duration_negative", duration=task.duration)
    if not 0 <= task.percent_complete <= 100:
        yield problem("percent_range", percent=task.percent_complete)
    if task.remaining is not None and task.remaining < 0:
        yield problem("remaining_range", remaining=task.remaining)
    if task.floor is not None and task.floor < 0:
        yield problem("floor_negative", floor=task.floor)
    elif task.floor is not None and task.floor > task.duration and not summary:
        yield problem("floor_above", floor=task.floor, duration=task.duration)
    cost = task.compression_cost_per_day
    if cost is not None and cost < 0:
        yield problem("cost_negative", cost=cost)
    elif cost is not None and Decimal(cost) * 100 % 1:
        yield problem("cost_fraction", cost=cost)
    if task.constraint not in _UNDATED and task.constraint_on is None:
        yield problem("constraint_undated", kind=task.constraint)
    if summary and task.constraint not in _FOR_SUMMARIES:
        yield problem("constraint_summary", kind=task.constraint)
    if not summary:
        yield from _actuals(plan, task, problem)
    for name, amount in task.resources.items():
        if name not in capacities:
            yield problem("resource_unknown", resource=name)
        elif amount < 0:
            yield problem("resource_negative", resource=name, amount=amount)
        elif amount > capacities[name] and task.duration and not summary and task.actual_finish is None:
            yield problem("resource_short", resource=name, amount=amount, capacity=capacities[name])


def _actuals(plan: Plan, task: Task, problem) -> Iterator[Problem]:
    start, finish = task.actual_start, task.actual_finish
    if finish is not None and start is None and task.duration:
        yield problem("actual_unstarted")
    if start is not None and finish is not None and finish_instant(finish) < start_instant(start):
        yield problem("actual_order", start=start, finish=finish)
    if plan.status_day is not None:
        for moment in (start, finish):
            if moment is not None and start_instant(moment) > finish_instant(plan.status_day):
                yield problem("actual_future", day=moment, status=plan.status_day)
                break
    if finish is None and task.percent_complete == 100:
        yield problem("actual_undone")
    elif start is None and finish is None and task.percent_complete > 0:
        yield problem("actual_unbegun", percent=task.percent_complete)


# -- links -----------------------------------------------------------------------------------------------------------


def _link(known: _Known, link: Link, tasks: dict, summaries: set, in_circle: bool) -> Iterator[Problem]:
    ends = (link.pred, link.succ)
    missing = [end for end in ends if end not in tasks]
    if missing:
        params = {"pred": shown(link.pred), "succ": shown(link.succ), "missing": shown(missing[0])}
        yield Problem("link_unknown", params, ends)
        return
    pred, succ = tasks[link.pred], tasks[link.succ]
    if link.pred == link.succ:
        yield Problem("link_self", {"task": label(pred)}, (link.pred,))
    elif not in_circle and (_is_under(tasks, pred, succ.id) or _is_under(tasks, succ, pred.id)):
        yield Problem("link_own_summary", {"pred": label(pred), "succ": label(succ)}, ends)
    elif link.succ in summaries and link.kind in (LinkKind.FF, LinkKind.SF):
        yield Problem("link_summary_finish", {"kind": link.kind.value, "task": label(succ)}, (link.succ,))
    if not isinstance(link.lag, int):
        named = {"pred": label(pred), "succ": label(succ), "lag": shown(link.lag)}
        yield Problem("lag_fraction", named, ends)
    fault = known.fault(link.calendar or succ.calendar, link.lag_unit, link.lag) if link.lag else None
    if fault:
        yield Problem(fault[0], {"task": f"{label(pred)} → {label(succ)}"} | fault[1], ends)


def _is_under(tasks: dict, task: Task, above) -> bool:
    while task.parent is not None and task.parent in tasks:
        if task.parent == above:
            return True
        task = tasks[task.parent]
    return False


# -- calendars -------------------------------------------------------------------------------------------------------


class _Known:
    """What is wrong with asking for a calendar, worked out once for each calendar and kind of unit."""

    def __init__(self, plan: Plan, sound: bool):
        self._plan, self._sound = plan, sound  # whether every calendar has its times in order
        self._found: dict[tuple, tuple[str, dict] | None] = {}

    def fault(self, own: str, unit, amount) -> tuple[str, dict] | None:
        """Code and params when a task or lag cannot find the calendar it counts on; `unit` None counts nothing."""
        # A milestone needs days only, whatever its unit.
        kind = None if unit is None or unit in _CALENDARLESS else unit == "workday" or not amount
        key = (own, kind)
        if key not in self._found:
            self._found[key] = self._fault(own, kind)
        return self._found[key]

    def _fault(self, own: str, days: bool | None) -> tuple[str, dict] | None:
        calendars, name = self._plan.calendars, own or self._plan.calendar
        if own and own not in calendars:
            return "calendar_unknown", {"calendar": shown(own)}
        if days is None:
            return None
        if not name:
            return "calendar_missing", {}
        try:
            works = (works_on if days else times_on)(calendars, name)
        except ValueError as fault:
            return f"calendar_{fault.args[0]}", {"calendar": shown(fault.args[1])}
        except KeyError as fault:
            return "calendar_unknown", {"calendar": shown(fault.args[0])}
        if not self._sound:
            return None
        start = self._plan.start.toordinal()
        near = range(max(start - 400, FIRST_DAY), min(start + 400, LAST_DAY) + 1)
        if any(map(works, near)) or any(map(works, range(FIRST_DAY, LAST_DAY + 1))):
            return None
        return "calendar_idle", {"calendar": shown(name)}


def _times_in_order(name: str, calendar) -> Iterator[Problem]:
    if not isinstance(calendar, ShiftCalendar):
        return
    spans = [*calendar.week, calendar.times, *(exception.times for exception in calendar.exceptions)]
    for times in spans:
        edges = [0, *(edge for span in times or () for edge in span), 1440]
        if edges != sorted(edges) or any(start >= end for start, end in times or ()):
            yield Problem("calendar_times", {"calendar": shown(name)})
            return
    if len(calendar.week) != 7:
        yield Problem("calendar_times", {"calendar": shown(name)})
