"""Endpoints of plans: one project's plan, counted back or rescued, and every project's plan on one sheet."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from guatu.kernel.web.endpoints import AsOf, Text, as_json
from guatu.kernel.web.routers import router
from guatu.kernel.web.session import scope_of
from guatu.projects.planning import portfolio, queries, sight

plans = router("plans")


class Asked(Schema):
    project: Text = Field(description="code of the project")
    as_of: AsOf = None


class Counted(Asked):
    day: AsOf = Field(None, description="the day to hold; default: the one promised")


class Wall(Schema):
    as_of: AsOf = None
    group: Literal["commander", "unit", "chain", "zone"] = "zone"


class GanttOut(Schema):
    plan: dict[str, Any]
    tasks: list[dict[str, Any]]
    links: list[dict[str, Any]]
    calendar: dict[str, Any]


class BackwardOut(Schema):
    project: str
    promised_on: str
    holds: bool
    finish: str
    late_by_workdays: int
    rows: list[dict[str, Any]]
    should_have_begun: list[int]


class RescueOut(Schema):
    project: str
    promised_on: str
    holds: bool
    outcome: str
    proved: bool
    cost_cny: float | None = None
    bound_cny: float | None = None
    finish: str | None = None
    cuts: list[dict[str, Any]]
    blocking: list[dict[str, Any]]


class WallOut(Schema):
    as_of: str
    group: str
    groups: list[dict[str, Any]]


@plans.get("/gantt", response=GanttOut)
def gantt(request, query: Asked = Query(...)):  # noqa: B008
    """A project's plan with the dates, floats and lights of every task, as of a day."""
    scope, as_of = scope_of(request), query.as_of or timezone.localdate()
    found = queries.gantt(scope, query.project, as_of)
    if found is None:
        sight.sight(scope, query.project, as_of)  # says in a sentence that there is none
    return as_json(found)


@plans.get("/backward", response=BackwardOut)
def backward(request, query: Counted = Query(...)):  # noqa: B008
    """By when each task must begin and be finished so that the day is held."""
    return as_json(queries.backward(scope_of(request), query.project, query.day, query.as_of or timezone.localdate()))


@plans.get("/rescue", response=RescueOut)
def rescue(request, query: Counted = Query(...)):  # noqa: B008
    """The cheapest cuts that hold the day, or the chain of tasks that prevents it."""
    return as_json(queries.rescue(scope_of(request), query.project, query.day, query.as_of or timezone.localdate()))


@plans.get("/wall", response=WallOut)
def wall(request, query: Wall = Query(...)):  # noqa: B008
    """Every plan that counts of the projects within reach, as of a day, grouped."""
    return as_json(portfolio.portfolio(scope_of(request), query.as_of or timezone.localdate(), query.group))
