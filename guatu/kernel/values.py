"""How a column's value is written into statements, history and digests: plain JSON, the same on every database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import models

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PLAIN = frozenset({str, int, bool})


def canonical(value) -> str:
    """JSON with sorted keys and no spaces: the text that is hashed."""
    return _ENCODER.encode(value)


def digest(value) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def stated(field: models.Field, value):
    """The JSON form of a column's Python value."""
    if value is None or (type(value) in _PLAIN and not isinstance(field, models.DecimalField)):
        return value
    if isinstance(field, models.ManyToManyField):
        return sorted(value)
    if isinstance(field, models.ForeignKey):
        return getattr(value, "pk", value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, models.DecimalField):
        return str(Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places)))
    return value


def read(field: models.Field, stated_value):
    """The Python value of a JSON form; the inverse of `stated`."""
    if stated_value is None or isinstance(field, models.ManyToManyField | models.ForeignKey | models.JSONField):
        return stated_value
    return field.to_python(stated_value)


def row_digest(row: models.Model, leave_out: frozenset[str]) -> str:
    """Digest of a row's columns; `leave_out` names the columns that may change after writing."""
    columns = {
        field.attname: stated(field, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in leave_out
    }
    return digest(columns)[:32]
