"""On which day a zone's weekly bulletin is drafted."""

from __future__ import annotations

from datetime import date, timedelta

from guatu.kernel.rules.calendar import WorkCalendar

#: The longest run of days off that a drafting day can be pushed over.
LONGEST_REST = 30


def drafting_day(former: date | None, day: date, weekday: int, calendar: WorkCalendar) -> date | None:
    """The newest drafting day in (former, day]; None when there is none. Without `former` only `day` is looked at.

    A drafting day is the weekday asked for (1 Monday … 7 Sunday), or the first working day after it where that is a day
    off.
    """
    start = (former or day - timedelta(days=1)) + timedelta(days=1)
    found = None
    looked = max(start - timedelta(days=LONGEST_REST), date(1900, 1, 1))
    while looked <= day:
        if looked.isoweekday() == weekday:
            turn = looked if calendar.is_workday(looked) else calendar.add_workdays(looked, 1).day
            if start <= turn <= day:
                found = turn
        looked += timedelta(days=1)
    return found
