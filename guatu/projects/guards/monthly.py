"""Rules of monthly investments and of progress, asked on every write."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.projects.guards.money import not_negative, whole_month
from guatu.projects.models import MonthlyInvestment, ProjectProgress


@guard(MonthlyInvestment)
def months(batch: Batch) -> None:
    """An amount is of one whole month that has begun, and not below zero."""
    for change in batch.of(MonthlyInvestment):
        if whole_month(batch, change, _("%s has not begun yet. Record what was completed; a plan is no investment.")):
            not_negative(batch, change, "completed_cny", _(
                "“%s” cannot be below zero. If too much was recorded earlier, correct the month in which it was."))


@guard(ProjectProgress)
def statuses(batch: Batch) -> None:
    """What is not going well names what is in the way."""
    for change in batch.of(ProjectProgress):
        if change.op == "withdraw":
            continue
        if change.after("status") not in ("normal", None, "") and not (change.after("problem") or "").strip():
            batch.refuse(change, Faulty("problem_missing", _(
                "The project is not going well, so say what is in the way."), "problem"))
