"""Every figure of a bulletin by its key, and how amounts and shares read.

Keys: total.projects|amount|unknown, lists.NAME.projects|amount|unknown (residuals too), moves.NAME.entered|left,
lights.all|open|COLOUR|share|red_units, units.ID.open|COLOUR|share, units.none.red.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from guatu.bulletins.rules.situation import COLOURS, Situation, Tally

YI = Decimal(100_000_000)
WAN = Decimal(10_000)
MILLION = Decimal(1_000_000)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Value:
    """A figure's exact value; `about` names the list, colour or unit it is about, in the situation's words."""

    key: str
    kind: str  # "count", "money" or "share"
    exact: int | Decimal | Fraction
    what: str  # last part of the key
    about: str = ""


def values(situation: Situation) -> Iterator[Value]:
    yield from _tally("total", situation.total)
    for entry in (*situation.lists, *situation.residuals):
        yield from _tally(f"lists.{entry.name}", entry.tally, entry.label)
    for entry in situation.lists:
        yield Value(f"moves.{entry.name}.entered", "count", entry.entered, "entered", entry.label)
        yield Value(f"moves.{entry.name}.left", "count", entry.left, "left", entry.label)
    yield Value("lights.all", "count", situation.milestones, "all")
    yield Value("lights.open", "count", situation.open, "open")
    for colour in COLOURS:
        yield Value(f"lights.{colour}", "count", situation.count(colour), colour)
    if situation.share is not None:
        yield Value("lights.share", "share", situation.share, "share")
    yield Value("lights.red_units", "count", sum(1 for unit in situation.named_units if unit.red), "red_units")
    yield Value("units.none.red", "count", situation.nobody.red, "nobody_red")
    for _rank, unit in situation.ranking:
        for colour in COLOURS:
            yield Value(f"units.{unit.unit_id}.{colour}", "count", getattr(unit, colour), colour, unit.name)
        yield Value(f"units.{unit.unit_id}.open", "count", unit.open, "open", unit.name)
        yield Value(f"units.{unit.unit_id}.share", "share", unit.share, "share", unit.name)


def _tally(prefix: str, tally: Tally, about: str = "") -> Iterator[Value]:
    yield Value(f"{prefix}.projects", "count", tally.projects, "projects", about)
    yield Value(f"{prefix}.amount", "money", tally.amount, "amount", about)
    yield Value(f"{prefix}.unknown", "count", tally.unknown, "unknown", about)


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """An amount in `unit`, half up to 0.01."""
    return (amount / unit).quantize(CENT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Without zeros at its end."""
    return f"{number.normalize():f}"


def grouped(number: Decimal) -> str:
    """Thousands apart, without zeros at its end."""
    whole, _point, rest = plain(number).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def percent(share: Fraction) -> str:
    """One decimal, half up: 1/3 is 33.3%."""
    tenths = Decimal(share.numerator * 1000) / Decimal(share.denominator)
    return f"{plain(tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10)}%"
