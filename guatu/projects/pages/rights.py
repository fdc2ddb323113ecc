"""Which forms of a project's page this reader may use. What a form asks for is checked again when it is written."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.kernel.scope import EVERYWHERE, Scope
from guatu.projects.models import Project


@dataclass(frozen=True)
class Rights:
    edit: bool
    withdraw: bool
    record: bool
    record_history: bool
    return_stage: bool
    change_milestones: bool
    move_due: bool
    override_light: bool
    see_events: bool
    see_milestones: bool
    see_documents: bool
    add_documents: bool
    see_history: bool


def rights(scope: Scope, project: Project) -> Rights:
    own = {pk for pk in (project.zone_id, project.unit_id, project.team_id) if pk is not None}

    def may(resource: str, verb: str) -> bool:
        reach = scope.reach(resource, verb)
        return reach == EVERYWHERE or bool(own & reach)

    change = may("milestones", "change")
    return Rights(
        edit=may("projects", "change"),
        withdraw=may("projects", "withdraw"),
        record=may("stage_events", "add"),
        record_history=scope.may("projects", "record_history") or scope.may("stage_events", "record_history"),
        return_stage=scope.may("stage_events", "return_stage"),
        change_milestones=change,
        move_due=change and scope.may("milestones", "move_due"),
        override_light=change and scope.may("milestones", "override_light"),
        see_events=may("stage_events", "view"),
        see_milestones=may("milestones", "view"),
        see_documents=may("documents", "view"),
        add_documents=may("documents", "add"),
        see_history=may("projects", "history"),
    )
