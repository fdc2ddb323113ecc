"""Rules of milestones, asked on every write."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel import queries
from guatu.kernel.changes import Batch, Change
from guatu.kernel.clock import count_due_day
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.projects.guards.promises import hand_set, moved_day
from guatu.projects.models import Milestone


@guard(Milestone)
def milestones(batch: Batch) -> None:
    """Moving a due day needs reason, approver and right; a hand-set light needs a reason and an end."""
    calendar = queries.calendar()
    for change in batch.of(Milestone):
        if change.op == "withdraw" or change.derived:
            continue
        count_due_day(batch, change, calendar)
        if not change.after("event") and not (change.after("title") or "").strip():
            batch.refuse(change, Faulty("title", _("A milestone without an event needs a title."), "title"))
        if change.row is None and change.after("event") and change.values.get("done_on"):
            batch.refuse(
                change,
                Faulty("done_by_event", _("A milestone with an event is done when its event is recorded."), "done_on"),
            )
        if change.row is not None:
            _moved(batch, change)
        hand_set(batch, change)


def _moved(batch: Batch, change: Change) -> None:
    values, row = change.values, change.row
    moved_day(batch, change)
    if row.event and "done_on" in values and values["done_on"] != row.done_on:
        batch.refuse(
            change,
            Faulty("done_by_event", _("“%s” is done when its event is recorded. Record the event.") % row, "done_on"),
        )
    for name in ("project", "event"):
        field = Milestone._meta.get_field(name)
        if name in values and values[name] != getattr(row, field.attname):
            batch.refuse(
                change,
                Faulty(
                    "fixed",
                    _("“%s” of a milestone cannot be changed. Withdraw it and add another.") % field.verbose_name,
                    name,
                ),
            )
