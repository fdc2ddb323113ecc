"""Columns of resources: how a value is read from a sheet, a form or JSON, and how it is written there again.

Each kind keeps one promise: `read(write(value)) == value`, so that an exported sheet imports back unchanged.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from guatu.kernel.column_amounts import Money, Number, Whole, grouped, plain
from guatu.kernel.column_base import Cell, Column, LongText, Values, fault_of, plain_text, same_cell
from guatu.kernel.errors import Faulty
from guatu.kernel.rules import cells
from guatu.kernel.rules.days import Precision, counts_from, format_day, parse_day

__all__ = [
    "Cell", "Choice", "Column", "Day", "Flag", "Json", "LongText", "Money", "Number", "Reference", "References",
    "Values", "Whole", "column_for", "fault_of", "grouped", "plain", "same_cell",
]


class Day(Column):
    """A day, and with it its precision when `precision` names a second field."""

    def __init__(self, name, field, *, precision: str | None = None, **rest):
        super().__init__(name, field, **rest)
        object.__setattr__(self, "precision", precision)
        object.__setattr__(self, "beside", ("precision",) if precision else ())

    def read(self, cell, lookup):
        if cells.is_blank(cell.raw):
            return {self.name: None} | ({self.precision: "day"} if self.precision and self.field.null else {})
        day = parse_day(cell.raw)
        precision = day.precision
        beside = cell.row.get("precision")
        if self.precision and not cells.is_blank(beside) and precision == Precision.DAY:
            precision = _precision(str(beside))
        if self.precision is None:
            if precision != Precision.DAY:
                raise Faulty("precision", _("“%s” is not a whole day. Give year, month and day.") % cell.raw, self.name)
            return {self.name: day.day}
        return {self.name: counts_from(day.day, precision), self.precision: str(precision)}

    def write(self, row, lookup):
        value = getattr(row, self._attname)
        if value is None:
            return None
        return format_day(value, Precision(getattr(row, self.precision) if self.precision else "day"))


PRECISION_WORDS = {
    "日": "day", "天": "day", "月": "month", "季": "quarter", "季度": "quarter", "半年": "half", "年": "year",
}


def _precision(text: str) -> Precision:
    word = cells.normalise_text(text).lower()
    try:
        return Precision(PRECISION_WORDS.get(word, word))
    except ValueError:
        raise Faulty("precision", _("“%s” is not a precision. Use day, month, quarter, half or year.") % text,
                     "precision") from None


class Choice(Column):
    """One of a closed set: the field's choices, or those given as `choices` (a list, or a callable giving one)."""

    def __init__(self, name, field, *, choices=None, **rest):
        super().__init__(name, field, **rest)
        object.__setattr__(self, "choices", choices)

    def pairs(self) -> list[tuple]:
        if self.choices is None:
            return self.field.flatchoices
        return self.choices() if callable(self.choices) else self.choices

    def options(self) -> list[tuple[str, str]]:
        return [(code, str(label)) for code, label in self.pairs()]

    @cached_property
    def _codes_by_word(self) -> dict[str, str]:
        by_word = {}
        for language in ("en", "zh-hans"):
            with override(language):
                by_word |= {_word(str(label)): code for code, label in self.pairs()}
        return by_word | {_word(str(code)): code for code, _label in self.pairs()}

    @cached_property
    def _labels_by_language(self) -> dict[str | None, dict[str, str]]:
        return {}

    def read(self, cell, lookup):
        text = cells.normalise_text(plain_text(cell.raw))
        if text == "":
            return {self.name: ""} if self.field.blank or self.required else {}
        words = self._codes_by_word
        if _word(text) in words:
            return {self.name: words[_word(text)]}
        near = cells.suggest(text, list(words))
        raise Faulty(
            "choice",
            _("“%(value)s” is not a value of “%(label)s”. Use one of: %(codes)s.") % {
                "value": text, "label": self.label, "codes": "、".join(label for _code, label in self.options())}
            + (_(" Did you mean “%s”?") % near if near else ""),
            self.name,
        )

    def write(self, row, lookup):
        value = getattr(row, self._attname)
        if value == "":
            return ""
        language = get_language()
        if language not in self._labels_by_language:
            self._labels_by_language[language] = dict(self.options())
        return self._labels_by_language[language].get(value, value)


def _word(text: str) -> str:
    return cells.normalise_text(text).casefold()


class Flag(Column):
    def read(self, cell, lookup):
        value = cells.parse_bool(cell.raw)
        return {} if value is None else {self.name: value}

    def write(self, row, lookup):
        return _("yes") if getattr(row, self._attname) else _("no")


class Reference(Column):
    """A reference to a row of another resource, by its key or name."""

    def read(self, cell, lookup):
        text = cells.normalise_text(plain_text(cell.raw))
        if not text:
            return {self.name: None}
        return {self.name: lookup.find(self.field.related_model, text, self)}

    def write(self, row, lookup):
        """The related row's key, or its name where the name is nobody else's."""
        pk = getattr(row, self._attname)
        if pk is None:
            return ""
        if isinstance(row, models.Model) and self.field.is_cached(row):
            from guatu.kernel.registry import resource_for

            target = resource_for(self.field.related_model)
            if target.reference == target.key_field:
                return str(getattr(getattr(row, self.name), target.reference))
        return lookup.text(self.field.related_model, pk)

    def show(self, row, lookup):
        related = getattr(row, self.name)
        return "" if related is None else str(related)


class References(Column):
    """Several references in one cell, separated by semicolons."""

    @property
    def required(self):
        return False

    @property
    def may_be_empty(self):
        return True

    def parts(self, raw) -> list[str]:
        text = cells.normalise_text(plain_text(raw))
        parts = [part.strip() for part in text.replace("；", ";").replace("、", ";").split(";")]
        return [part for part in parts if part]

    def read(self, cell, lookup):
        return {self.name: sorted({lookup.find(self.field.related_model, part, self) for part in self.parts(cell.raw)})}

    def write(self, row, lookup):
        return "; ".join(lookup.text(self.field.related_model, pk) for pk in self.ids(row))

    def ids(self, row) -> list[int]:
        """Identities of the related rows. `_links` holds those of many rows fetched at once, see `exports.Source`."""
        links = row.__dict__.get("_links")
        if links is not None:
            return links[self.name]
        return sorted(related.pk for related in getattr(row, self.name).all())

    def show(self, row, lookup):
        return "、".join(str(related) for related in getattr(row, self.name).all())


class Json(Column):
    """A list of days or a plain value, as JSON text."""

    def read(self, cell, lookup):
        if not isinstance(cell.raw, str):
            return {self.name: _whole(cell.raw)}
        try:
            return {self.name: json.loads(cell.raw, parse_constant=_refuse_constant)}
        except ValueError:
            raise Faulty("json", _("“%(value)s” in “%(label)s” cannot be read. Write a number, a quoted text, "
                                   "or a list in square brackets.") % {"value": cell.raw[:60], "label": self.label},
                         self.name) from None

    def write(self, row, lookup):
        return json.dumps(getattr(row, self._attname), ensure_ascii=False)


def _whole(raw: Any):
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _refuse_constant(word: str):
    raise ValueError(word)  # NaN and Infinity are not JSON


def column_for(model: type[models.Model], name: str, **options) -> Column:
    """The column of a model field, its kind chosen by the field's type."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        return References(name, field, **options)
    if isinstance(field, models.ForeignKey):
        return Reference(name, field, **options)
    if field.choices:
        return Choice(name, field, **options)
    if isinstance(field, models.DateField):
        return Day(name, field, **options)
    if isinstance(field, models.BooleanField):
        return Flag(name, field, **options)
    if isinstance(field, models.DecimalField):
        return Number(name, field, **options)
    if isinstance(field, models.IntegerField):
        return Whole(name, field, **options)
    if isinstance(field, models.JSONField):
        return Json(name, field, **options)
    if isinstance(field, models.TextField):
        return LongText(name, field, **options)
    return Column(name, field, **options)
