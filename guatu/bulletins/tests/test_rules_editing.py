"""What a person types into a section: figures stay figures, and a number that no figure backs is found."""

import pytest

from guatu.bulletins.rules import drafting
from guatu.bulletins.rules.content import Content, Ref
from guatu.bulletins.rules.editing import EditFault, parse, unbacked, written
from guatu.bulletins.rules.layout import lay_out, plain
from guatu.bulletins.tests.situations import empty, usual


@pytest.fixture
def content() -> Content:
    return drafting.draft(usual(), "zh-hans")


def section(content, key):
    return next(found for found in content.sections if found.key == key)


def test_a_text_shows_its_figures_with_name_and_value(content):
    assert written(section(content, "lights").paragraphs, content).startswith(
        "承诺节点共{节点数=20}个：红灯{红灯数=3}个、")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("situation", [usual(), empty()])
def test_written_and_read_again_every_section_is_the_same(language, situation):
    content = drafting.draft(situation, language)
    for found in content.sections:
        assert parse(written(found.paragraphs, content), content) == found.paragraphs
        assert unbacked(found.paragraphs, content) == []


def test_a_figure_kept_in_an_edited_sentence_stays_linked(content):
    (paragraph,) = parse("全区红灯达{红灯数=3}个，须引起重视。", content)
    assert paragraph == ("全区红灯达", Ref("lights.red"), "个，须引起重视。")
    assert content.said(paragraph) == "全区红灯达3个，须引起重视。"


def test_the_value_may_be_left_out(content):
    assert parse("红灯{红灯数}个。", content) == (("红灯", Ref("lights.red"), "个。"),)


def test_another_value_than_the_computed_one_is_refused(content):
    with pytest.raises(EditFault) as fault:
        parse("红灯{红灯数=5}个。", content)
    assert (fault.value.code, fault.value.params) == (
        "figure_differs", {"name": "红灯数", "typed": "5", "computed": "3"})


def test_a_figure_that_is_not_there_is_refused(content):
    with pytest.raises(EditFault) as fault:
        parse("红灯{红灯=3}个。", content)
    assert (fault.value.code, fault.value.params) == ("no_figure", {"name": "红灯", "near": "红灯数"})


def test_braces_that_are_no_figure_stay_as_they_are(content):
    assert parse("见附件{甲、乙}。", content) == (("见附件{甲、乙}。",),)
    assert parse("", content) == ()
    assert parse("第一段\n\n  第二段  \r\n", content) == (("第一段",), ("第二段",))


@pytest.mark.parametrize("typed, found", [
    ("红灯{红灯数=3}个，其中2个已整改。", ["2个"]),
    ("请于2022年7月8日前报送，7月5日先报初稿。", []),
    ("见第12期通报和表3。", []),
    ("投资完成率87.5%，同比增长１２%。", ["87.5%", "12%"]),
    ("另有三个项目停工，完成五亿元。", ["三个", "五亿元"]),
    ("光电显示与一带一路无关。", []),
    ("1,200万元", ["1,200万元"]),
])
def test_numbers_that_no_figure_backs(content, typed, found):
    assert unbacked(parse(typed, content), content) == found


def test_digits_inside_a_name_are_no_numbers():
    from dataclasses import replace

    light = replace(usual().overdue[0], project="11条显示屏", milestone="3号线竣工")
    content = drafting.draft(replace(usual(), overdue=(light,)), "zh-hans")
    assert unbacked(parse("11条显示屏“3号线竣工”逾期。11条以外正常。", content), content) == ["11条"]


def test_edited_text_stands_in_the_document(content):
    edits = {"lights": {"heading": "亮灯情况", "paragraphs": [["红灯", {"figure": "lights.red"}, "个。"]]}}
    document = lay_out(content, edits)
    assert "三、亮灯情况\n红灯3个。" in plain(document)
    assert "承诺节点共" not in plain(document)


def test_a_figure_that_vanished_stays_as_its_last_text(content):
    """After a draft is computed anew a unit may be gone; the edited sentence keeps the number, no longer as a figure."""
    edits = {"units": {"paragraphs": [["旧单位红灯", {"figure": "units.99.red", "last": "4"}, "个。"]]}}
    document = lay_out(content, edits)
    paragraph = next(found for found in document.sections if found.key == "units").paragraphs[0]
    assert paragraph == ("旧单位红灯4个。",)
    assert unbacked((paragraph,), content) == ["4个"]
