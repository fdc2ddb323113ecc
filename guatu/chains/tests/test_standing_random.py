"""Random registers: every figure equals a plain count in Python, and every count its list."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from guatu.chains.actions import judge_mapping
from guatu.chains.catalogue import chains
from guatu.chains.mappings import KEPT
from guatu.chains.queries import node_enterprises, panorama
from guatu.chains.rules.standing import PLACES, ROLES
from guatu.chains.rules.web import web
from guatu.chains.tests.standing_world import HERE, JINAN, NEAR, NOWHERE, SHENZHEN, declare_zones, publish, register_row

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]
DAY = date(2015, 6, 30)
NODES = ("tv", "module", "polariser", "backlight", "display_device")


def made(seed: int) -> tuple[dict[str, dict], list[dict]]:
    """Enterprises by key, and their mappings."""
    dice = random.Random(seed)

    def day():
        return date(2010, 1, 1) + timedelta(days=dice.randrange(3650))

    register, mappings = {}, []
    for number in range(150):
        key = f"r{number:03d}"
        place = dice.choice((HERE, HERE, NEAR, JINAN, SHENZHEN, NOWHERE))
        register[key] = register_row("k01") | {
            "key": key, "name": key, "scope": "生产：液晶电视", "registered_on": dice.choice((None, day(), day(), day())),
            "deregistered_on": dice.choice((None, None, None, day())),
            "status": dice.choice(("operating", "operating", "revoked", "unknown", None)),
            "capital_cny": dice.choice((None, Decimal(dice.randrange(10**6)))), "province_code": place[0],
            "city_code": place[1], "county_code": place[2],
        }
        for node in dice.sample(NODES, dice.randrange(3)):
            mappings.append({name: register[key][name] for name in KEPT} | {
                "chain": "nd", "node": node, "role": dice.choice(ROLES), "confidence": Decimal("0.50"), "field": "scope",
                "start": 3, "end": 7, "verb_start": 0, "verb_end": 2, "term": "液晶电视"})
    return register, mappings


def stands(row: dict) -> bool:
    if row["registered_on"] is not None and row["registered_on"] > DAY:
        return False
    if row["deregistered_on"] is not None:
        return row["deregistered_on"] > DAY
    return row["status"] not in ("revoked", "deregistered", "moved_out")


def lies(row: dict, place: str) -> bool:
    here = row["county_code"] == "370211"
    return {"here": here, "near": row["city_code"] == "3702" and not here, "province": row["province_code"] == "37",
            "nation": True}[place]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_figure_equals_a_plain_count(system, settings, tmp_path, seed):
    settings.GUATU_HOME = tmp_path
    register, mappings = made(seed)
    publish(list(register.values()), mappings)
    declare_zones(system)
    roles = {(row["key"], row["node"]): row["role"] for row in mappings}
    for key, node in sorted(roles)[::40]:
        judge_mapping(system, key, "nd", node, "reject", "不对", valid_on=DAY)
        del roles[key, node]
    judge_mapping(system, "r000", "nd", "backlight", "confirm", "走访", role="makes", valid_on=DAY)
    roles["r000", "backlight"] = "makes"
    found = panorama("nd", "z", DAY)
    counting = [row for row in register.values() if stands(row)]
    for place in PLACES:
        assert getattr(found.coverage, place) == sum(lies(row, place) for row in counting)
    uses = web(chains()["nd"]).uses
    for code in NODES:
        node = found.node(code)
        for role in ROLES:
            for place in PLACES:
                keys = sorted(key for (key, of), plays in roles.items()
                              if of == code and plays == role and stands(register[key]) and lies(register[key], place))
                assert getattr(node.counts(role), place) == len(keys), (code, role, place)
            listed = [row.key for row in node_enterprises("nd", code, "z", role, DAY, place="nation", page_size=500).rows]
            assert sorted(listed) == keys
        capitals = [register[key]["capital_cny"] for (key, of), plays in roles.items()
                    if of == code and plays == "makes" and stands(register[key]) and lies(register[key], "here")]
        known = [capital for capital in capitals if capital is not None]
        assert (node.capital_cny.value or 0, node.capital_cny.known) == (sum(known), len(known))
        nearest: dict[str, int] = {}
        for (key, of), plays in roles.items():
            if of in uses[code] and plays == "makes" and stands(register[key]) and lies(register[key], "here"):
                nearest[key] = min(uses[code][of], nearest.get(key, 99))
        assert dict(node.users.by_distance) == {step: list(nearest.values()).count(step) for step in sorted(set(nearest.values()))}
        listed = node_enterprises("nd", code, "z", "uses", DAY, page_size=7)
        keys = [row.key for row in listed.rows]
        while listed.cursor:
            listed = node_enterprises("nd", code, "z", "uses", DAY, page_size=7, cursor=listed.cursor)
            keys += [row.key for row in listed.rows]
        assert sorted(keys) == sorted(nearest)
