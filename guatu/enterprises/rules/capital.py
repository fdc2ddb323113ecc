"""Registered capital 注册资本 from the text of a register.

    number [unit] [currency] in any order of unit and currency, with or without brackets: 1,000(万元(港币)), 人民币500万

A number without any unit means ten thousands of yuan, which is how registers count capital; from `BARE_YUAN` on it means
yuan, since so many ten thousands would be a thousand million. Which of these was applied stands beside each amount.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guatu.kernel.rules.text import fold

#: A bare number from here on is yuan.
BARE_YUAN = Decimal(100_000)
#: Nobody's capital has more: a hundred million times a million yuan fits the column.
MOST = Decimal(10) ** 16

#: Words of currencies; the longest match comes first, and “元” alone is yuan.
CURRENCIES = {
    "人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY",
    "美元": "USD", "美金": "USD", "美圆": "USD", "USD": "USD", "US$": "USD",
    "港币": "HKD", "港元": "HKD", "香港元": "HKD", "HKD": "HKD",
    "日元": "JPY", "日圆": "JPY", "日币": "JPY", "JPY": "JPY",
    "欧元": "EUR", "EUR": "EUR", "英镑": "GBP", "GBP": "GBP",
    "德国马克": "DEM", "马克": "DEM", "法国法郎": "FRF", "瑞士法郎": "CHF", "丹麦克郎": "DKK", "丹麦克朗": "DKK",
    "瑞典克朗": "SEK", "挪威克朗": "NOK", "澳大利亚元": "AUD", "澳元": "AUD", "加拿大元": "CAD", "加元": "CAD",
    "新加坡元": "SGD", "新加坡币": "SGD", "新台币": "TWD", "台币": "TWD", "台湾元": "TWD", "韩元": "KRW", "韩国元": "KRW",
    "澳门元": "MOP", "澳门币": "MOP", "泰铢": "THB", "马来西亚林吉特": "MYR", "新西兰元": "NZD",
}
_CURRENCY = re.compile("|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True)))
_UNITS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_FIGURE = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,10})?)(百万|千万|十万|[十百千万亿]?)")
_DIGITS = {sign: value for value, signs in enumerate(
    ("零〇", "一壹", "二贰两贰", "三叁参", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for sign in signs}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL = re.compile(f"[{''.join(_DIGITS)}{''.join(_STEPS)}万萬亿億]+")
_NOTHING = {"", "-", "--", "n/a", "na", "null", "none", "无", "/", "\\"}


@dataclass(frozen=True)
class Capital:
    """An amount in whole units of its currency (ISO 4217). `basis`: stated, bare_10k or bare_yuan."""

    amount: Decimal
    currency: str
    basis: str


@dataclass(frozen=True)
class Rates:
    """Yuan for one unit of each currency, from each day on, the days ascending."""

    points: Mapping[str, tuple[tuple[date, Decimal], ...]]

    def on(self, currency: str, day: date | None) -> Decimal | None:
        """The rate in force on a day; the first known before it, the newest without a day; None when there is none."""
        if currency == "CNY":
            return Decimal(1)
        points = self.points.get(currency)
        if not points:
            return None
        if day is None:
            return points[-1][1]
        return points[max(bisect_right(points, day, key=lambda point: point[0]) - 1, 0)][1]


def parse_capital(text: str | None, header_unit: str = "") -> Capital | None:
    """The capital that a cell states; None where none can be told. `header_unit` (元, 万元, 亿元) is that of its column,
    and counts where the cell has no unit."""
    if text is None or len(text) > 80:
        return None
    plain = re.sub(r"[\s,'()\[\]{}]|[整正]$", "", fold(text)).upper().replace("注册资本", "")
    if plain.lower() in _NOTHING:
        return None
    currency, rest = _without_currency(plain)
    if currency is None:
        return None
    rest = rest.replace("圆", "元").replace("萬", "万").replace("億", "亿")
    has_yuan = "元" in rest
    rest = rest.strip("元")
    found = _figures(rest) or _numerals(rest)
    if found is None:
        return None
    amount, has_unit = found
    basis = "stated"
    if not has_unit and not has_yuan and currency == "CNY" and plain == rest:
        if header_unit:
            amount *= {"元": 1, "万元": 10**4, "亿元": 10**8}[header_unit]
        else:
            basis = "bare_yuan" if amount >= BARE_YUAN else "bare_10k"
            amount *= 1 if basis == "bare_yuan" else 10**4
    return Capital(amount.normalize() + 0, currency, basis) if amount < MOST else None


def _without_currency(text: str) -> tuple[str | None, str]:
    """The one currency named, and the text without it; None when two are named."""
    named = {CURRENCIES[found] for found in _CURRENCY.findall(text)}
    if len(named) > 1:
        return None, text
    return (named.pop() if named else "CNY"), _CURRENCY.sub("", text)


def _figures(text: str) -> tuple[Decimal, bool] | None:
    """The number that figures with units make: 1亿2000万 is 120,000,000; and whether any unit stands there."""
    place, total, least, has_unit = 0, Decimal(0), None, False
    for found in _FIGURE.finditer(text):
        unit = _UNITS[found[2]]
        if found.start() != place or (least is not None and unit >= least):
            return None
        total += Decimal(found[1]) * unit
        place, least, has_unit = found.end(), unit, has_unit or unit > 1
    return (total, has_unit) if place and place == len(text) else None


def _numerals(text: str) -> tuple[Decimal, bool] | None:
    """The number that Chinese numerals make: 壹仟贰佰万 is 12,000,000."""
    if not _NUMERAL.fullmatch(text) or text[0] in "百佰千仟万亿":
        return None
    total = section = 0
    digit, step = None, 10_000
    for sign in text:
        if sign in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[sign]
        elif sign in _STEPS:
            if _STEPS[sign] >= step:
                return None
            step = _STEPS[sign]
            section += (1 if digit is None else digit) * step
            digit = None
        else:
            total = (total + section + (digit or 0)) * (10**4 if sign == "万" else 10**8)
            section, digit, step = 0, None, 10_000
    return Decimal(total + section + (digit or 0)), "万" in text or "亿" in text


def to_cny(capital: Capital, day: date | None, rates: Rates) -> Decimal | None:
    """The capital in yuan to the fen, at the rate of the day of registration; None without a rate of its currency."""
    rate = rates.on(capital.currency, day)
    return None if rate is None else (capital.amount * rate).quantize(Decimal("0.01"))
