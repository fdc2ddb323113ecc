"""The two dates of an answer, and what holds on them: parameters, rates, zones, which rows a person sees."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

import numpy as np
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from guatu.kernel import parameters, queries
from guatu.kernel.commitments import Lamps
from guatu.kernel.errors import NotFound
from guatu.kernel.held import NOTHING, Rows, held
from guatu.kernel.kept import once
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import ChainHead
from guatu.kernel.recording import known
from guatu.kernel.scope import EVERYWHERE, Scope, subtree
from guatu.projects.models import ProjectState, Signature
from guatu.projects.queries.placements import Placements
from guatu.projects.rules import lists

MILLION = 1_000_000


class _Signatures(dict[int, lists.Signature]):
    """Every signature by its identity. No row ever changes; one made without a recording, as by a rebuild, is read when
    it is first met."""

    COLUMNS = ("pk", "stage", "status", "stage_year", "in_statistics", "expected_year")

    def __init__(self):
        super().__init__((pk, lists.Signature(*rest)) for pk, *rest in Signature.objects.values_list(*self.COLUMNS))

    def __missing__(self, pk: int) -> lists.Signature:
        _pk, *rest = Signature.objects.values_list(*self.COLUMNS).get(pk=pk)
        self[pk] = lists.Signature(*rest)
        return self[pk]


@dataclass(frozen=True)
class Moment:
    """`as_of`: the day asked about. `recording`: the newest recording that counts as known; `known_at` its instant,
    `mark` its hash, where it was read; `head` the chain's head where it is this recording."""

    as_of: date
    recording: int
    known_at: datetime | None
    mark: str = field(default="", compare=False)
    head: ChainHead | None = field(default=None, compare=False, repr=False)

    @cached_property
    def rates(self) -> dict[str, Decimal]:
        return queries.rates(self.as_of, self.recording, self.mark)

    @cached_property
    def organisations(self) -> dict[int, dict]:
        """The values of every organisation that stood on the day, by identity."""
        return queries.values_on(self.as_of, Organisation, queries.organisations_stated(self.recording, self.mark))

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return queries.parents_in(self.organisations)

    @cached_property
    def parameters(self) -> parameters.ParameterBook:
        return parameters.book(self.as_of, self.recording, self.parents, self.mark)

    @cached_property
    def calendar(self):
        return queries.calendar(self.recording, self.mark)

    @cached_property
    def signatures(self) -> dict[int, lists.Signature]:
        """Every signature by its identity."""
        return once("signatures", self.mark, _Signatures)

    @cached_property
    def lamps(self) -> Lamps:
        return Lamps(self.as_of, self.recording, self.parameters, self.calendar)

    @cached_property
    def placements(self) -> Placements:
        return Placements(self)

    def cny(self, fen: int | None, currency: str) -> Decimal | None:
        """Yuan for hundredths of a currency at the rate in force on the day; None when amount or rate is unknown."""
        if fen is None or currency not in self.rates:
            return None
        return (Decimal(fen) / 100 * self.rates[currency]).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def cny_fen(self) -> Case:
        """The same for `investment_fen` of a row in SQL, in hundredths of yuan and rounded row by row, so that every
        total is exactly the sum of its rows. NULL when amount or rate is unknown."""

        def converted(rate: Decimal):
            millionths = int(rate * MILLION)  # rates have six places; taken apart so that 64 bits suffice
            whole, rest = F("investment_fen") / MILLION, F("investment_fen") % MILLION
            return whole * millionths + (rest * millionths + MILLION // 2) / MILLION

        foreign = [(currency, rate) for currency, rate in sorted(self.rates.items()) if currency != "CNY"]
        return Case(
            When(currency="CNY", then=F("investment_fen")),
            *(When(currency=currency, then=converted(rate)) for currency, rate in foreign),
            default=None,
            output_field=BigIntegerField(),
        )

    def cny_fen_of(self, rows: Rows) -> np.ndarray:
        """The same for `investment_fen` of rows held in memory, in hundredths of yuan and rounded row by row, so that
        every total is exactly the sum of its rows. NOTHING when amount or rate is unknown."""
        fen, currency = rows["investment_fen"], rows["currency"]
        found = np.where(currency == rows.code("currency", "CNY"), fen, NOTHING)
        for name, rate in self.rates.items():
            if name != "CNY":
                these = (currency == rows.code("currency", name)) & (fen != NOTHING)
                millionths = int(rate * MILLION)  # rates have six places; taken apart so that 64 bits suffice
                whole, rest = np.divmod(fen[these], MILLION)
                found[these] = whole * millionths + (rest * millionths + MILLION // 2) // MILLION
        return found

    def on(self, as_of: date) -> Moment:
        """The same knowledge about another day."""
        return replace(self, as_of=as_of)

    def list_rules(self, zone_id: int) -> lists.ListRules:
        def stages(name: str) -> frozenset[str]:
            return frozenset(self.parameters.get(f"projects.lists.{name}_stages", zone_id).value)

        return lists.ListRules(
            negotiating=stages("negotiating"),
            signed=stages("signed"),
            land=stages("land"),
            building=stages("building"),
            expected=stages("expected"),
        )

    def yellow_workdays(self, zone_id: int | None) -> int:
        return int(self.parameters.get("projects.lights.yellow_workdays", zone_id).value)

    def states(
        self, scope: Scope, zone: int | None = None, verb: str = "view", unit: int | None = None
    ) -> QuerySet[ProjectState]:
        """Where every project on which `scope` has `verb` (below `zone`, of responsible `unit`) stood at this moment."""
        # Never "the open rows": a recording made between two queries of one answer would slip in.
        rows = ProjectState.objects.filter(
            valid_from__lte=self.as_of, valid_to__gt=self.as_of,
            recorded_from__lte=self.recording, recorded_to__gt=self.recording,
        )
        within = scope.q(ProjectState.scope_paths, "projects", verb)
        if within is not None:
            rows = rows.filter(within)
        if zone is not None:
            rows = rows.filter(Q(zone_id__in=subtree(self.parents, zone)))
        if unit is not None:
            rows = rows.filter(unit_id=unit)
        return rows

    def rows(self, scope: Scope, zone: int | None = None, verb: str = "view", unit: int | None = None) -> Rows:
        """The same from memory, sorted by project; what counts many projects asks this."""
        rows = held(ProjectState, self.head).in_force(self.as_of, self.recording)
        within = scope.mask(ProjectState.scope_paths, "projects", verb, rows)
        if within is not None:
            rows = rows.where(within)
        if zone is not None:
            rows = rows.where(np.isin(rows["zone_id"], sorted(subtree(self.parents, zone))))
        if unit is not None:
            rows = rows.where(rows["unit_id"] == unit)
        return rows.where(np.argsort(rows["project_id"]))


def moment(as_of: date, known_at: datetime | None = None) -> Moment:
    found = known(known_at)
    return Moment(as_of, found.number, found.instant, found.hash, found.head)


def zone_named(scope: Scope, code: str) -> Organisation:
    """The zone of this code, when `scope` reaches it or anything of projects in it."""
    zone = Organisation.everything.filter(code=code, withdrawn=False).first()
    if zone is None or not _reaches(scope, zone):
        raise NotFound("no_zone", _("There is no zone with the code “%s”. See the list of zones for the codes.") % code)
    return zone


def _reaches(scope: Scope, zone: Organisation) -> bool:
    reach = scope.reach("projects")
    if not reach or reach == EVERYWHERE:
        return bool(reach)
    parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
    below = subtree(parents, zone.pk)
    # A unit may answer for projects of a zone that is not its own.
    within = scope.q(ProjectState.scope_paths, "projects") or Q()
    return bool(below & reach) or ProjectState.objects.filter(within, zone_id__in=below).exists()
