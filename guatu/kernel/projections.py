"""Interval rows derived from records and facts, remade inside the transaction that records them.

A projection says which subjects a written row concerns, and lays out one subject's timeline from what is known up
to a limit. Keeping the rows and remaking them from nothing (`guatu rebuild`) use that same function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import models, transaction

from guatu.kernel import bulk
from guatu.kernel.models.facts import FOREVER, Interval
from guatu.kernel.models.history import ChainHead, limit, recording_number


class Projection:
    #: The interval table that this projection keeps.
    model: type[Interval]
    #: Columns that name the subject, in the order of the subject tuple.
    subject_columns: tuple[str, ...]

    def concerned(self, row: models.Model) -> Iterable[tuple]:
        """The subjects whose timeline may change when `row` was written."""
        raise NotImplementedError

    def timelines(self, subjects: list[tuple], known_limit: int | None) -> dict[tuple, list[dict]]:
        """For each subject its rows {valid_from, valid_to, …}; `known_limit` as in `history.limit`, None for now."""
        raise NotImplementedError

    def all_subjects(self) -> Iterable[tuple]:
        raise NotImplementedError

    def recordings_of(self, subjects: list[tuple]) -> dict[tuple, set[int]]:
        """For each subject every recording number that may have changed its timeline."""
        raise NotImplementedError

    # -- keeping ---------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> list[str]:
        kept = {"id", "recorded_from", "recorded_to", *self.subject_columns}
        return [field.attname for field in self.model._meta.concrete_fields if field.attname not in kept]

    def _stored(self, subjects: list[tuple], **filters) -> dict[tuple, list[tuple]]:
        names = ["pk", "recorded_from", "recorded_to", *self.subject_columns, *self.columns]
        stored: dict[tuple, list[tuple]] = defaultdict(list)
        width = len(self.subject_columns)
        *leading, last = self.subject_columns
        # The leading columns are named too, so that the index on the whole subject serves.
        alike: dict[tuple, list] = defaultdict(list)
        for subject in subjects:
            alike[subject[:-1]].append(subject[-1])
        for values, ids in alike.items():
            same = dict(zip(leading, values, strict=True))
            for chunk in bulk.chunks(ids):
                rows = self.model.objects.filter(**same, **{f"{last}__in": chunk}, **filters)
                for pk, start, end, *rest in rows.values_list(*names):
                    stored[tuple(rest[:width])].append((pk, start, end, tuple(rest[width:])))
        return stored

    def keep(self, subjects: Iterable[tuple], number: int) -> None:
        """Brings the open rows of `subjects` in step with what is known at recording `number`."""
        subjects = sorted(set(subjects))
        if not subjects:
            return
        fresh = self.timelines(subjects, None)
        # ">=" where "=" would do: an index that begins with recorded_to must not look better than the subject's own.
        stored = self._stored(subjects, recorded_to__gte=FOREVER)
        closed, inserted = [], []
        for subject in subjects:
            wanted = {tuple(row[name] for name in self.columns) for row in fresh.get(subject, [])}
            present = {values: pk for pk, _start, _end, values in stored.get(subject, [])}
            closed.extend(pk for values, pk in present.items() if values not in wanted)
            inserted.extend(
                (*subject, *values, number, FOREVER) for values in sorted(wanted - present.keys(), key=_order)
            )
        for chunk in bulk.chunks(closed):
            self.model.objects.filter(pk__in=chunk).update(recorded_to=number)
        self._insert(inserted)

    def _insert(self, tuples: list[tuple]) -> None:
        names = [*self.subject_columns, *self.columns, "recorded_from", "recorded_to"]
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        bulk.insert_tuples(self.model, names, bulk.prepared([fields[name] for name in names], tuples))

    # -- remaking --------------------------------------------------------------------------------------------------

    def replay(self, subjects: list[tuple]) -> dict[tuple, set[tuple]]:
        """The rows that should stand, laid out anew recording by recording: {subject: {(from, to, values)}}."""
        numbers = self.recordings_of(subjects)
        result: dict[tuple, set[tuple]] = {}
        open_rows: dict[tuple, dict[tuple, int]] = {subject: {} for subject in subjects}
        for subject in subjects:
            result[subject] = set()
        by_number: dict[int, list[tuple]] = defaultdict(list)
        for subject, held in numbers.items():
            for number in held:
                by_number[number].append(subject)
        for number in sorted(by_number):
            for subject, rows in self.timelines(sorted(by_number[number]), limit(number)).items():
                wanted = {tuple(row[name] for name in self.columns) for row in rows}
                opened = open_rows[subject]
                for values in [values for values in opened if values not in wanted]:
                    result[subject].add((opened.pop(values), number, values))
                for values in wanted - opened.keys():
                    opened[values] = number
        for subject, opened in open_rows.items():
            result[subject].update((start, FOREVER, values) for values, start in opened.items())
        return result

    def rebuild(self, on_progress=None) -> dict:
        """Remakes every row from the facts; returns how many rows were missing or wrong before."""
        subjects = sorted(set(self.all_subjects()))
        missing = wrong = 0
        for done, chunk in enumerate(bulk.chunks(subjects, 200)):
            with transaction.atomic():
                ChainHead.objects.select_for_update().filter(pk=1).first()
                should = self.replay(list(chunk))
                stored = self._stored(list(chunk))
                for subject, rows in should.items():
                    present = {(start, end, values): pk for pk, start, end, values in stored.get(subject, [])}
                    surplus = [pk for row, pk in present.items() if row not in rows]
                    duplicates = len(stored.get(subject, [])) - len(present)
                    lacking = rows - present.keys()
                    wrong += len(surplus) + duplicates
                    missing += len(lacking)
                    if surplus or lacking or duplicates:
                        ChainHead.objects.filter(pk=1).update(remade=models.F("remade") + 1)
                    if duplicates:
                        surplus = [pk for pk, *_rest in stored[subject]]
                        lacking = rows
                    for part in bulk.chunks(surplus):
                        self.model.objects.filter(pk__in=part).delete()
                    self._insert(
                        [(*subject, *values, start, end) for start, end, values in sorted(lacking, key=_order)]
                    )
            if on_progress:
                on_progress(min((done + 1) * 200, len(subjects)), len(subjects))
        return {"subjects": len(subjects), "missing": missing, "wrong": wrong}


def _order(row: tuple) -> str:
    return repr(row)


def numbers_of(identities: Iterable[int]) -> set[int]:
    return {recording_number(identity) for identity in identities}
