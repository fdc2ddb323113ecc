"""Where days lie on a drawn line of time: its axis, its ticks, marks too near to be told apart, spans in rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: Years, quarters and months that are labelled at most, so that labels never touch on a phone.
MOST_LABELS = 8
#: An axis is at least so long, so that one event is not stretched over the whole page.
SHORTEST_DAYS = 180


@dataclass(frozen=True)
class Tick:
    """A mark of the axis: its place in percent, its label ("" for a minor one), and whether a year begins there."""

    place: float
    label: str
    is_year: bool


@dataclass(frozen=True)
class Axis:
    """A line from `first` to `last`, both whole days; places are percent of its length."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    def place(self, day: date) -> float:
        """Percent from the left; days beyond an end lie at that end."""
        return 100 * min(max((day - self.first).days, 0), self.days) / self.days

    def ticks(self) -> list[Tick]:
        """Beginnings of years; of quarters or months too where the axis is short enough to show them."""
        years = self.last.year - self.first.year + 1
        months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        step = 1 if months <= 2 * MOST_LABELS else 3 if years <= MOST_LABELS - 2 else 12
        every_years = -(-years // MOST_LABELS)
        labelled_months = 0 if months > 2 * MOST_LABELS else 1 if months <= MOST_LABELS else 3
        found = []
        for month in range(months):
            number = self.first.year * 12 + self.first.month - 1 + month
            day = date(number // 12, number % 12 + 1, 1)
            if day < self.first or (day.month - 1) % step:
                continue
            is_year = day.month == 1
            label = ""
            if is_year and not day.year % every_years:
                label = str(day.year)
            elif not is_year and labelled_months and not (day.month - 1) % labelled_months:
                label = f"{day.year}-{day.month:02d}" if not found else f"{day.month:02d}"
            if is_year or step < 12:
                found.append(Tick(self.place(day), label, is_year))
        return found


def axis_over(days: Iterable[date]) -> Axis:
    """An axis that holds all these days with a little air at both ends."""
    days = list(days)
    first, last = min(days), max(days)
    missing = max(SHORTEST_DAYS - (last - first).days, 0)
    air = max((last - first).days // 40, 10) + missing // 2
    return Axis(_moved(first, -air), _moved(last, air))


def _moved(day: date, days: int) -> date:
    """`day` moved by some days, kept within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def clusters(places: Sequence[float], gap: float) -> list[list[int]]:
    """Positions of `places` (ascending), grouped so that the first of each group lies at least `gap` after the first
    of the group before."""
    found: list[list[int]] = []
    for position, place in enumerate(places):
        if found and place - places[found[-1][0]] < gap:
            found[-1].append(position)
        else:
            found.append([position])
    return found


def rows(spans: Sequence[tuple[float, float]], gap: float, most: int) -> list[int]:
    """For each span (begin, end) the row in which it touches no other one, as few rows as possible; from row `most`
    on they share the last one."""
    ends: list[float] = []
    found = [0] * len(spans)
    for position in sorted(range(len(spans)), key=lambda at: spans[at]):
        begin, end = spans[position]
        row = next((row for row, taken in enumerate(ends) if begin - taken >= gap), None)
        if row is None:
            if len(ends) < most:
                ends.append(end)
                row = len(ends) - 1
            else:
                row = most - 1
        ends[row] = max(ends[row], end)
        found[position] = row
    return found


