"""A register of 18 enterprises and their places on the display chain, small enough to be counted by hand.

    here (370211)      k01 k02 k03 k07 make televisions, k04 k05 k07 modules; k06 sells polarisers
    near (Qingdao)     k08 makes polarisers
    province (Jinan)   k09 makes polarisers
    nation (Shenzhen)  k10 k11 k12 make polarisers, k13 develops them

k03 was deregistered on 2018-03-01. k04 has no day of registration. k05 is revoked and k18 moved out, nobody knows when.
k14, k15, k16 and k17 are on no chain; k16 says not where it is.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa

from guatu.chains.mappings import KEPT, MAPPINGS
from guatu.enterprises.actions import declare_territory
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel import actions
from guatu.kernel.models import Organisation

HERE, NEAR, JINAN, SHENZHEN, NOWHERE = (
    ("37", "3702", "370211"), ("37", "3702", "370281"), ("37", "3701", "370102"), ("44", "4403", "440306"), (None, None, None))

#: key: place, registered, gone, status, capital, scope
ROWS = {
    "k01": (HERE, "2010-01-01", None, "operating", "100", "生产：液晶电视。"),
    "k02": (HERE, "2015-06-01", None, "operating", "300", "液晶电视制造"),
    "k03": (HERE, "2010-01-01", "2018-03-01", "deregistered", "500", "生产：液晶电视"),
    "k04": (HERE, None, None, "operating", None, "显示模组的生产"),
    "k05": (HERE, "2009-01-01", None, "revoked", "70", "显示模组的生产"),
    "k06": (HERE, "2016-01-01", None, "operating", "5", "批发、零售：偏光片"),
    "k07": (HERE, "2012-01-01", None, None, "50", "生产：显示模组、液晶电视"),
    "k08": (NEAR, "2011-01-01", None, "operating", "10", "生产：偏光片"),
    "k09": (JINAN, "2011-01-01", None, "operating", "5", "偏光片制造"),
    "k10": (SHENZHEN, "2011-01-01", None, "operating", "1", "偏光片制造"),
    "k11": (SHENZHEN, "2011-01-01", None, "operating", "1", "偏光片制造"),
    "k12": (SHENZHEN, "2011-01-01", None, "operating", "2", "偏光片制造"),
    "k13": (SHENZHEN, "2011-01-01", None, "operating", "2", "偏光片的研发"),
    "k14": (HERE, "2000-01-01", None, "operating", "9", "光电材料"),
    "k15": (NEAR, "2001-01-01", None, "operating", "9", "餐饮"),
    "k16": (NOWHERE, "2001-01-01", None, "operating", "9", "餐饮"),
    "k17": (HERE, "2019-12-01", None, "operating", "9", "餐饮"),
    "k18": (HERE, "2001-01-01", None, "moved_out", "9", "餐饮"),
}
#: key, node, role, term
ON_CHAIN = [
    ("k01", "tv", "makes", "液晶电视"), ("k02", "tv", "makes", "液晶电视"), ("k03", "tv", "makes", "液晶电视"),
    ("k07", "tv", "makes", "液晶电视"), ("k04", "module", "makes", "显示模组"), ("k05", "module", "makes", "显示模组"),
    ("k07", "module", "makes", "显示模组"), ("k06", "polariser", "sells", "偏光片"), ("k08", "polariser", "makes", "偏光片"),
    ("k09", "polariser", "makes", "偏光片"), ("k10", "polariser", "makes", "偏光片"), ("k11", "polariser", "makes", "偏光片"),
    ("k12", "polariser", "makes", "偏光片"), ("k13", "polariser", "develops", "偏光片"),
]
#: Degrees of the few rows that have coordinates: k08 lies 11 km from the zone's centre, k15 about 100 km.
COORDINATES = {"k08": (120.0, 36.1), "k15": (121.1, 36.0)}


def register_row(key: str) -> dict:
    (province, city, county), registered, gone, status, capital, scope = ROWS[key]
    longitude, latitude = COORDINATES.get(key, (None, None))
    return {
        "key": key, "uscc": None, "name": f"企业{key}", "registered_on": registered and date.fromisoformat(registered),
        "deregistered_on": gone and date.fromisoformat(gone), "status": status, "kind": None,
        "capital_cny": capital and Decimal(capital), "capital_text": None, "scope": scope, "main_business": None,
        "products": None, "province_code": province, "city_code": city, "county_code": county, "address": None,
        "longitude": longitude, "latitude": latitude, "industry_code": None, "revenue_cny": None, "employees": None,
    }


def mapping_row(key: str, node: str, role: str, term: str, chain: str = "nd") -> dict:
    row = register_row(key)
    start = row["scope"].index(term)
    return {name: row[name] for name in KEPT} | {
        "chain": chain, "node": node, "role": role, "confidence": Decimal("0.90"), "field": "scope", "start": start,
        "end": start + len(term), "verb_start": None, "verb_end": None, "term": term}


def publish(register: list[dict], mappings: list[dict]) -> None:
    """The next snapshot of both datasets."""
    draft = REGISTER.draft()
    draft.publish([draft.write("one", pa.Table.from_pylist(register, REGISTER.schema))], {})
    draft = MAPPINGS.draft()
    draft.publish([draft.write("one", pa.Table.from_pylist(mappings, MAPPINGS.schema))], {})


def publish_world() -> None:
    """As above. A mapping of another chain stands among the rows, so that a query that forgets the chain is found out."""
    publish(
        [register_row(key) for key in ROWS],
        [mapping_row(*row) for row in ON_CHAIN] + [mapping_row("k01", "tv", "sells", "液晶电视", "sha")])


def declare_zones(system) -> Organisation:
    """The city with the zone `z`, which is the district 370211, with a centre."""
    city = actions.create(system, Organisation, {"code": "c", "name": "市", "kind": "city"})
    zone = actions.create(system, Organisation, {"code": "z", "name": "区", "kind": "district", "parent": city.pk})
    declare_territory(system, zone, date(2000, 1, 1), "370211", centre=(Decimal(120), Decimal(36)))
    other = actions.create(system, Organisation, {"code": "y", "name": "邻区", "kind": "district", "parent": city.pk})
    declare_territory(system, other, date(2000, 1, 1), "370281")
    actions.create(system, Organisation, {"code": "nowhere", "name": "无界区", "kind": "district", "parent": city.pk})
    return zone
