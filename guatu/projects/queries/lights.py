"""Lights of milestones as of any day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from guatu.kernel.bulk import chunks
from guatu.kernel.commitments import Lit, in_force, lit
from guatu.kernel.models import CommitmentState
from guatu.kernel.scope import Scope
from guatu.projects.choices import MILESTONE_KINDS
from guatu.projects.models import Milestone, Project
from guatu.projects.queries.moment import Moment, moment, zone_named

KINDS = dict(MILESTONE_KINDS)
SUBJECT = Milestone._meta.label_lower
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
        return self.lit.state.title or str(KINDS[self.lit.state.code])

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


def lights(
    scope: Scope, as_of: date, known_at: datetime | None = None, zone: str | None = None, which: Q | None = None
) -> list[ProjectLight]:
    """The light of every milestone of the projects within `scope` (below `zone`), the most urgent first.

    `which` narrows the commitments' states beforehand.
    """
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    projects = {
        pk: rest
        for pk, *rest in when.states(scope, node.pk if node is not None else None).values_list(
            "project_id", "code", "name", "zone_id", "unit_id"
        )
    }
    states = in_force(as_of, when.recording).filter(which or Q(), subject_type=SUBJECT, about_type=ABOUT)
    states = states.select_related("owner_unit")
    found = [
        ProjectLight(
            state.about_id,
            *projects[state.about_id][:2],
            lit(state, as_of, when.yellow_workdays(projects[state.about_id][2]), when.calendar),
            *projects[state.about_id][2:],
        )
        for state in states
        if state.about_id in projects and scope.may("milestones")
    ]
    return sorted(found, key=lambda row: (*urgency(row.lit), row.project, row.lit.state.code, row.lit.state.pk))


def urgency(row: Lit) -> tuple:
    """Sort key: red first and longest overdue first, then yellow, green, done late, done."""
    order = {"red": 0, "yellow": 1, "green": 2, "done_late": 3, "done": 4}
    return order[str(row.light.colour)], row.state.due_on


def counts(rows: list[ProjectLight]) -> Counter:
    return Counter(str(row.lit.light.colour) for row in rows)


def lights_of(milestone_ids: list[int], as_of: date, known_at: datetime | None = None) -> dict[int, Lit]:
    """Lights of these milestones, which the caller has found visible, by milestone; constant queries for one page."""
    when = moment(as_of, known_at)
    return (
        _lit(when, Q(subject_id__in=milestone_ids))
        if len(milestone_ids) <= 500
        else {pk: found for chunk in chunks(milestone_ids) for pk, found in _lit(when, Q(subject_id__in=chunk)).items()}
    )


def lights_about(project_id: int, when: Moment, zone_id: int | None) -> list[Lit]:
    states = (
        in_force(when.as_of, when.recording)
        .filter(subject_type=SUBJECT, about_type=ABOUT, about_id=project_id)
        .select_related("owner_unit", "owner")
    )
    rows = [lit(state, when.as_of, when.yellow_workdays(zone_id), when.calendar) for state in states]
    return sorted(rows, key=lambda row: (row.state.due_on, row.state.code))


def _lit(when: Moment, which: Q) -> dict[int, Lit]:
    states: list[CommitmentState] = list(in_force(when.as_of, when.recording).filter(which, subject_type=SUBJECT))
    zones = dict(Project.everything.filter(pk__in={state.about_id for state in states}).values_list("pk", "zone_id"))
    return {
        state.subject_id: lit(state, when.as_of, when.yellow_workdays(zones.get(state.about_id)), when.calendar)
        for state in states
    }
