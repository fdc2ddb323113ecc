"""Endpoints of the monthly dispatch beyond plain resources: open a month, and its figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import StringConstraints

from guatu.dispatch import actions
from guatu.dispatch.pages.asked import read_month
from guatu.dispatch.queries.status import status as read_status
from guatu.kernel.web.endpoints import AsOf, Instant, Text, as_json
from guatu.kernel.web.routers import router
from guatu.kernel.web.schemas import Fault
from guatu.kernel.web.session import actor_of, scope_of

dispatch = router("dispatch")
MonthText = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00]*$")]


class Asked(Schema):
    month: MonthText
    as_of: AsOf = None
    known_at: Instant = None
    zone: Text = ""


class ToOpen(Schema):
    month: MonthText
    zone: Text = ""


class Opened(Schema):
    month: str
    created: int
    present: int
    recording: int | None = None
    zones: list[dict[str, Any]]


class Status(Schema):
    month: str
    zone: str | None = None
    as_of: date
    total: dict[str, Any]
    zones: list[dict[str, Any]]
    units: list[dict[str, Any]]
    not_reported: list[dict[str, Any]]


@dispatch.get("/status", response={200: Status, 403: Fault, 404: Fault, 422: Fault})
def status(request, query: Asked = Query(...)):  # noqa: B008
    """How many reported in a month as of a day, by zone and responsible unit, and who has not."""
    scope = scope_of(request)
    scope.require("progress_reports", "view")
    return as_json(read_status(scope, str(read_month(query.month)), query.as_of or timezone.localdate(), query.known_at,
                               query.zone or None))


@dispatch.post("/open", response={200: Opened, 403: Fault, 404: Fault, 422: Fault})
def open_month(request, body: ToOpen):
    """Opens a month; opening it again adds only the projects that have joined the lists since."""
    opened = actions.open_month(actor_of(request, "api"), read_month(body.month), body.zone or None)
    return as_json(opened.as_json())
