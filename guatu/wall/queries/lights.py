"""The lights of a day as the wall shows them. Red and yellow ones are known from the board of lights; what is due soon
and what was moved is read bare from the indexes of unfinished and of moved promises."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Max, Min, Q

from guatu.kernel.bulk import chunks
from guatu.kernel.commitments import RANKED
from guatu.kernel.models import CommitmentState
from guatu.projects.queries import LightBoard, ProjectLight
from guatu.projects.queries.light_rows import ABOUT, SUBJECT

DAYS_AHEAD = 30
FIRST = 6
#: So many projects or fewer: their promises are found through them rather than through all that moved.
FEW_PROJECTS = 1000


@dataclass
class DayLights:
    """`drawn`: projects whose worst light, of whatever colour, is asked for."""

    board: LightBoard
    drawn: list[int] = field(default_factory=list)

    @cached_property
    def totals(self) -> Counter:
        """Red and yellow milestones."""
        return Counter(row.colour for row in self.board.urgent)

    @cached_property
    def by_unit(self) -> dict[int | None, Counter]:
        """Red and yellow milestones by responsible unit."""
        return self.board.urgent_by("unit")

    @cached_property
    def by_zone(self) -> dict[int, Counter]:
        """Red and yellow milestones by the zone of the project itself."""
        return self.board.urgent_by("zone")

    @cached_property
    def overdue(self) -> list[ProjectLight]:
        """The red ones that are due longest."""
        return self.board.rows_of([row.state_id for row in self.board.urgent[:FIRST] if row.colour == "red"])

    @cached_property
    def worst(self) -> dict[int, str]:
        """The worst light by project: red and yellow for all, the others for the projects drawn."""
        found = dict(self.board.worst)
        for chunk in chunks([pk for pk in self.drawn if pk not in found and pk in self.board.standings]):
            rows = self.board.lamps.coloured(self._states.filter(about_id__in=chunk)).order_by()
            found |= {pk: RANKED[rank] for pk, rank in rows.values_list("about_id").annotate(rank=Min("colour_rank"))}
        return found

    @cached_property
    def lit_projects(self) -> dict[int, Counter]:
        """Projects with a red light, and others with a yellow one, by zone."""
        found: dict[int, Counter] = defaultdict(Counter)
        for pk, colour in self.board.worst.items():
            found[self.board.standings[pk].zone][colour] += 1
        return found

    # -- due soon -----------------------------------------------------------------------------------------------------

    @cached_property
    def _coming(self) -> list[tuple[date, int, int]]:
        """(due day, project, state) of what is unfinished and due on the day itself or in the coming ones, in order."""
        day, standings = self.board.when.as_of, self.board.standings
        rows = self._states.filter(due_on__range=(day, day + timedelta(days=DAYS_AHEAD))) if standings else ()
        found = []
        for unfinished in (Q(done_on=None), Q(done_on__gt=day)) if standings else ():
            found += [
                row for row in rows.filter(unfinished).values_list("due_on", "about_id", "pk") if row[1] in standings
            ]
        return sorted(found)

    @cached_property
    def due(self) -> Counter:
        """How many of them are due on each day."""
        return Counter(due for due, _project, _state in self._coming)

    @cached_property
    def coming(self) -> list[ProjectLight]:
        """The first of them."""
        return self.board.rows_of([state for _due, _project, state in self._coming[:FIRST]])

    # -- moved --------------------------------------------------------------------------------------------------------

    @cached_property
    def moved(self) -> list[ProjectLight]:
        """Unfinished ones whose due day was moved most often, then by how far in all."""
        standings = self.board.standings
        if not standings:
            return []
        found: list[tuple] = []
        if len(standings) <= FEW_PROJECTS:
            for chunk in chunks(sorted(standings)):
                found += self._moved(Q(about_id__in=chunk, moves__gt=0))
        else:
            most = self._states.filter(moves__gt=0).aggregate(most=Max("moves"))["most"] or 0
            for moves in range(most, 0, -1):
                found += [row for row in self._moved(Q(moves=moves, moves__gt=0)) if row[2] in standings]
                if len(found) >= FIRST:
                    break
        return self.board.rows_of([row[-1] for row in sorted(found)[:FIRST]])

    def _moved(self, which: Q) -> list[tuple]:
        rows = self._states.filter(which).exclude(done_on__lte=self.board.when.as_of)
        rows = rows.values_list("moves", "due_on", "first_due_on", "about_id", "code", "pk")
        return [(-moves, (first - due).days, *rest) for moves, due, first, *rest in rows]

    @property
    def _states(self):
        rows: CommitmentState = self.board.lamps.states()
        return rows.filter(subject_type=SUBJECT, about_type=ABOUT)
