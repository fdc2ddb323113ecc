"""A zone for the wall's tests: the small world of projects with milestones, some moved, some done, some overdue."""

from __future__ import annotations

from datetime import date, timedelta

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.scope import Actor
from guatu.projects.models import Milestone
from guatu.projects.tests.world import World, build

KINDS = ("signed", "land_acquired", "started", "completed")


def wall_world(actor: Actor, projects: int = 24) -> World:
    """The world with four milestones a project due through 2022; every third is moved later, every fifth is done."""
    world = build(actor, projects)
    changes = []
    for n, project in enumerate(world.projects):
        for step, kind in enumerate(KINDS):
            due = date(2022, 1, 10) + timedelta(days=(n * 17 + step * 71) % 330)
            values = {"project": project.pk, "event": "", "title": f"{kind}{n}", "due_on": due}
            if n % 4 == 1:
                values["owner_unit"] = world.units[(n // 4) % 2].pk
            changes.append(Change("create", Milestone, values))
    actions.write(actor, changes)
    moved = []
    for n, change in enumerate(changes):
        row = change.written
        if n % 3 == 0:
            moved.append(Change("change", Milestone, {"due_on": row.due_on + timedelta(days=20)}, row=row,
                                valid_on=date(2022, 3, 1), reason="等批复", approver="指挥部"))
        elif n % 5 == 0:
            moved.append(Change("change", Milestone, {"done_on": row.due_on + timedelta(days=n % 7 - 3)}, row=row,
                                valid_on=row.due_on + timedelta(days=n % 7 - 3)))
    actions.write(actor, moved)
    return world
