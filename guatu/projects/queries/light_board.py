"""Lights of a whole zone as of a day.

A zone has hundreds of thousands of promises. They are coloured, counted, ordered and cut in memory (`guatu.kernel.held`);
only rows that are shown are read from the database and get an explained light.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

import numpy as np
from django.db.models import QuerySet

from guatu.kernel.commitments import RANKED
from guatu.kernel.held import NEVER, NOTHING, Rows, grouped, held
from guatu.kernel.models import CommitmentState, Organisation
from guatu.kernel.rules.light import thresholds
from guatu.kernel.scope import Scope
from guatu.projects.queries.light_rows import ABOUT, OBSTACLE, SUBJECT, ProjectLight, light_rows
from guatu.projects.queries.moment import Moment, moment, zone_named

RED, YELLOW, GREEN, DONE_LATE, DONE = range(5)


@dataclass(frozen=True)
class Lights:
    """Milestones in force with their lights, one array for each property; `rank` is a place in `RANKED`.

    `unit` answers for the milestone: its own responsible unit, else its project's. `zone` and `chain` are the project's.
    Identities are NOTHING where there is none; days are ordinals.
    """

    state: np.ndarray
    subject: np.ndarray
    project: np.ndarray
    unit: np.ndarray
    zone: np.ndarray
    chain: np.ndarray
    due: np.ndarray
    first_due: np.ndarray
    moves: np.ndarray
    rank: np.ndarray

    def __len__(self) -> int:
        return len(self.state)

    def where(self, which: np.ndarray) -> Lights:
        """Those for which `which` is true (or those at its places, in its order)."""
        return Lights(*(getattr(self, entry.name)[which] for entry in fields(self)))

    @property
    def unfinished(self) -> np.ndarray:
        return self.rank <= GREEN

    @property
    def urgent(self) -> Lights:
        """The red and yellow ones."""
        return self.where(self.rank <= YELLOW)

    def by_urgency(self) -> Lights:
        """The most urgent first; among the same colour the longest overdue, which is the earliest due."""
        return self.where(np.lexsort((self.subject, self.project, self.due, self.rank)))

    def by_moves(self) -> Lights:
        """The most often moved first, then by how far in all."""
        return self.where(np.lexsort((self.subject, self.project, self.first_due - self.due, -self.moves)))

    def by_due(self) -> Lights:
        return self.where(np.lexsort((self.subject, self.project, self.due)))

    def tally(self) -> Counter:
        """How many there are of each colour."""
        counted = np.bincount(self.rank, minlength=len(RANKED)).tolist()
        return Counter({colour: number for colour, number in zip(RANKED, counted, strict=True) if number})

    def tally_by(self, key: str) -> dict[int | None, Counter]:
        """The same by zone, unit or chain."""
        found: dict[int | None, Counter] = defaultdict(Counter)
        values = getattr(self, key)
        first, group = grouped(values, self.rank)
        counts = np.bincount(group, minlength=len(first))
        for value, rank, number in zip(values[first].tolist(), self.rank[first].tolist(), counts.tolist(), strict=True):
            found[None if value == NOTHING else value][RANKED[rank]] = number
        return dict(found)

    def worst(self) -> dict[int, str]:
        """The most urgent colour of each project."""
        order = np.lexsort((self.rank, self.project))
        projects, first = np.unique(self.project[order], return_index=True)
        return {pk: RANKED[rank] for pk, rank in zip(projects.tolist(), self.rank[order][first].tolist(), strict=True)}

    def days(self) -> Counter:
        """How many are due on each day."""
        days, counts = np.unique(self.due, return_counts=True)
        return Counter({date.fromordinal(day): n for day, n in zip(days.tolist(), counts.tolist(), strict=True)})


@dataclass
class LightBoard:
    """The lights of the milestones of every project that `scope` may view, below `zone` when given, at a moment.

    `subject` is the table of commitments looked at: milestones, or obstacles. What counts milestones never mixes in others.
    """

    when: Moment
    scope: Scope
    zone: Organisation | None = None
    subject: str = SUBJECT

    @cached_property
    def projects(self) -> Rows:
        """Every project concerned, sorted by identity."""
        rows = self.when.rows(self.scope, self.zone.pk if self.zone is not None else None)
        return rows if self._may else rows.where(np.zeros(len(rows), bool))

    @property
    def _may(self) -> bool:
        return self.scope.may("obstacles" if self.subject == OBSTACLE else "milestones")

    @cached_property
    def lights(self) -> Lights:
        """All of them."""
        rows = held(CommitmentState, self.when.head).in_force(self.when.as_of, self.when.recording)
        rows = rows.where(
            (rows["subject_type"] == rows.code("subject_type", self.subject)) & (rows["about_type"] == rows.code("about_type", ABOUT))
        )
        known, abouts = self.projects["project_id"], rows["about_id"]
        places = np.searchsorted(known, abouts)
        ours = np.zeros(len(rows), bool)
        ours[places < len(known)] = known[places[places < len(known)]] == abouts[places < len(known)]
        rows, projects = rows.where(ours), self.projects.where(places[ours])
        owners = rows["owner_unit_id"]
        return Lights(
            rows["id"], rows["subject_id"], rows["about_id"],
            np.where(owners == NOTHING, projects["unit_id"], owners), projects["zone_id"], projects["chain_id"],
            rows["due_on"], rows["first_due_on"], rows["moves"], self._ranks(rows, projects["zone_id"]),
        )

    def _ranks(self, rows: Rows, zones: np.ndarray) -> np.ndarray:
        """The colour of each, as `kernel.rules.light.light` finds it."""
        today, due, done_on = self.when.as_of.toordinal(), rows["due_on"], rows["done_on"]
        different, places = np.unique(zones, return_inverse=True)
        last_yellow = np.array([self._last_yellow_due(zone) for zone in different.tolist()], np.int32)[places]
        ranks = np.where(due < today, RED, np.where(due <= last_yellow, YELLOW, GREEN))
        by_hand = (rows["override_from"] <= today) & (rows["override_until"] >= today)
        by_hand &= rows["override_until"] < NEVER
        for rank in (RED, YELLOW, GREEN):
            ranks[by_hand & (rows["override_colour"] == rows.code("override_colour", RANKED[rank]))] = rank
        done = done_on <= today
        ranks[done] = np.where(done_on[done] > due[done], DONE_LATE, DONE)
        return ranks

    @cached_property
    def _by_days(self) -> dict[int, int]:
        return {}

    def _last_yellow_due(self, zone: int) -> int:
        """The last due day that is yellow; zones with the same parameter share the computation."""
        days = self.when.lamps.yellow_workdays(self.subject, zone)
        if days not in self._by_days:
            found = thresholds(self.when.lamps.as_of, days, self.when.lamps.calendar)
            self._by_days[days] = found.last_yellow_due.toordinal()
        return self._by_days[days]

    def chosen(
        self,
        unit: int | None = None,
        nobody: bool = False,
        moved: bool = False,
        due: tuple[date, date] | None = None,
        chain: int | None = None,
        part: int | None = None,
    ) -> Lights:
        """Those of one responsible unit (`nobody`: of none), one chain, or of a `part`: a zone whose own projects are
        meant, not those of the zones below it. `moved`: only those whose due day was moved. `due`: unfinished ones due
        from the first through the last day."""
        found = self.lights
        for name, value in (("unit", NOTHING if nobody else unit), ("chain", chain), ("zone", part)):
            if value is not None:
                found = found.where(getattr(found, name) == value)
        if moved:
            found = found.where(found.moves > 0)
        if due is not None:
            first, last = (day.toordinal() for day in due)
            found = found.where((found.due >= first) & (found.due <= last) & found.unfinished)
        return found

    def units(self) -> set[int]:
        """Units that answer for any milestone or project here."""
        return set(np.concatenate((self.projects["unit_id"], self.lights.unit)).tolist()) - {NOTHING}

    def states(self) -> QuerySet[CommitmentState]:
        """The states of the milestones, for what reads every one of them."""
        projects = self.when.states(self.scope, self.zone.pk if self.zone is not None else None)
        rows = self.when.lamps.states().filter(
            subject_type=self.subject, about_type=ABOUT, about_id__in=projects.values("project_id"))
        return rows if self._may else rows.none()

    def rows_of(self, state_ids: Iterable[int]) -> list[ProjectLight]:
        """These states in their order, with explained lights: a page of `lights`."""
        ids = [int(pk) for pk in state_ids]
        found = light_rows(CommitmentState.objects.filter(pk__in=ids).select_related("owner_unit"), self.when)
        by_id = {row.lit.state.pk: row for row in found}
        return [by_id[pk] for pk in ids]


def light_board(
    scope: Scope, as_of: date, known_at=None, zone: str | None = None, subject: str = SUBJECT
) -> LightBoard:
    """The lights as of a day. Raises NotFound for a zone that `scope` does not reach."""
    return LightBoard(moment(as_of, known_at), scope, zone_named(scope, zone) if zone else None, subject)
