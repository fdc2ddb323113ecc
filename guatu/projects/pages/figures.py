"""Amounts as pages show them (DESIGN section 8): 亿元 for totals, 万元 for rows, 亩 for areas, rounded half up to 0.01.

The same rounding as the number columns of resources, so that a figure reads alike on every page.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from guatu.kernel.choices import CURRENCIES
from guatu.kernel.columns import grouped
from guatu.kernel.rules.units import Kind, find_unit

PLACES = Decimal("0.01")


def shown(amount: Decimal | None, kind: Kind, unit: str) -> str:
    """An amount of yuan (or square metres) in `unit`, thousands apart; "" when unknown."""
    if amount is None:
        return ""
    exact = Fraction(amount) / find_unit(kind, unit).factor
    return grouped((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES, ROUND_HALF_UP))


def yi(amount: Decimal | None) -> str:
    return shown(amount, Kind.MONEY, "亿元")


def wan(amount: Decimal | None) -> str:
    return shown(amount, Kind.MONEY, "万元")


def wan_of(amount: Decimal | None, currency: str) -> str:
    """An amount in ten thousands of its own currency, the currency named; "" when unknown."""
    if amount is None:
        return ""
    if currency == "CNY":
        return f"{wan(amount)} {_('10k yuan')}"
    words = {"amount": wan(amount), "currency": dict(CURRENCIES).get(currency, currency)}
    return _("%(amount)s × 10,000 %(currency)s") % words


def mu(area_m2: Decimal | None) -> str:
    return shown(area_m2, Kind.AREA, "亩")
