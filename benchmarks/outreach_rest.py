"""What stands beside leads and trips: admission sheets, target lists, enterprises of which some look alike. See
`benchmarks.outreach`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

SHEETS, LISTS, LONGEST_LIST, TARGETS, ENTERPRISES, ALIKE = 5_000, 200, 300, 20_000, 20_000, 400
SEED = 13
TOGETHER = 2000


def fill(share: float) -> None:
    """`share`: of the whole size, from 0 to 1."""
    from guatu.enterprises.models import Enterprise
    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import Membership, Organisation, User
    from guatu.kernel.scope import Actor
    from guatu.outreach.models import AdmissionDecision, AdmissionOpinion, AdmissionSheet, Lead, Target, TargetList

    system, chance = Actor.system("setup"), Random(SEED)

    def some(number: int) -> int:
        return max(1, int(number * share))

    def write(changes: list[Change], together: int = TOGETHER) -> None:
        for start in range(0, len(changes), together):
            actions.write(system, changes[start:start + together])

    # Whoever reads the trips reads the leads too, so that the funnel tells what they cost.
    actions.create(system, Membership, {
        "user": User.everything.get(username="bench").pk, "organisation": Organisation.everything.get(code="bl-city").pk,
        "role": "administrator"})
    zone = Organisation.everything.get(code="bl-z1")
    units = list(Organisation.everything.filter(code__startswith="bl-u").order_by("pk").values_list("pk", flat=True))
    leads = list(Lead.everything.filter(stage="agreed").order_by("pk").values_list("pk", flat=True)[:some(SHEETS)])
    sheets = [Change("create", AdmissionSheet, {
        "lead": lead, "tax_cny": Decimal(chance.randrange(1, 90) * 100_000), "land_area_m2": Decimal(chance.randrange(5, 200) * 666),
        "energy_tce_per_10k": Decimal("0.3"), "environment": "form"}) for lead in leads]
    write(sheets)
    day = date(2022, 5, 1)
    write([Change("create", AdmissionOpinion, {
        "sheet": sheet.written.pk, "unit": units[place % len(units)], "valid_on": day, "opinion": "conditions", "text": "先做环评"})
        for place, sheet in enumerate(sheets)])
    write([Change("create", AdmissionDecision, {
        "sheet": sheet.written.pk, "valid_on": day, "decision": "deferred", "decided_by": "项目评审会", "reason": "材料不全"})
        for sheet in sheets[::2]])
    lists = [Change("create", TargetList, {"code": f"bt{n}", "name": f"目标名单{n}", "zone": zone.pk}) for n in range(some(LISTS))]
    write(lists)
    write([Change("create", Target, {
        "target_list": lists[0 if n < LONGEST_LIST else n % len(lists)].written.pk, "key": f"k{n}", "name": f"目标企业{n}有限公司",
        "unit": units[n % len(units)], "rank": n + 1, "score": Decimal("61.5"), "ranked_on": day, "reasons": "理由一\n理由二"})
        for n in range(some(TARGETS))])
    names = [f"{''.join(chance.choices(SIGNS, k=3))}{chance.choice(TRADES)}有限公司" for _n in range(some(ENTERPRISES))]
    names += [name.replace("有限公司", "有限责任公司") for name in names[:some(ALIKE)]]

    write([Change("create", Enterprise, {"code": f"BE{n:06d}", "name": name, "zone": zone.pk}) for n, name in enumerate(names)])


SIGNS = "华泰新达源天成金海东方兴盛瑞丰恒通利安康宏远博科创联信德永昌隆和顺正中鼎"
TRADES = ("电子科技", "光电材料", "机械制造", "新能源", "生物医药", "汽车零部件", "精密仪器", "食品", "物流", "软件")


def pages() -> dict[str, str]:
    from guatu.outreach.models import AdmissionSheet, TargetList

    return {
        "list of admission sheets": "/r/admission_sheets/",
        "an admission sheet": f"/r/admission_sheets/{AdmissionSheet.everything.order_by('pk').first().pk}/",
        "list of opinions": "/r/admission_opinions/", "list of decisions": "/r/admission_decisions/",
        "target lists": "/r/target_lists/", "list of targets": "/r/targets/", "targets, search": "/r/targets/?q=企业77",
        "a target list of 300": f"/target-lists/{TargetList.everything.get(code='bt0').pk}/",
        "likely duplicates": "/enterprises/duplicates/", "likely duplicates, search": "/enterprises/duplicates/?q=华泰",
    }
