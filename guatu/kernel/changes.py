"""What a door hands to `actions.write`: changes to rows, not yet checked, and the problems found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from guatu.kernel.errors import Refused
from guatu.kernel.models.facts import BEGINNING, Fact, Stated


@dataclass(eq=False)
class Change:
    """One row to create, change or withdraw.

    `values` are Python values by field name; a reference is a primary key, or another Change of the same batch
    that creates the row. `valid_on` says from which day a changed record holds its new values (None: today, for a
    new record: from the beginning); facts carry their own day among the values. `correction` says it was always
    so since the corrected value began.
    """

    op: Literal["create", "change", "withdraw"]
    model: type[Stated]
    values: dict[str, Any] = field(default_factory=dict)
    row: Stated | None = None
    verb: str = ""
    valid_on: date | None = None
    precision: str = "day"
    correction: bool = False
    reason: str = ""
    approver: str = ""
    place: int | None = None  # row of the sheet it came from, for messages
    numbered: bool = False  # its code was given by the house
    derived: bool = False  # a consequence of another change of the batch
    written: Stated | None = None  # filled by `actions.write`
    diff: dict[str, list] = field(default_factory=dict)  # {field: [old, new]} as in the history; filled likewise

    @property
    def is_fact(self) -> bool:
        return issubclass(self.model, Fact)

    @property
    def effective(self) -> date:
        return BEGINNING if self.valid_on is None else self.valid_on

    def after(self, name: str):
        """The value that field `name` will have."""
        if name in self.values:
            return self.values[name]
        if self.row is not None:
            model_field = self.model._meta.get_field(name)
            return getattr(self.row, model_field.attname)
        return self.model._meta.get_field(name).get_default()


@dataclass(frozen=True)
class Problem:
    change: Change
    refused: Refused


@dataclass
class Batch:
    """Changes written together: all or none."""

    actor: Any
    changes: list[Change]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    whereabouts: Any = None  # kept by `permission`
    #: Kept by `permission`: None while the actor's own rights suffice, else those away any of whose rights do.
    principals: frozenset[int] | None = None

    def of(self, *models: type[Stated]) -> list[Change]:
        return [change for change in self.changes if change.model in models]

    def refuse(self, change: Change, refused: Refused) -> None:
        self.problems.append(Problem(change, refused))

    def warn(self, change: Change, refused: Refused) -> None:
        self.warnings.append(Problem(change, refused))


class Refusals(Refused):
    """Several refusals at once; the message is the first one's."""

    def __init__(self, problems: list[Problem]):
        first = problems[0].refused
        super().__init__(first.code, first.message, first.field)
        self.status = first.status
        self.problems = problems
