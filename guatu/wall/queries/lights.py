"""The lights of a day as the wall shows them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import numpy as np

from guatu.projects.queries import LightBoard, ProjectLight

DAYS_AHEAD = 30
FIRST = 6


@dataclass
class DayLights:
    """`drawn`: projects whose worst light, of whatever colour, is asked for."""

    board: LightBoard
    drawn: list[int] = field(default_factory=list)

    @cached_property
    def _urgent(self):
        return self.board.lights.urgent

    @cached_property
    def totals(self) -> Counter:
        """Red and yellow milestones."""
        return self._urgent.tally()

    @cached_property
    def by_unit(self) -> dict[int | None, Counter]:
        """Red and yellow milestones by responsible unit."""
        return self._urgent.tally_by("unit")

    @cached_property
    def by_zone(self) -> dict[int, Counter]:
        """Red and yellow milestones by the zone of the project itself."""
        return self._urgent.tally_by("zone")

    @cached_property
    def worst(self) -> dict[int, str]:
        """The worst light by project drawn."""
        lights = self.board.lights
        return lights.where(np.isin(lights.project, self.drawn)).worst()

    @cached_property
    def lit_projects(self) -> dict[int, Counter]:
        """Projects with a red light, and others with a yellow one, by zone."""
        zones = dict(zip(self._urgent.project.tolist(), self._urgent.zone.tolist(), strict=True))
        found: dict[int, Counter] = defaultdict(Counter)
        for pk, colour in self._urgent.worst().items():
            found[zones[pk]][colour] += 1
        return found

    @cached_property
    def _ahead(self):
        """What is unfinished and due on the day itself or in the coming ones."""
        day = self.board.when.as_of
        return self.board.chosen(due=(day, day + timedelta(days=DAYS_AHEAD)))

    @cached_property
    def due(self) -> Counter:
        """How many of them are due on each day."""
        return self._ahead.days()

    # -- those named ---------------------------------------------------------------------------------------------------

    @cached_property
    def _named(self) -> dict[int, ProjectLight]:
        """Every light that is shown with its name, by state; read together."""
        shown = np.concatenate((self._overdue, self._coming, self._moved))
        return {row.lit.state.pk: row for row in self.board.rows_of(np.unique(shown))}

    @cached_property
    def _overdue(self) -> np.ndarray:
        return self._urgent.where(self._urgent.rank == 0).by_urgency().state[:FIRST]

    @cached_property
    def _coming(self) -> np.ndarray:
        return self._ahead.by_due().state[:FIRST]

    @cached_property
    def _moved(self) -> np.ndarray:
        lights = self.board.lights
        return lights.where((lights.moves > 0) & lights.unfinished).by_moves().state[:FIRST]

    @property
    def overdue(self) -> list[ProjectLight]:
        """The red ones that are due longest."""
        return [self._named[pk] for pk in self._overdue.tolist()]

    @property
    def coming(self) -> list[ProjectLight]:
        """The first of what is due soon."""
        return [self._named[pk] for pk in self._coming.tolist()]

    @property
    def moved(self) -> list[ProjectLight]:
        """Unfinished ones whose due day was moved most often, then by how far in all."""
        return [self._named[pk] for pk in self._moved.tolist()]
