"""A row of each table of chains and territories that people fill, for tests of every table."""

from __future__ import annotations

from datetime import date

from guatu.chains.models import Chain, ChainEdition, ChainPlan, ChainPost, MappingVerdict
from guatu.enterprises.actions import declare_territory, judge_likeness, merge
from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.values import digest


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
    pump = {
        "code": "pump", "name": "泵阀", "edition": day.isoformat(), "source": "行业常识", "nodes": [
            {"code": "pump", "name": "泵", "tier": "midstream", "why": "中心。", "terms": ["离心泵"]}]}
    actions.create(system, ChainEdition, {
        "chain": "pump", "body": pump, "sha256": digest(pump), "valid_on": day, "note": "新链"})
    actions.create(system, MappingVerdict, {
        "key": "k01", "name": "企业k01", "chain": "nd", "node": "tv", "verdict": "reject", "role": "", "reason": "只做外壳",
        "valid_on": day})
    one, other, third = (
        actions.create(system, Enterprise, {"name": name, "zone": zone.pk}) for name in ("测试甲厂", "测试甲工厂", "测试甲公司"))
    judge_likeness(system, one, third, "different", "两块牌子")
    merge(system, one, other, reason="同一家")
