"""Commitments of every app laid out over both times, and the lights computed from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When

from guatu.kernel import parameters
from guatu.kernel.bulk import by_ids
from guatu.kernel.changes import Batch
from guatu.kernel.models.clock import Commitment, CommitmentState
from guatu.kernel.models.facts import BEGINNING, END_OF_TIME, Statement
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import calendar as known_calendar
from guatu.kernel.queries import in_order, statements_about
from guatu.kernel.registry import projection
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.light import Light, Override, light, thresholds
from guatu.kernel.values import read


def commitment_models() -> dict[str, type[Commitment]]:
    return {model._meta.label_lower: model for model in Commitment.__subclasses__()}


#: So many identities are handed to the database one by one; it chooses its way better than with a subquery.
MOST_LISTED = 4000

#: Doors through which a person, not a sheet, makes a commitment.
BY_HAND = ("page", "api", "bulk")


def name_askers(batch: Batch) -> None:
    """Whoever makes a commitment by hand asks for it, unless it names another; for whom they act asks, if they do."""
    if batch.actor.user is None or batch.actor.channel not in BY_HAND:
        return
    asker = min(batch.principals) if batch.principals else batch.actor.user.pk
    for change in batch.changes:
        if change.op == "create" and issubclass(change.model, Commitment) and change.values.get("asked_by") is None:
            change.values["asked_by"] = asker


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
    "asked_by",
    "urged_on",
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
    urged, urgings = None, 0
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
        if values.get("urged_on") not in (None, urged):
            urged, urgings = values["urged_on"], urgings + 1
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
            "urgings": urgings,
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


# -- colours in SQL ----------------------------------------------------------------------------------------------------

#: Colours by rank, the most urgent first.
RANKED = ("red", "yellow", "green", "done_late", "done")


def colour_rank(as_of: date, calendar: WorkCalendar, yellow: int | Iterable[tuple[Q, int]]) -> Case:
    """The place in RANKED of a state's colour on `as_of`, as `lit` gives it, for annotating, counting and ordering.

    `yellow` are the working days from which a light is yellow: one number for every row, or (which rows, number) pairs
    of which the first that fits counts; a row that none fits and that is not overdue is green.
    """
    pairs = [(Q(), yellow)] if isinstance(yellow, int) else list(yellow)
    by_hand = Q(override_from__lte=as_of, override_until__gte=as_of)
    yellows = []
    for which, days in pairs:
        last = thresholds(as_of, days, calendar).last_yellow_due
        yellows.append(When(which & Q(due_on__lte=last), then=Value(1)))
        if which:
            yellows.append(When(which, then=Value(2)))
    return Case(
        When(done_on__lte=as_of, done_on__gt=F("due_on"), then=Value(3)),
        When(done_on__lte=as_of, then=Value(4)),
        *(When(by_hand & Q(override_colour=RANKED[rank]), then=Value(rank)) for rank in (0, 1, 2)),
        When(due_on__lt=as_of, then=Value(0)),
        *yellows,
        default=Value(2),
        output_field=IntegerField(),
    )


@dataclass(frozen=True)
class About:
    """What a commitment belongs to, as of a day. `place_id`: the organisation whose parameters count for its light.
    `unit_id`, `person_id`: who answers where the commitment names nobody."""

    name: str
    code: str
    place_id: int | None
    url: str
    fragment: str = ""
    unit_id: int | None = None
    person_id: int | None = None

    def address(self, as_of: date | None = None) -> str:
        """Its page, as of a day where one is given."""
        return f"{self.url}{f'?as_of={as_of.isoformat()}' if as_of else ''}{self.fragment}"


class Kind:
    """What an app says of its table of commitments, so that lights and queues look the same everywhere."""

    model: ClassVar[type[Commitment]]
    #: Label of the table of what the commitments belong to.
    about_type: ClassVar[str]
    #: Parameter: working days before the due day from which the light is yellow.
    yellow_parameter: ClassVar[str]

    @property
    def subject_type(self) -> str:
        return self.model._meta.label_lower

    @property
    def name(self) -> str:
        """What commitments of this kind are called, in the reader's language."""
        return str(self.model._meta.verbose_name_plural)

    def label(self, state: CommitmentState) -> str:
        """What is promised, in the reader's words."""
        return state.title or state.code

    def abouts(self, ids: Iterable[int], as_of: date, recording: int) -> dict[int, About]:
        """What the commitments belong to, by `about_id`, as of a day; one or few queries for a page of rows."""
        raise NotImplementedError

    def place(self, as_of: date, recording: int) -> models.Expression:
        """The organisation whose parameters count for a state, in SQL. Asked only where organisations differ."""
        raise NotImplementedError

    def abouts_of_people(self, people: Iterable[int], as_of: date, recording: int) -> models.QuerySet | None:
        """Identities of what these people answer for wherever a commitment about it names no owner."""
        return None

    def abouts_of_units(self, units: Iterable[int], as_of: date, recording: int) -> models.QuerySet | None:
        """Identities of what these units answer for wherever a commitment about it names no responsible unit."""
        return None

    def answering(self, row: Commitment) -> list[int]:
        """The people who answer for a commitment today, its owner first."""
        return [row.owner_id] if row.owner_id is not None else []

    def matching(self, word: str, as_of: date, recording: int) -> Q:
        """States of this kind in which a word occurs: in what is promised, or in what it belongs to."""
        return Q(title__icontains=word)


_kinds: dict[str, Kind] = {}


def commitment_kind(cls: type[Kind]) -> type[Kind]:
    """Class decorator: makes the kind of a table of commitments known. Each table needs one."""
    _kinds[cls.model._meta.label_lower] = cls()
    return cls


def kinds() -> dict[str, Kind]:
    """Every kind by the label of its table."""
    return _kinds


class Lamps:
    """The lights of one moment: `as_of`, as known at `recording`, with the parameters and calendar that hold then."""

    def __init__(
        self, as_of: date, recording: int, book: parameters.ParameterBook | None = None, calendar: WorkCalendar | None = None
    ):
        self.as_of = as_of
        self.recording = recording
        self.book = book or parameters.book(as_of, recording)
        self.calendar = calendar or known_calendar(recording)

    def yellow_workdays(self, subject_type: str, place_id: int | None) -> int:
        return int(self.book.get(_kinds[subject_type].yellow_parameter, place_id).value)

    def states(self) -> models.QuerySet[CommitmentState]:
        """Every commitment in force."""
        return in_force(self.as_of, self.recording)

    def coloured(self, states: models.QuerySet[CommitmentState]) -> models.QuerySet[CommitmentState]:
        """The states with `colour_rank`, each by its kind's parameter and its place's value of it."""
        pairs: list[tuple[Q, int]] = []
        for number, (label, kind) in enumerate(sorted(_kinds.items())):
            key = kind.yellow_parameter
            usual = int(self.book.get(key).value)
            of_kind = Q(subject_type=label)
            differing: dict[int, list[int]] = defaultdict(list)
            if any(name == key and place is not None for name, place in self.book.overrides):
                for place in self.book.parents:
                    if (days := int(self.book.get(key, place).value)) != usual:
                        differing[days].append(place)
            if differing:
                alias = f"place_{number}"
                states = states.alias(**{alias: kind.place(self.as_of, self.recording)})
                pairs += [(of_kind & Q(**{f"{alias}__in": places}), days) for days, places in differing.items()]
            pairs.append((of_kind, usual))
        alike = {days for _which, days in pairs}
        yellow = alike.pop() if len(alike) == 1 else pairs
        return states.annotate(colour_rank=colour_rank(self.as_of, self.calendar, yellow))

    def lit(self, states: Iterable[CommitmentState], abouts: dict[tuple[str, int], About]) -> list[Lit]:
        """The explained lights of a page of states; `abouts` by (subject_type, about_id), see `abouts_of`."""
        found = []
        for state in states:
            about = abouts.get((state.subject_type, state.about_id))
            days = self.yellow_workdays(state.subject_type, about.place_id if about else None)
            found.append(lit(state, self.as_of, days, self.calendar))
        return found

    def abouts_of(self, states: Iterable[CommitmentState]) -> dict[tuple[str, int], About]:
        """What the states belong to, by (subject_type, about_id)."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for state in states:
            wanted[state.subject_type].add(state.about_id)
        return {
            (label, pk): about
            for label, ids in wanted.items()
            for pk, about in _kinds[label].abouts(sorted(ids), self.as_of, self.recording).items()
        }
