"""Columns of numbers: counted things, quantities kept in SI units or yuan, and money with its currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _

from guatu.kernel.column_base import Column
from guatu.kernel.errors import Faulty
from guatu.kernel.rules import cells
from guatu.kernel.rules.refusals import BadCell, quote
from guatu.kernel.rules.units import USUAL_UNITS, Kind, find_unit

_WIDE = Context(prec=60)


def kind_of(unit: str | None) -> Kind | None:
    """What a unit measures; money comes first, since 万 is a unit of money and of counting."""
    return next((kind for kind in Kind if unit and find_unit(kind, unit) is not None), None)


class Whole(Column):
    """A count; the header may name a unit of counting (万人)."""

    numeric = True

    def read(self, cell, lookup):
        factor = _counting(cell)
        if factor == 1:
            return {self.name: cells.parse_int(cell.raw)}
        number = cells.parse_number(cell.raw)
        if number is None:
            return {self.name: None}
        count = Fraction(number) * factor
        if count.denominator != 1:
            raise BadCell("int_not_whole", {"text": quote(cell.raw)})
        return {self.name: int(count)}


def _counting(cell) -> Fraction:
    if cell.unit is None:
        return Fraction(1)
    unit = find_unit(Kind.COUNT, cell.unit)
    if unit is None:
        raise BadCell("unit_unknown", {"unit": cell.unit, "known": USUAL_UNITS[Kind.COUNT]})
    return unit.factor


class Number(Column):
    """A decimal; with a unit it is kept in the SI unit (or yuan) and shown in `unit`."""

    numeric = True

    @cached_property
    def kind(self) -> Kind | None:
        """What the column's unit measures."""
        return kind_of(self.unit)

    @cached_property
    def factor(self) -> Fraction:
        return find_unit(self.kind, self.unit).factor if self.kind is not None else Fraction(1)

    def read(self, cell, lookup):
        kind = self.kind
        if kind is Kind.AREA:
            return {self.name: self._kept(cells.parse_area_m2(cell.raw, cell.unit, self.unit))}
        if kind is Kind.MONEY:
            money = cells.parse_money(cell.raw, cell.unit, self.unit)
            if money is not None and money.currency != "CNY":
                raise Faulty("currency", _("“%(value)s” is not in yuan, but “%(label)s” is kept in yuan. Convert it "
                                           "first.")
                             % {"value": quote(cell.raw), "label": self.label}, self.name)
            return {self.name: None if money is None else self._kept(money.amount)}
        if cell.unit is not None and kind_of(cell.unit) is not Kind.PERCENT:
            raise BadCell("unit_unknown", {"unit": cell.unit, "known": "—"})
        return {self.name: self._kept(cells.parse_number(cell.raw))}

    def _kept(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else value.quantize(
            Decimal(1).scaleb(-self.field.decimal_places), ROUND_HALF_UP, _WIDE)

    def write(self, row, lookup):
        value = getattr(row, self._attname)
        return None if value is None else self.in_unit(value)

    def in_unit(self, value: Decimal) -> Decimal:
        """The shortest number in the shown unit that reads back as exactly `value`."""
        return _shortest(value, self.factor, self.field.decimal_places)

    def show(self, row, lookup):
        value = getattr(row, self._attname)
        if value is None:
            return ""
        return grouped(_divided(value, self.factor, Decimal("0.01")))


@lru_cache(maxsize=20_000)
def _shortest(value: Decimal, factor: Fraction, decimals: int) -> Decimal:
    value = Decimal(value)
    if factor == 1:
        return plain(value)
    kept = Decimal(1).scaleb(-decimals)
    for places in range(24):
        short = _divided(value, factor, Decimal(1).scaleb(-places))
        exact = Fraction(short) * factor
        back = _WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        if back.quantize(kept, ROUND_HALF_UP, _WIDE) == value:
            return plain(short)
    return plain(short)


def _divided(value: Decimal, factor: Fraction, step: Decimal) -> Decimal:
    exact = Fraction(value) / factor
    return _WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP, _WIDE)


class Money(Number):
    """An amount with its currency in a second field. Read in 元, 万元, 亿元, 美元, …; written in `unit`.

    The unit is the cell's own, else that of the sheet's `unit_column`, else the header's, else `unit`. A currency named
    in the cell or the unit column is the amount's; that of the header only where the sheet has no column of currencies.
    """

    def __init__(self, name, field, *, currency: str, unit_column: str | None = None, **rest):
        super().__init__(name, field, **rest)
        object.__setattr__(self, "currency", currency)
        object.__setattr__(self, "unit_column", unit_column)
        object.__setattr__(self, "beside", (unit_column,) if unit_column else ())

    def read(self, cell, lookup):
        stated = cell.row.get(self.unit_column) if self.unit_column else None
        stated = None if cells.is_blank(stated) else str(stated)
        money = cells.parse_money(cell.raw, header_unit=stated or cell.unit, default_unit=self.unit)
        named = _named_currency(cell.raw, stated)
        beside = cell.row.get(self.currency)
        beside = None if cells.is_blank(beside) else str(beside)
        if money is None:
            return {self.name: None} | ({self.currency: named} if named and beside is None else {})
        values = {self.name: self._kept(money.amount)}
        if named is not None:
            values[self.currency] = named
        elif beside is None and (cell.unit is not None or money.currency != "CNY"):
            values[self.currency] = money.currency
        return values


def _named_currency(raw, stated: str | None) -> str | None:
    """The currency that the cell itself or its unit column names; None when it is left to the header."""
    quantity = cells.read_quantity(raw)
    if quantity is not None and quantity.sign:
        return cells.parse_money(raw).currency
    for text in (quantity.unit if quantity is not None else None, stated):
        unit = find_unit(Kind.MONEY, text) if text else None
        if unit is not None and unit.currency:
            return unit.currency
    return None


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    value = value.normalize(_WIDE)
    return value.quantize(Decimal(1), context=_WIDE) if value.as_tuple().exponent > 0 else value


def grouped(value: Decimal) -> str:
    """A number with thousands separators and no trailing zeros after the point."""
    return f"{plain(value):,f}"
