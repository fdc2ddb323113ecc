"""A register small enough to be ranked by hand: who could make polarisers for the zone `z` (370211)?

    a   Suzhou, 2005, 1,000 万: a subsidiary in Chengdu (2008), a branch in Chongqing (2012)
    b   Shenzhen, 2003, 10,000 万: a subsidiary in the zone (b2, 2011-05-01), which is what lands after 2010
    c   Wuxi, revoked, nobody knows when
    d   a maker in the zone
    e   a branch in Xiamen, whose parent the register does not have
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from guatu.chains.mappings import KEPT
from guatu.chains.tests.standing_world import publish

SUZHOU, SHENZHEN, WUXI, HERE, XIAMEN, CHENGDU, CHONGQING = (
    ("32", "3205", None), ("44", "4403", None), ("32", "3202", None), ("37", "3702", "370211"), ("35", "3502", None),
    ("51", "5101", None), ("50", "5000", None))

#: key: name, place, registered, status, capital in 万元
ROWS = {
    "a": ("苏州海光电子科技有限公司", SUZHOU, "2005-01-01", "operating", 1000),
    "a2": ("海光电子科技（成都）有限公司", CHENGDU, "2008-06-01", "operating", 100),
    "a3": ("苏州海光电子科技有限公司重庆分公司", CHONGQING, "2012-06-01", "operating", None),
    "b": ("深圳大明光学有限公司", SHENZHEN, "2003-01-01", "operating", 10_000),
    "b2": ("大明光学（青岛）有限公司", HERE, "2011-05-01", "operating", 500),
    "c": ("无锡小器电子有限公司", WUXI, "2004-01-01", "revoked", 1000),
    "d": ("青岛本地光电有限公司", HERE, "2001-01-01", "operating", 1000),
    "e": ("广州长光电子有限公司厦门分公司", XIAMEN, "2006-01-01", "operating", None),
}
MAKERS = ("a", "b", "c", "d", "e")


def register_row(key: str, name: str, place: tuple, registered: str | None, status: str, wan: int | None) -> dict:
    province, city, county = place
    return {
        "key": key, "uscc": None, "name": name, "registered_on": registered and date.fromisoformat(registered),
        "deregistered_on": None, "status": status, "kind": None, "capital_cny": wan and Decimal(wan) * 10_000, "capital_text": None,
        "scope": "偏光片的生产", "main_business": None, "products": None, "province_code": province, "city_code": city,
        "county_code": county, "address": None, "longitude": None, "latitude": None, "industry_code": None, "revenue_cny": None,
        "employees": None,
    }


def mapping_row(row: dict, node: str = "polariser", role: str = "makes", chain: str = "nd") -> dict:
    return {name: row[name] for name in KEPT} | {
        "chain": chain, "node": node, "role": role, "confidence": Decimal("0.90"), "field": "scope", "start": 0, "end": 3,
        "verb_start": None, "verb_end": None, "term": "偏光片"}


def publish_targets(more: list[dict] = (), mapped: list[dict] = ()) -> None:
    rows = [register_row(key, *row) for key, row in ROWS.items()]
    publish([*rows, *more], [*(mapping_row(row) for row in rows if row["key"] in MAKERS), *mapped])
