"""Names of everything that a project's page mentions: rows, people, sources with their numbers, and values in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.html import format_html

from guatu.kernel.models import Source, User
from guatu.kernel.models.history import Recording
from guatu.kernel.registry import resource_for
from guatu.kernel.scope import Scope
from guatu.kernel.web.history import value_text, who_text
from guatu.projects.models import Project
from guatu.projects.queries.dossier import Dossier, rows_of
from guatu.projects.queries.facts import REFERENCES, ProjectFacts
from guatu.projects.queries.timeline import Entry

LINKED = {
    "zone": "zones", "unit": "organisations", "team": "organisations", "chain": "chains", "park": "parks",
    "batch": "projects", "source": "sources", "investors": "enterprises",
}


@dataclass(frozen=True)
class Mark:
    """A source as the page names it: its number in the list at the end, and where it is shown."""

    number: int
    source: Source
    url: str

    @property
    def title(self) -> str:
        return str(self.source)

    @cached_property
    def cite(self) -> str:
        """The number as a link into the list of sources, to stand behind what it is the source of."""
        return format_html(
            '<a class="cite" href="#source-{}" title="{}">[{}]</a>', self.number, self.title, self.number
        )


class Words:
    """One query for each table referred to. `shown` are the entries whose values are put in words."""

    def __init__(self, scope: Scope, file: Dossier, facts: ProjectFacts | None, line: list[Entry], shown: list[Entry]):
        self.scope = scope
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        if facts is not None:
            for name in REFERENCES:
                if facts[name] is not None:
                    wanted[_related(name)].add(facts[name])
            wanted[_related("investors")].update(facts["investors"] or [])
        for entry in shown:
            for model_field, pks in _referred(entry):
                wanted[model_field.related_model].update(pks)
        ids = list(dict.fromkeys(_source_ids(facts, line)))
        wanted[Source].update(ids)
        wanted[User].update(row.actor_id for row in file.recordings.values() if row.actor_id is not None)
        wanted[User].update(
            row.on_behalf_of_id for row in file.recordings.values() if row.on_behalf_of_id is not None
        )
        self.rows = rows_of(wanted)
        self.texts = {model: {pk: str(row) for pk, row in rows.items()} for model, rows in self.rows.items()}
        known = self.rows.get(Source, {})
        self.sources = [
            Mark(number, known[pk], f"/r/sources/{pk}/" if scope.may("sources") else "")
            for number, pk in enumerate((pk for pk in ids if pk in known), 1)
        ]
        self._marks = {mark.source.pk: mark for mark in self.sources}

    def row(self, model: type[models.Model], pk: int | None) -> models.Model | None:
        return self.rows.get(model, {}).get(pk)

    def reference(self, name: str, pk: int | None) -> tuple[str, str] | None:
        """Text and address of what a column of the project refers to; no address where the reader may not go."""
        row = self.row(_related(name), pk)
        if row is None:
            return None
        target = LINKED.get(name, "")
        may = target and self.scope.may(target)
        return (row.title if isinstance(row, Source) else str(row)), f"/r/{target}/{pk}/" if may else ""

    def source(self, pk: int | None) -> Mark | None:
        return self._marks.get(pk)

    def who(self, recording: Recording | None) -> str:
        """Who recorded, and for whom where it was done for another."""
        if recording is None:
            return ""
        return who_text(recording, self.texts.get(User, {}))

    def value(self, model: type[models.Model], name: str, stated) -> str:
        """A stated value of a column in the reader's words; "" for none."""
        columns = {column.name: column for column in resource_for(model).all_columns()}
        return value_text(model._meta.get_field(name), columns.get(name), stated, self.texts)

    def label(self, model: type[models.Model], name: str) -> str:
        columns = {column.name: column for column in resource_for(model).all_columns()}
        return columns[name].header if name in columns else str(model._meta.get_field(name).verbose_name)


def _related(name: str) -> type[models.Model]:
    return Project._meta.get_field(name).related_model


def _referred(entry: Entry) -> Iterable[tuple[models.Field, list[int]]]:
    if not entry.differences:
        return
    for name, old, new in entry.differences:
        model_field = type(entry.row)._meta.get_field(name) if name != "withdrawn" else None
        if isinstance(model_field, models.ManyToManyField):
            yield model_field, [*(old or []), *(new or [])]
        elif isinstance(model_field, models.ForeignKey):
            yield model_field, [pk for pk in (old, new) if pk is not None]


def _source_ids(facts: ProjectFacts | None, line: list[Entry]) -> Iterable[int]:
    """Sources in the order in which a reader meets them: those of the values, then those of the line."""
    if facts is not None:
        for name, statement in facts.origins.items():
            if statement.source_id is not None and facts.values.get(name) not in (None, "", []):
                yield statement.source_id
    for entry in line:
        if entry.source_id is not None:
            yield entry.source_id
