"""Writing Microsoft Project's XML (MSPDI), with the dates, floats and critical marks computed here.

What was read from such a file is written so that it reads the same again. Working days become minutes (`per_day`),
calendar days become elapsed days; a day given as a start is written 08:00, as a finish 17:00.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, datetime
from xml.sax.saxutils import escape

from guatu.projects.rules.plans.axes import datetime_of, day_of
from guatu.projects.rules.plans.mspdi import WHOLE, MspdiFile
from guatu.projects.rules.plans.mspdi_calendars import NO_CALENDAR, calendar_out, written_calendars
from guatu.projects.rules.plans.mspdi_values import CONSTRAINTS, LINKS, duration_text
from guatu.projects.rules.plans.network import LagUnit, Link, Plan, Task, TaskId, Unit
from guatu.projects.rules.plans.passes import Schedule, Timing
from guatu.projects.rules.plans.shifts import CombinedCalendar

_NUMBER_OF_CONSTRAINT = {kind: number for number, kind in CONSTRAINTS.items()}
_NUMBER_OF_LINK = {kind: number for number, kind in LINKS.items()}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAYS, _ELAPSED_DAYS, _PERCENT, _ELAPSED_PERCENT = 7, 8, 19, 20


def write_mspdi(schedule: Schedule, per_day: int = 480, status_date: datetime | None = None) -> bytes:
    """The file's bytes. Tasks keep their numbers where all are whole numbers, else they are numbered from 1."""
    return _Writing(schedule, per_day, status_date).whole()


def rewrite_mspdi(read: MspdiFile, schedule: Schedule) -> bytes:
    """A file that was read, with the dates computed here."""
    return write_mspdi(schedule, read.minutes_per_day, read.status_date)


class _Writer:
    """Lines of XML; text is escaped, and characters that XML cannot hold are left out."""

    def __init__(self):
        self.lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
        self.depth = 0

    @contextmanager
    def element(self, tag: str, attributes: str = ""):
        self.lines.append(f"{' ' * self.depth}<{tag}{attributes}>")
        self.depth += 1
        yield
        self.depth -= 1
        self.lines.append(f"{' ' * self.depth}</{tag}>")

    def value(self, tag: str, value) -> None:
        text = escape(_FORBIDDEN.sub("", str(value))).replace("\r", "&#13;")
        self.lines.append(f"{' ' * self.depth}<{tag}>{text}</{tag}>")


class _Writing:
    def __init__(self, schedule: Schedule, per_day: int, status_date: datetime | None):
        self.schedule, self.plan, self.per_day, self.status_date = schedule, schedule.plan, per_day, status_date
        self.writer = _Writer()
        self.calendars = written_calendars(self.plan.calendars)
        numbers = [task.id for task in self.plan.tasks]
        kept = all(isinstance(one, int) and one >= 0 for one in numbers)
        self.uids = {one: one if kept else place for place, one in enumerate(numbers, 1)}
        self.resource_uids = _numbered([resource.id for resource in self.plan.resources])
        self.links: dict[TaskId, list[Link]] = defaultdict(list)
        for link in self.plan.links:
            self.links[link.succ].append(link)
        self.ordered = _outlined(self.plan)

    def whole(self) -> bytes:
        writer, plan = self.writer, self.plan
        with writer.element("Project", ' xmlns="http://schemas.microsoft.com/project"'):
            writer.value("SaveVersion", 14)
            writer.value("Name", plan.name)
            writer.value("ScheduleFromStart", 1)
            writer.value("StartDate", _start_text(plan.start))
            writer.value("FinishDate", _text(datetime_of(self.schedule.finish)))
            writer.value("CriticalSlackLimit", plan.critical_float // self.per_day)
            writer.value("CalendarUID", self.calendars.get(plan.calendar, NO_CALENDAR))
            writer.value("MinutesPerDay", self.per_day)
            writer.value("MinutesPerWeek", self.per_day * 5)
            if self.status_date or plan.status_day:
                writer.value("StatusDate", _start_text(self.status_date or plan.status_day))
            with writer.element("Calendars"):
                for name in self.calendars:
                    calendar_out(writer, name, plan.calendars, self.calendars)
            with writer.element("Tasks"):
                for row, (task, level, number) in enumerate(self.ordered):
                    self._task(row, task, level, number)
            with writer.element("Resources"):
                for resource in plan.resources:
                    with writer.element("Resource"):
                        writer.value("UID", self.resource_uids[resource.id])
                        writer.value("Name", resource.name)
                        writer.value("Type", 1)
                        writer.value("MaxUnits", _units(resource.capacity))
                        writer.value("CalendarUID", self.calendars.get(resource.calendar, NO_CALENDAR))
            with writer.element("Assignments"):
                self._assignments()
        return ("\n".join(writer.lines) + "\n").encode()

    def _task(self, row: int, task: Task, level: int, number: str) -> None:
        writer, timing = self.writer, self.schedule.tasks[task.id]
        elapsed = task.unit in (Unit.DAY, Unit.ELAPSED)
        with writer.element("Task"):
            writer.value("UID", self.uids[task.id])
            writer.value("ID", row)
            writer.value("Name", task.name)
            writer.value("OutlineNumber", number)
            writer.value("OutlineLevel", level)
            writer.value("Start", self._start(task, timing.start))
            writer.value("Finish", self._finish(task, timing.finish))
            writer.value("Duration", duration_text(self._duration(task, timing)))
            writer.value("DurationFormat", _ELAPSED_DAYS if elapsed else _DAYS)
            writer.value("Milestone", int(not timing.summary and (task.milestone or not task.duration)))
            writer.value("Summary", int(timing.summary))
            writer.value("Critical", int(timing.critical))
            writer.value("EarlyStart", self._start(task, timing.early_start))
            writer.value("EarlyFinish", self._finish(task, timing.early_finish))
            writer.value("LateStart", self._start(task, timing.late_start))
            writer.value("LateFinish", self._finish(task, timing.late_finish))
            writer.value("FreeSlack", self._slack(task, timing.free_float))
            writer.value("TotalSlack", self._slack(task, timing.total_float))
            self._progress(task)
            writer.value("ConstraintType", _NUMBER_OF_CONSTRAINT[task.constraint])
            writer.value("CalendarUID", self._own_calendar(task))
            if task.constraint_on is not None:
                starts = task.constraint.value in ("snet", "snlt", "mso")
                writer.value("ConstraintDate", (_start_text if starts else _finish_text)(task.constraint_on))
            if task.deadline is not None:
                writer.value("Deadline", _finish_text(task.deadline))
            writer.value("IgnoreResourceCalendar", int(self._ignores(task)))
            if task.notes:
                writer.value("Notes", task.notes)
            for link in self.links[task.id]:
                self._link(link)
            for baseline in task.baselines:
                self._baseline(task, baseline)

    def _progress(self, task: Task) -> None:
        writer = self.writer
        writer.value("PercentComplete", int(task.percent_complete))
        if task.actual_start is not None:
            writer.value("ActualStart", _start_text(task.actual_start))
        if task.actual_finish is not None:
            writer.value("ActualFinish", _finish_text(task.actual_finish))
        elif task.remaining is not None:
            writer.value("RemainingDuration", duration_text(self._minutes(task, task.remaining)))

    def _link(self, link: Link) -> None:
        writer = self.writer
        if link.lag_unit in (LagUnit.PERCENT, LagUnit.ELAPSED_PERCENT):
            lag, form = link.lag, _PERCENT if link.lag_unit == LagUnit.PERCENT else _ELAPSED_PERCENT
        else:
            per = {LagUnit.WORKDAY: self.per_day, LagUnit.DAY: 1440, LagUnit.HOUR: 60}.get(link.lag_unit, 1)
            elapsed = link.lag_unit in (LagUnit.DAY, LagUnit.ELAPSED)
            lag, form = link.lag * per * 10, _ELAPSED_DAYS if elapsed else _DAYS
        with writer.element("PredecessorLink"):
            writer.value("PredecessorUID", self.uids[link.pred])
            writer.value("Type", _NUMBER_OF_LINK[link.kind])
            writer.value("CrossProject", 0)
            writer.value("LinkLag", lag)
            writer.value("LagFormat", form)

    def _baseline(self, task: Task, baseline) -> None:
        writer = self.writer
        with writer.element("Baseline"):
            writer.value("Number", baseline.number)
            if baseline.start is not None:
                writer.value("Start", _start_text(baseline.start))
            if baseline.finish is not None:
                writer.value("Finish", _finish_text(baseline.finish))
            if baseline.duration is not None:
                writer.value("Duration", duration_text(self._minutes(task, baseline.duration)))
            if baseline.work_minutes is not None:
                writer.value("Work", duration_text(baseline.work_minutes))
            if baseline.cost is not None:
                writer.value("Cost", baseline.cost)

    def _assignments(self) -> None:
        writer, number = self.writer, 0
        for task, _level, _number in self.ordered:
            for resource, amount in task.resources.items():
                number += 1
                with writer.element("Assignment"):
                    writer.value("UID", number)
                    writer.value("TaskUID", self.uids[task.id])
                    writer.value("ResourceUID", self.resource_uids[resource])
                    writer.value("Units", _units(amount))

    # -- values ------------------------------------------------------------------------------------------------------

    def _minutes(self, task: Task, amount: int) -> int:
        return amount * {Unit.WORKDAY: self.per_day, Unit.DAY: 1440, Unit.HOUR: 60}.get(task.unit, 1)

    def _duration(self, task: Task, timing: Timing) -> int:
        if not timing.summary:
            return self._minutes(task, task.duration)
        axis = self.schedule.compiled.axis[self.schedule.compiled.place[task.id]]
        amount = axis.down_finish(timing.finish) - axis.up_start(timing.start)
        return amount if axis.minutes else amount * self._minutes(task, 1)

    def _slack(self, task: Task, amount: int) -> int:
        axis = self.schedule.compiled.axis[self.schedule.compiled.place[task.id]]
        return 10 * (amount if axis.minutes else self._minutes(task, amount))

    def _start(self, task: Task, instant: int) -> str:
        return _text(datetime_of(instant)) if self._by_clock(task) else f"{day_of(instant)}T08:00:00"

    def _finish(self, task: Task, instant: int) -> str:
        return _text(datetime_of(instant)) if self._by_clock(task) else f"{day_of(instant)}T17:00:00"

    def _by_clock(self, task: Task) -> bool:
        return self.schedule.compiled.axis[self.schedule.compiled.place[task.id]].minutes

    def _own_calendar(self, task: Task) -> int:
        """The calendar the task names itself; those that follow from its resources are not named."""
        calendar = self.plan.calendars.get(task.calendar)
        if isinstance(calendar, CombinedCalendar):
            return self.calendars.get(calendar.parts[0], NO_CALENDAR) if calendar.every else NO_CALENDAR
        if task.calendar and task.calendar in self._of_resources(task):
            return NO_CALENDAR
        return self.calendars.get(task.calendar, NO_CALENDAR)

    def _of_resources(self, task: Task) -> set[str]:
        return {one.calendar for one in self.plan.resources if one.calendar and one.id in task.resources}

    def _ignores(self, task: Task) -> bool:
        """Whether the task works on its own calendar although it has resources with theirs."""
        if isinstance(self.plan.calendars.get(task.calendar), CombinedCalendar):
            return False
        theirs = self._of_resources(task)
        return bool(theirs and task.calendar) and theirs != {task.calendar}


def _numbered(names: list[str]) -> dict[str, int]:
    """Whole numbers for names: their own where all are such."""
    if all(name.isdecimal() and str(int(name)) == name for name in names):
        return {name: int(name) for name in names}
    return {name: place for place, name in enumerate(names, 1)}


def _outlined(plan: Plan) -> list[tuple[Task, int, str]]:
    """Each task after its summary, with its level and outline number; the plan's order is kept within a summary."""
    children: dict = defaultdict(list)
    for task in plan.tasks:
        children[task.parent].append(task)
    found: list[tuple[Task, int, str]] = []
    roots = children[None]
    whole = len(roots) == 1 and roots[0].id == 0 and bool(children[0])  # Project's own summary of everything
    waiting = [(task, 0 if whole else 1, "0" if whole else str(place)) for place, task in enumerate(roots, 1)][::-1]
    while waiting:
        task, level, number = waiting.pop()
        found.append((task, level, number))
        prefix = "" if level == 0 else number + "."
        waiting.extend(
            (part, level + 1, f"{prefix}{place}") for place, part in reversed(list(enumerate(children[task.id], 1)))
        )
    return found


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def _start_text(moment: date) -> str:
    return _text(moment) if isinstance(moment, datetime) else f"{moment}T08:00:00"


def _finish_text(moment: date) -> str:
    return _text(moment) if isinstance(moment, datetime) else f"{moment}T17:00:00"


def _units(amount: int) -> str:
    return f"{amount / WHOLE:g}"
