"""Rules of monthly investments and of progress, asked on every write."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import counts_from, span
from guatu.projects.models import MonthlyInvestment, ProjectProgress


@guard(MonthlyInvestment)
def months(batch: Batch) -> None:
    """An amount is of one whole month that has begun, and not below zero."""
    for change in batch.of(MonthlyInvestment):
        day = change.after("valid_on")
        if change.op == "withdraw" or day is None:
            continue
        if change.row is None and "precision" not in change.values:
            change.values["precision"] = "month"
        if change.after("precision") != "month":
            batch.refuse(change, Faulty("month", _(
                "Investment is recorded for a month. Write the month like 2026-11."), "valid_on"))
            continue
        if day != counts_from(day, "month"):
            change.values["valid_on"] = counts_from(day, "month")
        if span(day, "month")[0] > timezone.localdate():
            batch.refuse(change, Faulty("month_future", _(
                "%s has not begun yet. Record what was completed; a plan is no investment."
            ) % f"{day:%Y-%m}", "valid_on"))
        amount = change.after("completed_cny")
        if amount is not None and amount < 0:
            batch.refuse(change, Faulty("negative", _(
                "“%s” cannot be below zero. If too much was recorded earlier, correct the month in which it was."
            ) % MonthlyInvestment._meta.get_field("completed_cny").verbose_name, "completed_cny"))


@guard(ProjectProgress)
def statuses(batch: Batch) -> None:
    """What is not going well names what is in the way."""
    for change in batch.of(ProjectProgress):
        if change.op == "withdraw":
            continue
        if change.after("status") not in ("normal", None, "") and not (change.after("problem") or "").strip():
            batch.refuse(change, Faulty("problem_missing", _(
                "The project is not going well, so say what is in the way."), "problem"))
