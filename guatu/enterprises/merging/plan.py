"""A merge and its undoing as changes to write, worked out from what stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from django.db.models import ManyToManyField
from django.utils.translation import gettext as _

from guatu.enterprises.merging.queries import is_record, links_of, references, rows_naming, values_of
from guatu.enterprises.models import Enterprise, EnterpriseMerge
from guatu.enterprises.rules.merging import Difference, differences, merged
from guatu.kernel.changes import Change
from guatu.kernel.errors import Conflict, NotFound
from guatu.kernel.ledger import linked_ids
from guatu.kernel.models import HistoryEntry, Statement
from guatu.kernel.models.facts import Stated
from guatu.kernel.models.history import limit, recording_number
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.undo import _present as present
from guatu.kernel.values import read, stated


@dataclass
class Plan:
    """What a merge would do: fields that differ, rows that would move by table, and the changes."""

    kept: Enterprise
    gone: Enterprise
    differences: list[Difference]
    values: dict
    moved: list[tuple[type[Stated], list[Stated]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def plan(kept: Enterprise, gone: Enterprise, chosen: dict[str, str], reason: str, today: date) -> Plan:
    """Works out the merge of `gone` into `kept`. Raises Conflict for two rows that cannot be one."""
    if kept.pk == gone.pk or gone.merged_into_id or kept.merged_into_id or gone.withdrawn or kept.withdrawn:
        raise Conflict("merge_gone", _(
            "“%(kept)s” and “%(gone)s” cannot be merged: they are one row, or one of them was merged or withdrawn already. Look "
            "at the list again.") % {"kept": kept.name, "gone": gone.name})
    if kept.uscc and gone.uscc and kept.uscc != gone.uscc:
        raise Conflict("merge_codes", _(
            "“%(kept)s” has the credit code %(one)s and “%(gone)s” %(other)s, so they are two enterprises by law. If one of the "
            "codes is wrong, correct it first.") % {
                "kept": kept.name, "gone": gone.name, "one": kept.uscc, "other": gone.uscc})
    mine, other = values_of(kept), values_of(gone)
    values = merged(mine, other, chosen)
    found = Plan(kept, gone, differences(mine, other), values)
    going = {"merged_into": kept.pk} | ({"uscc": ""} if "uscc" in values else {})
    # The one that goes is written first, so that its credit code is free when the other takes it.
    found.changes.append(_change(gone, going, reason))
    if values:
        found.changes.append(_change(kept, values, reason))
    journal: dict[str, list] = {"recordings": [[Enterprise._meta.label_lower, row.pk, row.last_recording] for row in (gone, kept)],
                                "links": []}
    for reference in references():
        rows = rows_naming(reference, gone.pk)
        if rows:
            found.moved.append((reference.model, rows))
        for row in rows:
            _move(found, journal, row, reference.field, reason)
    found.changes.append(Change("create", EnterpriseMerge, {
        "kept": kept.pk, "gone": gone.pk, "reason": reason, "valid_on": today, "journal": json.dumps(journal)}))
    return found


def _move(found: Plan, journal: dict, row: Stated, column, reason: str) -> None:
    kept, gone = found.kept.pk, found.gone.pk
    if isinstance(column, ManyToManyField):
        value = list(dict.fromkeys(kept if pk == gone else pk for pk in linked_ids(row, column.name)))
        journal["links"].append([row._meta.label_lower, row.pk, column.name, links_of(row, column)])
    else:
        value = kept
    again = next((change for change in found.changes if change.row is not None and change.row == row), None)
    if again is not None:  # a row that names it twice is changed once
        again.values[column.name] = value
        return
    if is_record(type(row)):
        journal["recordings"].append([row._meta.label_lower, row.pk, row.last_recording])
    found.changes.append(_change(row, {column.name: value}, reason))


def _change(row: Stated, values: dict, reason: str) -> Change:
    return Change("change", type(row), values, row=row, reason=reason, correction=is_record(type(row)))


@dataclass
class WayBack:
    """How a merge is undone: changes to write, and what is to stand again to the byte afterwards."""

    changes: list[Change]
    recordings: list[tuple[type[Stated], int, int]]
    links: list[tuple[type[Stated], int, str, list[list[int]]]]
    left: list[Stated]


def way_back(merge: EnterpriseMerge, reason: str) -> WayBack:
    """Puts back each value that the merge wrote and nobody has changed since; rows changed since keep what was put in."""
    number = recording_number(merge.lineage)
    first, last = limit(number - 1), limit(number)
    back, untouched, left = [], set(), []
    for entry in HistoryEntry.objects.filter(id__gte=first, id__lt=last).order_by("id"):
        resource = resource_of_subject(entry.subject_type)
        if resource is None or resource.model is EnterpriseMerge:
            continue
        row = present(resource.model, entry.subject_id)
        if row is None:
            continue
        fields = {column.name: column for column in resource.model.value_fields()}
        values, kept_all = {}, True
        for name, (old, new) in json.loads(entry.changes).items():
            if name not in fields:
                continue
            if _stands(row, fields[name]) == new:
                values[name] = read(fields[name], old) if old is not None else ([] if fields[name].many_to_many else None)
            else:
                kept_all = False
        if not values:
            left.append(row)
            continue
        change = Change("change", resource.model, values, row=row, reason=reason)
        if is_record(resource.model):
            statement = _statement(entry)
            if statement is not None:
                change.valid_on, change.precision = statement.counts_from, statement.precision
            if kept_all and row.last_recording == number:
                untouched.add((entry.subject_type, row.pk))
            else:
                left.append(row)
        back.append(change)
    if not any(change.row.pk == merge.gone_id and change.model is Enterprise for change in back):
        raise NotFound("merge_moved_on", _("“%s” is not merged this way any more, so there is nothing to undo.") % merge.gone.name)
    # The kept row gives the credit code back before the other takes it.
    back.sort(key=lambda change: (change.row.pk != merge.kept_id or change.model is not Enterprise))
    journal = json.loads(merge.journal)
    models = {change.model._meta.label_lower: change.model for change in back}
    return WayBack(
        [*back, Change("withdraw", EnterpriseMerge, row=merge, reason=reason)],
        [(models[label], pk, old) for label, pk, old in journal["recordings"] if (label, pk) in untouched],
        [(models[label], pk, name, links) for label, pk, name, links in journal["links"] if (label, pk) in untouched],
        left)


def _stands(row: Stated, column):
    if column.many_to_many:
        return linked_ids(row, column.name)
    return stated(column, getattr(row, column.attname))


def _statement(entry: HistoryEntry) -> Statement | None:
    label = Statement._meta.label_lower
    ids = [pk for table, pk, _digest in json.loads(entry.facts) if table == label]
    return Statement.objects.filter(pk__in=ids).first()
