"""Reported rates of indicators, recomputed from the figures beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from guatu.kernel.column_amounts import plain as without_noughts
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.scope import Scope, subtree
from guatu.projects.queries.moment import Moment
from guatu.projects.rules.ledger import Checked, checked
from guatu.reference.models import IndicatorValue


@dataclass(frozen=True)
class CheckedRate:
    """`base` is what the rate is of: the target of a completion rate, the former value of a growth rate; `basis` says
    whether it was reported, worked out from a reported difference, or derived from the rate itself."""

    row: IndicatorValue
    base: Decimal | None
    basis: str
    checked: Checked

    def as_json(self) -> dict:
        row = self.row
        return {
            "zone": row.zone.code, "indicator": row.indicator.name, "period": row.period, "kind": row.rate_kind,
            "value": plain(row.value), "base": plain(self.base), "basis": self.basis,
            "reported_pct": plain(self.checked.reported), "recomputed_pct": plain(self.checked.recomputed),
            "verdict": str(self.checked.verdict),
        }


def plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else without_noughts(value)


def checked_rates(
    scope: Scope, when: Moment, node: Organisation | None = None, year: int | None = None
) -> list[CheckedRate]:
    """Every reported rate up to the moment within reach, below `node` and of `year` when given; two queries at most."""
    if not scope.may("indicators"):
        return []
    rows = versions(IndicatorValue, limit(when.recording), counts_from__lte=when.as_of)
    rows = scope.cut(rows.exclude(reported_rate_pct=None), "indicators")
    if node is not None:
        rows = rows.filter(zone_id__in=subtree(when.parents, node.pk))
    if year is not None:
        rows = rows.filter(valid_on__year=year)
    rows = rows.select_related("zone", "indicator", "source").order_by("zone__code", "valid_on", "indicator__name")
    return [_checked(row) for row in rows]


def _checked(row: IndicatorValue) -> CheckedRate:
    growth = row.rate_kind == "growth"
    base, basis = (row.last_value, row.last_value_basis) if growth else (row.target, row.target_basis)
    return CheckedRate(row, base, basis, checked(
        row.rate_kind, row.value, base, row.reported_rate_pct, base_from_rate=basis == "rate"))
