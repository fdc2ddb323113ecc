"""Lights by responsible unit, the longest overdue and the most moved, for one bulletin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from guatu.bulletins.rules.ranking import UnitStanding
from guatu.bulletins.rules.situation import NamedLight
from guatu.kernel.models import Organisation
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.scope import Scope
from guatu.projects.queries import LightBoard, ProjectLight
from guatu.projects.queries.moment import Moment


@dataclass
class LightPart:
    """`tally` counts colours by responsible unit (None: nobody answers)."""

    tally: dict[int | None, Counter]
    red: list[ProjectLight]
    moved: list[ProjectLight]
    unit_ids: list[int] = field(init=False)

    def __post_init__(self):
        shown = {unit_of(row) for row in (*self.red, *self.moved)}
        self.unit_ids = sorted((self.tally.keys() | shown) - {None})

    def units(self, names: dict[int, str]) -> tuple[UnitStanding, ...]:
        return tuple(
            UnitStanding(pk, names.get(pk, ""), **counted)
            for pk, counted in sorted(self.tally.items(), key=lambda entry: entry[0] or 0)
        )

    def named(self, rows: list[ProjectLight], names: dict[int, str]) -> tuple[NamedLight, ...]:
        return tuple(
            NamedLight(
                row.project_id, row.project_name, row.label, names.get(unit_of(row), ""),
                format_day(row.lit.state.due_on, Precision(row.lit.state.due_precision)),
                row.lit.state.first_due_on.isoformat(), max(0, -row.lit.light.slack_workdays), row.lit.state.moves,
                (row.lit.state.due_on - row.lit.state.first_due_on).days, _is_overdue(row),
            )
            for row in rows
        )


def unit_of(row: ProjectLight) -> int | None:
    """The unit that owes the milestone: its own, else the project's."""
    return row.lit.state.owner_unit_id or row.unit_id


def _is_overdue(row: ProjectLight) -> bool:
    return row.lit.state.due_on.isoformat() < row.lit.light.inputs["as_of"]


def light_part(scope: Scope, when: Moment, zone: Organisation, unit: int | None, most: int) -> LightPart:
    """Everything is counted; at most `most` of the red and of the most moved are read."""
    board = LightBoard(when, scope, zone)
    lights = board.chosen(unit=unit)
    red = lights.where(lights.rank == 0).by_urgency()
    moved = lights.where(lights.moves > 0).by_moves()
    return LightPart(
        lights.tally_by("unit"), board.rows_of(red.state[:most]), board.rows_of(moved.state[:most]))
