"""What every kind of column has: its headers, how a cell is read into values, and how a row's value is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel.errors import Faulty
from guatu.kernel.rules import cells
from guatu.kernel.rules.refusals import TEMPLATES, Refusal


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet being read: its raw content, the unit in the header, and the row's other cells by key."""

    raw: Any
    unit: str | None = None
    row: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column bound to one model field. `names` are further headers under which sheets carry it."""

    name: str
    field: models.Field
    names: tuple[str, ...] = ()
    unit: str | None = None
    help: str = ""
    read_only: bool = False

    numeric = False
    #: Keys of other cells of the row that change what this column's cell means.
    beside: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(self.field.verbose_name)

    @property
    def header(self) -> str:
        """The header of exported sheets: the label with its unit."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def required(self) -> bool:
        return not (self.may_be_empty or self.field.has_default())

    @property
    def may_be_empty(self) -> bool:
        """Whether a row may stand without a value here."""
        return self.field.null or self.field.blank

    def headers(self) -> set[str]:
        """Every header text that means this column, units left off: both languages, the field's name, aliases."""
        found = {self.name, *self.names}
        for language in ("zh-hans", "en"):
            with override(language):
                found.add(str(self.field.verbose_name))
        return found

    @cached_property
    def _attname(self) -> str:
        return self.field.attname

    def read(self, cell: Cell, lookup) -> dict[str, Any]:
        """Python values by field name; raises Faulty or BadCell with a sentence."""
        text = cells.normalise_text(plain_text(cell.raw))
        return {self.name: text if text or not self.field.null else None}

    def write(self, row: models.Model, lookup):
        """The sheet's content of this column for a row: text, a number, or None."""
        return getattr(row, self._attname)

    def show(self, row: models.Model, lookup) -> str:
        """The page's text of this column."""
        value = self.write(row, lookup)
        return "" if value is None else str(value)


class LongText(Column):
    def read(self, cell, lookup):
        return {self.name: plain_text(cell.raw).replace("\r\n", "\n").strip()}


def plain_text(raw) -> str:
    """The text a person sees in a cell: whole numbers without .0, days without midnight."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time(0) else raw.isoformat(sep=" ")
    return str(raw)


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def same_cell(raw, written) -> bool:
    """Whether a cell holds just what an export would write there, so that nothing was changed in it."""
    if written is None or written == "":
        return raw is None or raw == ""
    if isinstance(written, bool):
        return raw is written
    if isinstance(written, int | Decimal):
        if isinstance(raw, str):
            return raw == plain_number(written)
        return isinstance(raw, int | float) and not isinstance(raw, bool) and Decimal(repr(raw)) == written
    if isinstance(written, date):
        written = written.isoformat()
    text = plain_text(raw)
    if text == written or (len(text) == len(written) and text.replace("\r", "\n") == written.replace("\r", "\n")):
        return True
    return "_x" in text and _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) == written


def plain_number(value: int | Decimal) -> str:
    return str(value) if isinstance(value, int) else f"{value:f}"


def fault_of(fault: Exception, column: Column) -> Faulty:
    """What a rule or a column says against a cell, as a refusal in the reader's language naming the field."""
    if isinstance(fault, Refusal):
        return Faulty(fault.code, _(TEMPLATES[fault.code]) % fault.params, column.name)
    return fault


class Values:
    """Stands in for a row that holds other values than the stored ones: as of a day, or once a change is written."""

    def __init__(self, model: type[models.Model], values: dict[str, Any], row: models.Model | None = None):
        self._fields = {}
        for model_field in model.value_fields():
            self._fields[model_field.attname] = self._fields[model_field.name] = model_field
        self._values = values
        self._row = row

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        model_field = self._fields.get(name)
        if model_field is None:
            raise AttributeError(name)
        if model_field.name in self._values:
            value = self._values[model_field.name]
            if model_field.many_to_many:
                return SimpleNamespace(all=lambda: [SimpleNamespace(pk=pk) for pk in value or []])
            return value
        if self._row is not None:
            return getattr(self._row, name)
        if model_field.many_to_many:
            return SimpleNamespace(all=list)
        return model_field.get_default()
