"""What a graph of products proposes for a chain: worked out by hand on small graphs written for this test."""

from __future__ import annotations

import pytest

from guatu.chains.rules import editing
from guatu.chains.rules.editions import as_data
from guatu.chains.rules.graph import inspected, read_chain
from guatu.chains.rules.proposals import (
    EDGE,
    NODE,
    TERM,
    Relation,
    applied,
    known_node,
    proposals,
)

CHAIN = read_chain({
    "code": "nd", "name": "新型显示", "edition": "2023-03-01", "source": "行业常识",
    "nodes": [
        {"code": "glass", "name": "玻璃基板", "tier": "upstream", "why": "底座。", "terms": ["玻璃基板", "基板玻璃"],
         "excludes": ["废玻璃基板"], "supplies": [{"to": "panel", "kind": "material"}]},
        {"code": "film", "name": "偏光片", "tier": "upstream", "why": "光学膜。", "terms": ["偏光片"],
         "supplies": [{"to": "panel", "kind": "material"}]},
        {"code": "panel", "name": "显示面板", "tier": "midstream", "why": "中心。", "terms": ["显示面板", "液晶屏"],
         "supplies": [{"to": "tv", "kind": "component"}]},
        {"code": "tv", "name": "电视整机", "tier": "downstream", "why": "用户。", "terms": ["液晶电视"]},
    ],
}, "nd.yaml")


def upstream(product: str, material: str, where: str = "g:2") -> Relation:
    """`material` goes into `product`."""
    return Relation("upstream_material", product, material, where)


def subtype(whole: str, kind: str, where: str = "g:2") -> Relation:
    return Relation("subtype", whole, kind, where)


def downstream(product: str, use: str, where: str = "g:2") -> Relation:
    return Relation("downstream_product", product, use, where)


def of(*relations: Relation, **more):
    return proposals(CHAIN, list(relations), **more)


# -- which node a product is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("product", "node"), [
    ("偏光片", "film"), ("TFT偏光片", "film"),  # the head of a Chinese compound stands last
    ("偏光片贴附机", None), ("偏光片切割", None),  # so what only begins with a term is something else
    ("ＬＣＤ用玻璃基板", "glass"), ("废玻璃基板", None),  # excluded
    ("电视整机", "tv"), ("液晶电视", "tv"),  # the node's own name tells it too
    ("电视", None), ("", None),
])
def test_a_product_is_the_node_whose_word_it_ends_with(product, node):
    assert known_node(CHAIN, product) == node


def test_the_longest_word_wins():
    longer = read_chain({
        "code": "x", "name": "x", "edition": "2023-03-01", "source": "x", "nodes": [
            {"code": "film", "name": "膜", "tier": "upstream", "why": "x", "terms": ["光学膜"]},
            {"code": "diff", "name": "扩散膜", "tier": "upstream", "why": "x", "terms": ["扩散光学膜"]}]}, "x")
    assert known_node(longer, "高亮扩散光学膜") == "diff" and known_node(longer, "光学膜") == "film"


# -- what is proposed --------------------------------------------------------------------------------------------------


def test_what_the_chain_has_is_counted_and_not_proposed():
    found = of(upstream("显示面板", "偏光片"), upstream("液晶屏", "TFT偏光片"), subtype("偏光片", "柔性偏光片"))
    assert found.proposed == ()
    # 1 edge is known (film → panel, said twice), 1 kind of a node is found by its words already.
    assert (found.relations, found.used, found.known_edges, found.known_terms) == (3, 3, 1, 1)


def test_a_kind_of_a_node_that_its_words_do_not_find_is_a_new_term():
    found = of(subtype("偏光片", "宽视角膜", "g:7"), subtype("TFT偏光片", "宽视角膜", "g:9"), subtype("偏光片", "宽视角膜", "g:7"))
    (one,) = found.proposed
    assert (one.kind, one.word, one.node, one.said, one.rows) == (TERM, "宽视角膜", "film", 3, ("g:7", "g:9", "g:7"))
    assert one.told == ("偏光片 ⊃ 宽视角膜", "TFT偏光片 ⊃ 宽视角膜", "偏光片 ⊃ 宽视角膜")


def test_a_longer_word_adds_nothing_where_a_text_that_holds_it_holds_a_term_too():
    found = of(subtype("偏光片", "偏光片贴附机"), subtype("液晶电视", "ＬＣＤ液晶电视墙"))
    assert (found.proposed, found.used, found.known_terms) == ((), 2, 2)
    assert [one.word for one in of(subtype("玻璃基板", "废玻璃基板")).proposed] == ["废玻璃基板"]  # excluded, so not found


def test_what_goes_into_a_node_and_is_unknown_is_a_new_node_with_its_edge():
    found = of(upstream("显示面板", "液晶材料", "g:3"), upstream("液晶屏", "液晶材料", "g:4"))
    (one,) = found.proposed
    assert (one.kind, one.word, one.node, one.tier, one.edge, one.said) == (
        NODE, "液晶材料", "panel", "upstream", ("液晶材料", "panel", "material"), 2)
    assert one.told == ("液晶材料 → 显示面板", "液晶材料 → 液晶屏")


def test_what_a_node_goes_into_is_a_new_node_after_it():
    (one,) = of(downstream("显示面板", "车载中控")).proposed
    assert (one.kind, one.word, one.tier, one.edge) == (NODE, "车载中控", "downstream", ("panel", "车载中控", "product"))
    (one,) = of(downstream("偏光片", "贴合片")).proposed
    assert one.tier == "midstream"


@pytest.mark.parametrize(("product", "tier"), [("玻璃基板", "upstream"), ("显示面板", "upstream"), ("液晶电视", "midstream")])
def test_what_goes_into_a_node_stands_a_tier_before_it_where_there_is_one(product, tier):
    (one,) = of(upstream(product, "新料")).proposed
    assert one.tier == tier


def test_an_unknown_product_with_several_nodes_is_proposed_once_a_node():
    found = of(upstream("显示面板", "新料", "g:1"), upstream("液晶电视", "新料", "g:2"), upstream("液晶电视", "新料", "g:3"))
    assert [(one.node, one.said) for one in found.proposed] == [("tv", 2), ("panel", 1)]


def test_two_known_products_make_an_edge():
    (one,) = of(upstream("液晶电视", "偏光片", "g:5")).proposed
    assert (one.kind, one.word, one.node, one.edge, one.said, one.fault) == (
        EDGE, "偏光片 → 电视整机", "tv", ("film", "tv", "material"), 1, "")
    (one,) = of(downstream("玻璃基板", "液晶电视")).proposed
    assert one.edge == ("glass", "tv", "product")


def test_an_edge_against_the_tiers_is_said_to_be_one():
    (one,) = of(upstream("显示面板", "液晶电视")).proposed
    assert (one.kind, one.edge, one.fault) == (EDGE, ("tv", "panel", "material"), "tier_cycle")


def test_a_pair_within_one_node_and_one_outside_the_chain_say_nothing():
    found = of(upstream("液晶屏", "显示面板"), upstream("蛋糕", "面粉"), subtype("面粉", "高筋面粉"), subtype("偏光片", "显示面板"))
    assert (found.proposed, found.relations, found.used) == ((), 4, 0)


def test_a_subtype_of_something_unknown_is_not_of_the_chain_though_it_is_known_itself():
    assert of(subtype("光学材料", "偏光片")).proposed == ()


def test_words_that_could_be_no_term_are_passed_over_and_counted():
    found = of(subtype("偏光片", "甲、乙"), subtype("偏光片", "x" * 41), subtype("偏光片", "膜"), upstream("显示面板", " "),
               subtype("偏光片", "偏光"))
    # divided, too long, of one sign, empty; 偏光 stands within a term of the node: it would find 偏光眼镜, so it is weaker
    assert ([one.word for one in found.proposed], found.unfit) == (["偏光"], 4)


def test_a_word_written_in_two_widths_is_one():
    (one,) = of(subtype("偏光片", "ＰＶＡ膜"), subtype("偏光片", "pva膜")).proposed
    assert (one.word, one.said) == ("ＰＶＡ膜", 2)


def test_companies_that_sell_a_product_stand_beside_it():
    found = of(subtype("偏光片", "宽视角膜"), upstream("显示面板", "液晶材料"),
               sellers={"宽视角膜": {"600001", "600002"}, "液晶材料": {"600001"}, "面粉": {"600003"}})
    assert {one.word: one.sellers for one in found.proposed} == {"宽视角膜": 2, "液晶材料": 1}


def test_the_most_often_said_stand_first_then_those_that_firms_sell():
    found = of(subtype("偏光片", "甲膜"), subtype("偏光片", "乙膜"), subtype("偏光片", "乙膜"), subtype("偏光片", "丙膜"),
               sellers={"丙膜": {"600001"}})
    assert [one.word for one in found.proposed] == ["乙膜", "丙膜", "甲膜"]


def test_only_the_first_rows_are_kept_but_all_are_counted():
    (one,) = of(*(subtype("偏光片", "宽视角膜", f"g:{n}") for n in range(2, 22))).proposed
    assert (one.said, one.rows) == (20, tuple(f"g:{n}" for n in range(2, 7)))


def test_a_proposal_has_a_mark_that_does_not_move_with_its_evidence():
    (first,) = of(subtype("偏光片", "宽视角膜", "a:1")).proposed
    (second,) = of(subtype("偏光片", "宽视角膜", "b:9"), subtype("TFT偏光片", "宽视角膜", "b:10")).proposed
    assert first.mark == second.mark == "term:film:宽视角膜"


# -- what acceptance does to a draft -----------------------------------------------------------------------------------

def test_an_accepted_term_is_added_to_its_node():
    (one,) = of(subtype("偏光片", "宽视角膜")).proposed
    after = applied(as_data(CHAIN), one)
    assert editing.node_of(after, "film")["terms"] == ["偏光片", "宽视角膜"] and inspected(after, "nd")[1] == ()
    assert applied(after, one) == after


def test_an_accepted_node_comes_with_code_term_edge_and_a_why_to_be_written():
    (one,) = of(upstream("显示面板", "液晶材料")).proposed
    after = applied(as_data(CHAIN), one)
    node = after["nodes"][-1]
    assert (node["code"], node["name"], node["tier"], node["terms"]) == ("new1", "液晶材料", "upstream", ["液晶材料"])
    assert node["supplies"] == [{"to": "panel", "kind": "material"}] and node["why"] == "显示面板"
    assert inspected(after, "nd")[1] == ()


def test_a_second_edge_of_an_accepted_node_does_not_make_it_again():
    first, second = of(upstream("显示面板", "新料"), upstream("液晶电视", "新料")).proposed
    after = applied(applied(as_data(CHAIN), first), second)
    assert [node["name"] for node in after["nodes"]].count("新料") == 1
    assert {edge["to"] for edge in editing.node_of(after, "new1")["supplies"]} == {"panel", "tv"}


def test_an_accepted_edge_is_added_once():
    (one,) = of(upstream("液晶电视", "偏光片")).proposed
    after = applied(as_data(CHAIN), one)
    assert {"to": "tv", "kind": "material"} in editing.node_of(after, "film")["supplies"]
    assert applied(after, one) == after


def test_a_node_that_the_draft_has_no_more_is_a_key_error():
    (one,) = of(subtype("偏光片", "宽视角膜")).proposed
    with pytest.raises(KeyError):
        applied(editing.remove_node(as_data(CHAIN), "film"), one)
