"""Calendars in and out of Microsoft Project's XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import gettext_noop
from guatu.projects.rules.plans.mspdi_values import (
    DEFAULT_TIMES,
    DEFAULT_WEEK,
    clock_of,
    clock_text,
    day_of_text,
    number_of,
)
from guatu.projects.rules.plans.problems import UnreadablePlan
from guatu.projects.rules.plans.shifts import CombinedCalendar, ShiftCalendar, ShiftException, Times
from guatu.projects.rules.plans.xml_tree import Element

_MOST_EXCEPTION_DAYS = 3700  # ten years: longer spells are a slip
NO_CALENDAR = -1


def read_calendars(root: Element, left: Counter) -> tuple[dict[str, ShiftCalendar], dict[int, str]]:
    """Calendars by name and names by UID; calendars of one name get their UID behind it. Raises UnreadablePlan."""
    holder = root.one("Calendars")
    elements = holder.all("Calendar") if holder else []
    names: dict[int, str] = {}
    for element in elements:
        uid = number_of(element.value("UID"), "Calendar/UID")
        name = element.value("Name") or f"#{uid}"
        if uid in names:
            raise UnreadablePlan("value_faulty", where="Calendar/UID", text=uid, wanted=gettext_noop("used by one calendar only"))
        names[uid] = f"{name} #{uid}" if name in names.values() else name
    calendars = {}
    for element in elements:
        uid = number_of(element.value("UID"), "Calendar/UID")
        base = number_of(element.value("BaseCalendarUID"), "Calendar/BaseCalendarUID", NO_CALENDAR)
        # Project writes 0 or its own number where there is no base.
        derived = element.value("IsBaseCalendar") == "0" and base in names and base != uid
        calendars[names[uid]] = _calendar(element, names[base] if derived else "", left)
    return calendars, names


def _calendar(element: Element, base: str, left: Counter) -> ShiftCalendar:
    week: list[Times | None] = [None] * 7 if base else list(DEFAULT_WEEK)
    exceptions: list[ShiftException] = []
    days = element.one("WeekDays")
    for day in days.all("WeekDay") if days else ():
        kind = number_of(day.value("DayType"), "WeekDay/DayType")
        if 1 <= kind <= 7:
            week[(kind + 5) % 7] = _times(day)
        elif kind == 0 and day.one("TimePeriod") is not None:
            exceptions.extend(_exception(day, ""))
        else:
            left[f"Calendar/WeekDay of type {kind}"] += 1
    listed = element.one("Exceptions")
    found = []
    for exception in listed.all("Exception") if listed else ():
        kind = number_of(exception.value("Type"), "Exception/Type", 1)
        if kind != 1 or number_of(exception.value("Period"), "Exception/Period", 1) not in (0, 1):
            left[f"Calendar/Exception that recurs (Type {kind})"] += 1
            continue
        found.extend(_exception(exception, exception.value("Name")))
    # Project writes each exception twice, once in the old way; the newer list has the names.
    if found:
        told = {(one.first, one.last, one.times) for one in found}
        exceptions = [one for one in exceptions if (one.first, one.last, one.times) not in told]
    weeks = element.one("WorkWeeks")
    if weeks and weeks.children:
        left["Calendar/WorkWeeks/WorkWeek"] += len(weeks.children)
    return ShiftCalendar(tuple(week), (*exceptions, *found), base)


def _times(element: Element) -> Times:
    if element.value("DayWorking") != "1":
        return ()
    holder = element.one("WorkingTimes")
    spans = []
    for span in holder.all("WorkingTime") if holder else ():
        if not span.value("FromTime") or not span.value("ToTime"):
            continue
        start = clock_of(span.value("FromTime"), "WorkingTime/FromTime")
        end = clock_of(span.value("ToTime"), "WorkingTime/ToTime") or 1440
        spans.append((start, end))
    return tuple(sorted(spans)) or DEFAULT_TIMES


def _exception(element: Element, name: str) -> list[ShiftException]:
    period = element.one("TimePeriod")
    if period is None or not period.value("FromDate") or not period.value("ToDate"):
        return []
    first = day_of_text(period.value("FromDate"), "TimePeriod/FromDate")
    last = day_of_text(period.value("ToDate"), "TimePeriod/ToDate")
    if not first <= last <= first + timedelta(_MOST_EXCEPTION_DAYS):
        text = f"{first} – {last}"
        raise UnreadablePlan("value_faulty", where="Exception/TimePeriod", text=text, wanted=gettext_noop("a spell of up to ten years"))
    return [ShiftException(first, last, _times(element), name)]


# -- out -------------------------------------------------------------------------------------------------------------


def written_calendars(calendars: Mapping[str, object]) -> dict[str, int]:
    """The UID of each calendar that is written: all but combined ones, which follow from resources."""
    names = [name for name, calendar in calendars.items() if not isinstance(calendar, CombinedCalendar)]
    return {name: uid for uid, name in enumerate(names, 1)}


def calendar_out(writer, name: str, calendars: Mapping[str, object], uids: Mapping[str, int]) -> None:
    """One Calendar element. A calendar of working days becomes a week of eight-hour days with exceptions for the
    holidays and make-up days of its notices; so does one that rests on it, with its own hours."""
    shifts, based = calendars[name], False
    if isinstance(shifts, WorkCalendar):
        shifts = as_shifts(shifts, DEFAULT_TIMES)
    elif isinstance(calendars.get(shifts.base), WorkCalendar):
        below = as_shifts(calendars[shifts.base], shifts.times)
        week = tuple(below.week[day] if times is None else times for day, times in enumerate(shifts.week))
        shifts = ShiftCalendar(week, (*below.exceptions, *shifts.exceptions))
    else:
        based = shifts.base in uids
    uid = uids[name]
    with writer.element("Calendar"):
        writer.value("UID", uid)
        writer.value("Name", name)
        writer.value("IsBaseCalendar", 0 if based else 1)
        writer.value("BaseCalendarUID", uids[shifts.base] if based else NO_CALENDAR)
        with writer.element("WeekDays"):
            for day in range(7):
                times = shifts.week[(day + 6) % 7]
                if times is None and based:
                    continue
                with writer.element("WeekDay"):
                    writer.value("DayType", day + 1)
                    _times_out(writer, shifts.times if times is None else times)
        if shifts.exceptions:
            with writer.element("Exceptions"):
                for exception in shifts.exceptions:
                    with writer.element("Exception"):
                        writer.value("EnteredByOccurrences", 0)
                        with writer.element("TimePeriod"):
                            writer.value("FromDate", f"{exception.first}T00:00:00")
                            writer.value("ToDate", f"{exception.last}T23:59:00")
                        writer.value("Occurrences", (exception.last - exception.first).days + 1)
                        writer.value("Name", exception.name)
                        writer.value("Type", 1)
                        _times_out(writer, exception.times)


def _times_out(writer, times: Times) -> None:
    writer.value("DayWorking", 1 if times else 0)
    if times:
        with writer.element("WorkingTimes"):
            for start, end in times:
                with writer.element("WorkingTime"):
                    writer.value("FromTime", clock_text(start))
                    writer.value("ToTime", clock_text(end))


def as_shifts(calendar: WorkCalendar, times: Times) -> ShiftCalendar:
    """A calendar of working days as weeks with exceptions, one for each day that differs from its week."""
    exceptions = []
    for year in sorted(calendar.years):
        notice = calendar.years[year]
        for day in sorted(notice.holidays | notice.workdays):
            works = calendar.is_workday(day)
            if works != (day.weekday() < 5):
                exceptions.append(ShiftException(day, day, times if works else (), notice.title))
    distinct = {one.first: one for one in exceptions}
    return ShiftCalendar((times,) * 5 + ((), ()), tuple(distinct[day] for day in sorted(distinct)))


