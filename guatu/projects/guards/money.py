"""What every fact about money of a month has in common: a whole month that has begun, and amounts not below zero."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty
from guatu.kernel.rules.days import counts_from, span


def whole_month(batch: Batch, change: Change, not_begun: str) -> bool:
    """Makes the fact's day that of a whole month. False where it has no day, or names no month; `not_begun` is the
    sentence, with %s for the month, that refuses one to come."""
    day = change.after("valid_on")
    if change.op == "withdraw" or day is None:
        return False
    if change.row is None and "precision" not in change.values:
        change.values["precision"] = "month"
    if change.after("precision") != "month":
        batch.refuse(change, Faulty("month", _(
            "Investment is recorded for a month. Write the month like 2026-11."), "valid_on"))
        return False
    if day != counts_from(day, "month"):
        change.values["valid_on"] = counts_from(day, "month")
    if span(day, "month")[0] > timezone.localdate():
        batch.refuse(change, Faulty("month_future", not_begun % f"{day:%Y-%m}", "valid_on"))
    return True


def not_negative(batch: Batch, change: Change, name: str, sentence: str) -> None:
    """Refuses an amount below zero with a sentence that has %s for the column's name."""
    amount = change.after(name)
    if amount is not None and amount < 0:
        batch.refuse(change, Faulty("negative", sentence % change.model._meta.get_field(name).verbose_name, name))
