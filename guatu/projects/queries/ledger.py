"""The investment ledger of a zone, a unit or everything in reach, for one year as of a day.

Every figure is the sum of rows that can be listed (`YearLedger.rows`), one a project, by the pure rules of
`rules.ledger`. A year that is over by the day asked about is shown as of its last day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from guatu.kernel.errors import NotFound
from guatu.kernel.held import NOTHING
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.scope import Scope, subtree
from guatu.projects.choices import COUNT_MEASURES, TARGET_MEASURES
from guatu.projects.models import ProjectState, YearTarget
from guatu.projects.queries.ledger_rows import Money, money_of
from guatu.projects.queries.moment import Moment, moment, zone_named
from guatu.projects.rules import ledger as rules
from guatu.projects.rules.lists import Member
from guatu.projects.rules.stages import ORDER, RUNNING

#: The resource whose rows a measure counts; a reader who may not view it is not told the figure.
SEEN_BY = {
    "signed": "stage_events", "signed_count": "stage_events", "started_count": "stage_events",
    "completed_count": "stage_events", "entered_count": "stage_events", "arrived_domestic": "arrived_funds",
    "arrived_foreign": "arrived_funds", "completed": "monthly_investments", "planned": "planned_investments",
    "forecast": "monthly_investments", "reported": "reported_investments",
}
EVENT_OF = {"signed": "signed", "signed_count": "signed", "started_count": "started", "completed_count": "completed",
            "entered_count": "in_statistics"}
KINDS: dict[str, type[rules.Sum]] = {
    "signed": rules.Signed, "arrived_domestic": rules.ArrivedDomestic, "arrived_foreign": rules.ArrivedForeign,
    "completed": rules.Invested, "planned": rules.Planned, "forecast": rules.Forecast, "reported": rules.Reported,
}
MEASURES = (*(code for code, _label in TARGET_MEASURES), "planned", "forecast")


@dataclass(frozen=True)
class LedgerRow:
    """One project in the ledger. `investment`: its total investment in yuan as of the day, None when unknown."""

    project_id: int
    code: str
    zone_id: int
    unit_id: int | None
    batch_id: int | None
    declared: int | None
    investment: Decimal | None
    stage: str
    is_building: bool
    in_statistics: bool
    money: Money

    @property
    def has_signed(self) -> bool:
        return ORDER.get(self.stage, -1) >= ORDER["signed"]

    def gaps(self) -> list[rules.Gap]:
        return rules.gaps(self.money.account(self.has_signed, self.investment, self.is_building))


@dataclass(frozen=True)
class Amount:
    """What one project adds to a measure: yuan, US dollars, or (for counts) its total investment. None: unknown.
    `is_partial`: some of it is unknown, so that it is at least this much."""

    row: LedgerRow
    amount: Decimal | None
    is_partial: bool = False

    @property
    def member(self) -> Member:
        return Member(self.row.project_id, self.amount, self.row.batch_id, self.row.declared)


@dataclass(frozen=True)
class Measured:
    """One measure of the year: its sum, the target laid down for it, and the completion rate in per cent."""

    code: str
    total: rules.Sum
    target: YearTarget | None

    @property
    def is_count(self) -> bool:
        return self.code in COUNT_MEASURES

    @property
    def actual(self) -> Decimal | None:
        """What was reached: an amount, or a number of projects. None where no amount is known, which is not zero."""
        if self.is_count:
            return Decimal(self.total.projects)
        return self.total.amount if self.total.rows > self.total.unknown else None

    @property
    def rate(self) -> Decimal | None:
        return rules.completion(self.actual, self.target.target) if self.target is not None else None

    @property
    def is_derived(self) -> bool:
        """Whether the target came from a rate, so that the completion rate proves nothing."""
        return self.target is not None and self.target.basis == "rate"

    def as_json(self) -> dict:
        """Amounts in yuan (foreign funds in US dollars) or numbers of projects; `actual` None where no amount is known."""
        total = self.total
        return {
            "target": self.target.target if self.target is not None else None, "actual": self.actual,
            "rate_pct": self.rate, "derived": self.is_derived, "projects": total.projects, "rows": total.rows,
            "unknown": 0 if self.is_count else total.unknown, "partial": 0 if self.is_count else total.partial,
        }


@dataclass
class YearLedger:
    """`through`: the last day whose facts count. `node`: the zone or unit asked about, None: everything in reach."""

    when: Moment
    asked: date
    year: int
    scope: Scope
    node: Organisation | None
    verb: str = "view"

    @property
    def through(self) -> date:
        return self.when.as_of

    @cached_property
    def every(self) -> list[LedgerRow]:
        """Every project concerned, by code."""
        node, zone = self.node, None
        if node is not None and is_zone(node):
            zone = node.pk
        rows = self.when.rows(self.scope, zone, self.verb, None if node is None or zone else node.pk)
        money, fen = money_of(self.when), self.when.cny_fen_of(rows)
        spelled, signatures = rows.table.spelled["code"], self.when.signatures
        columns = ("project_id", "code", "zone_id", "unit_id", "batch_id", "declared_count", "signature_id")
        found = []
        for pk, code, *ids, signature, amount in zip(
            *(rows[name].tolist() for name in columns), fen.tolist(), strict=True
        ):
            standing = signatures[signature]
            ids = [None if value == NOTHING else value for value in ids]
            found.append(LedgerRow(
                pk, spelled[code], *ids, None if amount == NOTHING else Decimal(amount).scaleb(-2), standing.stage,
                standing.stage == "started" and standing.status == RUNNING, standing.in_statistics,
                money.get(pk) or Money()))
        return sorted(found, key=lambda row: row.code)

    @cached_property
    def _seen(self) -> dict[str, frozenset[int]]:
        """The projects whose rows of a resource the reader reaches."""
        rows = self.when.rows(Scope.whole())
        found = {}
        for name in set(SEEN_BY.values()):
            mask = self.scope.mask(ProjectState.scope_paths, name, self.verb, rows)
            found[name] = frozenset((rows if mask is None else rows.where(mask))["project_id"].tolist())
        return found

    def may(self, measure: str) -> bool:
        return self.scope.may(SEEN_BY[measure], self.verb)

    def rows(self, measure: str, inside: Callable[[LedgerRow], bool] | None = None) -> list[Amount]:
        """What each project adds to a measure of the year, by code; only those that the measure concerns."""
        seen = self._seen[SEEN_BY[measure]]
        amounts = (self._amount(measure, row) for row in self.every
                   if row.project_id in seen and (inside is None or inside(row)))
        return [amount for amount in amounts if amount is not None]

    def total(self, measure: str, inside: Callable[[LedgerRow], bool] | None = None) -> rules.Sum:
        """The sum of `rows`: batches, members and unknown amounts as in the five lists."""
        amounts = self.rows(measure, inside)
        everywhere: list[Member] = []
        if measure in EVENT_OF:  # members of a batch that reached the stage elsewhere or in another year
            everywhere = [Amount(row, row.investment).member for row in self.every if row.batch_id is not None]
        partial = sum(1 for amount in amounts if amount.is_partial)
        kind = KINDS.get(measure, rules.Signed)
        return rules.summed(kind, [amount.member for amount in amounts], everywhere, partial)

    def _amount(self, measure: str, row: LedgerRow) -> Amount | None:
        if measure in EVENT_OF:
            day = row.money.first.get(EVENT_OF[measure])
            return Amount(row, row.investment) if day is not None and day.year == self.year else None
        if measure.startswith("arrived_"):
            return self._arrived(row, measure.removeprefix("arrived_"))
        if measure == "planned":
            amounts = [amount for last, (amount, _row) in row.money.planned.items() if last.year == self.year]
            return Amount(row, sum(amounts, Decimal(0))) if amounts else None
        if measure == "reported":
            return self._reported(row)
        outlook = row.money.outlook(self.year, self.through)
        expected = row.is_building and self._has_ended_months
        has_actual = any(last.year == self.year for last in row.money.invested)
        if measure == "forecast":
            if outlook.is_known:
                return Amount(row, outlook.forecast, bool(outlook.missing))
            return Amount(row, None) if expected else None
        if has_actual:
            return Amount(row, outlook.actual, bool(outlook.missing))
        return Amount(row, None) if expected or outlook.missing else None

    @property
    def _has_ended_months(self) -> bool:
        return self.through >= date(self.year, 1, 31)

    def _arrived(self, row: LedgerRow, origin: str) -> Amount | None:
        arrivals = row.money.arrived(origin, self.year)
        amounts = [one.usd if origin == "foreign" else one.cny for one in arrivals]
        known = [amount for amount in amounts if amount is not None]
        if not arrivals:
            return None
        return Amount(row, sum(known, Decimal(0)) if known else None, 0 < len(known) < len(amounts))

    def _reported(self, row: LedgerRow) -> Amount | None:
        amounts = [amount for last, (amount, _row) in row.money.reported.items() if last.year == self.year]
        if amounts:
            return Amount(row, sum(amounts, Decimal(0)))
        owed = row.in_statistics and row.is_building and self._has_ended_months
        return Amount(row, None) if owed else None

    # -- targets ---------------------------------------------------------------------------------------------------

    @cached_property
    def targets(self) -> dict[int, dict[str, YearTarget]]:
        """The newest target of each organisation and measure in reach, laid down by the day; one query."""
        found: dict[int, dict[str, YearTarget]] = defaultdict(dict)
        if not self.scope.may("year_targets"):
            return found
        rows = versions(YearTarget, limit(self.when.recording), year=self.year, counts_from__lte=self.through)
        rows = self.scope.cut(rows, "year_targets").select_related("organisation", "source")
        for row in rows.order_by("counts_from", "id"):
            found[row.organisation_id][row.measure] = row
        return found

    @cached_property
    def measured(self) -> list[Measured]:
        """Every measure with its total, and its target where the ledger is of one zone or unit."""
        targets = self.targets.get(self.node.pk, {}) if self.node is not None else {}
        return [Measured(code, self.total(code), targets.get(code)) for code in MEASURES if self.may(code)]

    def parts(self) -> list[tuple[Organisation, list[Measured]]]:
        """Each zone and unit with a target, its measures that have one; the node asked about is left out."""
        found = []
        for pk, targets in self.targets.items():
            if self.node is not None and pk == self.node.pk:
                continue
            node = next(iter(targets.values())).organisation
            inside = self._inside(node)
            if self.node is not None and not any(inside(row) for row in self.every):
                continue
            found.append((node, [
                Measured(code, self.total(code, inside), targets[code])
                for code in MEASURES if code in targets and self.may(code)
            ]))
        return sorted(found, key=lambda part: part[0].code)

    def _inside(self, node: Organisation) -> Callable[[LedgerRow], bool]:
        if is_zone(node):
            below = subtree(self.when.parents, node.pk)
            return lambda row: row.zone_id in below
        return lambda row: row.unit_id == node.pk

    # -- reconciliation --------------------------------------------------------------------------------------------

    @property
    def sees_all(self) -> bool:
        """Whether the reader may see all that is compared; otherwise what is hidden would be taken for missing."""
        return all(self.may(measure) for measure in MEASURES) and all(
            self.scope.may(name, self.verb) for name in ("statistics_entries", "documents"))

    @cached_property
    def gaps(self) -> dict[int, list[rules.Gap]]:
        """What is missing or contradicts itself, by project; only for readers who see all of it."""
        if not self.sees_all:
            return {}
        seen = frozenset.intersection(*self._seen.values())
        found = {row.project_id: row.gaps() for row in self.every if row.project_id in seen}
        return {pk: gaps for pk, gaps in found.items() if gaps}

    @cached_property
    def gap_counts(self) -> Counter[rules.Gap]:
        return Counter(gap for gaps in self.gaps.values() for gap in gaps)

    def rows_with(self, gap: rules.Gap) -> list[LedgerRow]:
        return [row for row in self.every if gap in self.gaps.get(row.project_id, ())]


def is_zone(node: Organisation) -> bool:
    return node.kind in {code for code, _label in settings.GUATU_ZONE_KINDS}


def year_ledger(
    scope: Scope,
    as_of: date,
    known_at: datetime | None = None,
    year: int | None = None,
    zone: str | None = None,
    unit: int | None = None,
    verb: str = "view",
) -> YearLedger:
    """The ledger of `year` (None: that of the day) below `zone` (a code) or of the responsible `unit`.

    Raises NotFound for a zone or unit that `scope` does not reach.
    """
    when = moment(as_of, known_at)
    year = year or as_of.year
    end = date(year, 12, 31)
    if as_of > end:
        when = replace(when, as_of=end)
    node = zone_named(scope, zone) if zone else None
    if node is None and unit is not None:
        node = _unit(scope, when, unit)
    return YearLedger(when, as_of, year, scope, node, verb)


def _unit(scope: Scope, when: Moment, unit: int) -> Organisation:
    rows = when.rows(scope, unit=unit)
    node = Organisation.everything.filter(pk=unit, withdrawn=False).first()
    if node is None or (not len(rows) and not scope.cut(
        Organisation.everything.filter(pk=unit), "organisations").exists()):
        raise NotFound("no_unit", _("There is no unit with this number. Choose one from the list."))
    return node


def units_of(ledger: YearLedger) -> set[int]:
    """Units that answer for any project in reach."""
    rows = ledger.when.rows(ledger.scope, None, ledger.verb)
    return set(np.unique(rows["unit_id"]).tolist()) - {NOTHING}
