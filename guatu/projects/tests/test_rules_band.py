"""The axis of the band, its ticks, clusters and rows."""

from datetime import date

import pytest

from guatu.projects.rules.band import MOST_LABELS, axis_over, clusters, rows


def test_the_axis_holds_its_days_with_air_at_both_ends():
    days = [date(2021, 3, 10), date(2024, 11, 2)]
    axis = axis_over(days)
    assert axis.first < days[0] and axis.last > days[1]
    assert 0 < axis.place(days[0]) < axis.place(date(2023, 1, 1)) < axis.place(days[1]) < 100
    assert axis.place(date(1990, 1, 1)) == 0 and axis.place(date(2090, 1, 1)) == 100


def test_one_day_is_not_stretched_over_the_whole_line():
    axis = axis_over([date(2022, 6, 30)])
    assert axis.days >= 180
    assert 45 < axis.place(date(2022, 6, 30)) < 55


@pytest.mark.parametrize("last", [date(2021, 4, 1), date(2022, 2, 1), date(2024, 9, 9), date(2033, 1, 1), date(2090, 1, 1)])
def test_labels_are_few_and_in_order(last):
    ticks = axis_over([date(2021, 1, 15), last]).ticks()
    labelled = [tick for tick in ticks if tick.label]
    assert 1 <= len(labelled) <= MOST_LABELS + 1
    assert [tick.place for tick in ticks] == sorted(tick.place for tick in ticks)
    assert all(tick.label.isdigit() and len(tick.label) == 4 for tick in labelled if tick.is_year)


def test_the_calendar_has_ends():
    axis = axis_over([date.min, date.max])
    assert (axis.first, axis.last) == (date.min, date.max)
    assert len([tick for tick in axis.ticks() if tick.label]) <= MOST_LABELS + 1


def test_near_marks_are_one_cluster():
    assert clusters([0, 1, 1.5, 4, 5.9, 6.1], 2) == [[0, 1, 2], [3, 4], [5]]
    assert clusters([], 2) == []


def test_spans_that_touch_lie_in_rows_of_their_own():
    spans = [(0, 10), (5, 15), (12, 20), (30, 30), (31, 31)]
    placed = rows(spans, 2, 9)
    assert placed[0] != placed[1] and placed[1] != placed[2] and placed[0] == placed[2]
    assert placed[3] != placed[4]
    assert max(rows([(1, 1)] * 20, 2, 6)) == 5
