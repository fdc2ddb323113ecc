"""On which days something moved: the strokes above the day slider."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count

from guatu.kernel.models import BEGINNING
from guatu.kernel.scope import Scope, subtree
from guatu.projects.models import ProjectState
from guatu.projects.queries import Moment

#: The strip is a guide to the eye: after a write it may lag behind by this many seconds.
KEPT_SECONDS = 600


def moving_days(scope: Scope, when: Moment, zone: int | None) -> dict[date, int]:
    """How many projects within `scope` (below `zone`) changed where they stand, by week (its Monday).

    Reads every state ever kept, whatever the day, so it is asked for apart from the board and kept for a while.
    """
    reached = scope.reach("projects")
    key = f"wall:days:{hash((str(reached) if isinstance(reached, str) else tuple(sorted(reached)), zone, when.known_at))}"
    if when.known_at is None and (kept := cache.get(key)) is not None:
        return kept
    rows = ProjectState.objects.filter(
        recorded_from__lte=when.recording, recorded_to__gt=when.recording, valid_from__gt=BEGINNING
    )
    within = scope.q(ProjectState.scope_paths, "projects")
    rows = rows if within is None else rows.filter(within)
    if zone is not None:
        rows = rows.filter(zone_id__in=subtree(when.parents, zone))
    found: Counter = Counter()
    for day, count in rows.order_by().values_list("valid_from").annotate(n=Count("pk")):
        found[day - timedelta(days=day.weekday())] += count
    cache.set(key, dict(found), KEPT_SECONDS)
    return dict(found)


def first_day(scope: Scope, when: Moment, zone: int | None) -> date | None:
    """The first day on which anything moved; None before the first fact."""
    days = moving_days(scope, when, zone)
    return min(days) if days else None
