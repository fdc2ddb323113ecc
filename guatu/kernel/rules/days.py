"""Days with a precision: read the way people write them, and the day from which they count.

An event known only to its month counts from the last day of that month, since only then has it surely
happened; so too for quarter, half-year and year (the house's rule for facts of lower precision).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from guatu.kernel.rules.refusals import BadCell, quote
from guatu.kernel.rules.text import fold, is_blank

FIRST_YEAR, LAST_YEAR = 1900, 2200


class Precision(StrEnum):
    """How exactly a day is known."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


_MONTHS = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.HALF: 6, Precision.YEAR: 12}


@dataclass(frozen=True)
class Day:
    """A day as written: for a lower precision `day` is the last day of the span that was named."""

    day: date
    precision: Precision


def span(day: date, precision: Precision | str) -> tuple[date, date]:
    """First and last day of the month, quarter, half-year or year around `day`; for DAY the day itself."""
    precision = Precision(precision)
    if precision is Precision.DAY:
        return day, day
    months = _MONTHS[precision]
    first_month = (day.month - 1) // months * months + 1
    last_month = first_month + months - 1
    return date(day.year, first_month, 1), date(day.year, last_month, _length(day.year, last_month))


def counts_from(day: date, precision: Precision | str) -> date:
    """The day from which an event counts: the last day of its span (see the module's rule)."""
    return span(day, precision)[1]


def format_day(day: date, precision: Precision | str = Precision.DAY) -> str:
    """2022-06-21, 2022-06, 2022Q2, 2022H1 or 2022. `parse_day` reads it back as the same span."""
    match Precision(precision):
        case Precision.DAY:
            return day.isoformat()
        case Precision.MONTH:
            return f"{day.year:04d}-{day.month:02d}"
        case Precision.QUARTER:
            return f"{day.year:04d}Q{(day.month + 2) // 3}"
        case Precision.HALF:
            return f"{day.year:04d}H{(day.month + 5) // 6}"
        case _:
            return f"{day.year:04d}"


def parse_day(value: str | int | float | Decimal | date | datetime | None) -> Day:
    """The day written in a cell, with the precision with which it was written.

    Text: 2022-06-21, 2022/6/21, 2022.6.21, 20220621, 2022年6月21日; 2022-06, 2022/6, 202206, 2022年6月(底);
    2022Q2, 2022年二季度, 2022年第2季度; 2022H1, 2022年上半年; 2022, 2022年, 2022年底, 2022年末, 2022年内;
    also in full-width digits and Chinese numerals (二〇二二年六月). A time of day after the day is dropped.

    Numbers: 2022, 202206 and 20220621 as above; 20000 to 80000 are Excel's day numbers counted from 1900
    (a fraction, the time of day, is dropped). Workbooks that count from 1904 are not supported: their numbers
    cannot be told apart and would read four years early. Text of five digits is not read as a day number.

    A date or datetime is the calendar day it shows, in whatever time zone it is in.

    Raises BadCell: the cell is blank, no day can be read, the year is missing, the day does not exist,
    or the year lies outside 1900 to 2200.
    """
    if isinstance(value, datetime):
        return _bounded(value.date(), Precision.DAY, value)
    if isinstance(value, date):
        return _bounded(value, Precision.DAY, value)
    if is_blank(value):
        raise BadCell("day_blank")
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        raise BadCell("day_unreadable", {"text": quote(value)})
    return _from_text(value)


_EXCEL_ZERO = date(1899, 12, 30)  # Excel counts a 1900-02-29 that never was, so its day 61 is 1900-03-01
_EXCEL_FIRST, _EXCEL_LAST = 20_000, 80_000

_COMPACT = re.compile("[0-9]{6}(?:[0-9]{2})?")


def _from_number(number: int | float | Decimal) -> Day:
    if number.is_finite() if isinstance(number, Decimal) else abs(number) < math.inf:
        if _EXCEL_FIRST <= number <= _EXCEL_LAST:
            return Day(_EXCEL_ZERO + timedelta(days=int(number)), Precision.DAY)
        whole = int(number) if abs(number) < 10**8 and number == int(number) else 0
        if FIRST_YEAR <= whole <= LAST_YEAR or _COMPACT.fullmatch(str(whole)):
            return _from_text(str(whole))
        if FIRST_YEAR <= number <= LAST_YEAR + 1:
            raise BadCell("day_decimal_month", {"text": quote(number)})
    raise BadCell("day_number", {"text": quote(number)})


_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile("^[〇○零一二三四五六七八九]{4}")
_CHINESE_COUNT = re.compile("([〇○零一二三四五六七八九十]{1,3})(?=[月日号季])")
_TIME = re.compile(r"(?<=[0-9日号])[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_LOOSE_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")

_SHAPES = [
    (shape, re.compile(pattern, re.ASCII | re.IGNORECASE))
    for shape, pattern in [
        (Precision.DAY, r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"),
        (Precision.DAY, r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
        (Precision.DAY, r"(\d{4})(\d{2})(\d{2})"),
        (Precision.MONTH, r"(\d{4})[-/.](\d{1,2})"),
        (Precision.MONTH, r"(\d{4})年(\d{1,2})月(?:份|底|末|份底)?"),
        (Precision.MONTH, r"(\d{4})(\d{2})"),
        (Precision.QUARTER, r"(\d{4})[-年]?(?:第?(\d)季度?|Q(\d))[底末]?"),
        (Precision.HALF, r"(\d{4})[-年]?(?:([上下])半年|H(\d))[底末]?"),
        (Precision.YEAR, r"(\d{4})(?:年(?:度|底|末|内|全年)?)?"),
    ]
]

_FAULTS = [
    (code, re.compile(pattern, re.ASCII | re.IGNORECASE))
    for code, pattern in [
        ("day_third_of_month", r"[上中下]旬"),
        ("day_short_year", r"^'?\d{2}年|^'?\d{2}([-/.])\d{1,2}\1\d{1,2}$"),
        ("day_no_year", r"^\d{1,2}月|^\d{1,2}[-/.]\d{1,2}$|^第?\d季|^[上下]半年|^[QH]\d"),
        ("day_no_year", r"^[今明去前后本当次上下]?[年月季]"),
    ]
]


def _from_text(written: str) -> Day:
    text = _TIME.sub("", fold(written).replace("。", "."))
    text = _LOOSE_SPACE.sub("", text)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)
    text = _CHINESE_COUNT.sub(lambda found: _count(found[1]), text.replace("元月", "1月"))
    for precision, shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            return _from_parts(precision, found, written)
    for code, fault in _FAULTS:
        if fault.search(text):
            raise BadCell(code, {"text": quote(written)})
    raise BadCell("day_unreadable", {"text": quote(written)})


def _count(numeral: str) -> str:
    """Arabic digits of 六, 十二, 二十一 or 三〇; a numeral of another shape is left as it is."""
    tens, ten, units = numeral.partition("十")
    if not ten:
        return numeral.translate(_CHINESE_DIGITS)
    if len(tens) > 1 or len(units) > 1 or "十" in units:
        return numeral
    return (tens or "一").translate(_CHINESE_DIGITS) + (units or "〇").translate(_CHINESE_DIGITS)


def _from_parts(precision: Precision, found: re.Match, written: str) -> Day:
    year, parts = int(found[1]), [part for part in found.groups()[1:] if part is not None]
    text = quote(written)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCell("day_out_of_range", {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR})
    month = day = 1
    match precision:
        case Precision.DAY | Precision.MONTH:
            numbers = [int(part) for part in parts if part.isdecimal()]
            month, day = numbers if precision is Precision.DAY else (numbers[0], 1)
            if not 1 <= month <= 12:
                raise BadCell("day_no_such_month", {"text": text, "month": month})
            if not 1 <= day <= _length(year, month):
                raise BadCell(
                    "day_impossible",
                    {"text": text, "month": f"{year:04d}-{month:02d}", "last": _length(year, month)},
                )
        case Precision.QUARTER:
            if not 1 <= int(parts[0]) <= 4:
                raise BadCell("day_no_such_quarter", {"text": text, "quarter": int(parts[0])})
            month = 3 * int(parts[0])
        case Precision.HALF:
            half = {"上": 1, "下": 2}.get(parts[0]) or int(parts[0])
            if half not in (1, 2):
                raise BadCell("day_no_such_half", {"text": text, "half": half})
            month = 6 * half
    return Day(counts_from(date(year, month, day), precision), precision)


def _bounded(day: date, precision: Precision, written: Any) -> Day:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell("day_out_of_range", {"text": quote(written), "first": FIRST_YEAR, "last": LAST_YEAR})
    return Day(day, precision)


def _length(year: int, month: int) -> int:
    """How many days the month has."""
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day
