"""Rules of stage events, asked on every write: gates for new progress, sources for history, order for corrections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty, Forbidden, Refused
from guatu.kernel.permission import granted
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import counts_from
from guatu.projects import gates
from guatu.projects.choices import EVENTS
from guatu.projects.guards.sentences import sentence
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.projections import actual_events
from guatu.projects.rules.gates import blockers, optional_stages
from guatu.projects.rules.stages import ORDER, STATUS_AFTER, Event, Objection, objection

LABELS = dict(EVENTS)


@dataclass
class Ground:
    """What the rules need to know of one project, read for all projects of a batch together."""

    known: list[Event] = field(default_factory=list)
    values: dict = field(default_factory=dict)
    documents: frozenset[str] = frozenset()
    promises: dict[str, Milestone] = field(default_factory=dict)


@guard(StageEvent)
def progress(batch: Batch) -> None:
    """New progress passes the gates in order; sourced history may jump, and needs a source and the right to say so."""
    by_project: dict[object, list[Change]] = defaultdict(list)
    for change in batch.of(StageEvent):
        # A missing project or day is said by the check of values.
        if change.after("project") is not None and change.after("valid_on") is not None:
            by_project[change.after("project")].append(change)
    grounds = _grounds(batch, [key for key in by_project if isinstance(key, int)])
    today = timezone.localdate()
    for key, changes in by_project.items():
        ground = grounds[key] if isinstance(key, int) else Ground(values=gates.values_of_new(key.values))
        for change in sorted(changes, key=_order):
            _one(batch, change, ground, today)


def _grounds(batch: Batch, project_ids: list[int]) -> dict[int, Ground]:
    """A constant number of queries, however many projects."""
    changed = {change.row.pk: change.values for change in batch.of(Project) if change.row is not None}
    events = actual_events(project_ids)
    values = gates.values_of(project_ids)
    documents = gates.evidence_of(project_ids)
    promises = gates.promises_of(project_ids)
    return {
        pk: Ground(
            known=list(events.get(pk, [])),
            values={**values.get(pk, {}), **{name: value for name, value in changed.get(pk, {}).items()}},
            documents=documents.get(pk, frozenset()),
            promises=promises.get(pk, {}),
        )
        for pk in project_ids
    }


def _order(change: Change):
    day = counts_from(change.after("valid_on"), change.after("precision"))
    return day, ORDER.get(change.after("event"), -1)


def _one(batch: Batch, change: Change, ground: Ground, today: date) -> None:
    if change.row is not None:
        ground.known[:] = [event for event in ground.known if event.id != change.row.pk]
    if change.op == "withdraw":
        _withdrawn(batch, change)
        return
    event = Event(
        id=change.row.pk if change.row is not None else 1 << 62,
        event=change.after("event"),
        counts_from=counts_from(change.after("valid_on"), change.after("precision")),
        precision=change.after("precision"),
        not_later_than=change.after("not_later_than"),
        returned=change.after("returned"),
    )
    history = change.after("basis") == "history"
    if change.row is not None:
        _fixed(batch, change)
    if change.after("kind") == "planned":
        _planned(batch, change, event, ground)
        return
    if history:
        _history(batch, change)
    if event.counts_from > today:
        batch.refuse(change, _objected("future", "valid_on", day=event.counts_from.isoformat()))
    elif change.row is not None:
        if not history:
            _in_order(batch, change, event, ground.known)
    elif not history:
        _new_progress(batch, change, event, ground, today)
    ground.known.append(event)


def _objected(code: str, name: str, **words) -> Refused:
    return Faulty(code, sentence(Objection(code, words)), name)


def _withdrawn(batch: Batch, change: Change) -> None:
    """Taking an event back may take the project back a stage, so it needs the right to do that."""
    if not _may(batch, change, "return_stage") and not _may(batch, change, "record_history"):
        batch.refuse(
            change,
            Forbidden(
                "withdraw_forbidden",
                _("Withdrawing an event may take a project back a stage. Ask the supervision office to do it."),
                None,
            ),
        )


def _may(batch: Batch, change: Change, verb: str) -> bool:
    return granted(batch, change, verb, ("stage_events", "projects"))


def _fixed(batch: Batch, change: Change) -> None:
    """A corrected event stays the same event of the same project, and sourced history stays flagged as such."""
    for name in ("event", "project", "kind", "returned"):
        column = StageEvent._meta.get_field(name)
        if name in change.values and change.values[name] != getattr(change.row, column.attname):
            batch.refuse(
                change,
                Faulty(
                    "fixed",
                    _("“%s” of an event cannot be changed. Withdraw the event and record the right one.")
                    % column.verbose_name,
                    name,
                ),
            )
    if change.row.basis == "history" and change.values.get("basis", "history") != "history":
        batch.refuse(
            change,
            Faulty(
                "fixed",
                _("Sourced history does not become new progress. Withdraw the event and record it as progress."),
                "basis",
            ),
        )


def _planned(batch: Batch, change: Change, event: Event, ground: Ground) -> None:
    """A plan makes a promise; a promise that stands is moved on the milestone, with reason and approver."""
    if event.event in STATUS_AFTER:
        batch.refuse(
            change,
            Faulty(
                "planned_status",
                _("Pausing, resuming and cancelling are not planned; record them when they happen."),
                "event",
            ),
        )
        return
    if change.after("basis") == "history":
        _history(batch, change)
        return
    standing = ground.promises.get(event.event)
    if standing is not None and standing.due_on != event.counts_from:
        batch.refuse(
            change,
            Faulty(
                "promise_stands",
                _(
                    "“%(milestone)s” is promised for %(day)s already. Move the due day on the milestone, with a reason and an "
                    "approver."
                )
                % {"milestone": standing.label, "day": standing.due_on},
                "valid_on",
            ),
        )


def _in_order(batch: Batch, change: Change, event: Event, known: list[Event]) -> None:
    """A corrected stage keeps its place between the stages before and after it."""
    if event.event not in ORDER or any(other.returned for other in known):
        return
    for other in known:
        if other.event not in ORDER or other.counts_from == event.counts_from:
            continue
        if (ORDER[other.event] < ORDER[event.event]) != (other.counts_from < event.counts_from):
            batch.refuse(
                change,
                Faulty(
                    "order",
                    _("With this day “%(this)s” would no longer stand in order with “%(other)s” (%(day)s).")
                    % {"this": LABELS[event.event], "other": LABELS[other.event], "day": other.counts_from},
                    "valid_on",
                ),
            )
            return


def _history(batch: Batch, change: Change) -> None:
    if change.after("source") is None:
        batch.refuse(
            change,
            Faulty(
                "history_source",
                _("Sourced history names its source. Give the source, or record the event as new progress."),
                "source",
            ),
        )
    if not _may(batch, change, "record_history"):
        batch.refuse(
            change,
            Forbidden(
                "history_forbidden",
                _(
                    "Your role may record new progress, not history. Ask the supervision office to record what happened "
                    "earlier."
                ),
                "basis",
            ),
        )


def _new_progress(batch: Batch, change: Change, event: Event, ground: Ground, today: date) -> None:
    table, conditions = gates.table()
    if found := objection(ground.known, event, today, optional_stages(conditions, ground.values)):
        batch.refuse(change, Faulty(found.code, sentence(found), "event"))
        return
    if event.returned:
        if not change.after("note").strip():
            batch.refuse(change, Faulty("return_reason", _("A step back needs its reason in the note."), "note"))
        if not _may(batch, change, "return_stage"):
            batch.refuse(
                change,
                Forbidden(
                    "return_forbidden",
                    _("Only the supervision office or an administrator may take a project back a stage."),
                    "returned",
                ),
            )
        return
    if event.event not in table:
        return
    gate = table[event.event]
    if not _may(batch, change, gate.verb):
        batch.refuse(
            change,
            Forbidden("gate_forbidden", _("Your role may not pass the gate to “%s”.") % LABELS[event.event], "event"),
        )
    for blocker in blockers(gate, ground.values, ground.documents):
        batch.refuse(
            change,
            Faulty(
                "gate",
                _("“%(stage)s” cannot be recorded yet: %(what)s")
                % {"stage": LABELS[event.event], "what": gates.sentence(blocker)},
                "event",
            ),
        )
