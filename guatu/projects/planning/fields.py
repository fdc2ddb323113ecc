"""What an edit of a plan may say: the fields of each kind of change, and how their values are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import Record
from guatu.projects.models import Plan, PlanLink, PlanNeed, PlanResource, PlanTask

#: By kind of row: the fields that an edit may state. References are given as record numbers.
FIELDS: dict[type[Record], tuple[str, ...]] = {
    Plan: ("name", "start", "promised_on", "status_on", "calendar", "note"),
    PlanTask: (
        "number", "parent", "name", "duration", "duration_unit", "calendar", "milestone", "event", "constraint",
        "constraint_on", "unit", "department", "owner", "floor", "floor_kind", "floor_basis", "compression_cost_per_day",
        "actual_start", "actual_finish", "percent_complete", "note",
    ),
    PlanLink: ("pred", "succ", "kind", "lag", "lag_unit"),
    PlanResource: ("name", "capacity"),
    PlanNeed: ("task", "resource", "amount"),
}
#: Other words for fields, as pages say them.
ALSO = {"percent": "percent_complete", "kind_of_floor": "floor_kind"}
#: Words of a change that are no fields.
WORDS = {"op", "id", "key", "after", "start"}


def values_of(model: type[Record], given: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """Python values of what a change states. `made` are the rows that the same edit makes, by the key it gave them.

    Raises Faulty for a field that is not known or a value that cannot be read.
    """
    found = {}
    for word, value in given.items():
        name = ALSO.get(word, word)
        if name in FIELDS[model]:
            found[name] = _value(model._meta.get_field(name), value, made)
        elif word not in WORDS or (word == "start" and model is not PlanTask):
            raise Faulty("unknown_field", _("“%(word)s” is no field of “%(what)s”. Known are: %(known)s.") % {
                "word": str(word)[:60], "what": model._meta.verbose_name, "known": ", ".join(FIELDS[model])}, str(word)[:60])
    return found


def _value(field: models.Field, value: Any, made: Mapping[str, Any]) -> Any:
    try:
        if isinstance(field, models.ForeignKey):
            if value in (None, ""):
                return None
            return made[value] if isinstance(value, str) and value in made else _whole(value)
        if isinstance(field, models.DateField):
            return day(value)
        if isinstance(field, models.BooleanField):
            if not isinstance(value, bool):
                raise ValueError
            return value
        if isinstance(field, models.DecimalField):
            return None if value in (None, "") else Decimal(str(value))
        if isinstance(field, models.IntegerField):
            return None if value in (None, "") and field.null else _whole(value)
        if value is None and isinstance(field, models.CharField | models.TextField):
            return ""
        if not isinstance(value, str):
            raise ValueError
        return value.strip()
    except (ValueError, TypeError, InvalidOperation):
        raise Faulty("value", _("“%(value)s” cannot be “%(label)s”. Correct it.") % {
            "value": str(value)[:60], "label": field.verbose_name}, field.name) from None


def day(value: Any) -> date | None:
    """A day, or None. Raises ValueError."""
    if value in (None, ""):
        return None
    return value if isinstance(value, date) else date.fromisoformat(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    number = int(value)
    if not -(1 << 63) < number < 1 << 63:
        raise ValueError
    return number
