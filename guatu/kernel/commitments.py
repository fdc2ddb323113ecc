"""Commitments of every app laid out over both times, and the lights computed from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import models
from django.db.models import Q

from guatu.kernel.bulk import by_ids
from guatu.kernel.models.clock import Commitment, CommitmentState
from guatu.kernel.models.facts import BEGINNING, END_OF_TIME, Statement
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import in_order, statements_about
from guatu.kernel.registry import projection
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.light import Light, Override, light
from guatu.kernel.values import read


def commitment_models() -> dict[str, type[Commitment]]:
    return {model._meta.label_lower: model for model in Commitment.__subclasses__()}


@projection
class Commitments(Projection):
    model = CommitmentState
    subject_columns = ("subject_type", "subject_id")

    def concerned(self, row):
        return [(row._meta.label_lower, row.pk)] if isinstance(row, Commitment) else []

    def all_subjects(self) -> Iterable[tuple]:
        for label, model in commitment_models().items():
            for pk in model.everything.values_list("pk", flat=True).iterator():
                yield (label, pk)

    def recordings_of(self, subjects):
        found = {subject: set() for subject in subjects}
        for label, ids in _by_label(subjects).items():
            for pk, statements in statements_about(commitment_models()[label], ids).items():
                found[label, pk] = numbers_of(statement.id for statement in statements)
        return found

    def timelines(self, subjects, known_limit):
        found: dict[tuple, list[dict]] = {subject: [] for subject in subjects}
        for label, ids in _by_label(subjects).items():
            model = commitment_models()[label]
            rows = {row.pk: row for row in by_ids(model, ids)}
            for pk, statements in statements_about(model, ids, known_limit).items():
                found[label, pk] = list(_timeline(rows[pk], in_order(statements)))
        return found


def _by_label(subjects: Iterable[tuple]) -> dict[str, list[int]]:
    grouped = defaultdict(list)
    for label, pk in subjects:
        grouped[label].append(pk)
    return grouped


FIELDS = (
    "title",
    "owner_unit",
    "owner",
    "due_on",
    "due_precision",
    "done_on",
    "override_colour",
    "override_from",
    "override_until",
    "override_reason",
)


def _timeline(row: Commitment, statements: list[Statement]) -> Iterable[dict]:
    columns = {name: row._meta.get_field(name) for name in FIELDS}
    about_type, about_id = row.about_reference
    days = sorted({statement.counts_from for statement in statements})
    values: dict = {}
    first_due, due, moves = None, None, 0
    for place, day in enumerate(days):
        for statement in statements:
            if statement.counts_from == day:
                values.update(statement.values)
        if "due_on" not in values or values.get("withdrawn"):
            continue
        if due is None:
            first_due = values["due_on"]
        elif values["due_on"] != due:
            moves += 1
        due = values["due_on"]
        state = {columns[name].attname: read(columns[name], values.get(name)) for name in FIELDS}
        state["override_colour"] = state["override_colour"] or ""
        state["override_reason"] = state["override_reason"] or ""
        yield state | {
            "valid_from": max(day, BEGINNING),
            "valid_to": days[place + 1] if place + 1 < len(days) else END_OF_TIME,
            "about_type": about_type,
            "about_id": about_id,
            "code": row.code,
            "first_due_on": date.fromisoformat(first_due),
            "moves": moves,
        }


def in_force(as_of: date, known_at: int) -> models.QuerySet[CommitmentState]:
    """Every commitment as it stood on a day, as known at a recording."""
    return CommitmentState.objects.filter(
        Q(recorded_from__lte=known_at, recorded_to__gt=known_at, valid_from__lte=as_of, valid_to__gt=as_of)
    )


@dataclass(frozen=True)
class Lit:
    """A commitment's state with its light."""

    state: CommitmentState
    light: Light


def lit(state: CommitmentState, as_of: date, yellow_workdays: int, calendar: WorkCalendar) -> Lit:
    override = None
    if state.override_colour and state.override_from and state.override_until:
        override = Override(
            colour=state.override_colour,
            reason=state.override_reason or "—",
            from_day=state.override_from,
            expires_on=state.override_until,
            by="",
        )
    shining = light(
        due=state.due_on,
        done_on=state.done_on,
        as_of=as_of,
        yellow_workdays=yellow_workdays,
        calendar=calendar,
        override=override,
    )
    return Lit(
        state,
        replace(
            shining,
            inputs={
                **shining.inputs,
                "first_due": state.first_due_on.isoformat(),
                "moves": state.moves,
            },
        ),
    )
