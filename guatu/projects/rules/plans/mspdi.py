"""Reading Microsoft Project's XML (MSPDI): calendars, tasks, links, constraints, progress, baselines, resources.

What a plan here has no place for is counted in `MspdiFile.left_out` by the path of its element, never dropped in
silence. Not counted: elements that are empty or zero, and those computed anew here (dates, floats, variances).

A task with resources works when they do, as Project has it: on the calendar of its one resource, or in any of theirs;
if it has a calendar of its own too, in the hours common to both (`IgnoreResourceCalendar` not set). Such combined
calendars are added to the plan under names made of their parts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from guatu.kernel.rules.refusals import gettext_noop
from guatu.projects.rules.plans.mspdi_calendars import NO_CALENDAR, read_calendars
from guatu.projects.rules.plans.mspdi_values import (
    CONSTRAINTS,
    ELAPSED_FORMATS,
    LINKS,
    PERCENT_FORMATS,
    decimal_text,
    instant_of,
    minutes_of,
    number_of,
)
from guatu.projects.rules.plans.network import (
    Baseline,
    Calendar,
    ConstraintKind,
    LagUnit,
    Link,
    LinkKind,
    Plan,
    Resource,
    Task,
    Unit,
)
from guatu.projects.rules.plans.problems import UnreadablePlan
from guatu.projects.rules.plans.shifts import CombinedCalendar
from guatu.projects.rules.plans.xml_tree import Element, read_tree

#: One whole unit of a resource; assignments are shares of it.
WHOLE = 100
_NEUTRAL = {"", "0", "0.0", "0.00", "false", "-1", "PT0H0M0S", "NA"}
_COMPUTED = {
    "Project": "Name StartDate FinishDate CalendarUID MinutesPerDay CriticalSlackLimit ScheduleFromStart StatusDate "
    "Tasks Calendars Resources Assignments SaveVersion MinutesPerWeek",
    "Task": "UID ID Name OutlineLevel OutlineNumber Summary Milestone Duration DurationFormat Start Finish EarlyStart "
    "EarlyFinish LateStart LateFinish StartVariance FinishVariance TotalSlack FreeSlack StartSlack FinishSlack "
    "Critical PercentComplete ActualStart ActualFinish ActualDuration RemainingDuration ConstraintType ConstraintDate "
    "CalendarUID IgnoreResourceCalendar Deadline Notes PredecessorLink Baseline Active Manual IsNull",
    "PredecessorLink": "PredecessorUID Type LinkLag LagFormat CrossProject",
    "Baseline": "Number Start Finish Duration DurationFormat Work Cost",
    "Resource": "UID ID Name Type MaxUnits CalendarUID IsNull",
    "Assignment": "UID TaskUID ResourceUID Units",
}
_READ = {kind: set(names.split()) for kind, names in _COMPUTED.items()}


@dataclass(frozen=True)
class MspdiFile:
    """A read file. `status_date` is kept apart: Project does not move work to it, so the plan has no status day."""

    plan: Plan
    minutes_per_day: int = 480
    status_date: datetime | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_mspdi(data: bytes) -> MspdiFile:
    """Raises UnreadablePlan."""
    root = read_tree(data)
    if root.tag != "Project":
        raise UnreadablePlan("xml_root", found=root.tag)
    left: Counter = Counter()
    calendars, names = read_calendars(root, left)
    reader = _Reader(root, left, dict(calendars), names)
    _count_unread(root, "Project", left)
    if root.value("ScheduleFromStart") == "0":
        left["Project/ScheduleFromStart = 0 (dates are counted from the start here)"] += 1
    start = root.value("StartDate")
    if not start:
        raise UnreadablePlan("value_faulty", where="Project/StartDate", text="", wanted=gettext_noop("the day the plan starts"))
    resources = reader.resources()
    tasks, links = reader.tasks()
    status = root.value("StatusDate")
    per_day = number_of(root.value("MinutesPerDay"), "Project/MinutesPerDay", 480) or 480
    slack = number_of(root.value("CriticalSlackLimit"), "Project/CriticalSlackLimit")
    plan = Plan(
        tasks, links, reader.calendars, reader.default_calendar(), instant_of(start, "Project/StartDate"),
        resources=resources, critical_float=slack * per_day, name=root.value("Name"),
    )
    status_date = instant_of(status, "Project/StatusDate") if status not in _NEUTRAL else None
    return MspdiFile(plan, per_day, status_date, dict(sorted(left.items())))


def _count_unread(element: Element, kind: str, left: Counter) -> None:
    for child in element.children:
        if child.tag in _READ[kind] or (not child.children and child.text.strip() in _NEUTRAL):
            continue
        left[f"{kind}/{child.tag}"] += 1


class _Reader:
    def __init__(self, root: Element, left: Counter, calendars: dict[str, Calendar], names: dict[int, str]):
        self.root, self.left, self.calendars, self.names = root, left, calendars, names
        self.calendar_of: dict[str, str] = {}  # resource -> calendar
        self.needs: dict[int, dict[str, int]] = defaultdict(dict)  # task -> resource -> amount

    def default_calendar(self) -> str:
        uid = number_of(self.root.value("CalendarUID"), "Project/CalendarUID", NO_CALENDAR)
        return self.names.get(uid) or next(iter(self.calendars), "")

    # -- resources ---------------------------------------------------------------------------------------------------

    def resources(self) -> tuple[Resource, ...]:
        holder, found = self.root.one("Resources"), []
        for element in holder.all("Resource") if holder else ():
            uid = number_of(element.value("UID"), "Resource/UID")
            if element.value("IsNull") == "1" or (uid == 0 and not element.value("Name")):
                continue  # the row that stands for "nobody"
            _count_unread(element, "Resource", self.left)
            if element.value("Type") not in ("1", ""):
                self.left["Resource that is material or cost"] += 1
                continue
            calendar = self.names.get(number_of(element.value("CalendarUID"), "Resource/CalendarUID", NO_CALENDAR), "")
            capacity = _share(element.value("MaxUnits") or "1", "Resource/MaxUnits")
            found.append(Resource(str(uid), element.value("Name"), capacity, calendar))
            if calendar:
                self.calendar_of[str(uid)] = calendar
        self._assignments({resource.id for resource in found})
        return tuple(found)

    def _assignments(self, known: set[str]) -> None:
        holder = self.root.one("Assignments")
        for element in holder.all("Assignment") if holder else ():
            resource = element.value("ResourceUID")
            if resource not in known:
                if resource not in ("-65535", "0", ""):
                    self.left["Assignment of material or cost"] += 1
                continue
            _count_unread(element, "Assignment", self.left)
            task = number_of(element.value("TaskUID"), "Assignment/TaskUID")
            amount = _share(element.value("Units") or "1", "Assignment/Units")
            self.needs[task][resource] = self.needs[task].get(resource, 0) + amount

    def _working_calendar(self, own: str, ignore: bool, needs: Mapping[str, int]) -> str:
        """The calendar a task works on; combined ones are added to the plan's."""
        theirs = list(dict.fromkeys(self.calendar_of[one] for one in needs if one in self.calendar_of))
        if not theirs or (own and ignore):
            return own
        together = theirs[0]
        if len(theirs) > 1:
            together = " | ".join(theirs)
            self.calendars.setdefault(together, CombinedCalendar(tuple(theirs)))
        if not own or own == together:
            return together
        both = f"{own} & ({together})"
        self.calendars.setdefault(both, CombinedCalendar((own, together), every=True))
        return both

    # -- tasks -------------------------------------------------------------------------------------------------------

    def tasks(self) -> tuple[tuple[Task, ...], tuple[Link, ...]]:
        holder = self.root.one("Tasks")
        elements = [element for element in (holder.all("Task") if holder else ()) if self._counts(element)]
        uids = [number_of(element.value("UID"), "Task/UID") for element in elements]
        levels = [number_of(element.value("OutlineLevel"), "Task/OutlineLevel", 1) for element in elements]
        tasks, links, above = [], [], []
        for place, (element, uid, level) in enumerate(zip(elements, uids, levels, strict=True)):
            while above and above[-1][0] >= level:
                above.pop()
            summary = place + 1 < len(levels) and levels[place + 1] > level
            tasks.append(self._task(element, uid, above[-1][1] if above else None, summary))
            links.extend(self._links(element, uid, tasks[-1], set(uids)))
            above.append((level, uid))
        return tuple(tasks), tuple(links)

    def _counts(self, element: Element) -> bool:
        """Whether a task is one to be scheduled; those which are not are counted."""
        if element.value("IsNull") == "1":
            self.left["Task that is an empty row"] += 1
            return False
        if element.value("Active") == "0":
            self.left["Task that is inactive"] += 1
            return False
        return True

    def _task(self, element: Element, uid: int, parent: int | None, summary: bool) -> Task:
        _count_unread(element, "Task", self.left)
        if element.value("WBS") == element.value("OutlineNumber") and element.value("WBS") not in _NEUTRAL:
            self.left["Task/WBS"] -= 1
            self.left += Counter()  # drops what has come to zero
        name, needs = element.value("Name"), dict(self.needs.get(uid, {}))
        elapsed = number_of(element.value("DurationFormat"), "Task/DurationFormat") in ELAPSED_FORMATS
        own = self.names.get(number_of(element.value("CalendarUID"), "Task/CalendarUID", NO_CALENDAR), "")
        baselines = tuple(self._baseline(one) for one in element.all("Baseline"))
        notes, deadline = element.value("Notes"), self._moment(element, "Deadline")
        kind, on = self._constraint(element)
        if summary:
            if kind not in (ConstraintKind.ASAP, ConstraintKind.ALAP, ConstraintKind.SNET, ConstraintKind.FNLT):
                self.left[f"Task that is a summary with ConstraintType {kind.value}"] += 1
                kind, on = ConstraintKind.ASAP, None
            return Task(
                uid, name, 0, Unit.MINUTE, own, parent, False, kind, on, deadline, notes=notes, baselines=baselines,
                resources=needs,
            )
        milestone = element.value("Milestone") == "1"
        duration = max(0, self._minutes(element, "Duration"))
        started, finished, percent, remaining = self._progress(element, duration)
        if element.value("Manual") == "1":
            self.left["Task scheduled by hand (held by its start here)"] += 1
            if kind == ConstraintKind.ASAP and element.value("Start"):
                kind, on = ConstraintKind.SNET, self._moment(element, "Start")
        calendar = self._working_calendar(own, element.value("IgnoreResourceCalendar") == "1", needs)
        return Task(
            uid, name, duration, Unit.ELAPSED if elapsed else Unit.MINUTE, calendar, parent, milestone, kind, on,
            deadline, started, finished, percent, remaining, resources=needs, notes=notes, baselines=baselines,
        )

    def _progress(self, element: Element, duration: int):
        started, finished = self._moment(element, "ActualStart"), self._moment(element, "ActualFinish")
        text = element.value("PercentComplete")
        percent = min(100, max(0, number_of(text, "Task/PercentComplete")))
        if percent and started is None:
            started = self._moment(element, "Start")
            self.left["Task/ActualStart that is missing (its start is taken)"] += 1
        if percent == 100 and finished is None:
            finished = self._moment(element, "Finish") or started
            self.left["Task/ActualFinish that is missing (its finish is taken)"] += 1
        remaining = None
        if started is not None and finished is None and element.value("RemainingDuration"):
            remaining = max(0, self._minutes(element, "RemainingDuration"))
            if remaining == duration - int(duration * percent / 100):
                remaining = None
        return started, finished, percent, remaining

    def _minutes(self, element: Element, tag: str) -> int:
        text = element.value(tag)
        minutes, exact = minutes_of(text, f"Task/{tag}") if text else (0, True)
        if not exact:
            self.left[f"Task/{tag} finer than a minute (rounded)"] += 1
        return minutes

    def _moment(self, element: Element, tag: str) -> datetime | None:
        text = element.value(tag)
        return None if text in _NEUTRAL else instant_of(text, f"{element.tag}/{tag}")

    def _constraint(self, element: Element) -> tuple[ConstraintKind, datetime | None]:
        number = number_of(element.value("ConstraintType"), "Task/ConstraintType")
        if number not in CONSTRAINTS:
            raise UnreadablePlan("value_faulty", where="Task/ConstraintType", text=number, wanted=gettext_noop("a number from 0 to 7"))
        kind, on = CONSTRAINTS[number], self._moment(element, "ConstraintDate")
        if kind in (ConstraintKind.ASAP, ConstraintKind.ALAP):
            return kind, None
        if on is None:
            self.left["Task/ConstraintType without a date"] += 1
            return ConstraintKind.ASAP, None
        return kind, on

    def _baseline(self, element: Element) -> Baseline:
        _count_unread(element, "Baseline", self.left)
        duration = minutes_of(element.value("Duration"), "Baseline/Duration")[0] if element.value("Duration") else None
        work = minutes_of(element.value("Work"), "Baseline/Work")[0] if element.value("Work") else None
        cost = element.value("Cost")
        return Baseline(
            number_of(element.value("Number"), "Baseline/Number"), self._moment(element, "Start"),
            self._moment(element, "Finish"), duration, work,
            Decimal(decimal_text(cost, "Baseline/Cost")) if cost else None,
        )

    def _links(self, element: Element, uid: int, task: Task, known: set[int]):
        for link in element.all("PredecessorLink"):
            _count_unread(link, "PredecessorLink", self.left)
            pred = number_of(link.value("PredecessorUID"), "PredecessorLink/PredecessorUID")
            if link.value("CrossProject") == "1" or (pred not in known and self._is_left_out(pred)):
                self.left["PredecessorLink to a task that is left out, or of another file"] += 1
                continue
            kind = number_of(link.value("Type"), "PredecessorLink/Type", 1)
            if kind not in LINKS:
                raise UnreadablePlan(
                    "value_faulty", where="PredecessorLink/Type", text=kind, wanted=gettext_noop("a number from 0 to 3"))
            lag = number_of(link.value("LinkLag"), "PredecessorLink/LinkLag")
            form = number_of(link.value("LagFormat"), "PredecessorLink/LagFormat", 7)
            yield self._link(pred, uid, LINKS[kind], lag, form)

    def _is_left_out(self, uid: int) -> bool:
        """Whether the file has the task at all; a link to nothing is a fault that the plan's check names."""
        holder = self.root.one("Tasks")
        return any(element.value("UID") == str(uid) for element in holder.all("Task")) if holder else False

    def _link(self, pred: int, succ: int, kind: LinkKind, lag: int, form: int) -> Link:
        if form in PERCENT_FORMATS:
            return Link(pred, succ, kind, lag, PERCENT_FORMATS[form])
        if lag % 10:
            self.left["PredecessorLink/LinkLag finer than a minute (rounded)"] += 1
        minutes = (abs(lag) + 5) // 10 * (1 if lag > 0 else -1)
        return Link(pred, succ, kind, minutes, LagUnit.ELAPSED if form in ELAPSED_FORMATS else LagUnit.MINUTE)


def _share(text: str, where: str) -> int:
    return max(0, int(Decimal(decimal_text(text, where)) * WHOLE + Decimal("0.5")))
