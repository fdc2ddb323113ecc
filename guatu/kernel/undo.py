"""Taking a recording back: the old values are written again, as a new change, while nobody changed them since."""

from __future__ import annotations

import json

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Conflict, Forbidden, NotFound
from guatu.kernel.models import HistoryEntry, Recording, Statement
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.models.history import limit, recording_number
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.scope import Actor
from guatu.kernel.values import read

#: A recording of more entries than this came from a sheet; it is corrected by a sheet.
MOST_ENTRIES = 2000


def undo(actor: Actor, number: int) -> int | None:
    """Takes back recording `number`, which must be the actor's own; returns the new recording's number.

    Raises NotFound, Forbidden, Conflict when a row was changed since, or Refusals when a rule is against it.
    """
    recording = Recording.objects.filter(number=number).first()
    if recording is None:
        raise NotFound("no_recording", _("There is no recording number %s, so nothing can be undone.") % number)
    if actor.user is None or recording.actor_id != actor.user.pk:
        raise Forbidden(
            "undo_not_own", _("Only the person who made a change may undo it. Make the change back by hand.")
        )
    first, last = limit(number - 1), limit(number)
    if recording.entries > MOST_ENTRIES:
        raise Forbidden(
            "undo_too_many",
            _("Recording %(number)s holds %(count)d changes, too many to undo at once. Import the former sheet "
              "instead.")
            % {"number": number, "count": recording.entries},
        )
    entries = list(HistoryEntry.objects.filter(id__gte=first, id__lt=last).order_by("-id"))
    with override(settings.LANGUAGE_CODE):  # the history is worded once, in the house's first language
        reason = _("Undone: recording %s") % number
    changes = [change for entry in entries if (change := _back(entry, number, reason)) is not None]
    changes.reverse()
    kept = _without_consequences(actor, changes)
    written = actions.write(actor, kept, note=reason) if kept else None
    if written is None:
        raise Conflict(
            "undo_nothing", _("Nothing of recording %s can be undone. Make the change back by hand.") % number
        )
    return written


def _without_consequences(actor: Actor, changes: list[Change]) -> list[Change]:
    """Leaves out changes to rows of other tables which a rule refuses because they follow from the rest anyway.

    A recorded event, for instance, fulfils a milestone; withdrawing the event opens it again. Raises Refusals when a
    refused row would stay as it is.
    """
    batch = actions.check(actor, changes)
    if not batch.problems:
        return changes
    refused = {id(problem.change) for problem in batch.problems}
    if any(id(change) in refused and change.model is changes[0].model for change in changes):
        raise Refusals(batch.problems)
    kept = [change for change in changes if id(change) not in refused]
    following = {(change.model, change.row.pk) for change in actions.check(actor, kept).changes
                 if change.derived and change.row is not None}
    if any((change.model, change.row.pk) not in following for change in changes if id(change) in refused):
        raise Refusals(batch.problems)
    return kept


def can_undo(verb: str) -> bool:
    return verb.endswith((".created", ".changed"))


def _back(entry: HistoryEntry, number: int, reason: str) -> Change | None:
    if not can_undo(entry.verb):
        raise Conflict(
            "undo_verb",
            _("“%s” was withdrawn, and a withdrawal cannot be undone. Add the row again.") % entry.subject_label,
        )
    resource = resource_of_subject(entry.subject_type)
    row = _present(resource.model, entry.subject_id)
    if row is None or _last_touched(row) != number:
        raise Conflict(
            "undo_changed",
            _("“%s” was changed again since, so this change cannot be undone. Look at its history and change it "
              "by hand.")
            % entry.subject_label,
        )
    if entry.verb.endswith(".created"):
        return Change("withdraw", resource.model, row=row, reason=reason)
    fields = {field.name: field for field in resource.model.value_fields()}
    values = {
        name: read(fields[name], old) if old is not None else ([] if fields[name].many_to_many else None)
        for name, (old, _new) in json.loads(entry.changes).items()
        if name in fields
    }
    change = Change("change", resource.model, values, row=row, reason=reason, approver=_approver(entry))
    if not issubclass(resource.model, Fact):
        statement = _statement(entry)
        if statement is not None:
            change.valid_on, change.precision = statement.counts_from, statement.precision
    return change


def _present(model: type[Stated], subject: int) -> Stated | None:
    if issubclass(model, Fact):
        return model.everything.filter(lineage=subject, superseded_by=None, withdrawn=False).first()
    return model.everything.filter(pk=subject, withdrawn=False).first()


def _last_touched(row: Stated) -> int:
    return recording_number(row.pk) if isinstance(row, Fact) else row.last_recording


def _statement(entry: HistoryEntry) -> Statement | None:
    table = Statement._meta.label_lower
    ids = [pk for label, pk, _digest in json.loads(entry.facts) if label == table]
    return Statement.objects.filter(pk__in=ids).first()


def _approver(entry: HistoryEntry) -> str:
    statement = _statement(entry)
    return statement.approver if statement is not None else ""
