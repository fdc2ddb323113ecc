"""The one door in: `write` checks a batch of changes, then writes all of it in one short transaction.

Page, API, bulk edit, import, command line and job all end here, so permission, validation, guards, statements,
history, projections and events are the same for each.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import bulk, permission, validation
from guatu.kernel.changes import Batch, Change, Refusals
from guatu.kernel.errors import Conflict, Faulty
from guatu.kernel.models.facts import BEGINNING, Fact, Record, Stated, Statement
from guatu.kernel.queries import Folded, fold, fold_now, statements_about
from guatu.kernel.recording import Writing, head, recording
from guatu.kernel.registry import aftermaths_of, effects_of, guards_of, projections
from guatu.kernel.rules.days import counts_from
from guatu.kernel.scope import Actor
from guatu.kernel.values import read, stated


def check(actor: Actor, changes: list[Change]) -> Batch:
    """Everything that can be found wrong without writing: permission, values, uniqueness, guards of the apps.

    The batch returned also holds the changes that follow from the given ones.
    """
    batch = Batch(actor, list(changes))
    permission.permissions(batch)
    for guard in dict.fromkeys(guard for change in changes for guard in guards_of(change.model)):
        guard(batch)
    validation.values(batch)
    validation.references(batch)
    validation.uniqueness(batch)
    if not batch.problems:
        for effect in dict.fromkeys(effect for change in changes for effect in effects_of(change.model)):
            for following in effect(batch):
                following.derived = True
                batch.changes.append(following)
    return batch


def write(actor: Actor, changes: list[Change], *, note: str = "", planned_at: int | None = None) -> int | None:
    """Checks and writes `changes`; returns the recording's number, or None when nothing differed.

    `planned_at` is the chain's number when the writer last looked at the rows; a row touched since is a conflict.
    Raises Refusals with every problem; then nothing was written.
    """
    started = head().number
    stating = [change for change in changes if not is_idle(change)]
    batch = check(actor, stating)
    if batch.problems:
        raise Refusals(batch.problems)
    if not stating:
        return None
    seen = started if planned_at is None else planned_at
    try:
        with recording(actor, note) as writing:
            _refuse_conflicts(stating, seen)
            if writing.number > started + 1:
                batch = check(actor, stating)
                if batch.problems:
                    raise Refusals(batch.problems)
            with override(settings.LANGUAGE_CODE):  # history and notices are worded once, for everybody
                _write_all(writing, [change for change in batch.changes if not (change.derived and is_idle(change))])
            return writing.number if writing.entries else None
    except IntegrityError as fault:
        raise Conflict(
            "conflict",
            _(
                "Somebody else has just written a row with the same key. Nothing of yours was written. "
                "Look at the present rows and try again."
            ),
        ) from fault


def is_idle(change: Change) -> bool:
    """Whether a change states nothing new. Keeps only differing values in `change.values`."""
    if change.op != "change":
        return False
    differing = {}
    present = _present_on(change)
    for name, value in change.values.items():
        field = change.model._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            old = sorted(present[name] if name in present else getattr(change.row, name).values_list("pk", flat=True))
            new = sorted(value)
        else:
            old, new = stated(field, present.get(name, getattr(change.row, field.attname))), stated(field, value)
        if isinstance(value, Change) or old != new:
            differing[name] = value
    change.values = differing
    return not differing


def _present_on(change: Change) -> dict:
    """Values in force on the day from which the change is to hold, where that is not today."""
    if change.is_fact or change.valid_on in (None, timezone.localdate()):
        return {}
    columns = _columns(change.model)
    folded = fold_now(change.row, counts_from(change.valid_on, change.precision)).values
    return {name: read(columns[name], value) for name, value in folded.items() if name in columns}


def _refuse_conflicts(changes: list[Change], seen: int) -> None:
    touched: dict[type, list[int]] = defaultdict(list)
    for change in changes:
        if change.row is not None:
            touched[change.model].append(change.row.pk)
    for model, ids in touched.items():
        for chunk in bulk.chunks(ids):
            rows = model.everything.filter(pk__in=chunk)
            rows = rows.exclude(superseded_by=None) if issubclass(model, Fact) else rows.filter(last_recording__gt=seen)
            if changed := rows.first():
                raise Conflict(
                    "conflict",
                    _(
                        "“%s” was changed by somebody else since you opened it. Nothing of yours was written. "
                        "Look at the present values and make your change again."
                    )
                    % changed,
                )


def _write_all(writing: Writing, changes: list[Change]) -> None:
    concerned: dict[object, set[tuple]] = defaultdict(set)

    def concern(row: models.Model) -> None:
        for projection in projections():
            concerned[projection].update(projection.concerned(row))

    today = timezone.localdate()
    inserted: list[models.Model] = []
    updated: dict[tuple[type, tuple[str, ...]], list[models.Model]] = defaultdict(list)
    sets: list[tuple[models.Model, str, list[int]]] = []
    superseded: list[Fact] = []
    history = []
    ledger = Ledger(changes)
    for change in changes:
        _resolve_references(change)
        if change.row is not None:
            concern(change.row)
        if change.is_fact:
            facts, diff = _write_fact(writing, change, inserted, superseded)
        else:
            facts, diff = _write_record(writing, change, today, ledger, inserted, updated, sets)
        change.diff = diff
        history.append((change, diff, facts))
    for model in dict.fromkeys(type(row) for row in superseded):
        bulk.update(model, ["superseded_by"], [row for row in superseded if type(row) is model])
    bulk.insert(inserted)
    for (model, names), rows in updated.items():
        bulk.update(model, [*names, "last_recording"], rows)
    _write_sets(sets, inserted)
    _load_labels([change.written for change, _diff, _facts in history])
    for change, diff, facts in history:
        action = {"create": "created", "change": "changed", "withdraw": "withdrawn"}[change.op]
        verb = change.verb or f"{change.model._meta.label_lower}.{action}"
        if change.reason:
            diff = {**diff, "reason": [None, change.reason]}
        if change.approver:
            diff = {**diff, "approver": [None, change.approver]}
        writing.entry(verb, change.written, diff, facts)
        concern(change.written)
    for projection in projections():
        projection.keep(concerned[projection], writing.number)
    for tell in dict.fromkeys(tell for change in changes for tell in aftermaths_of(change.model)):
        tell(changes)


def _resolve_references(change: Change) -> None:
    for name, value in change.values.items():
        if isinstance(value, Change):
            change.values[name] = value.written.pk
        elif isinstance(value, list | tuple) and any(isinstance(item, Change) for item in value):
            change.values[name] = [item.written.pk if isinstance(item, Change) else item for item in value]


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


def _write_sets(sets: list[tuple[models.Model, str, list[int]]], inserted: list[models.Model]) -> None:
    """Writes references of many to many; for new rows without asking what they held before."""
    fresh = {id(row) for row in inserted}
    links: dict[type, list[models.Model]] = defaultdict(list)
    for row, name, ids in sets:
        if id(row) not in fresh:
            getattr(row, name).set(ids)
            continue
        field = row._meta.get_field(name)
        through = field.remote_field.through
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        links[through].extend(through(**{own: row.pk, other: pk}) for pk in dict.fromkeys(ids))
    for through, rows in links.items():
        through._default_manager.bulk_create(rows, batch_size=bulk.CHUNK)


def _load_labels(rows: list[models.Model]) -> None:
    """Loads in few queries the rows that appear in the names of the given ones."""
    by_model: dict[type, list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, group in by_model.items():
        for name in model.named_by:
            field = model._meta.get_field(name)
            bare = [row for row in group if not field.is_cached(row) and getattr(row, field.attname) is not None]
            found = {
                row.pk: row for row in bulk.by_ids(field.related_model, [getattr(row, field.attname) for row in bare])
            }
            for row in bare:
                field.set_cached_value(row, found[getattr(row, field.attname)])


def _columns(model: type[Stated]) -> dict[str, models.Field]:
    return {field.name: field for field in model.value_fields()}


def _write_fact(writing: Writing, change: Change, inserted: list, superseded: list) -> tuple[list, dict]:
    model, columns = change.model, _columns(change.model)
    row = model(id=writing.identity())
    former = change.row
    for name, field in columns.items():
        value = (
            change.values[name]
            if name in change.values
            else (getattr(former, field.attname) if former is not None else field.get_default())
        )
        setattr(row, field.attname, value)
    row.lineage = former.lineage if former is not None else row.id
    row.withdrawn = change.op == "withdraw"
    row.counts_from = counts_from(row.valid_on, row.precision)
    if former is not None:
        former.superseded_by = row.id
        superseded.append(former)
    inserted.append(row)
    change.written = row
    diff = {
        name: [stated(field, getattr(former, field.attname)) if former is not None else None, new]
        for name, field in columns.items()
        if (new := stated(field, getattr(row, field.attname))) is not None or former is not None
        if former is None or stated(field, getattr(former, field.attname)) != new
    }
    return [row], diff


def _write_record(
    writing, change: Change, today: date, ledger: Ledger, inserted, updated, sets
) -> tuple[list, dict]:
    model, columns = change.model, _columns(change.model)
    former = change.row
    row = former if former is not None else model(id=writing.identity())
    row.last_recording = writing.number
    new = {name: change.values[name] for name in columns if name in change.values}
    if former is None:
        for name, field in columns.items():
            if name not in new and not isinstance(field, models.ManyToManyField):
                new[name] = field.get_default()
    json = {name: stated(columns[name], value) for name, value in new.items()}
    if change.op == "withdraw":
        json = {"withdrawn": True}
    diff = {}
    for name, value in json.items():
        old = _present(former, columns.get(name), name)
        if value != old:
            diff[name] = [old, value]
    day = _day_of(change, former, today, ledger)
    statement = Statement(
        id=writing.identity(),
        subject_type=model._meta.label_lower,
        subject_id=row.pk,
        values=json,
        counts_from=day,
        precision=change.precision,
        source_id=new.get("source") or getattr(former, "source_id", None),
        reason=change.reason,
        approver=change.approver,
    )
    inserted.append(statement)
    in_force = json if former is None else _in_force(row, statement, json, day, today, ledger)
    names = []
    for name, value in in_force.items():
        field = columns.get(name)
        if name == "withdrawn":
            row.withdrawn = value
            names.append(name)
        elif isinstance(field, models.ManyToManyField):
            if value or former is not None:
                sets.append((row, name, value))
        else:
            setattr(row, field.attname, read(field, value))
            names.append(field.attname)
    if former is None:
        # References come before what refers to them within one batch.
        inserted.append(row)
    else:
        updated[(model, tuple(names))].append(row)
    change.written = row
    return [statement], diff


def _present(former: Record | None, field: models.Field | None, name: str):
    if former is None:
        return None
    if field is None:
        return getattr(former, name)
    if isinstance(field, models.ManyToManyField):
        return sorted(getattr(former, name).values_list("pk", flat=True))
    return stated(field, getattr(former, field.attname))


def _day_of(change: Change, former: Record | None, today: date, ledger: Ledger) -> date:
    if change.valid_on is not None:
        return counts_from(change.valid_on, change.precision) if change.valid_on != BEGINNING else BEGINNING
    if former is None or change.op == "withdraw":
        return BEGINNING
    if change.correction:
        origins = ledger.folded(former, today).origins
        return max((origins[name] for name in change.values if name in origins), default=BEGINNING)
    return today


def _in_force(row: Record, statement: Statement, values: dict, day: date, today: date, ledger: Ledger) -> dict:
    """The values of the new statement that hold today, later statements considered."""
    if day == today:
        return values
    folded = ledger.folded(row, today, extra=statement)
    return {name: folded.values[name] for name in values if name in folded.values}


def create(actor: Actor, model: type[Stated], values: dict, **options) -> Stated:
    """Creates one row; options as in Change. Returns it."""
    note = options.pop("note", "")
    change = Change("create", model, values, **options)
    write(actor, [change], note=note)
    return change.written


def change(actor: Actor, row: Stated, values: dict, *, planned_at: int | None = None, **options) -> Stated:
    """Changes one row; a value that does not differ states nothing. Returns the row as it then stands."""
    note = options.pop("note", "")
    change = Change("change", type(row), values, row=row, **options)
    write(actor, [change], note=note, planned_at=planned_at)
    return change.written or row


def withdraw(actor: Actor, row: Stated, reason: str, *, planned_at: int | None = None) -> None:
    """Takes a row back as entered by mistake. It leaves every list from the beginning; its history stays."""
    if not reason.strip():
        raise Faulty("reason_missing", _("Withdrawing “%s” needs a reason. Say why it was a mistake.") % row, "reason")
    write(actor, [Change("withdraw", type(row), row=row, reason=reason.strip())], planned_at=planned_at)
