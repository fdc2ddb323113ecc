"""A write laid out before the chain is locked: rows, statements, history and digests, ready to be stored.

Identities contain the recording's number, which is certain only under the lock. A draft is made with the number that
will come next if nobody else writes; when somebody did, `renumber` moves its identities, which is quick, so that the
lock is held for little more than the inserts themselves.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils import timezone

from guatu.kernel import bulk
from guatu.kernel.changes import Change
from guatu.kernel.ledger import Ledger, linked_ids, load_labels
from guatu.kernel.models.facts import BEGINNING, Fact, Record, Stated, Statement
from guatu.kernel.models.history import PLACES, HistoryEntry, identity
from guatu.kernel.queries import just_written
from guatu.kernel.recording import MUTABLE, Writing, entry_digest
from guatu.kernel.registry import projections
from guatu.kernel.rules.days import counts_from
from guatu.kernel.values import canonical, read, row_digest, stated

ACTIONS = {"create": "created", "change": "changed", "withdraw": "withdrawn"}


class Draft:
    """What `changes` will write as recording `number`. Making one reads; nothing is written, no given row touched."""

    def __init__(self, changes: list[Change], number: int):
        self.changes = changes
        self.number = number
        self.today = timezone.localdate()
        self.fingerprint = [_fingerprint(change) for change in changes]
        self.rows: list[Stated] = []  # by place in `changes`: the row as it will stand
        self.inserted: list[models.Model] = []
        self.updated: dict[tuple[type, tuple[str, ...]], list[models.Model]] = defaultdict(list)
        self.superseding: list[tuple[Fact, Fact]] = []
        self.sets: list[tuple[models.Model, str, list[int], bool]] = []
        self.sealed: list[models.Model] = []  # by place: the fact or statement its entry seals
        self.diffs: list[dict] = []
        self.entries: list[HistoryEntry] = []
        self.statements: dict[tuple[str, int], list[Statement]] = {}
        self._linked: list[tuple[Statement, dict]] = []  # statements whose values name rows of this draft
        self._place = 0
        self._made: dict[int, Stated] = {}
        ledger = Ledger(changes)
        for change in changes:
            (self._fact if change.is_fact else self._record)(change, ledger)
        load_labels(self.rows, {row.pk: row for row in self.rows})
        for place, change in enumerate(changes):
            self.entries.append(self._entry(place, change))
        self.tables = _tables([*self.inserted, *self.entries])

    def fits(self, changes: list[Change]) -> bool:
        """Whether the draft is of just these changes, looked at again after somebody else has written."""
        return self.fingerprint == [_fingerprint(change) for change in changes]

    # -- laying out ------------------------------------------------------------------------------------------------

    def _identity(self) -> int:
        self._place += 1
        return identity(self.number, self._place)

    def _resolved(self, change: Change) -> tuple[dict, bool]:
        """The change's values with the identities of new rows, and whether there are any."""
        linked = False
        values = {}
        for name, value in change.values.items():
            if isinstance(value, Change):
                value, linked = self._made[id(value)].pk, True
            elif isinstance(value, list | tuple) and any(isinstance(item, Change) for item in value):
                value = [self._made[id(item)].pk if isinstance(item, Change) else item for item in value]
                linked = True
            values[name] = value
        return values, linked

    def _keep(self, change: Change, row: Stated, sealed: models.Model, diff: dict) -> None:
        self._made[id(change)] = row
        self.rows.append(row)
        self.sealed.append(sealed)
        self.diffs.append(diff)

    def _fact(self, change: Change, ledger: Ledger) -> None:
        model, columns = change.model, _columns(change.model)
        values, _linked = self._resolved(change)
        row = model(id=self._identity())
        former = change.row
        for name, field in columns.items():
            if name in values:
                value = values[name]
            else:
                value = getattr(former, field.attname) if former is not None else field.get_default()
            setattr(row, field.attname, value)
        row.lineage = former.lineage if former is not None else row.id
        row.withdrawn = change.op == "withdraw"
        row.counts_from = counts_from(row.valid_on, row.precision)
        if former is not None:
            self.superseding.append((former, row))
        self.inserted.append(row)
        diff = {}
        for name, field in columns.items():
            new = stated(field, getattr(row, field.attname))
            old = stated(field, getattr(former, field.attname)) if former is not None else None
            if new != old:
                diff[name] = [old, new]
        self._keep(change, row, row, diff)

    def _record(self, change: Change, ledger: Ledger) -> None:
        model, columns = change.model, _columns(change.model)
        former = change.row
        row = copy.copy(former) if former is not None else model(id=self._identity())
        row.last_recording = self.number
        new, linked = self._resolved(change)
        if former is None:
            new = {
                name: new[name] if name in new else field.get_default()
                for name, field in columns.items() if name in new or not field.many_to_many
            }
        json = {name: stated(field, new[name]) for name, field in columns.items() if name in new}
        if change.op == "withdraw":
            json = {"withdrawn": True}
        diff = {}
        for name, value in json.items():
            old = _present(former, columns.get(name), name)
            if value != old:
                diff[name] = [old, value]
        day = self._day_of(change, former, ledger)
        statement = Statement(
            id=self._identity(), subject_type=model._meta.label_lower, subject_id=row.pk, values=json,
            counts_from=day, precision=change.precision,
            source_id=new.get("source") or getattr(former, "source_id", None),
            reason=change.reason, approver=change.approver,
        )
        if linked:
            self._linked.append((statement, diff))
        self.inserted.append(statement)
        if former is None:
            self.inserted.append(row)
            self.statements[statement.subject_type, id(row)] = [statement]
            in_force = json
        else:
            in_force = self._in_force(former, statement, json, day, ledger)
        names = []
        for name, value in in_force.items():
            field = columns.get(name)
            if field is not None and field.many_to_many:
                if value or former is not None:
                    self.sets.append((row, name, value, former is None))
            elif field is None:
                setattr(row, name, value)
                names.append(name)
            else:
                setattr(row, field.attname, read(field, value))
                names.append(field.attname)
        if former is not None:
            self.updated[model, tuple(names)].append(row)
        self._keep(change, row, statement, diff)

    def _day_of(self, change: Change, former: Record | None, ledger: Ledger) -> date:
        if change.valid_on is not None:
            return counts_from(change.valid_on, change.precision) if change.valid_on != BEGINNING else BEGINNING
        if former is None or change.op == "withdraw":
            return BEGINNING
        if change.correction:
            origins = ledger.folded(former, self.today).origins
            return max((origins[name] for name in change.values if name in origins), default=BEGINNING)
        return self.today

    def _in_force(self, row: Record, statement: Statement, values: dict, day: date, ledger: Ledger) -> dict:
        """The values of the new statement that hold today, later statements considered."""
        if day == self.today:
            return values
        folded = ledger.folded(row, self.today, extra=statement)
        return {name: folded.values[name] for name in values if name in folded.values}

    def _entry(self, place: int, change: Change) -> HistoryEntry:
        row = self.rows[place]
        entry = HistoryEntry(
            id=self._identity(),
            verb=change.verb or f"{change.model._meta.label_lower}.{ACTIONS[change.op]}",
            subject_type=row._meta.label_lower,
            subject_id=getattr(row, "lineage", None) or row.pk,
            subject_label=str(row)[:300],
        )
        self._seal(entry, place)
        return entry

    def _seal(self, entry: HistoryEntry, place: int) -> None:
        change, sealed, diff = self.changes[place], self.sealed[place], self.diffs[place]
        if change.reason:
            diff = {**diff, "reason": [None, change.reason]}
        if change.approver:
            diff = {**diff, "approver": [None, change.approver]}
        entry.changes = canonical(diff)
        entry.facts = canonical([[sealed._meta.label_lower, sealed.pk, row_digest(sealed, MUTABLE)]])
        entry.digest = entry_digest(entry)

    # -- another number --------------------------------------------------------------------------------------------

    def renumber(self, number: int) -> None:
        """Moves every identity of the draft to recording `number`."""
        first, by = self.number * PLACES, (number - self.number) * PLACES

        def moved(value):
            return value + by if isinstance(value, int) and first <= value < first + PLACES else value

        self.number = number
        for row in [*self.inserted, *self.entries, *(row for rows in self.updated.values() for row in rows)]:
            for field in _identity_fields(type(row)):
                if (value := row.__dict__.get(field.attname)) is not None:
                    row.__dict__[field.attname] = moved(value)
            if "last_recording" in row.__dict__:
                row.last_recording = number
        for statement, diff in self._linked:
            model_fields = {field.name: field for field in _by_label(statement.subject_type).value_fields()}
            for name, value in statement.values.items():
                field = model_fields.get(name)
                if field is None or not field.is_relation:
                    continue
                now = [moved(item) for item in value] if isinstance(value, list) else moved(value)
                if now != value:
                    statement.values[name] = now
                    if name in diff:
                        diff[name] = [diff[name][0], now]
        for place, change in enumerate(self.changes):
            if change.is_fact and any(isinstance(value, Change) for value in change.values.values()):
                for name, pair in self.diffs[place].items():
                    if change.model._meta.get_field(name).is_relation:
                        self.diffs[place][name] = [pair[0], moved(pair[1])]
        self.sets = [(row, name, [moved(pk) for pk in ids], fresh) for row, name, ids, fresh in self.sets]
        for place, entry in enumerate(self.entries):
            self._seal(entry, place)
        renewed = {id(statement) for statement, _diff in self._linked}
        for model, attnames, rows, tuples in self.tables:
            places = [
                (index, attname) for index, attname in enumerate(attnames)
                if attname in {field.attname for field in _identity_fields(model)}
                or attname in ("last_recording", "changes", "facts", "digest") or (renewed and attname == "values")
            ]
            fields = [model._meta.get_field(attname) for _index, attname in places]
            for row, values in zip(rows, tuples, strict=True):
                for (index, attname), field in zip(places, fields, strict=True):
                    if attname == "values":
                        if id(row) in renewed:
                            values[index] = bulk.prepared([field], [[row.values]])[0][0]
                    else:
                        values[index] = row.__dict__[attname]

    # -- storing ---------------------------------------------------------------------------------------------------

    def store(self, writing: Writing) -> None:
        """Writes the draft inside the open recording, and brings the projections and the given rows in step."""
        concerned: dict[object, set[tuple]] = defaultdict(set)
        for projection in projections():
            for place, change in enumerate(self.changes):
                if change.row is not None:
                    concerned[projection].update(projection.concerned(change.row))
                concerned[projection].update(projection.concerned(self.rows[place]))
        for former, row in self.superseding:
            former.superseded_by = row.id
        for model in dict.fromkeys(type(former) for former, _row in self.superseding):
            formers = [former for former, _row in self.superseding if type(former) is model]
            bulk.update(model, ["superseded_by"], formers)
        for model, attnames, rows, tuples in self.tables:
            if model is not HistoryEntry:  # those are inserted with the seal of the chain
                bulk.insert_tuples(model, attnames, tuples)
                for row in rows:
                    row._state.adding = False
                    row._state.db = "default"
        for (model, names), rows in self.updated.items():
            bulk.update(model, [*names, "last_recording"], rows)
        _write_sets(self.sets)
        writing.entries = self.entries
        writing.entry_table = next((table for table in self.tables if table[0] is HistoryEntry), None)
        self._hand_over()
        known = {(label, statements[0].subject_id): statements for (label, _row), statements in self.statements.items()}
        with just_written(known):
            for projection in projections():
                projection.keep(concerned[projection], writing.number)

    def _hand_over(self) -> None:
        """The given rows take the values they now have; changes learn their rows and what differs."""
        for change, row, diff in zip(self.changes, self.rows, self.diffs, strict=True):
            change.values, _linked = self._resolved(change)
            change.diff = diff
            if change.row is None or change.is_fact:
                change.written = row
                continue
            for field in row._meta.concrete_fields:
                if field.attname in row.__dict__ and row.__dict__[field.attname] != getattr(change.row, field.attname):
                    setattr(change.row, field.attname, row.__dict__[field.attname])
            prefetched = getattr(change.row, "_prefetched_objects_cache", {})
            for field in row._meta.many_to_many:
                prefetched.pop(field.name, None)
            change.written = change.row


def _fingerprint(change: Change) -> tuple:
    """What a draft depends on, apart from the number: two changes with the same one are written the same."""
    row = change.row
    version = None if row is None else (row.pk, getattr(row, "last_recording", None))
    own = None if change.derived else id(change)
    return (own, change.op, change.model, version, dict(change.values), change.verb, change.valid_on, change.precision,
            change.correction, change.reason, change.approver)


def _columns(model: type[Stated]) -> dict[str, models.Field]:
    if model not in _columns_by_model:
        _columns_by_model[model] = {field.name: field for field in model.value_fields()}
    return _columns_by_model[model]


_columns_by_model: dict[type, dict[str, models.Field]] = {}
_identity_fields_by_model: dict[type, list[models.Field]] = {}


def _identity_fields(model: type[models.Model]) -> list[models.Field]:
    """Columns that may hold identities handed out by a recording."""
    if model not in _identity_fields_by_model:
        names = {"id", "lineage", "superseded_by", "subject_id"}
        _identity_fields_by_model[model] = [
            field for field in model._meta.concrete_fields if field.is_relation or field.attname in names
        ]
    return _identity_fields_by_model[model]


def _by_label(label: str) -> type[Stated]:
    from django.apps import apps

    return apps.get_model(label)


def _present(former: Record | None, field: models.Field | None, name: str):
    if former is None:
        return None
    if field is None:
        return getattr(former, name)
    if field.many_to_many:
        return linked_ids(former, name)
    return stated(field, getattr(former, field.attname))


def _tables(rows: Iterable[models.Model]) -> list[tuple[type, list[str], list[models.Model], list[list]]]:
    """Rows grouped by table in the order of first appearance, each with its database values."""
    by_model: dict[type, list] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    tables = []
    for model, group in by_model.items():
        fields = model._meta.concrete_fields
        attnames = [field.attname for field in fields]
        values = ([getattr(row, name) for name in attnames] for row in group)
        tables.append((model, attnames, group, bulk.prepared(fields, values)))
    return tables


def _write_sets(sets: list[tuple[models.Model, str, list[int], bool]]) -> None:
    """Writes references of many to many, a few statements for all rows."""
    by_field: dict[models.ManyToManyField, list[tuple[models.Model, list[int], bool]]] = defaultdict(list)
    for row, name, ids, fresh in sets:
        by_field[row._meta.get_field(name)].append((row, ids, fresh))
    for field, entries in by_field.items():
        through = field.remote_field.through
        own = through._meta.get_field(field.m2m_field_name())
        other = through._meta.get_field(field.m2m_reverse_field_name())
        for chunk in bulk.chunks([row.pk for row, _ids, fresh in entries if not fresh]):
            through._base_manager.filter(**{f"{own.attname}__in": chunk}).delete()
        bulk.insert_tuples(through, [own.attname, other.attname], [
            [row.pk, pk] for row, ids, _fresh in entries for pk in dict.fromkeys(ids)])
