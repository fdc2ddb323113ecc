from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules.amounts import Money, format_money_cell, parse_area_m2, parse_money
from guatu.kernel.rules.refusals import BadCell
from guatu.kernel.rules.units import UNITS, Kind, find_unit, split_unit, table_unit


def cny(amount) -> Money:
    return Money(Decimal(amount), "CNY")


def usd(amount) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("header", "label", "unit"),
    [
        ("总投资（亿元）", "总投资", "亿元"),
        ("总投资(万元)", "总投资", "万元"),
        ("总投资【亿元】", "总投资", "亿元"),
        ("总投资\n（亿元）", "总投资", "亿元"),
        ("总投资（单位：亿元）", "总投资", "亿元"),
        ("总投资（亿元）*", "总投资*", "亿元"),
        ("总投资（含土地）（亿元）", "总投资(含土地)", "亿元"),
        ("总投资（亿元）（含土地）", "总投资(含土地)", "亿元"),
        ("investment (CNY_yi)", "investment", "CNY_yi"),
        ("investment (CNY_yi) total", "investment total", "CNY_yi"),
        ("投资额/亿美元", "投资额", "亿美元"),
        ("投资额：万元", "投资额", "万元"),
        ("用地面积 亩", "用地面积", "亩"),
        ("占地（平方米）", "占地", "平方米"),
        ("占地(㎡)", "占地", "㎡"),
        ("建筑面积（万平方米）", "建筑面积", "万平方米"),
        ("用工人数（人）", "用工人数", "人"),
        ("企业数/家", "企业数", "家"),
        ("增速（%）", "增速", "%"),
        ("增速（％）", "增速", "%"),
        ("完成率%", "完成率", "%"),
        ("总投资", "总投资", None),
        ("总投资（含土地）", "总投资(含土地)", None),
        ("联系人/电话", "联系人/电话", None),
        ("联 系 人", "联 系 人", None),
        ("联系 人", "联系 人", None),
        ("单 元", "单 元", None),
        ("项目 名称", "项目 名称", None),
        ("（亿元）", "(亿元)", None),
        ("land_mu", "land_mu", None),
        ("%", "%", None),
        ("", "", None),
    ],
)
def test_split_unit(header, label, unit):
    assert split_unit(header) == (label, unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"), ("（单位：亿元）", "亿元"), ("计量单位: 亩", "亩"), ("单位 万元", "万元"),
        ("万元", None), ("单位：青岛开发区", None), ("单位", None), ("项目清单", None),
    ],
)
def test_table_unit(text, unit):
    assert table_unit(text) == unit


@pytest.mark.parametrize(
    ("unit", "factor", "currency"),
    [
        ("元", 1, "CNY"), ("千元", 10**3, "CNY"), ("万元", 10**4, "CNY"), ("百万元", 10**6, "CNY"),
        ("亿元", 10**8, "CNY"), ("亿元人民币", 10**8, "CNY"), ("人民币亿元", 10**8, "CNY"), ("CNY", 1, "CNY"),
        ("CNY_yi", 10**8, "CNY"), ("cny_wan", 10**4, "CNY"), ("亿", 10**8, None), ("万", 10**4, None),
        ("美元", 1, "USD"), ("万美元", 10**4, "USD"), ("亿美元", 10**8, "USD"), ("USD_yi", 10**8, "USD"),
        ("亿欧元", 10**8, "EUR"), ("万港元", 10**4, "HKD"), ("亿日元", 10**8, "JPY"),
    ],
)
def test_units_of_money(unit, factor, currency):
    found = find_unit(Kind.MONEY, unit)
    assert (found.factor, found.currency) == (factor, currency)


@pytest.mark.parametrize(
    ("unit", "square_metres"),
    [
        ("平方米", 1), ("㎡", 1), ("m2", 1), ("M²", 1), ("亩", Fraction(2000, 3)), ("mu", Fraction(2000, 3)),
        ("公顷", 10_000), ("平方公里", 1_000_000), ("万平方米", 10_000), ("万亩", Fraction(20_000_000, 3)),
    ],
)
def test_units_of_area(unit, square_metres):
    assert find_unit(Kind.AREA, unit).factor == square_metres


def test_a_unit_belongs_to_its_kind():
    assert find_unit(Kind.AREA, "亿元") is None
    assert find_unit(Kind.MONEY, "亩") is None
    assert find_unit(Kind.COUNT, "万人").factor == 10_000
    assert find_unit(Kind.PERCENT, "％").factor == 1
    assert all(unit.kind is kind for kind, units in UNITS.items() for unit in units.values())


@pytest.mark.parametrize(
    ("cell", "header", "default", "money"),
    [
        ("81.7", "亿元", None, cny("8170000000")),
        (81.7, "亿元", None, cny("8170000000")),
        (81.69999999999999, "亿元", None, cny("8170000000")),
        ("81.7亿元", None, None, cny("8170000000")),
        ("81.7亿元", "万元", None, cny("8170000000")),  # the cell's own unit wins
        ("81.7 亿元人民币", None, None, cny("8170000000")),
        ("人民币81.7亿元", None, None, cny("8170000000")),
        ("８１．７亿元", None, None, cny("8170000000")),
        ("81.7亿", None, None, cny("8170000000")),
        ("81.7亿", "万美元", None, usd("8170000000")),  # a bare 亿 takes the header's currency
        ("5000万", "亿", "万美元", usd("50000000")),
        ("5000万美元", "亿元", None, usd("50000000")),
        ("0.5", "USD_yi", None, usd("50000000")),
        ("0.5", None, "USD_yi", usd("50000000")),
        ("3", "万元", "亿元", cny("30000")),
        (206, "CNY_yi", None, cny("20600000000")),
        ("1,234.5", "元", None, cny("1234.50")),
        ("¥1,234.5", None, None, cny("1234.50")),
        ("￥8170", "万元", None, cny("81700000")),
        ("US$5000万", None, None, usd("50000000")),
        ("$5亿", "亿元", None, usd("500000000")),
        ("HK$5", None, None, Money(Decimal(5), "HKD")),
        ("0", "亿元", None, cny("0")),
        ("0.123456789", "亿元", None, cny("12345678.90")),
        ("0.00005", "亿元", None, cny("5000")),
        ("3333.33333333", "万元", None, cny("33333333.33")),
        ("0.005", "元", None, cny("0.01")),  # half up
        ("0.0049", "元", None, cny("0.00")),
        ("9999999999999999.99", "元", None, cny("9999999999999999.99")),
    ],
)
def test_parse_money(cell, header, default, money):
    assert parse_money(cell, header, default) == money
    assert parse_money(cell, header, default).amount.as_tuple().exponent == -2


@pytest.mark.parametrize("cell", [None, "", " ", "—", "/"])
def test_no_amount_is_unknown_not_zero(cell):
    assert parse_money(cell) is None
    assert parse_area_m2(cell) is None


@pytest.mark.parametrize(
    ("cell", "header", "code"),
    [
        ("81.7", None, "unit_missing"),
        (81.7, "", "unit_missing"),
        ("0", None, "unit_missing"),
        ("-5", "亿元", "amount_negative"),
        ("-5亿元", None, "amount_negative"),
        (-0.01, "元", "amount_negative"),
        ("5亩", "亿元", "unit_unknown"),
        ("5", "亩", "unit_unknown"),
        ("5", "亿镑", "unit_unknown"),
        ("5%", "亿元", "unit_unknown"),
        ("$5亿元", None, "money_currencies_differ"),
        ("¥5", "亿美元", "money_currencies_differ"),
        ("约81.7", "亿元", "number_inexact"),
        ("近60亿元", None, "number_inexact"),
        (float("nan"), "亿元", "number_not_finite"),
        (float("inf"), "亿元", "number_not_finite"),
        ("1e400", "亿元", "number_too_long"),
        ("1e17", "元", "number_too_long"),
        ("100000000", "亿元", "number_too_long"),
        ("10000000000000000", "元", "number_too_long"),
        ("1234567890123456789", "元", "number_too_long"),
        (True, "亿元", "number_unreadable"),
    ],
)
def test_what_is_no_money_is_refused(cell, header, code):
    with pytest.raises(BadCell) as refused:
        parse_money(cell, header)
    assert refused.value.code == code


def test_a_missing_unit_is_told_which_to_use():
    with pytest.raises(BadCell, match=r"“81[.]7” has no unit, and neither has its header.*万元, 亿元"):
        parse_money("81.7")


@pytest.mark.parametrize(
    ("cell", "header", "square_metres"),
    [
        ("1", "亩", "666.67"),
        ("3", "亩", "2000.00"),
        ("15亩", None, "10000.00"),
        (1000, "亩", "666666.67"),
        ("1.81万亩", None, "12066666.67"),
        ("2.5", "公顷", "25000.00"),
        ("1.2平方公里", "亩", "1200000.00"),
        ("300㎡", None, "300.00"),
        ("300 m²", None, "300.00"),
        ("0.005", "平方米", "0.01"),
        (0, "亩", "0.00"),
    ],
)
def test_parse_area_m2(cell, header, square_metres):
    assert str(parse_area_m2(cell, header)) == square_metres


@pytest.mark.parametrize(
    ("cell", "header", "code"),
    [
        ("3", None, "unit_missing"),
        ("-3", "亩", "amount_negative"),
        ("3亿元", "亩", "unit_unknown"),
        ("¥3", "亩", "unit_unknown"),
        ("3", "元", "unit_unknown"),
        ("约3亩", None, "number_inexact"),
    ],
)
def test_what_is_no_area_is_refused(cell, header, code):
    with pytest.raises(BadCell) as refused:
        parse_area_m2(cell, header)
    assert refused.value.code == code


def test_the_default_unit_of_an_area():
    assert parse_area_m2("3", None, "亩") == 2000
    assert parse_area_m2("3", "平方米", "亩") == 3


@pytest.mark.parametrize(
    ("money", "unit", "text"),
    [
        (cny("8170000000"), "亿元", "81.7"),
        (cny("8170000000"), "CNY_yi", "81.7"),
        (cny("8170000000"), "亿", "81.7"),
        (cny("8170000000"), "万元", "817000"),
        (cny("8170000000"), None, "81.7亿元"),
        (cny("30000"), None, "3万元"),
        (cny("1234.50"), None, "1234.5元"),
        (cny("1234.50"), "亿元", "0.000012345"),
        (cny("0"), None, "0元"),
        (cny("0.00"), "亿元", "0"),
        (usd("50000000"), None, "5000万美元"),
        (usd("50000000"), "亿元", "5000万美元"),  # the header's unit is of another currency
        (usd("50000000"), "USD_yi", "0.5"),
        (usd("20600000000"), None, "206亿美元"),
        (None, "亿元", ""),
    ],
)
def test_format_money_cell(money, unit, text):
    assert format_money_cell(money, unit) == text


def test_money_is_not_shown_in_a_unit_of_area():
    with pytest.raises(BadCell):
        format_money_cell(cny("1"), "亩")


cents = st.integers(0, 10**18 - 1)
currencies = st.sampled_from(["CNY", "USD", "EUR", "HKD", "JPY"])
money_units = st.none() | st.sampled_from(sorted(UNITS[Kind.MONEY]))


@given(cents, currencies, money_units)
def test_a_money_cell_reads_back(amount, currency, unit):
    money = Money(Decimal(amount).scaleb(-2), currency)
    assert parse_money(format_money_cell(money, unit), unit) == money


@given(st.decimals(0, 10**6, places=4), st.sampled_from(sorted(UNITS[Kind.AREA])))
def test_an_area_is_rounded_once(number, unit):
    factor = find_unit(Kind.AREA, unit).factor
    exactly = Fraction(number) * factor
    metres = parse_area_m2(str(number), unit)
    assert abs(Fraction(metres) - exactly) <= Fraction(1, 200)
    wide = Decimal(exactly.numerator) / Decimal(exactly.denominator)
    assert metres == wide.quantize(Decimal("0.01"), ROUND_HALF_UP)
