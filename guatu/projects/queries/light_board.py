"""Lights of a whole zone as of a day, counted and cut by the database.

A zone has hundreds of thousands of promises, of which a few thousand are red or yellow. Those are read bare and joined
with their projects here; everything else is counted, ordered and cut in SQL, and only rows that are shown get an
explained light.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from guatu.kernel.commitments import RANKED, Lamps
from guatu.kernel.models import CommitmentState, Organisation
from guatu.kernel.rules.light import Colour, thresholds
from guatu.kernel.scope import Scope
from guatu.projects.queries.light_rows import ABOUT, SUBJECT, ProjectLight, light_rows
from guatu.projects.queries.moment import Moment, moment, zone_named

#: What lights can be counted by: place of the value in `Standing`.
DIMENSIONS = ("zone", "unit", "chain")
#: What is read of a state to count it.
BARE = ("pk", "about_id", "owner_unit_id", "due_on")
READ_AT_ONCE = 500
#: The most urgent first; among the same colour the longest overdue, which is the earliest due.
URGENCY = ("colour_rank", "due_on", "about_id", "code", "pk")


class Standing(NamedTuple):
    """Whose a project was on the day."""

    zone: int
    unit: int | None
    chain: int | None


class Coming(NamedTuple):
    """A milestone not yet finished."""

    state_id: int
    project_id: int
    unit: int | None
    due_on: date


class Urgent(NamedTuple):
    """A red or yellow milestone."""

    state_id: int
    project_id: int
    unit: int | None
    due_on: date
    colour: str


@dataclass
class LightBoard:
    """The lights of the milestones of every project that `scope` may view, below `zone` when given, at a moment."""

    when: Moment
    scope: Scope
    zone: Organisation | None = None

    @cached_property
    def lamps(self) -> Lamps:
        return Lamps(self.when.as_of, self.when.recording, self.when.parameters)

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """Every project concerned; one query."""
        if not self.scope.may("milestones"):
            return {}
        rows = self._projects.values_list("project_id", "zone_id", "unit_id", "chain_id")
        return {pk: Standing(*rest) for pk, *rest in rows}

    # -- red and yellow ------------------------------------------------------------------------------------------------

    @cached_property
    def urgent(self) -> list[Urgent]:
        """Every red and yellow milestone, red before yellow, the longest overdue first; three queries."""
        day, standings = self.when.as_of, self.standings
        days = _YellowDays(self.lamps)
        latest = max(days.last_due(place) for place in {standing.zone for standing in standings.values()} | {None})
        found: dict[int, Urgent] = {}
        for pk, about, unit, due in self._unfinished(due_on__lte=latest):
            standing = standings.get(about)
            if standing is not None and due <= days.last_due(standing.zone):
                colour = Colour.RED if due < day else Colour.YELLOW
                found[pk] = Urgent(pk, about, unit or standing.unit, due, colour.value)
        by_hand = self._bare.filter(
            override_until__isnull=False, override_from__lte=day, override_until__gte=day,
        ).exclude(override_colour="").exclude(done_on__lte=day)
        for pk, about, unit, due, colour in by_hand.values_list(*BARE, "override_colour"):
            standing = standings.get(about)
            found.pop(pk, None)
            if standing is not None and colour in ("red", "yellow"):
                found[pk] = Urgent(pk, about, unit or standing.unit, due, colour)
        return sorted(found.values(), key=lambda row: (row.colour, row.due_on, row.project_id, row.state_id))

    def _unfinished(self, **which) -> Iterator[tuple]:
        """State, project, unit and due day of milestones unfinished on the day, whosever they are; two queries."""
        # One question for those never finished and one for those finished later: each has an index of its own.
        for finished in ({"done_on__isnull": True}, {"done_on__isnull": False, "done_on__gt": self.when.as_of}):
            yield from self._bare.filter(**finished, **which).values_list(*BARE)

    def coming(self, first: date, last: date) -> list[Coming]:
        """Unfinished milestones due from the first through the last day, the soonest first; two queries."""
        standings = self.standings
        found = [
            Coming(pk, about, unit or standings[about].unit, due)
            for pk, about, unit, due in self._unfinished(due_on__range=(first, last)) if about in standings
        ]
        return sorted(found, key=lambda row: (row.due_on, row.project_id, row.state_id))

    def most_moved(self, count: int) -> list[int]:
        """States of the milestones whose due day was moved most often, as MOST_MOVED orders them; one query."""
        rows = self._bare.filter(moves__gt=RawSQL("0", [])).order_by("-moves")
        found: list[tuple] = []
        for pk, about, code, due, first_due, moves in rows.values_list(
            "pk", "about_id", "code", "due_on", "first_due_on", "moves"
        ).iterator(READ_AT_ONCE):
            if len(found) >= count and moves < -found[count - 1][0]:
                break
            if about in self.standings:
                found.append((-moves, first_due - due, about, code, pk))
        return [pk for *_key, pk in sorted(found)[:count]]

    def urgent_by(self, dimension: str) -> dict[int | None, Counter]:
        """Red and yellow milestones by zone, responsible unit (the milestone's, else the project's) or chain."""
        place = Standing._fields.index(dimension)
        found: dict[int | None, Counter] = defaultdict(Counter)
        for row in self.urgent:
            key = row.unit if dimension == "unit" else self.standings[row.project_id][place]
            found[key][row.colour] += 1
        return dict(found)

    @cached_property
    def worst(self) -> dict[int, str]:
        """Red or yellow for each project that has such a milestone."""
        return {row.project_id: row.colour for row in reversed(self.urgent)}

    # -- all of them ---------------------------------------------------------------------------------------------------

    def states(
        self,
        colour: str = "",
        unit: int | None = None,
        moved: bool = False,
        due: tuple[date, date] | None = None,
        chain: int | None = None,
        part: int | None = None,
        nobody: bool = False,
    ) -> QuerySet[CommitmentState]:
        """States of the milestones, of one colour, unit or chain where given, annotated with `colour_rank`.

        `moved`: only those whose due day was moved. `due`: unfinished ones due from the first through the last day.
        `part`: a zone whose own projects are meant, not those of the zones below it. `nobody`: of no unit at all.
        """
        within = self._projects if chain is None else self._projects.filter(chain_id=chain)
        within = within if part is None else within.filter(zone_id=part)
        rows = self._bare.filter(about_id__in=within.values("project_id"))
        if nobody:
            rows = rows.filter(owner_unit_id=None, about_id__in=self._projects.filter(unit_id=None).values("project_id"))
        if unit is not None:
            theirs = self._projects.filter(unit_id=unit).values("project_id")
            rows = rows.filter(Q(owner_unit_id=unit) | Q(owner_unit_id=None, about_id__in=theirs))
        if moved:
            rows = rows.filter(moves__gt=RawSQL("0", []))  # SQLite takes a partial index for a written number only
        if due is not None:
            rows = rows.filter(due_on__range=due).exclude(done_on__lte=self.when.as_of)
        rows = self.lamps.coloured(rows)
        if colour:
            rows = rows.filter(colour_rank=RANKED.index(colour))
        return rows if self.scope.may("milestones") else rows.none()

    def totals(self, states: QuerySet[CommitmentState] | None = None) -> Counter:
        """How many milestones of each colour; one query."""
        rows = self.states() if states is None else states
        counted = rows.order_by().values_list("colour_rank").annotate(n=Count("*"))
        return Counter({RANKED[rank]: number for rank, number in counted})

    def units(self) -> set[int]:
        """Units that answer for any milestone or project here."""
        if not self.standings:
            return set()
        named = self._bare.filter(owner_unit_id__isnull=False, about_id__in=self._projects.values("project_id"))
        named = named.order_by().values_list("owner_unit_id", flat=True).distinct()
        return {standing.unit for standing in self.standings.values() if standing.unit is not None} | set(named)

    def rows(
        self, states: QuerySet[CommitmentState], start: int = 0, stop: int | None = None, order: tuple = URGENCY
    ) -> list[ProjectLight]:
        """A cut of `states` with explained lights."""
        return light_rows(states.order_by(*order).select_related("owner_unit")[start:stop], self.when, self.lamps)

    def rows_of(self, state_ids: Iterable[int]) -> list[ProjectLight]:
        """The rows of these states in their order; for a page of `urgent`."""
        ids = list(state_ids)
        found = light_rows(CommitmentState.objects.filter(pk__in=ids).select_related("owner_unit"), self.when, self.lamps)
        by_id = {row.lit.state.pk: row for row in found}
        return [by_id[pk] for pk in ids]

    @property
    def _projects(self) -> QuerySet:
        return self.when.states(self.scope, self.zone.pk if self.zone is not None else None)

    @property
    def _bare(self) -> QuerySet[CommitmentState]:
        return self.lamps.states().filter(subject_type=SUBJECT, about_type=ABOUT)


class _YellowDays:
    """The last due day that is yellow, by zone; zones with the same parameter share the computation."""

    def __init__(self, lamps: Lamps):
        self._lamps = lamps
        self._by_place: dict[int | None, date] = {}
        self._by_days: dict[int, date] = {}

    def last_due(self, place: int | None) -> date:
        if place not in self._by_place:
            days = self._lamps.yellow_workdays(SUBJECT, place)
            if days not in self._by_days:
                self._by_days[days] = thresholds(self._lamps.as_of, days, self._lamps.calendar).last_yellow_due
            self._by_place[place] = self._by_days[days]
        return self._by_place[place]


#: The most often moved first, then by how far in all.
MOST_MOVED = (F("moves").desc(), (F("due_on") - F("first_due_on")).desc(), "about_id", "code", "pk")


def light_board(scope: Scope, as_of: date, known_at=None, zone: str | None = None) -> LightBoard:
    """The lights as of a day. Raises NotFound for a zone that `scope` does not reach."""
    return LightBoard(moment(as_of, known_at), scope, zone_named(scope, zone) if zone else None)
