from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules.days import Day, Precision, counts_from, format_day, parse_day, span
from guatu.kernel.rules.refusals import BadCell

DAY, MONTH, QUARTER, HALF, YEAR = Precision
JUNE_21 = Day(date(2022, 6, 21), DAY)
JUNE = Day(date(2022, 6, 30), MONTH)
Q2 = Day(date(2022, 6, 30), QUARTER)
H1 = Day(date(2022, 6, 30), HALF)
H2 = Day(date(2022, 12, 31), HALF)
Y2022 = Day(date(2022, 12, 31), YEAR)


@pytest.mark.parametrize(
    ("day", "precision", "first", "last"),
    [
        (date(2022, 6, 21), DAY, date(2022, 6, 21), date(2022, 6, 21)),
        (date(2022, 6, 21), MONTH, date(2022, 6, 1), date(2022, 6, 30)),
        (date(2024, 2, 1), MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2100, 2, 1), MONTH, date(2100, 2, 1), date(2100, 2, 28)),
        (date(2022, 12, 31), MONTH, date(2022, 12, 1), date(2022, 12, 31)),
        (date(2022, 1, 1), QUARTER, date(2022, 1, 1), date(2022, 3, 31)),
        (date(2022, 6, 21), QUARTER, date(2022, 4, 1), date(2022, 6, 30)),
        (date(2022, 11, 5), QUARTER, date(2022, 10, 1), date(2022, 12, 31)),
        (date(2022, 6, 21), HALF, date(2022, 1, 1), date(2022, 6, 30)),
        (date(2022, 7, 1), HALF, date(2022, 7, 1), date(2022, 12, 31)),
        (date(2022, 6, 21), YEAR, date(2022, 1, 1), date(2022, 12, 31)),
        (date(9999, 12, 31), YEAR, date(9999, 1, 1), date(9999, 12, 31)),
        (date(1, 1, 1), "quarter", date(1, 1, 1), date(1, 3, 31)),
    ],
)
def test_span(day, precision, first, last):
    assert span(day, precision) == (first, last)
    assert counts_from(day, precision) == last


def test_the_sample_zone_counts_from_the_end_of_the_span():
    assert counts_from(date(2022, 6, 15), "month") == date(2022, 6, 30)
    assert counts_from(date(2022, 7, 1), "month") == date(2022, 7, 31)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-06-21", JUNE_21),
        ("2022-6-21", JUNE_21),
        ("2022/6/21", JUNE_21),
        ("2022.6.21", JUNE_21),
        ("2022。6。21", JUNE_21),
        ("20220621", JUNE_21),
        ("2022年6月21日", JUNE_21),
        ("2022 年 6 月 21 日", JUNE_21),
        ("2022年06月21号", JUNE_21),
        ("２０２２－０６－２１", JUNE_21),
        ("２０２２年６月２１日", JUNE_21),
        (" 2022-06-21 00:00:00 ", JUNE_21),
        ("2022-06-21T08:30", JUNE_21),
        ("二〇二二年六月二十一日", JUNE_21),
        ("二○二二年六月二十一日", JUNE_21),
        ("二零二二年十二月三十一日", Day(date(2022, 12, 31), DAY)),
        ("二〇二二年十月十日", Day(date(2022, 10, 10), DAY)),
        ("二〇二二年十月二十日", Day(date(2022, 10, 20), DAY)),
        ("2024-02-29", Day(date(2024, 2, 29), DAY)),
        ("2022-06", JUNE),
        ("2022/6", JUNE),
        ("2022.6", JUNE),
        ("202206", JUNE),
        ("2022年6月", JUNE),
        ("2022年6月份", JUNE),
        ("2022年6月底", JUNE),
        ("2022年6月末", JUNE),
        ("２０２２年６月", JUNE),
        ("二〇二二年六月", JUNE),
        ("二〇二二年元月", Day(date(2022, 1, 31), MONTH)),
        ("2022年10月", Day(date(2022, 10, 31), MONTH)),
        ("2022年第二季度", Q2),
        ("2022年二季度", Q2),
        ("2022年2季度", Q2),
        ("2022年第2季度", Q2),
        ("2022Q2", Q2),
        ("2022q2", Q2),
        ("2022-Q2", Q2),
        ("2022年Q2", Q2),
        ("2022 Q2", Q2),
        ("2022年二季度末", Q2),
        ("二〇二二年第二季度", Q2),
        ("2022年四季度", Day(date(2022, 12, 31), QUARTER)),
        ("2022年上半年", H1),
        ("2022H1", H1),
        ("2022年下半年", H2),
        ("2022h2", H2),
        ("2022年", Y2022),
        ("2022", Y2022),
        ("2022年底", Y2022),
        ("2022年末", Y2022),
        ("2022年内", Y2022),
        ("2022年度", Y2022),
        ("２０２２年", Y2022),
        ("二〇二二年", Y2022),
        ("二〇二二", Y2022),
    ],
)
def test_texts_people_write(written, read):
    assert parse_day(written) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (44733, JUNE_21),
        (44733.0, JUNE_21),
        (44733.75, JUNE_21),
        (Decimal("44733"), JUNE_21),
        (20000, Day(date(1954, 10, 3), DAY)),
        (80000, Day(date(2119, 1, 11), DAY)),
        (45658, Day(date(2025, 1, 1), DAY)),
        (20220621, JUNE_21),
        (20220621.0, JUNE_21),
        (202206, JUNE),
        (2022, Y2022),
        (2022.0, Y2022),
        (date(2022, 6, 21), JUNE_21),
        (datetime(2022, 6, 21, 23, 59), JUNE_21),
        (datetime(2022, 6, 21, 1, 0, tzinfo=timezone(timedelta(hours=8))), JUNE_21),
    ],
)
def test_numbers_and_dates_of_a_sheet(value, read):
    assert parse_day(value) == read


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "day_blank"),
        ("", "day_blank"),
        ("　 ", "day_blank"),
        ("2022-02-30", "day_impossible"),
        ("2023年2月29日", "day_impossible"),
        ("2022-06-31", "day_impossible"),
        ("2022-06-00", "day_impossible"),
        ("20220230", "day_impossible"),
        (20220230, "day_impossible"),
        ("2022-13", "day_no_such_month"),
        ("2022-13-01", "day_no_such_month"),
        ("2022年0月", "day_no_such_month"),
        ("2022Q5", "day_no_such_quarter"),
        ("2022年第0季度", "day_no_such_quarter"),
        ("2022H3", "day_no_such_half"),
        ("6月底", "day_no_year"),
        ("6月21日", "day_no_year"),
        ("六月", "day_no_year"),
        ("6-21", "day_no_year"),
        ("今年6月底前", "day_no_year"),
        ("年底", "day_no_year"),
        ("明年", "day_no_year"),
        ("二季度", "day_no_year"),
        ("第二季度", "day_no_year"),
        ("下半年", "day_no_year"),
        ("Q2", "day_no_year"),
        ("22年6月", "day_short_year"),
        ("22-06-21", "day_short_year"),
        ("2022年6月上旬", "day_third_of_month"),
        ("1822-06-21", "day_out_of_range"),
        ("2622-06-21", "day_out_of_range"),
        (date(1, 1, 1), "day_out_of_range"),
        (datetime(2622, 6, 21), "day_out_of_range"),
        (2022.1, "day_decimal_month"),
        (2022.6, "day_decimal_month"),
        (0, "day_number"),
        (-5, "day_number"),
        (19999, "day_number"),
        (80001, "day_number"),
        (10**400, "day_number"),
        (float("nan"), "day_number"),
        (float("inf"), "day_number"),
        (Decimal("sNaN"), "day_number"),
        ("待定", "day_unreadable"),
        ("44733", "day_unreadable"),
        ("2022 6", "day_unreadable"),
        ("2022-6/21", "day_unreadable"),
        ("6/21/2022", "day_unreadable"),
        ("2022Q1-Q3", "day_unreadable"),
        ("2022-06-21 / 2022-06-22", "day_unreadable"),
        ("٢٠٢٢-٠٦-٢١", "day_unreadable"),
        (True, "day_unreadable"),
        ([2022], "day_unreadable"),
    ],
)
def test_what_is_no_day_is_refused(value, code):
    with pytest.raises(BadCell) as refused:
        parse_day(value)
    assert refused.value.code == code


def test_an_impossible_day_is_named_with_the_days_there_are():
    with pytest.raises(BadCell, match=r"“2022-02-30”.*2022-02 run from 1 to 28"):
        parse_day("2022-02-30")


def test_workbooks_that_count_from_1904_are_named_in_the_sentence():
    with pytest.raises(BadCell, match="1904 are not supported"):
        parse_day(1462)


@pytest.mark.parametrize(
    ("day", "precision", "text"),
    [
        (date(2022, 6, 21), DAY, "2022-06-21"),
        (date(2022, 6, 30), MONTH, "2022-06"),
        (date(2022, 6, 30), QUARTER, "2022Q2"),
        (date(2022, 6, 30), HALF, "2022H1"),
        (date(2022, 12, 31), HALF, "2022H2"),
        (date(2022, 12, 31), YEAR, "2022"),
        (date(2022, 6, 30), "month", "2022-06"),
    ],
)
def test_format_day(day, precision, text):
    assert format_day(day, precision) == text


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(days, st.sampled_from(Precision))
def test_a_formatted_day_reads_back(day, precision):
    stored = Day(counts_from(day, precision), precision)
    assert parse_day(format_day(stored.day, stored.precision)) == stored
    assert parse_day(format_day(day, precision)) == stored


@given(days, st.sampled_from(Precision))
def test_a_span_holds_its_day_and_is_the_span_of_each_of_its_days(day, precision):
    first, last = span(day, precision)
    assert first <= day <= last
    assert span(first, precision) == span(last, precision) == (first, last)
    assert span(last + timedelta(days=1), precision)[0] == last + timedelta(days=1)


@given(days, st.sampled_from(["%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d %H:%M"]))
def test_every_way_of_writing_reads_the_same_day(day, style):
    assert parse_day(datetime(day.year, day.month, day.day).strftime(style)) == Day(day, DAY)


@given(st.integers(20000, 80000))
def test_excel_numbers_count_from_1900(number):
    assert (parse_day(number).day - date(1900, 3, 1)).days == number - 61


@given(st.one_of(st.text(), st.integers(), st.floats(), st.decimals(), st.booleans(), st.none()))
def test_anything_is_read_or_refused_with_a_sentence(value):
    try:
        assert isinstance(parse_day(value), Day)
    except BadCell as refused:
        assert str(refused).endswith(".")
