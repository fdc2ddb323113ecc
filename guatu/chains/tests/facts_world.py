"""A row of each table of chains and territories that people fill, for tests of every table."""

from __future__ import annotations

from datetime import date

from guatu.chains.models import Chain, ChainPlan, ChainPost, MappingVerdict
from guatu.enterprises.actions import declare_territory
from guatu.kernel import actions


def fill(system, zone, person) -> None:
    """Two chains are there, or are made."""
    for code, name in (("nd", "新型显示"), ("ic", "集成电路")):
        if not Chain.everything.filter(code=code).exists():
            actions.create(system, Chain, {"code": code, "name": name, "zone": zone.pk})
    chain = Chain.everything.get(code="nd")
    declare_territory(system, zone, date(2021, 1, 1), "370211", "保税港区")
    day = date(2022, 3, 1)
    actions.create(system, ChainPost, {
        "chain": chain.pk, "zone": zone.pk, "post": "lead", "name": "李四", "title": "副区长", "user": person.pk,
        "valid_on": day})
    actions.create(system, ChainPlan, {"chain": chain.pk, "title": "新型显示一链一策", "text": "补背光模组", "valid_on": day})
    actions.create(system, MappingVerdict, {
        "key": "k01", "name": "企业k01", "chain": "nd", "node": "tv", "verdict": "reject", "role": "", "reason": "只做外壳",
        "valid_on": day})
