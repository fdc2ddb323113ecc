"""A plan as data: tasks, links, resources and calendars. Nothing here computes; `checks` says what is wrong with it.

Days are `date`, instants are naive `datetime` (clocks of the place of work). A `date` given for a start means the
beginning of that day, for a finish its end. Identities of tasks are whole numbers or text, as their file has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.projects.rules.plans.shifts import CombinedCalendar, ShiftCalendar

TaskId = int | str
Moment = date | datetime
Calendar = WorkCalendar | ShiftCalendar | CombinedCalendar


class Unit(StrEnum):
    """What a duration or a lag counts."""

    WORKDAY = "workday"  #: whole days on which the calendar works (调休 counted)
    DAY = "day"  #: whole calendar days, whatever the calendar says
    HOUR = "hour"  #: working hours of the calendar
    MINUTE = "minute"  #: working minutes of the calendar
    ELAPSED = "elapsed"  #: minutes round the clock, whatever the calendar says

    @property
    def whole_days(self) -> bool:
        return self in (Unit.WORKDAY, Unit.DAY)


class LagUnit(StrEnum):
    """What a lag counts: a `Unit`, or a share of the predecessor's duration."""

    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    ELAPSED = "elapsed"
    PERCENT = "percent"  #: per cent of the predecessor's duration, in its own unit and calendar
    ELAPSED_PERCENT = "elapsed_percent"  #: the same number of minutes or days, round the clock


class LinkKind(StrEnum):
    """Which end of the successor waits for which end of the predecessor."""

    FS = "FS"  #: start after finish 完成—开始
    SS = "SS"  #: start after start 开始—开始
    FF = "FF"  #: finish after finish 完成—完成
    SF = "SF"  #: finish after start 开始—完成


class ConstraintKind(StrEnum):
    """The constraints of MSPDI. MSO and MFO do not break links: what they cannot hold shows as negative float."""

    ASAP = "asap"  #: as soon as possible
    ALAP = "alap"  #: as late as possible without moving any other task
    SNET = "snet"  #: start no earlier than
    SNLT = "snlt"  #: start no later than
    FNET = "fnet"  #: finish no earlier than
    FNLT = "fnlt"  #: finish no later than
    MSO = "mso"  #: must start on
    MFO = "mfo"  #: must finish on


@dataclass(frozen=True)
class Baseline:
    """What was once planned for a task; `number` 0 to 10 as MSPDI counts them. `duration` in the task's unit."""

    number: int
    start: Moment | None = None
    finish: Moment | None = None
    duration: int | None = None
    work_minutes: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True)
class Task:
    """One task; a summary task is one that another names as its `parent`, and has no duration of its own.

    `remaining` is in `unit`; None works it out of `percent_complete`. `floor` is the shortest duration allowed by
    law or craft; `compression_cost_per_day` the price of each day cut off (None: cannot be compressed).
    """

    id: TaskId
    name: str = ""
    duration: int = 0
    unit: Unit = Unit.WORKDAY
    calendar: str = ""
    parent: TaskId | None = None
    milestone: bool = False
    constraint: ConstraintKind = ConstraintKind.ASAP
    constraint_on: Moment | None = None
    deadline: Moment | None = None
    actual_start: Moment | None = None
    actual_finish: Moment | None = None
    percent_complete: int | float = 0
    remaining: int | None = None
    floor: int | None = None
    compression_cost_per_day: int | Decimal | None = None
    resources: Mapping[str, int] = field(default_factory=dict)
    responsible: str = ""
    notes: str = ""
    baselines: tuple[Baseline, ...] = ()


@dataclass(frozen=True)
class Link:
    """`succ` waits for `pred`. `lag` < 0 is a lead. `calendar` "" is that of the successor."""

    pred: TaskId
    succ: TaskId
    kind: LinkKind = LinkKind.FS
    lag: int = 0
    lag_unit: LagUnit = LagUnit.WORKDAY
    calendar: str = ""


@dataclass(frozen=True)
class Resource:
    """A renewable resource: so many of it at any one time (crews, review panels). `calendar` is kept for interchange."""

    id: str
    name: str = ""
    capacity: int = 1
    calendar: str = ""


@dataclass(frozen=True)
class Plan:
    """A whole plan. `calendar` names the one used where a task names none.

    Nothing that has not begun is scheduled before `start`, nor before `status_day`. `deadline` is the promised day
    of the whole plan. A task is critical when its total float is at most `critical_float` (in its own unit).
    """

    tasks: tuple[Task, ...]
    links: tuple[Link, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar: str = ""
    start: Moment = date(2000, 1, 1)
    status_day: Moment | None = None
    deadline: Moment | None = None
    resources: tuple[Resource, ...] = ()
    critical_float: int = 0
    name: str = ""
