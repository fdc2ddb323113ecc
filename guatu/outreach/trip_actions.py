"""Writes of visits that come from a device, perhaps late, perhaps twice, perhaps over somebody else's change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.enterprises.models import Enterprise
from guatu.kernel import documents
from guatu.kernel.changes import Change
from guatu.kernel.errors import Conflict, Faulty, Refused
from guatu.kernel.models import Document
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.outreach import visit_matters
from guatu.outreach.lead_opening import Ground, of_visit
from guatu.outreach.models import Visit
from guatu.outreach.queries.visit_device import (
    Present,
    company_values,
    device_values,
    matters_of_device,
    only_words,
    visit_of_device,
)
from guatu.outreach.queries.visit_targets import called_for
from guatu.outreach.rules.visit_merging import Clash, merge
from guatu.outreach.visit_matters import Part

#: How often a send is merged anew because somebody else wrote in between.
TRIES = 3


@dataclass(frozen=True)
class Sent:
    """What a device says of one visit. `client_id`: given once by the device, before the visit has a number here.

    `visit`: the record number of a visit that the device got from here, None for a new one. `base`: the values on which
    was typed (for a new visit: those of a send that was not confirmed), `values`: those typed; both as `device_values`.
    `leads`: intended projects that the visit found, in words, or codes of leads that are there already. `moved`: leads that
    are there already (record number, stage it came to or "").
    """

    client_id: str
    visit: int | None
    base: dict[str, Any]
    values: dict[str, Any]
    leads: tuple[str, ...] = ()
    moved: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Received:
    """What became of it: `state` created, changed or unchanged (all: kept here), or conflict (nothing was written). `told`: a
    sentence for each lead that could not be written with it."""

    state: Literal["created", "changed", "unchanged", "conflict"]
    visit: Visit
    values: dict[str, Any]
    clashes: list[Clash] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


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
    columns = _columns(actor, sent.values)
    made: list[Change] = []

    def visit() -> tuple[Change, list[Change]]:
        made[:] = [Change("create", Visit, {**columns, "client_id": sent.client_id})]
        return made[0], made

    told = visit_matters.keep(actor, visit, _parts(actor, sent, _ground(actor, columns), columns))
    row = resource("visits").find(actor.scope, made[0].written.pk)
    return Received("created", row, device_values(row), told=told.sentences)


def _merged(actor: Actor, row: Visit, sent: Sent, seen: int) -> Received:
    present = device_values(row)
    found = merge(sent.base or sent.values, sent.values, present)
    if found.clashes:
        return Received("conflict", row, present, found.clashes)
    columns = _columns(actor, found.changes, row) if found.changes else {}

    def visit() -> tuple[Visit, list[Change]]:
        return row, [Change("change", Visit, dict(columns), row=row, correction=True)] if columns else []

    told = visit_matters.keep(actor, visit, _parts(actor, sent, _ground(actor, columns, row), columns, row), seen)
    row = resource("visits").find(actor.scope, row.pk)
    return Received("unchanged" if told.number is None else "changed", row, device_values(row), told=[
        *told.sentences, *(_("“%s” stands with this visit in words; no lead was written.") % title
                           for title in only_words(row, sent.leads) if not told.sentences)])


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


def _ground(actor: Actor, columns: dict[str, Any], row: Visit | None = None) -> Ground:
    """What leads of the visit are opened on, by the columns as they will be."""
    trip = row.trip if row is not None and "trip" not in columns else resource("trips").find(actor.scope, columns["trip"])
    on_file = columns.get("enterprise", row.enterprise_id if row is not None else None)
    enterprise = Enterprise.everything.filter(pk=on_file).first() if on_file is not None else None
    name = columns.get("name", row.name if row is not None else "")
    target = row.target if row is not None and row.target_id is not None else next(iter(called_for(
        [(trip.pk, (on_file, "") if on_file is not None else (None, name))]).values()), None)
    units = columns["units"] if "units" in columns else [unit.pk for unit in row.units.all()] if row is not None else []
    day = columns["visited_on"] if "visited_on" in columns else row.visited_on if row is not None else timezone.localdate()
    return of_visit(actor, trip, name, enterprise, units, day, target)


def _parts(actor: Actor, sent: Sent, ground: Ground, columns: dict[str, Any], row: Visit | None = None) -> list[Part]:
    """What the visit was about and is not with it yet; a line that is the code of a lead in reach is that lead."""
    lines = list(dict.fromkeys(filter(None, map(str.strip, sent.leads))))
    by_code = {lead.code: lead for lead in resource("leads").rows(actor.scope).filter(code__in=lines)} if (
        lines and actor.scope.may("leads")) else {}
    present = matters_of_device(row) if row is not None else Present(frozenset(), frozenset())
    moved = {lead.pk: (lead, "") for lead in by_code.values()} | {
        lead.pk: (lead, stage) for pk, stage in sent.moved if (lead := visit_matters.lead_named(actor, pk)) is not None}
    minutes = columns.get("minutes", row.minutes if row is not None else "")
    met = columns.get("met", row.met if row is not None else "")
    titles = [line for line in lines if line not in by_code and line not in present.titles]
    return [
        *(visit_matters.moved(actor, lead, stage, ground, minutes, met)
          for pk, (lead, stage) in moved.items() if pk not in present.leads),
        *visit_matters.found(actor, ground, titles, minutes, met, row is not None and visit_matters.has_lead(row)),
    ]


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
