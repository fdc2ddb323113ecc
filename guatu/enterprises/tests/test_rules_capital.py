"""Registered capital as registers write it, worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from guatu.enterprises.rules.capital import Capital, Rates, parse_capital, to_cny

D = Decimal


@pytest.mark.parametrize(("text", "amount", "currency", "basis"), [
    ("1000万元人民币", "10000000", "CNY", "stated"),
    ("1,000(万元人民币)", "10000000", "CNY", "stated"),
    ("1000（万元）", "10000000", "CNY", "stated"),
    ("500万", "5000000", "CNY", "stated"),
    ("0(万)", "0", "CNY", "stated"),
    ("10( 万人民币元)", "100000", "CNY", "stated"),
    ("127.1800(万人民币元)", "1271800", "CNY", "stated"),
    ("1,500(万元(人民币))", "15000000", "CNY", "stated"),
    ("1,500(万元人民币元)", "15000000", "CNY", "stated"),
    ("0.00012万人民币", "1.20", "CNY", "stated"),
    ("1,000,000(人民币元)", "1000000", "CNY", "stated"),
    ("4,635,000(元人民币)", "4635000", "CNY", "stated"),
    ("3000000元", "3000000", "CNY", "stated"),
    ("1.5亿元人民币", "150000000", "CNY", "stated"),
    ("2千万元", "20000000", "CNY", "stated"),
    ("1亿2000万元", "120000000", "CNY", "stated"),
    ("人民币1000万元整", "10000000", "CNY", "stated"),
    ("￥１，０００．５万元", "10005000", "CNY", "stated"),
    ("RMB 30万", "300000", "CNY", "stated"),
    ("壹佰万元", "1000000", "CNY", "stated"),
    ("壹仟贰佰万元整", "12000000", "CNY", "stated"),
    ("伍拾万元人民币", "500000", "CNY", "stated"),
    ("一百二十万", "1200000", "CNY", "stated"),
    ("叁亿元", "300000000", "CNY", "stated"),
    ("贰万零伍佰元", "20500", "CNY", "stated"),
    ("100.5万美元", "1005000", "USD", "stated"),
    ("955(万元美元)", "9550000", "USD", "stated"),
    ("100((万美元))", "1000000", "USD", "stated"),
    ("1,000(万元(港币))", "10000000", "HKD", "stated"),
    ("1,059.3000(万香港元)", "10593000", "HKD", "stated"),
    ("2500万日元", "25000000", "JPY", "stated"),
    ("3,000(万元欧元)", "30000000", "EUR", "stated"),
    ("1.1000(万英镑)", "11000", "GBP", "stated"),
    ("100(万德国马克)", "1000000", "DEM", "stated"),
    ("2,850(万法国法郎)", "28500000", "FRF", "stated"),
    ("2,129(万瑞士法郎)", "21290000", "CHF", "stated"),
    ("3,350(万丹麦克郎)", "33500000", "DKK", "stated"),
    ("10(万澳大利亚元)", "100000", "AUD", "stated"),
    ("15(万加元)", "150000", "CAD", "stated"),
    ("1(万新加坡元)", "10000", "SGD", "stated"),
    ("500万台币", "5000000", "TWD", "stated"),
    # Without a unit: ten thousands, as registers mean it; from 100,000 on yuan.
    ("526", "5260000", "CNY", "bare_10k"),
    ("1000()", "10000000", "CNY", "bare_10k"),
    ("0.6", "6000", "CNY", "bare_10k"),
    ("99999", "999990000", "CNY", "bare_10k"),
    ("3000000", "3000000", "CNY", "bare_yuan"),
    ("100000", "100000", "CNY", "bare_yuan"),
])
def test_capital_is_read(text, amount, currency, basis):
    assert parse_capital(text) == Capital(D(amount), currency, basis)


@pytest.mark.parametrize("text", [
    "", "N/A", "n/a", "-", "无", "万人民币", "辽宁", "10(元/万元)", "1.2.3万", "-5万元", "万元", "100万火星币", "1000万元至2000万元",
    "99999999999999999999万元", "十元百", "1" * 10_000, None,
])
def test_what_cannot_be_told_is_not_guessed(text):
    assert parse_capital(text) is None


@pytest.mark.parametrize(("unit", "text", "amount", "basis"), [
    ("万元", "526", "5260000", "stated"),
    ("元", "526", "526", "stated"),
    ("万元", "526万美元", "5260000", "stated"),
    ("亿元", "1.2", "120000000", "stated"),
])
def test_a_unit_in_the_header_counts_where_the_cell_has_none(unit, text, amount, basis):
    found = parse_capital(text, unit)
    assert (found.amount, found.basis) == (D(amount), basis)


RATES = Rates({"USD": ((date(2010, 1, 1), D("6.77")), (date(2019, 1, 1), D("6.90")))})


@pytest.mark.parametrize(("currency", "day", "cny"), [
    ("CNY", date(2012, 5, 1), "100.00"),
    ("USD", date(2012, 5, 1), "677.00"),
    ("USD", date(2019, 1, 1), "690.00"),
    ("USD", date(1999, 1, 1), "677.00"),  # before the first: the first known
    ("USD", None, "690.00"),  # no day: the newest
    ("XYZ", date(2012, 5, 1), None),
])
def test_foreign_capital_counts_at_the_rate_of_the_day_of_registration(currency, day, cny):
    assert to_cny(Capital(D(100), currency, "stated"), day, RATES) == (None if cny is None else D(cny))
