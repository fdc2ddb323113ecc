"""What a draft reads of the rows it changes: their statements, their links, and the rows that appear in their names."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import models

from guatu.kernel import bulk
from guatu.kernel.changes import Change
from guatu.kernel.models.facts import Record, Stated, Statement
from guatu.kernel.queries import Folded, fold, statements_about


class Ledger:
    """The statements about the changed records of one write, read when first asked for and for all of them at once."""

    def __init__(self, changes: list[Change]):
        self._wanted: dict[type, list[int]] = defaultdict(list)
        for change in changes:
            if change.row is not None and not change.is_fact:
                self._wanted[change.model].append(change.row.pk)
        self._found: dict[type, dict[int, list[Statement]]] = {}

    def folded(self, row: Record, as_of: date, extra: Statement | None = None) -> Folded:
        model = type(row)
        if model not in self._found:
            self._found[model] = statements_about(model, self._wanted[model])
        statements = self._found[model].get(row.pk, [])
        return fold([*statements, extra] if extra is not None else statements, as_of)


def linked_ids(row: models.Model, name: str) -> list[int]:
    """Identities in a many-to-many field, from what was prefetched where it was."""
    if name in getattr(row, "_prefetched_objects_cache", {}):
        return sorted(related.pk for related in getattr(row, name).all())
    return sorted(getattr(row, name).values_list("pk", flat=True))


def load_labels(rows: list[Stated], made: dict[int, Stated]) -> None:
    """Loads in few queries the rows that appear in the names of the given ones; new ones are at hand."""
    by_model: dict[type, list[Stated]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, group in by_model.items():
        for name in model.named_by:
            field = model._meta.get_field(name)
            bare = [row for row in group if not field.is_cached(row) and getattr(row, field.attname) is not None]
            ids = {getattr(row, field.attname) for row in bare}
            found = {row.pk: row for row in bulk.by_ids(field.related_model, ids - made.keys())}
            for row in bare:
                pk = getattr(row, field.attname)
                field.set_cached_value(row, made[pk] if pk in made else found[pk])
