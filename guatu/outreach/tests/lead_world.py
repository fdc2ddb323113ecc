"""Two teams of one zone, a team of another, an investment office, and a lead or two, for tests of leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guatu.chains.models import Chain
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Membership, Organisation, User
from guatu.kernel.scope import Actor
from guatu.outreach.models import AdmissionDecision, AdmissionOpinion, AdmissionSheet, Lead


@dataclass
class LeadWorld:
    system: Actor
    zones: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    chain: Chain = None

    def actor(self, user: str, door: str = "page") -> Actor:
        return Actor.of(self.users[user], door)

    def lead(self, name: str, actor: Actor | None = None, **values) -> Lead:
        values = {"name": name, "zone": self.zones["east"].pk, "origin": "trip", "first_contact_on": date(2022, 3, 1),
                  "unit": self.teams["one"].pk, "owner": self.users["ann"].pk, **values}
        return actions.create(actor or self.system, Lead, values)


def build(system: Actor) -> LeadWorld:
    """City > zones east (teams one and two, office) and west (team three); an officer in each team, dan over all of east, a ruler in the office."""
    world = LeadWorld(system)
    city = Change("create", Organisation, {"code": "city", "name": "市", "kind": "city"})
    zones = {code: Change("create", Organisation, {"code": code, "name": name, "kind": "district", "parent": city})
             for code, name in (("east", "东区"), ("west", "西区"))}
    teams = {code: Change("create", Organisation, {"code": code, "name": name, "kind": "team", "parent": zones[zone]})
             for code, name, zone in (("one", "招商一部", "east"), ("two", "招商二部", "east"), ("three", "招商三部", "west"))}
    chain = Change("create", Chain, {"code": "nd", "name": "新型显示"})
    people = {"ann": "one", "bob": "two", "cat": "three"}
    users = {name: Change("create", User, {"username": name, "name": f"招商员{name}"}) for name in (*people, "dan", "chief")}
    held = [Change("create", Membership, {"user": users[name], "organisation": teams[team], "role": "investment_officer"})
            for name, team in people.items()]
    held.append(Change("create", Membership, {
        "user": users["dan"], "organisation": zones["east"], "role": "investment_officer"}))
    held.append(Change("create", Membership, {"user": users["chief"], "organisation": city, "role": "chain_office"}))
    actions.write(system, [city, *zones.values(), *teams.values(), chain, *users.values(), *held])
    world.zones = {code: change.written for code, change in zones.items()}
    world.teams = {code: change.written for code, change in teams.items()}
    world.users = {code: change.written for code, change in users.items()}
    world.chain = chain.written
    return world


def fill(system: Actor, zone: Organisation, person: User) -> Lead:
    """A row of each table of leads, for tests of every table."""
    lead = actions.create(system, Lead, {
        "name": "苏州偏光片有限公司", "zone": zone.pk, "owner": person.pk, "origin": "exhibition",
        "first_contact_on": date(2022, 3, 1), "stage": "talking", "stage_on": date(2022, 4, 1), "title": "偏光片项目"})
    other = actions.create(system, Lead, {
        "name": "苏州彩色滤光片有限公司", "zone": zone.pk, "origin": "exhibition", "first_contact_on": date(2022, 3, 2)})
    from guatu.outreach import lead_actions

    lead_actions.be_in_touch(system, lead, date(2022, 4, 20), "call", "问了土地", person=person.pk)
    lead_actions.claim(system, lead.name, owner=person.pk)
    sheet = actions.create(system, AdmissionSheet, {"lead": lead.pk, "tax_cny": Decimal(1_000_000), "environment": "form"})
    actions.create(system, AdmissionSheet, {"lead": other.pk, "environment": "form"})
    day = date(2022, 5, 1)
    actions.create(system, AdmissionOpinion, {
        "sheet": sheet.pk, "unit": zone.pk, "person": person.pk, "valid_on": day, "opinion": "conditions", "text": "先做环评"})
    actions.create(system, AdmissionDecision, {
        "sheet": sheet.pk, "valid_on": day, "decision": "deferred", "decided_by": "项目评审会", "reason": "材料不全"})
    return lead
