"""Reads of what projects completed month by month, and of how they go forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from guatu.kernel.bulk import chunks
from guatu.kernel.queries import versions
from guatu.projects.models import MonthlyInvestment, ProjectProgress


def invested_by_month(
    project_ids: Iterable[int], through: date, known_limit: int | None = None
) -> dict[int, dict[date, Decimal]]:
    """Yuan completed by project and month (its last day), for months that begin on or before `through`.

    The caller has found the projects visible. `known_limit` as in `history.limit`; None is now. One query a chunk.
    """
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for chunk in chunks(sorted(set(project_ids))):
        rows = versions(MonthlyInvestment, known_limit, project_id__in=chunk)
        for project_id, day, amount in rows.values_list("project_id", "valid_on", "completed_cny"):
            if day.replace(day=1) <= through:
                found[project_id][day] = amount
    return found


def invested_so_far(
    project_ids: Iterable[int], through: date, known_limit: int | None = None
) -> dict[int, Decimal]:
    """The sum of the above by project; a project of which nothing is recorded is missing, not zero."""
    return {pk: sum(months.values(), Decimal(0))
            for pk, months in invested_by_month(project_ids, through, known_limit).items()}


def progress_of(
    project_ids: Iterable[int], as_of: date, known_limit: int | None = None
) -> dict[int, ProjectProgress]:
    """The newest progress of each project on a day; one query a chunk."""
    found: dict[int, ProjectProgress] = {}
    for chunk in chunks(sorted(set(project_ids))):
        rows = versions(ProjectProgress, known_limit, project_id__in=chunk, counts_from__lte=as_of)
        for row in rows.select_related("source").order_by("counts_from", "id"):
            found[row.project_id] = row
    return found
