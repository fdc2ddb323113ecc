"""Forms made from a resource's columns. What is typed goes through `Column.read`, as the cells of a sheet do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Change, Problem
from guatu.kernel.choices import PRECISIONS
from guatu.kernel.columns import (
    Cell,
    Choice,
    Column,
    Day,
    Flag,
    Json,
    LongText,
    Reference,
    References,
    fault_of,
    plain,
    same_cell,
)
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.lookups import RowLookup
from guatu.kernel.models.clock import Commitment
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.registry import resource_for
from guatu.kernel.resource import Lookup, Resource
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import Refusal
from guatu.kernel.scope import Scope

#: A table of at most this many rows is offered as a plain drop-down; a longer one is searched while typing.
DROP_DOWN_ROWS = 60


@dataclass
class FormField:
    """One field of a page: what it is called, what stands in it, and what is wrong with it."""

    name: str
    label: str
    kind: str  # text, number, day, choice, flag, finder, finder_many, long_text
    value: str = ""
    required: bool = False
    help: str = ""
    unit: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    blank: bool = True  # a drop-down begins with an empty line
    precision: str | None = None  # the precision chosen beside a day; None where the day is always exact
    url: str = ""
    wide: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def error(self) -> str:
        return " ".join(self.errors)


def field_for(column: Column, value: str, lookup: RowLookup, precision: str = "") -> FormField:
    """The field in which a person fills in `column`."""
    made = FormField(
        column.name, column.label, "text", value, required=column.required, help=str(column.help),
        unit=column.unit or "",
    )
    if column.field.unique and column.field.blank:
        made.help = made.help or _("Left empty, one is given.")
    if isinstance(column, References):
        made.kind, made.wide, made.url = "finder_many", True, f"/r/{resource_for(column.field.related_model).name}/pick"
        made.help = made.help or _("Several names are separated by semicolons.")
    elif isinstance(column, Reference):
        _offer(made, column, lookup)
    elif isinstance(column, Choice):
        made.kind, made.options = "choice", column.options()
        made.blank = column.may_be_empty or not column.field.has_default()
    elif isinstance(column, Flag):
        made.kind = "flag"
    elif isinstance(column, Day):
        made.kind = "day"
        made.precision = precision if column.precision else None
        if column.precision:
            made.help = made.help or _("If only the month is known, write 2022-06; a quarter is 2022Q2, a year 2022.")
    elif isinstance(column, LongText | Json):
        made.kind, made.wide = "long_text", True
    elif column.numeric:
        made.kind = "number"
    return made


def _offer(made: FormField, column: Reference, lookup: RowLookup) -> None:
    """A drop-down of the rows in reach, or a field that searches them when they are many."""
    target = resource_for(column.field.related_model)
    offered = lookup.reached(target.model).complex_filter(column.field.get_limit_choices_to())
    rows = list(offered.order_by(target.key_field)[: DROP_DOWN_ROWS + 1])
    if len(rows) > DROP_DOWN_ROWS:
        made.kind, made.url = "finder", f"/r/{target.name}/pick"
        return
    made.kind = "choice"
    keys = {str(getattr(row, target.key_field)) for row in rows}
    made.options = [(str(getattr(row, target.key_field)), str(row)) for row in rows]
    if made.value and made.value not in keys:
        chosen = next((key for row, (key, _label) in zip(rows, made.options, strict=True)
                       if made.value == str(getattr(row, target.reference))), None)
        if chosen is None:
            made.options.insert(0, (made.value, made.value))
        else:
            made.value = chosen


def written_text(column: Column, row: Stated, lookup: Lookup) -> str:
    """The text that a form shows for a row's value; `Column.read` reads it back as the same value."""
    if isinstance(column, Choice):
        return str(getattr(row, column.field.attname) or "")
    if isinstance(column, Flag):
        return "yes" if getattr(row, column.field.attname) else "no"
    value = column.write(row, lookup)
    return "" if value is None else f"{plain(value):f}" if column.numeric and not isinstance(value, int) else str(value)


class RecordForm:
    """The form of one new or present row, and the Change that it asks for."""

    def __init__(
        self,
        resource: Resource,
        scope: Scope,
        row: Stated | None = None,
        data: Mapping[str, str] | None = None,
        initial: Mapping[str, str] | None = None,
        only: list[str] | None = None,
    ):
        self.resource, self.scope, self.row, self.data = resource, scope, row, data
        self.lookup = RowLookup(scope)
        self.columns = [
            column for column in resource.all_columns()
            if not column.read_only and (only is None or column.name in only)
        ]
        self.general: list[str] = []
        self.warnings: list[str] = []
        self._before = {column.name: written_text(column, row, self.lookup) for column in self.columns} if row else {}
        self._shown: dict[str, str] = {}
        self.fields = {column.name: self._field(column, initial or {}) for column in self.columns}

    def _field(self, column: Column, initial: Mapping[str, str]) -> FormField:
        if self.row is not None:
            standing = self._before[column.name]
        else:
            standing = initial.get(column.name, _default_text(column))
        precision = self.data.get(f"{column.name}__precision", "") if self.data is not None else ""
        made = field_for(column, standing, self.lookup, precision)
        self._shown[column.name] = made.value
        if self.data is not None:
            made.value = self.data.get(column.name, "")
        return made

    # -- words ----------------------------------------------------------------------------------------------------

    @property
    def is_record(self) -> bool:
        """Whether the row holds values from a day on, so that a change must say from which."""
        return not issubclass(self.resource.model, Fact)

    @property
    def asks_from_when(self) -> bool:
        return self.row is not None and self.is_record

    @property
    def asks_approver(self) -> bool:
        return self.row is not None and issubclass(self.resource.model, Commitment)

    @property
    def holds(self) -> str:
        return self._given("holds", "from")

    @property
    def valid_on(self) -> str:
        return self._given("holds_from", timezone.localdate().isoformat())

    @property
    def reason(self) -> str:
        return self._given("reason", "")

    @property
    def approver(self) -> str:
        return self._given("approver", "")

    def _given(self, name: str, default: str) -> str:
        return default if self.data is None else self.data.get(name, default)

    @property
    def is_faulty(self) -> bool:
        return bool(self.general) or any(entry.errors for entry in self.fields.values())

    @property
    def precisions(self):
        return PRECISIONS

    # -- reading --------------------------------------------------------------------------------------------------

    def change(self) -> Change | None:
        """The Change asked for; None when something typed cannot be read, each fault beside its field."""
        cells = {name: entry.value for name, entry in self.fields.items()}
        values: dict[str, Any] = {}
        given_by: dict[str, Column] = {}
        for column in self.columns:
            raw = cells[column.name]
            precision = self.fields[column.name].precision
            if self.row is not None and not precision and self._unchanged(column, raw):
                continue
            if self.row is None and raw.strip() == "" and column.field.has_default() and not column.field.null:
                continue
            beside = cells | ({"precision": precision} if precision else {})
            try:
                read = column.read(Cell(raw, column.unit, beside), self.lookup)
            except (Refused, Refusal) as fault:
                self.fields[column.name].errors.append(str(fault_of(fault, column)))
                continue
            for name, value in read.items():
                if name in values and values[name] != value:
                    self._disagree(column, given_by[name])
                values[name], given_by[name] = value, column
        if self.is_faulty:
            return None
        try:
            values = self.resource.prepare(values, self.row, cells, self.lookup)
            options = self._when()
        except Refused as fault:
            self.say(fault)
            return None
        return Change(
            "create" if self.row is None else "change", self.resource.model, values, row=self.row,
            reason=self.reason.strip(), approver=self.approver.strip(), **options,
        )

    def _unchanged(self, column: Column, raw: str) -> bool:
        return raw == self._shown[column.name] or same_cell(raw.replace("\r\n", "\n"), self._before[column.name])

    def _disagree(self, column: Column, other: Column) -> None:
        self.fields[column.name].errors.append(
            _("“%(one)s” and “%(other)s” say different things. Make them agree.")
            % {"one": other.label, "other": column.label}
        )

    def _when(self) -> dict:
        if not self.asks_from_when:
            return {}
        if self.holds == "correction":
            return {"correction": True}
        try:
            day = parse_day(self.valid_on)
        except Refusal as fault:
            column = self.columns[0]
            raise Faulty("holds_from", str(fault_of(fault, column)), "holds_from") from None
        if day.day == timezone.localdate():
            return {}
        return {"valid_on": day.day, "precision": str(day.precision)}

    # -- answering ------------------------------------------------------------------------------------------------

    def say(self, refused: Refused) -> None:
        """Puts a refusal beside the field it concerns, else above the form."""
        target = self.fields.get(refused.field or "")
        sentence = str(refused)
        if target is None:
            if sentence not in self.general:
                self.general.append(sentence)
        elif sentence not in target.errors:
            target.errors.append(sentence)

    def say_all(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.say(problem.refused)

    def warn(self, problems: Iterable[Problem]) -> None:
        self.warnings = list(dict.fromkeys(str(problem.refused) for problem in problems))


def _default_text(column: Column) -> str:
    if isinstance(column, References) or not column.field.has_default():
        return ""
    value = column.field.get_default()
    if isinstance(column, Flag):
        return "yes" if value else "no"
    if isinstance(column, Json):
        import json

        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
