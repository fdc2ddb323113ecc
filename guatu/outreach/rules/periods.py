"""Spans of days as people write them: a year, half-year, quarter, month, day, or from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guatu.kernel.rules.days import parse_day, span
from guatu.kernel.rules.refusals import BadCell


class BadPeriod(ValueError):
    """A text that names no span of days."""


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def parse_period(text: str) -> Period:
    """The span written in `text`: 2022, 2022H1, 2022Q3, 2022年三季度, 2022-06, 2022-06-30, or two of these with `..` between.

    Raises BadPeriod when no span can be read, or the second part ends before the first begins.
    """
    parts = [part.strip() for part in text.split("..")]
    if not 1 <= len(parts) <= 2:
        raise BadPeriod(text)
    try:
        days = [parse_day(part) for part in parts]
    except BadCell as fault:
        raise BadPeriod(text) from fault
    period = Period(span(days[0].day, days[0].precision)[0], span(days[-1].day, days[-1].precision)[1])
    if period.last < period.first:
        raise BadPeriod(text)
    return period
