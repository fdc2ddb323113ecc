"""Columns of resources: how a value is read from a sheet, a form or JSON, and how it is written there again.

Each kind keeps one promise: `read(write(value)) == value`, so that an exported sheet imports back unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel.errors import Faulty
from guatu.kernel.rules import cells
from guatu.kernel.rules.days import Precision, format_day, parse_day

#: Units in which offices read quantities, with how many SI units (or yuan) one is.
SHOWN_UNITS = {
    "亿元": Decimal(10**8),
    "万元": Decimal(10**4),
    "元": Decimal(1),
    "亩": Decimal(2000) / Decimal(3),
    "平方米": Decimal(1),
}
MISSING = object()


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

    @property
    def label(self) -> str:
        return str(self.field.verbose_name)

    @property
    def header(self) -> str:
        """The header of exported sheets: the label with its unit."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def required(self) -> bool:
        return not (self.field.null or self.field.blank or self.field.has_default())

    def headers(self) -> set[str]:
        """Every header text that means this column, units left off: both languages, the field's name, aliases."""
        found = {self.name, *self.names}
        for language in ("zh-hans", "en"):
            with override(language):
                found.add(str(self.field.verbose_name))
        return found

    def read(self, cell: Cell, lookup) -> dict[str, Any]:
        """Python values by field name; raises Faulty or BadCell with a sentence."""
        text = cells.normalise_text("" if cell.raw is None else str(cell.raw))
        if isinstance(cell.raw, float) and cell.raw.is_integer():
            text = str(int(cell.raw))
        return {self.name: text if text or not self.field.null else None}

    def write(self, row: models.Model, lookup):
        """The sheet's content of this column for a row: text, a number, or None."""
        return getattr(row, self.field.attname)

    def show(self, row: models.Model, lookup) -> str:
        """The page's text of this column."""
        value = self.write(row, lookup)
        return "" if value is None else str(value)

    numeric = False


class LongText(Column):
    def read(self, cell, lookup):
        return {self.name: "" if cell.raw is None else str(cell.raw).replace("\r\n", "\n").strip()}


class Whole(Column):
    numeric = True

    def read(self, cell, lookup):
        return {self.name: cells.parse_int(cell.raw)}


class Number(Column):
    """A decimal; with a unit it is kept in the SI unit (or yuan) and shown in `unit`."""

    numeric = True

    @property
    def factor(self) -> Decimal:
        return SHOWN_UNITS.get(self.unit, Decimal(1))

    def read(self, cell, lookup):
        value = cells.parse_number(cell.raw)
        if value is None:
            return {self.name: None}
        factor = SHOWN_UNITS[cell.unit] if cell.unit in SHOWN_UNITS else self.factor
        return {self.name: self._round(value * factor)}

    def _round(self, value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-self.field.decimal_places), ROUND_HALF_UP)

    def write(self, row, lookup):
        value = getattr(row, self.field.attname)
        return None if value is None else self.in_unit(value)

    def in_unit(self, value: Decimal) -> Decimal:
        """The shortest number in the shown unit that reads back as exactly `value`."""
        exact = Decimal(value) / self.factor
        for places in range(12):
            short = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            if self._round(short * self.factor) == value:
                return plain(short)
        return plain(exact)

    def show(self, row, lookup):
        value = getattr(row, self.field.attname)
        if value is None:
            return ""
        return grouped((Decimal(value) / self.factor).quantize(Decimal("0.01"), ROUND_HALF_UP))


class Money(Number):
    """An amount with its currency in a second field. Read in 元, 万元, 亿元, 美元, …; written in `unit`."""

    def __init__(self, name, field, *, currency: str, unit_column: str | None = None, **rest):
        super().__init__(name, field, **rest)
        object.__setattr__(self, "currency", currency)
        object.__setattr__(self, "unit_column", unit_column)

    def read(self, cell, lookup):
        stated_unit = cell.row.get(self.unit_column) if self.unit_column else None
        unit = stated_unit or cell.unit
        money = cells.parse_money(cell.raw, header_unit=unit, default_unit=self.unit)
        if money is None:
            return {self.name: None}
        values = {self.name: self._round(money.amount)}
        named = unit is not None and money.currency != "CNY"
        if named or self.currency not in cell.row:
            values[self.currency] = money.currency
        return values


class Day(Column):
    """A day, and with it its precision when `precision` names a second field."""

    def __init__(self, name, field, *, precision: str | None = None, **rest):
        super().__init__(name, field, **rest)
        object.__setattr__(self, "precision", precision)

    def read(self, cell, lookup):
        if cell.raw is None or str(cell.raw).strip() == "":
            return {self.name: None} | ({self.precision: "day"} if self.precision and self.field.null else {})
        day = parse_day(cell.raw)
        precision = day.precision
        beside = cell.row.get("precision")
        if self.precision and beside not in (None, "") and precision == Precision.DAY:
            beside = cells.normalise_text(str(beside)).lower()
            code = PRECISION_WORDS.get(beside, beside)
            try:
                precision = Precision(code)
            except ValueError:
                raise Faulty(
                    "precision",
                    _("“%s” is not a precision. Use day, month, quarter, half or year.") % beside,
                    "precision",
                ) from None
        if self.precision is None:
            if precision != Precision.DAY:
                raise Faulty("precision", _("“%s” is not a whole day. Give year, month and day.") % cell.raw, self.name)
            return {self.name: day.day}
        from guatu.kernel.rules.days import counts_from

        return {self.name: counts_from(day.day, precision), self.precision: str(precision)}

    def write(self, row, lookup):
        value = getattr(row, self.field.attname)
        if value is None:
            return None
        precision = getattr(row, self.precision) if self.precision else "day"
        return format_day(value, Precision(precision))


PRECISION_WORDS = {
    "日": "day",
    "天": "day",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half",
    "年": "year",
}


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

    def read(self, cell, lookup):
        text = cells.normalise_text("" if cell.raw is None else str(cell.raw))
        if text == "":
            return {self.name: ""} if self.field.blank or self.required else {}
        by_word = {}
        for language in ("en", "zh-hans"):
            with override(language):
                by_word |= {str(label).lower(): code for code, label in self.pairs()}
        by_word |= {str(code).lower(): code for code, _label in self.pairs()}
        if text.lower() in by_word:
            return {self.name: by_word[text.lower()]}
        near = cells.suggest(text.lower(), list(by_word))
        raise Faulty(
            "choice",
            _("“%(value)s” is not a value of “%(label)s”. Use one of: %(codes)s.")
            % {"value": text, "label": self.label, "codes": "、".join(label for _code, label in self.options())}
            + (_(" Did you mean “%s”?") % near if near else ""),
            self.name,
        )

    def write(self, row, lookup):
        value = getattr(row, self.field.attname)
        return dict(self.options()).get(value, value)


class Flag(Column):
    def read(self, cell, lookup):
        value = cells.parse_bool(cell.raw)
        return {} if value is None else {self.name: value}

    def write(self, row, lookup):
        return _("yes") if getattr(row, self.field.attname) else _("no")


class Reference(Column):
    """A reference to a row of another resource, by its key or name."""

    def read(self, cell, lookup):
        text = cells.normalise_text(_plain_text(cell.raw))
        if not text:
            return {self.name: None}
        return {self.name: lookup.find(self.field.related_model, text, self)}

    def write(self, row, lookup):
        """The related row's key, or its name where the name is nobody else's."""
        from guatu.kernel.registry import resource_for

        target = resource_for(self.field.related_model)
        if target.reference == target.key_field:
            related = getattr(row, self.name)
            return "" if related is None else str(getattr(related, target.reference))
        return lookup.text(self.field.related_model, getattr(row, self.field.attname))

    def show(self, row, lookup):
        related = getattr(row, self.name)
        return "" if related is None else str(related)


class References(Column):
    """Several references in one cell, separated by semicolons."""

    @property
    def required(self):
        return False

    def read(self, cell, lookup):
        text = cells.normalise_text(_plain_text(cell.raw))
        parts = [part.strip() for part in text.replace("；", ";").replace("、", ";").split(";")]
        return {self.name: sorted({lookup.find(self.field.related_model, part, self) for part in parts if part})}

    def write(self, row, lookup):
        ids = sorted(related.pk for related in getattr(row, self.name).all())
        return "; ".join(lookup.text(self.field.related_model, pk) for pk in ids)

    def show(self, row, lookup):
        return "、".join(str(related) for related in getattr(row, self.name).all())


def _plain_text(raw) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


class Json(Column):
    """A list of days or a plain value, as JSON text."""

    def read(self, cell, lookup):
        import json

        if not isinstance(cell.raw, str):
            return {self.name: cell.raw}
        try:
            return {self.name: json.loads(cell.raw)}
        except ValueError:
            raise Faulty(
                "json",
                _(
                    "“%(value)s” in “%(label)s” cannot be read. Write a number, a quoted text, "
                    "or a list in square brackets."
                )
                % {"value": cell.raw[:60], "label": self.label},
                self.name,
            ) from None

    def write(self, row, lookup):
        import json

        return json.dumps(getattr(row, self.field.attname), ensure_ascii=False)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value


def grouped(value: Decimal) -> str:
    """A number with thousands separators and no trailing zeros after the point."""
    return f"{plain(value):,f}"


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
