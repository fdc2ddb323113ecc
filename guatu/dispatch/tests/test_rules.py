"""Months, due days by the real calendar, steps and answers: worked out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.dispatch.rules.answers import NotOffered, options_of, read_answer
from guatu.dispatch.rules.months import Month, due_day, parse_month, reminder_days
from guatu.dispatch.rules.steps import Step, WrongStep, step
from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.kernel.rules.refusals import BadCell


def days(*texts):
    found = set()
    for text in texts:
        first, _to, last = text.partition("/")
        first = date.fromisoformat(first)
        last = date.fromisoformat(last) if last else first
        found |= {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}
    return frozenset(found)


#: The State Council's notices of 2023 and 2025, as far as these cases need them.
CALENDAR = WorkCalendar({
    2023: YearNotice(2023, days("2023-01-21/2023-01-27", "2023-09-29/2023-10-06"),
                     days("2023-01-28", "2023-01-29", "2023-10-07", "2023-10-08")),
    2025: YearNotice(2025, days("2025-01-28/2025-02-04", "2025-10-01/2025-10-08"),
                     days("2025-01-26", "2025-02-08", "2025-09-28", "2025-10-11")),
})


@pytest.mark.parametrize(("month", "day", "after", "due"), [
    ("2023-01", 25, 0, "2023-01-28"),  # in the Spring Festival; the Saturday after it is worked
    ("2023-01", 28, 0, "2023-01-28"),  # a Saturday, but a make-up day
    ("2023-02", 25, 0, "2023-02-27"),  # a Saturday
    ("2023-02", 31, 0, "2023-02-28"),  # February has no 31st; the 28th was a Tuesday
    ("2023-09", 30, 0, "2023-10-07"),  # the holiday, then a Saturday that is worked: into the next month
    ("2025-09", 28, 0, "2025-09-28"),  # a Sunday that is worked
    ("2025-09", 5, 1, "2025-10-09"),  # the 5th of the month after, in the holiday of eight days
    ("2024-12", 3, 1, "2025-01-03"),  # over the year's end
    ("2025-10", 11, 0, "2025-10-11"),
])
def test_due_days_follow_the_calendar(month, day, after, due):
    assert due_day(parse_month(month), day, after, CALENDAR).day == date.fromisoformat(due)


def test_a_year_without_a_notice_is_provisional():
    assert due_day(Month(2024, 6), 25, 0, CALENDAR).provisional
    assert not due_day(Month(2025, 6), 25, 0, CALENDAR).provisional


@pytest.mark.parametrize(("day", "after"), [(0, 0), (32, 0), (5, 3), (5, -1)])
def test_no_day_of_a_month(day, after):
    with pytest.raises(ValueError):
        due_day(Month(2025, 6), day, after, CALENDAR)


def test_reminders_walk_back_over_the_holiday():
    # Due on 2025-10-09 (Thursday): the working days before it are 09-30, 09-29, 09-28 (a worked Sunday).
    assert reminder_days(date(2025, 10, 9), [3, 0], CALENDAR) == [date(2025, 9, 28), date(2025, 10, 9)]


@given(st.integers(1950, 2150), st.integers(1, 12), st.integers(1, 31), st.integers(0, 2))
def test_a_due_day_is_worked_and_never_before_the_day_named(year, month, day, after):
    due = due_day(Month(year, month), day, after, CALENDAR).day
    within = Month(year, month).plus(after)
    assert CALENDAR.is_workday(due)
    named = min(date.fromordinal(within.first.toordinal() + day - 1), within.last)
    assert named <= due and not any(
        CALENDAR.is_workday(date.fromordinal(n)) for n in range(named.toordinal(), due.toordinal()))


@pytest.mark.parametrize("written", ["2026-11", "2026年11月", "202611", "2026/11", "2026-11-05", date(2026, 11, 30)])
def test_months_as_people_write_them(written):
    assert str(parse_month(written)) == "2026-11"


@pytest.mark.parametrize("written", ["2026", "2026Q4", "11月", "下月", ""])
def test_no_month(written):
    with pytest.raises(BadCell):
        parse_month(written)


def test_months_are_counted_over_the_year():
    assert Month(2026, 11).plus(3) == Month(2027, 2) and Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2024, 2).last == date(2024, 2, 29)


def test_the_steps_of_a_report():
    assert step("owed", "submitted", True) is Step.HANDED_IN
    assert step("owed", "submitted", False) is Step.HANDED_IN
    assert step("owed", "owed", True) is Step.KEPT
    assert step("submitted", "submitted", True) is Step.AMENDED
    assert step("submitted", "returned", False) is Step.SENT_BACK
    assert step("accepted", "returned", False) is Step.SENT_BACK
    assert step("returned", "submitted", True) is Step.HANDED_IN_AGAIN
    assert step("submitted", "submitted", False) is None
    for before, after, says in [
        ("owed", "accepted", False), ("owed", "returned", False), ("returned", "accepted", False),
        ("accepted", "submitted", True), ("accepted", "accepted", True), ("submitted", "accepted", True),
        ("submitted", "owed", False), ("owed", "nonsense", False),
    ]:
        with pytest.raises(WrongStep):
            step(before, after, says)


def test_answers_are_kept_in_one_form():
    assert read_answer("number", "１,200.50", []) == "1200.5"
    assert read_answer("number", "0", []) == "0"
    assert read_answer("yes_no", "是", []) == "yes" and read_answer("yes_no", "否", []) == "no"
    assert read_answer("day", "2026年11月5日", []) == "2026-11-05"
    assert read_answer("choice", "甲 ", ["甲", "乙"]) == "甲"
    assert read_answer("text", "两行\r\n字", []) == "两行\n字"
    assert all(read_answer(kind, "  ", ["甲"]) == "" for kind in ("text", "number", "yes_no", "day", "choice"))
    with pytest.raises(NotOffered):
        read_answer("choice", "丙", ["甲", "乙"])
    for kind, text in [("number", "很多"), ("day", "2026-11"), ("yes_no", "也许")]:
        with pytest.raises(BadCell):
            read_answer(kind, text, [])
    assert options_of("甲；乙\n丙;甲") == ["甲", "乙", "丙"]
