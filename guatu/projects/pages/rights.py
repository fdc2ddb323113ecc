"""Which forms of a project's page this reader may use. What a form asks for is checked again when it is written."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.kernel.scope import EVERYWHERE, Scope
from guatu.projects.models import Milestone, Project

#: The right that each form of a milestone needs; two of them are rights of their own (`Milestone.special_rights`).
FORM_VERBS = {"move": "move_due", "override": "override_light", "done": "change"}


@dataclass(frozen=True)
class Rights:
    edit: bool
    withdraw: bool
    record: bool
    record_history: bool
    return_stage: bool
    see_events: bool
    see_milestones: bool
    see_obstacles: bool
    see_documents: bool
    add_documents: bool
    withdraw_documents: bool
    see_history: bool


def _reaches(scope: Scope, resource: str, verb: str, organisations: set[int | None]) -> bool:
    reach = scope.reach(resource, verb)
    return reach == EVERYWHERE or bool(organisations & reach)


def _organisations(project: Project) -> set[int | None]:
    return {project.zone_id, project.unit_id, project.team_id}


def may(scope: Scope, project: Project, resource: str, verb: str) -> bool:
    """Whether this reader may do it to rows of `resource` that belong to the project."""
    return _reaches(scope, resource, verb, _organisations(project))


def milestone_forms(scope: Scope, project: Project, milestone: Milestone) -> frozenset[str]:
    """Names of the forms this reader may use on a milestone of the project."""
    where = _organisations(project) | {milestone.owner_unit_id}
    return frozenset(form for form, verb in FORM_VERBS.items() if _reaches(scope, "milestones", verb, where))


def rights(scope: Scope, project: Project) -> Rights:
    def may(resource: str, verb: str) -> bool:
        return _reaches(scope, resource, verb, _organisations(project))

    return Rights(
        edit=may("projects", "change"),
        withdraw=may("projects", "withdraw"),
        record=may("stage_events", "add"),
        record_history=may("projects", "record_history") or may("stage_events", "record_history"),
        return_stage=may("stage_events", "return_stage") or may("projects", "return_stage"),
        see_events=may("stage_events", "view"),
        see_milestones=may("milestones", "view"),
        see_obstacles=may("obstacles", "view"),
        see_documents=may("documents", "view"),
        add_documents=may("documents", "add"),
        withdraw_documents=may("documents", "withdraw"),
        see_history=may("projects", "history"),
    )
