"""All that is on file about one project up to a recording: read once, in a constant number of queries, then looked at
from every side (facts, track, blockers, documents, the line of time)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils import timezone

from guatu.kernel.bulk import by_ids
from guatu.kernel.models import BEGINNING, Document, Statement
from guatu.kernel.models.facts import Stated
from guatu.kernel.models.history import Recording, limit, recording_number
from guatu.kernel.queries import fold, in_order, versions
from guatu.projects.models import Milestone, MonthlyInvestment, Project, ProjectProgress, StageEvent
from guatu.projects.projections import DECISIVE
from guatu.projects.queries.moment import Moment
from guatu.projects.rules.stages import Event


@dataclass(frozen=True)
class Dossier:
    """`events` are all versions known; milestones and documents are those entered by then, by identity; `months` and
    `progress` are the figures and reports in force up to the day, the oldest first."""

    project: Project
    when: Moment
    events: list[StageEvent]
    milestones: dict[int, Milestone]
    documents: dict[int, Document]
    statements: dict[tuple[str, int], list[Statement]]
    months: list[MonthlyInvestment]
    progress: list[ProjectProgress]

    def about(self, row: Stated) -> list[Statement]:
        """Statements about a record that stand, in the order in which they override one another."""
        return in_order(self.statements.get((row._meta.label_lower, row.pk), []))

    @cached_property
    def standing_events(self) -> list[StageEvent]:
        """The versions in force, by the day from which they count."""
        bound = limit(self.when.recording)
        in_force = [
            event
            for event in self.events
            if not event.withdrawn and (event.superseded_by is None or event.superseded_by >= bound)
        ]
        return sorted(in_force, key=lambda event: (event.counts_from, event.pk))

    @cached_property
    def decisive(self) -> list[Event]:
        """Actual events up to the day that decide where the project stands, as the rules take them."""
        return [
            Event(row.pk, row.event, row.counts_from, row.precision, row.not_later_than, row.returned)
            for row in self.standing_events
            if row.kind == "actual" and row.event in DECISIVE and row.counts_from <= self.when.as_of
        ]

    @cached_property
    def standing_documents(self) -> list[Document]:
        """Documents that lay with the project on the day and were not taken back, the newest day first."""
        found = [
            document
            for document in self.documents.values()
            if not fold(self.about(document), date.max).values.get("withdrawn")
            and self.day_of(document) <= self.when.as_of
        ]
        return sorted(found, key=lambda document: (self.day_of(document), document.pk), reverse=True)

    @cached_property
    def standing_milestones(self) -> list[Milestone]:
        """Milestones that were not taken back."""
        return [
            row for row in self.milestones.values() if not fold(self.about(row), date.max).values.get("withdrawn")
        ]

    @cached_property
    def recordings(self) -> dict[int, Recording]:
        """The recordings behind everything on file, by number."""
        identities = [row.pk for row in (*self.events, *self.months, *self.progress)] + [
            statement.pk for statements in self.statements.values() for statement in statements
        ]
        numbers = {recording_number(identity) for identity in identities}
        return Recording.objects.in_bulk(numbers)

    def recorded_on(self, identity: int) -> date:
        """The day, in the house's time zone, on which a row was recorded."""
        return timezone.localdate(self.recordings[recording_number(identity)].instant)

    def day_of(self, document: Document) -> date:
        """A document's own day where one was given, else the day on which it was brought."""
        first = next(iter(self.about(document)), None)
        if first is not None and first.counts_from != BEGINNING:
            return first.counts_from
        return self.recorded_on(document.pk)


def dossier(project: Project, when: Moment) -> Dossier:
    """The dossier of a project that the caller has found visible; six queries, and one for its recordings."""
    bound = limit(when.recording)
    events = list(StageEvent.everything.filter(project=project, id__lt=bound).order_by("id"))
    milestones = {row.pk: row for row in Milestone.everything.filter(project=project, id__lt=bound).order_by("id")}
    documents = {
        row.pk: row
        for row in Document.everything.filter(
            subject_type=Project._meta.label_lower, subject_id=project.pk, id__lt=bound
        ).order_by("id")
    }
    about = Q(subject_type=Project._meta.label_lower, subject_id=project.pk)
    for model, ids in ((Milestone, milestones), (Document, documents)):
        if ids:
            about |= Q(subject_type=model._meta.label_lower, subject_id__in=sorted(ids))
    statements: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    for statement in Statement.objects.filter(about, id__lt=bound).order_by("id"):
        statements[statement.subject_type, statement.subject_id].append(statement)
    months, progress = (
        list(versions(model, bound, project=project, counts_from__lte=when.as_of).order_by("counts_from", "id"))
        for model in (MonthlyInvestment, ProjectProgress)
    )
    return Dossier(project, when, events, milestones, documents, dict(statements), months, progress)


def rows_of(wanted: dict[type[models.Model], Iterable[int]]) -> dict[type[models.Model], dict[int, models.Model]]:
    """Rows referred to, by table and identity: one query a table. Withdrawn ones too: what was named stays named."""
    return {model: {row.pk: row for row in by_ids(model, ids)} for model, ids in wanted.items() if ids}
