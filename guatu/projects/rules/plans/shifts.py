"""Calendars of working hours: a week of working times with exceptions, resting on another calendar or on none.

Times of day are minutes after midnight, as (from, to) with 0 <= from < to <= 1440, in order and apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from guatu.kernel.rules.calendar import WorkCalendar

Times = tuple[tuple[int, int], ...]
ROUND_THE_CLOCK: Times = ((0, 1440),)


@dataclass(frozen=True)
class ShiftException:
    """Days from `first` to `last` (both included) worked at these times; none means days off."""

    first: date
    last: date
    times: Times = ()
    name: str = ""


@dataclass(frozen=True)
class ShiftCalendar:
    """`week` has seven entries from Monday; None takes the day over from `base`, else from `times`.

    Where `base` is a calendar of working days (`WorkCalendar`), its working days are worked at `times`. A later
    exception wins over an earlier one on the same day, and any of them over the week and the base.
    """

    week: tuple[Times | None, ...] = (None,) * 7
    exceptions: tuple[ShiftException, ...] = ()
    base: str = ""
    times: Times = ()


@dataclass(frozen=True)
class CombinedCalendar:
    """Time worked in any of the `parts` (names of calendars), or with `every` in all of them at once."""

    parts: tuple[str, ...]
    every: bool = False


#: Minutes of work on the day of an ordinal.
TimesOn = Callable[[int], Times]


def times_on(calendars: Mapping[str, object], name: str) -> TimesOn:
    """A function from a day's ordinal to its working times. Raises KeyError for an unknown name, or ValueError.

    ValueError: the calendar has working days but no working hours, or rests on itself; args are (reason, name).
    """
    return _times_on(calendars, name, ())


def _times_on(calendars: Mapping[str, object], name: str, above: tuple[str, ...]) -> TimesOn:
    if name in above:
        raise ValueError("circle", name)
    calendar = calendars[name]
    if isinstance(calendar, WorkCalendar):
        raise ValueError("no_hours", name)
    if isinstance(calendar, CombinedCalendar):
        parts = [_times_on(calendars, part, (*above, name)) for part in calendar.parts]
        combine = _every if calendar.every else _any
        return lambda ordinal: combine([part(ordinal) for part in parts])
    assert isinstance(calendar, ShiftCalendar)
    below = _below(calendars, calendar, name, above)
    special: dict[int, Times] = {}
    for exception in calendar.exceptions:
        days = range(exception.first.toordinal(), exception.last.toordinal() + 1)
        special.update(dict.fromkeys(days, exception.times))
    week = calendar.week

    def times(ordinal: int) -> Times:
        found = special.get(ordinal)
        if found is None:
            found = week[(ordinal - 1) % 7]  # ordinal 1, 0001-01-01, was a Monday
        return below(ordinal) if found is None else found

    return times


def _below(calendars, calendar: ShiftCalendar, name: str, above: tuple[str, ...]) -> TimesOn:
    if not calendar.base:
        return lambda ordinal: calendar.times
    base = calendars[calendar.base]
    if isinstance(base, WorkCalendar):
        works = works_on(calendars, calendar.base)
        return lambda ordinal: calendar.times if works(ordinal) else ()
    return _times_on(calendars, calendar.base, (*above, name))


def works_on(calendars: Mapping[str, object], name: str) -> Callable[[int], bool]:
    """A function from a day's ordinal to whether it is worked at all. Raises as `times_on`."""
    calendar = calendars[name]
    if isinstance(calendar, WorkCalendar):
        return lambda ordinal: calendar.is_workday(date.fromordinal(ordinal))
    times = times_on(calendars, name)
    return lambda ordinal: bool(times(ordinal))


def _any(parts: list[Times]) -> Times:
    """Minutes in at least one of the parts."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for part in parts for span in part):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _every(parts: list[Times]) -> Times:
    """Minutes in all of the parts."""
    common = parts[0] if parts else ()
    for part in parts[1:]:
        common = tuple(
            (max(start, other_start), min(end, other_end))
            for start, end in common
            for other_start, other_end in part
            if max(start, other_start) < min(end, other_end)
        )
    return common
