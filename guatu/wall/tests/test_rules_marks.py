"""Marks on sheets: every project has a place inside its sheet, whatever the numbers."""

import random
from decimal import Decimal

import pytest

from guatu.wall.rules import marks
from guatu.wall.rules.treemap import Box


@pytest.mark.parametrize("seed", range(30))
def test_every_mark_has_its_own_place_on_the_sheet(seed):
    chance = random.Random(seed)
    box = Box(chance.random() * 100, 10, 30 + chance.random() * 300, 20 + chance.random() * 200)
    count = chance.randrange(1, 60)
    found = marks.grid(box, count, marks.pitch({"a": box}, {"a": count}, 76))
    places = [found.place(number) for number in range(count)]
    assert len(set(places)) == count and found.columns * found.rows >= count
    for x, y in places:
        assert box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def test_the_distance_is_the_largest_at_which_nearly_all_fit():
    sheets = {"large": Box(0, 0, 300, 300), "small": Box(0, 0, 20, 20)}
    distance = marks.pitch(sheets, {"large": 30, "small": 1}, 76)
    assert marks.capacity(sheets["large"], distance) >= 30
    assert marks.capacity(sheets["large"], distance * 1.02) < 30
    assert marks.pitch(sheets, {"large": 1}, 76) == 76


def test_classes_of_investment():
    yi = Decimal(100_000_000)
    assert [marks.investment_class(amount) for amount in (None, Decimal(0), yi - 1, yi, 10 * yi, 50 * yi)] == [
        "unknown", "under_1", "under_1", "under_10", "under_50", "over_50"]
    sizes = [marks.radius(code) for code, _below, _size in marks.CLASSES]
    assert sizes == sorted(sizes) and marks.radius("unknown") == marks.UNKNOWN_RADIUS


def test_the_worst_light_comes_first():
    assert marks.worst(["done", "green", "red"]) == "red"
    assert marks.worst(["done", "done_late"]) == "done_late"
    assert marks.worst([]) == ""


def test_names_are_cut_to_their_room():
    assert marks.fitted("青岛经济技术开发区", 200, 14) == "青岛经济技术开发区"
    assert marks.fitted("青岛经济技术开发区", 60, 14) == "青岛经济…"
    assert marks.wrapped("山东自贸试验区青岛片区", 80, 14) == ["山东自贸试", "验区青岛片…"]
    assert marks.wrapped("Qingdao itself", 60, 10) == ["Qingdao", "itself"]
