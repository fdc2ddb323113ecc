"""Reads of the kernel: values as of a day, histories, calendars and rates as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from guatu.kernel.bulk import chunks
from guatu.kernel.kept import once, place
from guatu.kernel.models.clock import CalendarNotice
from guatu.kernel.models.facts import Fact, Record, Stated, Statement
from guatu.kernel.models.history import HistoryEntry, Recording, limit
from guatu.kernel.models.money import ExchangeRate
from guatu.kernel.models.people import Organisation
from guatu.kernel.recording import head
from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.kernel.values import read

if TYPE_CHECKING:
    from guatu.kernel.resource import Resource
    from guatu.kernel.scope import Scope


@dataclass
class Folded:
    """Values in force, and for each the day of the statement it comes from."""

    values: dict = field(default_factory=dict)
    origins: dict[str, date] = field(default_factory=dict)


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Statements that stand, in the order in which they override one another: by day, then by recording."""
    statements = list(statements)
    taken_back = {statement.supersedes for statement in statements if statement.supersedes}
    return sorted(
        (statement for statement in statements if statement.id not in taken_back),
        key=lambda statement: (statement.counts_from, statement.id),
    )


def fold(statements: Iterable[Statement], as_of: date) -> Folded:
    folded = Folded()
    for statement in in_order(statements):
        if statement.counts_from <= as_of:
            folded.values.update(statement.values)
            folded.origins.update(dict.fromkeys(statement.values, statement.counts_from))
    return folded


def statements_about(
    model: type[Record], ids: Iterable[int], known_limit: int | None = None
) -> dict[int, list[Statement]]:
    """Statements by subject, in one query per chunk of subjects."""
    label = model._meta.label_lower
    fresh = _just_written.get({}) if known_limit is None else {}
    found: dict[int, list[Statement]] = defaultdict(list)
    known = Q() if known_limit is None else Q(id__lt=known_limit)
    asked = set(ids)
    if fresh:
        found.update((pk, fresh[label, pk]) for pk in asked if (label, pk) in fresh)
        asked -= found.keys()
    for chunk in chunks(sorted(asked)):
        for statement in Statement.objects.filter(
            known, subject_type=label, subject_id__in=chunk
        ).order_by("id"):
            found[statement.subject_id].append(statement)
    return found


#: All statements about records that the write under way has created: {(label, identity): statements}.
_just_written: ContextVar[dict] = ContextVar("just_written")


@contextmanager
def just_written(statements: dict[tuple[str, int], list[Statement]]):
    """Within it `statements_about` takes from memory what it would read back about rows that were just created."""
    token = _just_written.set(statements)
    try:
        yield
    finally:
        _just_written.reset(token)


def fold_now(row: Record, as_of: date, extra: Statement | None = None) -> Folded:
    statements = statements_about(type(row), [row.pk])[row.pk]
    return fold([*statements, extra] if extra is not None else statements, as_of)


def versions(model: type[Fact], known_limit: int | None = None, **filters) -> models.QuerySet:
    """Facts in force as known below `known_limit` (None: now), withdrawn ones left out."""
    rows = model.everything.filter(withdrawn=False, **filters)
    if known_limit is None:
        return rows.filter(superseded_by=None)
    return rows.filter(Q(superseded_by=None) | Q(superseded_by__gte=known_limit), id__lt=known_limit)


def as_of_values(model: type[Stated], ids: list[int], as_of: date, known_limit: int | None) -> dict[int, dict]:
    """Python values by record identity as of a day; records unknown or withdrawn then are missing."""
    return values_on(as_of, model, statements_about(model, ids, known_limit))


def values_on(as_of: date, model: type[Stated], stated: dict[int, list[Statement]]) -> dict[int, dict]:
    """The same from statements that were read already."""
    columns = {column.name: column for column in model.value_fields()}
    result = {}
    for pk, statements in stated.items():
        values = fold(statements, as_of).values
        if values and not values.get("withdrawn"):
            result[pk] = {name: read(columns[name], value) for name, value in values.items() if name in columns}
    return result


def history_of(row: Stated, page_size: int = 50, before: int | None = None) -> list[tuple[HistoryEntry, Recording]]:
    """The newest entries about a record or a fact's lineage, with their recordings; two queries."""
    entries = HistoryEntry.objects.filter(
        subject_type=row._meta.label_lower, subject_id=getattr(row, "lineage", None) or row.pk
    )
    if before is not None:
        entries = entries.filter(id__lt=before)
    entries = list(entries.order_by("-id")[:page_size])
    recordings = Recording.objects.in_bulk({entry.recording_number for entry in entries})
    return [(entry, recordings[entry.recording_number]) for entry in entries]


# -- calendar ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _calendar(database: str, notices: tuple[int, ...]) -> WorkCalendar:
    rows = CalendarNotice.everything.filter(pk__in=notices).values_list("year", "title", "holidays", "workdays")
    return WorkCalendar({
        year: YearNotice(
            year=year,
            holidays=frozenset(map(date.fromisoformat, holidays)),
            workdays=frozenset(map(date.fromisoformat, workdays)),
            title=title,
        )
        for year, title, holidays, workdays in rows
    })


def calendar(known_at: int | None = None, mark: str = "") -> WorkCalendar:
    """The working calendar as known at a recording (None: now), built once for each set of notices. `mark`: see `kept`."""
    def read() -> WorkCalendar:
        notices = versions(CalendarNotice, None if known_at is None else limit(known_at)).order_by("id")
        return _calendar(place(), tuple(notices.values_list("id", flat=True)))

    return once("calendar", mark, read)


# -- money ---------------------------------------------------------------------------------------------------------


def rates(as_of: date, known_at: int, mark: str = "") -> dict[str, Decimal]:
    """Yuan per unit of each currency in force on `as_of`, as known at a recording. CNY is 1. `mark`: see `kept`."""
    def read() -> list[tuple[date, str, Decimal]]:
        rows = versions(ExchangeRate, limit(known_at)).order_by("counts_from", "id")
        return list(rows.values_list("counts_from", "currency", "cny_per_unit"))

    rates = {currency: rate for day, currency, rate in once("rates", mark, read) if day <= as_of}
    return {"CNY": Decimal(1)} | rates


# -- organisations -------------------------------------------------------------------------------------------------


def organisations_stated(known_at: int, mark: str = "") -> dict[int, list[Statement]]:
    """All that was stated about every organisation until a recording, by identity. `mark`: see `kept`."""
    def read() -> dict[int, list[Statement]]:
        return statements_about(Organisation, Organisation.everything.values_list("id", flat=True), limit(known_at))

    return once("organisations", mark, read)


def parents_as_of(as_of: date, known_at: int) -> dict[int, int | None]:
    """The organisation tree as of a day: parent by identity."""
    return parents_in(values_on(as_of, Organisation, organisations_stated(known_at)))


def parents_in(values: dict[int, dict]) -> dict[int, int | None]:
    """The tree of organisations with these values."""
    return {pk: value.get("parent") for pk, value in values.items()}


def newest() -> int:
    """The number of the newest recording."""
    return head().number


# -- feeds ---------------------------------------------------------------------------------------------------------


def changed_since(resource: Resource, scope: Scope, number: int) -> models.QuerySet:
    """Rows within `scope` recorded after recording `number`, withdrawn ones too, in the order of recording."""
    rows = resource.narrow(scope.cut(resource.model.everything.all(), resource.name))
    if issubclass(resource.model, Fact):
        return rows.filter(superseded_by=None, pk__gte=limit(number)).order_by("pk")
    return rows.filter(last_recording__gt=number).order_by("last_recording", "pk")
