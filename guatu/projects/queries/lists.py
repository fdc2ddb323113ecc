"""The five lists as of any day, their totals, and the difference between two days.

Projects are counted by signature in SQL, and the rule of `rules.lists` is applied once to each signature, so that
the answer costs a constant number of queries whatever the number of projects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from guatu.kernel.scope import Scope
from guatu.projects.choices import LISTS, RESIDUALS, STAGES
from guatu.projects.models import ProjectState
from guatu.projects.queries.moment import Moment, moment, zone_named
from guatu.projects.queries.rows import StateRow, read_rows
from guatu.projects.rules import lists as rules
from guatu.projects.rules.lists import Member, Total

#: What totals can be broken down by: column of the state, or of its signature.
DIMENSIONS = {"zone": "zone_id", "chain": "chain_id", "unit": "unit_id", "stage": "signature__stage"}


class Placements:
    """Which list each (zone, signature) belongs to at a moment."""

    def __init__(self, when: Moment):
        self.when = when
        self._rules: dict[int, rules.ListRules] = {}
        self._found: dict[tuple[int, int], tuple[str, bool]] = {}

    def of(self, zone_id: int, signature_id: int) -> tuple[str, bool]:
        """The list or residual, and whether the project also supports investment."""
        key = (zone_id, signature_id)
        if key not in self._found:
            if zone_id not in self._rules:
                self._rules[zone_id] = self.when.list_rules(zone_id)
            signature, own = self.when.signatures[signature_id], self._rules[zone_id]
            year = self.when.as_of.year
            self._found[key] = (rules.placement(signature, year, own), rules.supports_investment(signature, year, own))
        return self._found[key]

    def lists_of(self, zone_id: int, signature_id: int) -> list[str]:
        placed, supports = self.of(zone_id, signature_id)
        return [placed, "investment_supporting"] if supports else [placed]


@dataclass
class FiveLists:
    when: Moment
    scope: Scope
    zone: object | None
    groups: list[tuple]  # (dimension, zone, signature, currency, rows, fen, stated) of rows outside batches
    batch_rows: list[StateRow]
    placements: Placements
    dimension: str | None = None
    verb: str = "view"
    _keys: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self):
        for _dimension, zone_id, signature_id, *_rest in self.groups:
            for name in self.placements.lists_of(zone_id, signature_id):
                self._keys[name].add((zone_id, signature_id))
        for row in self.batch_rows:
            for name in self.placements.lists_of(row.zone_id, row.signature_id):
                self._keys[name].add((row.zone_id, row.signature_id))

    @cached_property
    def states(self) -> QuerySet[ProjectState]:
        return self.when.states(self.scope, self.zone.pk if self.zone is not None else None, self.verb)

    @cached_property
    def totals(self) -> dict[str, Total]:
        """The total of each list and residual."""
        return {name: self._total(lambda lists, name=name: name in lists) for name, _label in LISTS + RESIDUALS}

    @cached_property
    def total(self) -> Total:
        """Everything once: the sum over the first four lists and the residuals."""
        return self._total(lambda lists: True)

    def breakdown(self) -> list[tuple[object, dict[str, Total]]]:
        """Totals of each list by the dimension asked for, the largest first."""
        keys = {group[0] for group in self.groups} | {self._dimension_of(row) for row in self.batch_rows}
        found = [
            (
                key,
                {
                    name: self._total(lambda lists, name=name: name in lists, key)
                    for name in (*rules.PARTITION, "investment_supporting")
                },
            )
            for key in keys
        ]
        return sorted(
            found, key=lambda entry: (-sum(entry[1][name].projects for name in rules.PARTITION), str(entry[0]))
        )

    def _dimension_of(self, row: StateRow):
        return {"zone": row.zone_id, "chain": row.chain_id, "unit": row.unit_id, "stage": row.stage}.get(self.dimension)

    def _total(self, belongs, key=...) -> Total:
        total = Total()
        for dimension, zone_id, signature_id, currency, rows, fen, stated in self.groups:
            if (key is ... or key == dimension) and belongs(self.placements.lists_of(zone_id, signature_id)):
                amount = self.when.cny(int(fen or 0), currency)
                unknown = rows - stated if amount is not None else rows
                total += Total(rows, amount or Decimal(0), unknown, rows)
        inside = [
            self._member(row)
            for row in self.batch_rows
            if (key is ... or key == self._dimension_of(row))
            and belongs(self.placements.lists_of(row.zone_id, row.signature_id))
        ]
        return total + rules.total(inside, self._members)

    @cached_property
    def _members(self) -> list[Member]:
        return [self._member(row) for row in self.batch_rows]

    @staticmethod
    def _member(row: StateRow) -> Member:
        return Member(row.project_id, row.investment_cny, row.batch_id, row.declared_count)

    def batches_in(self, name: str) -> set[int]:
        """Identities of the batches that stand in a list or residual."""
        return {
            row.project_id
            for row in self.batch_rows
            if row.declared_count is not None and name in self.placements.lists_of(row.zone_id, row.signature_id)
        }

    def rows(
        self, name: str, start: int = 0, stop: int | None = None, order: tuple[str, ...] = ("code",)
    ) -> list[StateRow]:
        """Rows of one list or residual, sorted; one query."""
        keys = self._keys[name]
        if not keys:
            return []
        return read_rows(self.states.filter(self._of(keys)).order_by(*order, "project_id")[start:stop], self.when)

    def _of(self, keys: Iterable[tuple[int, int]]) -> Q:
        """The filter of these (zone, signature) pairs, zones with the same signatures taken together."""
        by_zone: dict[int, set[int]] = defaultdict(set)
        for zone_id, signature_id in keys:
            by_zone[zone_id].add(signature_id)
        every = {zone_id for zone_id, _signature in self.placements._found}
        union = set().union(*by_zone.values())
        if all(
            (zone_id, signature) not in self.placements._found or signature in by_zone.get(zone_id, ())
            for zone_id in every
            for signature in union
        ):
            return Q(signature_id__in=union)
        alike: dict[frozenset, list[int]] = defaultdict(list)
        for zone_id, signatures in by_zone.items():
            alike[frozenset(signatures)].append(zone_id)
        return Q.create(
            [Q(zone_id__in=zones, signature_id__in=signatures) for signatures, zones in alike.items()], connector=Q.OR
        )

    def as_json(self) -> dict:
        def total(of: Total) -> dict:
            return {
                "projects": of.projects,
                "rows": of.rows,
                "investment_cny": of.amount,
                "investment_unknown": of.unknown,
            }

        rows = self._all_rows()
        return {
            "as_of": self.when.as_of.isoformat(),
            "zone": self.zone.code if self.zone is not None else None,
            "known_at": self.when.known_at.isoformat() if self.when.known_at else None,
            "lists": {name: [row.as_json() for row in rows[name]] for name, _label in LISTS},
            "residuals": {name: [row.as_json() for row in rows[name]] for name, _label in RESIDUALS},
            "totals": {
                **total(self.total),
                "lists": {name: total(self.totals[name]) for name, _label in LISTS},
                "residuals": {name: total(self.totals[name]) for name, _label in RESIDUALS},
                "rates": {
                    currency: str(rate) for currency, rate in sorted(self.when.rates.items()) if currency != "CNY"
                },
            },
        }

    def _all_rows(self) -> dict[str, list[StateRow]]:
        """Every row under each list it stands in; one query."""
        found: dict[str, list[StateRow]] = defaultdict(list)
        for row in read_rows(self.states.order_by("code", "project_id"), self.when):
            for name in self.placements.lists_of(row.zone_id, row.signature_id):
                found[name].append(row)
        return found


def five_lists(
    scope: Scope,
    as_of: date,
    known_at: datetime | None = None,
    zone: str | None = None,
    dimension: str | None = None,
    verb: str = "view",
) -> FiveLists:
    """The five lists of the projects on which `scope` has `verb`, below `zone` (a code) when given."""
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    states = when.states(scope, node.pk if node is not None else None, verb)
    column = DIMENSIONS.get(dimension or "")
    groups = list(
        states.filter(batch=None, declared_count=None)
        .values_list(*([column] if column else []), "zone_id", "signature_id", "currency")
        .annotate(rows=Count("pk"), fen=Sum("investment_fen"), stated=Count("investment_fen"))
        .order_by()
    )
    if not column:
        groups = [(None, *group) for group in groups]
    batch_rows = read_rows(states.filter(~Q(batch=None) | ~Q(declared_count=None)), when)
    return FiveLists(when, scope, node, groups, batch_rows, Placements(when), dimension if column else None, verb)


@dataclass(frozen=True)
class Move:
    """A project that entered or left a list between two days, and why."""

    project_id: int
    code: str
    name: str
    before: str | None
    after: str | None
    why: str

    def as_json(self) -> dict:
        return {"code": self.code, "name": self.name, "from": self.before, "to": self.after, "why": self.why}


@dataclass(frozen=True)
class Difference:
    entered: dict[str, list[Move]]
    left: dict[str, list[Move]]

    def as_json(self) -> dict:
        return {
            "entered": {name: [move.as_json() for move in moves] for name, moves in self.entered.items()},
            "left": {name: [move.as_json() for move in moves] for name, moves in self.left.items()},
        }


def _standings(scope: Scope, when: Moment, zone: int | None) -> dict[int, tuple[int, int]]:
    rows = when.states(scope, zone).values_list("project_id", "zone_id", "signature_id")
    return {pk: (zone_id, signature_id) for pk, zone_id, signature_id in rows}


def difference(
    scope: Scope,
    d1: date,
    d2: date,
    known_at: datetime | None = None,
    zone: str | None = None,
    most: int | None = None,
) -> tuple[Difference, dict[str, tuple[int, int]]]:
    """What entered and left each list between two days, and the counts (entered, left) by list.

    With `most`, at most so many rows of each are read; the counts are always of all.
    """
    node = zone_named(scope, zone) if zone else None
    zone_id = node.pk if node is not None else None
    first, second = moment(d1, known_at), moment(d2, known_at)
    before, after = _standings(scope, first, zone_id), _standings(scope, second, zone_id)
    placed_first, placed_second = Placements(first), Placements(second)
    entered: dict[str, list[int]] = {name: [] for name, _label in LISTS}
    left: dict[str, list[int]] = {name: [] for name, _label in LISTS}
    unchanged = d1.year == d2.year and not first.parameters.overrides and not second.parameters.overrides
    for pk in before.keys() | after.keys():
        was, now = before.get(pk), after.get(pk)
        if was == now and unchanged:
            continue
        lists_before = set(placed_first.lists_of(*was)) if was else set()
        lists_after = set(placed_second.lists_of(*now)) if now else set()
        for name in lists_after - lists_before:
            if name in entered:
                entered[name].append(pk)
        for name in lists_before - lists_after:
            if name in left:
                left[name].append(pk)
    counts = {name: (len(entered[name]), len(left[name])) for name, _label in LISTS}
    wanted = {pk for moved in (entered, left) for name in moved for pk in sorted(moved[name])[:most]}
    known = _named(first, wanted & before.keys()) | _named(second, wanted & after.keys())

    def moves(ids: list[int]) -> list[Move]:
        found = [
            _move(
                known[pk],
                placed_first.of(*before[pk])[0] if pk in before else None,
                placed_second.of(*after[pk])[0] if pk in after else None,
                pk in after,
            )
            for pk in sorted(ids)[:most]
        ]
        return sorted(found, key=lambda move: move.code)

    return Difference(
        {name: moves(ids) for name, ids in entered.items()}, {name: moves(ids) for name, ids in left.items()}
    ), counts


def _named(when: Moment, ids: set[int]) -> dict[int, StateRow]:
    from guatu.kernel.bulk import chunks

    found = {}
    for chunk in chunks(sorted(ids)):
        rows = when.states(Scope.whole()).filter(project_id__in=chunk)
        found |= {row.project_id: row for row in read_rows(rows, when)}
    return found


def _move(row: StateRow, before: str | None, after: str | None, present: bool) -> Move:
    if not present:
        why = _("no longer among these projects")
    elif row.status == "paused":
        why = _("paused")
    elif row.status == "cancelled":
        why = _("cancelled")
    elif before == after:
        why = _("statistics entry")
    elif row.since is None:
        why = _("the stage is no longer known")
    elif after == "land_of_earlier_years":
        why = _("the year has turned")
    else:
        why = _("%(stage)s, %(day)s") % {"stage": dict(STAGES)[row.stage], "day": row.since_text}
    return Move(row.project_id, row.code, row.name, before, after, str(why))
