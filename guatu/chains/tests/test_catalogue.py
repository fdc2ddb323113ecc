"""The chains that come with the program."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from guatu.chains import catalogue
from guatu.chains.rules.graph import folded
from guatu.kernel.errors import Misconfigured

NAMES = {
    "nd": "新型显示", "sha": "智能家电", "ngit": "新一代信息技术", "fchem": "高端化工新材料", "chipscreen": "芯屏",
    "ship": "船舶海工", "auto": "汽车", "equip": "高端装备制造", "nev": "新能源汽车", "bio": "生物医药及医疗器械",
    "cold": "海洋冷链", "aero": "空天海装备制造", "ic": "集成电路", "ai": "人工智能",
}
LARGE = {"nd", "ic", "sha", "fchem", "auto", "nev"}
#: Words that stand in so many texts that they tell nothing about a chain.
TOO_GENERAL = {"设备", "软件", "玻璃", "材料", "电子", "机械", "零部件", "芯片", "传感器", "电机", "配件", "系统", "仪器",
               "服务", "检测", "物流", "食品", "塑料", "橡胶", "模具", "电池", "电视", "手机", "网络", "通信", "平台"}
STANDARD = Path("/work/shared/data/reference/gbt4754_2017_amd2019.csv")


def test_the_sample_has_its_fourteen_chains():
    assert {code: chain.name for code, chain in catalogue.shipped().items()} == NAMES
    assert [path.stem for path in catalogue.paths()] == sorted(NAMES)


@pytest.mark.parametrize("code", NAMES)
def test_a_chain_is_as_large_as_promised_and_hangs_together(code):
    chain = catalogue.shipped()[code]
    assert len(chain.nodes) >= (25 if code in LARGE else 12)
    assert {"upstream", "midstream", "downstream", "service"} == {node.tier for node in chain.nodes}
    near: dict[str, set[str]] = {node.code: set() for node in chain.nodes}
    for edge in chain.edges:
        near[edge.source].add(edge.target)
        near[edge.target].add(edge.source)
    reached, ahead = set(), [chain.nodes[0].code]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += near[here]
    assert set(near) - reached == set(), "not joined to the rest"


def test_the_page_counts_the_nodes_that_are_there():
    page = (Path(__file__).resolve().parents[3] / "docs" / "chains.md").read_text(encoding="utf-8")
    for code, chain in catalogue.shipped().items():
        assert f"| `{code}` | {chain.name} | {len(chain.nodes)} |" in page


@pytest.mark.parametrize("code", NAMES)
def test_what_is_made_upstream_is_used_by_somebody(code):
    chain = catalogue.shipped()[code]
    suppliers = {edge.source for edge in chain.edges}
    assert [node.code for node in chain.nodes if node.tier in ("upstream", "midstream") and node.code not in suppliers] == []


@pytest.mark.parametrize("code", NAMES)
def test_words_are_such_that_a_text_can_be_told_by_them(code):
    for node in catalogue.shipped()[code].nodes:
        assert not TOO_GENERAL & set(node.terms), node.code
        assert all(len(term) > 1 for term in node.terms), node.code
        for word in node.excludes:
            assert any(folded(term) in folded(word) and folded(term) != folded(word) for term in node.terms), (
                f"{code}.{node.code}: “{word}” holds no term of the node, so it excludes nothing")


@pytest.mark.skipif(not STANDARD.exists(), reason="the list of GB/T 4754-2017 is not on this machine")
def test_industry_codes_are_classes_of_the_standard():
    with STANDARD.open(encoding="utf-8-sig", newline="") as stream:
        known = {row["code"] for row in csv.DictReader(stream)}
    used = {code for chain in catalogue.shipped().values() for node in chain.nodes for code in node.industry_codes}
    assert used - known == set()


def test_a_chain_that_contradicts_itself_stops_the_catalogue(tmp_path, monkeypatch):
    (tmp_path / "nd.yaml").write_text("code: nd", encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    with pytest.raises(Misconfigured):
        catalogue.shipped.__wrapped__()
