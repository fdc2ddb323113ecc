"""Rows of a plan as plain values, as of a day or with changes not yet written, and the engine's plan made of them.

The engine knows a task by its number, so that its sentences name it as people do. Keys here are identities, or the
`Change` that creates the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.models.facts import Record
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.projects.models import Plan, PlanLink, PlanNeed, PlanResource, PlanTask
from guatu.projects.rules.plans import network
from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Resource, Task, Unit
from guatu.projects.rules.plans.shifts import ShiftCalendar, ShiftException

#: Working hours of a day where a task is counted in hours.
OFFICE = ((480, 720), (780, 1020))
PARTS = (PlanTask, PlanLink, PlanResource, PlanNeed)
Key = Any


@dataclass
class Records:
    """The values of one plan's rows by column. `key` is the plan's."""

    key: Key
    plan: dict[str, Any]
    rows: dict[type[Record], dict[Key, dict[str, Any]]] = field(
        default_factory=lambda: {model: {} for model in PARTS}
    )

    @property
    def tasks(self) -> dict[Key, dict[str, Any]]:
        return self.rows[PlanTask]

    @property
    def links(self) -> dict[Key, dict[str, Any]]:
        return self.rows[PlanLink]

    def ordered(self) -> list[Key]:
        """Keys of tasks in outline order: each summary before its parts, siblings by number."""
        below: dict[Key, list[Key]] = defaultdict(list)
        for key, values in self.tasks.items():
            parent = values.get("parent")
            below[parent if parent in self.tasks else None].append(key)
        found: list[Key] = []
        waiting = [(None, iter(self._sorted(below[None])))]
        seen = set()
        while waiting:
            key = next(waiting[-1][1], None)
            if key is None:
                waiting.pop()
            elif key not in seen:
                seen.add(key)
                found.append(key)
                waiting.append((key, iter(self._sorted(below[key]))))
        return found + [key for key in self.tasks if key not in seen]  # a circle of summaries: the engine names it

    def _sorted(self, keys: list[Key]) -> list[Key]:
        return sorted(keys, key=lambda key: self.tasks[key]["number"])

    def summaries(self) -> set[Key]:
        return {parent for values in self.tasks.values() if (parent := values.get("parent")) in self.tasks}

    def numbered(self) -> dict[int, Key]:
        return {values["number"]: key for key, values in self.tasks.items()}


# -- reading ---------------------------------------------------------------------------------------------------------


def read(plan_id: int, as_of: date, recording: int) -> Records | None:
    """The plan as it stood on a day, as known at a recording; None where it did not stand. A constant number of
    queries."""
    known = limit(recording)
    values = as_of_values(Plan, [plan_id], as_of, known)
    if plan_id not in values:
        return None
    found = Records(plan_id, values[plan_id])
    for model in PARTS:
        ids = list(model.everything.filter(plan_id=plan_id).values_list("pk", flat=True))
        found.rows[model].update(as_of_values(model, ids, as_of, known) if ids else {})
    return found


def present(plan_ids: Iterable[int]) -> dict[int, Records]:
    """The plans as their rows stand today; one query for each table."""
    found: dict[int, Records] = {}
    for chunk in chunks(sorted(set(plan_ids))):
        for row in Plan.everything.filter(pk__in=chunk, withdrawn=False):
            found[row.pk] = Records(row.pk, values_of(row))
        for model in PARTS:
            for row in model.everything.filter(plan_id__in=chunk, withdrawn=False):
                if row.plan_id in found:
                    found[row.plan_id].rows[model][row.pk] = values_of(row)
    return found


def values_of(row: Record) -> dict[str, Any]:
    return {column.name: getattr(row, column.attname) for column in row.value_fields()}


def changed(batch: Batch) -> dict[Key, Records]:
    """The plans that a batch touches, as they will stand after it. A plan that is withdrawn is left out."""
    touched = {key for change in batch.of(Plan, *PARTS) for key in _plans_of(change)}
    found: dict[Key, Records] = dict(present(key for key in touched if isinstance(key, int)))
    for change in batch.of(Plan):
        if change.op == "create":
            found[change] = Records(change, _defaults(Plan) | change.values)
        elif change.op == "withdraw":
            found.pop(change.row.pk, None)
        elif change.row.pk in found:
            found[change.row.pk].plan.update(change.values)
    for change in batch.of(*PARTS):
        plan = found.get(change.after("plan"))
        if plan is None:
            continue
        rows = plan.rows[change.model]
        if change.op == "withdraw":
            rows.pop(change.row.pk, None)
        elif change.op == "create":
            rows[change] = _defaults(change.model) | change.values
        elif change.row.pk in rows:
            rows[change.row.pk].update(change.values)
    return found


def _plans_of(change: Change) -> set[Key]:
    if change.model is Plan:
        return {change if change.row is None else change.row.pk}
    former = {change.row.plan_id} if change.row is not None else set()
    return former | {change.after("plan")}


def _defaults(model: type[Record]) -> dict[str, Any]:
    return {column.name: column.get_default() for column in model.value_fields()}


# -- the engine's plan -----------------------------------------------------------------------------------------------


def calendars(state: WorkCalendar, used: set[str]) -> dict[str, network.Calendar]:
    """What a plan's calendars mean: the codes of PLAN_CALENDARS, each also with hours as `…_hours`; those `used` alone,
    and what they rest on."""
    found: dict[str, network.Calendar] = {}
    if used & {"state", "state_hours"}:
        found["state"] = state
    if "state_hours" in used:
        found["state_hours"] = ShiftCalendar(base="state", times=OFFICE)
    if used & {"six_days", "six_days_hours"}:
        found |= dict.fromkeys(sorted(used & {"six_days", "six_days_hours"}), _six_days(state))
    return found


@lru_cache(maxsize=4)
def _six_days(state: WorkCalendar) -> ShiftCalendar:
    exceptions = []
    for year in sorted(state.years):
        notice = state.years[year]
        exceptions += [ShiftException(day, day) for day in sorted(notice.holidays)]
        exceptions += [ShiftException(day, day, OFFICE) for day in sorted(notice.workdays)]
    return ShiftCalendar((*((OFFICE,) * 6), ()), tuple(exceptions))


def engine(records: Records, state: WorkCalendar, as_of: date, status: date | None = None) -> network.Plan:
    """The engine's plan with what had happened by `as_of`. `status` is the status day; None: the one stated, if it
    is not after `as_of`.

    A day of completion after `as_of` is not known yet and left out, as lights do.
    """
    stated = records.plan["status_on"]
    if status is None and stated is not None and stated <= as_of:
        status = stated
    summaries = records.summaries()
    needs: dict[Key, dict[str, int]] = defaultdict(dict)
    names = {key: values["name"] for key, values in records.rows[PlanResource].items()}
    for values in records.rows[PlanNeed].values():
        if values["resource"] in names and values["task"] not in summaries:
            needs[values["task"]][names[values["resource"]]] = values["amount"]
    tasks = tuple(
        _task(records, key, key in summaries, as_of, needs.get(key, {})) for key in records.ordered()
    )
    days = [day for task in tasks for day in (task.actual_start, task.actual_finish) if day is not None]
    if status is not None and days:
        status = max(status, *days)
    links = _links(records)
    used = {records.plan["calendar"]} | {task.calendar for task in tasks} | {link.calendar for link in links}
    return network.Plan(
        tasks, links, calendars(state, used), records.plan["calendar"], records.plan["start"], status,
        records.plan["promised_on"],
        tuple(Resource(values["name"], values["name"], values["capacity"])
              for values in records.rows[PlanResource].values()),
        name=records.plan["name"],
    )


def _task(records: Records, key: Key, summary: bool, as_of: date, needs: dict[str, int]) -> Task:
    values = records.tasks[key]
    parent = records.tasks.get(values["parent"])
    common = {
        "id": values["number"], "name": values["name"], "calendar": _calendar(records, values),
        "parent": None if parent is None else parent["number"], "constraint": ConstraintKind(values["constraint"]),
        "constraint_on": values["constraint_on"], "responsible": values["department"], "notes": values["note"],
    }
    if summary:
        return Task(**common)
    begun, over, percent = progress(values, as_of)
    return Task(
        **common, duration=0 if values["milestone"] else values["duration"], unit=Unit(values["duration_unit"]),
        milestone=values["milestone"], actual_start=begun, actual_finish=over, percent_complete=percent,
        floor=None if values["milestone"] else values["floor"], resources=needs,
        compression_cost_per_day=values["compression_cost_per_day"],
    )


def progress(values: dict[str, Any], as_of: date) -> tuple[date | None, date | None, int]:
    """Begun, finished and per cent done as of a day."""
    begun, over = values["actual_start"], values["actual_finish"]
    begun = begun if begun is not None and begun <= as_of else None
    over = over if over is not None and over <= as_of else None
    if over is not None:
        return begun, over, 100
    return begun, None, min(values["percent_complete"], 99) if begun is not None else 0


def _calendar(records: Records, values: dict[str, Any]) -> str:
    name = values["calendar"] or records.plan["calendar"]
    return f"{name}_hours" if values["duration_unit"] == "hour" else values["calendar"]


def _links(records: Records) -> tuple[Link, ...]:
    found = []
    for values in records.links.values():
        pred, succ = records.tasks.get(values["pred"]), records.tasks.get(values["succ"])
        if pred is None or succ is None:
            continue
        hours = values["lag_unit"] == "hour"
        calendar = f"{succ['calendar'] or records.plan['calendar']}_hours" if hours else ""
        if not hours and succ["duration_unit"] == "hour" and not succ["calendar"]:
            calendar = records.plan["calendar"]
        found.append(Link(
            pred["number"], succ["number"], LinkKind(values["kind"]), values["lag"], LagUnit(values["lag_unit"]), calendar
        ))
    return tuple(found)


def workdays_late(state: WorkCalendar, promised: date | None, finish: date) -> int:
    """Working days by which `finish` lies after the promised day; 0 when it does not."""
    if promised is None or finish <= promised:
        return 0
    return max(1, state.workdays_between(promised, finish).days)


def overdue_by(state: WorkCalendar, as_of: date, late_start: date, milestone: bool) -> int:
    """Working days lost by `as_of` on a task that had to begin, or go on, by `late_start` and did not: by so many the
    promise is missed even if it does that day."""
    if late_start >= as_of:
        return 0
    day = timedelta(days=1)
    return state.workdays_between(late_start if milestone else late_start - day, as_of - day).days
