"""All that one project's page shows, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guatu.kernel.commitments import Lit
from guatu.kernel.models import Document
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.scope import Scope
from guatu.projects import gates
from guatu.projects.choices import STAGES
from guatu.projects.models import Project, StageEvent
from guatu.projects.projections import actual_events
from guatu.projects.queries.lights import lights_about
from guatu.projects.queries.moment import Moment, moment
from guatu.projects.queries.rows import StateRow, read_rows
from guatu.projects.rules.stages import ORDER, standing_on


@dataclass(frozen=True)
class Step:
    """One stage of the track: reached (with its event), current, or to come."""

    stage: str
    label: str
    state: str  # "past", "current", "ahead"
    event: StageEvent | None
    planned: StageEvent | None


@dataclass(frozen=True)
class ProjectPage:
    project: Project
    when: Moment
    state: StateRow | None
    members: list[StateRow]
    track: list[Step]
    events: list[StageEvent]
    lights: list[Lit]
    next_stages: list[gates.NextStage]
    documents: list[Document]


def project_page(
    project: Project, as_of: date, known_at: datetime | None = None, members_within: Scope | None = None
) -> ProjectPage:
    """Reads the page of a project that the caller has found visible; a constant number of queries.

    Of a batch's members those in the scope `members_within` are read (None: all).
    """
    when = moment(as_of, known_at)
    bound = limit(when.recording)
    rows = read_rows(when.states(Scope.whole()).filter(project=project), when)
    state = rows[0] if rows else None
    inside = when.states(members_within or Scope.whole()).filter(batch=project).order_by("code")
    members = read_rows(inside, when) if project.declared_count else []
    events = list(
        versions(StageEvent, bound, project=project, counts_from__lte=as_of)
        .select_related("source")
        .order_by("counts_from", "id")
    ) + list(
        versions(StageEvent, bound, project=project, counts_from__gt=as_of, kind="planned")
        .select_related("source")
        .order_by("counts_from", "id")
    )
    known = [event for event in actual_events([project.pk], bound).get(project.pk, []) if event.counts_from <= as_of]
    standing = standing_on(known, as_of)
    reached = {event.event: event for event in events if event.kind == "actual" and event.counts_from <= as_of}
    planned = {event.event: event for event in events if event.kind == "planned"}
    track = [
        Step(
            stage,
            str(label),
            "current" if ORDER[stage] == standing.place else "past" if ORDER[stage] < standing.place else "ahead",
            reached.get(stage),
            planned.get(stage),
        )
        for stage, label in STAGES
    ]
    documents = list(
        Document.everything.filter(subject_type=Project._meta.label_lower, subject_id=project.pk, withdrawn=False)
    )
    return ProjectPage(
        project,
        when,
        state,
        members,
        track,
        events,
        lights_about(project.pk, when, state.zone_id if state else None),
        gates.next_steps(project, known, as_of),
        documents,
    )
