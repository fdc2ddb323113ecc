"""One enterprise on chains written for these tests; what each text says was decided by hand."""

from __future__ import annotations

from datetime import date

import pytest

from guatu.chains.rules.graph import Chain, Node
from guatu.chains.rules.mapping import Found, Mapper, combine


def chain(code: str, **nodes: str) -> Chain:
    """`fridge="downstream 冰箱 电冰箱 -冰箱贴"`: a tier, terms, and after a minus what is excluded."""
    made = []
    for name, text in nodes.items():
        tier, *words = text.split()
        made.append(Node(name, name, tier, "", tuple(word for word in words if word[0] != "-"),
                         tuple(word[1:] for word in words if word[0] == "-")))
    return Chain(code, code, date(2026, 1, 1), "tests", tuple(made), ())


MAPPER = Mapper([
    chain("home", fridge="downstream 冰箱 -冰箱压缩机", compressor="midstream 压缩机", repair="service 家电维修"),
    chain("motor", compressor="upstream 压缩机 冰箱压缩机", car="downstream 汽车", dealer="service 汽车销售"),
])


def told(name: str = "", **texts: str) -> dict[str, str]:
    """home.fridge -> makes"""
    return {f"{one.chain}.{one.node}": one.role for one in MAPPER.read(name, texts, everything=True)}


@pytest.mark.parametrize(("texts", "expected"), [
    ({"scope": "生产冰箱；销售压缩机"},
     {"home.fridge": "makes", "home.compressor": "sells", "motor.compressor": "sells"}),
    # The longer word of one chain hides the shorter of another chain no more than of its own: home excludes it.
    ({"scope": "冰箱压缩机制造"}, {"motor.compressor": "makes"}),
    # A list without verbs has no role in a scope; what a firm offers it makes.
    ({"scope": "冰箱、压缩机"}, {}),
    ({"products": "冰箱、压缩机"},
     {"home.fridge": "makes", "home.compressor": "makes", "motor.compressor": "makes"}),
    ({"main_business": "冰箱"}, {"home.fridge": "makes"}),
    # A verb in a list of products is about its own item.
    ({"products": "冰箱、压缩机销售"},
     {"home.fridge": "makes", "home.compressor": "sells", "motor.compressor": "sells"}),
    # A service offered is served; a business is no verb; an investment is no product.
    ({"products": "家电维修"}, {"home.repair": "serves"}),
    ({"products": "冰箱业务"}, {"home.fridge": "makes"}),
    ({"main_business": "汽车投资"}, {}),
    # He whose main business is selling sells what he lists.
    ({"products": "冰箱", "main_business": "家电的批发和零售"}, {"home.fridge": "sells"}),
    # A stated role overrules the default of a list.
    ({"products": "冰箱、汽车", "main_business": "冰箱的生产，汽车的销售"},
     {"home.fridge": "makes", "motor.car": "sells", "motor.dealer": "sells"}),
    # The strongest of two.
    ({"scope": "冰箱销售；冰箱制造"}, {"home.fridge": "makes"}),
    # Fabless firms develop.
    ({"main_business": "冰箱的生产和销售，采用Fabless模式"}, {"home.fridge": "develops"}),
    ({"products": ""}, {}),
])
def test_roles_by_node(texts, expected):
    found = told(**texts)
    found.pop("motor.dealer", None)
    expected.pop("motor.dealer", None)
    assert found == expected


def test_a_name_speaks_by_its_verb():
    assert told("某某冰箱制造有限公司") == {"home.fridge": "makes"}
    assert told("某某冰箱有限公司") == {}


def test_the_words_stand_in_the_field_as_written():
    text = "　ＡＢ：生产：冰 箱"
    (one,) = MAPPER.read("", {"scope": text})
    assert text[one.start:one.end] == "冰 箱" and text[slice(*one.verb)] == "生产"
    assert one.evidence(text) == "生产：冰 箱"


def test_far_words_are_shown_without_what_stands_between():
    text = "生产" + "、".join(["电扇"] * 30) + "、冰箱"
    (one,) = MAPPER.read("", {"scope": text})
    assert one.evidence(text) == "生产…冰箱"


def test_what_agrees_is_surer_and_a_default_less_sure():
    alone = MAPPER.read("", {"products": "冰箱"})[0].confidence
    stated = MAPPER.read("", {"main_business": "冰箱的制造"})[0].confidence
    both = MAPPER.read("", {"products": "冰箱", "main_business": "冰箱的制造"})[0]
    assert 0 < alone < stated < both.confidence < 1
    assert both.field == "main_business"


def test_an_unknown_field_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="brand"):
        MAPPER.read("", {"brand": "冰箱"})


def test_combining_needs_no_text():
    weak = Found("c", "n", "sells", "scope", 0, 2, (2, 4), "冰箱")
    strong = Found("c", "n", "makes", "products", 5, 7, None, "冰箱")
    (one,) = combine([strong, weak])
    assert (one.role, one.field) == ("sells", "scope")  # stated before default
    assert combine([]) == []
