"""What projects tell the apps above them, inside the transaction that recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guatu.kernel.changes import Change
from guatu.kernel.events import publish
from guatu.kernel.registry import aftermath
from guatu.projects.models import Milestone, StageEvent


@dataclass(frozen=True)
class StageReached:
    """An actual event of a project was recorded (or corrected, when `corrects` names the former version)."""

    project_id: int
    event: str
    counts_from: date
    basis: str
    event_id: int
    corrects: int | None


@dataclass(frozen=True)
class DueDayMoved:
    """A milestone's due day was promised (`before` is None) or moved."""

    milestone_id: int
    project_id: int
    owner_id: int | None
    before: date | None
    after: date
    reason: str


@aftermath(StageEvent)
def stages_reached(changes: list[Change]) -> None:
    for change in changes:
        row = change.written
        if change.model is StageEvent and change.op != "withdraw" and row.kind == "actual":
            publish(StageReached(row.project_id, row.event, row.counts_from, row.basis, row.pk,
                                 change.row.pk if change.row is not None else None))


@aftermath(Milestone)
def due_days_moved(changes: list[Change]) -> None:
    moved = []
    for change in changes:
        if change.model is Milestone and change.op != "withdraw" and "due_on" in change.diff:
            row = change.written
            before, after = change.diff["due_on"]
            moved.append(DueDayMoved(
                row.pk, row.project_id, row.owner_id, date.fromisoformat(before) if before else None,
                date.fromisoformat(after), change.reason))
    publish(*moved)
