"""Time as whole numbers, and the axes on which work is counted.

An **instant** is a whole number of half-minutes since 0001-01-01 (day 1 of `date.toordinal` begins at 2880). The
end of a day, 24:00, is odd and the next day's 00:00 is the even number after it: for clocks the same moment, but a
milestone reached when Friday ends lies on Friday, and one that opens Saturday on Saturday. No other instant is odd.

An **axis** numbers its units of work (whole days, or minutes) with positions …, -1, 0, 1, …: unit p begins at
`start_of(p)`, and p units are over at `end_of(p)`, which is the end of unit p - 1. Both rise strictly with p and
`end_of(p) <= start_of(p)`. A task of n units that starts at position p ends at p + n. Four look-ups lead back, each
the nearest position which a bound allows; bounds are compared as moments, so 24:00 and 00:00 are equal:

    up_start(t)    least p with start_of(p) >= t        down_start(t)    greatest p with start_of(p) <= t
    up_finish(t)   least p with end_of(p) >= t          down_finish(t)   greatest p with end_of(p) <= t

On an axis of minutes a finish may stand anywhere between `end_of(p)` and `start_of(p)`, as MS Project has it: work
bound to finish not before Tuesday 08:00 is over on Monday at 17:00. There `up_finish(t)` is the least p with
`start_of(p) >= t`.

Working axes look up sorted lists by bisection; the lists grow in both directions as they are asked, by whole years
and within 1900 to 2200. Beyond that BadCalendar is raised.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from guatu.kernel.rules.days import FIRST_YEAR, LAST_YEAR
from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.rules.plans.shifts import TimesOn

DAY = 2880
#: Ordinals of the first and last day that calendars cover.
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
_STEP = 1461  # four years: enough for most plans in one go


# -- instants --------------------------------------------------------------------------------------------------------


def start_instant(moment: date) -> int:
    """A day's beginning, or the minute of a datetime (seconds are dropped)."""
    if isinstance(moment, datetime):
        return moment.toordinal() * DAY + 2 * (moment.hour * 60 + moment.minute)
    return moment.toordinal() * DAY


def finish_instant(moment: date) -> int:
    """A day's end, or the minute of a datetime; a datetime of 00:00 is the end of the day before."""
    if isinstance(moment, datetime):
        return finish_form(start_instant(moment))
    return (moment.toordinal() + 1) * DAY - 1


def finish_form(instant: int) -> int:
    """The same moment as people write an end: 24:00 rather than 00:00."""
    return instant - 1 if instant % DAY == 0 else instant


def day_of(instant: int) -> date:
    """The day on which an instant lies; 24:00 lies on the day that ends."""
    return date.fromordinal(instant // DAY)


def within_calendars(instants: Iterable[int]) -> None:
    """Raises BadCalendar when one of the instants lies beyond the years of calendars."""
    listed = list(instants)
    if listed and (min(listed) < FIRST_DAY * DAY or max(listed) >= (LAST_DAY + 1) * DAY):
        raise _beyond()


def datetime_of(instant: int) -> datetime:
    """The clock's reading at an instant; 24:00 reads as 00:00 of the next day."""
    days, minutes = divmod((instant + 1) // 2, 1440)
    return datetime.fromordinal(days) + timedelta(minutes=minutes)


# -- axes ------------------------------------------------------------------------------------------------------------


class Axis(Protocol):
    """What the module's text says. `place` and `place_back` put a milestone on the axis: the nearest instant not
    before, or not after, that lies on a day or in an hour which is worked (its ends included)."""

    minutes: bool  #: counts minutes, else whole days

    def start_of(self, position: int) -> int: ...
    def end_of(self, position: int) -> int: ...
    def up_start(self, instant: int) -> int: ...
    def down_start(self, instant: int) -> int: ...
    def up_finish(self, instant: int) -> int: ...
    def down_finish(self, instant: int) -> int: ...
    def place(self, instant: int) -> int: ...
    def place_back(self, instant: int) -> int: ...


def reached_by(axis: Axis, bound: int) -> int:
    """The bound of a milestone that a lag leads back to: 24:00 of a day of rest is 00:00 of a worked day after it."""
    return bound + 1 if bound % DAY == DAY - 1 and axis.place(bound) == bound + 1 else bound


class EveryDay:
    """Calendar days; the position of a day is its ordinal."""

    minutes = False

    def start_of(self, position: int) -> int:
        return position * DAY

    def end_of(self, position: int) -> int:
        return position * DAY - 1

    def up_start(self, instant: int) -> int:
        return -(-instant // DAY)

    def down_start(self, instant: int) -> int:
        return (instant + 1) // DAY

    def up_finish(self, instant: int) -> int:
        return -(-instant // DAY)

    def down_finish(self, instant: int) -> int:
        return (instant + 1) // DAY

    def place(self, instant: int) -> int:
        return instant

    place_back = place


class EveryMinute:
    """Minutes round the clock; the position of a minute is its moment."""

    minutes = True

    def start_of(self, position: int) -> int:
        return 2 * position

    def end_of(self, position: int) -> int:
        return 2 * position - (position % 1440 == 0)

    def up_start(self, instant: int) -> int:
        return (instant + 1) // 2

    down_start = up_finish = down_finish = up_start

    def place(self, instant: int) -> int:
        return instant

    place_back = place


class WorkingDays:
    """Whole days for which `works(ordinal)` is true. Position 0 is the first of them not before `around`."""

    minutes = False

    def __init__(self, works, around: int):
        self._works = works
        around = min(max(around, FIRST_DAY), LAST_DAY)
        self._first = self._last = around  # days from first to before last are listed
        self._days: list[int] = []
        self._zero = 0  # index of position 0
        self._grow_right()
        self._grow_left()

    def _grow_right(self) -> None:
        if self._last > LAST_DAY:
            raise _beyond()
        end = min(self._last + _STEP, LAST_DAY + 1)
        self._days.extend(day for day in range(self._last, end) if self._works(day))
        self._last = end

    def _grow_left(self) -> None:
        if self._first <= FIRST_DAY:
            raise _beyond()
        start = max(self._first - _STEP, FIRST_DAY)
        before = [day for day in range(start, self._first) if self._works(day)]
        self._days[:0] = before
        self._zero += len(before)
        self._first = start

    def _cover(self, day: int) -> None:
        while day >= self._last - 1:
            self._grow_right()
        while day < self._first:
            self._grow_left()

    def _day(self, position: int) -> int:
        while position + self._zero >= len(self._days):
            self._grow_right()
        while position + self._zero < 0:
            self._grow_left()
        return self._days[position + self._zero]

    def _before(self, day: int) -> int:
        """How many positions lie before a day."""
        if not self._first <= day < self._last - 1:
            self._cover(day)
        return bisect_left(self._days, day) - self._zero

    def start_of(self, position: int) -> int:
        return self._day(position) * DAY

    def end_of(self, position: int) -> int:
        return self._day(position - 1) * DAY + DAY - 1

    def up_start(self, instant: int) -> int:
        return self._before(-(-instant // DAY))

    def down_start(self, instant: int) -> int:
        return self._before((instant + 1) // DAY + 1) - 1

    def up_finish(self, instant: int) -> int:
        return self._before(-(-instant // DAY) - 1) + 1

    def down_finish(self, instant: int) -> int:
        return self._before((instant + 1) // DAY)

    def place(self, instant: int) -> int:
        return instant if self._works(instant // DAY) else self.start_of(self.up_start(instant))

    def place_back(self, instant: int) -> int:
        return instant if self._works(instant // DAY) else self.end_of(self.down_finish(instant))


class WorkingMinutes:
    """Minutes within the working times of each day. Position 0 is the first of them not before day `around`."""

    minutes = True

    def __init__(self, times: TimesOn, around: int):
        self._times = times
        around = min(max(around, FIRST_DAY), LAST_DAY)
        self._first = self._last = around
        self._starts: list[int] = []  # minutes since 0001-01-01
        self._ends: list[int] = []
        self._worked: list[int] = []  # positions at which the spans start
        self._total = 0  # position after the last span
        self._grow_right()
        self._grow_left()
        while not self._starts:
            self._grow_right()

    def _spans(self, first: int, last: int) -> list[tuple[int, int]]:
        return [(day * 1440 + a, day * 1440 + b) for day in range(first, last) for a, b in self._times(day)]

    def _grow_right(self) -> None:
        if self._last > LAST_DAY:
            raise _beyond()
        end = min(self._last + _STEP, LAST_DAY + 1)
        for start, stop in self._spans(self._last, end):
            self._starts.append(start)
            self._ends.append(stop)
            self._worked.append(self._total)
            self._total += stop - start
        self._last = end

    def _grow_left(self) -> None:
        if self._first <= FIRST_DAY:
            raise _beyond()
        first = max(self._first - _STEP, FIRST_DAY)
        spans = self._spans(first, self._first)
        position, worked = (self._worked[0] if self._worked else 0), []
        for start, stop in reversed(spans):
            position -= stop - start
            worked.append(position)
        self._starts[:0] = [start for start, _stop in spans]
        self._ends[:0] = [stop for _start, stop in spans]
        self._worked[:0] = reversed(worked)
        self._first = first

    def up_start(self, instant: int) -> int:
        minute = (instant + 1) // 2
        while minute >= (self._last - 1) * 1440:
            self._grow_right()
        while not self._starts or minute < self._starts[0]:
            self._grow_left()
        span = bisect_right(self._starts, minute) - 1
        return self._worked[span] + min(minute, self._ends[span]) - self._starts[span]

    up_finish = down_finish = up_start

    def down_start(self, instant: int) -> int:
        position = self.up_start(instant)
        return position if self.start_of(position) <= instant + 1 else position - 1

    def start_of(self, position: int) -> int:
        while position >= self._total:
            self._grow_right()
        while position < self._worked[0]:
            self._grow_left()
        span = bisect_right(self._worked, position) - 1
        return 2 * (self._starts[span] + position - self._worked[span])

    def end_of(self, position: int) -> int:
        while position > self._total:
            self._grow_right()
        while position <= self._worked[0]:
            self._grow_left()
        span = bisect_left(self._worked, position) - 1
        minute = self._starts[span] + position - self._worked[span]
        return 2 * minute - (minute % 1440 == 0)

    def place(self, instant: int) -> int:
        position = self.up_start(instant)
        start = self.start_of(position)
        return instant if self.end_of(position) == instant or start == instant else start

    def place_back(self, instant: int) -> int:
        position = self.down_finish(instant)
        return instant if self.start_of(position) == instant else self.end_of(position)


def _beyond() -> BadCalendar:
    return BadCalendar("calendar_beyond", {"day": "…", "first": FIRST_YEAR, "last": LAST_YEAR})
