"""JSON of rows: typed schemas made from a resource's columns, rows written by them, and values read from them.

Quantities are in SI units and yuan, as stored; days are ISO days, with their precision beside them; a reference is
{"id", "reference"}: the row's record number and the text by which sheets refer to it. What is sent in may give a
reference as that text alone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from guatu.kernel.bulk import by_ids
from guatu.kernel.columns import Cell, Choice, Column, Day, Flag, Json, Number, Reference, References, Whole, fault_of
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.queries import as_of_values
from guatu.kernel.registry import resource_for
from guatu.kernel.resource import Lookup, Resource
from guatu.kernel.rules.refusals import Refusal
from guatu.kernel.scope import Scope
from guatu.kernel.web.storable import refuse_unstorable

MOST = 1 << 62


class Link(Schema):
    id: int
    reference: str


class LinkIn(Schema):
    model_config = ConfigDict(extra="ignore")
    id: int = Field(ge=0, lt=MOST)


class Problem(Schema):
    code: str
    message: str
    field: str | None = None


class Fault(Problem):
    """Why a request was refused; `problems` lists every fault when there are several."""

    problems: list[Problem] | None = None


class Written(Schema):
    """The answer to a write that leaves nothing to show: the record's number and the recording's."""

    record: int
    recording: int | None = None


def _type(column: Column) -> Any:
    if isinstance(column, References):
        return list[Link]
    if isinstance(column, Reference):
        return Link | None
    if isinstance(column, Flag):
        return bool
    if isinstance(column, Whole):
        return int | None
    if isinstance(column, Number):
        return float | None  # answered as a JSON number, see `number`
    if isinstance(column, Day):
        return date | None
    return Any if isinstance(column, Json) else str | None


def _type_in(column: Column) -> Any:
    if isinstance(column, References):
        return list[LinkIn | str]
    if isinstance(column, Reference):
        return LinkIn | str | None
    if isinstance(column, Number) and not isinstance(column, Whole):
        return Decimal | None
    if isinstance(column, Day):
        return str | None
    return Any if isinstance(column, Json) else _type(column)


def _about(column: Column) -> str:
    unit = {"land_area_m2": "m²", "area_m2": "m²"}.get(column.name, "")
    return column.label + (f" ({unit})" if unit else "")


@cache
def row_schema(resource: Resource) -> type[Schema]:
    """One row as answered."""
    fields: dict[str, Any] = {
        "record": (int, Field(description="record number: the identity of the row")),
        "recording": (int, Field(description="number of the recording that last touched the row")),
        "withdrawn": (bool, False),
    }
    for column in resource.all_columns():
        fields[column.name] = (_type(column), Field(None, description=_about(column)))
        if isinstance(column, Day) and column.precision:
            fields[column.precision] = (str, "day")
    return create_model(f"{type(resource).__name__}Row", __base__=Schema, **fields)


@cache
def page_schema(resource: Resource) -> type[Schema]:
    return create_model(
        f"{type(resource).__name__}Page",
        __base__=Schema,
        items=(list[row_schema(resource)], ...),
        next=(str | None, Field(None, description="cursor of the next page; null on the last")),
        count=(int | None, Field(None, description="rows found, when asked for")),
        recording=(int, Field(description="number of the newest recording when the page was read")),
    )


@cache
def values_schema(resource: Resource) -> type[Schema]:
    """Values as sent in: only those given are stated."""
    columns = [column for column in resource.all_columns() if not column.read_only]
    fields: dict[str, Any] = {}
    for column in columns:
        default = [] if isinstance(column, References) else None
        fields[column.name] = (_type_in(column), Field(default, description=_about(column)))
        if isinstance(column, Day) and column.precision:
            fields[column.precision] = (str | None, None)
    base = create_model(f"{type(resource).__name__}Base", __base__=Schema, __cls_kwargs__={"extra": "forbid"})
    return create_model(f"{type(resource).__name__}Values", __base__=base, **fields)


@cache
def change_schema(resource: Resource, creating: bool) -> type[Schema]:
    """The body of a write: values, and how the write is to be understood."""
    fields: dict[str, Any] = {
        "values": (values_schema(resource), ...),
        "reason": (str, Field("", max_length=2000)),
        "approver": (str, Field("", max_length=150)),
        "valid_on": (date | None, Field(None, description="day from which changed values hold; default: today")),
    }
    if not creating:
        fields["correction"] = (bool, Field(False, description="it was always so"))
        fields["planned_at"] = (
            int | None,
            Field(None, ge=0, lt=MOST, description="`recording` of the page the writer looked at"),
        )
    name = "New" if creating else "Change"
    return create_model(f"{type(resource).__name__}{name}", __base__=Schema, **fields)


# -- rows out ----------------------------------------------------------------------------------------------------------


def number(value: Decimal | None):
    """A JSON number: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


class RowWriter:
    """Writes rows of one resource as JSON; the rows come with their references joined."""

    def __init__(self, resource: Resource):
        self.resource = resource
        self.columns = resource.all_columns()
        self.is_fact = issubclass(resource.model, Fact)

    def joined(self, rows: models.QuerySet) -> models.QuerySet:
        one = [column.name for column in self.columns if isinstance(column, Reference)]
        many = [column.name for column in self.columns if isinstance(column, References)]
        return (
            rows.select_related(None).select_related(*one).prefetch_related(None).prefetch_related(*many)
            if one or many
            else rows
        )

    def write(self, row: Stated) -> dict[str, Any]:
        written = self._head(row)
        for column in self.columns:
            if isinstance(column, References):
                written[column.name] = [
                    link(related) for related in sorted(getattr(row, column.name).all(), key=lambda it: it.pk)
                ]
            elif isinstance(column, Reference):
                related = getattr(row, column.name)
                written[column.name] = None if related is None else link(related)
            else:
                self._plain(written, column, lambda field: getattr(row, field))
        return written

    def _head(self, row: Stated) -> dict[str, Any]:
        recording = row.recording_number if self.is_fact else row.last_recording
        return {"record": row.record_number, "recording": recording, "withdrawn": row.withdrawn}

    def _plain(self, written: dict, column: Column, value_of) -> None:
        value = value_of(column.field.attname)
        if isinstance(column, Number):
            value = number(value)
        elif isinstance(value, date):
            value = value.isoformat()
        written[column.name] = value
        if isinstance(column, Day) and column.precision:
            written[column.precision] = value_of(column.precision) or "day"

    def write_as_of(self, rows: list[Stated], as_of: date, known_limit: int | None) -> list[dict[str, Any]]:
        """The rows with their values of a day; rows unknown or withdrawn then are left out. Constant queries."""
        if self.is_fact:
            return [self.write(row) for row in rows]
        dated = as_of_values(self.resource.model, [row.pk for row in rows], as_of, known_limit)
        links = self._links(dated.values())
        found = []
        for row in rows:
            values = dated.get(row.pk)
            if values is None:
                continue
            written = self._head(row)
            for column in self.columns:
                value = values.get(column.name)
                if isinstance(column, References):
                    written[column.name] = [links[column.name][pk] for pk in value or [] if pk in links[column.name]]
                elif isinstance(column, Reference):
                    written[column.name] = links[column.name].get(value)
                else:
                    self._plain(written, column, lambda field, values=values: values.get(field))
            found.append(written)
        return found

    def _links(self, dated) -> dict[str, dict[int, dict]]:
        wanted: dict[str, set[int]] = {}
        for values in dated:
            for column in self.columns:
                value = values.get(column.name) if isinstance(column, Reference | References) else None
                if value is not None:
                    wanted.setdefault(column.name, set()).update(value if isinstance(value, list) else [value])
        found: dict[str, dict[int, dict]] = {column.name: {} for column in self.columns}
        for name, ids in wanted.items():
            model = self.resource.column(name).field.related_model
            found[name] = {row.pk: link(row) for row in by_ids(model, ids)}
        return found


def link(row: Stated) -> dict[str, Any]:
    return {"id": row.pk, "reference": str(getattr(row, resource_for(type(row)).reference))}


# -- values in ---------------------------------------------------------------------------------------------------------


def values_of(resource: Resource, scope: Scope, sent: Schema, row: Stated | None) -> dict[str, Any]:
    """Python values by field name of what was sent; raises Faulty naming the field."""
    lookup = Lookup(scope)
    given = {name: getattr(sent, name) for name in sent.model_fields_set}
    values: dict[str, Any] = {}
    for name, value in given.items():
        refuse_unstorable(value, name)
    for column in resource.all_columns():
        precision = getattr(column, "precision", None)
        if column.name in given:
            values |= _value(column, given[column.name], given, lookup)
        elif precision in given and row is not None:
            values |= _value(column, getattr(row, column.field.attname).isoformat(), given, lookup)
    return resource.prepare(values, row, given, lookup)


def _value(column: Column, value: Any, given: dict, lookup: Lookup) -> dict[str, Any]:
    try:
        if isinstance(column, References):
            return {column.name: sorted({_identity(column, item, lookup) for item in value})}
        if isinstance(column, Reference):
            return {column.name: None if value in (None, "") else _identity(column, value, lookup)}
        if isinstance(column, Number):
            return {column.name: None if value is None else _kept(column, value)}
        if isinstance(column, Whole | Flag):
            return {column.name: value}
        if isinstance(column, Json):
            return {column.name: value}
        if isinstance(column, Day):
            beside = {"precision": given.get(column.precision)} if column.precision else {}
            return column.read(Cell(value, row=beside), lookup)
        if isinstance(column, Choice) and value is None:
            return {column.name: "" if column.field.blank else None}
        return column.read(Cell(value), lookup)
    except (Refused, Refusal) as fault:
        raise fault_of(fault, column) from None


def _kept(column: Number, value: Decimal) -> Decimal:
    if abs(value) >= Decimal(10) ** 30:
        raise Faulty("too_large", _("“%s” is too large to be true. Check the unit.") % column.label, column.name)
    return column._kept(value)


def _identity(column: Column, value: LinkIn | str, lookup: Lookup) -> int:
    model = column.field.related_model
    if isinstance(value, str):
        return (
            column.__class__.read(column, Cell(value), lookup)[column.name]
            if isinstance(column, Reference)
            else lookup.find(model, value.strip(), column)
        )
    target = resource_for(model)
    if not target.rows(lookup.scope).filter(pk=value.id).exists():
        raise Faulty(
            "unknown_reference",
            _("There is no “%(resource)s” with record number %(id)s that you may see. Look it up first.")
            % {"resource": target.label, "id": value.id},
            column.name,
        )
    return value.id
