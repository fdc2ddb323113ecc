"""Which chains a firm belongs to: scores worked out by hand, and texts whose chain was decided by hand."""

from __future__ import annotations

import pytest

from guatu.chains import catalogue
from guatu.chains.rules.mapping import RULES, Found, Mapper
from guatu.chains.rules.membership import members, node_weight, scores

TIERS = {("home", "fridge"): "downstream", ("home", "steel"): "upstream", ("home", "repair"): "service",
         ("car", "parts"): "midstream"}
PLAIN = {
    "fields": {"products": 0.5, "main_business": 0.5}, "named": 0.15, "name": 0.1, "fade": 1.0, "compound": 0.6,
    "roles": {"makes": 1.0, "develops": 1.0, "sells": 0.0, "serves": 0.0},
    "tiers": {"upstream": 0.5, "midstream": 1.0, "downstream": 1.0, "service": 0.0}, "threshold": 0.25,
    "chains": {"car": {"names": ["汽车"], "nodes": {"parts": 0.8}}},
}


def found(chain: str, node: str, field: str, item: int, items: int, role: str = "makes", known: bool = True) -> Found:
    return Found(chain, node, role, field, 0, 2, None, "某", item, items, known)


def test_the_share_of_each_field_is_weighed_by_place():
    # places of three items with fade 1: 1, 1/2, 1/3, together 11/6. The first: 6/11; half of it for one of two fields.
    both = [found("home", "fridge", "products", 0, 3), found("car", "parts", "main_business", 0, 1)]
    assert scores("", both, TIERS, PLAIN) == {"home": pytest.approx(3 / 11), "car": pytest.approx(0.4)}
    # with one field only, the share is the score
    assert scores("", both[:1], TIERS, PLAIN) == {"home": pytest.approx(6 / 11)}


def test_role_and_node_weigh():
    assert scores("", [found("home", "steel", "products", 0, 1)], TIERS, PLAIN) == {"home": 0.5}
    assert scores("", [found("home", "fridge", "products", 0, 1, "sells")], TIERS, PLAIN) == {"home": 0}
    assert scores("", [found("car", "parts", "products", 0, 1, known=False)], TIERS, PLAIN) == {"car": 0.6}
    assert node_weight("car", "parts", TIERS, PLAIN) == 0.8
    assert node_weight("home", "repair", TIERS, PLAIN) == 0


def test_an_item_counts_once():
    twice = [found("home", "fridge", "products", 0, 1), found("home", "steel", "products", 0, 1)]
    assert scores("", twice, TIERS, PLAIN) == {"home": 1.0}


def test_a_name_adds_to_what_is_made_and_is_nothing_alone():
    part = [found("car", "parts", "products", 0, 1)]
    assert scores("某某汽车有限公司", part, TIERS, PLAIN) == {"car": pytest.approx(0.9)}
    assert scores("某某汽车有限公司", [], TIERS, PLAIN) == {}
    assert scores("", [found("car", "parts", "name", 0, 1)], TIERS, PLAIN) == {"car": 0.15}


def test_without_a_main_business_nothing_is_decided():
    assert members("", [found("home", "fridge", "scope", 0, 1)], TIERS, PLAIN) is None
    assert members("", [found("home", "fridge", "products", 0, 1)], TIERS, PLAIN) == {"home"}
    assert members("", [found("home", "fridge", "products", 3, 4)], TIERS, PLAIN) == set()  # 0.25 of 25/12: 3/25


# -- the shipped rules and chains ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mapper():
    return Mapper(catalogue.shipped().values())


def on(mapper, name: str, **texts: str) -> set[str]:
    judged = ("nd", "ic", "sha", "auto", "ship", "aero")
    return {one.chain for one in mapper.read(name, texts) if one.role in ("makes", "develops") and one.chain in judged}


@pytest.mark.parametrize(("texts", "expected"), [
    ({"products": "电冰箱、洗衣机、空调", "main_business": "家用电器的研发、生产和销售"}, {"sha"}),
    ({"products": "前照灯、后组合灯", "main_business": "汽车灯具的研发、生产和销售"}, {"auto"}),
    # A part that no list knows is known by the car it is for.
    ({"products": "汽车水泵壳体、汽车支座", "main_business": "精密机械零件的生产"}, {"auto"}),
    # What a firm makes beside its business does not put it on a chain; nor does what its products are for.
    ({"products": "复合肥、尿素、甲醇、车用尿素", "main_business": "化肥的生产和销售"}, set()),
    ({"products": "聚碳酸酯", "main_business": "聚碳酸酯的生产，产品用于汽车、家用电器和液晶显示器"}, set()),
    # A seller is no maker, whatever he lists.
    ({"products": "汽车、汽车配件", "main_business": "汽车的销售"}, set()),
    ({"products": "百货、超市、家用电器", "main_business": "商品零售业务"}, set()),
    ({"products": "晶圆测试、成品测试", "main_business": "集成电路测试服务"}, {"ic"}),
    ({"products": "船用甲板机械、锚链", "main_business": "船用设备的制造"}, {"ship"}),
    ({"products": "飞机结构件、航空工装", "main_business": "航空零部件的研发和制造"}, {"aero"}),
    ({"products": "液晶显示模组、触控显示模组", "main_business": "中小尺寸显示屏的研发、生产和销售"}, {"nd"}),
    ({"products": "白酒", "main_business": "白酒的酿造"}, set()),
])
def test_firms_stand_on_the_chain_of_their_trade(mapper, texts, expected):
    assert on(mapper, "某某股份有限公司", **texts) == expected


def test_what_a_firm_makes_beside_its_business_can_be_asked_for(mapper):
    texts = {"products": "复合肥、尿素、甲醇、车用尿素", "main_business": "化肥的生产和销售"}
    assert "exhaust" in {one.node for one in mapper.read("", texts, everything=True) if one.chain == "auto"}


def test_in_the_register_each_stated_role_stands(mapper):
    assert on(mapper, "", scope="化肥、化工产品、建材、服装、家具、玩具的生产；汽车座椅制造；复合肥制造") == {"auto"}


def test_the_rules_name_what_is_there(mapper):
    """A misspelt node or chain in the rules would be passed over in silence."""
    chains = catalogue.shipped()
    for code, rule in RULES["membership"]["chains"].items():
        assert set(rule) <= {"names", "tiers", "nodes", "threshold"}
        assert set(rule.get("nodes", {})) <= {node.code for node in chains[code].nodes}
    for code, rule in RULES["compounds"].items():
        assert code == "most" or rule["node"] in {node.code for node in chains[code].nodes}
