"""The words of a bulletin in Chinese, as an office's supervision bulletin (督查通报) is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from guatu.bulletins.rules.content import Column, Paragraph, Ref, paragraph
from guatu.bulletins.rules.figures import WAN, YI, plain, rounded
from guatu.bulletins.rules.situation import COLOURS, NamedLight, Situation, Tally

LANGUAGE = "zh-hans"
BANNER = "督查通报"
COMMA = "、"
UNITS_NAMED = 5
RANKS_NAMED = 3
COLOUR_WORDS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "done": "按期办结", "done_late": "逾期办结"}
DIGITS = "零一二三四五六七八九"
HEADINGS = {
    "opening": "", "lists": "项目清单", "moves": "清单变动", "lights": "红黄绿灯", "units": "责任单位排名",
    "named": "点名项目", "demands": "工作要求",
}
CAPTIONS = {
    "lists": "五张清单", "moved_projects": "新增和移出项目", "units": "责任单位红黄绿灯", "overdue": "红灯节点",
    "moved_days": "到期日调整",
}
COLUMNS = {
    "lists": (Column("清单"), Column("项目（个）", True), Column("总投资（亿元）", True), Column("投资额未明确（个）", True),
              Column("新增", True), Column("移出", True)),
    "moved_projects": (Column("清单"), Column("变动"), Column("项目"), Column("原因")),
    "units": (Column("名次", True), Column("责任单位"), Column("红灯", True), Column("黄灯", True), Column("绿灯", True),
              Column("未办结", True), Column("红灯率", True)),
    "overdue": (Column("项目"), Column("节点"), Column("责任单位"), Column("到期日"), Column("逾期（工作日）", True),
                Column("调整次数", True)),
    "moved_days": (Column("项目"), Column("节点"), Column("责任单位"), Column("首次承诺"), Column("现到期日"),
                   Column("调整次数", True), Column("推迟（天）", True)),
}
TOTAL = "合计"
NOBODY = "未明确"
ENTERED, LEFT = "新增", "移出"
NAMES = {
    "projects": "项目数", "amount": "投资", "unknown": "未明确数", "entered": "新增数", "left": "移出数", "all": "节点数",
    "open": "未办结数", "share": "红灯率", "red_units": "红灯单位数", "nobody_red": "未明确单位红灯数",
    **{colour: f"{word}数" for colour, word in COLOUR_WORDS.items()},
}

TOTAL_NAMES = {"projects": "项目总数", "amount": "总投资", "unknown": "投资未明确总数"}


def across(label: str) -> str:
    return f"{label}（与以上有交叉）"


def title(situation: Situation) -> str:
    return f"关于{situation.zone}{situation.unit}重点项目推进情况的通报"


def name_of(what: str, about: str, is_total: bool) -> str:
    return TOTAL_NAMES[what] if is_total else about + NAMES[what]


def heading_number(place: int) -> str:
    return f"{numeral(place)}、"


def table_number(place: int) -> str:
    return f"表{place} "


def numeral(number: int) -> str:
    """一, 二, …, 十, 十一, …, 九十九."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones or not tens else "")


def money(amount: Decimal) -> str:
    return f"{plain(rounded(amount, YI))}亿元" if amount >= YI else f"{plain(rounded(amount, WAN))}万元"


def money_cell(amount: Decimal) -> str:
    return f"{rounded(amount, YI):,}"


def day(of: date) -> str:
    return f"{of.year}年{of.month}月{of.day}日"


def span(since: date, as_of: date) -> str:
    first = since + timedelta(days=1)
    if first >= as_of:
        return f"{day(as_of)}当日"
    end = day(as_of)
    if first.year == as_of.year:
        end = f"{as_of.day}日" if first.month == as_of.month else f"{as_of.month}月{as_of.day}日"
    return f"{day(first)}至{end}"


def most(count: int, key: str) -> str:
    """The note under a table that names only the first of many."""
    if key == "moved_projects":
        return f"每张清单的新增和移出各列至多{count}个，其余见系统。"
    return f"仅列前{count}个，其余见系统。"


# -- paragraphs ----------------------------------------------------------------------------------------------------


def opening(situation: Situation) -> list[Paragraph]:
    whose = f"{situation.unit}负责的" if situation.unit else ""
    total = situation.total
    found = [f"截至{day(situation.as_of)}，{situation.zone}{whose}"]
    if not total.projects:
        found.append("无在册项目。")
    else:
        found += ["在册项目", Ref("total.projects"), "个，"]
        if not total.unknown:
            found += ["总投资", Ref("total.amount"), "。"]
        elif not total.amount:
            found.append("投资额均尚未明确。")
        else:
            found += ["已明确总投资", Ref("total.amount"), "，另有", Ref("total.unknown"), "个项目投资额尚未明确。"]
    correcting = [paragraph(f"本通报更正{situation.corrects}，有关情况以本通报为准。")] if situation.corrects else []
    return [*correcting, paragraph(found, "现将有关情况通报如下。")]


def _investment(name: str, tally: Tally) -> list:
    if not tally.unknown:
        return ["，总投资", Ref(f"lists.{name}.amount")]
    if not tally.amount:
        return ["，投资额未明确"]
    return ["，已明确总投资", Ref(f"lists.{name}.amount"), "，", Ref(f"lists.{name}.unknown"), "个投资额未明确"]


def lists(situation: Situation) -> list[Paragraph]:
    *own, fifth = situation.lists
    there = [entry for entry in own if entry.tally.projects]
    none = [f"{entry.label}清单" for entry in (*own, fifth) if not entry.tally.projects]
    found: list = []
    for place, entry in enumerate(there):
        found += ["；" if place else "", f"{entry.label}项目", Ref(f"lists.{entry.name}.projects"), "个",
                  _investment(entry.name, entry.tally)]
    found += ["。"] if there else []
    if len(none) == len(situation.lists):
        found.append("五张清单本期均无项目。")
    elif none:
        found.append(f"{COMMA.join(none)}本期无项目。")
    if fifth.tally.projects:
        found += [f"{fifth.label}项目", Ref(f"lists.{fifth.name}.projects"), "个", _investment(fifth.name, fifth.tally),
                  "，与以上清单有交叉。"]
    beside = [entry for entry in situation.residuals if entry.tally.projects]
    outside = [[COMMA if place else "", entry.label, Ref(f"lists.{entry.name}.projects"), "个"]
               for place, entry in enumerate(beside)]
    return [paragraph(found), *([paragraph("清单之外：", outside, "。")] if beside else [])]


def moves(situation: Situation) -> list[Paragraph]:
    when = f"{span(situation.since, situation.as_of)}，"
    moved = [entry for entry in situation.lists if entry.entered or entry.left]
    if not moved:
        return [paragraph(when, "各清单均无新增和移出。")]
    found: list = [when]
    for place, entry in enumerate(moved):
        found += ["；" if place else "", f"{entry.label}清单"]
        if entry.entered:
            found += ["新增", Ref(f"moves.{entry.name}.entered"), "个"]
        if entry.left:
            found += [COMMA if entry.entered else "", "移出", Ref(f"moves.{entry.name}.left"), "个"]
    return [paragraph(found, "。", "其余清单无变动。" if len(moved) < len(situation.lists) else "")]


def lights(situation: Situation) -> list[Paragraph]:
    present = [colour for colour in COLOURS if situation.count(colour)]
    if not present:
        return [paragraph("本期无承诺节点。")]
    found: list = ["承诺节点共", Ref("lights.all"), "个"]
    if len(present) == 1:
        found.append(f"，均为{COLOUR_WORDS[present[0]]}。")
    else:
        found.append("：")
        for place, colour in enumerate(present):
            found += [COMMA if place else "", COLOUR_WORDS[colour], Ref(f"lights.{colour}"), "个"]
        found.append("。")
    if "red" not in present:
        return [paragraph(found, "本期无红灯节点。" if len(present) > 1 else "")]
    found += ["未办结节点", Ref("lights.open"), "个，红灯率", Ref("lights.share")]
    answered = any(unit.red for unit in situation.named_units)
    if answered:
        found += ["，红灯涉及", Ref("lights.red_units"), "家责任单位"]
    if situation.nobody.red:
        found += ["，另有" if answered else "，", Ref("units.none.red"), "个红灯节点未明确责任单位"]
    return [paragraph(found, "。")]


def units(situation: Situation) -> list[Paragraph]:
    listed = situation.ranking
    if not listed:
        return [paragraph("本期无责任单位有未办结节点。")]
    if not any(unit.red for _rank, unit in listed):
        return [paragraph("有未办结节点的责任单位均无红灯节点。")]
    if len(listed) == 1:
        unit = listed[0][1]
        return [paragraph(f"有未办结节点的责任单位仅{unit.name}，红灯率", Ref(f"units.{unit.unit_id}.share"), "。")]
    red = [(rank, unit) for rank, unit in listed if unit.red]
    groups = [(rank, [unit for _rank, unit in group]) for rank, group in groupby(red, key=lambda entry: entry[0])]
    found: list = ["按红灯率（红灯节点占未办结节点的比重）由高到低"]
    for rank, tied in groups[:RANKS_NAMED]:
        found += [f"，{'并列' if len(tied) > 1 else ''}第{numeral(rank)}为{COMMA.join(unit.name for unit in tied)}（",
                  Ref(f"units.{tied[0].unit_id}.share"), "）"]
    if len(groups) > RANKS_NAMED:
        return [paragraph(found, "，其后各单位见下表。")]
    return [paragraph(found, "。", "其余单位无红灯节点。" if len(red) < len(listed) else "")]


def named(situation: Situation) -> list[Paragraph]:
    if not situation.overdue:
        first = "本期无红灯节点。"
    elif situation.count("red") == 1:
        only = situation.overdue[0]
        first = f"红灯节点为{_node(only)}，到期日{only.due}。"
    else:
        oldest = situation.overdue[0]
        first = "红灯节点按到期日由早到晚列于下表" + (f"，逾期最久的是{_node(oldest)}节点。" if oldest.overdue else "。")
    second = f"到期日调整次数最多的是{_node(situation.moved[0])}节点。" if situation.moved else "各节点到期日均未调整。"
    return [paragraph(first), paragraph(second)]


def _node(light: NamedLight) -> str:
    return f"{light.project}“{light.milestone}”"


def demands(situation: Situation) -> list[Paragraph]:
    found = []
    red = [unit.name for unit in situation.named_units if unit.red]
    yellow = [unit.name for unit in situation.named_units if unit.yellow]
    if red:
        found.append(paragraph(f"请{_called(red)}对红灯节点逐项说明原因，明确措施和完成时限，报{situation.issuer}。"))
    if situation.nobody.red:
        found.append(paragraph("请尽快明确红灯节点的责任单位。"))
    if yellow:
        found.append(paragraph(f"请{_called(yellow)}提前协调黄灯节点，确保按期办结。"))
    return found or [paragraph("请各责任单位继续按承诺的到期日推进，确保按期办结。")]


def _called(names: Sequence[str]) -> str:
    return COMMA.join(names[:UNITS_NAMED]) + ("等单位" if len(names) > UNITS_NAMED else "")
