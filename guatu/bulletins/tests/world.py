"""A zone with promises of every colour, for tests of bulletins."""

from __future__ import annotations

from datetime import date, timedelta

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.projects.models import Milestone
from guatu.projects.tests.world import World
from guatu.projects.tests.world import build as build_projects

DAY = date(2022, 6, 30)


def build(actor, projects: int = 24) -> World:
    """The projects' world, with milestones due around `DAY`: overdue, near, far, done in time and late, some owned by
    another unit than the project's, some moved."""
    world = build_projects(actor, projects)
    changes = []
    for place, project in enumerate(world.projects):
        due = DAY + timedelta(days=(place * 7) % 60 - 20)
        values = {"project": project.pk, "title": f"节点{place}", "due_on": due}
        if place % 5 == 1:
            values["done_on"] = due - timedelta(days=1)
        if place % 5 == 2:
            values["done_on"] = due + timedelta(days=2)
        if place % 4 == 3:
            values["owner_unit"] = world.units[place % 2].pk
        changes.append(Change("create", Milestone, values))
    actions.write(actor, changes)
    for place, change in enumerate(changes[::6]):
        row = Milestone.everything.get(pk=change.written.pk)
        actions.change(actor, row, {"due_on": row.due_on + timedelta(days=3 + place)}, reason="征迁延迟", approver="李主任",
                       valid_on=date(2022, 5, 1))
    return world
