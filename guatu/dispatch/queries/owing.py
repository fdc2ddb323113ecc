"""Which projects owe a report for a month, by when, and which rule says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch.models import DispatchPeriod, ProgressReport
from guatu.dispatch.rules.months import Due, Month, due_day
from guatu.kernel.bulk import chunks
from guatu.kernel.errors import Misconfigured
from guatu.kernel.scope import Scope
from guatu.projects.models import Project
from guatu.projects.queries.moment import Moment, moment


@dataclass(frozen=True)
class Owing:
    """A project that owes a report, in the zone whose month it belongs to."""

    project_id: int
    zone_id: int


def value(when: Moment, key: str, zone_id: int | None):
    return when.parameters.get(key, zone_id).value


def number(key: str, day: date, zone_id: int | None) -> int:
    """A whole number that a zone's parameter has on a day."""
    return int(value(moment(day), key, zone_id))


def due_of(month: Month, zone_id: int | None, when: Moment | None = None) -> Due:
    """The due day of a month in a zone, by the parameters in force on the month's first day.

    Raises Misconfigured when the zone's parameters name no day.
    """
    when = when or moment(month.first)
    day, after = value(when, "dispatch.due_day", zone_id), value(when, "dispatch.due_months_after", zone_id)
    try:
        return due_day(month, int(day), int(after), when.calendar)
    except ValueError:
        raise Misconfigured("due_day", _(
            "The parameters dispatch.due_day (%(day)s) and dispatch.due_months_after (%(after)s) name no day of a month. "
            "Correct them under parameter overrides: 1 to 31, and 0 to 2.") % {"day": day, "after": after}) from None


def owing(month: Month, zone_id: int | None, today: date | None = None) -> dict[int, list[Owing]]:
    """The projects that owe a report for `month`, by zone; those of `zone_id` and the zones below it, None for all.

    Who stands on the lists concerned on the zone's due day owes; before that day, who stands there today. A batch owes
    for what is not known by name: not at all once every project of it is a row of its own. Constant queries a day.
    """
    today = today or timezone.localdate()
    rules = moment(month.first)
    found: dict[int, list[Owing]] = {}
    days: dict[int | None, date] = {}

    def day_of(zone: int | None) -> date:
        if zone not in days:
            days[zone] = min(today, due_of(month, zone, rules).day)
        return days[zone]

    overridden = {zone for key, zone in rules.parameters.overrides if key.startswith("dispatch.due_")}
    asked, seen = {day_of(zone_id)} | {day_of(zone) for zone in overridden}, set()
    while asked - seen:
        day = min(asked - seen)
        seen.add(day)
        for row in _standing(rules.on(day), zone_id, rules):
            own = day_of(row.zone_id)
            if own == day:
                found.setdefault(row.zone_id, []).append(row)
            else:
                asked.add(own)  # a zone with a due day of its own is asked about its own day
    return found


def _standing(when: Moment, zone_id: int | None, rules: Moment) -> list[Owing]:
    placements = when.placements
    lists: dict[int, frozenset[str]] = {}
    rows, batches, members = [], {}, {}
    states = when.states(Scope.whole(), zone_id).order_by("code").values_list(
        "project_id", "zone_id", "signature_id", "batch_id", "declared_count")
    for project_id, zone, signature, batch, declared in states.iterator(2000):
        if zone not in lists:
            lists[zone] = frozenset(value(rules, "dispatch.owing_lists", zone))
        if batch is not None:
            members[batch] = members.get(batch, 0) + 1
        if declared is not None:
            batches[project_id] = declared
        if lists[zone] & set(placements.lists_of(placements.class_of(zone), signature)):
            rows.append(Owing(project_id, zone))
    whole = {pk for pk, declared in batches.items() if members.get(pk, 0) >= declared}
    return [row for row in rows if row.project_id not in whole]


def answering(project_ids: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    """Unit and officer of each project today: whoever answers for it now gives the report, whatever the month."""
    found = {}
    for chunk in chunks(sorted(set(project_ids))):
        rows = Project.everything.filter(pk__in=chunk).values_list("pk", "unit_id", "officer_id")
        found |= {pk: (unit, officer) for pk, unit, officer in rows}
    return found


def periods_of(month: str, zone_ids=None) -> dict[int, DispatchPeriod]:
    """The opened months by zone."""
    rows = DispatchPeriod.everything.filter(month=month, withdrawn=False).select_related("zone")
    return {row.zone_id: row for row in (rows if zone_ids is None else rows.filter(zone_id__in=list(zone_ids)))}


def asked_already(month: str) -> set[int]:
    """Projects that have or had a report of the month; one that was withdrawn is not owed again."""
    return set(ProgressReport.everything.filter(month=month).values_list("project_id", flat=True))
