"""A small zone for tests, made through the one door in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guatu.chains.models import Chain
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Membership, Organisation, Source, User
from guatu.kernel.scope import Actor
from guatu.projects.models import Project, StageEvent


@dataclass
class World:
    actor: Actor
    source: Source = None
    zones: list[Organisation] = field(default_factory=list)
    units: list[Organisation] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    officers: list[User] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)


def build(actor: Actor, projects: int = 12) -> World:
    """A city with two zones, two units, two chains, two officers, and projects at various stages of 2021 and 2022."""
    world = World(actor)
    source = Change("create", Source, {"code": "s", "title": "一份材料"})
    city = Change("create", Organisation, {"code": "city", "name": "市", "kind": "city"})
    zones = [
        Change("create", Organisation, {"code": f"z{n}", "name": f"区{n}", "kind": "district", "parent": city})
        for n in (1, 2)
    ]
    units = [
        Change("create", Organisation, {"code": f"u{n}", "name": f"局{n}", "kind": "department", "parent": zones[n - 1]})
        for n in (1, 2)
    ]
    chains = [Change("create", Chain, {"code": f"c{n}", "name": f"链{n}"}) for n in (1, 2)]
    officers = [Change("create", User, {"username": f"officer{n}", "name": f"专员{n}"}) for n in (1, 2)]
    rows = []
    for n in range(projects):
        values = {
            "code": f"p{n:02d}", "name": f"项目{n}", "zone": zones[n % 2], "unit": units[n % 2], "chain": chains[n % 2],
            "officer": officers[n % 2],
            "investment": None if n % 5 == 0 else Decimal(n * 1_000_000), "currency": "USD" if n % 4 == 3 else "CNY",
        }
        if n == 1:
            values["declared_count"] = 7
        if n in (3, 5):
            values["batch"] = rows[1]
        rows.append(Change("create", Project, values))
    stages = ["negotiating", "signed", "registered", "land_acquired", "started", "completed"]
    events = [
        Change("create", StageEvent, {
            "project": row, "event": stages[step], "valid_on": date(2021 + step // 4, 1 + (n * 3 + step * 2) % 12, 10),
            "basis": "history", "source": source,
        })
        for n, row in enumerate(rows) for step in range(n % 7) if step < len(stages)
    ] + [
        Change("create", StageEvent, {
            "project": row, "event": "in_statistics", "kind": "planned", "valid_on": date(2022, 12, 31),
            "precision": "year", "basis": "history", "source": source,
        })
        for row in rows[::3]
    ]
    actions.write(actor, [source, city, *zones, *units, *chains, *officers, *rows, *events])
    world.source = source.written
    world.zones = [change.written for change in zones]
    world.units = [change.written for change in units]
    world.chains = [change.written for change in chains]
    world.officers = [change.written for change in officers]
    world.projects = [change.written for change in rows]
    return world


def member(actor: Actor, username: str, role: str, organisation: Organisation) -> User:
    """A user with one role at one node."""
    user = actions.create(actor, User, {"username": username, "name": username})
    actions.create(actor, Membership, {"user": user.pk, "organisation": organisation.pk, "role": role})
    return User.everything.get(pk=user.pk)
