"""Amounts as pages show them: 亿元 for totals, 万元 for rows, two places, rounded half up (DESIGN section 8)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from guatu.kernel.columns import SHOWN_UNITS, grouped

PLACES = Decimal("0.01")


def shown(amount: Decimal | None, unit: str) -> str:
    """An amount of yuan or square metres in `unit`, thousands apart; "" when unknown."""
    if amount is None:
        return ""
    return grouped((Decimal(amount) / SHOWN_UNITS[unit]).quantize(PLACES, ROUND_HALF_UP))


def yi(amount: Decimal | None) -> str:
    return shown(amount, "亿元")


def wan(amount: Decimal | None) -> str:
    return shown(amount, "万元")


def mu(area_m2: Decimal | None) -> str:
    return shown(area_m2, "亩")
