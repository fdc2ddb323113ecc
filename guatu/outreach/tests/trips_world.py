"""Units of three kinds, trips and visits, written through the one door in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.models import Organisation
from guatu.kernel.scope import Actor
from guatu.outreach.models import Lead, Trip, TripCost, Visit, VisitLead

DAY = date(2022, 3, 1)


def fill(system: Actor, zone: Organisation, person) -> None:
    """A row of each table of trips, for tests of every table."""
    unit = actions.create(system, Organisation, {
        "code": f"{zone.code}-invest", "name": "招商促进中心", "kind": "department", "parent": zone.pk})
    trip = actions.create(system, Trip, {
        "zone": zone.pk, "lead_unit": unit.pk, "leader": "赵六", "participants": "钱七；孙八", "from_on": DAY,
        "to_on": date(2022, 3, 3), "places": "深圳、东莞", "purpose": "对接背光模组企业"})
    visit = actions.create(system, Visit, {
        "trip": trip.pk, "name": "东莞某光电有限公司", "visited_on": DAY, "met_by": "赵六", "met": "周总", "minutes": "介绍园区",
        "outcome": "interested", "next_step": "四月来访", "client_id": "0d5f"})
    lead = actions.create(system, Lead, {
        "name": "东莞某光电有限公司", "zone": zone.pk, "unit": unit.pk, "origin": "trip", "first_contact_on": DAY, "title": "背光模组项目"})
    actions.create(system, VisitLead, {"visit": visit.pk, "lead": lead.pk, "effect": "found"})
    actions.create(system, VisitLead, {"visit": visit.pk, "title": "导光板项目", "effect": "found"})
    other = actions.create(system, Trip, {
        "zone": zone.pk, "lead_unit": unit.pk, "leader": "钱七", "from_on": date(2022, 5, 5), "to_on": date(2022, 5, 6), "places": "苏州"})
    actions.create(system, Visit, {"trip": other.pk, "name": "苏州某材料有限公司", "visited_on": date(2022, 5, 5)})
    actions.create(system, TripCost, {
        "trip": trip.pk, "unit": unit.pk, "kind": "transport", "amount_cny": Decimal("3280.50"), "valid_on": DAY})


@dataclass
class TripsWorld:
    system: Actor
    zone: Organisation
    units: dict[str, Organisation] = field(default_factory=dict)

    def unit(self, code: str, kind: str) -> Organisation:
        self.units[code] = actions.create(self.system, Organisation, {
            "code": code, "name": f"单位{code}", "kind": kind, "parent": self.zone.pk})
        return self.units[code]

    def trip(self, *units: str, begins: date = DAY, **values) -> Trip:
        lead, *rest = (self.units[code].pk for code in units)
        return actions.create(self.system, Trip, {
            "zone": self.zone.pk, "lead_unit": lead, "units": [lead, *rest], "leader": "甲", "from_on": begins,
            "to_on": date(2022, 12, 31), "places": "深圳", **values})

    def visit(self, trip: Trip, name: str, *units: str, day: date = DAY, **values) -> Visit:
        return actions.create(self.system, Visit, {
            "trip": trip.pk, "name": name, "visited_on": day, "units": [self.units[code].pk for code in units], **values})

    def matter(self, visit: Visit, title: str, **values) -> VisitLead:
        return actions.create(self.system, VisitLead, {"visit": visit.pk, "title": title, **values})

    def cost(self, trip: Trip, unit: str, kind: str, amount: str, day: date = DAY) -> TripCost:
        return actions.create(self.system, TripCost, {
            "trip": trip.pk, "unit": self.units[unit].pk, "kind": kind, "amount_cny": Decimal(amount), "valid_on": day})

    def enterprise(self, name: str) -> Enterprise:
        return actions.create(self.system, Enterprise, {"name": name, "zone": self.zone.pk})


def build(system: Actor, code: str = "z") -> TripsWorld:
    """A zone with two towns (a, b), a department (c) and a leader's office (d)."""
    zone = actions.create(system, Organisation, {"code": code, "name": "示范区", "kind": "development_zone"})
    world = TripsWorld(system, zone)
    for unit, kind in (("a", "town"), ("b", "town"), ("c", "department"), ("d", "leadership")):
        world.unit(unit if code == "z" else f"{code}-{unit}", kind)
    return world
