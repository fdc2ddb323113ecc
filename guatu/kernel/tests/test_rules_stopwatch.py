import random
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.kernel.rules.refusals import BadTicks
from guatu.kernel.rules.stopwatch import (
    Due,
    Running,
    Stopwatch,
    Tick,
    TickKind,
    due_after,
    used,
    used_workdays,
)

START, PAUSE, RESUME, STOP = TickKind
#: 2025 with the National Day only: 09-28 and 10-11 worked, 10-01 to 10-08 off.
CALENDAR = WorkCalendar({
    2025: YearNotice(
        2025,
        holidays=frozenset(date(2025, 10, n) for n in range(1, 9)),
        workdays=frozenset([date(2025, 9, 28), date(2025, 10, 11)]),
    )
})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ticks(*pressed: str) -> tuple[Tick, ...]:
    return tuple(Tick(TickKind(line.split(" ", 1)[0]), at(line.split(" ", 1)[1])) for line in pressed)


# June 2025: the 2nd is a Monday, the 7th a Saturday; no holiday in this calendar.
TWO_PAUSES = ticks(
    "start 2025-06-02 09:00", "pause 2025-06-03 12:00", "resume 2025-06-05 12:00",
    "pause 2025-06-09 10:00", "resume 2025-06-11 10:30",
)


def test_two_pauses_and_neither_is_lost():
    # 27 h, then 94 h, then 6 h 30 min
    assert used(TWO_PAUSES, at("2025-06-11 17:00")) == timedelta(hours=127, minutes=30)
    assert Stopwatch(TWO_PAUSES).intervals() == (
        Running(at("2025-06-02 09:00"), at("2025-06-03 12:00")),
        Running(at("2025-06-05 12:00"), at("2025-06-09 10:00")),
        Running(at("2025-06-11 10:30"), None),
    )


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        ("2025-06-01 09:00", 0),  # before the start
        ("2025-06-02 09:00", 0),
        ("2025-06-02 21:00", 12),
        ("2025-06-03 12:00", 27),
        ("2025-06-04 12:00", 27),  # paused
        ("2025-06-05 13:00", 28),
        ("2025-06-10 00:00", 121),
    ],
)
def test_entries_later_than_the_instant_asked_about_do_not_count(until, hours):
    assert used(TWO_PAUSES, at(until)) == timedelta(hours=hours)


def test_a_stopped_watch_stays():
    stopped = ticks("start 2025-06-02 09:00", "stop 2025-06-02 10:00")
    assert used(stopped, at("2025-06-30 10:00")) == timedelta(hours=1)
    paused_then_stopped = ticks("start 2025-06-02 09:00", "pause 2025-06-02 11:00", "stop 2025-06-02 15:00")
    assert used(paused_then_stopped, at("2025-06-30 10:00")) == timedelta(hours=2)
    assert used((), at("2025-06-30 10:00")) == timedelta()


@pytest.mark.parametrize(
    ("until", "days"),
    [
        ("2025-06-02 18:00", 0),  # the day of the start never counts
        ("2025-06-03 11:00", 1),  # runs at the instant asked about
        ("2025-06-03 18:00", 0),  # paused at the end of the 3rd
        ("2025-06-04 18:00", 0),
        ("2025-06-05 11:00", 0),
        ("2025-06-05 18:00", 1),  # resumed on the 5th
        ("2025-06-08 18:00", 2),  # the 6th; the 7th and 8th are a weekend
        ("2025-06-09 18:00", 2),  # paused at the end of the 9th
        ("2025-06-10 18:00", 2),
        ("2025-06-11 18:00", 3),
        ("2025-06-13 18:00", 5),
    ],
)
def test_used_workdays_leaves_out_days_paused_at_their_end(until, days):
    assert used_workdays(TWO_PAUSES, at(until), CALENDAR) == days


def test_a_day_paused_and_resumed_counts_whole():
    pressed = ticks("start 2025-06-02 09:00", "pause 2025-06-03 09:00", "resume 2025-06-03 16:00")
    assert used_workdays(pressed, at("2025-06-04 18:00"), CALENDAR) == 2


def test_the_last_day_counts_when_the_watch_ran_until_the_stop():
    ran = ticks("start 2025-06-02 09:00", "stop 2025-06-06 10:00")
    assert used_workdays(ran, at("2025-06-30 10:00"), CALENDAR) == 4
    paused = ticks("start 2025-06-02 09:00", "pause 2025-06-06 09:00", "stop 2025-06-06 10:00")
    assert used_workdays(paused, at("2025-06-30 10:00"), CALENDAR) == 3


def test_used_workdays_follows_the_make_up_days():
    pressed = ticks("start 2025-09-26 09:00")
    assert used_workdays(pressed, at("2025-10-10 09:00"), CALENDAR) == 5
    assert used_workdays((), at("2025-10-10 09:00"), CALENDAR) == 0


@pytest.mark.parametrize(
    ("pressed", "allowance", "due"),
    [
        (["start 2025-09-26 09:00"], 5, Due(date(2025, 10, 10), False)),
        (["start 2025-09-26 09:00"], 0, Due(date(2025, 9, 26), False)),
        (["start 2025-12-30 09:00"], 2, Due(date(2026, 1, 1), True)),
        ([], 5, Due(None, False)),
        (["start 2025-06-02 09:00", "pause 2025-06-03 09:00"], 5, Due(None, False)),
        # used up on the 4th, before the pause on the 6th
        (["start 2025-06-02 09:00", "pause 2025-06-06 09:00"], 2, Due(date(2025, 6, 4), False)),
        # 3rd, 4th, 5th used; the 6th is the day of the pause
        (["start 2025-06-02 09:00", "pause 2025-06-06 09:00"], 4, Due(None, False)),
        # 3rd, 4th; then 11th, 12th, 13th
        (["start 2025-06-02 09:00", "pause 2025-06-05 09:00", "resume 2025-06-11 09:00"], 5,
         Due(date(2025, 6, 13), False)),
        # had it run on after the stop
        (["start 2025-06-02 09:00", "stop 2025-06-03 09:00"], 5, Due(date(2025, 6, 9), False)),
        (["start 2025-06-02 09:00", "pause 2025-06-03 09:00", "stop 2025-06-04 09:00"], 5, Due(None, False)),
    ],
)
def test_due_after(pressed, allowance, due):
    assert due_after(ticks(*pressed), allowance, CALENDAR) == due


def test_due_after_two_pauses():
    # the 5th and 6th, then from the 11th on: 11, 12, 13, 16
    assert due_after(TWO_PAUSES, 6, CALENDAR) == Due(date(2025, 6, 16), False)


ON_2, ON_3, ON_4 = "2025-06-02 09:00", "2025-06-03 09:00", "2025-06-04 09:00"


@pytest.mark.parametrize(
    ("pressed", "code"),
    [
        ([f"pause {ON_2}"], "ticks_not_started"),
        ([f"resume {ON_2}"], "ticks_not_started"),
        ([f"stop {ON_2}"], "ticks_not_started"),
        ([f"start {ON_2}", f"start {ON_3}"], "ticks_started_twice"),
        ([f"start {ON_2}", f"pause {ON_3}", f"start {ON_4}"], "ticks_started_twice"),
        ([f"start {ON_2}", f"pause {ON_3}", f"pause {ON_4}"], "ticks_paused_twice"),
        ([f"start {ON_2}", f"resume {ON_3}"], "ticks_resumed_running"),
        ([f"start {ON_2}", f"stop {ON_3}", f"resume {ON_4}"], "ticks_after_stop"),
        ([f"start {ON_2}", f"stop {ON_3}", f"stop {ON_4}"], "ticks_after_stop"),
        ([f"start {ON_3}", f"pause {ON_2}"], "ticks_backwards"),
        ([f"start {ON_2}", f"pause {ON_3}+08:00"], "ticks_mixed_zones"),
    ],
)
def test_impossible_series_are_refused(pressed, code):
    with pytest.raises(BadTicks) as refused:
        used(ticks(*pressed), at("2025-07-01 09:00"))
    assert refused.value.code == code


def test_a_refusal_names_the_time_and_other_impossible_questions_are_refused():
    with pytest.raises(BadTicks, match="paused on 2025-06-04 09:00, but it is paused already"):
        Stopwatch(ticks("start 2025-06-02 09:00", "pause 2025-06-03 09:00", "pause 2025-06-04 09:00"))
    with pytest.raises(BadTicks, match="-1 working days cannot be allowed"):
        due_after(TWO_PAUSES, -1, CALENDAR)
    with pytest.raises(BadTicks) as refused:
        used(TWO_PAUSES, at("2025-06-11 17:00+08:00"))
    assert refused.value.code == "ticks_mixed_zones"


def test_days_are_those_of_the_zone_of_the_start_and_hours_are_real_ones():
    # 23:30 in Shanghai on the 2nd, stated in UTC for the pause: 00:30 on the 4th in Shanghai
    beijing = timezone(timedelta(hours=8))
    pressed = (
        Tick(START, datetime(2025, 6, 2, 23, 30, tzinfo=beijing)),
        Tick(PAUSE, datetime(2025, 6, 3, 16, 30, tzinfo=UTC)),
    )
    until = datetime(2025, 6, 30, tzinfo=beijing)
    assert used(pressed, until) == timedelta(hours=25)
    assert used_workdays(pressed, until, CALENDAR) == 1
    # the clocks of Berlin went forward at 02:00 on 2025-03-30
    berlin = ZoneInfo("Europe/Berlin")
    night = (Tick(START, datetime(2025, 3, 30, 0, 0, tzinfo=berlin)),)
    assert used(night, datetime(2025, 3, 30, 12, 0, tzinfo=berlin)) == timedelta(hours=11)


def random_series(chance: random.Random) -> tuple[tuple[Tick, ...], datetime, timedelta]:
    """A series, an instant after it, and the running time, summed as it is made."""
    now = datetime(2025, 1, 1) + timedelta(seconds=chance.randrange(86_400 * 300))
    made, total, running = [Tick(START, now)], timedelta(), True
    for _ in range(chance.randrange(12)):
        step = timedelta(seconds=chance.randrange(86_400 * 4), microseconds=chance.randrange(10**6))
        now += step
        total += step if running else timedelta()
        made.append(Tick(PAUSE if running else RESUME, now))
        running = not running
    step = timedelta(seconds=chance.randrange(86_400 * 4))
    now += step
    total += step if running else timedelta()
    if chance.random() < 0.3:
        made.append(Tick(STOP, now))
        now += timedelta(days=chance.randrange(30))
    return tuple(made), now, total


def test_ten_thousand_random_series_use_what_they_ran():
    chance = random.Random(20250602)
    for _ in range(10_000):
        pressed, until, total = random_series(chance)
        assert used(pressed, until) == total


def slowly_used(pressed: tuple[Tick, ...], until: datetime) -> int:
    """Day by day: the last press of each day says whether the watch runs at its end."""
    known = [tick for tick in pressed if tick.at <= until]
    stopped = known[-1].kind is STOP
    last = known[-1].at.date() if stopped else until.date()
    presses = known[:-1] if stopped else known
    day, count = known[0].at.date(), 0
    while day < last:
        day += timedelta(days=1)
        before = [tick for tick in presses if tick.at.date() <= day]
        count += CALENDAR.is_workday(day) and before[-1].kind is not PAUSE
    return count


@given(st.randoms(use_true_random=False))
def test_used_workdays_is_counting_day_by_day(chance):
    pressed, until, _ = random_series(chance)
    assert used_workdays(pressed, until, CALENDAR) == slowly_used(pressed, until)


@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_the_allowance_is_used_up_on_the_due_day_and_not_before(chance, allowance):
    pressed, _, _ = random_series(chance)
    if pressed[-1].kind is STOP:
        pressed = pressed[:-1]
    due = due_after(pressed, allowance, CALENDAR)
    if due.day is None:
        assert pressed[-1].kind is PAUSE
        assert used_workdays(pressed, pressed[-1].at + timedelta(days=99), CALENDAR) < allowance
    else:
        end = datetime.combine(due.day, datetime.max.time())
        assert used_workdays(pressed, end, CALENDAR) == allowance
        assert used_workdays(pressed, end - timedelta(days=1), CALENDAR) == allowance - 1
        assert CALENDAR.is_workday(due.day)
