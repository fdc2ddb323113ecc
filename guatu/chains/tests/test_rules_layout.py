"""Where a chain's nodes stand on the sheet. The small drawings are worked out by hand."""

from __future__ import annotations

import random

import pytest

from guatu.chains import catalogue
from guatu.chains.rules.graph import TIERS
from guatu.chains.rules.layout import crossings, layout


def rows(drawn) -> dict[int, list[str]]:
    """The nodes of each column from top to bottom."""
    found: dict[int, list] = {}
    for node in drawn.nodes:
        found.setdefault(node.column, []).append(node)
    return {column: [node.code for node in sorted(nodes, key=lambda node: node.y)] for column, nodes in found.items()}


def test_tiers_stand_from_left_to_right_and_services_last():
    drawn = layout([("s", "service"), ("d", "downstream"), ("m", "midstream"), ("u", "upstream")], [("u", "m"), ("m", "d")])
    assert rows(drawn) == {0: ["u"], 1: ["m"], 2: ["d"], 3: ["s"]}
    assert [band.tier for band in drawn.bands] == list(TIERS)


def test_a_tier_that_is_not_there_takes_no_room():
    drawn = layout([("u", "upstream"), ("d", "downstream")], [("u", "d")])
    assert rows(drawn) == {0: ["u"], 1: ["d"]} and [band.tier for band in drawn.bands] == ["upstream", "downstream"]


def test_two_edges_that_cross_are_laid_side_by_side():
    # As written, a–x and b–y cross once: y stands above x.
    nodes = [("a", "upstream"), ("b", "upstream"), ("y", "downstream"), ("x", "downstream")]
    edges = [("a", "x"), ("b", "y")]
    assert crossings([["a", "b"], ["y", "x"]], edges) == 1
    found = rows(layout(nodes, edges))
    assert crossings([found[0], found[1]], edges) == 0


def test_crossings_counted_by_hand():
    # Three against three in the opposite order cross in every pair: 3; the same order: 0; one moved past two: 2.
    edges = [("a", "x"), ("b", "y"), ("c", "z")]
    assert crossings([["a", "b", "c"], ["z", "y", "x"]], edges) == 3
    assert crossings([["a", "b", "c"], ["x", "y", "z"]], edges) == 0
    assert crossings([["a", "b", "c"], ["y", "z", "x"]], edges) == 2
    # Edges that share an end do not cross.
    assert crossings([["a", "b"], ["x", "y"]], [("a", "x"), ("a", "y"), ("b", "y")]) == 0


def test_what_supplies_its_own_tier_stands_before_it():
    drawn = layout([("late", "midstream"), ("early", "midstream"), ("next", "midstream")],
                   [("early", "next"), ("next", "late")])
    assert rows(drawn) == {0: ["early"], 1: ["next"], 2: ["late"]}
    assert len(drawn.bands) == 1 and drawn.bands[0].left < drawn.nodes[0].x < drawn.bands[0].right


def test_a_long_column_is_folded_so_that_the_sheet_keeps_its_shape():
    nodes = [(f"n{n:02}", "upstream") for n in range(60)]
    wide, tall = layout(nodes, [], shape=2.0), layout(nodes, [], shape=0.2)
    assert wide.width > wide.height and tall.height > tall.width


def test_nothing_at_all():
    drawn = layout([], [])
    assert drawn.nodes == () and drawn.bands == ()


@pytest.mark.parametrize("code", sorted(catalogue.shipped()))
def test_every_shipped_chain(code):
    chain = catalogue.shipped()[code]
    nodes = [(node.code, node.tier) for node in chain.nodes]
    edges = [(edge.source, edge.target) for edge in chain.edges]
    drawn = layout(nodes, edges)
    _sound(drawn, nodes, edges)
    assert drawn == layout(nodes, edges)


@pytest.mark.parametrize("seed", range(5))
def test_random_chains_of_three_hundred_nodes(seed):
    dice = random.Random(seed)
    nodes = [(f"n{n}", dice.choice(TIERS)) for n in range(300)]
    order = {tier: place for place, tier in enumerate(TIERS)}
    edges = [(one, other) for (one, tier), (other, its) in (dice.sample(nodes, 2) for _ in range(600))
             if order[tier] < order[its] or (tier == its and int(one[1:]) < int(other[1:]))]
    _sound(layout(nodes, edges), nodes, edges)


def _sound(drawn, nodes, edges) -> None:
    """Every node once, inside its tier's band, apart from its neighbours; edges lead to the right but for services'."""
    assert sorted(node.code for node in drawn.nodes) == sorted(code for code, _tier in nodes)
    tiers, at = dict(nodes), {node.code: node for node in drawn.nodes}
    bands = {band.tier: band for band in drawn.bands}
    for code, node in at.items():
        assert bands[tiers[code]].left <= node.x <= bands[tiers[code]].right
        assert 0 <= node.x <= drawn.width and 0 <= node.y <= drawn.height
    for one in drawn.nodes:
        for other in drawn.nodes:
            if one.code < other.code and one.column == other.column:
                assert abs(one.y - other.y) >= 30
    for source, target in edges:
        if "service" not in (tiers[source], tiers[target]):
            assert at[source].x < at[target].x
    written = [[code for code, tier in nodes if tier == one] for one in TIERS]
    drawn_so = [sorted((code for code, tier in nodes if tier == one), key=lambda code: (at[code].y, at[code].x)) for one in TIERS]
    assert crossings(drawn_so, edges) <= crossings(written, edges)
