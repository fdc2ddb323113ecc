"""What differs between two editions of a chain, and edits of a draft: worked out by hand."""

from __future__ import annotations

import copy

import pytest

from guatu.chains import catalogue
from guatu.chains.rules import editing
from guatu.chains.rules.editions import EdgeMoved, Moved, Words, as_data, difference
from guatu.chains.rules.graph import Edge, inspected, read_chain
from guatu.chains.rules.problems import BadChain
from guatu.chains.tests.test_rules_graph import SMALL, small


def chain(data: dict):
    return read_chain(data, "nd.yaml")


def changed(**by_place) -> dict:
    """The small chain with nodes changed by code."""
    data = small()
    for code, values in by_place.items():
        next(node for node in data["nodes"] if node["code"] == code).update(values)
    return data


def codes(nodes) -> list[str]:
    return [node.code for node in nodes]


# -- a chain as data ---------------------------------------------------------------------------------------------------


def test_a_chain_as_data_is_what_a_file_holds():
    assert as_data(chain(small())) == small(edition="2023-03-01")


@pytest.mark.parametrize("code", sorted(catalogue.shipped()))
def test_every_shipped_chain_comes_back_from_its_data(code):
    found = catalogue.shipped()[code]
    assert chain(as_data(found)) == found


# -- difference --------------------------------------------------------------------------------------------------------


def test_an_edition_does_not_differ_from_itself_nor_by_its_day():
    assert difference(chain(small()), chain(small())).is_empty
    assert difference(chain(small()), chain(small(edition="2025-01-01"))).is_empty


def test_a_chain_of_its_own_fields():
    found = difference(chain(small()), chain(small(name="显示", source="新国标")))
    assert found.fields == (Moved("name", "新型显示", "显示"), Moved("source", "行业常识", "新国标"))
    assert not found.is_empty and not found.nodes_changed


def test_nodes_that_came_and_went_with_their_edges():
    data = small()
    del data["nodes"][3]  # test: supplied by panel, supplies tv
    data["nodes"][1]["supplies"] = [{"to": "tv", "kind": "component"}, {"to": "watch", "kind": "component"}]
    data["nodes"].append({"code": "watch", "name": "手表", "tier": "downstream", "why": "新的用户。", "terms": ["智能手表"]})
    found = difference(chain(small()), chain(data))
    assert (codes(found.nodes_added), codes(found.nodes_removed), found.nodes_changed) == (["watch"], ["test"], ())
    assert found.edges_added == (Edge("panel", "watch", "component"),)
    assert found.edges_removed == (Edge("panel", "test", "product"), Edge("test", "tv", "service"))
    assert found.edges_changed == ()
    assert (found.terms_added, found.terms_removed) == (1, 1)  # 智能手表 came, 显示器件检测 went


def test_words_of_a_node_that_came_and_went():
    data = changed(glass={"terms": ["玻璃基板", "显示玻璃"], "excludes": [], "industry_codes": ["3051", "3042"]})
    (node,) = difference(chain(small()), chain(data)).nodes_changed
    assert (node.code, node.name, node.fields) == ("glass", "玻璃基板", ())
    assert node.terms == Words(("显示玻璃",), ("基板玻璃",), False)
    assert node.excludes == Words((), ("玻璃基板回收",), False)
    assert node.industry_codes == Words(("3042",), (), False)
    assert node.moves_mapping


def test_a_node_renamed_moved_and_told_otherwise():
    data = changed(test={"name": "检测", "tier": "downstream", "why": "关口。"}, panel={"supplies": [
        {"to": "tv", "kind": "component"}]})
    found = difference(chain(small()), chain(data))
    (node,) = found.nodes_changed
    assert node.fields == (
        Moved("name", "检测认证", "检测"), Moved("tier", "service", "downstream"), Moved("why", "出货前的关口。", "关口。"))
    assert not node.moves_mapping
    assert found.edges_removed == (Edge("panel", "test", "product"),)


def test_the_first_term_is_the_standard_word_so_order_counts():
    data = changed(glass={"terms": ["基板玻璃", "玻璃基板"]})
    (node,) = difference(chain(small()), chain(data)).nodes_changed
    assert node.terms == Words((), (), True) and not node.moves_mapping


def test_an_edge_of_another_kind_is_changed_and_not_two():
    data = changed(glass={"supplies": [{"to": "panel", "kind": "component"}]})
    found = difference(chain(small()), chain(data))
    assert found.edges_changed == (EdgeMoved("glass", "panel", "material", "component"),)
    assert (found.edges_added, found.edges_removed) == ((), ())


def test_a_second_kind_between_two_nodes_is_added():
    data = changed(glass={"supplies": [{"to": "panel", "kind": "material"}, {"to": "panel", "kind": "component"}]})
    found = difference(chain(small()), chain(data))
    assert (found.edges_added, found.edges_changed) == ((Edge("glass", "panel", "component"),), ())


def test_what_a_difference_means_for_the_mapping():
    """New words, fewer words and nodes gone move it; names, edges and order do not."""
    assert difference(chain(small()), chain(small(name="显示"))).moved_nodes == ()
    data = changed(glass={"terms": ["玻璃基板"]})
    data["nodes"].append({"code": "watch", "name": "手表", "tier": "downstream", "why": "新。", "terms": ["智能手表"]})
    assert difference(chain(small()), chain(data)).moved_nodes == ("glass", "watch")


# -- edits -------------------------------------------------------------------------------------------------------------

WATCH = {"code": "watch", "name": "手表", "tier": "downstream", "why": "新的用户。", "terms": ["智能手表"], "excludes": [],
         "industry_codes": []}


def test_an_edit_leaves_the_former_draft_as_it_was():
    before = small()
    editing.add_node(before, WATCH)
    editing.change_node(before, "tv", {"name": "电视机"})
    editing.remove_node(before, "tv")
    editing.add_edge(before, "glass", "tv", "material")
    editing.remove_edge(before, "glass", "panel", "material")
    assert before == SMALL


def test_a_node_is_added_last_without_empty_fields():
    after = editing.add_node(small(), WATCH)
    assert after["nodes"][-1] == {"code": "watch", "name": "手表", "tier": "downstream", "why": "新的用户。", "terms": ["智能手表"]}
    assert after["nodes"][:-1] == SMALL["nodes"]


def test_a_code_that_is_there_is_not_added_again():
    with pytest.raises(BadChain) as bad:
        editing.add_node(small(), WATCH | {"code": "tv"})
    assert bad.value.problems[0].message == "Node tv of chain nd is there twice. Give each node a code of its own."


@pytest.mark.parametrize("code", ["", "Watch", "手表", "9a", "a-b", "a/b"])
def test_a_code_that_no_address_could_name_is_refused_at_once(code):
    with pytest.raises(BadChain) as bad:
        editing.add_node(small(), WATCH | {"code": code})
    assert bad.value.problems[0].message == (
        f"Chain nd has “{code}” in the field “code”. Give a code of small letters, digits and _ that begins with a letter, "
        "at most 60 characters.")


def test_a_node_is_changed_in_its_place_and_keeps_its_edges():
    after = editing.change_node(small(), "glass", {"name": "基板", "excludes": [], "terms": ["玻璃基板"]})
    assert after["nodes"][0] == {
        "code": "glass", "name": "基板", "tier": "upstream", "why": "面板的底座。", "terms": ["玻璃基板"],
        "industry_codes": ["3051"], "supplies": [{"to": "panel", "kind": "material"}]}


def test_a_node_goes_with_the_edges_to_it():
    after = editing.remove_node(small(), "tv")
    assert [node["code"] for node in after["nodes"]] == ["glass", "panel", "test"]
    assert after["nodes"][1]["supplies"] == [{"to": "test", "kind": "product"}]
    assert "supplies" not in after["nodes"][2]


def test_an_edge_comes_and_goes():
    after = editing.add_edge(small(), "glass", "tv", "material")
    assert after["nodes"][0]["supplies"] == [{"to": "panel", "kind": "material"}, {"to": "tv", "kind": "material"}]
    assert editing.remove_edge(after, "glass", "tv", "material") == small()


def test_an_edge_that_is_there_is_refused_and_one_that_is_not_there_too():
    with pytest.raises(BadChain) as bad:
        editing.add_edge(small(), "glass", "panel", "material")
    assert bad.value.problems[0].message == (
        "Node glass of chain nd supplies panel twice as material. Keep one of the edges.")
    for nothing in (("glass", "tv", "material"), ("glass", "panel", "component"), ("radio", "tv", "material")):
        with pytest.raises(KeyError):
            editing.remove_edge(small(), *nothing)


def test_terms_are_added_behind_those_that_are_there_once():
    after = editing.add_terms(small(), "tv", ["电视机", "液晶电视", "ＬＥＤ电视", "LED电视"])
    assert after["nodes"][2]["terms"] == ["液晶电视", "电视机", "ＬＥＤ电视"]


def test_a_node_gets_another_code_with_the_edges_to_it():
    after = editing.recode(small(), "tv", "tv_set")
    assert [node["code"] for node in after["nodes"]] == ["glass", "panel", "tv_set", "test"]
    assert after["nodes"][1]["supplies"] == [{"to": "tv_set", "kind": "component"}, {"to": "test", "kind": "product"}]
    assert after["nodes"][3]["supplies"] == [{"to": "tv_set", "kind": "service"}] and inspected(after, "nd")[1] == ()
    assert editing.recode(small(), "tv", "tv") == small()
    for wrong in ("panel", "TV", ""):
        with pytest.raises(BadChain):
            editing.recode(small(), "tv", wrong)


@pytest.mark.parametrize("edit", [
    lambda data: editing.recode(data, "radio", "x"),
    lambda data: editing.change_node(data, "radio", {}), lambda data: editing.remove_node(data, "radio"),
    lambda data: editing.add_terms(data, "radio", ["x"]), lambda data: editing.add_edge(data, "radio", "tv", "material"),
])
def test_a_node_that_is_not_there_is_a_key_error(edit):
    with pytest.raises(KeyError):
        edit(small())


# -- a draft with faults -----------------------------------------------------------------------------------------------


def test_a_draft_with_faults_is_read_as_far_as_it_can_be():
    data = copy.deepcopy(SMALL)
    data["nodes"][0]["supplies"].append({"to": "radio", "kind": "material"})
    data["nodes"][2]["terms"] = ["显示面板"]
    found, problems = inspected(data, "nd")
    assert [problem.code for problem in problems] == ["term_twice", "edge_unknown"]
    assert codes(found.nodes) == ["glass", "panel", "tv", "test"] and len(found.edges) == 4
    assert inspected(small(), "nd") == (chain(small()), ())
    assert inspected([], "nd")[0] is None
