"""Rules of projects, their events and milestones: asked on every write, whatever the door."""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import counts_from
from guatu.projects import gates
from guatu.projects.choices import EVENTS
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.projections import actual_events
from guatu.projects.rules.gates import blockers, optional_stages
from guatu.projects.rules.stages import ORDER, Event, Objection, objection

STATUS_LABELS = {"paused": EVENTS[9][1], "cancelled": EVENTS[11][1]}


@guard(Project)
def codes(batch: Batch) -> None:
    give_codes(batch, Project, "P")


@guard(Project)
def batches(batch: Batch) -> None:
    """A batch lies in no batch, has a count, and a project is not a member of itself; amounts are not negative."""
    for change in batch.of(Project):
        if change.op == "withdraw":
            continue
        parent, count = change.after("batch"), change.after("declared_count")
        if change.after("category") == "batch" and count is None:
            change.values["declared_count"] = count = 1
        if parent is not None and count is not None:
            batch.refuse(
                change, Faulty("batch", _("A batch cannot itself lie in a batch. Leave one of the two empty."), "batch")
            )
        if change.row is not None and parent == change.row.pk:
            batch.refuse(change, Faulty("batch", _("A project cannot be a member of itself."), "batch"))
        if isinstance(parent, int) and change.values.get("batch") == parent:
            target = Project.everything.filter(pk=parent).values_list("declared_count", flat=True).first()
            if target is None:
                batch.refuse(
                    change,
                    Faulty(
                        "batch",
                        _(
                            "The project named as batch is not a batch: it states no number of "
                            "projects. Give it one first."
                        ),
                        "batch",
                    ),
                )
        for name in ("investment", "land_area_m2", "annual_output_cny"):
            value = change.after(name)
            if value is not None and value < 0:
                batch.refuse(
                    change,
                    Faulty(
                        "negative", _("“%s” cannot be below zero.") % Project._meta.get_field(name).verbose_name, name
                    ),
                )


@guard(StageEvent)
def progress(batch: Batch) -> None:
    """New progress passes the gates in order; sourced history may jump, and needs a source and the right to say so."""
    by_project: dict[object, list[Change]] = defaultdict(list)
    for change in batch.of(StageEvent):
        if change.after("project") is None or change.after("valid_on") is None:
            continue  # said by the check of values
        by_project[change.after("project")].append(change)
    stored = actual_events([key for key in by_project if isinstance(key, int)])
    rows = Project.everything.in_bulk([key for key in by_project if isinstance(key, int)])
    project_changes = {change.row.pk: change.values for change in batch.of(Project) if change.row is not None}
    today = timezone.localdate()
    for key, changes in by_project.items():
        project = rows.get(key) if isinstance(key, int) else None
        changed = key.values if isinstance(key, Change) else project_changes.get(key)
        known = list(stored.get(key, [])) if isinstance(key, int) else []
        for change in sorted(changes, key=_order):
            _one(batch, change, project, changed, known, today)


def _order(change: Change):
    day = counts_from(change.after("valid_on"), change.after("precision"))
    return day, ORDER.get(change.after("event"), -1)


def _one(batch: Batch, change: Change, project, changed, known: list[Event], today) -> None:
    if change.row is not None:
        known[:] = [event for event in known if event.id != change.row.pk]
    if change.op == "withdraw":
        return
    event = Event(
        id=change.row.pk if change.row is not None else 1 << 62,
        event=change.after("event"),
        counts_from=counts_from(change.after("valid_on"), change.after("precision")),
        precision=change.after("precision"),
        not_later_than=change.after("not_later_than"),
        returned=change.after("returned"),
    )
    if change.after("kind") == "planned":
        _planned(batch, change, event, project)
        return
    if change.after("basis") == "history":
        _history(batch, change, event, today)
    elif change.row is not None:
        _correction(batch, change, event, known, today)
    else:
        _new_progress(batch, change, event, project, changed, known, today)
    known.append(event)


def _planned(batch: Batch, change: Change, event: Event, project) -> None:
    """A plan makes a promise; a promise that stands is moved on the milestone, with reason and approver."""
    if event.event in ("paused", "resumed", "cancelled"):
        batch.refuse(
            change,
            Faulty(
                "planned_status",
                _("Pausing, resuming and cancelling are not planned; record them when they happen."),
                "event",
            ),
        )
        return
    if (
        project is None
        or change.after("basis") == "history"
        and batch.actor.scope.may("stage_events", "record_history")
    ):
        return
    standing = Milestone.everything.filter(project=project, event=event.event, title="", withdrawn=False).first()
    if standing is not None and standing.due_on != event.counts_from:
        batch.refuse(
            change,
            Faulty(
                "promise_stands",
                _(
                    "“%(milestone)s” is promised for %(day)s already. Move the due day on the "
                    "milestone, with a reason and an approver."
                )
                % {"milestone": standing, "day": standing.due_on},
                "valid_on",
            ),
        )


def _correction(batch: Batch, change: Change, event: Event, known: list[Event], today) -> None:
    """A corrected event stays the same event, lies in the past, and keeps the order of the stages."""
    for name in ("event", "project", "kind"):
        field = StageEvent._meta.get_field(name)
        if name in change.values and change.values[name] != getattr(change.row, field.attname):
            batch.refuse(
                change,
                Faulty(
                    "fixed",
                    _("“%s” of an event cannot be changed. Withdraw the event and record the right one.")
                    % field.verbose_name,
                    name,
                ),
            )
    if event.counts_from > today:
        batch.refuse(
            change, Faulty("future", _sentence(Objection("future", {"day": event.counts_from.isoformat()})), "valid_on")
        )
    if "returned" in change.values and change.values["returned"] != change.row.returned:
        batch.refuse(
            change,
            Faulty("fixed", _("A step back cannot be made or undone by a correction. Record a new event."), "returned"),
        )
    if event.event not in ORDER or any(other.returned for other in known):
        return
    for other in known:
        if (
            other.event in ORDER
            and (ORDER[other.event] < ORDER[event.event]) != (other.counts_from <= event.counts_from)
            and (other.counts_from != event.counts_from)
        ):
            batch.refuse(
                change,
                Faulty(
                    "order",
                    _("With this day “%(this)s” would no longer stand in order with “%(other)s” (%(day)s).")
                    % {"this": dict(EVENTS)[event.event], "other": dict(EVENTS)[other.event], "day": other.counts_from},
                    "valid_on",
                ),
            )
            return


def _history(batch: Batch, change: Change, event: Event, today) -> None:
    if change.after("source") is None:
        batch.refuse(
            change,
            Faulty(
                "history_source",
                _("Sourced history names its source. Give the source, or record the event as new progress."),
                "source",
            ),
        )
    if event.counts_from > today:
        batch.refuse(
            change, Faulty("future", _sentence(Objection("future", {"day": event.counts_from.isoformat()})), "valid_on")
        )
    if not (
        batch.actor.scope.may("projects", "record_history") or batch.actor.scope.may("stage_events", "record_history")
    ):
        batch.refuse(
            change,
            Forbidden(
                "history_forbidden",
                _(
                    "Your role may record new progress, not history. Ask the "
                    "supervision office to record what happened earlier."
                ),
                "basis",
            ),
        )


def _new_progress(batch: Batch, change: Change, event: Event, project, changed, known, today) -> None:
    table, conditions = gates.table()
    values = gates.gate_values(project, changed)
    if found := objection(known, event, today, optional_stages(conditions, values)):
        batch.refuse(change, Faulty(found.code, _sentence(found), "event"))
        return
    if event.returned:
        if not change.after("note").strip():
            batch.refuse(change, Faulty("return_reason", _("A step back needs its reason in the note."), "note"))
        if not batch.actor.scope.may("stage_events", "return_stage"):
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
    if not (batch.actor.scope.may("stage_events", gate.verb)):
        batch.refuse(
            change,
            Forbidden(
                "gate_forbidden", _("Your role may not pass the gate to “%s”.") % dict(EVENTS)[event.event], "event"
            ),
        )
    present = gates.evidence(project.pk) if project is not None else frozenset()
    for blocker in blockers(gate, values, present):
        batch.refuse(
            change,
            Faulty(
                "gate",
                _("“%(stage)s” cannot be recorded yet: %(what)s")
                % {"stage": dict(EVENTS)[event.event], "what": gates.sentence(blocker)},
                "event",
            ),
        )


def _sentence(found: Objection) -> str:
    labels = dict(EVENTS)
    words = {name: labels.get(value, value) for name, value in found.words.items()}
    return {
        "future": _("%(day)s has not come yet. An actual event lies in the past; record a plan as planned."),
        "before_present": _(
            "%(day)s lies before the project's latest event of %(present)s. New progress comes after it; "
            "what happened earlier is sourced history."
        ),
        "not_running": _("The project is %(status)s. Record that it is resumed first."),
        "late_beginning": _(
            "The project has no stage yet, so new progress begins with “negotiating”, not with “%(stage)s”. "
            "If it happened long ago, record it as sourced history."
        ),
        "reached": _("“%(stage)s” was reached on %(day)s already. To correct that day, change that event."),
        "regress": _(
            "“%(stage)s” lies before the present stage “%(present)s”. If the project really fell back, "
            "mark the event as a step back and give the reason."
        ),
        "not_back": _("“%(stage)s” lies after the present stage “%(present)s”, so it is no step back."),
        "skip": _(
            "From “%(present)s” the next stage is “%(next)s”; “%(stage)s” would skip it. Record the stages in order, "
            "or as sourced history with a source."
        ),
        "no_stage": _("The project has no stage yet, so it can be neither paused, resumed nor cancelled."),
        "running": _("The project is running; there is nothing to resume."),
    }[found.code] % words


@guard(Milestone)
def milestones(batch: Batch) -> None:
    """Moving a due day needs reason, approver and right; a hand-set light needs a reason and an end."""
    for change in batch.of(Milestone):
        if change.op == "withdraw" or change.derived:
            continue
        if not change.after("event") and not (change.after("title") or "").strip():
            batch.refuse(change, Faulty("title", _("A milestone without an event needs a title."), "title"))
        if change.row is not None:
            _moved(batch, change)
        _hand_set(batch, change)


def _moved(batch: Batch, change: Change) -> None:
    values, row = change.values, change.row
    if "due_on" in values and values["due_on"] != row.due_on and batch.actor.channel not in ("setup",):
        if not batch.actor.scope.may("milestones", "move_due"):
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
    if row.event and "done_on" in values and values["done_on"] != row.done_on:
        batch.refuse(
            change,
            Faulty("done_by_event", _("“%s” is done when its event is recorded. Record the event.") % row, "done_on"),
        )
    for name in ("project", "event"):
        field = Milestone._meta.get_field(name)
        if name in values and values[name] != getattr(row, field.attname):
            batch.refuse(
                change,
                Faulty(
                    "fixed",
                    _("“%s” of a milestone cannot be changed. Withdraw it and add another.") % field.verbose_name,
                    name,
                ),
            )


def _hand_set(batch: Batch, change: Change) -> None:
    names = {"override_colour", "override_from", "override_until", "override_reason"}
    if not names & change.values.keys() or not change.after("override_colour"):
        return
    if not batch.actor.scope.may("milestones", "override_light"):
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
