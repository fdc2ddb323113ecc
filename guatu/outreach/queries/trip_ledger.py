"""The ledger of trips 外出招商台账: what each unit and each kind of unit did in a period, and what all did together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from guatu.kernel.models import Organisation
from guatu.kernel.scope import Scope, subtree
from guatu.outreach.queries.trip_columns import Seen
from guatu.outreach.queries.trip_rows import CostRow, MatterRow, Reader, TripRow, VisitRow
from guatu.outreach.rules.periods import Period
from guatu.outreach.rules.trip_ledger import NOBODY, Cost, Costs, EntryColumns, Tally, add_up, kinds_of, tally_columns
from guatu.outreach.trip_choices import MEASURES, UNIT_KINDS
from guatu.projects.queries.moment import Moment, moment, zone_named

Thing = TripRow | VisitRow | MatterRow


@dataclass(frozen=True)
class Counted:
    """One thing that counts once: its rows, all its units, and their kinds."""

    rows: list[Thing]
    units: frozenset[str]
    kinds: frozenset[str]


class Things(Sequence[Counted]):
    """The things behind a figure, in the order of their first rows; only those that somebody looks at are read."""

    def __init__(self, ledger: TripLedger, measure: str, numbers: np.ndarray):
        self._ledger, self._measure, self._numbers = ledger, measure, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, asked):
        return self._read(self._numbers[asked]) if isinstance(asked, slice) else self._read(self._numbers[[asked]])[0]

    def __iter__(self) -> Iterator[Counted]:
        return iter(self._read(self._numbers))

    def _read(self, numbers: np.ndarray) -> list[Counted]:
        seen, entries = self._ledger.entries[self._measure]
        places = np.flatnonzero(np.isin(entries.thing, numbers))
        rows: dict[int, list[Thing]] = defaultdict(list)
        units: dict[int, set[str]] = defaultdict(set)
        some = seen.where(places)
        for thing, row, (_pk, took_part) in zip(
                entries.thing[places].tolist(), self._ledger.reader.rows(self._measure, some), some.units(), strict=True):
            rows[thing].append(row)
            units[thing].update(map(str, took_part))
        return [
            Counted(rows[thing], frozenset(units[thing]), kinds_of(frozenset(units[thing]), self._ledger.kind_of))
            for thing in numbers.tolist()]


@dataclass
class TripLedger:
    """`through`: the last day that counts. `zone`: the zone asked about, None: everything in reach."""

    scope: Scope
    when: Moment
    period: Period
    zone: Organisation | None
    reader: Reader

    @property
    def through(self) -> date:
        return self.reader.last

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """The kind of every organisation as of the day, by identity written as text; those of no kind are left out."""
        zone = self.zone.pk if self.zone is not None else None
        kinds = {
            kind: code for code, _label in UNIT_KINDS
            for kind in self.when.parameters.get(f"outreach.ledger.{code}", zone).value
        }
        return {str(pk): kinds[values["kind"]] for pk, values in self.when.organisations.items() if values["kind"] in kinds}

    def unit(self, pk: str) -> tuple[str, str]:
        """Code and name of a unit as of the day."""
        values = self.when.organisations.get(int(pk)) or {}
        return values.get("code", pk), values.get("name", pk)

    def unit_with(self, code: str) -> str | None:
        """The unit that has a code on the day, by identity written as text."""
        return next((str(pk) for pk, values in self.when.organisations.items() if values.get("code") == code), None)

    @cached_property
    def trips(self) -> list[TripRow]:
        return self.reader.trips()

    @cached_property
    def visits(self) -> list[VisitRow]:
        return self.reader.visits()

    @cached_property
    def matters(self) -> list[MatterRow]:
        return self.reader.matters()

    @property
    def sees_costs(self) -> bool:
        return self.scope.may("trip_costs", self.reader.verb)

    @property
    def is_empty(self) -> bool:
        reader = self.reader
        return not (len(reader.trips_begun) or len(reader.visits_seen) or (self.sees_costs and len(reader.costs_seen)))

    @cached_property
    def costs(self) -> Costs:
        if not self.sees_costs:
            return Costs(Decimal(), {}, {})
        return add_up(Cost(str(unit), kind, amount) for unit, kind, amount in self.reader.sums_of_costs())

    def cost_rows(self, *, unit: str | None = None, kind: str | None = None, cost: str | None = None) -> list[CostRow]:
        """The costs behind a sum: of all, of a unit, of a kind of unit, of a kind of cost."""
        if not self.sees_costs:
            return []
        seen = self.reader.costs_seen
        bearers = [str(one) for one in seen["unit"].tolist()]
        chosen = np.array([
            unit in (None, one) and kind in (None, self.kind_of.get(one, NOBODY)) and cost in (None, of)
            for one, of in zip(bearers, seen["kind"].tolist(), strict=True)], bool)
        return self.reader.costs(seen.where(chosen))

    @cached_property
    def cost_by_unit_kind(self) -> dict[str, Decimal]:
        """Yuan by kind of unit."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for unit, amount in self.costs.by_unit.items():
            found[self.kind_of.get(unit, NOBODY)] += amount
        return dict(found)

    @cached_property
    def entries(self) -> dict[str, tuple[Seen, EntryColumns]]:
        """By measure the rows, and what was entered with them."""
        found = {}
        for measure, _label in MEASURES:
            seen, thing = self.reader.keys(measure)
            found[measure] = seen, EntryColumns(thing, seen.starts, seen.members)
        return found

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        return {measure: tally_columns(entries, self.kind_of) for measure, (_seen, entries) in self.entries.items()}

    def counted(
        self, measure: str, *, unit: str | None = None, kind: str | None = None, together: frozenset[str] | None = None
    ) -> Things:
        """The things behind a figure: of all, of a unit, of a kind of unit, or of exactly the kinds `together`."""
        _seen, entries = self.entries[measure]
        names, there = entries.kinds(self.kind_of)
        chosen = np.ones(entries.things, bool)
        if unit is not None:
            things, units = entries.pairs
            has = np.zeros(entries.things, bool)
            has[things[units == int(unit)] if unit else things] = True
            chosen &= has if unit else ~has
        if kind is not None:
            chosen &= there[:, names.index(kind)] if kind in names else False
        if together is not None:
            chosen &= (there == [name in together for name in names]).all(axis=1) & together.issubset(names)
        return Things(self, measure, np.flatnonzero(chosen))

    def units(self) -> list[str]:
        """Units with any figure, by kind and then by name; NOBODY last."""
        found = {unit for one in self.tallies.values() for unit in one.by_unit} | self.costs.by_unit.keys()
        order = [code for code, _label in UNIT_KINDS]

        def place(unit: str) -> tuple:
            kind = self.kind_of.get(unit)
            return (unit == NOBODY, order.index(kind) if kind in order else len(order), *(self.unit(unit)[::-1] if unit else ()))

        return sorted(found, key=place)

    def kinds(self) -> list[str]:
        """Kinds of units with any figure, in the order of the page; NOBODY last."""
        found = {kind for one in self.tallies.values() for kind in one.by_kind} | self.cost_by_unit_kind.keys()
        return [code for code in (*(code for code, _label in UNIT_KINDS), NOBODY) if code in found]

    def as_json(self) -> dict:
        """Numbers of different things, and costs in yuan (None without the right to see them)."""
        def figures(part: str, unit: str) -> dict:
            counts = {measure: getattr(one, part).get(unit, 0) for measure, one in self.tallies.items()}
            costs = self.costs.by_unit if part == "by_unit" else self.cost_by_unit_kind
            return counts | {"cost_cny": costs.get(unit, Decimal("0.00")) if self.sees_costs else None}

        return {
            "zone": self.zone.code if self.zone is not None else None,
            "period": {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()},
            "as_of": self.through.isoformat(),
            "totals": {measure: one.total for measure, one in self.tallies.items()}
            | {"cost_cny": self.costs.total if self.sees_costs else None},
            "sums_over_kinds": {measure: one.total + one.kinds_too_many for measure, one in self.tallies.items()},
            "sums_over_units": {measure: one.total + one.units_too_many for measure, one in self.tallies.items()},
            "kinds": [{"kind": kind, **figures("by_kind", kind)} for kind in self.kinds()],
            "units": [
                {"unit": self.unit(unit)[0] if unit else "", "name": self.unit(unit)[1] if unit else "",
                 "kind": self.kind_of.get(unit, NOBODY), **figures("by_unit", unit)}
                for unit in self.units()
            ],
            "together": {
                measure: [{"kinds": sorted(kinds), "count": count} for kinds, count in in_order(one.together)]
                for measure, one in self.tallies.items()
            },
            "cost_by_kind": dict(sorted(self.costs.by_kind.items())) if self.sees_costs else None,
        }


def in_order(together: dict[frozenset[str], int]) -> list[tuple[frozenset[str], int]]:
    """Most first; ties by name."""
    return sorted(together.items(), key=lambda pair: (-pair[1], sorted(pair[0])))


def trip_ledger(
    scope: Scope, period: Period, as_of: date, known_at: datetime | None = None, zone: str | None = None,
    verb: str = "view",
) -> TripLedger:
    """The ledger of a zone, with everything below it, for a period as of a day. Raises Forbidden or NotFound."""
    scope.require("trips", verb)
    node = zone_named(scope, zone) if zone else None
    when = moment(as_of, known_at)
    zones = subtree(when.parents, node.pk) if node is not None else None
    return TripLedger(scope, when, period, node, Reader(scope, when, period, zones, known_at is None, verb))
