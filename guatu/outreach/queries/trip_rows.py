"""Trips, visits, what they were about and what they cost, as of a day and as known then; a constant number of queries.

Today, as known now, the columns of the tables hold. For any other moment they hold for rows that nobody has touched
since they were written; only the others are folded from their statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from guatu.enterprises.models import Enterprise
from guatu.kernel.bulk import chunks
from guatu.kernel.models.facts import Record
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values, versions
from guatu.kernel.rules.cells import normalise_text
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead, Trip, TripCost, Visit, VisitLead
from guatu.outreach.rules.periods import Period
from guatu.projects.models import Project
from guatu.projects.queries.moment import Moment

#: An identity is the number of the recording that brought the row, shifted by this, and a place in it.
_RECORDING = 1 << 20


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
        self._trips: dict[int, TripRow] | None = None
        self._visits: list[VisitRow] | None = None

    def trips(self) -> list[TripRow]:
        """Trips that began in the period, until the day asked about."""
        self._read()
        return [trip for trip in self._trips.values() if self._in_period(trip.from_on)]

    def visits(self) -> list[VisitRow]:
        """Visits of the period, until the day asked about."""
        self._read()
        return self._visits

    def matters(self) -> list[MatterRow]:
        """What these visits were about."""
        if not self.scope.may("visit_leads", self.verb):
            return []
        visits = {visit.id: visit for visit in self.visits()}
        found = self._rows(
            VisitLead, "visit_leads", ("visit", "lead", "project", "title", "effect"),
            Q(visit__in=visits) if len(visits) < 500
            else self._days("visit__visited_on") & self._of_zones("visit__trip__zone"),
            lambda values: values["visit"] in visits)
        found = {pk: values for pk, values in found.items() if values["visit"] in visits}
        leads = self._leads({values["lead"] for values in found.values()} - {None})
        became = {pk: project for pk, (_name, project) in leads.items()}
        names = _names_of_projects({values["project"] or became.get(values["lead"]) for values in found.values()})

        def matter(values: dict) -> tuple[str, tuple]:
            if project := values["project"] or became.get(values["lead"]):
                return names[project], ("project", project)
            if values["lead"]:
                return leads[values["lead"]][0], ("lead", values["lead"])
            return values["title"], ("words", normalise_text(values["title"] or ""))

        return [MatterRow(visits[values["visit"]], name, values["effect"], key)
                for values, (name, key) in ((values, matter(values)) for _pk, values in sorted(found.items()))]

    def _leads(self, ids: set[int]) -> dict[int, tuple[str, int | None]]:
        """By lead its name with the intended project, and the project it had become by the day, as known then."""
        found: dict[int, tuple[str, int | None]] = {}
        for chunk in chunks(sorted(ids)):
            rows = Lead.everything.filter(pk__in=chunk).values_list("pk", "name", "title", "project")
            found |= {pk: (" · ".join(filter(None, (name, title))), project) for pk, name, title, project in rows}
        if found and not self.is_present:
            then = as_of_values(Lead, sorted(found), self.when.as_of, self._limit)
            found = {pk: (name, then.get(pk, {}).get("project")) for pk, (name, _project) in found.items()}
        return found

    def costs(self) -> list[CostRow]:
        """Costs of the period, by the day from which each counts, of trips that are seen here."""
        if not self.scope.may("trip_costs", self.verb):
            return []
        rows = versions(TripCost, self._limit, counts_from__range=(self.period.first, self.last))
        rows = self.scope.cut(rows, "trip_costs", self.verb)
        if self.zones is not None and self.is_present:
            rows = rows.filter(trip__zone__in=self.zones)
        self._read()
        rows = list(rows.order_by("counts_from", "pk").values_list("trip", "unit", "kind", "amount_cny", "valid_on"))
        trips = self._trips_named({row[0] for row in rows})
        return [CostRow(trips[trip], *rest) for trip, *rest in rows if trip in trips]

    def _read(self) -> None:
        if self._visits is not None:
            return
        said = self._rows(
            Visit, "visits", ("trip", "code", "visited_on", "enterprise", "name", "outcome", "same_as"),
            self._days("visited_on") & self._of_zones("trip__zone"),
            lambda values: self._in_period(values["visited_on"]), many="units")
        self._trips = self._as_trips(self._rows(
            Trip, "trips", _TRIP, self._days("from_on") & self._of_zones("zone"),
            lambda values: self._in_period(values["from_on"]), many="units"))
        trips = self._trips_named({values["trip"] for values in said.values()})
        companies = _companies(said)
        self._visits = [
            VisitRow(pk, values["code"], trips[values["trip"]], values["visited_on"], companies[pk][1], values["outcome"],
                     values["same_as"] or pk, companies[pk][0], values["units"] or trips[values["trip"]].units)
            for pk, values in sorted(said.items()) if values["trip"] in trips
        ]

    def _trips_named(self, ids: set[int]) -> dict[int, TripRow]:
        """Trips by identity, those too that began before the period."""
        missing = ids - self._trips.keys()
        found = {}
        for chunk in chunks(sorted(missing)):
            found |= self._as_trips(self._rows(
                Trip, "trips", _TRIP, Q(pk__in=chunk) & self._of_zones("zone"), lambda values: True, many="units", only=chunk))
        return {**self._trips, **found}

    def _as_trips(self, said: dict[int, dict]) -> dict[int, TripRow]:
        return {
            pk: TripRow(pk, values["code"], values["zone"], values["from_on"], values["to_on"], values["places"],
                        values["leader"], values["units"])
            for pk, values in said.items() if self.zones is None or values["zone"] in self.zones
        }

    # -- one table -----------------------------------------------------------------------------------------------------

    def _rows(
        self, model: type[Record], resource: str, names: tuple[str, ...], narrow: Q, keep: Callable[[dict], bool], *,
        many: str | None = None, only: Iterable[int] | None = None,
    ) -> dict[int, dict]:
        """Values by identity of the rows that `narrow` finds by columns, or `keep` by values that were folded."""
        if self.is_present:
            plain = model.objects.within(self.scope, self.verb, resource).filter(narrow)
            return self._columns(plain, model, names, many)
        known = self.scope.cut(model.everything.all(), resource, self.verb)
        if self._limit is not None:
            known = known.filter(pk__lt=self._limit)
        found = self._columns(
            known.filter(narrow, withdrawn=False, pk__gte=F("last_recording") * _RECORDING), model, names, many)
        touched = known.filter(pk__lt=F("last_recording") * _RECORDING)
        if only is not None:
            touched = touched.filter(pk__in=only)
        said = as_of_values(model, list(touched.values_list("pk", flat=True)), self.when.as_of, self._limit)
        blank = {name: None for name in names} | ({many: []} if many else {})
        for pk, values in said.items():
            values = blank | values
            if keep(values):
                found[pk] = values | ({many: frozenset(values[many])} if many else {})
        return found

    def _columns(self, rows, model: type[Record], names: tuple[str, ...], many: str | None) -> dict[int, dict]:
        found = {pk: dict(zip(names, values, strict=True)) for pk, *values in rows.values_list("pk", *names)}
        if many is None:
            return found
        through = model._meta.get_field(many).remote_field.through
        own, other = f"{model._meta.model_name}_id", "organisation_id"
        linked: dict[int, set[int]] = defaultdict(set)
        inside = {f"{model._meta.model_name}__in": rows.order_by().values("pk")}
        for pk, unit in through.objects.filter(**inside).values_list(own, other):
            linked[pk].add(unit)
        for pk, values in found.items():
            values[many] = frozenset(linked[pk]) if pk in linked else frozenset()
        return found

    def _days(self, field: str) -> Q:
        return Q(**{f"{field}__range": (self.period.first, self.last)})

    def _of_zones(self, field: str) -> Q:
        """By the present zone; at another moment the rows read are divided by the zone that they had."""
        return Q() if self.zones is None or not self.is_present else Q(**{f"{field}__in": self.zones})

    def _in_period(self, day: date) -> bool:
        return self.period.first <= day <= self.last


_TRIP = ("code", "zone", "from_on", "to_on", "places", "leader")


def _companies(visits: dict[int, dict]) -> dict[int, tuple[tuple, str]]:
    """By visit, what tells its enterprise from others, and its name. A name written by hand is that of the enterprise on
    file which is called so. Two queries a chunk."""
    ids = {values["enterprise"] for values in visits.values()} - {None}
    written = {values["name"] for values in visits.values() if values["enterprise"] is None} - {"", None}
    names: dict[int, str] = {}
    known: dict[str, int] = {}
    for chunk in chunks(sorted(ids)):
        names |= dict(Enterprise.everything.filter(pk__in=chunk).values_list("pk", "name"))
    for chunk in chunks(sorted(written)):
        known |= dict(Enterprise.everything.filter(name__in=chunk, withdrawn=False).values_list("name", "pk"))
    found = {}
    for pk, values in visits.items():
        own = values["enterprise"] or known.get(values["name"])
        key = ("enterprise", own) if own is not None else ("name", normalise_text(values["name"] or ""))
        found[pk] = key, names.get(own, values["name"] or "")
    return found


def _names_of_projects(ids: set[int | None]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in chunks(sorted(ids - {None})):
        found |= dict(Project.everything.filter(pk__in=chunk).values_list("pk", "name"))
    return found
