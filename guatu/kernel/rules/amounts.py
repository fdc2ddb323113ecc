"""Money and areas in cells: read in the unit people wrote, kept in yuan (or dollars, …) and square metres."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from guatu.kernel.rules.quantities import MOST_DIGITS, Quantity, read_quantity
from guatu.kernel.rules.refusals import BadCell, quote
from guatu.kernel.rules.text import is_blank
from guatu.kernel.rules.units import USUAL_UNITS, Kind, Unit, find_unit

_SIGNS = {"¥": "CNY", "人民币": "CNY", "$": "USD", "US$": "USD", "HK$": "HKD", "€": "EUR"}
_SHOWN_MULTIPLES = (("亿", 10**8), ("万", 10**4), ("", 1))
_SHOWN_CURRENCIES = {"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元"}
# The longest amount has 18 digits, over 1 to 10^12 units: wide enough for every exact step.
_WIDE = Context(prec=60)


@dataclass(frozen=True)
class Money:
    """An amount in units of its currency (yuan, dollars), to two decimals, never below zero."""

    amount: Decimal
    currency: str


def parse_money(cell: Any, header_unit: str | None = None, default_unit: str | None = None) -> Money | None:
    """The money in a cell; None for a blank cell.

    The unit is the cell's own (81.7亿元), else the header's, else the default; a currency sign (¥81.7) alone
    means the unit of that currency. A bare 万 or 亿 takes the header's or default's currency, else yuan.
    Rounded half up to 0.01. Raises BadCell: as `read_quantity`; no unit anywhere; a unit that is not of
    money; two currencies; below zero; more than 18 digits, decimals included.
    """
    quantity = read_quantity(cell)
    if quantity is None:
        return None
    named = [_unit(Kind.MONEY, text) for text in (quantity.unit, header_unit, default_unit)]
    units = [unit for unit in named if unit is not None]
    signed = _SIGNS[quantity.sign] if quantity.sign else None
    if not units:
        if signed is None:
            raise BadCell("unit_missing", {"text": quote(cell), "known": USUAL_UNITS[Kind.MONEY]})
        return Money(_rounded(quantity, Fraction(1), cell), signed)
    stated = units[0].currency
    if signed and stated and signed != stated:
        raise BadCell("money_currencies_differ", {"text": quote(cell), "currency": signed, "other": stated})
    currency = signed or next((unit.currency for unit in units if unit.currency), "CNY")
    return Money(_rounded(quantity, units[0].factor, cell), currency)


def parse_area_m2(
    cell: Any, header_unit: str | None = None, default_unit: str | None = None
) -> Decimal | None:
    """The area in a cell, in square metres; None for a blank cell.

    The unit is the cell's own, else the header's, else the default. 1 亩 is exactly 2000/3 m²; the product is
    rounded once, half up, to 0.01 m², which tells areas apart to 0.00002 亩. Raises BadCell as `parse_money`.
    """
    quantity = read_quantity(cell)
    if quantity is None:
        return None
    if quantity.sign:
        raise BadCell("unit_unknown", {"unit": quantity.sign, "known": USUAL_UNITS[Kind.AREA]})
    unit = (
        _unit(Kind.AREA, quantity.unit) or _unit(Kind.AREA, header_unit) or _unit(Kind.AREA, default_unit)
    )
    if unit is None:
        raise BadCell("unit_missing", {"text": quote(cell), "known": USUAL_UNITS[Kind.AREA]})
    return _rounded(quantity, unit.factor, cell)


def format_money_cell(money: Money | None, unit: str | None = None) -> str:
    """The text of a money cell, exact, so that `parse_money` reads back the same money.

    With the header's `unit` (亿元) the bare number in it: 81.7. Without one, or when the unit is of another
    currency, the number carries its own: 81.7亿元, 5000万美元. None is the empty text. Raises BadCell for a
    unit that is not of money.
    """
    if money is None:
        return ""
    known = _unit(Kind.MONEY, unit)
    if known is not None and (known.currency or "CNY") == money.currency:
        return _plain(money.amount, int(known.factor))
    multiple, factor = next(
        (shown for shown in _SHOWN_MULTIPLES if money.amount >= shown[1]), _SHOWN_MULTIPLES[-1]
    )
    return _plain(money.amount, factor) + multiple + _SHOWN_CURRENCIES[money.currency]


def _unit(kind: Kind, text: str | None) -> Unit | None:
    if text is None or is_blank(text):
        return None
    unit = find_unit(kind, text)
    if unit is None:
        raise BadCell("unit_unknown", {"unit": quote(text), "known": USUAL_UNITS[kind]})
    return unit


def _rounded(quantity: Quantity, factor: Fraction, cell: Any) -> Decimal:
    if quantity.number < 0:
        raise BadCell("amount_negative", {"text": quote(cell)})
    # Half up on exact fractions: a product rounded twice may end a cent away.
    cents = int(Fraction(quantity.number) * factor * 100 + Fraction(1, 2))
    if cents >= 10**MOST_DIGITS:
        raise BadCell("number_too_long", {"text": quote(cell), "digits": MOST_DIGITS})
    return Decimal(cents).scaleb(-2, _WIDE).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _plain(amount: Decimal, factor: int) -> str:
    return f"{_WIDE.divide(amount, Decimal(factor)).normalize(_WIDE):f}"
