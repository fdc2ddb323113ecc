"""The portfolio wall plan 挂图作战: every project's plan on one sheet, grouped, searched, printed."""

from __future__ import annotations

from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from guatu.kernel.choices import LIGHTS
from guatu.kernel.errors import NotFound
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.plan_words import ZOOMS, wall_words
from guatu.projects.planning import queries as plans

GROUPS = [
    ("zone", gettext_lazy("Zone")),
    ("unit", gettext_lazy("Responsible unit")),
    ("commander", gettext_lazy("Commander")),
    ("chain", pgettext_lazy("group", "Chain")),
]


def group_asked(address) -> str:
    """How the address groups projects. Raises NotFound for a word that is none of `GROUPS`."""
    group = address.given.get("group", GROUPS[0][0])
    if group not in dict(GROUPS):
        raise NotFound("no_group", _("Plans cannot be grouped by “%(name)s”. They are grouped by: %(all)s.") % {
            "name": group[:40], "all": ", ".join(dict(GROUPS))})
    return group


def totals(portfolio: dict) -> dict:
    """Projects, tasks, projects late and lights of all groups together."""
    projects = [project for group in portfolio["groups"] for project in group["projects"]]
    lights = [project["light"] for project in projects]
    return {
        "projects": len(projects), "tasks": sum(len(project["tasks"]) for project in projects),
        "late": sum(1 for project in projects if (project["late_by"] or 0) > 0),
        "unpromised": sum(1 for project in projects if not project["promised_on"]),
        "lamps": [(code, label, lights.count(code)) for code, label in LIGHTS if lights.count(code)],
    }


def table(portfolio: dict) -> list[dict]:
    """The plain table for phones and paper: each project with a small bar, in per cent of the whole stretch."""
    if not portfolio["from"] or not portfolio["to"]:
        return []
    first = date.fromisoformat(portfolio["from"])
    whole = (date.fromisoformat(portfolio["to"]) - first).days + 1

    def share(day: str | None) -> float | None:
        return None if not day else max(0.0, min(100.0, round(100 * (date.fromisoformat(day) - first).days / whole, 2)))

    return [
        {"name": group["name"], "rows": [
            project | {
                "at": share(project["start"]), "promised": share(project["promised_on"]),
                "width": max(1.0, round((share(project["finish"]) or 0) - (share(project["start"]) or 0), 2)),
            } for project in group["projects"]]}
        for group in portfolio["groups"]
    ]


@require_safe
def wall_plan_page(request):
    """The wall plan as of the day asked for, grouped as asked."""
    scope = scope_of(request)
    scope.require("plans", "view")
    address = addresses.asked(request)
    group = group_asked(address)
    portfolio = plans.portfolio(scope, address.as_of, group)
    here = address.link(reverse("projects:wall_plan"))
    return render(request, "projects/plan_wall.html", {
        "address": address, "portfolio": portfolio, "totals": totals(portfolio), "groups_of": table(portfolio),
        "words": wall_words(), "zooms": ZOOMS, "today": timezone.localdate(), "here": here,
        "groupings": [(code, label, address.query(group=code), code == group) for code, label in GROUPS],
        "group": group, "lights": [(code, label) for code, label in LIGHTS],
        "papers": [(size, kind, address.query(size=size)) for size, kind in (
            ("a0", "pdf"), ("a3", "pdf"), ("a0", "png"), ("a3", "png"))],
    })
