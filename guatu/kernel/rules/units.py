"""Units people write in headers and cells, and how many yuan, square metres or pieces one of them is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from guatu.kernel.rules.text import normalise_text


class Kind(StrEnum):
    """What a unit measures."""

    MONEY = "money"
    AREA = "area"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True)
class Unit:
    """One of this unit is `factor` yuan (or units of `currency`), square metres, pieces, or per cent.

    `currency` is None for a bare 万 or 亿, which takes its currency from the header, else yuan.
    """

    kind: Kind
    factor: Fraction
    currency: str | None = None


def unit_key(text: str) -> str:
    """How a unit is looked up: width, case and spaces do not count; ㎡ and m² are m2."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", normalise_text(text))).casefold()


_MULTIPLES = {
    "": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}
_CURRENCY_WORDS = {
    "CNY": ("元", "人民币", "元人民币"),
    "USD": ("美元", "美金"),
    "EUR": ("欧元",),
    "HKD": ("港元", "港币"),
    "JPY": ("日元", "日圆"),
}
_CODE_MULTIPLES = {"": 1, "_qian": 10**3, "_wan": 10**4, "_baiwan": 10**6, "_yi": 10**8}
#: 1 亩 is exactly 2000/3 m² (15 亩 = 1 公顷).
_MU = Fraction(2000, 3)


def _money() -> dict[str, Unit]:
    units = {
        multiple: Unit(Kind.MONEY, Fraction(factor))
        for multiple, factor in _MULTIPLES.items()
        if multiple in ("万", "千万", "亿", "千亿", "万亿")
    }
    for currency, words in _CURRENCY_WORDS.items():
        for multiple, factor in _MULTIPLES.items():
            unit = Unit(Kind.MONEY, Fraction(factor), currency)
            units |= {multiple + word: unit for word in words}
            if currency == "CNY":
                units["人民币" + multiple + "元"] = unit
        for suffix, factor in _CODE_MULTIPLES.items():
            units[currency + suffix] = Unit(Kind.MONEY, Fraction(factor), currency)
    units |= {"yuan": units["元"], "RMB": units["元"]}
    return units


def _area() -> dict[str, Unit]:
    square_metres = {
        ("平方米", "平米", "m2", "sqm", "万平方米", "万平米", "万m2"): Fraction(1),
        ("亩", "mu", "万亩"): _MU,
        ("公顷", "ha", "万公顷"): Fraction(10**4),
        ("平方公里", "平方千米", "km2"): Fraction(10**6),
    }
    return {
        name: Unit(Kind.AREA, factor * (10**4 if name.startswith("万") else 1))
        for names, factor in square_metres.items()
        for name in names
    }


def _count() -> dict[str, Unit]:
    words = "个家人名户项件台套辆次宗栋幢间条片"
    units = {
        multiple + word: Unit(Kind.COUNT, Fraction(factor))
        for multiple, factor in {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8}.items()
        for word in words
    }
    return units | {"万": units["万个"], "亿": units["亿个"]}


#: Every unit known, by kind and `unit_key`.
UNITS: Mapping[Kind, Mapping[str, Unit]] = {
    kind: {unit_key(name): unit for name, unit in units.items()}
    for kind, units in {
        Kind.MONEY: _money(),
        Kind.AREA: _area(),
        Kind.COUNT: _count(),
        Kind.PERCENT: {name: Unit(Kind.PERCENT, Fraction(1)) for name in ("%", "pct", "个百分点", "百分点")},
    }.items()
}

#: The units named in a refusal, as offices write them.
USUAL_UNITS: Mapping[Kind, str] = {
    Kind.MONEY: "元, 万元, 亿元, 万美元, 亿美元",
    Kind.AREA: "亩, 平方米, 公顷, 平方公里",
    Kind.COUNT: "个, 家, 人, 万人",
    Kind.PERCENT: "%",
}


def find_unit(kind: Kind, text: str) -> Unit | None:
    """The unit of that kind written as `text`, or None."""
    return UNITS[kind].get(unit_key(text))


_BRACKETS = re.compile(r"\s*[(\[【〔「]([^()\[\]【】〔〕「」]*)[)\]】〕」]\s*")
_UNIT_LEAD = re.compile(r"^(?:计量)?单位\s*[:：]?\s*")
_TAIL = re.compile(r"^(.*\S)\s*[/:：、,，]\s*(\S+)$|^(.*\S)\s+(\S+)$")

# A longer cell is prose, and matching its ending would take time that grows with the square of its length.
_LONGEST_LABEL = 200


def split_unit(header: str) -> tuple[str, str | None]:
    """The header without its unit, and the unit as written: 总投资（亿元） gives (总投资, 亿元).

    Read are a unit in brackets (of any kind of bracket, also (单位：亿元)), after a slash, colon, comma or
    space, and a closing %. A bracket or ending that is not a known unit stays part of the label; so does a
    padded ending that could belong to a spread-out word (联 系 人).
    """
    text, unit = split_bracketed_unit(header)
    if unit is not None:
        return text, unit
    if len(text) > 1 and text.endswith("%"):
        return text[:-1].rstrip(" /:：、,，") or text, "%"
    found = _TAIL.match(text.rstrip("* ")) if len(text) <= _LONGEST_LABEL else None
    if found:
        label, unit, spaced = (found[1], found[2], False) if found[1] else (found[3], found[4], True)
        if _is_unit(unit) and not (spaced and _looks_spread(label, unit)):
            return label.rstrip(), unit
    return text, None


def split_bracketed_unit(header: str) -> tuple[str, str | None]:
    """As `split_unit`, but reads only a unit in brackets."""
    text = normalise_text(header)
    for found in reversed(list(_BRACKETS.finditer(text))):
        unit = _UNIT_LEAD.sub("", found[1]).strip()
        if _is_unit(unit):
            before, after = text[: found.start()], text[found.end() :]
            gap = " " if before[-1:].isascii() and after[:1].isascii() else ""
            label = (before + gap + after).strip()
            if label:
                return label, unit
    return text, None


def table_unit(text: str) -> str | None:
    """The unit of a whole table, as in the line 单位：万元 above it; None for any other text."""
    folded = normalise_text(text).strip("()")
    lead = _UNIT_LEAD.match(folded)
    unit = folded[lead.end():].strip() if lead else ""
    return unit if _is_unit(unit) else None


def _is_unit(text: str) -> bool:
    key = unit_key(text)
    return any(key in units for units in UNITS.values())


def _looks_spread(label: str, unit: str) -> bool:
    return len(unit) == 1 and (len(label.split(" ")[-1]) == 1 or find_unit(Kind.COUNT, unit) is not None)
