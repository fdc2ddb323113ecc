"""The backward schedule 倒排工期表: what must begin by when, and what should have begun."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import Refused
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.plan import read, sentences
from guatu.projects.pages.project import found
from guatu.projects.planning import queries as plans


@require_safe
def backward_page(request, record: int):
    """The sheet for the promised day, or for the `day` that the address names."""
    scope = scope_of(request)
    project = found(scope, record)
    scope.require("plans", "view")
    address = addresses.asked(request)
    gantt = read(scope, project, address)
    plan_url = address.link(reverse("projects:plan", args=[project.pk]))
    if gantt is None:
        return HttpResponseRedirect(plan_url)
    context = {
        "project": project, "address": address, "plan": gantt["plan"], "plan_url": plan_url,
        "project_url": address.link(reverse("projects:project", args=[project.pk])),
    }
    try:
        day = addresses.day(address.given.get("day") or gantt["plan"]["promised_on"], "day")
        if day is None:
            context["refused"] = [_("No day is promised yet. Name the day to count back from.")]
            return render(request, "projects/plan_backward.html", context)
        sheet = plans.backward(scope, project, day, address.as_of)
    except Refused as refused:
        return render(request, "projects/plan_backward.html", context | {"refused": sentences(refused)}, status=refused.status)
    return render(request, "projects/plan_backward.html", context | {
        "day": day, "sheet": sheet, "rows": rows(sheet, gantt), "overdue": len(sheet["should_have_begun"]),
        "is_promise": day.isoformat() == gantt["plan"]["promised_on"],
    })


def rows(sheet: dict, gantt: dict) -> list[dict]:
    """The rows of the sheet with what the plan knows of each task, in the plan's order."""
    known = {task["id"]: task for task in gantt["tasks"]}
    return [{**known.get(row["id"], {}), **row, "indent": min(row["level"] + 1, 6)} for row in sheet["rows"]]
