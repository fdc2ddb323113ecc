"""Reads of plans: the chart, the sheet counted back from a promised day, the smallest rescue, a slip, the wall."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guatu.kernel.commitments import Lit
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Organisation, User
from guatu.kernel.registry import resource
from guatu.kernel.rules.days import FIRST_YEAR, LAST_YEAR
from guatu.kernel.scope import Scope
from guatu.projects.models import Obstacle, Plan, PlanBaseline, Project
from guatu.projects.planning.portfolio import portfolio
from guatu.projects.planning.records import Key, progress, workdays_late
from guatu.projects.planning.sight import Sight, computed, project_of, sight, sight_if_any, task_of
from guatu.projects.queries.lights import lights_of
from guatu.projects.rules.plans.axes import day_of
from guatu.projects.rules.plans.backward import Begin, Sheet
from guatu.projects.rules.plans.rescue import Outcome
from guatu.projects.rules.plans.rescue import rescue as engine_rescue
from guatu.projects.rules.plans.slip import slip as engine_slip

__all__ = ["backward", "gantt", "plans_of", "portfolio", "rescue", "slip"]

#: A chart's calendar reaches so far beyond its bars.
MARGIN = timedelta(days=31)
#: Seconds in which the cheapest rescue is sought at most.
LIMIT = 10.0


def gantt(scope: Scope, project: Project | int | str, as_of: date, plan: Plan | int | None = None) -> dict[str, Any] | None:
    """Everything a chart of the plan shows, as of a day; None where the project has no plan.

    `start` and `finish` are what happened and the plan from the stated status day on; `late_…` and `must_begin_by`
    count back from the promised day. `plan.finish` and `plan.holds` say what can still be reached when nothing that has
    not begun begins before `as_of`. A task's `light` follows the plan, `light_words` says why; `promise` is the
    milestone it fulfils, with the light that everybody sees.
    """
    found = sight_if_any(scope, project, as_of, plan)
    if found is None:
        return None
    sheet, timing = found.sheet(), found.timing
    rows = {row.id: row for row in sheet.rows}
    lights = _promises(found)
    once = _baseline(found)
    levels, summaries, obstacles = _levels(found), found.records.summaries(), _obstacles(found)
    tasks = []
    for key in found.records.ordered():
        values = found.records.tasks[key]
        one, row = timing.tasks[values["number"]], rows[values["number"]]
        begun, over, percent = progress(values, as_of)
        colour, words = _light(found, values, row, key in summaries, lights.get(values["promise"]))
        first, last, _duration = once.get(str(key), (None, None, None))
        tasks.append({
            "id": key, "number": values["number"], "name": values["name"],
            "parent": values["parent"] if values["parent"] in found.records.tasks else None, "level": levels[key],
            "summary": key in summaries, "milestone": values["milestone"],
            "start": _day(one.start_day), "finish": _day(one.finish_day),
            "early_start": _day(one.early_start_day), "early_finish": _day(one.early_finish_day),
            "late_start": _day(row.begin_by_day), "late_finish": _day(row.finish_by_day),
            "must_begin_by": None if row.begun else _day(row.begin_by_day),
            "forecast_start": _day(row.early_start_day), "forecast_finish": _day(row.early_finish_day),
            "total_float": one.total_float, "free_float": one.free_float, "critical": one.critical and not row.done,
            "percent": _share(found, key, summaries) if key in summaries else percent,
            "actual_start": _day(begun), "actual_finish": _day(over), "baseline_start": first, "baseline_finish": last,
            "unit": found.names[Organisation].get(values["unit"], "") or values["department"],
            "unit_id": values["unit"], "department": values["department"],
            "owner": found.names[User].get(values["owner"], ""), "owner_id": values["owner"],
            "duration": values["duration"], "duration_unit": values["duration_unit"], "calendar": values["calendar"],
            "constraint": values["constraint"], "constraint_on": _day(values["constraint_on"]), "event": values["event"],
            "floor": values["floor"], "floor_kind": values["floor_kind"], "floor_basis": values["floor_basis"],
            "cost_cny": _money(values["compression_cost_per_day"]),
            "light": colour, "light_words": words, "promise": _promise(lights.get(values["promise"])),
            "obstacles": obstacles.get(key, 0),
            "drivers": [
                found.numbered[driver.pred] for driver in timing.drivers(values["number"]) if driver.pred is not None
            ],
            "note": values["note"],
        })
    return {
        "plan": _plan(found, sheet), "calendar": _calendar(found, sheet), "tasks": tasks,
        "links": [
            {"id": key, "pred": values["pred"], "succ": values["succ"], "kind": values["kind"], "lag": values["lag"],
             "lag_unit": values["lag_unit"]}
            for key, values in found.records.links.items()
            if values["pred"] in found.records.tasks and values["succ"] in found.records.tasks
        ],
    }


def plans_of(scope: Scope, project: Project | int | str, as_of: date) -> list[dict[str, Any]]:
    """The plan that counts and the what-ifs made from it, as [{id, name, what_if, promised_on}]."""
    rows = resource("plans").rows(scope).filter(project=project_of(scope, project)).order_by("what_if", "pk")
    return [
        {"id": row.pk, "name": row.name, "what_if": row.what_if, "promised_on": _day(row.promised_on)} for row in rows
    ]


def backward(
    scope: Scope, project: Project | int | str, day: date | None, as_of: date, plan: Plan | int | None = None
) -> dict[str, Any]:
    """The sheet counted back from `day` (None: the day promised): by when each task must begin and be finished.

    `slack` counts days or hours of the task's own calendar. What has not begun by `as_of` begins then at the earliest;
    `overdue` are tasks that had to begin before. `finish` is the earliest day the whole can be reached.
    """
    found = sight(scope, project, as_of, plan)
    promised = _promised(found, day)
    sheet, summaries, levels = found.sheet(promised), found.records.summaries(), _levels(found)
    rows = []
    for row in sheet.rows:
        key = found.numbered[row.id]
        values = found.records.tasks[key]
        begun, over, percent = progress(values, as_of)
        rows.append({
            "id": key, "number": values["number"], "name": values["name"], "level": levels[key],
            "summary": key in summaries, "milestone": values["milestone"],
            "unit": found.names[Organisation].get(values["unit"], "") or values["department"],
            "owner": found.names[User].get(values["owner"], ""),
            "duration": values["duration"], "duration_unit": values["duration_unit"], "floor": values["floor"],
            "floor_basis": values["floor_basis"], "actual_start": _day(begun), "actual_finish": _day(over),
            "percent": percent, "latest_start": _day(row.begin_by_day), "latest_finish": _day(row.finish_by_day),
            "must_begin_by": None if row.begun else _day(row.begin_by_day),
            "earliest_start": _day(row.early_start_day), "earliest_finish": _day(row.early_finish_day),
            "begun": row.begun, "done": row.done, "overdue": row.overdue, "slack": row.slack,
        })
    return {
        "plan": found.row.pk, "project": found.project.code, "project_name": found.project.name, "as_of": _day(as_of),
        "promised_on": _day(promised), "holds": sheet.holds, "finish": _day(sheet.finish_day), "slack": sheet.slack,
        "late_by_workdays": 0 if sheet.holds else workdays_late(found.state, promised, sheet.finish_day), "rows": rows,
        "should_have_begun": [found.numbered[number] for number in sheet.overdue],
    }


def rescue(
    scope: Scope, project: Project | int | str, day: date | None, as_of: date, plan: Plan | int | None = None,
    limit: float = LIMIT,
) -> dict[str, Any]:
    """The cheapest whole days to cut, above the floors, so that `day` (None: the day promised) is held, or the chain of
    tasks that prevents it. `proved` says whether the cuts are proved the cheapest; else `bound_cny` is what any
    rescue costs at least."""
    found = sight(scope, project, as_of, plan)
    promised = _promised(found, day)
    answer = computed(engine_rescue, found.today, promised, None, limit)
    holds = answer.outcome in (Outcome.HOLDS, Outcome.OPTIMAL, Outcome.FEASIBLE)
    names = {task.id: task for task in found.today.tasks}
    return {
        "plan": found.row.pk, "project": found.project.code, "as_of": _day(as_of), "promised_on": _day(promised),
        "holds": holds, "outcome": str(answer.outcome), "proved": answer.outcome not in (Outcome.FEASIBLE, Outcome.UNKNOWN),
        "cost_cny": _money(answer.cost), "bound_cny": _money(answer.bound), "finish": _day(answer.finish_day),
        "cuts": [
            {"task": found.numbered[cut.task], "name": names[cut.task].name, "from": names[cut.task].duration,
             "to": names[cut.task].duration - cut.days, "days": cut.days, "cost_cny": _money(cut.cost)}
            for cut in answer.cuts
        ],
        "blocking": [
            {"task": found.numbered[block.task], "name": names[block.task].name, "start": _day(day_of(block.start)),
             "finish": _day(day_of(block.finish)), "shortest": block.shortest}
            for block in answer.chain
        ],
    }


def slip(
    scope: Scope, project: Project | int | str, task: int, as_of: date, *, by: int | None = None,
    finish: date | None = None, plan: Plan | int | None = None,
) -> dict[str, Any]:
    """What happens to the project's milestones when a task takes `by` longer (in its unit), or is finished on `finish`
    only: `moved` has each with its days before and after, its promised day, and by how many working days it is missed.

    Raises Faulty for a summary or finished task.
    """
    found = sight(scope, project, as_of, plan)
    values = task_of(found, task)
    if task in found.records.summaries() or progress(values, as_of)[1] is not None:
        raise Faulty("cannot_slip", _(
            "“%s” is finished or a summary and cannot slip. Choose a task that is still to be done.") % values["name"])
    if (by is None) == (finish is None):
        raise Faulty("slip_how", _("Say by how much the task slips, or on which day it will be finished."), "by")
    answer = computed(engine_slip, found.today, values["number"], by, finish)
    lights = _promises(found)
    moved = []
    for one in answer.moved:
        key = found.numbered[one.id]
        what = found.records.tasks[key]
        lit = lights.get(what["promise"])
        due = lit.state.due_on if lit is not None else None
        moved.append({
            "task": key, "name": what["name"], "was": _day(one.was_day), "now": _day(one.now_day), "days": one.days,
            "workdays": found.state.workdays_between(one.was_day, one.now_day).days, "promised_on": _day(due),
            "late_by_workdays": workdays_late(found.state, due, one.now_day),
            "chain": [
                {"task": found.numbered[driver.task], "name": found.records.tasks[found.numbered[driver.task]]["name"]}
                for driver in one.chain
            ],
        })
    return {
        "task": task, "name": values["name"], "was": _day(answer.was_day), "now": _day(answer.now_day), "moved": moved,
        "tasks_moved": answer.tasks_moved, "plan_was": _day(day_of(answer.plan_was)),
        "plan_now": _day(day_of(answer.plan_now)), "promised_on": _day(found.promised_on),
        "late_by_workdays": workdays_late(found.state, found.promised_on, day_of(answer.plan_now)),
    }


# -- parts -----------------------------------------------------------------------------------------------------------


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _money(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _promised(found: Sight, day: date | None) -> date:
    promised = day or found.promised_on
    if promised is None:
        raise Faulty("promise_missing", _(
            "The plan of “%s” is not promised for any day. Give the day to count back from.") % found.project, "day")
    if not FIRST_YEAR + 100 <= promised.year <= LAST_YEAR - 100:
        raise Faulty("promise_far", _("%s is no day a project is promised for. Correct the year.") % promised, "day")
    return promised


def _plan(found: Sight, sheet: Sheet) -> dict[str, Any]:
    values, promised = found.records.plan, found.promised_on
    done = all(row.done for row in sheet.rows)
    return {
        "id": found.row.pk, "name": values["name"], "project": found.project.code, "project_id": found.project.pk,
        "project_name": found.project.name, "start": _day(values["start"]), "promised_on": _day(promised),
        "status_on": _day(values["status_on"]), "finish": _day(sheet.finish_day),
        "planned_finish": _day(found.timing.finish_day), "holds": None if promised is None else sheet.holds, "done": done,
        "late_by_workdays": 0 if sheet.holds else workdays_late(found.state, promised, sheet.finish_day),
        "what_if": values["what_if"], "calendar": values["calendar"], "template": values["template"],
        "as_of": _day(found.as_of), "head": found.when.recording,
    }


def _calendar(found: Sight, sheet: Sheet) -> dict[str, Any]:
    """The days off of the plan's calendar around everything the chart shows."""
    days = [found.records.plan["start"], sheet.finish_day, found.timing.finish_day]
    days += [row.begin_by_day for row in sheet.rows] + [row.finish_by_day for row in sheet.rows]
    days += [] if found.promised_on is None else [found.promised_on]
    if min(days) - 12 * MARGIN < found.as_of < max(days) + 12 * MARGIN:
        days.append(found.as_of)
    first, last = min(days) - MARGIN, max(days) + MARGIN
    last = min(last, first + timedelta(days=366 * 12))
    six = found.records.plan["calendar"] == "six_days"
    works = _six_days(found) if six else found.state.is_workday
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {"from": _day(first), "to": _day(last), "idle": [_day(day) for day in span if not works(day)]}


def _six_days(found: Sight):
    from guatu.projects.rules.plans.shifts import works_on

    works = works_on(found.planned.calendars, "six_days")
    return lambda day: works(day.toordinal())


def _levels(found: Sight) -> dict[Key, int]:
    levels: dict[Key, int] = {}
    for key in found.records.ordered():
        levels[key] = levels.get(found.records.tasks[key]["parent"], -1) + 1
    return levels


def _share(found: Sight, summary: Key, summaries: set[Key]) -> int:
    """Per cent of a summary: of the durations of its parts."""
    weight = done = 0
    waiting = [summary]
    while waiting:
        key = waiting.pop()
        for part, values in found.records.tasks.items():
            if values["parent"] == key:
                if part in summaries:
                    waiting.append(part)
                else:
                    weight += values["duration"]
                    done += values["duration"] * progress(values, found.as_of)[2]
    return done // weight if weight else 0


def _promises(found: Sight) -> dict[int, Lit]:
    """Lights of the milestones that the plan's tasks fulfil."""
    ids = sorted({values["promise"] for values in found.records.tasks.values()} - {None})
    return lights_of(ids, found.as_of) if ids else {}


def _promise(lit: Lit | None) -> dict[str, Any] | None:
    if lit is None:
        return None
    return {"milestone": lit.state.subject_id, "due_on": _day(lit.state.due_on), "light": str(lit.light.colour),
            "done_on": _day(lit.state.done_on)}


def _light(found: Sight, values: dict[str, Any], row: Begin, summary: bool, lit: Lit | None) -> tuple[str, str]:
    """The colour that the plan gives a task as of the day, and why."""
    _begun, over, _percent = progress(values, found.as_of)
    due = lit.state.due_on if lit is not None else None
    if row.done or over is not None:
        late = over is not None and over > (due or row.finish_by_day) and not summary
        return ("done_late", _("finished after its day")) if late else ("done", _("finished"))
    if due is not None and row.early_finish_day > due:
        return "red", _("Promised for %(due)s; by the plan not before %(finish)s, %(days)d working days late.") % {
            "due": due, "finish": row.early_finish_day, "days": workdays_late(found.state, due, row.early_finish_day)}
    if row.overdue:
        return "red", _("Had to begin by %s and has not.") % row.begin_by_day
    if row.slack < 0:
        return "red", _("Must be finished by %(late)s; by the plan not before %(finish)s.") % {
            "late": row.finish_by_day, "finish": row.early_finish_day}
    if lit is not None and str(lit.light.colour) in ("red", "yellow"):
        return str(lit.light.colour), _("Promised for %s.") % due
    left = found.state.workdays_between(found.as_of, row.finish_by_day if row.begun else row.begin_by_day).days
    if left <= found.when.yellow_workdays(found.project.zone_id):
        if row.begun:
            return "yellow", _("Must be finished by %(day)s, in %(left)d working days.") % {
                "day": row.finish_by_day, "left": left}
        return "yellow", _("Must begin by %(day)s, in %(left)d working days.") % {"day": row.begin_by_day, "left": left}
    return "green", _("Has room until %s.") % (row.finish_by_day if row.begun else row.begin_by_day)


def _baseline(found: Sight) -> dict[str, list]:
    """The dates of the newest baseline taken by the day."""
    plan = found.records.plan["what_if_of"] or found.row.pk
    row = PlanBaseline.everything.filter(plan=plan, withdrawn=False, taken_on__lte=found.as_of).order_by("-number").first()
    if row is None:
        return {}
    if plan == found.row.pk:
        return row.dates
    return {
        str(key): row.dates[str(values["copied_from"])] for key, values in found.records.tasks.items()
        if str(values["copied_from"]) in row.dates
    }


def _obstacles(found: Sight) -> dict[Key, int]:
    """How many unresolved obstacles hold up each task."""
    rows = Obstacle.everything.filter(
        project=found.project, withdrawn=False, task__isnull=False, raised_on__lte=found.as_of
    ).values_list("task_id", "done_on")
    counts: dict[Key, int] = {}
    for task, done_on in rows:
        if done_on is None or done_on > found.as_of:
            counts[task] = counts.get(task, 0) + 1
    same = {key: values["copied_from"] for key, values in found.records.tasks.items()}
    return {key: counts.get(key, 0) + counts.get(same[key], 0) for key in found.records.tasks}
