"""The five lists and the residuals beside them (issue 2; the stages are DESIGN section 9).

The first four lists are disjoint, and together with the residuals they cover every project exactly once. The fifth
lies across them: under construction and in statistics, or expected to enter statistics this year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from guatu.projects.rules.stages import CANCELLED, ORDER, PAUSED

LISTS = ("negotiating", "signed_registered", "land_acquired", "under_construction", "investment_supporting")
#: `outside_lists` is empty unless a zone's parameters leave a stage before completion out of every list.
RESIDUALS = ("land_of_earlier_years", "completed_or_later", "paused", "cancelled", "stage_unknown", "outside_lists")
PARTITION = (*LISTS[:4], *RESIDUALS)


@dataclass(frozen=True)
class ListRules:
    """The zone's parameters: which stages make which list, and which may count as expected in statistics."""

    negotiating: frozenset[str] = frozenset({"negotiating"})
    signed: frozenset[str] = frozenset({"signed", "registered"})
    land: frozenset[str] = frozenset({"land_acquired"})
    building: frozenset[str] = frozenset({"started"})
    expected: frozenset[str] = frozenset({"negotiating", "signed", "registered", "land_acquired", "started"})


class Signature(NamedTuple):
    """All that decides the lists, apart from day and parameters. `stage` is "" when unknown; years 0 when none."""

    stage: str
    status: str
    stage_year: int
    in_statistics: bool
    expected_year: int


def placement(signature: Signature, year: int, rules: ListRules) -> str:
    """The one list (of the first four) or residual in which a project of this signature stands in `year`."""
    if signature.status == CANCELLED:
        return "cancelled"
    if signature.stage == "":
        return "stage_unknown"
    if signature.status == PAUSED:
        return "paused"
    stage = signature.stage
    if stage in rules.negotiating:
        return "negotiating"
    if stage in rules.signed:
        return "signed_registered"
    if stage in rules.land:
        return "land_acquired" if signature.stage_year == year else "land_of_earlier_years"
    if stage in rules.building:
        return "under_construction"
    if ORDER[stage] >= ORDER["completed"]:
        return "completed_or_later"
    return "outside_lists"


def supports_investment(signature: Signature, year: int, rules: ListRules) -> bool:
    """Whether a project of this signature stands in the fifth list in `year`."""
    if signature.status in (PAUSED, CANCELLED):
        return False
    building = signature.stage in rules.building
    if building and signature.in_statistics:
        return True
    return not signature.in_statistics and signature.expected_year == year and signature.stage in rules.expected


class Member(NamedTuple):
    """A row as the totals need it; any other with these names will do. `batch` is the key of the batch it lies in;
    `declared` the batch's own count, None for a single project. `amount` is None when unknown."""

    key: int
    amount: Decimal | int | None
    batch: int | None = None
    declared: int | None = None

    @property
    def is_batch(self) -> bool:
        return self.declared is not None


@dataclass(frozen=True)
class Total:
    """Projects and money, each counted once. `unknown` is how many of the rows state no amount; `amount` is in the
    unit of the rows, yuan or (a whole number) hundredths of it."""

    projects: int = 0
    amount: Decimal | int = Decimal(0)
    unknown: int = 0
    rows: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(
            self.projects + other.projects,
            self.amount + other.amount,
            self.unknown + other.unknown,
            self.rows + other.rows,
        )


def total(inside: Iterable[Member], everywhere: Iterable[Member] = ()) -> Total:
    """The total of the rows `inside` a list, when `everywhere` holds the members of its batches wherever they stand.

    A batch in the list counts its declared number and amount, less its known members that stand elsewhere; its
    members in the same list lie inside it and add nothing. A member whose batch stands elsewhere counts for itself.
    So over lists that split a set, projects and money add up to each batch once. A batch cannot be smaller than its
    known members, nor its money than theirs; where the batch states no amount, its members' known amounts count
    and one unknown stands for the rest.
    """
    inside = list(inside)
    members: dict[int, list[Member]] = {}
    for row in {row.key: row for row in [*everywhere, *inside]}.values():
        if row.batch is not None:
            members.setdefault(row.batch, []).append(row)
    return total_with(inside, members)


def total_with(inside: Sequence[Member], members: Mapping[int, Sequence[Member]]) -> Total:
    """The same, when `members` holds the members of each batch by its key, those inside the list among them."""
    keys = {row.key for row in inside}
    batches = {row.key for row in inside if row.declared is not None}
    projects, amount, unknown = 0, 0, 0
    for row in inside:
        if row.batch in batches:
            continue
        if row.amount is None:
            unknown += 1
        if row.declared is None:
            projects += 1
            amount += row.amount or 0
            continue
        own = members.get(row.key, ())
        away = known = known_away = 0
        for member in own:
            stated = member.amount or 0
            known += stated
            if member.key not in keys:
                away += 1
                known_away += stated
        projects += max(row.declared, len(own)) - away
        amount += (known if row.amount is None else max(row.amount, known)) - known_away
    return Total(projects, amount, unknown, len(inside))
