"""Steps of a plan that are whole: laying one out, a what-if begun, kept or thrown away, a baseline set."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.models import Plan, Project
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.plan import empty, plan_number, plan_of, sentences
from guatu.projects.pages.project import found
from guatu.projects.pages.rights import may
from guatu.projects.planning import actions as planning
from guatu.projects.planning import queries as plans


def _address(project: Project, plan: int | None = None) -> str:
    url = reverse("projects:plan", args=[project.pk])
    return f"{url}?plan={plan}" if plan else url


@require_POST
def lay_out(request, record: int):
    """Lays the plan out from a template, backward from the promised day."""
    scope = scope_of(request)
    project = found(scope, record)
    typed = {"template": request.POST.get("template", ""), "promised_on": request.POST.get("promised_on", "").strip()}
    try:
        promised = addresses.day(typed["promised_on"], "promised_on")
        if not typed["template"] or promised is None:
            raise Faulty("lay_out", _("Choose a template and name the promised day; the plan is laid out backward from it."))
        planning.lay_out(actor_of(request), project, typed["template"], promised)
    except Refused as refused:
        context = empty(project, **typed) | {
            "address": addresses.asked(request), "refused": sentences(refused), "may_add": may(scope, project, "plans", "add")}
        return render(request, "projects/plan_empty.html", context, status=refused.status)
    messages.success(request, _("The plan of “%s” was laid out. Look it through: what has happened is yours to enter.") % project)
    return redirect(_address(project))


@require_POST
def step(request, record: int, name: str):
    """One of `STEPS`; the body names the plan. Refusals are shown on the plan's page."""
    scope = scope_of(request)
    project = found(scope, record)
    if name not in STEPS:
        raise NotFound("no_step", _("There is no step “%s” of a plan. Open the plan again.") % name[:40])
    plan = plan_of(scope, project, plan_number(request.POST.get("plan")))
    try:
        return redirect(_address(project, STEPS[name](request, plan)))
    except Refused as refused:
        for sentence in sentences(refused):
            messages.error(request, sentence)
        return redirect(_address(project, plan.pk if plan.what_if else None))


def _what_if(request, plan: Plan) -> int:
    return planning.what_if(actor_of(request), plan).pk


def _keep(request, plan: Plan) -> None:
    planning.keep(actor_of(request), plan)
    messages.success(request, _("The what-if was kept: it is the plan now. The former plan stays in the history."))


def _drop(request, plan: Plan) -> None:
    planning.drop(actor_of(request), plan)
    messages.success(request, _("The what-if was thrown away. The plan is as it was."))


def _baseline(request, plan: Plan) -> None:
    planning.baseline(actor_of(request), plan)
    messages.success(request, _("The present dates are the baseline now; later dates are compared with them."))


def _try_rescue(request, plan: Plan) -> int:
    """Begins a what-if in which the rescue's cuts are made, so that nothing is decided by looking at it."""
    scope, today = scope_of(request), addresses.asked(request).as_of
    day = addresses.day(request.POST.get("day"), "day")
    if day is None:
        raise Faulty("day", _("Name the day that is to be held."), "day")
    cuts = plans.rescue(scope, plan.project, day, today, plan)["cuts"]
    copy = planning.what_if(actor_of(request), plan)
    old, new = (plans.gantt(scope, plan.project, today, number) for number in (plan.pk, copy.pk))
    # The tasks of the copy stand under the numbers of those they were copied from.
    copies = {task["number"]: task["id"] for task in new["tasks"]}
    twins = {task["id"]: copies[task["number"]] for task in old["tasks"] if task["number"] in copies}
    changes = [{"op": "task", "id": twins[cut["task"]], "duration": cut["to"]} for cut in cuts if cut["task"] in twins]
    if changes:
        planning.edit(actor_of(request), copy, changes, str(_("rescue for %s") % day))
    return copy.pk


STEPS = {"what-if": _what_if, "keep": _keep, "drop": _drop, "baseline": _baseline, "try-rescue": _try_rescue}
