"""Working days of the State Council's calendar, with make-up working days (调休), counted in both directions.

Each year's notice (国务院办公厅关于部分节假日安排的通知) names days off and weekend days that are worked
instead; every other day follows the week. A notice may reach into the December before its year (that of 2019
makes 2018-12-29 a working day), so all notices count together; where two contradict each other, the later
year's wins.

A day is provisional while its own year has no notice: it then follows the week alone and may still change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guatu.kernel.rules.days import FIRST_YEAR, LAST_YEAR
from guatu.kernel.rules.refusals import BadCalendar


@dataclass(frozen=True)
class YearNotice:
    """One year's notice: days off (weekends among them may be left out), and make-up working days."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    title: str = ""

    def __post_init__(self) -> None:
        """Raises BadCalendar: a day lies outside the notice's reach, or is in both lists."""
        for day in sorted(self.holidays | self.workdays):
            if not date(self.year - 1, 12, 1) <= day <= date(self.year + 1, 1, 31):
                raise BadCalendar("notice_day_outside", {"year": self.year, "day": day.isoformat()})
        for day in sorted(self.holidays & self.workdays):
            raise BadCalendar("notice_day_twice", {"year": self.year, "day": day.isoformat()})


@dataclass(frozen=True)
class Counted:
    """A day found by counting; `provisional` when any day walked over lies in a year without a notice."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class CountedDays:
    """A number of working days; `provisional` when any day walked over lies in a year without a notice."""

    days: int
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The notices known, by year. A year's list of working days is made when it is first walked.

    Every method that counts raises BadCalendar when it leaves the years 1900 to 2200.
    """

    years: Mapping[int, YearNotice]
    _changed: dict[int, bool] = field(init=False, repr=False, compare=False)
    _walks: dict[int, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises BadCalendar: a notice is filed under another year."""
        changed: dict[int, bool] = {}
        for key in sorted(self.years):
            notice = self.years[key]
            if notice.year != key:
                raise BadCalendar("notice_misfiled", {"year": notice.year, "key": key})
            changed |= {day.toordinal(): False for day in notice.holidays}
            changed |= {day.toordinal(): True for day in notice.workdays}
        object.__setattr__(self, "years", dict(self.years))
        object.__setattr__(self, "_changed", changed)
        object.__setattr__(self, "_walks", {})

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.years.items(), key=lambda item: item[0])))

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked: by a notice, else Monday to Friday."""
        return self._works(day.toordinal())

    def is_provisional(self, day: date) -> bool:
        """Whether the day's own year has no notice."""
        return day.year not in self.years

    def add_workdays(self, day: date, n: int) -> Counted:
        """The n-th working day after `day`; n = 0 is the day itself, worked or not; n < 0 counts backwards.

        The starting day is never counted (行政许可法 counts from the day after).
        """
        if n < 0:
            return self.subtract_workdays(day, -n)
        if n == 0:
            return Counted(day, False)
        year = day.year
        walk = self._walk(year, day)
        index = bisect_right(walk, day.toordinal()) + n - 1
        while index >= len(walk):
            index -= len(walk)
            year += 1
            walk = self._walk(year, day)
        first = day.year + 1 if (day.month, day.day) == (12, 31) else day.year
        return Counted(date.fromordinal(walk[index]), self._lacks_notice(first, year))

    def subtract_workdays(self, day: date, n: int) -> Counted:
        """The n-th working day before `day`; n = 0 is the day itself, n < 0 counts forwards.

        From a working day it undoes `add_workdays`: subtract(add(day, n), n) == day.
        """
        if n < 0:
            return self.add_workdays(day, -n)
        if n == 0:
            return Counted(day, False)
        year = day.year
        walk = self._walk(year, day)
        index = bisect_left(walk, day.toordinal()) - n
        while index < 0:
            year -= 1
            walk = self._walk(year, day)
            index += len(walk)
        last = day.year - 1 if (day.month, day.day) == (1, 1) else day.year
        return Counted(date.fromordinal(walk[index]), self._lacks_notice(year, last))

    def workdays_between(self, first: date, last: date) -> CountedDays:
        """How many working days lie in (first, last]; if `last` is earlier, minus those in (last, first]."""
        if last < first:
            turned = self.workdays_between(last, first)
            return CountedDays(-turned.days, turned.provisional)
        if first == last:
            return CountedDays(0, False)
        year = last.year
        walk = self._walk(year, last)
        days = bisect_right(walk, last.toordinal())
        if first.year == year:  # the usual case, and a page asks for it once for each of its lights
            return CountedDays(days - bisect_right(walk, first.toordinal()), year not in self.years)
        days -= bisect_right(self._walk(first.year, first), first.toordinal())
        days += sum(len(self._walk(between, first)) for between in range(first.year, year))
        walked_from = first.year + 1 if (first.month, first.day) == (12, 31) else first.year
        return CountedDays(days, self._lacks_notice(walked_from, year))

    def _works(self, ordinal: int) -> bool:
        return self._changed.get(ordinal, ordinal % 7 not in (6, 0))  # ordinal 1, 0001-01-01, was a Monday

    def _walk(self, year: int, asked: date) -> list[int]:
        """The ordinals of the year's working days, in order."""
        walk = self._walks.get(year)
        if walk is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise BadCalendar(
                    "calendar_beyond", {"day": asked.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR}
                )
            days = range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
            walk = self._walks[year] = [ordinal for ordinal in days if self._works(ordinal)]
        return walk

    def _lacks_notice(self, first: int, last: int) -> bool:
        return any(year not in self.years for year in range(first, last + 1))
