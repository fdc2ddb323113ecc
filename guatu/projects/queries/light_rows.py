"""Milestones and obstacles with their explained lights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guatu.kernel.commitments import Lit, kinds
from guatu.kernel.models import CommitmentState
from guatu.projects.models import Milestone, Obstacle, Project
from guatu.projects.queries.moment import Moment

SUBJECT = Milestone._meta.label_lower
OBSTACLE = Obstacle._meta.label_lower
ABOUT = Project._meta.label_lower


@dataclass(frozen=True)
class ProjectLight:
    project_id: int
    project: str
    project_name: str
    lit: Lit
    zone_id: int
    unit_id: int | None

    @property
    def label(self) -> str:
        return kinds()[self.lit.state.subject_type].label(self.lit.state)

    def as_json(self) -> dict:
        light, state = self.lit.light, self.lit.state
        return {
            "project": self.project,
            "milestone": state.code or state.title,
            "due": state.due_on.isoformat(),
            "colour": str(light.colour),
            "rule": str(light.rule),
            "slack": light.slack_workdays,
            "flips_on": light.flips_on.isoformat() if light.flips_on else None,
            "flips_to": str(light.flips_to) if light.flips_to else None,
            "provisional": light.provisional,
            "first_due": state.first_due_on.isoformat(),
            "moves": state.moves,
        }


def light_rows(states: Iterable[CommitmentState], when: Moment) -> list[ProjectLight]:
    """The states of milestones or obstacles that the caller has found visible, each with its project as of the day; two queries."""
    states = list(states)
    abouts = when.lamps.abouts_of(states)
    found = []
    for state, lit in zip(states, when.lamps.lit(states, abouts), strict=True):
        about = abouts[state.subject_type, state.about_id]
        found.append(ProjectLight(state.about_id, about.code, about.name, lit, about.place_id, about.unit_id))
    return found
