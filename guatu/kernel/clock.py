"""Due days counted in working days: from a day and an allowance, and counted anew when a calendar is published."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from guatu.kernel import queries
from guatu.kernel.changes import Batch, Change
from guatu.kernel.commitments import commitment_models
from guatu.kernel.errors import Faulty
from guatu.kernel.models import CalendarNotice
from guatu.kernel.registry import effect
from guatu.kernel.rules.calendar import WorkCalendar, YearNotice


def count_due_day(batch: Batch, change: Change, calendar: WorkCalendar) -> None:
    """Fills in the due day of a commitment that states a day to count from and the working days allowed.

    For guards of commitments. A due day stated beside them must be the counted one.
    """
    if not {"basis_on", "allowance_workdays", "due_on"} & change.values.keys():
        return
    basis, allowance = change.after("basis_on"), change.after("allowance_workdays")
    if (basis is None) != (allowance is None):
        batch.refuse(change, Faulty("allowance", _(
            "A due day counted in working days needs both the day it is counted from and the working days allowed. "
            "Give both, or leave both empty."), "allowance_workdays" if allowance is None else "basis_on"))
        return
    if basis is None:
        return
    counted = calendar.add_workdays(basis, allowance).day
    stated = change.values.get("due_on")
    if stated is not None and stated != counted:
        batch.refuse(change, Faulty("counted_due", _(
            "%(allowance)d working days after %(basis)s is %(counted)s, not %(stated)s. Leave the due day empty, or leave "
            "the count empty.") % {"allowance": allowance, "basis": basis, "counted": counted, "stated": stated}, "due_on"))
        return
    change.values["due_on"], change.values["due_precision"] = counted, "day"


def calendar_with(batch: Batch) -> WorkCalendar:
    """The working calendar as it will be once the batch's notices are recorded."""
    years = dict(queries.calendar().years)
    for change in batch.of(CalendarNotice):
        if change.row is not None:
            years.pop(change.row.year, None)
        if change.op != "withdraw":
            years[change.after("year")] = YearNotice(
                year=change.after("year"),
                holidays=frozenset(map(date.fromisoformat, change.after("holidays"))),
                workdays=frozenset(map(date.fromisoformat, change.after("workdays"))),
                title=change.after("title"),
            )
    return WorkCalendar(years)


@effect(CalendarNotice)
def redate(batch: Batch) -> list[Change]:
    """A published calendar re-dates every open commitment that is counted in working days; each change is recorded."""
    calendar = calendar_with(batch)
    titles = "、".join(dict.fromkeys(str(change.after("title")) for change in batch.of(CalendarNotice)))
    found = []
    for model in commitment_models().values():
        open_rows = model.everything.filter(
            withdrawn=False, done_on=None, basis_on__isnull=False, allowance_workdays__isnull=False)
        for row in open_rows:
            counted = calendar.add_workdays(row.basis_on, row.allowance_workdays).day
            if counted != row.due_on:
                found.append(Change(
                    "change", model, {"due_on": counted, "due_precision": "day"}, row=row,
                    reason=_("counted anew with %s") % titles))
    return found
