"""Numbers in cells: exact, finite, of a length that can be kept, and never guessed from words like 约."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guatu.kernel.rules.refusals import BadCell, quote
from guatu.kernel.rules.text import fold, is_blank
from guatu.kernel.rules.units import USUAL_UNITS, Kind, find_unit

#: The longest number kept, in significant digits and in digits before or after the point.
MOST_DIGITS = 18


@dataclass(frozen=True)
class Quantity:
    """A number as written, with the unit written after it and the currency sign before it, if any."""

    number: Decimal
    unit: str | None = None
    sign: str | None = None


_EXCEL_ERRORS = (
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "####",
)
# A longer cell is prose; looking for ranges in tens of thousands of digits would take minutes.
_LONGEST_TEXT = 100
_NOTHING = {"-", "--", "---", "/"}
_DIGITS = r"[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+"
_QUANTITY = re.compile(
    rf"(?P<minus>[+-]?)\s*(?P<sign>US\$|HK\$|[¥$€]|人民币)?\s*(?P<minus_after>[+-]?)"
    rf"(?P<digits>{_DIGITS})(?P<exponent>[eE][+-]?[0-9]{{1,4}})?\s*(?P<unit>[^\s\d+.,;:?!-][^\s+,;:?!-]*)?"
)
_RANGE = re.compile(rf"(?:{_DIGITS})[^0-9~,.]{{0,4}}(?:[-~]|至|到)\s*(?:{_DIGITS})")
_INEXACT = re.compile(
    "大约|约|将近|接近|近|余|超过|超|逾|多|左右|上下|以上|以下|以内|不少于|不低于|不超过|不足|至少|至多|几|来|[~≈≥≤><]"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")


def read_quantity(cell: Any) -> Quantity | None:
    """The number in a cell with what unit and currency sign stand beside it; None for a blank cell.

    Blank are also the dashes and the slash by which tables say “nothing here”. Text is taken digit by digit.
    A float is taken as the number its sheet shows: see `exact`.

    Raises BadCell: an error of the spreadsheet, a truth value, NaN or infinity, an inexact number (约, 近,
    余, 多, 左右, …), a range, misplaced commas, more than 18 digits, or anything else that is no number.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return Quantity(_bounded(exact(cell), cell))
    if not isinstance(cell, str):
        raise BadCell("number_unreadable", {"text": quote(cell)})
    text = fold(cell)
    if text in _NOTHING:
        return None
    if text.upper().startswith(_EXCEL_ERRORS):
        raise BadCell("cell_excel_error", {"text": quote(text)})
    if len(text) > _LONGEST_TEXT:
        raise BadCell("number_unreadable", {"text": quote(text)})
    found = _QUANTITY.fullmatch(text)
    unit = found["unit"] if found else None
    if not found or (unit and not any(find_unit(kind, unit) for kind in Kind)):
        raise _unreadable(text, unit)
    digits = found["digits"]
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise BadCell("number_grouping", {"text": quote(text)})
    if found["minus"] and found["minus_after"]:
        raise BadCell("number_unreadable", {"text": quote(text)})
    minus = found["minus"] or found["minus_after"]
    number = Decimal(minus + digits.replace(",", "") + (found["exponent"] or ""))
    return Quantity(_bounded(number, text), unit, found["sign"])


def exact(number: int | float | Decimal) -> Decimal:
    """The decimal number a sheet means by a binary one. Raises BadCell for NaN and infinity.

    A sheet keeps at most 15 significant digits, so a float of up to 15 is what was typed and is kept. One of
    16 or 17 is the noise of binary sums (81.69999999999999): it is rounded to 12 digits or, where that would
    move it by more than one part in 10^13, to the fewest of 13, 14, 15 that does not. Integers and Decimals
    are kept.
    """
    if isinstance(number, int):
        return Decimal(number)
    shown = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    if not shown.is_finite():
        raise BadCell("number_not_finite", {"text": quote(number)})
    if isinstance(number, Decimal) or len(shown.normalize().as_tuple().digits) <= 15:
        return shown
    for digits in (12, 13, 14, 15):
        rounded = Decimal(f"{shown:.{digits - 1}e}")
        if abs(rounded - shown) <= abs(shown) * Decimal("1e-13"):
            break
    return rounded


def parse_number(cell: Any) -> Decimal | None:
    """The bare number in a cell; None for a blank one. Raises BadCell as `read_quantity`, and for a unit."""
    quantity = read_quantity(cell)
    if quantity is None:
        return None
    beside = quantity.unit or quantity.sign
    if beside:
        raise BadCell("number_has_unit", {"text": quote(cell), "unit": beside})
    return quantity.number


def parse_int(cell: Any) -> int | None:
    """The whole number in a cell, perhaps with a unit of counting (3000人, 1.5万个); None for a blank one.

    Raises BadCell as `read_quantity`; also for a fraction, and for a unit that does not count.
    """
    quantity = read_quantity(cell)
    if quantity is None:
        return None
    if quantity.sign:
        raise BadCell("number_has_unit", {"text": quote(cell), "unit": quantity.sign})
    number = quantity.number
    if quantity.unit:
        unit = find_unit(Kind.COUNT, quantity.unit)
        if unit is None:
            raise BadCell("unit_unknown", {"unit": quantity.unit, "known": USUAL_UNITS[Kind.COUNT]})
        number *= int(unit.factor)
    if number != number.to_integral_value():
        raise BadCell("int_not_whole", {"text": quote(cell)})
    return int(number)


def _bounded(number: Decimal, written: Any) -> Decimal:
    if not number.is_finite():
        raise BadCell("number_not_finite", {"text": quote(written)})
    if number == 0:
        return Decimal(0)
    tidy = number.normalize()
    if len(tidy.as_tuple().digits) > MOST_DIGITS or not -MOST_DIGITS <= tidy.adjusted() < MOST_DIGITS:
        raise BadCell("number_too_long", {"text": quote(written), "digits": MOST_DIGITS})
    return number


def _unreadable(text: str, unit: str | None) -> BadCell:
    """The refusal that says most precisely why the text is not one number."""
    if _RANGE.search(text):
        return BadCell("number_range", {"text": quote(text)})
    inexact = _INEXACT.search(text)
    if inexact and re.search("[0-9一二三四五六七八九十百千万亿]", text):
        return BadCell("number_inexact", {"text": quote(text), "word": inexact[0]})
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", text, re.IGNORECASE):
        return BadCell("number_not_finite", {"text": quote(text)})
    if unit:
        known = "; ".join(USUAL_UNITS[kind] for kind in Kind)
        return BadCell("unit_unknown", {"unit": quote(unit), "known": known})
    return BadCell("number_unreadable", {"text": quote(text)})
