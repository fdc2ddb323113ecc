"""Recomputes the hash chain and compares every fact with it: `guatu audit verify`.

What is checked, in this order, until something is wrong:

1. recordings are numbered without a gap, instants grow, each names its former's hash, and its own hash is right;
2. each history entry lies in a recording, their number is right, and its digest is right;
3. each fact or statement an entry names is there, unaltered;
4. no fact or statement is there that no entry names;
5. the chain's head is the last recording, and nothing lies beyond it;
6. each fact is superseded by the next version of its lineage, and by nothing else.

Rows are streamed: memory does not grow with their number. Recordings made while it runs are left to the next run.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.models.facts import Fact, Statement
from guatu.kernel.models.history import ChainHead, HistoryEntry, Recording, identity, limit, recording_number
from guatu.kernel.recording import MUTABLE, entry_digest, sealed_values
from guatu.kernel.values import canonical, row_digest

CHUNK = 500


@dataclass(frozen=True)
class Bad:
    """The first thing found wrong: the row's table and identity, whom it is about, and a code for what is wrong."""

    table: str
    id: int | None
    subject: str
    wrong: str


class _Found(Exception):
    """Ends the walk at the first thing wrong."""

    def __init__(self, row: models.Model | str, pk: int | None, subject: str, wrong: str):
        table = row if isinstance(row, str) else row._meta.label_lower
        self.bad = Bad(table, pk, subject, wrong)
        super().__init__(wrong)


def verify(on_progress: Callable[[int, int], None] | None = None) -> dict:
    """{"ok", "records", "entries", "facts", "first_bad"}: how many recordings, entries and facts were seen, and the
    first fault or None."""
    walk = _Walk(on_progress)
    first_bad = None
    try:
        walk.chain()
        walk.unnamed()
        walk.tail()
        walk.supersession()
    except _Found as found:
        first_bad = {**vars(found.bad), "message": _sentence(found.bad)}
    return {
        "ok": first_bad is None,
        "records": walk.recordings,
        "entries": walk.entries,
        "facts": walk.facts.total(),
        "first_bad": first_bad,
    }


def sentence(first_bad: dict) -> str:
    """What `verify` found wrong, as a sentence."""
    return first_bad["message"]


def _sentence(bad: Bad) -> str:
    wrong = {
        "gap": _("a recording before it is missing"),
        "order": _("its instant does not lie after the former's"),
        "link": _("it does not name the hash of the recording before it"),
        "recording": _("it does not agree with its hash"),
        "entries": _("the number of its history entries is not the one it states"),
        "unreadable": _("it cannot be read"),
        "stray_entry": _("it belongs to no recording"),
        "entry": _("it does not agree with its digest"),
        "missing": _("the history names it, but it is not there"),
        "altered": _("it does not agree with the digest in the history"),
        "unnamed": _("it is there, but no history names it"),
        "superseded": _("it is not superseded by the next version of the same fact"),
        "head": _("it is not the last recording"),
        "turned_on": _("the day it was turned to lies in the future"),
    }[bad.wrong]
    return _("%(table)s %(id)s (%(subject)s): %(wrong)s.") % {
        "table": bad.table,
        "id": bad.id,
        "subject": bad.subject or "—",
        "wrong": wrong,
    }


def fact_models() -> dict[str, type[models.Model]]:
    """Tables whose rows the history names, by label."""
    found = [model for model in apps.get_models() if model is Statement or issubclass(model, Fact)]
    return {model._meta.label_lower: model for model in found}


class _Walk:
    def __init__(self, on_progress):
        self.on_progress = on_progress
        self.head = ChainHead.objects.filter(pk=1).first() or ChainHead(pk=1)
        self.models = fact_models()
        self.recordings = self.entries = 0
        self.facts: Counter[str] = Counter()
        self._waiting: list[tuple[str, int, str, str]] = []

    # -- 1 to 3 --------------------------------------------------------------------------------------------------------

    def chain(self) -> None:
        entries = _Entries(limit(self.head.number))
        former_hash, former_instant = "0" * 64, None
        for recording in _readable(Recording, Recording.objects.filter(number__lte=self.head.number), "number"):
            if recording.number != self.recordings + 1:
                raise _Found(recording, self.recordings + 1, "", "gap")
            subject = f"#{recording.number} {recording.actor_name} {recording.note}".strip()
            if recording.instant is None:
                raise _Found(recording, recording.number, subject, "unreadable")
            if former_instant is not None and recording.instant <= former_instant:
                raise _Found(recording, recording.number, subject, "order")
            if recording.previous_hash != former_hash:
                raise _Found(recording, recording.number, subject, "link")
            sealing, count = _Sealing(recording), 0
            for entry in entries.below(limit(recording.number), identity(recording.number, 0)):
                self._entry(entry)
                sealing.add(entry.digest)
                count += 1
            if count != recording.entries:
                raise _Found(recording, recording.number, subject, "entries")
            if sealing.hash() != recording.hash:
                raise _Found(recording, recording.number, subject, "recording")
            former_hash, former_instant = recording.hash, recording.instant
            self.recordings += 1
            if self.on_progress and (self.recordings % 100 == 0 or count > 1000):
                self.on_progress(self.recordings, self.head.number)
        for entry in entries.below(limit(self.head.number), limit(self.recordings)):
            raise _Found(entry, entry.pk, entry.subject_label, "stray_entry")
        self._compare()
        if (self.recordings, former_hash, former_instant) != (self.head.number, self.head.hash, self.head.instant):
            raise _Found(ChainHead, self.head.number, f"#{self.head.number}", "head")

    def _entry(self, entry: HistoryEntry) -> None:
        if entry_digest(entry) != entry.digest:
            raise _Found(entry, entry.pk, entry.subject_label, "entry")
        self.entries += 1
        for table, pk, digest in json.loads(entry.facts):
            self._waiting.append((table, pk, digest, entry.subject_label))
        if len(self._waiting) >= CHUNK:
            self._compare()

    def _compare(self) -> None:
        """Compares the facts named so far with the rows that are there."""
        waiting, self._waiting = self._waiting, []
        by_table: dict[str, list[tuple[int, str, str]]] = {}
        for table, pk, digest, subject in waiting:
            by_table.setdefault(table, []).append((pk, digest, subject))
        for table, named in by_table.items():
            model = self.models.get(table)
            rows = {} if model is None else _by_id(model, [pk for pk, _digest, _subject in named])
            for pk, digest, subject in named:
                if pk not in rows:
                    raise _Found(table, pk, subject, "missing")
                if rows[pk] is None or _digest_of(rows[pk]) != digest:
                    raise _Found(table, pk, subject, "altered")
            self.facts[table] += len(named)

    # -- 4 -------------------------------------------------------------------------------------------------------------

    def unnamed(self) -> None:
        for table, model in self.models.items():
            known = _rows(model).filter(pk__lt=limit(self.head.number))
            if known.count() != self.facts[table]:
                self._name_unnamed(table, known)

    def _name_unnamed(self, table: str, known: models.QuerySet) -> None:
        number, named = None, frozenset()
        for pk in known.order_by("pk").values_list("pk", flat=True).iterator(CHUNK):
            if recording_number(pk) != number:
                number = recording_number(pk)
                named = frozenset(_named_in(number, table))
            if pk not in named:
                raise _Found(table, pk, _label(self.models[table], pk), "unnamed")

    # -- 5 -------------------------------------------------------------------------------------------------------------

    def tail(self) -> None:
        """Nothing beyond the head. What came in while verifying lies below the head read after it."""
        checked = [
            (Recording, "number", lambda number: number),
            (HistoryEntry, "pk", recording_number),
            *((model, "pk", recording_number) for model in self.models.values()),
        ]
        newest = [
            (model, name, of, _rows(model).aggregate(most=models.Max(name))["most"]) for model, name, of in checked
        ]
        head = ChainHead.objects.filter(pk=1).first() or self.head
        for model, _name, of, most in newest:
            if most is not None and of(most) > head.number:
                raise _Found(model, most, _label(model, most), "unnamed")
        if ChainHead.objects.exclude(pk=1).exists():
            raise _Found(ChainHead, head.number, f"#{head.number}", "head")
        if head.turned_on is not None and head.turned_on > timezone.localdate():
            raise _Found(ChainHead, head.number, f"#{head.number}", "turned_on")

    # -- 6 -------------------------------------------------------------------------------------------------------------

    def supersession(self) -> None:
        quote = connection.ops.quote_name
        for table, model in self.models.items():
            if not issubclass(model, Fact):
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM (SELECT id, superseded_by, LEAD(id) OVER (PARTITION BY lineage ORDER BY id) "
                    f"AS following FROM {quote(model._meta.db_table)}) AS versions "
                    "WHERE COALESCE(superseded_by, -1) <> COALESCE(following, -1) ORDER BY id LIMIT 1"
                )
                if found := cursor.fetchone():
                    raise _Found(table, found[0], _label(model, found[0]), "superseded")


class _Sealing:
    """The hash of a recording, its entries' digests taken in one at a time (see `recording.recording_hash`)."""

    def __init__(self, recording: Recording):
        start = canonical(sealed_values(recording))
        self._sum = hashlib.sha256((start.removesuffix("]") + ",[").encode())
        self._first = True

    def add(self, digest: str) -> None:
        self._sum.update((("" if self._first else ",") + canonical(digest)).encode())
        self._first = False

    def hash(self) -> str:
        self._sum.update(b"]]")
        return self._sum.hexdigest()


class _Entries:
    """All history entries in order, taken recording by recording from one stream."""

    def __init__(self, end: int):
        self._stream = _readable(HistoryEntry, HistoryEntry.objects.filter(pk__lt=end), "pk")
        self._next = next(self._stream, None)

    def below(self, end: int, start: int) -> Iterator[HistoryEntry]:
        while self._next is not None and self._next.pk < end:
            if self._next.pk < start:
                raise _Found(self._next, self._next.pk, self._next.subject_label, "stray_entry")
            yield self._next
            self._next = next(self._stream, None)


def _readable(model: type[models.Model], rows: models.QuerySet, key: str) -> Iterator[models.Model]:
    """Rows in order of `key`; one the database gives but Python cannot read is a fault of its own."""
    last = None
    try:
        for row in rows.order_by(key).iterator(CHUNK):
            last = row.pk
            yield row
    except (ValueError, TypeError) as fault:
        following = rows.filter(**{f"{key}__gt": last}) if last is not None else rows
        pk = following.order_by(key).values_list("pk", flat=True).first()
        raise _Found(model, pk, "", "unreadable") from fault


def _rows(model: type[models.Model]) -> models.QuerySet:
    return model.everything.all() if issubclass(model, Fact) else model.objects.all()


def _by_id(model: type[models.Model], ids: list[int]) -> dict[int, models.Model | None]:
    """Rows by identity; None for one that cannot be read."""
    found: dict[int, models.Model | None] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        try:
            found |= _rows(model).in_bulk(chunk)
        except (ValueError, TypeError):
            for pk in chunk:
                try:
                    found |= _rows(model).in_bulk([pk])
                except (ValueError, TypeError):
                    found[pk] = None
    return found


def _digest_of(row: models.Model) -> str | None:
    try:
        return row_digest(row, MUTABLE)
    except (ArithmeticError, AttributeError, ValueError, TypeError):
        return None


def _named_in(number: int, table: str) -> Iterator[int]:
    entries = HistoryEntry.objects.filter(pk__gte=identity(number, 0), pk__lt=limit(number))
    for facts in entries.values_list("facts", flat=True).iterator(CHUNK):
        for label, pk, _digest in json.loads(facts):
            if label == table:
                yield pk


def _label(model: type[models.Model], pk: int) -> str:
    row = _by_id(model, [pk]).get(pk)
    try:
        return str(row) if row is not None else ""
    except Exception:  # a row referring to nothing has no name
        return ""
