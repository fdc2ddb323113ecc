"""Rules of milestones, asked on every write."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel import queries
from guatu.kernel.changes import Batch, Change
from guatu.kernel.clock import count_due_day
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.permission import granted
from guatu.kernel.registry import guard
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
        _hand_set(batch, change)


def _moved(batch: Batch, change: Change) -> None:
    values, row = change.values, change.row
    if "due_on" in values and values["due_on"] != row.due_on:
        if not granted(batch, change, "move_due"):
            batch.refuse(
                change,
                Forbidden(
                    "move_forbidden", _("Your role may not move a due day. Ask the supervision office."), "due_on"
                ),
            )
        elif not change.reason.strip():
            batch.refuse(
                change, Faulty("move_reason", _("Moving the due day of “%s” needs a reason. Say why.") % row, "due_on")
            )
        elif not change.approver.strip():
            batch.refuse(
                change,
                Faulty(
                    "move_approver", _("Moving the due day of “%s” needs the name of who approved it.") % row, "due_on"
                ),
            )
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


def _hand_set(batch: Batch, change: Change) -> None:
    names = {"override_colour", "override_from", "override_until", "override_reason"}
    if not names & change.values.keys() or not change.after("override_colour"):
        return
    if not granted(batch, change, "override_light"):
        batch.refuse(
            change, Forbidden("override_forbidden", _("Your role may not set a light by hand."), "override_colour")
        )
    start, end = change.after("override_from"), change.after("override_until")
    if start is None or end is None or end < start:
        batch.refuse(
            change,
            Faulty(
                "override_days",
                _("A light set by hand holds from a day until a day. Give both, in order."),
                "override_until",
            ),
        )
    if not (change.after("override_reason") or "").strip():
        batch.refuse(
            change, Faulty("override_reason", _("A light set by hand needs a reason. Say why."), "override_reason")
        )
