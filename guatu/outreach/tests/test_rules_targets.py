"""Terms of a target and what a name tells, worked out by hand before the code that they judge."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from guatu.outreach.rules.targets import Candidate, Gap, Weighing, ranked, rated
from guatu.outreach.rules.targets_names import NameReader

WEIGHING = Weighing(
    weights={"maker": 25, "size": 15, "growth": 10, "habit": 20, "tie": 10, "distance": 5, "cluster": 10, "listed": 5},
    roles={"makes": Decimal("1"), "develops": Decimal("0.6")},
    capital=(Decimal(1_000_000), Decimal(100_000_000)), employees=(Decimal(10), Decimal(1000)),
    revenue=(Decimal(10_000_000), Decimal(10_000_000_000)), listed=Decimal("0.5"),
    ripe=(3, 15, 35), recent_years=5, full_recent=2, full_habit=7, full_tie=3, full_cluster=63,
    reach_km=1500, provinces={"same": Decimal(1), "neighbour": Decimal("0.6"), "other": Decimal("0.2")},
    restricted=("平板玻璃",),
)
GAP = Gap("nd", "polariser", date(2019, 12, 31), provinces=("37",), neighbours=("13", "32", "34", "41"), anchors={
    "polariser": ("module",), "film": ("backlight", "polariser")})
FIRM = Candidate(
    key="k1", uscc="k1", name="甲光电有限公司", role="makes", confidence=Decimal("0.85"), term="偏光片",
    registered_on=date(2009, 12, 31), capital_cny=Decimal(10_000_000), province_code="32", city_code="3205",
    nodes=("polariser", "film"), offshoot_cities=3, recent_offshoots=1, city_makers=7)


def values(candidate, gap=GAP, weighing=WEIGHING):
    return {code: term.value for code, term in rated(candidate, gap, weighing).terms.items()}


def test_the_terms_of_a_firm_by_hand():
    # maker 1 × 0.85; size log10(10)/log10(100) = 0.5; growth: ten years old is ripe (1), one of two recent (0.5): 0.75;
    # habit log2(4)/log2(8) = 2/3; tie: module, backlight, polariser of 3; 32 borders on 37; cluster log2(8)/log2(64).
    assert values(FIRM) == {
        "maker": Decimal("0.85"), "size": Decimal("0.50"), "growth": Decimal("0.75"), "habit": Decimal("0.67"),
        "tie": Decimal("1.00"), "distance": Decimal("0.60"), "cluster": Decimal("0.50"), "listed": Decimal("0.00")}


def test_the_score_is_the_sum_of_the_points_that_are_shown():
    # 21.25 + 7.5 + 7.5 + 13.4 + 10 + 3 + 5 + 0
    found = rated(FIRM, GAP, WEIGHING)
    assert found.score == Decimal("67.65") == sum(term.points for term in found.terms.values())
    assert all(0 <= term.value <= 1 for term in found.terms.values())


@pytest.mark.parametrize(("change", "term", "value"), [
    ({"role": "develops"}, "maker", "0.51"),
    ({"confidence": None}, "maker", "1.00"),  # a person said so
    ({"capital_cny": Decimal(500_000)}, "size", "0.00"),
    ({"capital_cny": Decimal(10) ** 15}, "size", "1.00"),
    ({"capital_cny": None}, "size", "0.00"),
    ({"capital_cny": None, "employees": 100}, "size", "0.50"),
    ({"employees": 1000}, "size", "1.00"),  # the largest of what is known
    ({"registered_on": date(2018, 7, 2), "recent_offshoots": 0}, "growth", "0.25"),  # half of three years: 0.5
    ({"registered_on": date(1994, 12, 31), "recent_offshoots": 0}, "growth", "0.25"),  # 25: half way from 15 to 35
    ({"registered_on": None, "recent_offshoots": 9}, "growth", "0.50"),
    ({"offshoot_cities": 0}, "habit", "0.00"),
    ({"offshoot_cities": 1}, "habit", "0.33"),
    ({"offshoot_cities": 70}, "habit", "1.00"),
    ({"nodes": ("polariser",)}, "tie", "0.33"),
    ({"nodes": ("tv",)}, "tie", "0.00"),
    ({"province_code": "37"}, "distance", "1.00"),
    ({"province_code": "44"}, "distance", "0.20"),
    ({"province_code": None}, "distance", "0.00"),
    ({"km": 750.0}, "distance", "0.50"),
    ({"km": 3000.0}, "distance", "0.00"),
    ({"city_makers": 63}, "cluster", "1.00"),
    ({"listed": True}, "listed", "0.50"),
    ({"revenue_cny": Decimal(100_000_000)}, "listed", "0.33"),
    ({"revenue_cny": Decimal(10_000_000_000), "listed": True}, "listed", "1.00"),
])
def test_each_term_alone(change, term, value):
    assert values(replace(FIRM, **change))[term] == Decimal(value)


@pytest.mark.parametrize(("change", "code"), [
    ({}, None),
    ({"gone": "revoked"}, "gone"),
    ({"here": True}, "here"),
    ({"here_through": "甲光电(青岛)有限公司"}, "here_through"),
    ({"branch_of": "乙光电有限公司"}, "branch"),
    ({"term": "平板玻璃"}, "restricted"),
    ({"barred": "在册失信"}, "barred"),
    ({"in_talks": "线索 L1"}, "in_talks"),
    ({"gone": "revoked", "here": True}, "gone"),  # the first that holds, in this order
])
def test_exclusions_are_named(change, code):
    found = rated(replace(FIRM, **change), GAP, WEIGHING).excluded
    assert (found.code if found else None) == code
    if found:
        assert found.sentence()


def test_the_excluded_stand_behind_and_what_scores_alike_stands_by_its_key():
    rows = [replace(FIRM, key="b"), replace(FIRM, key="a"), replace(FIRM, key="z", here=True, offshoot_cities=7),
            replace(FIRM, key="c", offshoot_cities=7)]
    assert [row.candidate.key for row in ranked(rows, GAP, WEIGHING)] == ["c", "a", "b", "z"]


def test_every_sentence_can_be_said():
    for term in rated(FIRM, GAP, WEIGHING).terms.values():
        assert "%(" not in term.told.sentence()


READER = NameReader(["青岛市", "青岛", "山东省", "山东", "北京市", "北京", "嘉兴市", "嘉兴", "河北", "河北省"])


@pytest.mark.parametrize(("name", "core", "parent"), [
    ("青岛海光电子科技有限公司", "海光电子科技", ""),
    ("山东省青岛市海光电子科技有限责任公司", "海光电子科技", ""),
    ("海光电子科技（青岛）股份有限公司", "海光电子科技", ""),
    ("海光电子科技集团有限公司", "海光电子科技", ""),
    ("北京海光电子科技有限公司青岛分公司", "海光电子科技", "北京海光电子科技有限公司"),
    ("丽海精密机械(嘉兴)有限公司青岛分公司", "丽海精密机械", "丽海精密机械(嘉兴)有限公司"),
    ("海光集团公司第四分厂", "海光", "海光集团公司"),
    ("青岛啤酒股份有限公司", "啤酒", ""),
    ("青岛", "青岛", ""),
    ("", "", ""),
    ("ＡＢＣ电子（北京）有限公司", "abc电子", ""),
])
def test_what_a_name_tells(name, core, parent):
    found = READER.read(name)
    assert (found.core, found.parent) == (core, parent)
