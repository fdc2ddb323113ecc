"""The way of a lead through its stages: where it stood on a day, what it had reached, and which moves are allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Stages in order. A lead may leave stages out and may go back; what it has reached stays reached.
ORDER = ("new", "contacted", "talking", "visited", "agreed", "converted")
RANK = {stage: place for place, stage in enumerate(ORDER)}
LOST = "lost"
#: Stages in which somebody is at work on the lead.
OPEN = ORDER[:-1]


@dataclass(frozen=True)
class Path:
    """A lead's way up to a day. `reached` gives for each stage of ORDER the first day on which the lead stood there or
    further on; `lost_from` the stage it stood in when it was lost, empty while it is not lost."""

    stage: str
    since: date
    reached: tuple[date | None, ...]
    lost_from: str = ""


def path(moves: Sequence[tuple[date, str]], as_of: date) -> Path | None:
    """The way told by `moves` (day, stage; in their order) up to and including `as_of`; None before the first move."""
    reached: list[date | None] = [None] * len(ORDER)
    stage, since, lost_from = "", None, ""
    for day, move in moves:
        if day > as_of:
            break
        if move == LOST:
            lost_from = stage if stage not in ("", LOST) else lost_from or ORDER[0]
            reached[0] = reached[0] or day
        else:
            lost_from = ""
            for place in range(RANK[move] + 1):
                reached[place] = reached[place] or day
        if move != stage:
            stage, since = move, day
    return None if since is None else Path(stage, since, tuple(reached), lost_from)


def objection(
    before: str, since: date, after: str, day: date, today: date, *, has_project: bool
) -> str | None:
    """Why a lead that stands in `before` since a day may not move to `after` on `day`: future, before_last, converted
    (the project goes on, not the lead), convert (only together with a project). None: it may."""
    if day > today:
        return "future"
    if day < since:
        return "before_last"
    if before == ORDER[-1] and after != before:
        return "converted"
    if (after == ORDER[-1]) != has_project:
        return "convert"
    return None
