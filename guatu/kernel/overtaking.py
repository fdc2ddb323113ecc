"""Whether what others recorded while a write was being prepared can alter what was found when checking it.

A large import is checked and laid out before the chain is locked. When somebody else records meanwhile, checking all
of it again under the lock would make every other writer wait; nearly always the two have nothing to do with each
other, which a look at the few rows written meanwhile shows.

A change is swayed by a row written meanwhile when it changes that row or refers to it, or when both refer to the same
row (two events of one project). Organisations, people, parameters and calendars sway everything.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.db import models

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Change
from guatu.kernel.models import CalendarNotice, Membership, Organisation, ParameterValue, Source, User
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.models.history import HistoryEntry, limit

#: What permission, parameters and clocks of any write may rest on.
SWAYING_ALL = frozenset(model._meta.label_lower for model in (CalendarNotice, Membership, Organisation, ParameterValue, User))
#: Rows so many others refer to that a shared reference says nothing; no guard reads rows by them unless its model
#: names the reference in `siblings_by`.
HUBS = (Organisation, Source, User)
#: So much written meanwhile is not worth looking through.
MOST_LOOKED_AT = 2000

Reference = tuple[type[models.Model], int]


def sways(changes: Iterable[Change], since: int) -> bool:
    """Whether any recording after number `since` can alter what checking `changes` finds, keys apart."""
    written = list(
        HistoryEntry.objects.filter(id__gte=limit(since)).values_list("subject_type", "subject_id", "changes")[
            : MOST_LOOKED_AT + 1
        ]
    )
    if len(written) > MOST_LOOKED_AT or any(label in SWAYING_ALL for label, _pk, _diff in written):
        return True
    near = _with_what_they_refer_to(written)
    return bool(near) and any(not near.isdisjoint(_references(change)) for change in changes)


def _with_what_they_refer_to(written: list[tuple[str, int, str]]) -> set[Reference]:
    by_model: dict[type[Stated], dict[int, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for label, pk, diff in written:
        by_model[apps.get_model(label)][pk].append(json.loads(diff))
    found: set[Reference] = set()
    for model, diffs in by_model.items():
        if model is Source:  # what a source says of itself is no rule's business, only whether it stands
            found |= {(model, pk) for pk, own in diffs.items() if any("withdrawn" in diff for diff in own)}
            continue
        found |= {(model, pk) for pk in diffs}
        shared = [field for field in model.value_fields() if _joins(model, field)]
        for field in shared:  # what the row referred to before
            former = {diff[field.name][0] for own in diffs.values() for diff in own if field.name in diff}
            found |= {(field.related_model, pk) for pk in former if isinstance(pk, int)}
        names = [field.attname for field in shared]
        general = ["subject_type", "subject_id"] if {"subject_type", "subject_id"} <= _columns(model) else []
        key = "lineage__in" if issubclass(model, Fact) else "pk__in"
        for chunk in chunks(sorted(diffs)):
            for pk, *row in model.everything.filter(**{key: chunk}).values_list("pk", *names, *general):
                found.add((model, pk))
                refers = zip(shared, row, strict=False)  # a general reference stands behind the named ones
                found |= {(field.related_model, value) for field, value in refers if value is not None}
                if general:
                    found.add((apps.get_model(row[-2]), row[-1]))
    return found


def _columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _joins(model: type[Stated], field: models.Field) -> bool:
    """Whether rows that share this reference may matter to each other."""
    if not isinstance(field, models.ForeignKey):
        return False
    return field.name in model.siblings_by if model.siblings_by is not None else field.related_model not in HUBS


def _references(change: Change) -> Iterable[Reference]:
    model, row = change.model, change.row
    if row is not None:
        yield model, row.lineage if isinstance(row, Fact) else row.pk
    for field in model.value_fields():
        if not isinstance(field, models.ForeignKey | models.ManyToManyField):
            continue
        value = change.values.get(field.name)
        for pk in value if isinstance(value, list | tuple) else (value,):
            if isinstance(pk, int):
                yield field.related_model, pk
        if row is not None and isinstance(field, models.ForeignKey):
            yield field.related_model, getattr(row, field.attname)
