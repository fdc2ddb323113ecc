"""Lights of milestones and obstacles as of any day: all of them, those of one project, those of a page of rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db.models import Q

from guatu.kernel.bulk import chunks
from guatu.kernel.commitments import Lit, in_force, lit
from guatu.kernel.models import Commitment
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone, Project
from guatu.projects.queries.light_board import light_board
from guatu.projects.queries.light_rows import ABOUT, OBSTACLE, SUBJECT, ProjectLight, light_rows
from guatu.projects.queries.moment import Moment, moment

AT_ONCE = 2000


def lights(
    scope: Scope, as_of: date, known_at: datetime | None = None, zone: str | None = None, which: Q | None = None,
    subject: str = SUBJECT,
) -> list[ProjectLight]:
    """The light of every milestone (or obstacle, see `subject`) of the projects within `scope` (below `zone`), the most
    urgent first.

    `which` narrows the commitments' states beforehand. For a whole zone on a page see `light_board`, which explains
    only what is shown.
    """
    board = light_board(scope, as_of, known_at, zone, subject)
    states = board.states().filter(which or Q()).select_related("owner_unit")
    found, rows = [], []
    for state in states.order_by("pk").iterator(AT_ONCE):
        rows.append(state)
        if len(rows) == AT_ONCE:
            found += light_rows(rows, board.when)
            rows = []
    found += light_rows(rows, board.when)
    return sorted(found, key=lambda row: (*urgency(row.lit), row.project, row.lit.state.code, row.lit.state.pk))


def urgency(row: Lit) -> tuple:
    """Sort key: red first and longest overdue first, then yellow, green, done late, done."""
    order = {"red": 0, "yellow": 1, "green": 2, "done_late": 3, "done": 4}
    return order[str(row.light.colour)], row.state.due_on


def counts(rows: list[ProjectLight]) -> Counter:
    return Counter(str(row.lit.light.colour) for row in rows)


def lights_of(
    ids: list[int], as_of: date, known_at: datetime | None = None, subject: type[Commitment] = Milestone
) -> dict[int, Lit]:
    """Lights of these milestones (or obstacles), which the caller has found visible, by row; constant queries for one
    page."""
    label = subject._meta.label_lower
    when = moment(as_of, known_at)
    found = {}
    for chunk in chunks(ids):
        states = list(when.lamps.states().filter(subject_type=label, subject_id__in=chunk))
        # As the project lies today: a milestone may be asked about before its project existed.
        zones = dict(Project.everything.filter(pk__in={state.about_id for state in states}).values_list("pk", "zone_id"))
        for state in states:
            days = when.lamps.yellow_workdays(label, zones.get(state.about_id))
            found[state.subject_id] = lit(state, when.as_of, days, when.calendar)
    return found


def lights_about(project_id: int, when: Moment, zone_id: int | None) -> list[Lit]:
    """The lights of a project's milestones and obstacles, told apart by their states' `subject_type`; one query."""
    states = (
        in_force(when.as_of, when.recording)
        .filter(subject_type__in=(SUBJECT, OBSTACLE), about_type=ABOUT, about_id=project_id)
        .select_related("owner_unit", "owner")
    )
    rows = [lit(state, when.as_of, when.yellow_workdays(zone_id), when.calendar) for state in states]
    return sorted(rows, key=lambda row: (row.state.due_on, row.state.code))
