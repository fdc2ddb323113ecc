"""Months, and the day by which the reports of a month are due."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.days import Precision, parse_day
from guatu.kernel.rules.refusals import BadCell, quote


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        place = self.year * 12 + self.month - 1 + months
        return Month(place // 12, place % 12 + 1)


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def parse_month(written) -> Month:
    """A month as people write it: 2026-11, 2026年11月, 202611; a whole day stands for its month.

    Raises BadCell when no month can be read, or only a quarter or year.
    """
    day = parse_day(written)
    if day.precision not in (Precision.DAY, Precision.MONTH):
        raise BadCell("day_unreadable", {"text": quote(written)})
    return month_of(day.day)


@dataclass(frozen=True)
class Due:
    """`provisional` when the year it lies in has no published calendar, so that the day may still move."""

    day: date
    provisional: bool


def due_day(month: Month, day_of_month: int, months_after: int, calendar: WorkCalendar) -> Due:
    """The day by which reports on `month` are due: that day of the month, or of a later one, moved to the next
    working day when it is none. A month too short for it ends on its last day.

    Raises ValueError when `day_of_month` lies outside 1 to 31 or `months_after` outside 0 to 2.
    """
    if not 1 <= day_of_month <= 31 or not 0 <= months_after <= 2:
        raise ValueError(f"{day_of_month}, {months_after}")
    within = month.plus(months_after)
    day = min(date(within.year, within.month, 1) + timedelta(days=day_of_month - 1), within.last)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return Due(day, calendar.is_provisional(day))


def reminder_days(due: date, workdays_before: list[int], calendar: WorkCalendar) -> list[date]:
    """The days on which those who owe a report due on `due` are reminded, in order."""
    return sorted({calendar.subtract_workdays(due, before).day for before in workdays_before})
