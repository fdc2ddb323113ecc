"""Writes of visits that come from a device, perhaps late, perhaps twice, perhaps over somebody else's change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from guatu.kernel import actions, documents
from guatu.kernel.changes import Change
from guatu.kernel.errors import Conflict, Faulty, Refused
from guatu.kernel.models import Document
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.outreach.models import Visit, VisitLead
from guatu.outreach.queries.visit_device import company_values, device_values, leads_of, visit_of_device
from guatu.outreach.rules.visit_merging import Clash, merge

#: How often a send is merged anew because somebody else wrote in between.
TRIES = 3


@dataclass(frozen=True)
class Sent:
    """What a device says of one visit. `client_id`: given once by the device, before the visit has a number here.

    `visit`: the record number of a visit that the device got from here, None for a new one. `base`: the values on which
    was typed (for a new visit: those of a send that was not confirmed), `values`: those typed; both as `device_values`.
    `leads`: words or codes of leads that the visit found.
    """

    client_id: str
    visit: int | None
    base: dict[str, Any]
    values: dict[str, Any]
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Received:
    """What became of it: `state` created, changed or unchanged (all: kept here), or conflict (nothing was written)."""

    state: Literal["created", "changed", "unchanged", "conflict"]
    visit: Visit
    values: dict[str, Any]
    clashes: list[Clash] = field(default_factory=list)


def receive(actor: Actor, sent: Sent) -> Received:
    """Keeps a visit sent by a device, once however often it is sent.

    A visit that is here already is changed where the device typed and nobody else did; where both did, nothing is written
    and the clashes are told. Raises Refused where the visit itself cannot be kept.
    """
    if not sent.client_id.strip() or len(sent.client_id) > 36:
        raise Faulty("client_id", _("The device gave this visit no number. Open the page again and repeat."), "client_id")
    for _try in range(TRIES):
        seen = head().number
        row = visit_of_device(actor.scope, sent.visit, sent.client_id)
        try:
            return _create(actor, sent) if row is None else _merged(actor, row, sent, seen)
        except Refused as refused:
            # Sent twice at the same moment: the other one was quicker, and its row is there to be compared with.
            if not isinstance(refused, Conflict) and not (
                row is None and visit_of_device(actor.scope, None, sent.client_id) is not None
            ):
                raise
    raise Conflict("conflict", _("Others are writing to this visit at this moment. It is sent again later."))


def _create(actor: Actor, sent: Sent) -> Received:
    visit = Change("create", Visit, {**_columns(actor, sent.values), "client_id": sent.client_id})
    actions.write(actor, [visit, *_leads(visit, sent.leads)])
    row = resource("visits").find(actor.scope, visit.written.pk)
    return Received("created", row, device_values(row))


def _merged(actor: Actor, row: Visit, sent: Sent, seen: int) -> Received:
    present = device_values(row)
    found = merge(sent.base or sent.values, sent.values, present)
    if found.clashes:
        return Received("conflict", row, present, found.clashes)
    known = set(leads_of(row))
    changes: list[Change] = list(_leads(row.pk, tuple(lead for lead in sent.leads if lead.strip() not in known)))
    if found.changes:
        changes.append(Change("change", Visit, _columns(actor, found.changes, row), row=row, correction=True))
    number = actions.write(actor, changes, planned_at=seen) if changes else None
    row = resource("visits").find(actor.scope, row.pk)
    return Received("unchanged" if number is None else "changed", row, device_values(row))


def _columns(actor: Actor, values: dict[str, Any], row: Visit | None = None) -> dict[str, Any]:
    """Columns of a visit for values of a device; the enterprise on file is found by its name."""
    columns = {name: value for name, value in values.items() if name != "company"}
    trip = resource("trips").find(actor.scope, columns["trip"]) if "trip" in columns else row.trip if row else None
    if "trip" in columns:
        columns["trip"] = trip.pk
    if "visited_on" in columns:
        columns["visited_on"] = date.fromisoformat(columns["visited_on"])
    if "units" in columns and trip is not None and not set(columns["units"]) <= {unit.pk for unit in trip.units.all()}:
        raise Faulty("units", _("A unit at the visit is not one of the trip. Add it to the trip first."), "units")
    if "company" in values:
        columns |= company_values(actor.scope, values["company"])
    return columns


def _leads(visit: Change | int, leads: tuple[str, ...]):
    for lead in dict.fromkeys(filter(None, map(str.strip, leads))):
        yield Change("create", VisitLead, {"visit": visit, "lead": lead, "effect": "found"})


def attach_once(actor: Actor, row: Visit, upload) -> Document:
    """Attaches a file sent by a device; the same file sent again is the document that is there."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    for document in documents.documents_of(actor.scope, row):
        if document.sha256 == digest.hexdigest():
            return document
    kind = documents.kinds_for(Visit)[-1][0]
    return documents.attach(actor, row, upload, "", kind)[0]
