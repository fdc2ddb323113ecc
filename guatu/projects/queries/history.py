"""The history of a project with all that hangs on it: its record, events, milestones and documents on one line."""

from __future__ import annotations

from django.db.models import Q

from guatu.kernel.models import Document
from guatu.kernel.models.history import HistoryEntry, Recording
from guatu.projects.models import Milestone, Project, StageEvent


def project_history(
    project: Project, page_size: int = 50, before: int | None = None
) -> list[tuple[HistoryEntry, Recording]]:
    """The newest entries about a project that the caller has found visible, with their recordings; five
    queries."""
    about = Q(subject_type=Project._meta.label_lower, subject_id=project.pk)
    for model, key, filters in (
        (StageEvent, "lineage", {"project": project}),
        (Milestone, "pk", {"project": project}),
        (Document, "pk", {"subject_type": Project._meta.label_lower, "subject_id": project.pk}),
    ):
        # Fetched first: PostgreSQL cannot use the index through a subquery inside an OR.
        ids = sorted(set(model.everything.filter(**filters).values_list(key, flat=True)))
        if ids:
            about |= Q(subject_type=model._meta.label_lower, subject_id__in=ids)
    entries = HistoryEntry.objects.filter(about)
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries.order_by("-id")[:page_size])
    recordings = Recording.objects.in_bulk({entry.recording_number for entry in found})
    return [(entry, recordings[entry.recording_number]) for entry in found]
