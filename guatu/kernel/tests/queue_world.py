"""People, units and commitments for the tests of queues, delegations and letters."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Delegation, Membership, Organisation, User
from guatu.kernel.scope import Actor
from guatu.projects.models import Milestone
from guatu.projects.tests.world import World, build


@dataclass
class Office:
    world: World
    people: dict[str, User] = field(default_factory=dict)

    def join(self, name: str, role: str, at: Organisation) -> User:
        system = Actor.system("setup")
        user = self.people.get(name) or actions.create(
            system, User, {"username": name, "name": name.title(), "email": f"{name}@example.org"})
        actions.create(system, Membership, {"user": user.pk, "organisation": at.pk, "role": role})
        self.people[name] = User.everything.get(pk=user.pk)
        return self.people[name]


def office(projects: int = 8) -> Office:
    """The small zone, with an officer in each zone, a handler in the first unit and a supervision office."""
    made = Office(build(Actor.system("setup"), projects))
    made.join("wang", "project_officer", made.world.zones[0])
    made.join("li", "project_officer", made.world.zones[1])
    made.join("zhao", "department_handler", made.world.units[0])
    made.join("sun", "supervision", made.world.zones[0].parent)
    made.join("boss", "administrator", made.world.zones[0].parent)
    return made


def promise(project, title: str, due: date, actor: Actor | None = None, **values) -> Milestone:
    """A milestone with a title of its own."""
    return actions.create(
        actor or Actor.system("setup"), Milestone, {"project": project.pk, "title": title, "due_on": due, **values})


def random_promises(made: Office, chance: random.Random, count: int = 40) -> None:
    """Promises of every colour, some with an owner, a unit, a hand-set light, or done."""
    today = timezone.localdate()
    people = [None, None, *(user.pk for user in made.people.values())]
    changes = []
    for n in range(count):
        due = today + timedelta(days=chance.randrange(-30, 40))
        values = {
            "project": chance.choice(made.world.projects).pk, "title": f"事项{n}", "due_on": due,
            "owner": chance.choice(people), "owner_unit": chance.choice([None, *(unit.pk for unit in made.world.units)]),
            "done_on": chance.choice([None, None, None, due, due + timedelta(days=3), due - timedelta(days=3)]),
            "asked_by": chance.choice(people),
        }
        if chance.random() < 0.3:
            start = today + timedelta(days=chance.randrange(-5, 5))
            values |= {
                "override_colour": chance.choice(["red", "yellow", "green"]), "override_from": start,
                "override_until": start + timedelta(days=chance.randrange(6)), "override_reason": "督办",
            }
        changes.append(Change("create", Milestone, values))
    actions.write(Actor.system("setup"), changes)


def delegate(principal: User, stand_in: User, days: int = 3, starts: date | None = None, memberships=()) -> Delegation:
    start = starts or timezone.localdate()
    return actions.create(Actor.system("setup"), Delegation, {
        "principal": principal.pk, "delegate": stand_in.pk, "starts_on": start,
        "ends_on": start + timedelta(days=days), "reason": "休假", "memberships": list(memberships)})
