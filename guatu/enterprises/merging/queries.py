"""What a merge would move, found through the tables' own references, so that no upper app need be known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from guatu.enterprises.models import Enterprise, EnterpriseMerge
from guatu.kernel.models.facts import Fact, Record, Stated

LABEL = Enterprise._meta.label_lower


@dataclass(frozen=True)
class Reference:
    """A column of a table that names an enterprise; `typed` where it stands beside the table's name (documents)."""

    model: type[Stated]
    field: models.Field
    typed: bool = False


def references() -> Iterator[Reference]:
    """Every column of a record or a fact of any app that names an enterprise, but for what merges say of themselves."""
    for model in apps.get_models():
        if not issubclass(model, Stated) or model is EnterpriseMerge:
            continue
        names = {field.name for field in model.value_fields()}
        if {"subject_type", "subject_id"} <= names:
            yield Reference(model, model._meta.get_field("subject_id"), True)
        for field in model.value_fields():
            if field.is_relation and field.related_model is Enterprise and field.name != "merged_into":
                yield Reference(model, field)


def rows_naming(reference: Reference, pk: int) -> list[Stated]:
    """The rows in force of a table that name an enterprise."""
    wanted = {reference.field.name: pk} | ({"subject_type": LABEL} if reference.typed else {})
    rows = reference.model.everything.filter(withdrawn=False, **wanted)
    if issubclass(reference.model, Fact):
        rows = rows.filter(superseded_by=None)
    return list(rows.order_by("pk"))


def values_of(row: Enterprise) -> dict:
    """The values of an enterprise by field name; references as numbers."""
    return {field.name: getattr(row, field.attname) for field in Enterprise.value_fields() if not field.many_to_many}


def links_of(row: Stated, field: models.ManyToManyField) -> list[list[int]]:
    """Identity and target of each link of a row, as stored."""
    through = field.remote_field.through
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = through._base_manager.filter(**{own: row.pk}).order_by("pk")
    return [list(pair) for pair in rows.values_list("pk", f"{other}_id")]


def merge_of(gone: int) -> EnterpriseMerge | None:
    """The merge by which an enterprise went into another, while it stands."""
    return EnterpriseMerge.everything.filter(gone=gone, superseded_by=None, withdrawn=False).first()


def is_record(model: type[Stated]) -> bool:
    return issubclass(model, Record)
