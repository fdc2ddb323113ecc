"""What milestones and obstacles have in common: a moved due day, a light set by hand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.permission import granted


def moved_day(batch: Batch, change: Change) -> None:
    """Moving a due day needs the right, a reason and who approved it."""
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


def hand_set(batch: Batch, change: Change) -> None:
    """A light set by hand needs the right, a reason and an end."""
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
