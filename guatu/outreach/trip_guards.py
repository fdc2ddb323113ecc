"""What every write to trips, visits and their costs must obey."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.outreach.models import Trip, TripCost, Visit, VisitLead
from guatu.outreach.queries.visit_targets import called_for


@guard(Trip)
def trips(batch: Batch) -> None:
    """A trip has a code, ends no earlier than it begins, and its leading unit took part."""
    give_codes(batch, Trip, "T")
    for change in batch.of(Trip):
        if change.op == "withdraw":
            continue
        first, last = change.after("from_on"), change.after("to_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            batch.refuse(change, Faulty("to_on", _(
                "The last day, %(last)s, lies before the first, %(first)s. Correct one of the two.") % {
                    "last": last.isoformat(), "first": first.isoformat()}, "to_on"))
        _leading_unit_took_part(change)


def _leading_unit_took_part(change: Change) -> None:
    lead = change.after("lead_unit")
    if lead is None or not (change.op == "create" or {"lead_unit", "units"} & change.values.keys()):
        return
    units = change.values.get("units")
    if units is None:
        units = [] if change.row is None else list(change.row.units.values_list("pk", flat=True))
    if lead not in units:
        change.values["units"] = [lead, *units]


@guard(Visit)
def visits(batch: Batch) -> None:
    """A visit has a code, names whom it was paid to, and is no copy of a copy; a day outside the trip is questioned."""
    give_codes(batch, Visit, "V")
    changes = [change for change in batch.of(Visit) if change.op != "withdraw"]
    trips = Trip.everything.in_bulk({pk for change in changes if isinstance(pk := change.after("trip"), int)})
    originals = {pk for change in changes if isinstance(pk := change.values.get("same_as"), int)}
    copies = set(Visit.everything.filter(pk__in=originals).exclude(same_as=None).values_list("pk", flat=True))
    copied = {change.row.pk for change in changes if change.row is not None and change.values.get("same_as")}
    copied = set(Visit.everything.filter(same_as__in=copied, withdrawn=False).values_list("same_as_id", flat=True))
    for change in changes:
        if change.after("enterprise") is None and not (change.after("name") or "").strip():
            batch.refuse(change, Faulty("enterprise", _(
                "A visit names the enterprise it was paid to. Choose one, or write its name."), "enterprise"))
        same = change.values.get("same_as")
        own = change.row.pk if change.row is not None else None
        if same is not None and (same == own or same in copies or own in copied):
            batch.refuse(change, Faulty("same_as", _(
                "The visit that was entered before must be the first entry itself. Name that one."), "same_as"))
        trip, day = trips.get(change.after("trip")), change.after("visited_on")
        if trip is not None and isinstance(day, date) and not trip.from_on <= day <= trip.to_on:
            batch.warn(change, Faulty("visited_on", _(
                "%(day)s lies outside the trip, which lasted from %(first)s to %(last)s.") % {
                    "day": day.isoformat(), "first": trip.from_on.isoformat(), "last": trip.to_on.isoformat()}, "visited_on"))
    _entered_before(batch, changes)
    _paid_for(changes)


def _paid_for(changes: list[Change]) -> None:
    """A visit to a firm that is to be visited on the trip is paid for that entry of a target list, which nobody says again."""
    asking = [change for change in changes if change.after("target") is None and "target" not in change.values
              and isinstance(change.after("trip"), int) and (change.op == "create" or {"trip", "enterprise", "name"} & change.values.keys())]
    found = called_for((change.after("trip"), _called(change)) for change in asking) if asking else {}
    for change in asking:
        if target := found.get((change.after("trip"), _called(change))):
            change.values["target"] = target.pk


def _called(change: Change) -> tuple[int | None, str]:
    enterprise = change.after("enterprise")
    return (enterprise, "") if isinstance(enterprise, int) else (None, change.after("name") or "")


def _entered_before(batch: Batch, changes: list[Change]) -> None:
    """Asks whether a visit on the same day to the same enterprise is not the same visit, entered by another unit."""
    fresh = [change for change in changes if change.op == "create" and isinstance(change.after("enterprise"), int)
             and isinstance(change.after("visited_on"), date) and change.after("same_as") is None]
    if not fresh:
        return
    known: dict[tuple, Visit] = {}
    rows = Visit.everything.filter(
        enterprise__in={change.after("enterprise") for change in fresh},
        visited_on__in={change.after("visited_on") for change in fresh}, withdrawn=False, same_as=None)
    for row in rows.order_by("-pk"):
        known[row.enterprise_id, row.visited_on] = row
    within: dict[tuple, int] = defaultdict(int)
    for change in fresh:
        key = change.after("enterprise"), change.after("visited_on")
        within[key] += 1
        if key in known or within[key] > 1:
            batch.warn(change, Faulty("entered_before", _(
                "A visit to this enterprise on %(day)s is on file already (%(code)s). If it is the same visit, do not enter "
                "it again: add your unit there, or name it under “entered before as”.") % {
                    "day": key[1].isoformat(), "code": known[key].code if key in known else _("in this sheet")}, "enterprise"))


@guard(TripCost)
def costs(batch: Batch) -> None:
    """An amount is above zero."""
    for change in batch.of(TripCost):
        amount = change.after("amount_cny")
        if change.op != "withdraw" and amount is not None and amount <= 0:
            batch.refuse(change, Faulty("amount_cny", _("A cost must be above zero. Withdraw one that was none."), "amount_cny"))


@guard(VisitLead)
def matters(batch: Batch) -> None:
    """What a visit was about is a lead, a project, or words for what is neither yet."""
    for change in batch.of(VisitLead):
        if change.op != "withdraw" and change.after("project") is None and change.after("lead") is None and not (
                change.after("title") or "").strip():
            batch.refuse(change, Faulty("lead", _(
                "Say which lead or project the visit was about, or write it in words."), "lead"))
