"""Endpoints of leads beyond plain resources: claiming a firm, and the funnel."""

from __future__ import annotations

from datetime import date

from ninja import Router, Schema
from pydantic import Field

from guatu.kernel.web.endpoints import Text
from guatu.kernel.web.schemas import Fault
from guatu.kernel.web.session import actor_of
from guatu.outreach import lead_actions
from guatu.outreach.models import Claim


class ToClaim(Schema):
    name: Text = Field(description="full name of the firm")
    credit_code: Text = Field("", description="its unified social credit code, where it is known")
    unit: Text = Field("", description="code of the unit that claims; the own unit where there is only one")


class Claimed(Schema):
    record: int
    name: str
    credit_code: str
    unit: str | None = None
    owner: str | None = None
    since: date
    until: date


def add_leads(outreach: Router) -> None:
    """Declares the endpoints."""

    @outreach.post("/claims", response={200: Claimed, 403: Fault, 404: Fault, 409: Fault, 422: Fault})
    def claim(request, body: ToClaim):
        """Claims a firm for the own unit. Refused with 409 where another holds it: the message says who, and until when."""
        actor = actor_of(request, "api")
        unit = lead_actions.unit_named(actor, body.unit) if body.unit else None
        return as_claimed(lead_actions.claim(actor, body.name, body.credit_code, unit))


def as_claimed(row: Claim) -> dict:
    return {
        "record": row.pk, "name": row.name, "credit_code": row.credit_code, "unit": row.unit.name if row.unit_id else None,
        "owner": row.owner.name if row.owner_id else None, "since": row.since, "until": row.until,
    }
