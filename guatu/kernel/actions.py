"""The one door in: `write` checks a batch of changes, then writes all of it in one short transaction.

Page, API, bulk edit, import, command line and job all end here, so permission, validation, guards, statements,
history, projections and events are the same for each.
"""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import bulk, overtaking, permission, validation
from guatu.kernel.changes import Batch, Change, Refusals
from guatu.kernel.commitments import name_askers
from guatu.kernel.drafting import Draft
from guatu.kernel.errors import Conflict, Faulty
from guatu.kernel.ledger import linked_ids
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.queries import fold_now
from guatu.kernel.recording import head, recording
from guatu.kernel.registry import aftermaths_of, effects_of, guards_of
from guatu.kernel.rules.days import counts_from
from guatu.kernel.scope import Actor
from guatu.kernel.values import read, stated

#: How often a write that others have swayed is checked anew before it takes the lock all the same.
CATCHING_UP = 3


def check(actor: Actor, changes: list[Change], *, again: bool = False) -> Batch:
    """Everything that can be found wrong without writing: permission, values, uniqueness, guards of the apps.

    The batch returned also holds the changes that follow from the given ones. `again` asks of changes that have passed
    only what another write may have altered since.
    """
    batch = Batch(actor, list(changes))
    permission.permissions(batch)
    for guard in dict.fromkeys(guard for change in changes for guard in guards_of(change.model)):
        guard(batch)
    if not again:
        validation.values(batch)
    validation.references(batch)
    validation.uniqueness(batch)
    if not batch.problems:
        for effect in dict.fromkeys(effect for change in changes for effect in effects_of(change.model)):
            for following in effect(batch):
                following.derived = True
                batch.changes.append(following)
    name_askers(batch)
    return batch


def write(actor: Actor, changes: list[Change], *, note: str = "", planned_at: int | None = None) -> int | None:
    """Checks and writes `changes`; returns the recording's number, or None when nothing differed.

    `planned_at` is the chain's number when the writer last looked at the rows; a row touched since is a conflict.
    Raises Refusals with every problem; then nothing was written.
    """
    started = head().number
    seen = started if planned_at is None else planned_at
    stating = [change for change in changes if not is_idle(change)]
    batch = _passing(check(actor, stating))
    if not stating:
        return None
    actor = permission.acting(batch)
    try:
        draft = _drafted(batch, started + 1)
        for _round in range(CATCHING_UP):  # before the lock, so that nobody waits
            if (now := head().number) == started or not overtaking.sways(draft.changes, started):
                break
            started, batch = now, _passing(check(actor, stating, again=True))
            draft = _drafted(batch, started + 1, draft)
        with recording(actor, note) as writing:
            _refuse_conflicts(stating, seen)
            if writing.number > started + 1:
                swayed = overtaking.sways(draft.changes, started)
                if not swayed:
                    validation.uniqueness(batch, since=started)
                if swayed or batch.problems:  # a taken code may be one that the house gave, and gives anew
                    batch = check(actor, stating, again=True)
                draft = _drafted(_passing(batch), writing.number, draft)
            with override(settings.LANGUAGE_CODE):
                draft.store(writing)
                for tell in dict.fromkeys(tell for change in draft.changes for tell in aftermaths_of(change.model)):
                    tell(draft.changes)
            return writing.number if writing.entries else None
    except IntegrityError as fault:
        raise Conflict(
            "conflict",
            _(
                "Somebody else has just written a row with the same key. Nothing of yours was written. "
                "Look at the present rows and try again."
            ),
        ) from fault


def _passing(batch: Batch) -> Batch:
    if batch.problems:
        raise Refusals(batch.problems)
    return batch


def _drafted(batch: Batch, number: int, former: Draft | None = None) -> Draft:
    """The batch laid out as recording `number`; by `former`, quickly, when that is of the same changes."""
    changes = _stating(batch)
    with override(settings.LANGUAGE_CODE):  # history and notices are worded once, for everybody
        if former is None or not former.fits(changes):
            return Draft(changes, number)
        if former.number != number:
            former.renumber(number)
        return former


def _stating(batch: Batch) -> list[Change]:
    return [change for change in batch.changes if not (change.derived and is_idle(change))]


def is_idle(change: Change) -> bool:
    """Whether a change states nothing new. Keeps only differing values in `change.values`."""
    if change.op != "change":
        return False
    differing = {}
    present = _present_on(change)
    for name, value in change.values.items():
        field = change.model._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            old = sorted(present[name]) if name in present else linked_ids(change.row, name)
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
    columns = {field.name: field for field in change.model.value_fields()}
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
