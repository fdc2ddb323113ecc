"""Writes of the monthly dispatch: open a month, hand in, send back, accept, urge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.dispatch.guards.reports import VERB, title_of
from guatu.dispatch.models import DispatchPeriod, ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.dispatch.queries.ground import answers_standing
from guatu.dispatch.queries.owing import Owing, answering, asked_already, due_of, owing, periods_of
from guatu.dispatch.rules.months import Month, month_of
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models import Organisation, Source
from guatu.kernel.scope import EVERYWHERE, Actor
from guatu.projects.queries.moment import zone_named

#: A month further ahead than this is taken for a slip of the pen.
MOST_AHEAD = 24


@dataclass
class Opened:
    """What opening a month did: by zone its due day, how many reports it made, how many there were before."""

    month: str
    zones: list[dict] = field(default_factory=list)
    recording: int | None = None

    @property
    def created(self) -> int:
        return sum(zone["created"] for zone in self.zones)

    @property
    def before(self) -> int:
        return sum(zone["present"] for zone in self.zones)

    def as_json(self) -> dict:
        return {"month": self.month, "created": self.created, "present": self.before, "recording": self.recording,
                "zones": self.zones}


def open_month(
    actor: Actor, month: Month, zone: str | None = None, *, only: frozenset[int] | None = None
) -> Opened:
    """Opens a month in a zone and those below it (None: in every zone the actor may open): each project on the lists
    concerned owes a report from then on. Opening again adds only the projects that have joined the lists since.

    `only` narrows the zones further. One recording for all. Raises Forbidden, NotFound, or Faulty for a month far
    ahead.
    """
    actor.scope.require("dispatch_periods", "add")
    today = timezone.localdate()
    if month > month_of(today).plus(MOST_AHEAD):
        raise Faulty("month_far", _("%(month)s lies more than %(most)d months ahead. Check the month.") % {
            "month": month, "most": MOST_AHEAD}, "month")
    node = zone_named(actor.scope, zone) if zone else None
    found = owing(month, node.pk if node is not None else None, today)
    reach = actor.scope.reach("dispatch_periods", "add")
    zones = [pk for pk in found if (reach == EVERYWHERE or pk in reach) and (only is None or pk in only)]
    if node is not None and reach != EVERYWHERE and node.pk not in reach:
        raise NotFound("no_zone", _("There is no zone “%s” whose months you may open.") % zone)
    organisations = Organisation.everything.in_bulk(zones)
    standing, known = periods_of(str(month)), asked_already(str(month))
    opened, changes = Opened(str(month)), []
    in_charge = answering(row.project_id for pk in zones for row in found[pk] if row.project_id not in known)
    for pk in sorted(zones, key=lambda pk: organisations[pk].code):
        period = standing.get(pk)
        due_on = period.due_on if period is not None else due_of(month, pk).day
        fresh = [row for row in found[pk] if row.project_id not in known]
        if period is None and fresh:
            source = _source(month, organisations[pk])
            period = Change("create", DispatchPeriod, {
                "zone": pk, "month": str(month), "opened_on": today, "due_on": due_on, "source": source}, valid_on=today)
            changes += [source, period] if isinstance(source, Change) else [period]
        changes += [_report(row, period, str(month), due_on, today, *in_charge[row.project_id]) for row in fresh]
        opened.zones.append({
            "zone": organisations[pk].code, "name": organisations[pk].name, "due": due_on, "created": len(fresh),
            "present": len(found[pk]) - len(fresh)})
    if changes:
        with override(settings.LANGUAGE_CODE):
            note = _("Monthly dispatch of %s opened") % month
        opened.recording = actions.write(actor, changes, note=note)
    return opened


def _source(month: Month, zone: Organisation) -> Change | int:
    """The month's own source; one left over from a month that was withdrawn is used again."""
    with override(settings.LANGUAGE_CODE):
        title = _("Monthly dispatch of %(month)s, %(zone)s") % {"month": month, "zone": zone.name}
    code = f"dispatch-{month}-{zone.code}"[:60]
    standing = Source.everything.filter(code=code).values_list("pk", flat=True).first()
    return standing or Change("create", Source, {"code": code, "title": title, "kind": "statement", "publisher": zone.name})


def _report(row: Owing, period: DispatchPeriod | Change, month: str, due_on: date, today: date, unit: int | None,
            officer: int | None) -> Change:
    return Change("create", ProgressReport, {
        "project": row.project_id, "period": period if isinstance(period, Change) else period.pk, "month": month,
        "title": title_of(month), "due_on": due_on, "owner_unit": unit, "owner": officer,
    }, valid_on=today)


def reporting(report: ProgressReport, values: dict, answers: dict[int, str], hand_in: bool) -> list[Change]:
    """The changes by which a report says `values` and answers questions (by question; "" takes an answer back).

    Without `hand_in` they are kept as a draft. A report that says nothing new is handed in all the same.
    """
    said = {**values, "state": "submitted"} if hand_in else dict(values)
    changes = [Change("change", ProgressReport, said, row=report)]
    standing = {row.question_id: row for row in answers_standing().filter(report=report)}
    for question, text in answers.items():
        former = standing.get(question)
        if former is not None and former.value != text:
            changes.append(Change("change", ExtraAnswer, {"value": text, "valid_on": timezone.localdate()}, row=former))
        elif former is None and text.strip():
            changes.append(Change("create", ExtraAnswer, {
                "question": question, "report": report.pk, "value": text, "valid_on": timezone.localdate()}))
    return changes


def send_back(actor: Actor, report: ProgressReport, reason: str, correct_by: date | None = None, *,
              planned_at: int | None = None) -> int | None:
    """Returns a report for correction; without `correct_by` the zone's parameter says by when."""
    change = Change("change", ProgressReport, {"state": "returned"}, row=report, reason=reason.strip())
    if correct_by is not None:
        change.values["correct_by"] = correct_by
    return actions.write(actor, [change], planned_at=planned_at)


def accept(actor: Actor, reports: Iterable[ProgressReport], *, planned_at: int | None = None) -> int | None:
    """Accepts reports that were handed in: all of them, or none."""
    changes = [Change("change", ProgressReport, {"state": "accepted"}, row=report) for report in reports]
    return actions.write(actor, changes, planned_at=planned_at) if changes else None


def urge(actor: Actor, reports: Iterable[ProgressReport]) -> int:
    """Urges those who have not reported, at most once a day each; returns how many reports were urged about."""
    today = timezone.localdate()
    changes = [
        Change("change", ProgressReport, {"urged_on": today}, row=report, verb=f"{VERB}urged")
        for report in reports
        if report.state in ("owed", "returned") and report.urged_on != today
    ]
    if changes:
        actions.write(actor, changes)
    return len(changes)


def ask(actor: Actor, values: dict) -> ExtraQuestion:
    """Asks one question more of a month; values as of the model."""
    return actions.create(actor, ExtraQuestion, values)
