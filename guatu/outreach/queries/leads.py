"""Leads on boards and lists: by stage as of a day, which went stale, and one lead's trail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from guatu.kernel.account import names_of
from guatu.kernel.bulk import chunks
from guatu.kernel.held import NEVER, Rows
from guatu.kernel.models import Organisation, Statement
from guatu.kernel.models.history import limit
from guatu.kernel.queries import in_order, statements_about, versions
from guatu.kernel.scope import Scope
from guatu.outreach.lead_projections import moves_of
from guatu.outreach.models import Lead, LeadContact
from guatu.outreach.queries.funnel import lead_rows
from guatu.outreach.rules.leads import LOST, OPEN, ORDER
from guatu.projects.queries.moment import Moment

STALE = "outreach.leads.stale_workdays"


@dataclass(frozen=True)
class Card:
    """One lead as it stood on the day."""

    lead_id: int
    code: str
    name: str
    stage: str
    since: date
    contact: date
    unit: str
    owner: str
    stale: bool


@dataclass(frozen=True)
class Board:
    """Counts by stage, and the first leads of each, those without contact for longest first."""

    counts: dict[str, int]
    cards: dict[str, list[Card]]
    stale: int
    shown: int


def stale_before(when: Moment, organisation_id: int | None) -> date:
    """A lead of a unit or zone is stale when its last contact lies before this day."""
    workdays = int(when.parameters.get(STALE, organisation_id).value)
    return when.calendar.subtract_workdays(when.as_of, workdays).day


def stale_of(rows: Rows, when: Moment) -> np.ndarray:
    """Which open leads were not contacted for as many working days as the parameter of their zone says."""
    contact = np.where(rows["last_contact_on"] == NEVER, rows["day_new"], rows["last_contact_on"])
    is_open = np.isin(rows["stage"], [rows.code("stage", stage) for stage in OPEN])
    stale = np.zeros(len(rows), bool)
    for zone in np.unique(rows["zone_id"]):
        before = stale_before(when, int(zone)).toordinal()
        stale |= (rows["zone_id"] == zone) & (contact < before)
    return stale & is_open


def board(scope: Scope, when: Moment, zone: int | None = None, *, owner: int | None = None, unit: int | None = None,
          most: int = 12, stages: tuple[str, ...] = (*ORDER, LOST)) -> Board:
    """The board of a zone as of a day, of one owner or unit where it is named. Four queries, however many leads."""
    scope.require("leads", "view")
    rows = lead_rows(scope, when, zone)
    for name, key in (("owner_id", owner), ("unit_id", unit)):
        if key is not None:
            rows = rows.where(rows[name] == key)
    stale = stale_of(rows, when)
    contact = np.where(rows["last_contact_on"] == NEVER, rows["day_new"], rows["last_contact_on"])
    order = np.lexsort((rows["lead_id"], contact))
    counts, picked = {}, {}
    for stage in stages:
        here = order[rows["stage"][order] == rows.code("stage", stage)]
        counts[stage] = len(here)
        picked[stage] = here[:most] if stage in OPEN else here[::-1][:most]
    places = np.concatenate([*picked.values()]) if picked else np.empty(0, np.int64)
    leads = {
        pk: (code, name) for chunk in chunks(sorted(int(pk) for pk in rows["lead_id"][places]))
        for pk, code, name in Lead.everything.filter(pk__in=chunk).values_list("pk", "code", "name")}
    units = dict(Organisation.everything.filter(pk__in={int(pk) for pk in rows["unit_id"][places] if pk > 0}).values_list("pk", "name"))
    owners = names_of({int(pk) for pk in rows["owner_id"][places] if pk > 0})

    def card(place: int, stage: str) -> Card:
        pk = int(rows["lead_id"][place])
        return Card(
            pk, *leads[pk], stage, date.fromordinal(int(rows["since"][place])), date.fromordinal(int(contact[place])),
            units.get(int(rows["unit_id"][place]), ""), owners.get(int(rows["owner_id"][place]), ""), bool(stale[place]))

    cards = {stage: [card(int(place), stage) for place in found] for stage, found in picked.items()}
    return Board(counts, cards, int(stale.sum()), sum(map(len, cards.values())))


@dataclass(frozen=True)
class Step:
    """One line of a lead's trail: a stage reached, or a contact."""

    day: date
    stage: str = ""
    contact: LeadContact | None = None


def trail(lead: Lead, when: Moment) -> list[Step]:
    """What happened to a lead up to a day, as known then: the newest first. Two queries."""
    statements: list[Statement] = in_order(statements_about(Lead, [lead.pk], limit(when.recording)).get(lead.pk, []))
    moves = [Step(day, stage) for day, stage in moves_of(statements) if day <= when.as_of]
    contacts = versions(LeadContact, limit(when.recording), lead_id=lead.pk, counts_from__lte=when.as_of).select_related("person")
    said = [Step(row.counts_from, contact=row) for row in contacts]
    moves.reverse()  # of two on one day the later stands first
    return sorted([*moves, *said], key=lambda step: step.day, reverse=True)


def newly_stale(when: Moment, former: date) -> dict[int, list[tuple[int, str, date]]]:
    """By owner the leads (identity, name, last contact) that went stale after `former` and by the day of `when`."""
    rows = lead_rows(Scope.whole(), when)
    now = stale_of(rows, when)
    contact = np.where(rows["last_contact_on"] == NEVER, rows["day_new"], rows["last_contact_on"])
    earlier = when.on(former)
    before = {int(zone): stale_before(earlier, int(zone)).toordinal() for zone in np.unique(rows["zone_id"])}
    fresh = now & (contact >= np.array([before[int(zone)] for zone in rows["zone_id"]], np.int64))
    fresh &= rows["owner_id"] > 0
    found: dict[int, list[tuple[int, str, date]]] = defaultdict(list)
    places = np.flatnonzero(fresh)
    names = {
        pk: name for chunk in chunks(sorted(int(pk) for pk in rows["lead_id"][places]))
        for pk, name in Lead.everything.filter(pk__in=chunk).values_list("pk", "name")}
    for place in places:
        pk = int(rows["lead_id"][place])
        found[int(rows["owner_id"][place])].append((pk, names[pk], date.fromordinal(int(contact[place]))))
    return found
