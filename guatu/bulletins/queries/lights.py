"""Lights by responsible unit, the longest overdue and the most moved, for one bulletin."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min

from guatu.bulletins.rules.situation import NamedLight, UnitStanding
from guatu.kernel.commitments import RANKED
from guatu.kernel.models import Organisation
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.scope import Scope
from guatu.projects.queries import MOST_MOVED, URGENCY, LightBoard, ProjectLight
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


#: Above so many projects the rows sought are no longer asked for project by project.
MOST_NAMED = 900


def light_part(scope: Scope, when: Moment, zone: Organisation, unit: int | None, most: int) -> LightPart:
    """Everything is counted in one query; it also tells where the red and the most moved are, of which at most `most` are
    read."""
    board = LightBoard(when, scope, zone)
    states = board.states(unit=unit)
    units = {pk: standing.unit for pk, standing in board.standings.items()}
    tally: dict[int | None, Counter] = defaultdict(Counter)
    oldest: dict[int, date] = {}
    moves: Counter = Counter()
    counted = states.order_by().values_list("owner_unit_id", "about_id", "colour_rank")
    counted = counted.annotate(n=Count("*"), most_moves=Max("moves"), first_due=Min("due_on"))
    for owner, about, rank, number, most_moves, first_due in counted:
        tally[owner or units[about]][RANKED[rank]] += number
        if rank == 0:
            oldest[about] = min(first_due, oldest.get(about, first_due))
        if most_moves:
            moves[about] = max(moves[about], most_moves)
    latest = max(sorted(oldest.values())[:most], default=when.as_of)
    fewest = min(sorted(moves.values(), reverse=True)[:most], default=1)
    return LightPart(
        dict(tally),
        _rows(board, states.filter(colour_rank=0), {pk for pk, due in oldest.items() if due <= latest}, most, URGENCY),
        _rows(board, states.filter(moves__gte=fewest), {pk for pk, n in moves.items() if n >= fewest}, most, MOST_MOVED),
    )


def _rows(board: LightBoard, states, abouts: set[int], most: int, order: tuple) -> list[ProjectLight]:
    if not abouts:
        return []
    near = states.filter(about_id__in=sorted(abouts)) if len(abouts) <= MOST_NAMED else states
    return board.rows(near, 0, most, order)
