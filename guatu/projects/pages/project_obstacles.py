"""The obstacles of a project's page: each with its light, and the ways to raise, resolve and move one."""

from __future__ import annotations

from dataclasses import dataclass

from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.projects.models import Project
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.light_words import Explained, explain
from guatu.projects.pages.rights import may
from guatu.projects.queries.project import ProjectPage


@dataclass(frozen=True)
class ShownObstacle:
    explained: Explained
    record: int
    owner: str
    edit_url: str

    @property
    def is_done(self) -> bool:
        return self.explained.light.is_done


def shown_obstacles(page: ProjectPage, scope: Scope, address: Asked) -> list[ShownObstacle]:
    """The obstacles as of the day, the most urgent first. Forms are offered only on the present page."""
    writes = address.is_present and may(scope, page.project, "obstacles", "change")
    found = []
    for lit in page.obstacles:
        state = lit.state
        found.append(ShownObstacle(
            explain(lit, state.title), state.subject_id,
            " · ".join(str(one) for one in (state.owner_unit, state.owner) if one is not None),
            f"/r/obstacles/{state.subject_id}/edit/?next={address.path}" if writes and not lit.light.is_done else "",
        ))
    return found


def raise_url(project: Project, scope: Scope, address: Asked) -> str:
    """The form that raises an obstacle of the project; "" for who may not, and on a page of another day."""
    if not address.is_present or not may(scope, project, "obstacles", "add"):
        return ""
    return f"/r/obstacles/new/?project={getattr(project, resource('projects').reference)}&next={address.path}"
