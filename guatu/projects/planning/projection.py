"""The dates of every plan over both times, kept with each edit, so that the wall of plans asks no engine."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache

from guatu.kernel.bulk import chunks
from guatu.kernel.models import BEGINNING, END_OF_TIME, CalendarNotice
from guatu.kernel.models.facts import Statement
from guatu.kernel.models.history import recording_number
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import calendar, in_order, statements_about
from guatu.kernel.registry import projection
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import BadCalendar
from guatu.kernel.values import read
from guatu.projects.models import Plan, PlanLink, PlanState, PlanTask
from guatu.projects.planning.records import Records, engine, progress
from guatu.projects.rules.plans import network
from guatu.projects.rules.plans.axes import day_of
from guatu.projects.rules.plans.backward import Begin, Sheet, backward_from
from guatu.projects.rules.plans.passes import Schedule, schedule
from guatu.projects.rules.plans.problems import BadPlan

PARTS = (PlanTask, PlanLink)
COLUMNS = {model: {field.name: field for field in model.value_fields()} for model in (Plan, *PARTS)}
#: Values after whose day an answer changes although nothing is stated from that day.
TURNING = {Plan: ("status_on",), PlanTask: ("actual_start", "actual_finish"), PlanLink: ()}


@projection
class PlanStates(Projection):
    model = PlanState
    subject_columns = ("plan_id",)

    def concerned(self, row):
        if isinstance(row, Plan):
            return [(row.pk,)]
        if isinstance(row, PlanTask | PlanLink):
            return [(row.plan_id,)]
        return self.all_subjects() if isinstance(row, CalendarNotice) else []

    def all_subjects(self):
        return ((pk,) for pk in Plan.everything.values_list("pk", flat=True).iterator())

    def recordings_of(self, subjects):
        ids = [pk for (pk,) in subjects]
        notices = numbers_of(CalendarNotice.everything.values_list("id", flat=True))
        found = {subject: set(notices) for subject in subjects}
        for pk, statements in statements_about(Plan, ids).items():
            found[pk,] |= numbers_of(statement.id for statement in statements)
        for pk, parts in _parts(ids, None).items():
            for statements in parts.values():
                found[pk,] |= {number for told in statements.values() for number in numbers_of(one.id for one in told)}
        return found

    def timelines(self, subjects, known_limit):
        ids = [pk for (pk,) in subjects]
        state = calendar(None if known_limit is None else recording_number(known_limit) - 1)
        plans, parts = statements_about(Plan, ids, known_limit), _parts(ids, known_limit)
        return {(pk,): _timeline(pk, plans.get(pk, []), parts.get(pk, {}), state) for pk in ids}


def _parts(ids: list[int], known_limit: int | None) -> dict[int, dict[type, dict[int, list[Statement]]]]:
    """Statements about the tasks and links of plans: by plan, table and row."""
    found: dict = defaultdict(lambda: defaultdict(dict))
    for model in PARTS:
        owner: dict[int, int] = {}
        for chunk in chunks(sorted(ids)):
            owner |= dict(model.everything.filter(plan_id__in=chunk).values_list("pk", "plan_id"))
        for pk, statements in (statements_about(model, owner, known_limit) if owner else {}).items():
            found[owner[pk]][model][pk] = in_order(statements)
    return found


def _timeline(pk: int, plan: list[Statement], parts: dict, state: WorkCalendar) -> list[dict]:
    plan = in_order(plan)
    told = [(Plan, plan), *((model, statements) for model in PARTS for statements in parts.get(model, {}).values())]
    days = _boundaries(told)
    found: list[dict] = []
    last: tuple | None = None
    for place, day in enumerate(days):
        until = days[place + 1] if place + 1 < len(days) else END_OF_TIME
        records = _standing(pk, plan, parts, day)
        rows = () if records is None else computed(records, state, day)
        if rows == last:
            for row in found[len(found) - len(rows):]:
                row["valid_to"] = until
            continue
        last = rows
        found += [{**dict(row), "valid_from": day, "valid_to": until} for row in rows]
    return found


def _boundaries(told: list[tuple[type, list[Statement]]]) -> list[date]:
    """Every day from which something else may hold."""
    days = {BEGINNING}
    for model, statements in told:
        for statement in statements:
            days.add(max(statement.counts_from, BEGINNING))
            for name in TURNING[model]:
                if statement.values.get(name):
                    days.add(date.fromisoformat(statement.values[name]))
    return sorted(days)


def _standing(pk: int, plan: list[Statement], parts: dict, day: date) -> Records | None:
    values = _folded(Plan, plan, day)
    if values is None:
        return None
    found = Records(pk, values)
    for model in PARTS:
        for key, statements in parts.get(model, {}).items():
            values = _folded(model, statements, day)
            if values is not None:
                found.rows[model][key] = values
    return found


def _folded(model: type, statements: list[Statement], day: date) -> dict | None:
    values: dict = {}
    for statement in statements:
        if statement.counts_from <= day:
            values.update(statement.values)
    if not values or values.get("withdrawn"):
        return None
    return {name: read(column, values.get(name)) for name, column in COLUMNS[model].items()}


# -- computing -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _dates(_key: tuple, plan: _Same) -> tuple[Schedule, Sheet] | None:
    try:
        timing = schedule(plan.plan)
        return timing, backward_from(plan.plan, plan.plan.deadline or timing.finish_day)
    except (BadPlan, BadCalendar):
        return None


class _Same:
    """A plan that the cache does not look into: its key says all."""

    def __init__(self, plan: network.Plan):
        self.plan = plan

    def __eq__(self, other):
        return isinstance(other, _Same)

    def __hash__(self):
        return 0


def dates_of(plan: network.Plan, state: WorkCalendar) -> tuple[Schedule, Sheet] | None:
    """Both passes and the sheet counted back from the promise; None for a plan that cannot be computed."""
    key = (repr((plan.tasks, plan.links, plan.calendar, plan.start, plan.status_day, plan.deadline)), state)
    return _dates(key, _Same(plan))


def computed(records: Records, state: WorkCalendar, day: date) -> tuple[tuple[tuple[str, object], ...], ...]:
    """The rows of one stretch of time without their days: first the whole, then each task in outline order."""
    plan = engine(records, state, day)
    found = dates_of(plan, state)
    if found is None or not plan.tasks:
        return ()
    timing, sheet = found
    begin = {row.id: row for row in sheet.rows}
    summaries, level = records.summaries(), _levels(records)
    shared = {"project_id": records.plan["project"], "what_if": bool(records.plan["what_if"])}
    over = {key: progress(values, day)[1] is not None for key, values in records.tasks.items()}
    whole = shared | {
        "task_id": None, "number": 0, "name": records.plan["name"], "level": 0, "summary": True, "milestone": False,
        "critical": False, "begun": any(progress(values, day)[0] for values in records.tasks.values()),
        "done": all(over[key] for key in records.tasks if key not in summaries), "percent": _share(records, day),
        "start": timing.start_day, "finish": timing.finish_day, "late_start": None,
        "late_finish": records.plan["promised_on"], "left": 0, "promise_id": records.plan["promise"],
    }
    rows = [tuple(whole.items())]
    for key in records.ordered():
        values, summary = records.tasks[key], key in summaries
        one, row = timing.tasks[values["number"]], begin[values["number"]]
        begun, finished, percent = progress(values, day)
        rows.append(tuple((shared | {
            "task_id": key, "number": values["number"], "name": values["name"], "level": level[key], "summary": summary,
            "milestone": values["milestone"], "critical": one.critical and not row.done, "begun": row.begun, "done": row.done,
            "percent": 0 if summary else percent, "start": one.start_day, "finish": one.finish_day,
            "late_start": _go_on_by(timing, values["number"], row), "late_finish": row.finish_by_day,
            "left": 0 if begun is None or finished else _left(timing, values["number"]),
            "promise_id": values["promise"],
        }).items()))
    return tuple(rows)


def _left(timing: Schedule, number: int) -> int:
    compiled = timing.compiled
    node = compiled.place[number]
    done = compiled.progress[node]
    if done is None:
        return 0
    return -(-done.left // 480) if compiled.axis[node].minutes else done.left


def _go_on_by(timing: Schedule, number: int, row: Begin) -> date:
    """The day by which a task must begin, or, where it has begun, by which what is left of it must go on."""
    compiled = timing.compiled
    node = compiled.place[number]
    done, axis = compiled.progress[node], compiled.axis[node]
    if done is None or done.finish is not None:
        return row.begin_by_day
    return day_of(axis.start_of(axis.down_finish(row.finish_by) - done.left))


def _levels(records: Records) -> dict:
    found: dict = {}
    for key in records.ordered():
        parent = records.tasks[key]["parent"]
        found[key] = found.get(parent, -1) + 1 if parent in records.tasks else 0
    return found


def _share(records: Records, day: date) -> int:
    """Per cent of the whole: of its tasks' durations, milestones left out."""
    summaries = records.summaries()
    weights = [
        (values["duration"], progress(values, day)[2]) for key, values in records.tasks.items() if key not in summaries
    ]
    total = sum(weight for weight, _percent in weights)
    return sum(weight * percent for weight, percent in weights) // total if total else 0
