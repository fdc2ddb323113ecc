"""On which day the weekly bulletin is drafted."""

from datetime import date

import pytest

from guatu.bulletins.rules.schedule import drafting_day
from guatu.kernel.rules.calendar import WorkCalendar, YearNotice

NOTICE = YearNotice(
    year=2025,
    holidays=frozenset(date(2025, 10, day) for day in range(1, 9)),
    workdays=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    title="2025年",
)
CALENDAR = WorkCalendar({2025: NOTICE})
MONDAY, THURSDAY = 1, 4


@pytest.mark.parametrize("former, day, weekday, expected", [
    (date(2025, 9, 7), date(2025, 9, 8), MONDAY, date(2025, 9, 8)),
    (date(2025, 9, 8), date(2025, 9, 9), MONDAY, None),
    (date(2025, 9, 5), date(2025, 9, 10), MONDAY, date(2025, 9, 8)),  # the machine was off for days
    (date(2025, 8, 1), date(2025, 9, 10), MONDAY, date(2025, 9, 8)),  # only the newest of several
    (date(2025, 10, 5), date(2025, 10, 6), MONDAY, None),  # Monday 6 October is a day off
    (date(2025, 10, 8), date(2025, 10, 9), MONDAY, date(2025, 10, 9)),  # the first working day after it
    (date(2025, 10, 8), date(2025, 10, 9), THURSDAY, date(2025, 10, 9)),
    (date(2025, 10, 1), date(2025, 10, 2), THURSDAY, None),  # a day off; its turn is on Thursday 9 October
    (None, date(2025, 9, 8), MONDAY, date(2025, 9, 8)),
    (None, date(2025, 9, 9), MONDAY, None),
])
def test_drafting_day(former, day, weekday, expected):
    assert drafting_day(former, day, weekday, CALENDAR) == expected
