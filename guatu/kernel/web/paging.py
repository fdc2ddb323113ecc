"""Pages of rows by cursor: a cursor remembers the last row's sort value and identity, so that rows written meanwhile
neither repeat nor hide others."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import Fact
from guatu.kernel.resource import Resource
from guatu.kernel.scope import Scope
from guatu.kernel.values import read, stated

MOST_ROWS = 500


def sort_field(resource: Resource, name: str) -> models.Field | None:
    """The column to sort by; None for the identity. Raises Faulty when the resource has no such sortable column."""
    if name == "":
        return None
    columns = {column.name: column for column in resource.all_columns()}
    field = columns[name].field if name in columns else None
    if field is None or field.many_to_many or isinstance(field, models.JSONField):
        raise Faulty(
            "sort",
            _("“%(name)s” cannot be sorted by. Use one of: %(all)s; put - in front for descending.")
            % {
                "name": name,
                "all": ", ".join(
                    key
                    for key, column in columns.items()
                    if not (column.field.many_to_many or isinstance(column.field, models.JSONField))
                ),
            },
            "sort",
        )
    return field


@dataclass(frozen=True)
class Order:
    """Rows by one column and then by identity, rows without a value last."""

    field: models.Field | None
    descending: bool

    @classmethod
    def asked(cls, resource: Resource, sort: str) -> Order:
        return cls(sort_field(resource, sort.removeprefix("-")), sort.startswith("-"))

    def apply(self, rows: models.QuerySet) -> models.QuerySet:
        if self.field is None:
            return rows.order_by("-pk" if self.descending else "pk")
        key = F(self.field.attname)
        return rows.order_by(key.desc(nulls_last=True) if self.descending else key.asc(nulls_last=True), "pk")

    def after(self, cursor: str) -> Q:
        """The rows after the one that `cursor` remembers. Raises Faulty when the cursor is not one of ours."""
        value, pk = self._read(cursor)
        if self.field is None:
            return Q(pk__lt=pk) if self.descending else Q(pk__gt=pk)
        name = self.field.attname
        if value is None:
            return Q(**{f"{name}__isnull": True}, pk__gt=pk)
        way = "lt" if self.descending else "gt"
        return Q(**{f"{name}__{way}": value}) | Q(**{name: value}, pk__gt=pk) | Q(**{f"{name}__isnull": True})

    def cursor(self, row: models.Model) -> str:
        value = None if self.field is None else stated(self.field, getattr(row, self.field.attname))
        return base64.urlsafe_b64encode(json.dumps([self._name, value, row.pk]).encode()).decode().rstrip("=")

    @property
    def _name(self) -> str:
        return ("-" if self.descending else "") + (self.field.name if self.field is not None else "")

    def _read(self, cursor: str):
        try:
            name, value, pk = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
            if name != self._name or type(pk) is not int or not 0 <= pk < 1 << 62:
                raise ValueError
            if self.field is not None and isinstance(self.field, models.ForeignKey):
                if value is not None and (type(value) is not int or not 0 <= value < 1 << 62):
                    raise ValueError
            elif self.field is not None and value is not None:
                if (isinstance(value, str) and "\x00" in value) or not isinstance(value, str | int | bool):
                    raise ValueError
                value = read(self.field, value)
            return value, pk
        except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError):
            raise Faulty(
                "cursor",
                _("The cursor is not one that this list has given for this sort. Start again without it."),
                "cursor",
            ) from None


def filtered(resource: Resource, scope: Scope, rows: models.QuerySet, chosen: dict[str, str]) -> models.QuerySet:
    """The rows that pass the filters; a reference is given by its text or its record number."""
    from guatu.kernel.registry import resource_for

    plain = {}
    for name, value in chosen.items():
        field = resource.model._meta.get_field(name)
        if isinstance(field, models.ForeignKey) and value not in ("", "none"):
            target = resource_for(field.related_model)
            named = list(
                target.rows(scope).filter(**{target.reference: value}).values_list("pk", flat=True)[:MOST_ROWS]
            )
            if named:
                rows = rows.filter(**{f"{name}_id__in": named})
                continue
        plain[name] = value
    try:
        return resource.filtered(rows, plain)
    except (ValueError, TypeError, ValidationError):
        raise Faulty(
            "filter", _("A filter has a value that its column cannot have. Look at the values the list shows."), None
        ) from None


def feed_after(resource: Resource, cursor: str) -> Q:
    try:
        name, recording, pk = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if name != "feed" or not all(type(part) is int and 0 <= part < 1 << 62 for part in (recording, pk)):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Faulty(
            "cursor", _("The cursor is not one that this feed has given. Start again without it."), "cursor"
        ) from None
    if issubclass(resource.model, Fact):
        return Q(pk__gt=pk)
    return Q(last_recording__gt=recording) | Q(last_recording=recording, pk__gt=pk)


def feed_cursor(row: models.Model) -> str:
    recording = getattr(row, "last_recording", 0)
    return base64.urlsafe_b64encode(json.dumps(["feed", recording, row.pk]).encode()).decode().rstrip("=")
