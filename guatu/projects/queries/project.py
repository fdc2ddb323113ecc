"""All that one project's page shows, as of a day and as known at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guatu.kernel.commitments import Lit
from guatu.kernel.models import Document
from guatu.kernel.registry import slot
from guatu.kernel.scope import Scope
from guatu.projects import gates
from guatu.projects.choices import STAGES
from guatu.projects.models import Project, StageEvent
from guatu.projects.queries.dossier import Dossier, dossier
from guatu.projects.queries.facts import ProjectFacts, project_facts
from guatu.projects.queries.light_rows import OBSTACLE
from guatu.projects.queries.lights import lights_about, urgency
from guatu.projects.queries.moment import Moment, moment
from guatu.projects.queries.rows import COLUMNS, StateRow, read_rows
from guatu.projects.queries.timeline import Entry, Sight, line_of
from guatu.projects.rules.stages import ORDER, Standing, standing_on


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
    """`file` holds everything read about the project; `lights` (of milestones) and `obstacles` are sorted by urgency; `line`
    is its line of time."""

    project: Project
    when: Moment
    file: Dossier
    facts: ProjectFacts | None
    state: StateRow | None
    standing: Standing
    members: list[StateRow]
    track: list[Step]
    lights: list[Lit]
    obstacles: list[Lit]
    next_stages: list[gates.NextStage]
    documents: list[Document]
    line: list[Entry]


def project_page(
    project: Project,
    as_of: date,
    known_at: datetime | None = None,
    members_within: Scope | None = None,
    sight: Sight | None = None,
) -> ProjectPage:
    """Reads the page of a project that the caller has found visible; a constant number of queries.

    Of a batch's members those in the scope `members_within` are read (None: all); of the line of time what `sight`
    allows.
    """
    when = moment(as_of, known_at)
    state = _state(project, when)
    inside = when.states(members_within or Scope.whole()).filter(batch=project).order_by("code")
    file = dossier(project, when)
    facts = project_facts(file)
    standing = standing_on(file.decisive, as_of)
    documents = file.standing_documents
    every = sorted(lights_about(project.pk, when, state.zone_id if state else None), key=urgency)
    lights = [lit for lit in every if lit.state.subject_type != OBSTACLE]
    offered = slot("projects.timeline", project=project, scope=members_within or Scope.whole(), when=when)
    return ProjectPage(
        project,
        when,
        file,
        facts,
        state,
        standing,
        read_rows(inside, when) if state is not None and state.declared_count else [],
        _track(file, standing),
        lights,
        [lit for lit in every if lit.state.subject_type == OBSTACLE],
        gates.next_steps(
            gates.values_of_new(facts.values if facts else {}),
            frozenset(document.kind for document in documents),
            standing,
        ),
        documents,
        line_of(file, lights, sight or Sight(), offered),
    )


def _state(project: Project, when: Moment) -> StateRow | None:
    """Where the project stood, with the words of its own signature only."""
    row = (
        when.states(Scope.whole())
        .filter(project=project)
        .values_list(*COLUMNS, "signature__stage", "signature__status")
        .first()
    )
    if row is None:
        return None
    *values, stage, status = row
    cny = when.cny(values[COLUMNS.index("investment_fen")], values[COLUMNS.index("currency")])
    return StateRow(*values, stage=stage, status=status, investment_cny=cny)


def _track(file: Dossier, standing: Standing) -> list[Step]:
    as_of = file.when.as_of
    reached: dict[str, StageEvent] = {}
    planned: dict[str, StageEvent] = {}
    for event in file.standing_events:
        if event.kind == "planned":
            planned[event.event] = event
        elif event.counts_from <= as_of:
            reached[event.event] = event
    return [
        Step(
            stage,
            str(label),
            "current" if ORDER[stage] == standing.place else "past" if ORDER[stage] < standing.place else "ahead",
            reached.get(stage),
            planned.get(stage),
        )
        for stage, label in STAGES
    ]
