import pickle
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules.calendar import Counted, CountedDays, WorkCalendar, YearNotice
from guatu.kernel.rules.refusals import BadCalendar


def days(first: str, last: str | None = None) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


NOTICE_2025 = YearNotice(
    2025,
    frozenset(
        days("2025-01-01")
        | days("2025-01-28", "2025-02-04")
        | days("2025-04-04", "2025-04-06")
        | days("2025-05-01", "2025-05-05")
        | days("2025-05-31", "2025-06-02")
        | days("2025-10-01", "2025-10-08")
    ),
    frozenset(
        days("2025-01-26") | days("2025-02-08") | days("2025-04-27") | days("2025-09-28") | days("2025-10-11")
    ),
    "国务院办公厅关于2025年部分节假日安排的通知",
)
CALENDAR = WorkCalendar({2025: NOTICE_2025})
WEEKS_ONLY = WorkCalendar({})


def slowly_after(calendar, day, n):
    while n:
        day += timedelta(days=1)
        n -= calendar.is_workday(day)
    return day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-09-26", True),  # a Friday
        ("2025-09-27", False),  # a Saturday
        ("2025-09-28", True),  # a Sunday worked instead
        ("2025-10-01", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # a Saturday worked instead
        ("2025-10-12", False),
        ("2024-10-01", True),  # no notice loaded: a Tuesday
    ],
)
def test_is_workday(day, works):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


def test_the_national_day_of_2025():
    # 09-28, 09-29, 09-30, 10-09, 10-10
    assert CALENDAR.add_workdays(date(2025, 9, 26), 5) == Counted(date(2025, 10, 10), False)
    assert CALENDAR.subtract_workdays(date(2025, 10, 10), 5) == Counted(date(2025, 9, 26), False)
    assert CALENDAR.workdays_between(date(2025, 9, 26), date(2025, 10, 10)) == CountedDays(5, False)
    assert CALENDAR.workdays_between(date(2025, 10, 10), date(2025, 9, 26)) == CountedDays(-5, False)


def test_the_spring_festival_of_2025():
    # 01-26 (Sunday) and 01-27 are worked; then 02-05, 02-06, 02-07, 02-08 (Saturday), 02-10
    assert CALENDAR.add_workdays(date(2025, 1, 24), 2).day == date(2025, 1, 27)
    assert CALENDAR.add_workdays(date(2025, 1, 24), 3).day == date(2025, 2, 5)
    assert CALENDAR.add_workdays(date(2025, 1, 24), 6).day == date(2025, 2, 8)
    assert CALENDAR.add_workdays(date(2025, 1, 24), 7).day == date(2025, 2, 10)


def test_2025_has_248_working_days():
    # 365 days - 104 Saturdays and Sundays + 5 made up - 18 days off on weekdays:
    # 01-01; 01-28…31, 02-03, 02-04; 04-04; 05-01, 02, 05; 06-02; 10-01…03, 06…08
    assert CALENDAR.workdays_between(date(2024, 12, 31), date(2025, 12, 31)) == CountedDays(248, False)


def test_from_a_day_off():
    assert CALENDAR.add_workdays(date(2025, 10, 4), 1).day == date(2025, 10, 9)
    assert CALENDAR.subtract_workdays(date(2025, 10, 4), 1).day == date(2025, 9, 30)
    assert CALENDAR.workdays_between(date(2025, 9, 30), date(2025, 10, 8)).days == 0


def test_zero_is_the_day_itself_even_if_off_and_minus_turns_round():
    assert CALENDAR.add_workdays(date(2025, 10, 4), 0) == Counted(date(2025, 10, 4), False)
    assert CALENDAR.subtract_workdays(date(2025, 10, 4), 0) == Counted(date(2025, 10, 4), False)
    assert CALENDAR.add_workdays(date(2025, 10, 10), -5).day == date(2025, 9, 26)
    assert CALENDAR.subtract_workdays(date(2025, 9, 26), -5).day == date(2025, 10, 10)
    assert CALENDAR.workdays_between(date(2025, 9, 26), date(2025, 9, 26)) == CountedDays(0, False)


def test_a_day_walked_over_in_a_year_without_notice_makes_the_count_provisional():
    assert CALENDAR.is_provisional(date(2026, 1, 1)) and not CALENDAR.is_provisional(date(2025, 12, 31))
    assert CALENDAR.add_workdays(date(2025, 12, 30), 1) == Counted(date(2025, 12, 31), False)
    assert CALENDAR.add_workdays(date(2025, 12, 30), 2) == Counted(date(2026, 1, 1), True)
    assert CALENDAR.add_workdays(date(2024, 12, 31), 1) == Counted(date(2025, 1, 2), False)
    assert CALENDAR.add_workdays(date(2024, 12, 30), 1) == Counted(date(2024, 12, 31), True)
    assert CALENDAR.subtract_workdays(date(2026, 1, 1), 1) == Counted(date(2025, 12, 31), False)
    assert CALENDAR.subtract_workdays(date(2025, 1, 2), 1) == Counted(date(2024, 12, 31), True)
    assert CALENDAR.workdays_between(date(2024, 12, 31), date(2025, 1, 1)) == CountedDays(0, False)
    assert CALENDAR.workdays_between(date(2025, 12, 31), date(2026, 1, 1)) == CountedDays(1, True)
    assert CALENDAR.workdays_between(date(2026, 1, 1), date(2025, 12, 31)) == CountedDays(-1, True)
    assert CALENDAR.workdays_between(date(2024, 6, 1), date(2024, 6, 1)) == CountedDays(0, False)


def test_a_gap_of_one_year_between_notices_is_provisional():
    calendar = WorkCalendar({2025: NOTICE_2025, 2027: YearNotice(2027, frozenset(), frozenset())})
    assert calendar.workdays_between(date(2025, 12, 1), date(2027, 1, 5)).provisional
    assert not calendar.workdays_between(date(2026, 12, 31), date(2027, 1, 5)).provisional


def test_a_notice_reaches_into_the_december_before():
    notice = YearNotice(2019, frozenset(days("2018-12-30", "2019-01-01")), frozenset(days("2018-12-29")))
    calendar = WorkCalendar({2019: notice})
    assert calendar.is_workday(date(2018, 12, 29))  # a Saturday
    assert not calendar.is_workday(date(2018, 12, 31))  # a Monday
    assert calendar.add_workdays(date(2018, 12, 28), 2).day == date(2019, 1, 2)


def test_of_two_notices_the_later_years_wins():
    first = YearNotice(2018, frozenset(), frozenset(days("2018-12-30")))
    later = YearNotice(2019, frozenset(days("2018-12-30")), frozenset())
    assert not WorkCalendar({2019: later, 2018: first}).is_workday(date(2018, 12, 30))


@pytest.mark.parametrize(
    ("day", "n"),
    [
        (date(2025, 9, 26), 10**9),
        (date(2025, 9, 26), -(10**9)),
        (date(2200, 12, 30), 2),
        (date(1899, 12, 29), 1),
    ],
)
def test_ridiculous_counts_are_refused(day, n):
    with pytest.raises(BadCalendar, match=f"from {day.isoformat()} leaves the years 1900 to 2200") as refused:
        CALENDAR.add_workdays(day, n)
    assert refused.value.code == "calendar_beyond"


def test_days_beyond_the_calendar_are_refused():
    with pytest.raises(BadCalendar):
        CALENDAR.workdays_between(date(1, 1, 1), date(2025, 1, 1))
    with pytest.raises(BadCalendar):
        CALENDAR.workdays_between(date(2025, 1, 1), date(9999, 12, 31))


def test_notices_that_contradict_themselves_are_refused():
    day = frozenset(days("2025-10-01"))
    with pytest.raises(BadCalendar) as refused:
        YearNotice(2025, day, day)
    assert refused.value.code == "notice_day_twice"
    with pytest.raises(BadCalendar) as refused:
        YearNotice(2024, day, frozenset())
    assert refused.value.code == "notice_day_outside"
    with pytest.raises(BadCalendar) as refused:
        WorkCalendar({2024: NOTICE_2025})
    assert refused.value.code == "notice_misfiled"


def test_a_calendar_is_a_value():
    same = WorkCalendar({2025: NOTICE_2025})
    same.add_workdays(date(2025, 1, 1), 300)
    assert same == CALENDAR and hash(same) == hash(CALENDAR)
    assert pickle.loads(pickle.dumps(same)) == CALENDAR
    assert WEEKS_ONLY != CALENDAR


def test_ten_thousand_random_days_come_back():
    chance = random.Random(20250926)
    start = date(2000, 1, 1).toordinal()
    for _ in range(10_000):
        day = date.fromordinal(start + chance.randrange(365 * 60))
        while not CALENDAR.is_workday(day):
            day += timedelta(days=1)
        n = chance.randrange(501)
        found = CALENDAR.add_workdays(day, n)
        assert CALENDAR.subtract_workdays(found.day, n).day == day
        assert CALENDAR.workdays_between(day, found.day) == CountedDays(n, found.provisional)


@given(st.dates(date(2024, 6, 1), date(2026, 6, 1)), st.integers(0, 60))
def test_adding_is_walking_day_by_day(day, n):
    assert CALENDAR.add_workdays(day, n).day == slowly_after(CALENDAR, day, n)


@given(st.dates(date(2024, 6, 1), date(2026, 6, 1)), st.dates(date(2024, 6, 1), date(2026, 6, 1)))
def test_between_is_counting_day_by_day(first, last):
    counted = CALENDAR.workdays_between(first, last)
    low, high = sorted([first, last])
    walked = [low + timedelta(days=n) for n in range(1, (high - low).days + 1)]
    slowly = sum(map(CALENDAR.is_workday, walked))
    assert counted.days == (slowly if first <= last else -slowly)
    assert counted.provisional == any(map(CALENDAR.is_provisional, walked))
