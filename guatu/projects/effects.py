"""What follows from events of projects: a plan makes a promise, an actual event fulfils it."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.models import BEGINNING
from guatu.kernel.models.history import recording_number
from guatu.kernel.queries import versions
from guatu.kernel.registry import effect
from guatu.kernel.rules.days import counts_from
from guatu.projects.guards.ledger import entry_events, follows
from guatu.projects.models import Milestone, StageEvent, StatisticsEntry


@effect(StageEvent)
def keep_promises(batch: Batch) -> list[Change]:
    """Each planned event is a milestone's due day; the earliest actual event of the same kind is its completion."""
    concerned = {(project, event) for change in batch.of(StageEvent) for project, event in _keys(change)}
    projects = sorted({project for project, _event in concerned if isinstance(project, int)})
    stored: dict[tuple, Milestone] = {}
    ledger: dict[tuple, list] = defaultdict(list)
    replaced = {change.row.pk for change in batch.of(StageEvent) if change.row is not None}
    for chunk in chunks(projects):
        for milestone in Milestone.everything.filter(project_id__in=chunk, withdrawn=False, title=""):
            stored[milestone.project_id, milestone.event] = milestone
        for row in versions(StageEvent, None, project_id__in=chunk).only(
            "id", "project_id", "event", "kind", "counts_from", "precision", "source_id"
        ):
            if row.pk not in replaced:
                ledger[row.project_id, row.event].append(
                    (row.kind, row.counts_from, row.precision, row.pk, row.source_id)
                )
    for place, change in enumerate(batch.of(StageEvent)):
        if change.op != "withdraw" and change.after("valid_on") is not None:
            ledger[change.after("project"), change.after("event")].append(
                (
                    change.after("kind"),
                    counts_from(change.after("valid_on"), change.after("precision")),
                    change.after("precision"),
                    (1 << 62) + place,
                    change.after("source"),
                )
            )
    found = []
    for key in sorted(concerned, key=repr):
        found.extend(_follow(key, stored.get(key), ledger[key]))
    return found


def _keys(change: Change):
    yield change.after("project"), change.after("event")
    if change.row is not None:
        yield change.row.project_id, change.row.event


def _follow(key: tuple, milestone: Milestone | None, ledger: list[tuple]) -> list[Change]:
    plans = sorted((row for row in ledger if row[0] == "planned"), key=lambda row: row[3])
    days = [row[1] for row in ledger if row[0] == "actual"]
    done_on = min(days, default=None)
    if milestone is None:
        if not plans:
            return []
        _kind, due, precision, _place, source = plans[-1]
        values = {"project": key[0], "event": key[1], "due_on": due, "due_precision": precision, "source": source}
        made = Change("create", Milestone, values)
        if done_on is not None:
            values["done_on"] = done_on
        return [made]
    changes = []
    if (
        plans
        and plans[-1][3] >= 1 << 62
        and (plans[-1][1], plans[-1][2]) != (milestone.due_on, milestone.due_precision)
    ):
        changes.append(
            Change(
                "change",
                Milestone,
                {"due_on": plans[-1][1], "due_precision": plans[-1][2]},
                row=milestone,
                reason=_("a new plan was recorded"),
            )
        )
    if milestone.done_on != done_on:
        # Stated from the beginning, so that a corrected day leaves no former one in force; a light does not look
        # at a completion before its day.
        changes.append(Change("change", Milestone, {"done_on": done_on}, row=milestone, valid_on=BEGINNING))
    return changes


@effect(StatisticsEntry)
def enter_statistics(batch: Batch) -> list[Change]:
    """An entry into statistics is the project's actual event of that name; the event follows the entry's day, and goes
    with it when it was made by it. What follows from events follows from this one too."""
    changes = batch.of(StatisticsEntry)
    by_hand = {change.after("project") for change in batch.of(StageEvent) if change.after("event") == "in_statistics"}
    events = entry_events([pk for change in changes if isinstance(pk := change.after("project"), int)])
    made = [follow for change in changes if change.after("project") not in by_hand
            for follow in _entered(change, events.get(change.after("project")))]
    return made + keep_promises(Batch(batch.actor, made)) if made else []


def _entered(change: Change, event: StageEvent | None) -> list[Change]:
    if change.op == "withdraw":
        own = event is not None and recording_number(event.lineage) == recording_number(change.row.lineage)
        return [Change("withdraw", StageEvent, row=event, reason=change.reason)] if own else []
    day = {name: change.after(name) for name in ("valid_on", "precision")}
    if event is None:
        source = change.after("source")
        return [Change("create", StageEvent, {
            "project": change.after("project"), "event": "in_statistics", **day, "source": source,
            "basis": "progress" if source is None else "history"})]
    if change.row is not None and follows(event, change.row) and event.counts_from != counts_from(*day.values()):
        return [Change("change", StageEvent, day, row=event, reason=change.reason)]
    return []
