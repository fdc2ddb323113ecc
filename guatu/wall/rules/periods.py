"""Since when something counts as having moved, and where days lie on the strip of the day slider."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

PERIODS = ("week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def since(as_of: date, period: str) -> date:
    """The day at whose end the period up to `as_of` begins.

    A week is seven days. A month, quarter or year goes back to the same day of the month then; the end of a month goes
    back to the end of a month, so that a report of June compares with the end of May.
    """
    if period == "week":
        return as_of - timedelta(days=7)
    back = as_of.year * 12 + as_of.month - 1 - MONTHS[period]
    year, month = divmod(back, 12)
    last = monthrange(year, month + 1)[1]
    is_end = as_of.day == monthrange(as_of.year, as_of.month)[1]
    return date(year, month + 1, last if is_end else min(as_of.day, last))


@dataclass(frozen=True)
class Strip:
    """The days the slider runs over, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    def share(self, day: date) -> float:
        """Where a day lies, in percent of the strip; beyond the ends it is the end."""
        inside = min(max(day, self.first), self.last)
        return round(100 * (inside - self.first).days / max(1, self.days), 3)

    def years(self) -> list[tuple[int, float]]:
        """Each year that begins on the strip, with the place of its first day. The first year stands at the beginning
        unless the next begins too close to it to be told apart."""
        found = [(year, self.share(date(year, 1, 1))) for year in range(self.first.year + 1, self.last.year + 1)]
        if not found or found[0][1] > 5:
            found.insert(0, (self.first.year, 0.0))
        return found

    def months(self) -> list[float]:
        """The place of each first day of a month other than January."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and day.month != 1:
                found.append(self.share(day))
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return found


def strip(first: date | None, today: date, as_of: date) -> Strip:
    """From the first day something moved (the beginning of its month) to a year from today; the day shown is always on
    it. Without any fact it begins a year before today."""
    begin = min(first or today - timedelta(days=365), as_of, today).replace(day=1)
    return Strip(begin, max(_year_later(today), as_of))


def _year_later(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))


def heights(counts: list[int], most: float) -> list[float]:
    """Lengths of the strokes for counts: as the square root, so that a quiet day is still seen beside a great one."""
    top = max(counts, default=0)
    return [round(most * (count / top) ** 0.5, 2) if top else 0.0 for count in counts]
