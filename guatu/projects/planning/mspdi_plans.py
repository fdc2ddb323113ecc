"""A project's plan as Microsoft Project's XML, and such a file as the rows of a plan.

What our rows have no place for is counted, as the reader of the file does: calendars of the file (a project's plan works
by the calendars of this house), baselines, deadlines, and durations finer than an hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import Record
from guatu.projects.models import PlanBaseline, PlanNeed, PlanResource
from guatu.projects.planning.guards import sentence
from guatu.projects.planning.records import PARTS, Records
from guatu.projects.planning.sight import Sight, computed
from guatu.projects.rules.plans.mspdi import WHOLE, MspdiFile, read_mspdi
from guatu.projects.rules.plans.mspdi_out import write_mspdi
from guatu.projects.rules.plans.network import Baseline, ConstraintKind, LagUnit, Link, Moment, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import UnreadablePlan


@dataclass
class Read:
    """What a file says: rows keyed by number, without a key for the plan; `left_out` counts what was not taken over,
    `spoken` are the tables of which the file says anything."""

    records: Records
    left_out: dict[str, int] = field(default_factory=dict)
    spoken: tuple[type[Record], ...] = PARTS


# -- out -------------------------------------------------------------------------------------------------------------


def written(found: Sight) -> bytes:
    """The plan as it is shown, with its baselines."""
    kept = list(PlanBaseline.everything.filter(
        plan=found.records.plan["what_if_of"] or found.row.pk, withdrawn=False, taken_on__lte=found.as_of))
    tasks = []
    for task in found.planned.tasks:
        key = found.numbered[task.id]
        once = [found.records.tasks[key]["copied_from"], key]
        baselines = tuple(
            Baseline(row.number, date.fromisoformat(start), date.fromisoformat(finish), duration)
            for row in kept for one in once if str(one) in row.dates
            for start, finish, duration in [row.dates[str(one)]]
        )
        tasks.append(replace(
            task, baselines=baselines, resources={name: amount * WHOLE for name, amount in task.resources.items()}))
    plan = replace(
        found.planned, tasks=tuple(tasks), name=found.records.plan["name"],
        resources=tuple(replace(one, capacity=one.capacity * WHOLE) for one in found.planned.resources),
    )
    status = found.records.plan["status_on"]
    return write_mspdi(
        computed(schedule, plan), status_date=None if status is None else datetime.combine(status, time(8)))


# -- in --------------------------------------------------------------------------------------------------------------


def read(data: bytes, name: str) -> Read:
    """Raises Faulty for a file that cannot be read."""
    try:
        file = read_mspdi(data)
    except UnreadablePlan as unread:
        raise Faulty(unread.problem.code, f"{name}: {sentence(unread.problem)}", "FILE") from None
    return _Reading(file).whole()


class _Reading:
    def __init__(self, file: MspdiFile):
        self.file, self.plan = file, file.plan
        self.left = Counter(file.left_out)
        self.summaries = {task.parent for task in file.plan.tasks} - {None}
        self.whole_file = {
            task.id for task in file.plan.tasks if task.id == 0 and task.parent is None and 0 in self.summaries
        }

    def whole(self) -> Read:
        plan: dict[str, Any] = {"name": self.plan.name[:200], "start": _day(self.plan.start)}
        if self.file.status_date is not None:
            plan["status_on"] = _day(self.file.status_date)
        records = Records(None, plan)
        for task in self.plan.tasks:
            if task.id not in self.whole_file:
                records.tasks[task.id] = self._task(task)
        for place, link in enumerate(self.plan.links):
            records.links[f"l{place}"] = self._link(link)
        for resource in self.plan.resources:
            records.rows[PlanResource][f"r{resource.id}"] = {
                "name": (resource.name or resource.id)[:100], "capacity": max(1, -(-resource.capacity // WHOLE))}
        for task in self.plan.tasks:
            for one, amount in task.resources.items():
                if task.id in self.summaries:
                    self.left["Assignment of a summary"] += 1
                    continue
                capacity = records.rows[PlanResource][f"r{one}"]["capacity"]
                records.rows[PlanNeed][f"n{task.id} {one}"] = {
                    "task": task.id, "resource": f"r{one}", "amount": min(capacity, max(1, -(-amount // WHOLE)))}
        if self.plan.calendars:
            self.left["Calendar (the plan's own calendar is taken)"] += len(self.plan.calendars)
        return Read(records, {name: count for name, count in sorted(self.left.items()) if count})

    def _task(self, task: Task) -> dict[str, Any]:
        summary = task.id in self.summaries
        duration, unit = (0, "workday") if summary else self._amount(task.duration, task.unit, "Task/Duration")
        started, finished = _day(task.actual_start), _day(task.actual_finish)
        self.left["Baseline"] += len(task.baselines)
        self.left["Task/Deadline"] += task.deadline is not None
        self.left["Task/CalendarUID"] += bool(task.calendar) and task.calendar != self.plan.calendar
        self.left["Task/RemainingDuration"] += task.remaining is not None
        milestone = not summary and (task.milestone or not task.duration)
        if milestone and duration:
            self.left["Task/Milestone with a duration (the duration is dropped)"] += 1
            duration = 0
        values: dict[str, Any] = {
            "number": task.id, "name": (task.name or str(task.id))[:200],
            "parent": None if task.parent in self.whole_file else task.parent, "duration": duration,
            "duration_unit": unit, "milestone": milestone, "constraint": str(task.constraint.value),
            "constraint_on": _day(task.constraint_on), "note": task.notes,
        }
        if task.constraint in (ConstraintKind.ASAP, ConstraintKind.ALAP):
            values["constraint_on"] = None
        if not summary:
            percent = 100 if finished is not None else int(task.percent_complete)
            values |= {"actual_start": started, "actual_finish": finished, "percent_complete": percent}
        return values

    def _link(self, link: Link) -> dict[str, Any]:
        values: dict[str, Any] = {"pred": link.pred, "succ": link.succ, "kind": str(link.kind.value)}
        lag, unit = link.lag, link.lag_unit
        if unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
            pred = next(task for task in self.plan.tasks if task.id == link.pred)
            self.left["PredecessorLink/LinkLag in per cent (counted out)"] += 1
            lag, unit = round(pred.duration * lag / 100), LagUnit(pred.unit.value)
        amount, word = self._amount(abs(lag), Unit(unit.value), "PredecessorLink/LinkLag")
        return values | {"lag": -amount if lag < 0 else amount, "lag_unit": word}

    def _amount(self, amount: int, unit: Unit, where: str) -> tuple[int, str]:
        """An amount as working days, calendar days or hours; what is finer is rounded up and counted."""
        per_day = self.file.minutes_per_day
        if unit in (Unit.WORKDAY, Unit.DAY, Unit.HOUR):
            return amount, str(unit.value)
        if unit == Unit.ELAPSED:
            self.left[f"{where} round the clock, no whole days (rounded up)"] += bool(amount % 1440)
            return -(-amount // 1440), "day"
        if amount % per_day == 0:
            return amount // per_day, "workday"
        self.left[f"{where} finer than an hour (rounded up)"] += bool(amount % 60)
        return -(-amount // 60), "hour"


def _day(moment: Moment | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def counted(left_out: Mapping[str, int]) -> list[str]:
    return [f"{name}: {count}" for name, count in left_out.items()]
