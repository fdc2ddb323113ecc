"""Leads of the demo zone, so that board, funnel and chain map show something. None is a fact, and each says so.

Days are counted back from today, and drawn once by a fixed chance: the same installation shows the same leads.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.models import Chain
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Organisation, User
from guatu.kernel.scope import Actor
from guatu.outreach.lead_choices import LOST_REASONS, ORIGINS
from guatu.outreach.models import Claim, Lead, LeadContact
from guatu.outreach.rules.leads import LOST, OPEN, ORDER
from guatu.projects.models import Project

SEED, COUNT, ZONE, CHAIN, NOTE = 7, 36, "qda", "nd", "演示数据，不是事实"
CITIES = ("苏州", "合肥", "深圳", "武汉", "广州", "厦门", "成都", "南京", "咸阳", "惠州")
KINDS = ("有限公司", "科技有限公司", "股份有限公司")
SAID = ("问了用地和厂房", "谈了配套和物流", "看了园区", "交换了资料", "约了下次会面")
#: Where the leads stand, of COUNT: the stage they came to, and how many.
CAME_TO = (("new", 9), ("contacted", 8), ("talking", 7), ("visited", 4), ("agreed", 2), (ORDER[-1], 1), (LOST, 5))


def make(actor: Actor, today: date) -> int:
    """Makes the demo leads where there is no lead yet; returns how many. Needs the demo users and the sample."""
    chain, zone = Chain.everything.filter(code=CHAIN).first(), Organisation.everything.filter(code=ZONE).first()
    structure = catalogue.chains().get(CHAIN)
    if chain is None or zone is None or structure is None or Lead.everything.exists():
        return 0
    chance = Random(SEED)
    units = list(Organisation.everything.filter(code__startswith=f"demo-{ZONE}").order_by("code"))
    owner = User.everything.filter(username="investment_officer").first()
    project = Project.everything.filter(zone=zone, category="industry", withdrawn=False).order_by("code").first()
    stages = [stage for stage, count in CAME_TO for _n in range(count)]
    created, moves = [], []
    for number, stage in enumerate(stages):
        node = chance.choice(structure.nodes)
        first = today - timedelta(days=chance.randint(6, 110))
        lead = Change("create", Lead, {
            "name": f"演示·{CITIES[number % len(CITIES)]}{node.name}{KINDS[number % len(KINDS)]}", "zone": zone.pk,
            "unit": units[number % len(units)].pk if units else None, "owner": owner.pk if owner and number % 2 else None,
            "chain": chain.pk, "node": node.code, "title": f"{node.name}项目", "origin": chance.choice(ORIGINS)[0],
            "first_contact_on": first, "investment": Decimal(chance.randint(5, 120) * 10_000_000), "note": NOTE,
            "distinct_because": NOTE, "needs_land": chance.random() < 0.6})
        created.append(lead)
        moves.append((lead, stage, first))
    actions.write(actor, created, note=_("demo leads"))
    ways = [(lead.written, _way(chance, stage), first) for lead, stage, first in moves]
    for step in range(len(ORDER)):  # one recording for each step that all of them take
        changes: list[Change] = []
        for number, (lead, way, day) in enumerate(ways):
            if step < len(way):
                day = min(today, day + timedelta(days=chance.randint(4, 25)))
                ways[number] = lead, way, day
                changes += _step(chance, lead, way[step], day, project)
        if changes:
            actions.write(actor, changes, note=_("demo leads"))
            present = Lead.everything.in_bulk([lead.pk for lead, _stages, _day in ways])
            ways = [(present[lead.pk], way, day) for lead, way, day in ways]
    held = [lead for lead, _stages, _day in ways if lead.stage in OPEN[1:]][:6]
    actions.write(actor, [Change("create", Claim, {"name": lead.name, "unit": lead.unit_id, "owner": lead.owner_id})
                          for lead in held if lead.unit_id or lead.owner_id], note=_("demo leads"))
    return len(created)


def _way(chance: Random, came_to: str) -> list[str]:
    """The stages on the way to where a lead stands."""
    if came_to == LOST:
        return [*ORDER[1 : chance.randint(2, 4)], LOST]
    return list(ORDER[1 : ORDER.index(came_to) + 1])


def _step(chance: Random, lead: Lead, stage: str, day: date, project: Project | None) -> list[Change]:
    """One move, with the contact that led to it."""
    values: dict = {"stage": stage, "stage_on": day}
    if stage == LOST:
        values |= {"lost_reason": chance.choice(LOST_REASONS)[0], "lost_to": chance.choice(CITIES)}
    elif stage == ORDER[-1]:
        if project is None:
            return []
        values["project"] = project.pk
    contact = Change("create", LeadContact, {
        "lead": lead.pk, "valid_on": day, "way": chance.choice(("call", "visit", "online")), "summary": chance.choice(SAID),
        "note": NOTE})
    return [contact, Change("change", Lead, values, row=lead, valid_on=day)]
