from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules import cells
from guatu.kernel.rules.cells import (
    BadCell,
    is_blank,
    normalise_text,
    parse_bool,
    parse_int,
    parse_number,
    suggest,
)
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.quantities import exact


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＢＯＥ（青岛）", "BOE(青岛)"),
        ("１２３．５％", "123.5%"),
        ("　总投资　 （亿元）\n", "总投资 (亿元)"),
        ("京东方\r\n  物联网\t基地", "京东方 物联网 基地"),
        ("一期，二期；三期：完！吗？", "一期，二期；三期：完！吗？"),
        ("“芯屏”、链主。", "“芯屏”、链主。"),
        ("①期 Ⅱ标段 ㎡", "①期 Ⅱ标段 ㎡"),
        ("\ufeff青岛\u200b", "青岛"),
        ("￥100", "¥100"),
        ("⼯业", "工业"),
        ("Mini LED", "Mini LED"),
        ("", ""),
    ],
)
def test_normalise_text(text, normal):
    assert normalise_text(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise_text(normalise_text(text)) == normalise_text(text)


def test_is_blank():
    assert is_blank(None) and is_blank("") and is_blank(" 　\n\u200b")
    assert not is_blank("-") and not is_blank(0) and not is_blank(False)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1234.5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1，234，567", "1234567"),
        ("１２３", "123"),
        ("１，２３４．５", "1234.5"),
        ("-3.5", "-3.5"),
        ("－3.5", "-3.5"),
        ("−3.5", "-3.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.2E+3", "1200"),
        ("0.10", "0.1"),
        ("  42 ", "42"),
        (42, "42"),
        (81.7, "81.7"),
        (81.69999999999999, "81.7"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (-81.69999999999999, "-81.7"),
        (20600000000.55, "20600000000.55"),
        (20600000000.550003, "20600000000.55"),
        (123456789012345.0, "123456789012345"),
        (1 / 3, "0.3333333333333"),
        (0.0, "0"),
        (-0.0, "0"),
        (Decimal("81.700"), "81.7"),
        ("81.69999999999999", "81.69999999999999"),  # text is taken digit by digit
        ("999999999999999999", "999999999999999999"),
    ],
)
def test_parse_number(cell, number):
    assert parse_number(cell) == Decimal(number)
    assert str(parse_number(cell)) != "-0"


@pytest.mark.parametrize("cell", [None, "", "　", "-", "—", "——", "–", "/"])
def test_blank_cells_and_dashes_are_no_number(cell):
    assert parse_number(cell) is None
    assert parse_int(cell) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("约81.7", "number_inexact"),
        ("近60", "number_inexact"),
        ("540余", "number_inexact"),
        ("540余家", "number_inexact"),
        ("1.5亿多元", "number_inexact"),
        ("超100", "number_inexact"),
        ("60左右", "number_inexact"),
        ("≥60", "number_inexact"),
        ("~60", "number_inexact"),
        ("80-90", "number_range"),
        ("80～90", "number_range"),
        ("80至90亿元", "number_range"),
        ("80亿元-90亿元", "number_range"),
        ("12,34", "number_grouping"),
        ("1,2345", "number_grouping"),
        ("1,234,56", "number_grouping"),
        ("81.7亿元", "number_has_unit"),
        ("85%", "number_has_unit"),
        ("¥85", "number_has_unit"),
        ("10²", "unit_unknown"),
        ("5 apples", "unit_unknown"),
        ("nan", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        (float("nan"), "number_not_finite"),
        (float("inf"), "number_not_finite"),
        (Decimal("NaN"), "number_not_finite"),
        (Decimal("sNaN"), "number_not_finite"),
        ("1e400", "number_too_long"),
        (10**400, "number_too_long"),
        ("1e-30", "number_too_long"),
        ("1234567890123456789", "number_too_long"),
        ("0.1234567890123456789", "number_too_long"),
        ("#DIV/0!", "cell_excel_error"),
        ("#N/A", "cell_excel_error"),
        ("########", "cell_excel_error"),
        ("1.2.3", "number_unreadable"),
        ("1 234", "number_unreadable"),
        ("--5", "number_unreadable"),
        ("-¥-5", "number_unreadable"),
        ("(1,234)", "number_unreadable"),
        ("八十一", "number_unreadable"),
        ("待定", "number_unreadable"),
        ("٣", "number_unreadable"),
        (True, "number_unreadable"),
        ([1], "number_unreadable"),
    ],
)
def test_what_is_no_number_is_refused(cell, code):
    with pytest.raises(BadCell) as refused:
        parse_number(cell)
    assert refused.value.code == code


def test_an_integer_too_long_to_be_written_out_is_refused_too():
    with pytest.raises(BadCell) as refused:
        parse_number(10**5000)
    assert refused.value.code == "number_too_long"


def test_an_inexact_number_is_told_which_word_makes_it_so():
    with pytest.raises(BadCell, match=r"“约81[.]7” is not exact because of “约”"):
        parse_number("约81.7")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_a_written_number_reads_back(number):
    assert parse_number(str(number)) == number
    assert parse_number(f"{number:,f}") == number


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 8))
def test_a_float_of_up_to_15_digits_is_what_was_typed(digits, places):
    typed = Decimal(digits).scaleb(-places)
    assert exact(float(typed)) == typed


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_moves_by_no_more_than_its_noise(number):
    shown = Decimal(repr(number))
    assert abs(exact(number) - shown) <= abs(shown) * Decimal("1e-13")


figures = st.text("0123456789.,-+eE%¥亿万元约 ")


@given(st.one_of(st.text(), figures, st.integers(), st.floats(), st.decimals()))
def test_anything_is_read_or_refused_with_a_sentence(cell):
    for parse in (parse_number, parse_int, cells.parse_money, cells.parse_area_m2):
        try:
            parse(cell)
        except BadCell as refused:
            assert str(refused).endswith(".")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("3000", 3000),
        ("3,000人", 3000),
        ("11个", 11),
        ("1.5万人", 15000),
        ("1.5亿片", 150_000_000),
        (3.0, 3),
        (2.9999999999999996, 3),
        ("-2", -2),
        ("３", 3),
        (7, 7),
    ],
)
def test_parse_int(cell, number):
    assert parse_int(cell) == number
    assert type(parse_int(cell)) is int


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3.5", "int_not_whole"),
        (3.5, "int_not_whole"),
        ("1.23456万人", "int_not_whole"),
        ("3亩", "unit_unknown"),
        ("¥3", "number_has_unit"),
        ("540余家", "number_inexact"),
        (False, "number_unreadable"),
    ],
)
def test_what_is_no_whole_number_is_refused(cell, code):
    with pytest.raises(BadCell) as refused:
        parse_int(cell)
    assert refused.value.code == code


@pytest.mark.parametrize("cell", ["是", "true", "TRUE", "Yes", "1", "１", "√", "✔", True, 1, 1.0])
def test_yes(cell):
    assert parse_bool(cell) is True


@pytest.mark.parametrize("cell", ["否", "false", "No", "0", "×", "✗", False, 0, 0.0])
def test_no(cell):
    assert parse_bool(cell) is False


def test_neither_yes_nor_no():
    assert parse_bool(None) is None
    assert parse_bool(" ") is None
    for cell in ("也许", "x", "☐", 2, [1]):
        with pytest.raises(BadCell) as refused:
            parse_bool(cell)
        assert refused.value.code == "bool_unreadable"


def test_suggest():
    fields = ["项目名称", "总投资", "investment", "land_mu"]
    assert suggest("项目名", fields) == "项目名称"
    assert suggest("投资", fields) == "总投资"
    assert suggest("invesment", fields) == "investment"
    assert suggest("ＬＡＮＤ_mu", fields) == "land_mu"
    assert suggest("完全无关", fields) is None
    assert suggest("anything", []) is None
    assert suggest("boe", ["BOE"]) == "BOE"


def test_the_face_of_the_package_holds_what_it_says():
    assert all(hasattr(cells, name) for name in cells.__all__)


@pytest.mark.parametrize("cell", [
    "9" * 32_767 + "x", "1-" * 16_000, "9 " * 16_000, "/ " * 16_000, "一" * 32_767,
])
def test_a_cell_full_of_text_is_refused_at_once(cell):
    with pytest.raises(BadCell):
        parse_number(cell)
    assert cells.split_unit(cell) == (cell.strip(), None)
    with pytest.raises(BadCell):
        parse_day(cell)
