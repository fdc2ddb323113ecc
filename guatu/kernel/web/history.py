"""History put in words: who did what to which row, what was before and after, and through which door."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guatu.kernel.account import names_of
from guatu.kernel.bulk import by_ids
from guatu.kernel.choices import CHANNELS
from guatu.kernel.columns import Choice, Flag, Json, Number, plain
from guatu.kernel.models import BEGINNING, HistoryEntry, Recording, Statement
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.rules.days import format_day
from guatu.kernel.values import read

#: An import notes the digest of its file for later proof; people need only the file's name.
_DIGEST = re.compile(r" · sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One entry of the history, ready to be shown."""

    number: int
    verb: str
    subject: str
    subject_kind: str
    subject_url: str
    instant: datetime
    who: str
    door: str
    note: str
    reason: str
    approver: str
    holds_from: str
    differences: list[Difference]
    is_creation: bool
    entry_id: int


def verb_words(verb: str) -> str:
    """A verb of the history in words; a verb of an app's own is a message of the same name."""
    common = {
        "created": pgettext("history", "added"),
        "changed": pgettext("history", "changed"),
        "withdrawn": pgettext("history", "withdrawn"),
    }
    last = verb.rsplit(".", 1)[-1]
    return common.get(last) or _(last.replace("_", " "))


def in_words(found: Iterable[tuple[HistoryEntry, Recording]]) -> list[Line]:
    """Lines for entries with their recordings; a constant number of queries whatever their number."""
    found = [(entry, recording, json.loads(entry.changes), json.loads(entry.facts)) for entry, recording in found]
    words = _Words(found)
    return [words.line(*each) for each in found]


class _Words:
    def __init__(self, found: list[tuple]):
        wanted: dict[type, set[int]] = defaultdict(set)
        for entry, _recording, changes, _facts in found:
            for model_field, values in _references(entry.subject_type, changes):
                wanted[model_field.related_model].update(values)
        self.texts = {model: {row.pk: str(row) for row in by_ids(model, ids)} for model, ids in wanted.items()}
        table = Statement._meta.label_lower
        statements = [pk for *_rest, facts in found for label, pk, _digest in facts if label == table]
        self.statements = Statement.objects.in_bulk(statements)
        self.people = names_of(
            pk for _entry, recording, *_rest in found for pk in (recording.actor_id, recording.on_behalf_of_id))

    def line(self, entry: HistoryEntry, recording: Recording, changes: dict, facts: list) -> Line:
        resource = resource_of_subject(entry.subject_type)
        reason = (changes.pop("reason", None) or [None, ""])[1] if not _has_field(resource, "reason") else ""
        approver = (changes.pop("approver", None) or [None, ""])[1] if not _has_field(resource, "approver") else ""
        statement = next((self.statements[pk] for _table, pk, _digest in facts if pk in self.statements), None)
        return Line(
            number=recording.number,
            verb=verb_words(entry.verb),
            subject=entry.subject_label,
            subject_kind=resource.label if resource is not None else "",
            subject_url=f"/r/{resource.name}/{entry.subject_id}/" if resource is not None else "",
            instant=recording.instant,
            who=self._who(recording),
            door=str(dict(CHANNELS).get(recording.channel, recording.channel)),
            note=_DIGEST.sub("", recording.note),
            reason=reason,
            approver=approver,
            holds_from=_day(statement),
            differences=list(self._differences(resource, changes)),
            is_creation=entry.verb.endswith(".created"),
            entry_id=entry.id,
        )

    def _who(self, recording: Recording) -> str:
        return who_text(recording, self.people)

    def _differences(self, resource, changes: dict) -> Iterable[Difference]:
        if resource is None:
            return
        fields = {model_field.name: model_field for model_field in resource.model.value_fields()}
        columns = {column.name: column for column in resource.all_columns()}
        ordered = sorted(changes, key=lambda name: list(fields).index(name) if name in fields else 99)
        for name in ordered:
            if name not in fields or name in resource.model.unworded:
                continue
            label = columns[name].header if name in columns else str(fields[name].verbose_name)
            old, new = (self._text(fields[name], columns.get(name), value) for value in changes[name])
            if old != new:
                yield Difference(label, old, new)

    def _text(self, model_field: models.Field, column, stated) -> str:
        return value_text(model_field, column, stated, self.texts)


def who_text(recording: Recording, people: Mapping[int, str]) -> str:
    """Who recorded, and for whom where it was done on behalf of another; `people` are names by identity."""
    who = people.get(recording.actor_id) or (
        _("the system") if recording.actor_name == "system" else recording.actor_name)
    if recording.on_behalf_of_id is None:
        return who
    principal = people.get(recording.on_behalf_of_id) or recording.on_behalf_name
    return _("%(who)s for %(principal)s") % {"who": who, "principal": principal}


def value_text(model_field: models.Field, column, stated, texts: Mapping[type, Mapping[int, str]]) -> str:
    """A stated value as a reader reads it, "" for none; `texts` are the rows referred to, by model and identity."""
    if stated in (None, ""):
        return ""
    if isinstance(model_field, models.ManyToManyField):
        return "、".join(texts.get(model_field.related_model, {}).get(pk, str(pk)) for pk in stated)
    if isinstance(model_field, models.ForeignKey):
        return texts.get(model_field.related_model, {}).get(stated, str(stated))
    value = read(model_field, stated)
    if isinstance(column, Choice):
        return dict(column.options()).get(value, str(value))
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(column, Number):
        return f"{plain(column.in_unit(value)):,f}"
    if isinstance(column, Flag) or isinstance(model_field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(column, Json):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _references(subject_type: str, changes: dict):
    resource = resource_of_subject(subject_type)
    if resource is None:
        return
    for model_field in resource.model.value_fields():
        if model_field.name in changes and isinstance(model_field, models.ForeignKey | models.ManyToManyField):
            many = isinstance(model_field, models.ManyToManyField)
            values = [item for value in changes[model_field.name] if value for item in (value if many else [value])]
            yield model_field, values


def _has_field(resource, name: str) -> bool:
    return resource is not None and any(model_field.name == name for model_field in resource.model.value_fields())


def _day(statement: Statement | None) -> str:
    if statement is None or statement.counts_from == BEGINNING:
        return ""
    return format_day(date.fromisoformat(str(statement.counts_from)), statement.precision)
