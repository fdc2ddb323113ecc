"""A project's plan: the Gantt, the empty state in which a plan is laid out, and what the Gantt asks and sends."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from guatu.kernel import undo as undoing
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Faulty, Forbidden, NotFound, Refused
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.choices import CONSTRAINTS, DURATION_UNITS, LINK_KINDS
from guatu.projects.models import Plan, Project
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan
from guatu.projects.pages.plan_words import ZOOMS, gantt_words
from guatu.projects.pages.project import found
from guatu.projects.pages.rights import may
from guatu.projects.planning import actions as planning
from guatu.projects.planning import queries as plans
from guatu.projects.planning import templates as plan_templates

#: Rows of the plain table for print and phones; a longer plan is printed as PDF.
TABLE_ROWS = 600
FAULTS = 3


def plan_number(text: str | None) -> int | None:
    """The plan an address or a body names: the present one when it names none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def read(scope: Scope, project: Project, address: Asked) -> dict | None:
    """The plan the address asks for, as a dict; None when the project has none on the day. Raises NotFound for a
    what-if that is gone."""
    number = plan_number(address.given.get("plan"))
    try:
        return plans.gantt(scope, project, address.as_of, number)
    except NotFound as missing:
        if missing.code != "no_plan" or number is not None:
            raise
        return None


def plan_of(scope: Scope, project: Project, number: int | None) -> Plan:
    """The row of the plan of this number, to be changed. Raises NotFound when it is no plan of the project."""
    row = resource("plans").find(scope, number or 0, "change")
    if row.project_id != project.pk:
        raise NotFound("no_plan", _("This plan does not belong to “%s”. Open the plan again.") % project)
    return row


def headline(gantt: dict) -> dict:
    """What the plan says in figures: promise, end, days over, the critical path, what should have begun."""
    plan, tasks = gantt["plan"], [task for task in gantt["tasks"] if not task["summary"]]
    open_tasks = [task for task in tasks if not task["actual_finish"]]
    critical = [task for task in open_tasks if task["critical"]]
    late = [task for task in open_tasks if task["must_begin_by"] and task["must_begin_by"] < plan["as_of"]]
    spare = 0
    if plan["holds"]:
        spare = (date.fromisoformat(plan["promised_on"]) - date.fromisoformat(plan["finish"])).days
    return {
        "plan": plan, "over": plan["late_by_workdays"], "spare": spare, "tasks": len(tasks),
        "done": len(tasks) - len(open_tasks), "critical": len(critical), "next": next(iter(critical), None),
        "late": len(late), "first_late": min(late, key=lambda task: task["must_begin_by"], default=None),
    }


def table(gantt: dict) -> dict:
    """The plain table: every task with a small bar, its place and width in per cent of the plan."""
    days = [gantt["plan"]["start"], gantt["plan"]["finish"], gantt["plan"]["promised_on"]]
    days += [task[name] for task in gantt["tasks"] for name in ("start", "finish")]
    known = sorted(date.fromisoformat(day) for day in days if day)
    if not known:
        return {"rows": [], "more": 0}
    first, whole = known[0], (known[-1] - known[0]).days + 1

    def share(day: str) -> float:
        return round(100 * (date.fromisoformat(day) - first).days / whole, 2)

    rows = [
        task | {
            "indent": min(task["level"] + 1, 6),
            "at": share(task["start"]) if task["start"] else 0,
            "width": max(1.2, round(share(task["finish"]) - share(task["start"]) + 100 / whole, 2))
            if task["start"] and task["finish"] else 0,
        }
        for task in gantt["tasks"][:TABLE_ROWS]
    ]
    promised = gantt["plan"]["promised_on"]
    return {
        "rows": rows, "more": max(0, len(gantt["tasks"]) - TABLE_ROWS), "promised": share(promised) if promised else None,
        "status": share(gantt["plan"]["as_of"]) if gantt["plan"]["as_of"] and (
            known[0] <= date.fromisoformat(gantt["plan"]["as_of"]) <= known[-1]) else None,
    }


@require_safe
@ensure_csrf_cookie
def plan_page(request, record: int):
    """The Gantt of the project's plan; where there is none, the form that lays one out."""
    scope = scope_of(request)
    project = found(scope, record)
    scope.require("plans", "view")
    address = addresses.asked(request)
    gantt = read(scope, project, address)
    context = {"project": project, "address": address, "may_add": may(scope, project, "plans", "add")}
    if gantt is None:
        return render(request, "projects/plan_empty.html", context | empty(project))
    editable = address.is_present and may(scope, project, "plans", "change")
    return render(request, "projects/plan.html", context | {
        "gantt": gantt, "plan": gantt["plan"], "editable": editable, "may_change": may(scope, project, "plans", "change"),
        "headline": headline(gantt), "table": table(gantt), "words": gantt_words(),
        "units": DURATION_UNITS, "constraints": CONSTRAINTS, "kinds": LINK_KINDS, "zooms": ZOOMS, "today": timezone.localdate(),
        "what_ifs": [row for row in plans.plans_of(scope, project, address.as_of) if row["what_if"]],
        "rescue_day": gantt["plan"]["promised_on"] or "",
        "project_url": address.link(reverse("projects:project", args=[project.pk])),
        "backward_url": address.link(reverse("projects:plan_backward", args=[project.pk])),
        "here": request.get_full_path(),
    })


def empty(project: Project, **typed) -> dict:
    """What the empty state shows: the templates to choose from and what was typed."""
    return {"templates": list(plan_templates.templates().values()), "typed": typed, "project": project}


@require_POST
def edit_view(request, record: int):
    """Edits the plan. The body is {plan, changes, reason, planned_at}; the answer redraws the page."""
    scope = scope_of(request)
    project = found(scope, record)
    try:
        _require(scope, project, "change")
        body = _body(request)
        changes = body.get("changes")
        if not isinstance(changes, list) or not all(isinstance(change, dict) for change in changes) or not changes:
            raise Faulty("changes", _("The request holds no changes. Open the page again and make the change once more."))
        seen = body.get("planned_at")
        written = planning.edit(
            actor_of(request), plan_of(scope, project, plan_number(str(body.get("plan", "")))), changes,
            str(body.get("reason", ""))[:500], seen if isinstance(seen, int) else None)
    except Refused as refused:
        return refusal(refused)
    return answer(request, project, written)


@require_POST
def undo_view(request, record: int):
    """Takes back an edit of the person's own: {recording, plan}."""
    scope = scope_of(request)
    project = found(scope, record)
    try:
        _require(scope, project, "change")
        number = plan_number(str(_body(request).get("recording", "")))
        if number is None:
            raise Faulty("recording", _("The request names no recording to undo. Open the page again."))
        undoing.undo(actor_of(request), number)
    except Refused as refused:
        return refusal(refused)
    return answer(request, project, None)


def answer(request, project: Project, recording: int | None) -> JsonResponse:
    """The plan as it stands after an edit, with the parts of the page that were rendered here."""
    address = addresses.asked(request)
    gantt = read(scope_of(request), project, address)
    shown = {"headline": headline(gantt), "table": table(gantt), "project": project, "address": address}
    return JsonResponse({
        "gantt": gantt, "recording": recording,
        "headline": render_to_string("projects/_plan_headline.html", shown, request),
        "table": render_to_string("projects/_plan_table.html", shown, request),
    }, json_dumps_params={"ensure_ascii": False})


def sentences(refused: Refused) -> list[str]:
    """Every reason of a refusal, each once."""
    problems = refused.problems if isinstance(refused, Refusals) else []
    return list(dict.fromkeys(str(problem.refused) for problem in problems))[:FAULTS] or [str(refused)]


def refusal(refused: Refused) -> JsonResponse:
    return JsonResponse({"refused": sentences(refused), "code": refused.code}, status=refused.status,
                        json_dumps_params={"ensure_ascii": False})


def _require(scope: Scope, project: Project, verb: str) -> None:
    if not may(scope, project, "plans", verb):
        raise Forbidden("plan_not_yours", _("You may read the plan of “%s” but not change it. Ask its officer.") % project)


def _body(request) -> dict:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Faulty("body", _("The request cannot be read. Open the page again and make the change once more."))
    return body


@require_safe
def rescue_view(request, record: int):
    """The smallest rescue for a day, as a fragment beside the Gantt."""
    scope = scope_of(request)
    project = found(scope, record)
    scope.require("plans", "view")
    address = addresses.asked(request)
    context = {"project": project, "address": address, "may_change": may(scope, project, "plans", "change")}
    try:
        day = addresses.day(address.given.get("day"), "day")
        if day is None:
            raise Faulty("day", _("Name the day that is to be held."), "day")
        answered = plans.rescue(scope, project, day, address.as_of, plan_number(address.given.get("plan")))
        context |= {"rescue": answered, "day": day, "cost": _wan(answered["cost_cny"]), "bound": _wan(answered["bound_cny"]),
                    "cuts": [(cut, _wan(cut["cost_cny"])) for cut in answered["cuts"]]}
    except Refused as refused:
        context["refused"] = sentences(refused)
    return render(request, "projects/_plan_rescue.html", context)


def _wan(amount: int | float | None) -> str:
    return "" if amount is None else wan(Decimal(str(amount)))
