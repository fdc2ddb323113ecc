"""Why a table of locations and activities is refused, and what its measures cannot tell: one sentence for each.

A sentence is `TEMPLATES[code] % params`; a door asks for `problem.sentence(gettext)` or `note.sentence(gettext)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guatu.kernel.rules.refusals import gettext_noop, printable

TEMPLATES: dict[str, str] = {
    # a table that cannot be read
    "table_empty": gettext_noop("The table has no rows, so nothing can be computed. Give at least one."),
    "table_zero": gettext_noop("Every value of the table is zero, so nothing can be compared. Give the figures."),
    "table_large": gettext_noop(
        "The table has %(locations)d locations and %(activities)d activities. At most %(most_cells)d pairs and "
        "%(most_activities)d activities are computed. Group the activities, or leave some out."
    ),
    "threshold_wrong": gettext_noop("The threshold %(text)s cannot be used. Give a number above zero, usually 1."),
    "name_blank": gettext_noop("Row %(row)d has nothing in the column “%(column)s”. Give its name, or remove the row."),
    "name_wrong": gettext_noop("Row %(row)d has %(text)s in the column “%(column)s”, which is no name. Give it as text."),
    "value_missing": gettext_noop(
        "Row %(row)d has nothing in the column “%(column)s”. Give the figure, or 0 where there is nothing."
    ),
    "value_nan": gettext_noop(
        "Row %(row)d has the value NaN in the column “%(column)s”, which is no number. Give the figure, or 0 where there "
        "is nothing."
    ),
    "value_infinite": gettext_noop(
        "Row %(row)d has an infinite value in the column “%(column)s”, which cannot be compared. Give the figure."
    ),
    "value_wrong": gettext_noop("Row %(row)d has %(text)s in the column “%(column)s”, which is no number. Give the figure."),
    "value_negative": gettext_noop(
        "Row %(row)d has the value %(text)s in the column “%(column)s”, which is below zero. Give a figure of zero or more."
    ),
    "value_far": gettext_noop(
        "Row %(row)d has the value %(text)s in the column “%(column)s”, beyond any figure that is counted. Check its unit."
    ),
    # a file that cannot be read as such a table
    "cell_unreadable": gettext_noop("Row %(row)d, column “%(column)s”: %(why)s"),
    "row_long": gettext_noop(
        "Row %(row)d has %(cells)d cells, but the header names %(columns)d columns. Put quotation marks round a cell that "
        "holds a comma."
    ),
    "column_absent": gettext_noop("Row %(row)d has no column “%(column)s”. Its columns are: %(known)s."),
    "column_twice": gettext_noop("Row %(row)d has the column “%(column)s” twice. Give each column a name of its own."),
    "column_shared": gettext_noop("The column “%(column)s” is named for two things. Name three columns of the table."),
    # what was done, and what cannot be told
    "summed": gettext_noop("%(count)d rows name a location and activity that an earlier row has; their values were added up."),
    "blank_rows": gettext_noop("%(count)d rows are blank and were passed over."),
    "location_empty": gettext_noop(
        "%(count)d locations have no activity at or above the threshold, so they have no complexity and no fitness: %(names)s."
    ),
    "activity_empty": gettext_noop(
        "%(count)d activities are at or above the threshold nowhere, so they have no proximity, complexity or quality: "
        "%(names)s."
    ),
    "no_proximity": gettext_noop(
        "%(count)d activities are found together with no other, so their density is 0 everywhere: %(names)s."
    ),
    "eci_few": gettext_noop("Complexity compares locations, and fewer than two can be compared. It is left blank."),
    "eci_same": gettext_noop("All locations have the same activities, so complexity cannot tell them apart. It is left blank."),
    "eci_tie": gettext_noop(
        "Two orders of the locations are equally good (the second and third eigenvalue are equal), so complexity is left blank."
    ),
    "eci_parts": gettext_noop(
        "The locations fall into %(parts)d parts that share no activity and cannot be compared. Complexity is told for the "
        "greatest part; %(count)d locations are outside: %(names)s."
    ),
    "eci_sign": gettext_noop(
        "Complexity is not related to diversity here, so which end is the higher is arbitrary: the first location stands above."
    ),
    "fitness_restless": gettext_noop(
        "Fitness had not come to rest after %(count)d steps; the values are those of the last. Fitness that dies out does so "
        "slowly, and its order is right earlier than its size."
    ),
}
#: So many names stand in a sentence; the note itself has all.
_SHOWN = 10


@dataclass(frozen=True)
class Problem:
    """One reason. `row` counts from 1 (0: the table as a whole); `column` is `location`, `activity` or `value`, or what a
    door calls it; it may be empty."""

    code: str
    row: int = 0
    column: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.sentence(lambda sentence: sentence)

    def sentence(self, translate: Callable[[str], str]) -> str:
        return translate(TEMPLATES[self.code]) % {"row": self.row, "column": self.column, **self.params}


@dataclass(frozen=True)
class Note:
    """Something that was done to the table or could not be told of it. `places` are rows or columns of the measures,
    `names` the locations or activities that stand there."""

    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    places: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    def named(self, names: tuple[str, ...]) -> Note:
        """The same with the names of its places."""
        return dataclasses.replace(self, names=tuple(names[place] for place in self.places))

    @property
    def message(self) -> str:
        return self.sentence(lambda sentence: sentence)

    def sentence(self, translate: Callable[[str], str]) -> str:
        shown = "、".join(map(printable, self.names[:_SHOWN])) + ("…" if len(self.names) > _SHOWN else "")
        return translate(TEMPLATES[self.code]) % {"names": shown, **self.params}


class BadTable(ValueError):
    """A table cannot be computed with; `problems` has every reason found, in the order of the rows."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems[:20]))
