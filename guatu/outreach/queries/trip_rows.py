"""Trips, visits, what they were about and what they cost, as of a day and as known then; a constant number of queries.

They are read from memory (`kernel.held_records`), in columns, so that a year of a city is counted in milliseconds. Today, as
known now, the rows of the tables hold. For any other moment they hold for rows of which nothing was said since they were
made; only the others are folded from their statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np
from django.db import models
from django.utils import timezone

from guatu.enterprises.models import Enterprise
from guatu.kernel.bulk import chunks
from guatu.kernel.held import NOTHING, held
from guatu.kernel.held_records import HeldRecords, Shelf, places_in
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.kernel.recording import head
from guatu.kernel.rules.cells import normalise_text
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead, LeadState, Trip, TripCost, Visit, VisitLead
from guatu.outreach.queries.trip_columns import Seen, numbered
from guatu.outreach.rules.periods import Period
from guatu.projects.models import Project
from guatu.projects.queries.moment import Moment

TRIPS = HeldRecords(Trip, ("zone", "lead_unit", "from_on", "to_on", "code", "places", "leader"), many="units")
VISITS = HeldRecords(
    Visit, ("trip", "visited_on", "enterprise", "same_as", "code", "name", "outcome"), many="units")
MATTERS = HeldRecords(VisitLead, ("visit", "project", "lead", "title", "effect"))
COSTS = HeldRecords(TripCost, ("trip", "unit", "kind", "amount_cny", "valid_on", "counts_from"))
ENTERPRISES = HeldRecords(Enterprise, ("name",))

#: Numbers of leads stand below this, where no identity of a project and no number of a text is.
_LEADS = -(1 << 60)

#: Names are written the same way over and over; each is evened out once.
plain = lru_cache(1 << 18)(normalise_text)


@dataclass(frozen=True, slots=True)
class TripRow:
    id: int
    code: str
    zone_id: int
    from_on: date
    to_on: date
    places: str
    leader: str
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """`key` is that of the first entry of the same visit; `company` that of the enterprise, on file or not."""

    id: int
    code: str
    trip: TripRow
    visited_on: date
    name: str
    outcome: str
    key: int
    company: tuple
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A project or lead that a visit was about; the same one has the same `key` whoever visited, and a lead that became a
    project has that of the project."""

    visit: VisitRow
    name: str
    effect: str
    key: tuple


@dataclass(frozen=True, slots=True)
class CostRow:
    trip: TripRow
    unit_id: int
    kind: str
    amount: Decimal
    day: date


class Reader:
    """Reads what one person sees of outreach (through `verb`) at a moment, in a period, in some zones (None: in all)."""

    def __init__(self, scope: Scope, when: Moment, period: Period, zones: frozenset[int] | None, is_now: bool,
                 verb: str = "view"):
        self.scope, self.when, self.period, self.zones, self.verb = scope, when, period, zones, verb
        self.last = min(period.last, when.as_of)
        self.is_present = is_now and when.as_of >= timezone.localdate()
        self._limit = None if is_now else limit(when.recording)

    # -- in columns ----------------------------------------------------------------------------------------------------

    @cached_property
    def trips_seen(self) -> Seen:
        """Trips of the zones, whenever they began."""
        found = self._seen(TRIPS, "trips")
        return found if self.zones is None else found.where(np.isin(found["zone"], sorted(self.zones)))

    @cached_property
    def trips_begun(self) -> Seen:
        """Those that began in the period, until the day asked about, the newest first."""
        found = self.trips_seen.where(self._in_period(self.trips_seen["from_on"]))
        return found.where(np.lexsort((found.ids, -found["from_on"])))

    @cached_property
    def visits_seen(self) -> Seen:
        """Visits of the period, until the day asked about; one that names no units has those of its trip."""
        found = self._seen(VISITS, "visits")
        found = found.where(self._in_period(found["visited_on"]))
        trip = places_in(self.trips_seen.ids, found["trip"])
        found, trip = found.where(trip >= 0), trip[trip >= 0]
        return found.filled(self.trips_seen, trip)

    @cached_property
    def companies(self) -> np.ndarray:
        """By visit, the enterprise on file; NOTHING where there is none. A name written by hand is that of the enterprise
        which is called so."""
        found, known = self.visits_seen, self._enterprises.by_text("name")
        called = np.array([known.get(name, NOTHING) for name in found["name"].tolist()], np.int64)
        return np.where(found["enterprise"] != NOTHING, found["enterprise"], called)

    @cached_property
    def matters_seen(self) -> Seen:
        """What these visits were about; nothing for whoever may not see it."""
        found = self._seen(MATTERS, "visit_leads")
        return found.where(places_in(self.visits_seen.ids, found["visit"]) >= 0)

    @cached_property
    def costs_seen(self) -> Seen:
        """Costs of the period, by the day from which each counts, of trips that are seen here."""
        shelf, columns = self._shelf(COSTS), ("trip", "unit", "kind", "amount_cny", "valid_on", "counts_from")
        ends = shelf["superseded_by"]
        holds = ~shelf["withdrawn"] & self._in_period(shelf["counts_from"])
        holds &= (ends == NOTHING) if self._limit is None else ((ends == NOTHING) | (ends >= self._limit)) & (shelf.ids < self._limit)
        holds &= self._reached(TripCost, "trip_costs", shelf, self._places_of_trips(COSTS, shelf))
        found = Seen(shelf.ids, {name: shelf[name] for name in columns}).where(holds)
        found = found.where(places_in(self.trips_seen.ids, found["trip"]) >= 0)
        return found.where(np.lexsort((found.ids, found["counts_from"])))

    def sums_of_costs(self) -> list[tuple[int, str, Decimal]]:
        """Unit, kind of cost, and the yuan it bore of it."""
        found: dict[tuple[int, str], int] = {}
        for unit, kind, fen in self.costs_seen.told("unit", "kind", "amount_cny"):
            found[unit, kind] = found.get((unit, kind), 0) + fen
        return [(unit, kind, Decimal(fen).scaleb(-2)) for (unit, kind), fen in found.items()]

    def keys(self, measure: str) -> tuple[Seen, np.ndarray]:
        """The rows of a measure, each with the units that count, and the number of the thing that it is."""
        if measure == "trips":
            return self.trips_begun, np.arange(len(self.trips_begun))
        visits = self.visits_seen
        if measure == "visits":
            return visits, numbered(np.where(visits["same_as"] != NOTHING, visits["same_as"], visits.ids))
        if measure == "enterprises":
            return visits, numbered(_or_words(self.companies, visits["name"]))
        matters = self.matters_seen
        projects, leads = self._projects_of(matters), matters["lead"]
        numbers = np.where(projects != NOTHING, projects, np.where(leads != NOTHING, _LEADS - leads, NOTHING))
        return matters.filled(visits, places_in(visits.ids, matters["visit"])), numbered(_or_words(numbers, matters["title"]))

    # -- row by row ----------------------------------------------------------------------------------------------------

    def rows(self, measure: str, seen: Seen) -> list[TripRow] | list[VisitRow] | list[MatterRow]:
        """Some of the rows of a measure, as objects."""
        return {"trips": self._trip_rows, "matters": self._matter_rows}.get(measure, self._visit_rows)(seen)

    def trips(self) -> list[TripRow]:
        return self._trip_rows(self.trips_begun)

    def visits(self) -> list[VisitRow]:
        return self._visit_rows(self.visits_seen)

    def matters(self) -> list[MatterRow]:
        return self._matter_rows(self.matters_seen)

    def costs(self, seen: Seen) -> list[CostRow]:
        trips = self._trips_of(seen["trip"])
        return [
            CostRow(trips[trip], unit, kind, Decimal(fen).scaleb(-2), date.fromordinal(day))
            for trip, unit, kind, fen, day in seen.told("trip", "unit", "kind", "amount_cny", "valid_on")]

    def _trips_of(self, ids: np.ndarray) -> dict[int, TripRow]:
        rows = self._trip_rows(self.trips_seen.where(places_in(self.trips_seen.ids, np.unique(ids))))
        return {row.id: row for row in rows}

    def _trip_rows(self, seen: Seen) -> list[TripRow]:
        told = seen.told("code", "zone", "from_on", "to_on", "places", "leader")
        return [
            TripRow(pk, code, zone, date.fromordinal(begins), date.fromordinal(ends), places, leader, units)
            for (pk, units), (code, zone, begins, ends, places, leader) in zip(seen.units(), told, strict=True)]

    def _visit_rows(self, seen: Seen) -> list[VisitRow]:
        trips, firms = self._trips_of(seen["trip"]), self._enterprises
        own = self.companies[places_in(self.visits_seen.ids, seen.ids)]
        there = places_in(firms.ids, own)
        names = np.where(there >= 0, firms["name"][there], seen["name"]) if len(firms) else seen["name"]
        told = seen.told("code", "trip", "visited_on", "outcome", "same_as", "name")
        return [
            VisitRow(pk, code, trips[trip], date.fromordinal(day), name, outcome, pk if first == NOTHING else first,
                     ("enterprise", firm) if firm != NOTHING else ("name", plain(written)), units)
            for (pk, units), (code, trip, day, outcome, first, written), firm, name in zip(
                seen.units(), told, own.tolist(), names.tolist(), strict=True)]

    def _matter_rows(self, seen: Seen) -> list[MatterRow]:
        asked = places_in(self.visits_seen.ids, np.unique(seen["visit"]))
        visits = {row.id: row for row in self._visit_rows(self.visits_seen.where(asked))}
        projects, leads = self._projects_of(seen), seen["lead"]
        names = _names(Project, projects, ("name",))
        of_leads = _names(Lead, leads[projects == NOTHING], ("name", "title"))
        found = []
        for project, lead, (visit, title, effect) in zip(
                projects.tolist(), leads.tolist(), seen.told("visit", "title", "effect"), strict=True):
            if project != NOTHING:
                name, key = names[project], ("project", project)
            elif lead != NOTHING:
                name, key = of_leads[lead], ("lead", lead)
            else:
                name, key = title, ("words", plain(title))
            found.append(MatterRow(visits[visit], name, effect, key))
        return found

    def _projects_of(self, seen: Seen) -> np.ndarray:
        """The project of each matter: its own, or what its lead had become by the day, as known then."""
        own, leads = seen["project"], seen["lead"]
        if not (leads != NOTHING).any():
            return own
        became = self._became
        return np.where(own != NOTHING, own, np.array([became.get(lead, NOTHING) for lead in leads.tolist()], np.int64))

    @cached_property
    def _became(self) -> dict[int, int]:
        rows = held(LeadState, self._head).in_force(self.when.as_of, self.when.recording)
        pairs = zip(rows["lead_id"].tolist(), rows["project_id"].tolist(), strict=True)
        return {lead: project for lead, project in pairs if project != NOTHING}

    # -- one table -----------------------------------------------------------------------------------------------------

    @cached_property
    def _head(self):
        return self.when.head or head()

    def _shelf(self, held: HeldRecords) -> Shelf:
        return held.at(self._head)

    @cached_property
    def _enterprises(self) -> Shelf:
        return self._shelf(ENTERPRISES)

    def _in_period(self, days: np.ndarray) -> np.ndarray:
        return (days >= self.period.first.toordinal()) & (days <= self.last.toordinal())

    def _places_of_trips(self, held: HeldRecords, shelf: Shelf) -> np.ndarray:
        """By row of a shelf, the place of its trip on the shelf of trips; -1 where it is not there."""
        trips = self._shelf(TRIPS)
        if held is TRIPS:
            return np.arange(len(trips))
        if held is MATTERS:
            visits = self._shelf(VISITS)
            visit = places_in(visits.ids, shelf["visit"])
            return np.where(visit >= 0, self._places_of_trips(VISITS, visits)[visit], -1) if len(visits) else visit
        return places_in(trips.ids, shelf["trip"])

    def _reached(self, model: type[models.Model], resource: str, shelf: Shelf, trip: np.ndarray) -> np.ndarray:
        """Which rows are within reach, by where their trips stand now, and shown to this reader."""
        within = self.scope.mask(model.scope_paths, resource, self.verb, _OfTrips(self._shelf(TRIPS), trip))
        within = trip >= 0 if within is None else within & (trip >= 0)
        shown = model.shown_to(self.scope, resource, self.verb)
        if shown is not None:
            within &= np.isin(shelf.ids, list(model.everything.filter(shown).values_list("pk", flat=True)))
        return within

    def _seen(self, held: HeldRecords, resource: str) -> Seen:
        """The rows of a table within reach, as they were at the moment."""
        model, shelf = held.model, self._shelf(held)
        names = [one.name for one in held.fields if one.name not in ("id", "withdrawn", "last_recording")]
        rows = Seen.of(shelf, names)
        within = self._reached(model, resource, shelf, self._places_of_trips(held, shelf))
        if self.is_present:
            return rows.where(within & ~shelf["withdrawn"])
        if self._limit is not None:
            within &= shelf.ids < self._limit
        stays = rows.where(within & ~shelf["withdrawn"] & ~shelf["touched"])
        said = as_of_values(model, shelf.ids[within & shelf["touched"]].tolist(), self.when.as_of, self._limit)
        return stays.joined(Seen.folded(said, stays, held.many)) if said else stays


class _OfTrips:
    """Columns that `Scope.mask` asks for by path, such as `visit__trip__zone_id`: those of each row's trip."""

    def __init__(self, trips: Shelf, places: np.ndarray):
        self._trips, self._places = trips, places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, path: str) -> np.ndarray:
        column = self._trips[path.removesuffix("_id").rpartition("__")[2]]
        return np.where(self._places >= 0, column[self._places], NOTHING) if len(column) else self._places


def _names(model: type[models.Model], ids: np.ndarray, fields: tuple[str, ...]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in chunks(np.unique(ids[ids != NOTHING]).tolist()):
        rows = model.everything.filter(pk__in=chunk).values_list("pk", *fields)
        found |= {pk: " · ".join(filter(None, words)) for pk, *words in rows}
    return found


def _or_words(numbers: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Numbers that tell things apart: the given ones, and below zero one for each text where there is none."""
    codes: dict[str, int] = {}
    below = [-1 - codes.setdefault(plain(word), len(codes)) for word in words.tolist()]
    return np.where(numbers != NOTHING, numbers, np.array(below, np.int64))
