"""Periods and the strip of the slider."""

from datetime import date

import pytest

from guatu.wall.rules.periods import PERIODS, heights, since, strip


@pytest.mark.parametrize(("day", "period", "begins"), [
    (date(2022, 6, 30), "week", date(2022, 6, 23)),
    (date(2022, 6, 30), "month", date(2022, 5, 31)),
    (date(2022, 6, 15), "month", date(2022, 5, 15)),
    (date(2022, 3, 30), "month", date(2022, 2, 28)),
    (date(2024, 3, 31), "month", date(2024, 2, 29)),
    (date(2022, 2, 28), "quarter", date(2021, 11, 30)),
    (date(2022, 12, 31), "quarter", date(2022, 9, 30)),
    (date(2023, 1, 31), "month", date(2022, 12, 31)),
    (date(2024, 2, 29), "year", date(2023, 2, 28)),
])
def test_since_when(day, period, begins):
    assert since(day, period) == begins


def test_a_period_always_begins_before_its_day():
    for ordinal in range(date(2019, 12, 1).toordinal(), date(2021, 4, 1).toordinal()):
        day = date.fromordinal(ordinal)
        assert all(since(day, period) < day for period in PERIODS)


def test_the_strip_holds_first_fact_today_and_the_day_shown():
    found = strip(date(2022, 3, 9), date(2026, 11, 21), date(2022, 6, 30))
    assert (found.first, found.last) == (date(2022, 3, 1), date(2027, 11, 21))
    assert strip(None, date(2026, 11, 21), date(2030, 1, 1)).last == date(2030, 1, 1)
    assert strip(date(2022, 3, 9), date(2026, 11, 21), date(2010, 5, 5)).first == date(2010, 5, 1)
    assert strip(None, date(2024, 2, 29), date(2024, 2, 29)).last == date(2025, 2, 28)


def test_places_on_the_strip():
    found = strip(date(2022, 1, 1), date(2022, 12, 31), date(2022, 6, 30))
    assert (found.share(found.first), found.share(found.last)) == (0, 100)
    assert found.share(date(1999, 1, 1)) == 0 and found.share(date(2099, 1, 1)) == 100
    assert [year for year, _place in found.years()] == [2022, 2023]
    assert len(found.months()) == 22


def test_strokes():
    assert heights([1, 4, 0], 10) == [5.0, 10.0, 0.0]
    assert heights([], 10) == []
