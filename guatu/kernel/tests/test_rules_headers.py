import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guatu.kernel.rules.headers import Header, HeaderCell, find_header, header_key
from guatu.kernel.rules.refusals import BadSheet

KNOWN = {
    "项目名称": "name",
    "name": "name",
    "总投资": "investment",
    "investment": "investment",
    "用地面积": "land_area",
    "land_mu": "land_area",
    "联系人": "contact",
    "单元": "room",
    "开工日期": "started_on",
}


def test_a_header_below_merged_titles():
    rows = [
        ["青岛经济技术开发区重点项目清单", None, None, None],
        ["填报日期：2022年6月30日", None, None, "单位：万元"],
        ["序号", "项目名称*", "总投资（亿元）", "用地面积 亩"],
        [1, "京东方物联网移动显示端口器件青岛生产基地", 81.7, None],
    ]
    assert find_header(rows, KNOWN) == Header(
        2,
        (
            HeaderCell(0, "序号", None, None),
            HeaderCell(1, "项目名称", "name", None),
            HeaderCell(2, "总投资", "investment", "亿元"),
            HeaderCell(3, "用地面积", "land_area", "亩"),
        ),
        "万元",
    )


def test_width_case_spaces_underscores_and_stars_do_not_count():
    row = ["＊项目 名称", "Land_Mu", "LAND MU", "★ Investment (CNY_yi)", "开工\n日期"]
    header = find_header([row], KNOWN)
    keys = [column.key for column in header.columns]
    assert keys == ["name", "land_area", "land_area", "investment", "started_on"]
    assert header.columns[3] == HeaderCell(3, "Investment", "investment", "CNY_yi")
    assert header_key("＊ Land_Mu ★") == "landmu"


def test_a_known_label_spread_out_keeps_its_ending():
    header = find_header([["联 系 人", "单 元", "项目名称"]], KNOWN)
    assert [(column.label, column.key, column.unit) for column in header.columns] == [
        ("联 系 人", "contact", None), ("单 元", "room", None), ("项目名称", "name", None),
    ]


def test_unknown_and_duplicate_columns_are_reported():
    row = ["项目名称", "总投资（亿元）", "备注", "name", None, "总投资（亿美元）", 2022.0, ""]
    header = find_header([row], KNOWN)
    assert [(column.index, column.label) for column in header.unknown] == [(2, "备注"), (6, "2022")]
    assert [(column.index, column.key) for column in header.duplicates] == [(3, "name"), (5, "investment")]
    assert header.unit is None


def test_the_row_with_most_known_labels_wins_and_the_upper_of_equals():
    title_with_one = ["项目名称", None]
    full = ["项目名称", "总投资"]
    assert find_header([title_with_one, full, full], KNOWN).row_index == 1
    assert find_header([["项目名称", "项目名称"], full], KNOWN).row_index == 1  # a repeated label counts once


def test_one_known_label_is_enough_and_rows_may_be_of_any_length():
    assert find_header([[], [None], ("项目名称",)], KNOWN).row_index == 2
    assert find_header(iter([iter(["项目名称"])]), KNOWN).row_index == 0


def test_a_label_known_with_its_unit_is_known_with_any_other():
    known = {"总投资（亿元）": "investment"}
    for text, unit in [("总投资（亿元）", "亿元"), ("总投资(万元)", "万元"), ("总投资", None)]:
        assert find_header([[text]], known).columns == (HeaderCell(0, "总投资", "investment", unit),)


def test_a_label_that_would_mean_two_fields_without_its_unit_is_not_guessed():
    known = {"总投资（亿元）": "investment_cny", "总投资（亿美元）": "investment_usd"}
    header = find_header([["总投资（亿元）", "总投资（亿美元）", "总投资（万元）"]], known)
    assert [column.key for column in header.columns] == ["investment_cny", "investment_usd", None]


def test_no_header_is_refused_with_names_to_use():
    with pytest.raises(BadSheet, match=r"first 15 rows.*项目名称, name, 总投资") as refused:
        find_header([["甲", "乙"], [1, 2]], KNOWN)
    assert refused.value.code == "header_not_found"
    with pytest.raises(BadSheet):
        find_header([], KNOWN)
    with pytest.raises(BadSheet):
        find_header([[None]] * 15 + [["项目名称"]], KNOWN)
    assert find_header([[None]] * 14 + [["项目名称"]], KNOWN).row_index == 14


def test_one_label_for_two_fields_is_refused():
    with pytest.raises(BadSheet) as refused:
        find_header([["名称"]], {"名称": "name", "名 称": "title"})
    assert refused.value.code == "header_ambiguous"


labels_in_any_order = st.permutations(["项目名称", "总投资（万元）", "用地面积（亩）", "开工日期", "备注"])


@given(labels_in_any_order, st.integers(0, 14))
def test_columns_are_found_in_any_order_under_any_number_of_titles(labels, titles):
    header = find_header([["清单", *[None] * 4]] * titles + [labels, ["a", 1, 2, "2022", "b"]], KNOWN)
    assert header.row_index == titles
    assert [column.index for column in header.columns] == [0, 1, 2, 3, 4]
    found = {column.label: (column.key, column.unit) for column in header.columns}
    assert found == {
        "项目名称": ("name", None),
        "总投资": ("investment", "万元"),
        "用地面积": ("land_area", "亩"),
        "开工日期": ("started_on", None),
        "备注": (None, None),
    }


@settings(deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats())), max_size=20))
def test_any_sheet_is_read_or_refused(rows):
    try:
        find_header(rows, KNOWN)
    except BadSheet as refused:
        assert str(refused).endswith(".")
