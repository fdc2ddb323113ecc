"""Records and facts held in memory, column by column, for pages that count many of them.

`held` does this for interval rows; this does it for tables that have none. A shelf repeats the table: each row as it stands
now, its withdrawal too, and whether anything was said about it after it was made. What was said when is not in it: a
question about another moment folds the statements of the rows that were touched, and takes the others from here.

A shelf stands at one recording. When the head has moved, the rows are read again that the history names since: every write
leaves its line there, also one that gives a row its former mark back. When the recording it stands at is not in the chain
(rolled back, another database), or a day has turned, by which values come into force without a recording, it is read anew.
Ask outside of an open recording only, whose rows are written before its number is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from django.db import models
from django.db.models import F, Q

from guatu.kernel.held import NOTHING, Days, Written, fetched, still_stands
from guatu.kernel.kept import place
from guatu.kernel.models.facts import Fact, Stated, Statement
from guatu.kernel.models.history import PLACES, ChainHead, HistoryEntry, limit
from guatu.kernel.recording import head

READ_AT_ONCE = 50_000
#: Amounts are held as whole hundredths.
HUNDREDTHS = 100


@dataclass(frozen=True)
class Shelf:
    """The rows of a table by ascending identity. Days are ordinals, amounts hundredths, texts texts; NOTHING where there
    is no number. The units of a row, where it has several, are `members` beside its identity in `owners`."""

    ids: np.ndarray
    columns: dict[str, np.ndarray]
    owners: np.ndarray
    members: np.ndarray
    _named: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def by_text(self, name: str) -> dict[str, int]:
        """Identities of the rows that are not withdrawn, by a column of texts; of equal ones the newest."""
        if name not in self._named:
            there = ~self.columns["withdrawn"]
            self._named[name] = dict(zip(self.columns[name][there].tolist(), self.ids[there].tolist(), strict=True))
        return self._named[name]


def places_in(ids: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The place of each identity among sorted ones; -1 where it is not among them."""
    if not len(ids):
        return np.full(len(asked), -1, np.int64)
    found = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    return np.where(ids[found] == asked, found, -1)


#: Every table that is held, as apps name them when they are loaded.
_every: list[HeldRecords] = []


class HeldRecords:
    """One table in the memory of this process: `HeldRecords(Trip, ("zone", "from_on"), many="units").at(head())`."""

    def __init__(self, model: type[Stated], names: tuple[str, ...], many: str | None = None):
        self.model, self.many = model, many
        self.is_fact = issubclass(model, Fact)
        own = ("lineage", "superseded_by") if self.is_fact else ("last_recording",)
        self.fields = [model._meta.get_field(name) for name in ("id", "withdrawn", *own, *names)]
        self._lock = Lock()
        self._kept: dict[str, tuple[Shelf, ChainHead]] = {}
        _every.append(self)

    def at(self, newest: ChainHead) -> Shelf:
        """The table with every row recorded until the chain's head. No query while nothing was recorded, then two or four."""
        with self._lock:
            shelf, stood = self._kept.get(place(), (None, None))
            if shelf is None or stood.turned_on != newest.turned_on or not still_stands(stood, newest):
                shelf = self._with(None, Q(), None)
            elif stood.number >= newest.number:  # another thread may have seen a later head
                return shelf
            else:
                entries = HistoryEntry.objects.filter(
                    id__gte=limit(stood.number), subject_type=self.model._meta.label_lower).order_by().values("subject_id")
                shelf = self._with(shelf, Q(**{f"{'lineage' if self.is_fact else 'pk'}__in": entries}), entries)
            self._kept[place()] = shelf, newest
            return shelf

    # -- reading -------------------------------------------------------------------------------------------------------

    def _with(self, former: Shelf | None, which: Q, subjects: models.QuerySet | None) -> Shelf:
        """The shelf with the rows of `which` read again; `subjects` names them where not all are read."""
        read = self._read(which)
        if former is not None and not len(read["id"]):
            return former
        owners, members = self._links(subjects)
        known = np.isin(owners, read["id"])  # a row may have come between the two questions: it comes again with its recording
        owners, members = owners[known], members[known]
        if former is None:
            touched = self._touched(read["id"])
        else:
            # What the history has named since is touched, unless it was made since.
            touched = read["id"] // PLACES != self._newest_mark(read, subjects)
        columns = read | {"touched": touched}
        if former is not None:
            stay, linked = ~np.isin(former.ids, read["id"]), ~np.isin(former.owners, read["id"])
            columns = {name: np.concatenate([former.columns[name][stay], column]) for name, column in columns.items()}
            owners = np.concatenate([former.owners[linked], owners])
            members = np.concatenate([former.members[linked], members])
        order, pairs = np.argsort(columns["id"], kind="stable"), np.lexsort((members, owners))
        columns = {name: column[order] for name, column in columns.items()}
        for column in columns.values():
            column.flags.writeable = False
        return Shelf(columns["id"], columns, owners[pairs], members[pairs])

    def _read(self, which: Q) -> dict[str, np.ndarray]:
        asked = [Written(one.attname) if isinstance(one, models.DateField) else F(one.attname) for one in self.fields]
        found, last, days = [], -1, Days()
        while True:
            rows = self.model.everything.filter(which, pk__gt=last).order_by("pk").values_list(*asked)
            batch = fetched(rows[:READ_AT_ONCE])
            found.append([_column(one, values, days) for one, values in zip(
                self.fields, zip(*batch, strict=True) if batch else [()] * len(self.fields), strict=True)])
            if len(batch) < READ_AT_ONCE:
                break
            last = batch[-1][0]
        return {one.name: np.concatenate(parts) for one, parts in zip(self.fields, zip(*found, strict=True), strict=True)}

    def _links(self, subjects: models.QuerySet | None) -> tuple[np.ndarray, np.ndarray]:
        if self.many is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        many = self.model._meta.get_field(self.many)
        own, other = many.m2m_field_name(), many.m2m_reverse_field_name()
        rows = many.remote_field.through.objects.order_by()
        if subjects is not None:
            rows = rows.filter(**{f"{own}__in": subjects})
        pairs = np.array(fetched(rows.values_list(f"{own}_id", f"{other}_id")), np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def _touched(self, ids: np.ndarray) -> np.ndarray:
        """Of which rows anything was said after the recording that made them; nobody asks it of facts."""
        if self.is_fact:
            return np.zeros(len(ids), bool)
        said = Statement.objects.filter(subject_type=self.model._meta.label_lower).order_by()
        later = said.filter(id__gte=(F("subject_id") / PLACES + 1) * PLACES).values_list("subject_id")
        return np.isin(ids, np.array(fetched(later), np.int64).reshape(-1))

    def _newest_mark(self, read: dict[str, np.ndarray], subjects: models.QuerySet) -> np.ndarray:
        """The number of the last recording that touched each of these rows, by the history."""
        if self.is_fact:
            return read["id"] // PLACES
        last = dict(fetched(subjects.annotate(last=models.Max("id")).values_list("subject_id", "last")))
        return np.array([last[pk] // PLACES for pk in read["id"].tolist()], np.int64)


def warm() -> None:
    """Reads every table that is held, so that the first person to ask does not wait for it."""
    newest = head()
    for held in list(_every):
        held.at(newest)


def _column(one: models.Field, values: tuple, days: Days) -> np.ndarray:
    if isinstance(one, models.DateField):
        return np.array([days[value] for value in values], np.int32)
    if isinstance(one, models.BooleanField):
        return np.array(values, bool)
    if isinstance(one, models.DecimalField):
        return np.array([NOTHING if value is None else round(value * HUNDREDTHS) for value in values], np.int64)
    if isinstance(one, models.CharField | models.TextField):
        column = np.empty(len(values), object)
        column[:] = values
        return column
    return np.array([NOTHING if value is None else value for value in values], np.int64)
