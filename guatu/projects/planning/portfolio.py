"""The wall of plans: every project's plan that counts, from the dates kept with each edit; a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guatu.chains.models import Chain
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Organisation, User
from guatu.kernel.scope import Scope
from guatu.projects.models import PlanState
from guatu.projects.planning.records import overdue_by, workdays_late
from guatu.projects.queries.moment import Moment, moment

#: What the wall can be grouped by, and where a project says it.
GROUPS = {
    "commander": ("project__commander_id", User), "unit": ("unit_id", Organisation), "chain": ("chain_id", Chain),
    "zone": ("zone_id", Organisation),
}
COLUMNS = (
    "project_id", "task_id", "name", "summary", "start", "finish", "late_start", "late_finish", "critical", "milestone",
    "percent", "begun", "done", "left",
)
PLACE = {name: place for place, name in enumerate(COLUMNS)}


def portfolio(scope: Scope, as_of: date, group: str = "zone") -> dict[str, Any]:
    """Every plan that counts of the projects within `scope`, as of a day, grouped.

    Dates are those kept with the last edit before the day. `late_by` counts working days by which the promised day
    cannot be held any more: by the plan itself, or because something that had to begin has not. Summary tasks are left
    out.
    """
    scope.require("plans", "view")
    if group not in GROUPS:
        raise Faulty("group", _("The wall is grouped by one of: %(groups)s. “%(group)s” is none of them.") % {
            "groups": ", ".join(GROUPS), "group": str(group)[:40]}, "group")
    when = moment(as_of)
    column, model = GROUPS[group]
    projects = list(
        when.states(scope).filter(project__plans__what_if="", project__plans__withdrawn=False)
        .order_by("code").values_list("project_id", "code", "name", "zone_id", column)
    )
    rows = _rows(when, scope)
    names = {row.pk: str(row) for row in model.everything.filter(pk__in={key for *_rest, key in projects if key})}
    groups: dict[int | None, list[dict]] = defaultdict(list)
    first: list[date] = []
    last: list[date] = []
    for pk, code, name, zone, key in projects:
        whole, tasks = rows.get(pk, (None, []))
        if whole is None:
            continue
        first.append(whole[PLACE["start"]])
        last.append(max(whole[PLACE["finish"]], whole[PLACE["late_finish"]] or whole[PLACE["finish"]]))
        groups[key].append(_project(when, pk, code, name, zone, whole, tasks))
    ordered = sorted(groups, key=lambda key: (key is None, names.get(key, "")))
    return {
        "as_of": as_of.isoformat(), "group": group,
        "from": min(first).isoformat() if first else None, "to": max(last).isoformat() if last else None,
        "groups": [
            {"key": key, "name": names.get(key, "") or _("not named"), "projects": groups[key]} for key in ordered
        ],
    }


def plan_of(scope: Scope, when: Moment, project: int, zone: int) -> dict[str, Any] | None:
    """What the wall says of one project's plan at a moment; None where it has none that `scope` may see. One query."""
    whole, tasks = _rows(when, scope, project).get(project, (None, [])) if scope.may("plans") else (None, [])
    return None if whole is None else _project(when, project, "", "", zone, whole, tasks)


def _rows(when: Moment, scope: Scope, project: int | None = None) -> dict[int, tuple]:
    """By project (or of one): the row of the whole, and those of the tasks in outline order."""
    kept = PlanState.objects.filter(
        what_if=False, valid_from__lte=when.as_of, valid_to__gt=when.as_of,
        recorded_from__lte=when.recording, recorded_to__gt=when.recording,
    )
    if project is not None:
        kept = kept.filter(project_id=project)
    within = scope.q(PlanState.scope_paths, "plans")
    if within is not None:
        kept = kept.filter(within)
    found: dict[int, list] = defaultdict(lambda: [None, []])
    for row in kept.order_by("project_id", "number", "id").values_list(*COLUMNS):
        if row[1] is None:
            found[row[0]][0] = row
        elif not row[3]:
            found[row[0]][1].append(row)
    return {pk: tuple(pair) for pk, pair in found.items()}


def _project(when: Moment, pk: int, code: str, name: str, zone: int, whole: tuple, tasks: list[tuple]) -> dict[str, Any]:
    start, finish, promised, done = (whole[PLACE[word]] for word in ("start", "finish", "late_finish", "done"))
    late_by = 0 if done else _late_by(when, finish, promised, tasks)
    return {
        "id": pk, "name": name, "code": code, "url": f"/r/projects/{pk}/plan/", "start": start.isoformat(),
        "finish": finish.isoformat(), "promised_on": promised.isoformat() if promised else None, "late_by": late_by,
        "light": _light(when, zone, promised, finish, done, late_by, tasks), "percent": whole[PLACE["percent"]],
        "tasks": [
            {"id": row[1], "name": row[2], "start": row[4].isoformat(), "finish": row[5].isoformat(), "critical": row[8],
             "milestone": row[9], "percent": row[10], "done": row[12]}
            for row in tasks
        ],
    }


def _late_by(when: Moment, finish: date, promised: date | None, tasks: list[tuple]) -> int:
    state, as_of = when.calendar, when.as_of
    late = workdays_late(state, promised, finish)
    if promised is None:
        return 0
    for row in tasks:
        if row[PLACE["done"]]:
            continue
        if row[PLACE["late_start"]] < as_of:
            late = max(late, overdue_by(state, as_of, row[PLACE["late_start"]], row[PLACE["milestone"]]))
    return late


def _light(
    when: Moment, zone: int, promised: date | None, finish: date, done: bool, late_by: int, tasks: list[tuple]
) -> str | None:
    """Done; red: the promise cannot be held; yellow: something must begin, or go on, within the days at which lights
    turn yellow; else green. None where nothing is promised."""
    if done:
        return "done_late" if promised is not None and finish > promised else "done"
    if promised is None:
        return None
    if late_by or when.as_of > promised:
        return "red"
    days = when.yellow_workdays(zone)
    soon = when.calendar.add_workdays(when.as_of, days + 1).day
    pressing = any(
        not row[PLACE["done"]] and row[PLACE["late_start"]] < soon for row in tasks
    )
    return "yellow" if pressing else "green"
