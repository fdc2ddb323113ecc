"""All that the text of a bulletin is made from: counted projects, movements and lights of one zone and two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from guatu.bulletins.rules.ranking import UnitStanding, ranked

#: Colours in the order in which a bulletin names them; the first three are of open milestones.
COLOURS = ("red", "yellow", "green", "done", "done_late")
OPEN = COLOURS[:3]


@dataclass(frozen=True)
class Tally:
    """Projects counted together; `amount` their known investment in yuan, `unknown` how many state none."""

    projects: int = 0
    amount: Decimal = Decimal(0)
    unknown: int = 0


@dataclass(frozen=True)
class Moved:
    """A project that entered or left a list, and why."""

    project_id: int
    name: str
    why: str


@dataclass(frozen=True)
class ListStanding:
    """One of the five lists, or a residual (which has no movement). `entered` and `left` count all, the tuples name
    the first of them."""

    name: str
    label: str
    tally: Tally
    entered: int = 0
    left: int = 0
    entered_named: tuple[Moved, ...] = ()
    left_named: tuple[Moved, ...] = ()


@dataclass(frozen=True)
class NamedLight:
    """A milestone that the bulletin names. Days are texts as precise as they are known; `overdue` is false where a light
    was set to red by hand before its day."""

    project_id: int
    project: str
    milestone: str
    unit: str
    due: str
    first_due: str
    overdue_workdays: int
    moves: int
    slip_days: int
    overdue: bool = True


@dataclass(frozen=True)
class Situation:
    """`since` is the day up to which the former bulletin looked. `unit` names the responsible unit to which the bulletin
    is confined, empty for the whole zone. Of red lights and of moves at most `named_most` are in `overdue` and `moved`,
    the oldest and the most moved first."""

    zone: str
    unit: str
    issuer: str
    as_of: date
    since: date
    lists: tuple[ListStanding, ...]
    residuals: tuple[ListStanding, ...]
    total: Tally
    units: tuple[UnitStanding, ...]
    overdue: tuple[NamedLight, ...]
    moved: tuple[NamedLight, ...]
    named_most: int
    units_most: int = 50
    #: Words of the bulletin that this one corrects, empty for none.
    corrects: str = ""

    @cached_property
    def ranking(self) -> list[tuple[int, UnitStanding]]:
        """The units that the bulletin lists, with their ranks."""
        return ranked(self.units)[: self.units_most]

    def count(self, colour: str) -> int:
        return sum(getattr(unit, colour) for unit in self.units)

    @property
    def milestones(self) -> int:
        return sum(self.count(colour) for colour in COLOURS)

    @property
    def open(self) -> int:
        return sum(unit.open for unit in self.units)

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.count("red"), self.open) if self.open else None

    @property
    def named_units(self) -> tuple[UnitStanding, ...]:
        """Units that are somebody."""
        return tuple(unit for unit in self.units if unit.unit_id is not None)

    @property
    def nobody(self) -> UnitStanding:
        """What no unit answers for."""
        return next((unit for unit in self.units if unit.unit_id is None), UnitStanding(None, ""))
