"""Sheets: areas in proportion, nothing overlapping, the same every time."""

import random

import pytest

from guatu.wall.rules.treemap import Box, Margins, Node, layout, squarify

FRAME = Box(0, 0, 860, 540)
NO_MARGINS, MARGINS = Margins(0, 0, 0), Margins(22, 7, 8)


def weights(seed: int) -> list[float]:
    chance = random.Random(seed)
    return sorted((chance.choice([1, 3, 40, 700]) * (1 + chance.random()) for _n in range(chance.randrange(1, 40))), reverse=True)


def overlap(one: Box, other: Box) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, width) * max(0.0, height)


@pytest.mark.parametrize("seed", range(25))
def test_areas_are_in_proportion_fill_the_frame_and_do_not_overlap(seed):
    given = weights(seed)
    boxes = squarify(given, FRAME)
    scale = FRAME.area / sum(given)
    for weight, box in zip(given, boxes, strict=True):
        assert box.area == pytest.approx(weight * scale, rel=1e-9)
        assert box.x >= -1e-6 and box.y >= -1e-6
        assert box.x + box.width <= FRAME.width + 1e-6 and box.y + box.height <= FRAME.height + 1e-6
    assert sum(box.area for box in boxes) == pytest.approx(FRAME.area)
    for place, box in enumerate(boxes):
        assert sum(overlap(box, other) for other in boxes[place + 1 :]) < 1e-3


def test_equal_weights_make_squarish_boxes():
    for box in squarify([1] * 12, FRAME):
        assert max(box.width / box.height, box.height / box.width) < 2


def test_weights_must_be_above_zero():
    with pytest.raises(ValueError):
        squarify([1, 0], FRAME)


def forest(chance: random.Random) -> list[Node]:
    return [
        Node(f"t{n}", chance.randrange(3), tuple(Node(f"t{n}.{m}", 1 + chance.randrange(30)) for m in range(1 + chance.randrange(5))))
        for n in range(4)
    ]


@pytest.mark.parametrize("seed", range(10))
def test_a_layout_depends_on_weights_and_keys_alone(seed):
    tops = forest(random.Random(seed))
    first = layout(tops, FRAME, MARGINS)
    turned = [Node(node.key, node.weight, tuple(reversed(node.below))) for node in reversed(tops)]
    assert layout(turned, FRAME, MARGINS) == first


@pytest.mark.parametrize("seed", range(10))
def test_sheets_lie_in_their_frames_in_proportion_to_their_weights(seed):
    tops = forest(random.Random(seed))
    sheets = layout(tops, FRAME, NO_MARGINS)
    frames = {sheet.key: sheet.box for sheet in sheets if sheet.is_frame}
    leaves = {sheet.key: sheet.box for sheet in sheets if not sheet.is_frame}
    for node in tops:
        parts = [(part.key, part.weight) for part in node.below] + ([(node.key, node.weight)] if node.weight else [])
        scale = frames[node.key].area / node.total
        for key, weight in parts:
            assert leaves[key].area == pytest.approx(weight * scale, rel=1e-6)
            assert overlap(leaves[key], frames[node.key]) == pytest.approx(leaves[key].area, rel=1e-6)


def test_a_node_with_nodes_below_and_weight_of_its_own_gets_a_frame_and_a_sheet():
    sheets = layout([Node("a", 5, (Node("b", 5),))], FRAME, NO_MARGINS)
    assert [(sheet.key, sheet.is_frame, sheet.depth) for sheet in sheets] == [("a", True, 0), ("a", False, 1), ("b", False, 1)]
