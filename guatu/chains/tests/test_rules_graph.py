"""What a chain's data must look like, and every sentence that refuses one."""

from __future__ import annotations

import copy
import itertools
from datetime import date, datetime

import pytest

from guatu.chains.rules.circles import circles
from guatu.chains.rules.graph import Chain, Edge, Node, folded, read_chain
from guatu.chains.rules.problems import TEMPLATES, BadChain, Problem

SMALL = {
    "code": "nd",
    "name": "新型显示",
    "edition": date(2023, 3, 1),
    "source": "行业常识",
    "nodes": [
        {"code": "glass", "name": "玻璃基板", "tier": "upstream", "why": "面板的底座。", "terms": ["玻璃基板", "基板玻璃"],
         "excludes": ["玻璃基板回收"], "industry_codes": ["3051"], "supplies": [{"to": "panel", "kind": "material"}]},
        {"code": "panel", "name": "面板", "tier": "midstream", "why": "产业链的中心。", "terms": ["显示面板"],
         "supplies": [{"to": "tv", "kind": "component"}, {"to": "test", "kind": "product"}]},
        {"code": "tv", "name": "电视", "tier": "downstream", "why": "最大的用户。", "terms": ["液晶电视"]},
        {"code": "test", "name": "检测认证", "tier": "service", "why": "出货前的关口。", "terms": ["显示器件检测"],
         "supplies": [{"to": "tv", "kind": "service"}]},
    ],
}


def small(**changes) -> dict:
    return copy.deepcopy(SMALL) | changes


def with_node(place: int, **changes) -> dict:
    data = small()
    data["nodes"][place] |= changes
    return data


def without(place: int, field: str) -> dict:
    data = small()
    del data["nodes"][place][field]
    return data


def refused(data, name: str = "nd.yaml") -> list[tuple[str, str, str, str]]:
    with pytest.raises(BadChain) as bad:
        read_chain(data, name)
    return [(one.chain, one.node, one.field, one.message) for one in bad.value.problems]


def test_a_sound_chain_is_read_as_it_is_written():
    assert read_chain(small(), "nd.yaml") == Chain(
        "nd", "新型显示", date(2023, 3, 1), "行业常识",
        (
            Node("glass", "玻璃基板", "upstream", "面板的底座。", ("玻璃基板", "基板玻璃"), ("玻璃基板回收",), ("3051",)),
            Node("panel", "面板", "midstream", "产业链的中心。", ("显示面板",)),
            Node("tv", "电视", "downstream", "最大的用户。", ("液晶电视",)),
            Node("test", "检测认证", "service", "出货前的关口。", ("显示器件检测",)),
        ),
        (Edge("glass", "panel", "material"), Edge("panel", "tv", "component"), Edge("panel", "test", "product"),
         Edge("test", "tv", "service")),
    )


def test_a_node_is_found_by_its_code():
    chain = read_chain(small(), "nd.yaml")
    assert chain.node("tv").name == "电视"
    with pytest.raises(KeyError):
        chain.node("radio")


def test_the_day_of_the_edition_may_be_text():
    assert read_chain(small(edition="2023-03-01"), "nd.yaml").edition == date(2023, 3, 1)


def test_a_term_is_plain_text_whatever_its_characters():
    terms = ["C++", "1,4-丁二醇", "(TFT)", "a.b", "[x]*", "\\d+", "^$|?"]
    assert read_chain(with_node(0, terms=terms), "nd.yaml").node("glass").terms == tuple(terms)


def test_terms_are_compared_without_width_and_capitals():
    assert folded("ＡＭＯＬＥＤ　面板") == "amoled 面板"


@pytest.mark.parametrize(("data", "expected"), [
    (with_node(0, supplies=[{"to": "radio", "kind": "material"}]),
     ("nd", "glass", "supplies.to", "Node glass of chain nd supplies “radio”, which is no node of the chain. Correct the "
      "code, or add the node.")),
    (with_node(2, code="panel"),
     ("nd", "panel", "code", "Node panel of chain nd is there twice. Give each node a code of its own.")),
    (with_node(2, terms=["显示面板"]),
     ("nd", "tv", "terms", "Node tv of chain nd has the term “显示面板”, which the node panel already has (full-width and "
      "capital letters count as the same). A text could not be told apart. Leave it with one of them.")),
    (with_node(2, terms=["OLED", "ｏｌｅｄ"]),
     ("nd", "tv", "terms", "Node tv of chain nd has the term “ｏｌｅｄ”, which the node tv already has (full-width and "
      "capital letters count as the same). A text could not be told apart. Leave it with one of them.")),
    (with_node(2, terms=["液晶电视、显示器"]),
     ("nd", "tv", "terms", "Node tv of chain nd has the term “液晶电视、显示器”, in which a mark stands that divides lists, so "
      "it is found nowhere. Write its parts as terms of their own.")),
    (with_node(2, terms=["液晶电视；"]),
     ("nd", "tv", "terms", "Node tv of chain nd has the term “液晶电视；”, in which a mark stands that divides lists, so it is "
      "found nowhere. Write its parts as terms of their own.")),
    (with_node(2, tier="end"),
     ("nd", "tv", "tier", "Node tv of chain nd has the tier “end”, which is not known. Choose one of: upstream, "
      "midstream, downstream, service.")),
    (with_node(0, supplies=[{"to": "panel", "kind": "stuff"}]),
     ("nd", "glass", "supplies.kind", "Node glass of chain nd supplies panel as “stuff”, which is not a kind of supply. "
      "Choose one of: material, component, equipment, process, service, product.")),
    (with_node(2, supplies=[{"to": "glass", "kind": "product"}]),
     ("nd", "tv", "supplies.to", "Node tv of chain nd is downstream but supplies glass, which is upstream: a cycle of "
      "tiers. Turn the edge round, or move one of the nodes to another tier.")),
    (with_node(1, supplies=[{"to": "panel", "kind": "product"}]),
     ("nd", "panel", "supplies.to", "Node panel of chain nd supplies itself. Remove the edge.")),
    (with_node(2, supplies=[{"to": "test", "kind": "product"}]),
     ("nd", "tv", "supplies", "Node tv of chain nd supplies itself in a circle: tv → test → tv. Remove one of the "
      "edges.")),
    (with_node(0, supplies=[{"to": "panel", "kind": "material"}] * 2),
     ("nd", "glass", "supplies", "Node glass of chain nd supplies panel twice as material. Keep one of the edges.")),
    (with_node(0, supplies=["panel"]),
     ("nd", "glass", "supplies", "Node glass of chain nd has “panel” under “supplies”, but an edge is written like {to: "
      "module, kind: component}. Write it so.")),
    (with_node(0, supplies=[{"to": "panel", "kind": "material", "note": "x"}]),
     ("nd", "glass", "supplies.note", "Node glass of chain nd has the field “supplies.note”, which is not known. Known "
      "are: to, kind. Correct it, or leave it out.")),
    (with_node(0, terms=[]),
     ("nd", "glass", "terms", "Node glass of chain nd has no terms, so no text could ever be found for it. Write at least "
      "one under “terms”.")),
    (without(0, "terms"),
     ("nd", "glass", "terms", "Node glass of chain nd has no terms, so no text could ever be found for it. Write at least "
      "one under “terms”.")),
    (with_node(0, terms="玻璃基板"),
     ("nd", "glass", "terms", "Node glass of chain nd has “玻璃基板” in the field “terms”. Give a list of texts.")),
    (with_node(0, terms=["玻璃基板", 3051]),
     ("nd", "glass", "terms", "Node glass of chain nd has “3051” in the field “terms”. Give a text in quotes or without, "
      "on one line.")),
    (with_node(0, terms=["玻璃基板", "　"]),
     ("nd", "glass", "terms", "Node glass of chain nd has an empty field “terms”. Give a text in quotes or without, on one "
      "line.")),
    (with_node(0, terms=["玻璃\n基板"]),
     ("nd", "glass", "terms", "Node glass of chain nd has “玻璃 基板” in the field “terms”. Give a text in quotes or "
      "without, on one line.")),
    (with_node(0, terms=["玻" * 41]),
     ("nd", "glass", "terms", f"Node glass of chain nd has “{'玻' * 41}” in the field “terms”, which is 41 characters "
      "long. At most 40 are read. Shorten it.")),
    (with_node(0, name=""),
     ("nd", "glass", "name", "Node glass of chain nd has an empty field “name”. Give a text in quotes or without, on one "
      "line.")),
    (without(0, "why"),
     ("nd", "glass", "why", "Node glass of chain nd lacks the field “why”. Give a text in quotes or without, on one "
      "line.")),
    (with_node(0, code="Glass 1"),
     ("nd", "#1", "code", "Node #1 of chain nd has “Glass 1” in the field “code”. Give a code of small letters, digits and "
      "_ that begins with a letter, at most 60 characters.")),
    (with_node(0, exclude=["x"]),
     ("nd", "glass", "exclude", "Node glass of chain nd has the field “exclude”, which is not known. Known are: code, name, "
      "tier, why, terms, excludes, industry_codes, supplies. Correct it, or leave it out.")),
    (with_node(0, industry_codes=[111]),
     ("nd", "glass", "industry_codes", "Node glass of chain nd has “111” in the field “industry_codes”. Give classes of "
      "GB/T 4754 in quotes, of two to four digits, like \"3974\".")),
    (with_node(0, industry_codes=["C3974"]),
     ("nd", "glass", "industry_codes", "Node glass of chain nd has “C3974” in the field “industry_codes”. Give classes of "
      "GB/T 4754 in quotes, of two to four digits, like \"3974\".")),
    (small(name=" "),
     ("nd", "", "name", "Chain nd has an empty field “name”. Give a text in quotes or without, on one line.")),
    (small(edition="2023-02-30"),
     ("nd", "", "edition", "Chain nd has “2023-02-30” in the field “edition”. Give a day like 2023-03-01.")),
    (small(edition=datetime(2023, 3, 1)),
     ("nd", "", "edition", "Chain nd has “2023-03-01 00:00:00” in the field “edition”. Give a day like 2023-03-01.")),
    (small(edition=None),
     ("nd", "", "edition", "Chain nd lacks the field “edition”. Give a day like 2023-03-01.")),
    (small(nodes=[]),
     ("nd", "", "nodes", "Chain nd has no nodes, so nothing could be found on it. Write at least one under “nodes”.")),
    (small(nodes={"glass": {}}),
     ("nd", "", "nodes", "Chain nd has {…} in the field “nodes”. Give a list.")),
    (small(nodes=None),
     ("nd", "", "nodes", "Chain nd lacks the field “nodes”. Give a list.")),
    ("nd",
     ("nd.yaml", "", "", "Chain nd.yaml is “nd”, but a chain is a set of fields such as code, name, edition and nodes. "
      "Write the fields.")),
    ({key: value for key, value in small().items() if key != "code"},
     ("nd.yaml", "", "code", "Chain nd.yaml lacks the field “code”. Give a code of small letters, digits and _ that begins "
      "with a letter, at most 60 characters.")),
])
def test_what_is_wrong_is_said_with_chain_node_and_field(data, expected):
    assert expected in refused(data)


def test_one_fault_gives_one_sentence():
    assert len(refused(with_node(2, supplies=[{"to": "glass", "kind": "product"}]))) == 1
    assert len(refused(with_node(0, terms=[]))) == 1
    assert len(refused(small(nodes=[]))) == 1


def test_a_row_that_is_no_node_is_named_by_its_place():
    data = small()
    data["nodes"].append("radio")
    assert refused(data) == [("nd", "#5", "nodes", "Node #5 of chain nd is “radio”, but a node is a set of fields such as "
                              "code, name and terms. Write the fields.")]


def test_every_problem_of_a_file_is_told_at_once():
    data = with_node(0, terms=[], supplies=[{"to": "radio", "kind": "material"}])
    data |= {"name": "", "edition": 2023}
    data["nodes"][2]["tier"] = "end"
    assert [(node, field) for _chain, node, field, _message in refused(data)] == [
        ("", "name"), ("", "edition"), ("glass", "terms"), ("tv", "tier"), ("glass", "supplies.to")]


def test_a_long_circle_is_told_in_the_direction_of_supply():
    names = [f"n{place}" for place in range(5)]
    nodes = [{"code": name, "name": name, "tier": "midstream", "why": "x", "terms": [name],
              "supplies": [{"to": names[(place + 1) % 5], "kind": "component"}]} for place, name in enumerate(names)]
    assert [message for *_where, message in refused(small(nodes=nodes))] == [
        "Node n0 of chain nd supplies itself in a circle: n0 → n1 → n2 → n3 → n4 → n0. Remove one of the edges."]


def test_circles_that_share_no_node_are_all_found():
    assert circles("abcdef", [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "c"), ("e", "f")]) == [
        ["a", "b"], ["c", "d", "e"]]


def test_no_circle_is_found_where_edges_only_lead_on():
    assert circles("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]) == []


def test_a_chain_of_thousands_of_nodes_is_walked():
    names = [f"n{place}" for place in range(3000)]
    line = list(itertools.pairwise(names))
    assert circles(names, line) == []
    assert circles(names, [*line, (names[-1], names[0])]) == [names]


def test_every_reason_has_its_sentence_and_keeps_its_placeholders_in_another_language():
    problem = Problem("field_missing", "nd", "glass", "name", {"wanted": "a list"})
    words = {"Node %(node)s of chain %(chain)s": "%(chain)s/%(node)s", "a list": "列表",
             TEMPLATES["field_missing"]: "%(where)s 缺 %(field)s：%(wanted)s"}
    assert problem.sentence(words.__getitem__) == "nd/glass 缺 name：列表"
    assert all("%(where)s" in template for template in TEMPLATES.values())
