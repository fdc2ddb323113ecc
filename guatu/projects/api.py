"""Endpoints of projects beyond plain resources: the five lists, their difference, lights, the ledger."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from guatu.kernel.web.endpoints import AsOf, Instant, Text, as_json
from guatu.kernel.web.routers import router
from guatu.kernel.web.session import scope_of
from guatu.projects import (
    plan_api,  # noqa: F401  (its endpoints are declared by being imported)
    queries,
)
from guatu.projects.queries.ledger_answer import year_answer

projects = router("projects")

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]


class When(Schema):
    as_of: AsOf = None
    known_at: Instant = None
    zone: Text = Field("", description="code of a zone, with everything below it; default: every zone")


class Between(Schema):
    d1: Day
    d2: Day
    known_at: Instant = None
    zone: Text = ""


class Year(When):
    year: int | None = Field(None, ge=1980, le=2200, description="default: the year of the day")


class ListRow(Schema):
    code: str
    name: str
    stage: str | None = None
    since: str | None = None
    precision: str | None = None
    investment_cny: float | None = None
    batch: str | None = None


class FiveListsOut(Schema):
    as_of: date
    zone: str | None = None
    known_at: str | None = None
    lists: dict[str, list[ListRow]]
    residuals: dict[str, list[ListRow]]
    totals: dict[str, Any]


class DifferenceOut(Schema):
    entered: dict[str, list[dict[str, Any]]]
    left: dict[str, list[dict[str, Any]]]


class LightOut(Schema):
    project: str
    milestone: str
    due: date
    colour: str
    rule: str
    slack: int
    flips_on: date | None = None


@projects.get("/five-lists", response=FiveListsOut)
def five_lists(request, query: When = Query(...)):  # noqa: B008
    """The five lists, the residuals beside them, and their totals, as of a day."""
    scope = scope_of(request)
    scope.require("projects", "view")
    found = queries.five_lists(
        scope, query.as_of or timezone.localdate(), known_at=query.known_at, zone=query.zone or None
    )
    return as_json(found.as_json())


@projects.get("/difference", response=DifferenceOut)
def difference(request, query: Between = Query(...)):  # noqa: B008
    """What entered and left each list between two days, and why."""
    scope = scope_of(request)
    scope.require("projects", "view")
    found, _counts = queries.difference(scope, query.d1, query.d2, known_at=query.known_at, zone=query.zone or None)
    return as_json(found.as_json())


@projects.get("/lights", response=list[LightOut])
def lights(request, query: When = Query(...)):  # noqa: B008
    """The light of every milestone as of a day, the most urgent first."""
    scope = scope_of(request)
    scope.require("milestones", "view")
    found = queries.lights(scope, query.as_of or timezone.localdate(), known_at=query.known_at, zone=query.zone or None)
    return as_json([row.as_json() for row in found])


class LedgerOut(Schema):
    as_of: date
    year: int
    zone: str | None = None
    measures: dict[str, dict[str, Any]]
    gaps: dict[str, int]
    rates: list[dict[str, Any]]


@projects.get("/ledger", response=LedgerOut)
def ledger(request, query: Year = Query(...)):  # noqa: B008
    """The investment ledger of a year as of a day: targets, what was reached, what does not fit together."""
    scope = scope_of(request)
    scope.require("projects", "view")
    return as_json(year_answer(
        scope, query.as_of or timezone.localdate(), query.known_at, query.year, query.zone or None))
