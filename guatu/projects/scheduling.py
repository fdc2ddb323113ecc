"""Scheduling a file without keeping it: PSPLIB, Microsoft Project's XML, or the project's own JSON. Needs no database."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty, NotFound
from guatu.projects.rules.plans.axes import datetime_of, day_of, start_instant
from guatu.projects.rules.plans.graph import Axes
from guatu.projects.rules.plans.mspdi import read_mspdi
from guatu.projects.rules.plans.network import Plan
from guatu.projects.rules.plans.passes import Schedule, schedule
from guatu.projects.rules.plans.plan_json import read_json
from guatu.projects.rules.plans.problems import BadPlan, Problem, UnreadablePlan, shown
from guatu.projects.rules.plans.psplib import EPOCH, read_sm
from guatu.projects.rules.plans.resources import Levelled, level
from guatu.projects.rules.plans.xml_tree import MOST_BYTES

#: A plan names at most so many of its problems at once.
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class PlanFile:
    """A plan read from a file. `whole_numbers` says that its times are numbers counted from 0, not days."""

    plan: Plan
    whole_numbers: bool = False
    minutes_per_day: int = 480
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What `guatu schedule` prints: the plan, its critical path, and its levelled schedule if that was asked for."""

    file: PlanFile
    schedule: Schedule
    levelled: Levelled | None
    seconds: float


def read_plan(path: Path) -> PlanFile:
    """The plan in a file, by the ending of its name. Raises Faulty, NotFound."""
    kinds: dict[str, Callable[[bytes, str], PlanFile]] = {".sm": _from_sm, ".xml": _from_xml, ".json": _from_json}
    try:
        read = kinds.get(path.suffix.lower())
        if read is None:
            raise UnreadablePlan("file_kind", found=path.suffix or path.name, wanted=", ".join(kinds))
        if path.stat().st_size > MOST_BYTES:
            size, most = path.stat().st_size // 1024 // 1024, MOST_BYTES // 1024 // 1024
            raise UnreadablePlan("file_large", size=size, most=most)
        return read(path.read_bytes(), path.stem)
    except UnreadablePlan as refused:
        raise Faulty(refused.problem.code, f"{path.name}: {sentence(refused.problem)}", "FILE") from None
    except OSError as fault:
        raise NotFound(
            "no_file", _("The file %(file)s cannot be read: %(reason)s.") % {"file": path, "reason": fault.strerror}
        ) from None


def answer(path: Path, resources: bool, limit: float) -> Answer:
    """Reads and schedules a file; with `resources` in at most about `limit` seconds. Raises Faulty, NotFound."""
    begun = time.monotonic()
    file = read_plan(path)
    try:
        found = schedule(file.plan)
        left = max(limit / 10, limit - (time.monotonic() - begun))
        levelled = level(file.plan, left) if resources else None
    except BadPlan as refused:
        raise Faulty("plan_refused", sentences(refused), "FILE") from None
    return Answer(file, found, levelled, time.monotonic() - begun)


def sentence(problem: Problem) -> str:
    """A problem of a plan in the reader's language."""
    return problem.sentence(gettext)


def sentences(refused: BadPlan) -> str:
    """Every problem in a line of its own, and how many more there are."""
    lines = [sentence(problem) for problem in refused.problems[:_MOST_PROBLEMS]]
    more = len(refused.problems) - len(lines)
    if more > 0:
        lines.append(ngettext("%(count)d more problem.", "%(count)d more problems.", more) % {"count": more})
    return "\n".join(lines)


# -- files -----------------------------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadablePlan("file_encoding") from None


def _from_sm(data: bytes, name: str) -> PlanFile:
    return PlanFile(read_sm(data.decode("latin-1"), name).plan, whole_numbers=True)


def _from_xml(data: bytes, _name: str) -> PlanFile:
    read = read_mspdi(data)
    return PlanFile(read.plan, minutes_per_day=read.minutes_per_day, left_out=read.left_out)


def _from_json(data: bytes, _name: str) -> PlanFile:
    return PlanFile(read_json(_text(data), {"state": _state()}))


def _state():
    """The State Council's working days as far as the installed package knows them."""
    from datetime import date

    from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
    from guatu.reference.calendars import published

    def days(texts: list[str]) -> frozenset[date]:
        return frozenset(date.fromisoformat(text) for text in texts)

    return WorkCalendar({
        row["year"]: YearNotice(row["year"], days(row["holidays"]), days(row["workdays"]), row["title"])
        for row in published()
    })


# -- what is printed -------------------------------------------------------------------------------------------------


def as_json(found: Answer) -> dict:
    """The answer as docs/schedule.md describes it."""
    plan, timing, levelled = found.file.plan, found.schedule, found.levelled
    length = _length(found)
    critical = length(timing.finish)
    if levelled is None:
        outcome = {"makespan": critical, "lower_bound": critical, "status": "CPM"}
    else:
        outcome = {
            "makespan": None if levelled.finish is None else length(levelled.finish),
            "lower_bound": length(levelled.bound), "status": levelled.status.value,
        }
    data = {
        "cpm_length": critical, **outcome, "seconds": round(found.seconds if levelled is None else levelled.seconds, 3),
        "tasks": [_task(found, task.id) for task in plan.tasks],
    }
    return data if not found.file.left_out else data | {"left_out": dict(found.file.left_out)}


def _length(found: Answer) -> Callable[[int], int | float]:
    """From an instant to how long the plan lasts until then: whole numbers of a .sm file; else working days of the
    plan's calendar, or calendar days where it has none."""
    plan = found.file.plan
    if found.file.whole_numbers:
        return _whole
    start = start_instant(plan.start)
    if not plan.calendar:
        return lambda instant: (instant + 1 - start) // 2880
    axes = Axes(plan)
    try:
        axis = axes.of("minute", plan.calendar)
    except ValueError:  # working days without hours
        axis = axes.of("workday", plan.calendar)
    per = found.file.minutes_per_day if axis.minutes else 1
    first = axis.up_start(start)

    def length(instant: int) -> int | float:
        days = round((axis.down_finish(instant) - first) / per, 3)
        return int(days) if days == int(days) else days

    return length


def _whole(instant: int) -> int:
    return -(-(instant - start_instant(EPOCH)) // 2880)


def _task(found: Answer, task) -> dict:
    timing = found.schedule.tasks[task]
    start, finish = timing.start, timing.finish
    if found.levelled is not None:
        start, finish = found.levelled.dates.get(task, (None, None))
    write = _writer(found, task)
    return {
        "id": task, "start": write(start), "finish": write(finish),
        "early_start": write(timing.early_start), "early_finish": write(timing.early_finish),
        "late_start": write(timing.late_start), "late_finish": write(timing.late_finish),
        "total_float": timing.total_float, "free_float": timing.free_float, "critical": timing.critical,
    }


def _writer(found: Answer, task) -> Callable[[int | None], int | str | None]:
    """How the instants of a task are written: numbers, days, or instants."""
    compiled = found.schedule.compiled
    if found.file.whole_numbers:
        return lambda instant: None if instant is None else _whole(instant)
    written = datetime_of if compiled.axis[compiled.place[task]].minutes else day_of
    return lambda instant: None if instant is None else written(instant).isoformat()


def as_lines(found: Answer):
    """The same for people."""
    from guatu.kernel.command_line import table

    data, plan = as_json(found), found.file.plan
    if found.levelled is None:
        yield _("Critical path: %(length)s") % {"length": data["cpm_length"]}
    else:
        yield _("Critical path: %(length)s · with resources: %(makespan)s, at least %(bound)s (%(status)s)") % {
            "length": data["cpm_length"], "makespan": data["makespan"], "bound": data["lower_bound"],
            "status": data["status"],
        }
    yield from table(
        [_("task"), _("name"), _("start"), _("finish"), _("late start"), _("late finish"), _("total float"),
         _("free float"), _("critical")],
        [
            [row["id"], shown(task.name), row["start"], row["finish"], row["late_start"], row["late_finish"],
             row["total_float"], row["free_float"], row["critical"]]
            for task, row in zip(plan.tasks, data["tasks"], strict=True)
        ],
    )
    if found.file.left_out:
        yield ""
        yield _("Not taken over from the file (element and how often):")
        for name, count in found.file.left_out.items():
            yield f"  {name}: {count}"
