"""The texts that are made from figures, against texts written by hand before the code."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from guatu.bulletins.rules import drafting
from guatu.bulletins.rules.layout import lay_out, plain
from guatu.bulletins.rules.ranking import UnitStanding
from guatu.bulletins.rules.situation import ListStanding, Tally
from guatu.bulletins.tests.situations import YI, empty, usual


def texts(situation, language="zh-hans") -> dict[str, list[str]]:
    """Paragraphs by section, figures filled in."""
    content = drafting.draft(situation, language)
    return {
        section.key: [content.said(paragraph) for paragraph in section.paragraphs] for section in content.sections
    }


def test_a_usual_week_in_chinese():
    assert texts(usual()) == {
        "opening": [
            "截至2022年6月30日，青岛经济技术开发区在册项目30个，已明确总投资41.36亿元，另有16个项目投资额尚未明确。"
            "现将有关情况通报如下。"
        ],
        "lists": [
            "在谈项目1个，总投资3亿元；签约注册未拿地项目11个，总投资15亿元；在建项目10个，已明确总投资23.36亿元，"
            "8个投资额未明确。当年新拿地未开工清单、固投支撑清单本期无项目。",
            "清单之外：竣工及以后1个、阶段不明7个。",
        ],
        "moves": [
            "2022年6月24日至30日，在谈清单新增1个；签约注册未拿地清单移出2个；在建清单新增2个。其余清单无变动。"
        ],
        "lights": [
            "承诺节点共20个：红灯3个、黄灯2个、绿灯10个、按期办结4个、逾期办结1个。未办结节点15个，红灯率20%，"
            "红灯涉及2家责任单位。"
        ],
        "units": [
            "按红灯率（红灯节点占未办结节点的比重）由高到低，第一为投资促进部（50%），第二为建设局（25%）。"
            "其余单位无红灯节点。"
        ],
        "named": [
            "红灯节点按到期日由早到晚列于下表，逾期最久的是光电显示“竣工”节点。",
            "到期日调整次数最多的是光电显示“竣工”节点。",
        ],
        "demands": [
            "请投资促进部、建设局对红灯节点逐项说明原因，明确措施和完成时限，报新区督查室。",
            "请投资促进部、商务局提前协调黄灯节点，确保按期办结。",
        ],
    }


def test_headings_in_chinese():
    content = drafting.draft(usual(), "zh-hans")
    assert [section.heading for section in content.sections] == [
        "", "项目清单", "清单变动", "红黄绿灯", "责任单位排名", "点名项目", "工作要求"]
    assert content.title == "关于青岛经济技术开发区重点项目推进情况的通报"
    assert content.banner == "督查通报"


def test_nothing_there_in_chinese():
    assert texts(empty()) == {
        "opening": ["截至2022年6月30日，青岛经济技术开发区无在册项目。现将有关情况通报如下。"],
        "lists": ["五张清单本期均无项目。"],
        "moves": ["2022年6月24日至30日，各清单均无新增和移出。"],
        "lights": ["本期无承诺节点。"],
        "units": ["本期无责任单位有未办结节点。"],
        "named": ["本期无红灯节点。", "各节点到期日均未调整。"],
        "demands": ["请各责任单位继续按承诺的到期日推进，确保按期办结。"],
    }


def test_without_red_lights():
    found = replace(usual(), units=(UnitStanding(11, "投资促进部", 0, 0, 4, 0, 0),), overdue=(), moved=())
    said = texts(found)
    assert said["lights"] == ["承诺节点共4个，均为绿灯。"]
    assert said["units"] == ["有未办结节点的责任单位均无红灯节点。"]
    assert said["named"] == ["本期无红灯节点。", "各节点到期日均未调整。"]
    assert said["demands"] == ["请各责任单位继续按承诺的到期日推进，确保按期办结。"]
    yellow = replace(found, units=(UnitStanding(11, "投资促进部", 0, 1, 4, 2, 0),))
    assert texts(yellow)["lights"] == ["承诺节点共7个：黄灯1个、绿灯4个、按期办结2个。本期无红灯节点。"]


def test_one_red_light_of_the_only_unit():
    found = replace(usual(), units=(UnitStanding(11, "投资促进部", 1, 0, 0, 0, 0),), overdue=usual().overdue[:1], moved=())
    said = texts(found)
    assert said["lights"] == ["承诺节点共1个，均为红灯。未办结节点1个，红灯率100%，红灯涉及1家责任单位。"]
    assert said["units"] == ["有未办结节点的责任单位仅投资促进部，红灯率100%。"]
    assert said["named"][0] == "红灯节点为光电显示“竣工”，到期日2022-05-31。"
    assert texts(found, "en")["named"][0] == "The one red light is “竣工” of 光电显示, due on 2022-05-31."
    assert texts(found, "en")["lights"] == [
        "There is 1 promised milestone: 1 red. 1 is open, of which 100% red; the red lights lie with 1 responsible unit."]


def test_ties_share_a_rank_and_the_next_rank_is_left_out():
    units = (
        UnitStanding(1, "甲局", 1, 0, 1), UnitStanding(2, "乙局", 2, 0, 2), UnitStanding(3, "丙局", 3, 1, 0),
        UnitStanding(4, "丁局", 1, 0, 9), UnitStanding(5, "戊局", 1, 0, 19),
    )
    assert texts(replace(usual(), units=units))["units"] == [
        "按红灯率（红灯节点占未办结节点的比重）由高到低，第一为丙局（75%），并列第二为乙局、甲局（50%），第四为丁局（10%），"
        "其后各单位见下表。"
    ]


def test_red_lights_that_nobody_answers_for():
    units = (UnitStanding(None, "", 2, 0, 0), UnitStanding(11, "投资促进部", 1, 0, 1))
    said = texts(replace(usual(), units=units))
    assert said["lights"] == [
        "承诺节点共4个：红灯3个、绿灯1个。未办结节点4个，红灯率75%，红灯涉及1家责任单位，另有2个红灯节点未明确责任单位。"]
    assert said["units"] == ["有未办结节点的责任单位仅投资促进部，红灯率50%。"]
    alone = texts(replace(usual(), units=units[:1]))
    assert alone["lights"] == ["承诺节点共2个，均为红灯。未办结节点2个，红灯率100%，2个红灯节点未明确责任单位。"]
    assert alone["demands"] == ["请尽快明确红灯节点的责任单位。"]
    light = replace(usual().overdue[0], unit="")
    tables = drafting.draft(replace(usual(), overdue=(light,)), "zh-hans").sections[5].tables
    assert tables[0].rows[0][2].text == "未明确"


@pytest.mark.parametrize("tally, expected", [
    (Tally(3, Decimal("56000000"), 0), "在册项目3个，总投资5600万元。"),
    (Tally(3, Decimal("99999999"), 0), "在册项目3个，总投资10000万元。"),
    (Tally(3, Decimal("100000000"), 0), "在册项目3个，总投资1亿元。"),
    (Tally(3, Decimal("123456789012"), 1), "在册项目3个，已明确总投资1234.57亿元，另有1个项目投资额尚未明确。"),
    (Tally(3, Decimal(0), 3), "在册项目3个，投资额均尚未明确。"),
])
def test_amounts_in_chinese(tally, expected):
    assert expected in texts(replace(usual(), total=tally))["opening"][0]


def test_the_investment_supporting_list_lies_across_the_others():
    lists = (*usual().lists[:4], ListStanding("investment_supporting", "固投支撑", Tally(5, 2 * YI, 0)))
    assert texts(replace(usual(), lists=lists))["lists"][0].endswith(
        "当年新拿地未开工清单本期无项目。固投支撑项目5个，总投资2亿元，与以上清单有交叉。")


@pytest.mark.parametrize("since, as_of, expected", [
    (date(2022, 6, 29), date(2022, 6, 30), "2022年6月30日当日，"),
    (date(2022, 5, 31), date(2022, 6, 30), "2022年6月1日至30日，"),
    (date(2022, 5, 23), date(2022, 6, 30), "2022年5月24日至6月30日，"),
    (date(2021, 12, 23), date(2022, 1, 6), "2021年12月24日至2022年1月6日，"),
])
def test_spans_in_chinese(since, as_of, expected):
    assert texts(replace(usual(), since=since, as_of=as_of))["moves"][0].startswith(expected)


def test_a_unit_of_a_zone():
    found = replace(usual(), unit="投资促进部", units=usual().units[:1])
    assert texts(found)["opening"][0].startswith("截至2022年6月30日，青岛经济技术开发区投资促进部负责的在册项目30个，")
    assert drafting.draft(found, "zh-hans").title == "关于青岛经济技术开发区投资促进部重点项目推进情况的通报"
    assert "units" not in texts(found), "one unit has no rank"


def test_a_usual_week_in_english():
    assert texts(usual(), "en") == {
        "opening": [
            "As of 30 June 2022, 青岛经济技术开发区 has 30 projects on record, with a known total investment of 4,135.57 million "
            "yuan; the investment of 16 projects is not known yet. The situation is as follows."
        ],
        "lists": [
            "在谈: 1 project, 300 million yuan; 签约注册未拿地: 11 projects, "
            "1,500 million yuan; 在建: 10 projects, 2,335.57 million yuan known, 8 amounts not known. "
            "No project stands in: 当年新拿地未开工, 固投支撑.",
            "Beside the lists: 竣工及以后 1, 阶段不明 7.",
        ],
        "moves": [
            "From 24 June 2022 to 30 June 2022, 在谈: 1 entered; 签约注册未拿地: 2 left; 在建: 2 entered. "
            "Nothing moved in the other lists."
        ],
        "lights": [
            "There are 20 promised milestones: 3 red, 2 yellow, 10 green, 4 done in time, 1 done late. 15 are open, of which "
            "20% red; the red lights lie with 2 responsible units."
        ],
        "units": [
            "By share of red lights among open milestones, the highest first: 1st 投资促进部 (50%), 2nd 建设局 (25%). "
            "The other units have no red light."
        ],
        "named": [
            "The red lights are listed below by due day; the longest overdue is “竣工” of 光电显示.",
            "The due day moved most often is that of “竣工” of 光电显示.",
        ],
        "demands": [
            "投资促进部, 建设局: state the reason, the measures and the day of completion for each red light to 新区督查室.",
            "投资促进部, 商务局: settle in advance what the yellow lights need, so that they are done in time.",
        ],
    }


def test_nothing_there_in_english():
    said = texts(empty(), "en")
    assert said["opening"] == ["As of 30 June 2022, 青岛经济技术开发区 has no project on record. The situation is as follows."]
    assert said["lists"] == ["No project stands in any of the five lists."]
    assert said["moves"] == ["From 24 June 2022 to 30 June 2022, nothing entered and nothing left any list."]
    assert said["lights"] == ["There is no promised milestone."]
    assert said["units"] == ["No responsible unit has an open milestone."]
    assert said["named"] == ["There is no red light.", "No due day was moved."]


def test_tables_hold_figures_and_rows():
    content = drafting.draft(usual(), "zh-hans")
    tables = {table.key: table for section in content.sections for table in section.tables}
    assert list(tables) == ["lists", "moved_projects", "units", "overdue", "moved_days"]

    def rows(key):
        return [[content.cell(cell) for cell in row] for row in tables[key].rows]

    assert rows("lists") == [
        ["在谈", "1", "3.00", "0", "1", "0"],
        ["签约注册未拿地", "11", "15.00", "0", "0", "2"],
        ["当年新拿地未开工", "0", "0.00", "0", "0", "0"],
        ["在建", "10", "23.36", "8", "2", "0"],
        ["竣工及以后", "1", "0.00", "1", "", ""],
        ["阶段不明", "7", "0.00", "7", "", ""],
        ["合计", "30", "41.36", "16", "", ""],
        ["固投支撑（与以上有交叉）", "0", "0.00", "0", "0", "0"],
    ]
    assert rows("units") == [
        ["1", "投资促进部", "2", "1", "1", "4", "50%"],
        ["2", "建设局", "1", "0", "3", "4", "25%"],
        ["3", "商务局", "0", "1", "6", "7", "0%"],
    ]
    assert rows("moved_projects") == [
        ["在谈", "新增", "海工装备", "在谈，2022-06-28"],
        ["签约注册未拿地", "移出", "彩电基地", "开工，2022-06-25"],
        ["签约注册未拿地", "移出", "新能源", "开工，2022-06-26"],
        ["在建", "新增", "彩电基地", "开工，2022-06-25"],
        ["在建", "新增", "新能源", "开工，2022-06-26"],
    ]
    assert rows("overdue")[0] == ["光电显示", "竣工", "投资促进部", "2022-05-31", "21", "2"]
    assert rows("moved_days") == [["光电显示", "竣工", "投资促进部", "2022-03-31", "2022-05-31", "2", "61"]]


def test_a_cut_table_says_so():
    short = replace(usual(), lists=tuple(replace(entry, entered=entry.entered and 40) for entry in usual().lists))
    tables = {table.key: table for section in drafting.draft(short, "zh-hans").sections for table in section.tables}
    assert tables["moved_projects"].note == "每张清单的新增和移出各列至多10个，其余见系统。"
    assert tables["units"].note == ""


def test_the_whole_as_plain_text():
    content = drafting.draft(usual(), "zh-hans")
    lines = plain(lay_out(content, {})).split("\n")
    assert lines[0] == "关于青岛经济技术开发区重点项目推进情况的通报"
    assert "一、项目清单" in lines and "六、工作要求" in lines and "表1 五张清单" in lines
    assert "在谈\t1\t3.00\t0\t1\t0" in lines
    again = plain(lay_out(drafting.draft(usual(), "zh-hans"), {}))
    assert again == "\n".join(lines)


def test_a_section_left_out_leaves_no_gap_in_the_numbers():
    content = drafting.draft(usual(), "zh-hans")
    document = lay_out(content, {"moves": {"left_out": True}})
    assert [section.heading for section in document.sections] == [
        "", "一、项目清单", "二、红黄绿灯", "三、责任单位排名", "四、点名项目", "五、工作要求"]
    assert [table.caption for section in document.sections for table in section.tables] == [
        "表1 五张清单", "表2 责任单位红黄绿灯", "表3 红灯节点", "表4 到期日调整"]
