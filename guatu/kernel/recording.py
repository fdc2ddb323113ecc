"""One confirmed write: the short transaction that takes the next number of the chain.

    with recording(actor, note="…") as writing:
        draft.store(writing)

Everything slow happens before (see `drafting`); inside, the chain's head is locked (SQLite: BEGIN IMMEDIATE;
PostgreSQL: the head's row), so numbers and instants grow together and no number is visible before all smaller ones.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel import bulk
from guatu.kernel.errors import Refused
from guatu.kernel.models.history import ChainHead, HistoryEntry, Recording, recording_number
from guatu.kernel.scope import Actor
from guatu.kernel.values import digest

#: Columns of facts that may change after they are written, and so stay out of the digest.
MUTABLE = frozenset({"superseded_by"})


class Writing:
    """The open recording: its number and instant, and the lines of history it will seal."""

    def __init__(self, number: int, instant: datetime, actor: Actor, note: str):
        self.number = number
        self.instant = instant
        self.actor = actor
        self.note = note
        self.entries: list[HistoryEntry] = []
        #: Model, columns, entries and their database values, where somebody has prepared them.
        self.entry_table: tuple | None = None


def entry_digest(entry: HistoryEntry) -> str:
    return digest(
        [
            entry.id,
            entry.verb,
            entry.subject_type,
            entry.subject_id,
            entry.subject_label,
            entry.changes,
            entry.facts,
        ]
    )


def recording_hash(recording: Recording, entry_digests: list[str]) -> str:
    return digest([*sealed_values(recording), entry_digests])


def sealed_values(recording: Recording) -> list:
    """What the hash of a recording is taken of, before the digests of its entries. For whom somebody acted comes in
    only where they acted for another, so that recordings made before there were delegations keep their hash."""
    on_behalf = [recording.on_behalf_of_id, recording.on_behalf_name]
    return [
        recording.previous_hash,
        recording.number,
        recording.instant.astimezone(UTC).isoformat(),
        recording.actor_id,
        recording.actor_name,
        *([on_behalf] if on_behalf != [None, ""] else []),
        recording.channel,
        recording.note,
        recording.entries,
    ]


def head() -> ChainHead:
    """The chain's head as committed, without locking it."""
    return ChainHead.objects.filter(pk=1).first() or ChainHead(pk=1)


def mark_of(model: type[models.Model]) -> str:
    """While this stays the same, so do the rows of a model: the hash of the last recording that wrote one of them, and the
    day until which values that were stated for later have come into force. Two or three queries."""
    newest = head()
    last = HistoryEntry.objects.filter(subject_type=model._meta.label_lower).aggregate(last=models.Max("id"))["last"]
    if last is None:
        return f"|{newest.turned_on}"
    number = recording_number(last)
    return f"{Recording.objects.values_list('hash', flat=True).get(number=number)}|{newest.turned_on}"


@contextmanager
def recording(actor: Actor, note: str = ""):
    """Opens the write transaction, yields a `Writing`, and seals the chain at its end.

    A body that writes no history leaves no recording: the number is given back.
    """
    with transaction.atomic():
        ChainHead.objects.get_or_create(pk=1)
        last = ChainHead.objects.select_for_update().get(pk=1)
        instant = timezone.now()
        if last.instant is not None and instant <= last.instant:
            instant = last.instant + timedelta(microseconds=1)
        writing = Writing(last.number + 1, instant, actor, note)
        yield writing
        if not writing.entries:
            return
        sealed = Recording(
            number=writing.number,
            instant=instant,
            actor_id=actor.user.pk if actor.user is not None else None,
            actor_name=actor.name,
            on_behalf_of_id=actor.on_behalf_of.pk if actor.on_behalf_of is not None else None,
            on_behalf_name=actor.on_behalf_of.username if actor.on_behalf_of is not None else "",
            channel=actor.channel,
            note=note,
            entries=len(writing.entries),
            previous_hash=last.hash,
        )
        sealed.hash = recording_hash(sealed, [entry.digest for entry in writing.entries])
        Recording.objects.bulk_create([sealed])
        if writing.entry_table is not None:
            model, attnames, _entries, tuples = writing.entry_table
            bulk.insert_tuples(model, attnames, tuples)
        else:
            bulk.insert(writing.entries)
        last.number, last.instant, last.hash = sealed.number, instant, sealed.hash
        last.save(update_fields=["number", "instant", "hash"])


@dataclass(frozen=True)
class Known:
    """Everything recorded through one recording. `hash` names it all: what was read as known then never changes.
    `head` is the chain's head where this is the newest recording."""

    number: int = 0
    instant: datetime | None = None
    hash: str = ""
    head: ChainHead | None = field(default=None, compare=False, repr=False)

    @classmethod
    def at(cls, newest: ChainHead) -> Known:
        return cls(newest.number, newest.instant, newest.hash, newest)


def resolve(known_at: datetime | None) -> tuple[int, datetime | None]:
    """The recording that was the newest at `known_at` (None: now), and its instant; see `known`."""
    found = known(known_at)
    return found.number, found.instant


def known(known_at: datetime | None) -> Known:
    """What was known at an instant (None: now).

    An instant after the head's waits for writes under way, so that no recording can appear later with an earlier
    instant: the same `known_at` resolves to the same number for ever.
    """
    if known_at is not None and known_at > timezone.now():
        raise Refused(
            "known_at_future",
            _(
                "known_at is %(instant)s, which lies in the future; nobody can say yet what will be known then. "
                "Give an instant that has passed, or leave it out."
            )
            % {"instant": known_at.isoformat()},
            "known_at",
        )
    newest = head()
    if known_at is None or known_at == newest.instant:  # instants grow: no later recording can have this one
        return Known.at(newest)
    if newest.instant is None or known_at >= newest.instant:
        with transaction.atomic():
            newest = ChainHead.objects.select_for_update().filter(pk=1).first() or ChainHead(pk=1)
    if newest.instant is None or known_at >= newest.instant:
        return Known.at(newest)
    found = Recording.objects.filter(instant__lte=known_at).order_by("-instant").values("number", "instant", "hash").first()
    return Known(**found) if found else Known()
