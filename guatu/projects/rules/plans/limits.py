"""What constraints and deadlines say, as instants: the bounds on a task's start and finish.

A day given for a start is its beginning, for a finish its end. A milestone that may start no later than a day may
still be reached when that day ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guatu.projects.rules.plans.axes import finish_instant, start_instant
from guatu.projects.rules.plans.network import ConstraintKind, Task


@dataclass(frozen=True)
class Limits:
    """Bounds by constraint alone; None is unbound. `due` is the task's deadline, which bounds late dates only."""

    start_from: int | None = None
    finish_from: int | None = None
    start_by: int | None = None
    finish_by: int | None = None
    due: int | None = None

    @property
    def latest_finish(self) -> int | None:
        found = [bound for bound in (self.finish_by, self.due) if bound is not None]
        return min(found) if found else None


NO_LIMITS = Limits()


def limits(task: Task, milestone: bool) -> Limits:
    """The bounds of one task; `milestone` when it has no duration."""
    due = None if task.deadline is None else finish_instant(task.deadline)
    kind, on = task.constraint, task.constraint_on
    if on is None:
        return NO_LIMITS if due is None else Limits(due=due)
    match kind:
        case ConstraintKind.SNET:
            return Limits(start_from=start_instant(on), due=due)
        case ConstraintKind.FNET:
            return Limits(finish_from=finish_instant(on), due=due)
        case ConstraintKind.SNLT:
            loose = milestone and not isinstance(on, datetime)
            return Limits(start_by=finish_instant(on) if loose else start_instant(on), due=due)
        case ConstraintKind.FNLT:
            return Limits(finish_by=finish_instant(on), due=due)
        case ConstraintKind.MSO:
            return Limits(start_from=start_instant(on), start_by=start_instant(on), due=due)
        case ConstraintKind.MFO:
            return Limits(finish_from=finish_instant(on), finish_by=finish_instant(on), due=due)
        case _:
            return NO_LIMITS if due is None else Limits(due=due)
