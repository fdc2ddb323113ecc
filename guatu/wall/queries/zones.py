"""The tree of zones as of a day, and how many places each zone's sheet needs on the map."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count

from guatu.kernel.models import Organisation
from guatu.kernel.scope import EVERYWHERE, Scope, subtree
from guatu.projects.models import Project, ProjectState
from guatu.projects.queries import FiveLists, Moment
from guatu.projects.rules.lists import Total

#: Up to this many projects the map shows each of them; above, each zone shows its counts.
MOST_MARKS = 600


@dataclass(frozen=True)
class Zone:
    pk: int
    code: str
    name: str
    parent: int | None


def zones_as_of(when: Moment) -> dict[int, Zone]:
    """Every zone that stood on the day, by identity, with its name and its nearest parent that is a zone."""
    kinds = {code for code, _label in settings.GUATU_ZONE_KINDS}
    codes = dict(Organisation.everything.filter(kind__in=kinds).order_by("pk").values_list("pk", "code"))
    return {
        pk: Zone(pk, code, when.organisations[pk].get("name", code), when.organisations[pk].get("parent"))
        for pk, code in codes.items()
        if pk in when.organisations
    }


@dataclass(frozen=True)
class Places:
    """What the layout of the map rests on, whatever the day: the projects that stood in each zone on any day, in the
    order of their codes, or only their number where there are too many to draw."""

    counts: dict[int, int]
    projects: dict[int, list[int]] | None

    @property
    def shows_projects(self) -> bool:
        return self.projects is not None


def places(scope: Scope, when: Moment, zone: int | None) -> Places:
    """Places by zone for the projects within `scope` (below `zone`); one query, two where each project is drawn.

    A project that moved from one zone to another keeps a place in both, so that no other mark moves with it.
    """
    inside = subtree(when.parents, zone) if zone is not None else None
    rows = Project.objects.within(scope)
    if inside is not None:
        rows = rows.filter(zone_id__in=inside)
    counts = dict(rows.order_by().values_list("zone_id").annotate(n=Count("pk")))
    if sum(counts.values()) > MOST_MARKS:
        return Places(counts, None)
    stood = ProjectState.objects.filter(recorded_from__lte=when.recording, recorded_to__gt=when.recording)
    within = scope.q(ProjectState.scope_paths, "projects")
    stood = stood if within is None else stood.filter(within)
    if inside is not None:
        stood = stood.filter(zone_id__in=inside)
    found: dict[int, list[int]] = defaultdict(list)
    for zone_id, _code, pk in sorted(set(stood.order_by().values_list("zone_id", "project__code", "project_id"))):
        found[zone_id].append(pk)
    if sum(map(len, found.values())) > MOST_MARKS:
        return Places({zone_id: len(ids) for zone_id, ids in found.items()}, None)
    return Places({zone_id: len(ids) for zone_id, ids in found.items()}, dict(found))


def shown_zones(scope: Scope, zones: dict[int, Zone], counts: dict[int, int], focus: int | None) -> dict[int, int | None]:
    """Zones that the map shows, each with its nearest shown ancestor: those with projects, and the empty ones that the
    reader reaches, below `focus`."""
    parents = {zone.pk: zone.parent for zone in zones.values()}
    below = subtree(parents, focus) if focus is not None else set(zones)
    reached = scope.reach("projects")
    shown = {pk for pk in below if counts.get(pk) or reached == EVERYWHERE or pk in reached} & zones.keys()
    # An empty zone is worth a sheet only beside others: its place in the tree says that nothing is there yet.
    found: dict[int, int | None] = {}
    for pk in shown:
        parent = parents[pk]
        seen = {pk}
        while parent is not None and parent not in shown and parent not in seen:
            seen.add(parent)
            parent = parents.get(parent)
        found[pk] = parent if parent in shown else None
    return found


def zones_below(lists: FiveLists, zones: dict[int, Zone]) -> dict[int, frozenset[int]]:
    """Every zone of the answer with itself and the zones below it."""
    parents = {zone.pk: zone.parent for zone in zones.values()}
    inside = subtree(parents, lists.zone.pk) if lists.zone is not None else set(parents)
    return {pk: subtree(parents, pk) for pk in inside}


def total_of(lists: FiveLists, inside: frozenset[int]) -> Total:
    """The total of the projects in some zones, as if only these had been asked for."""
    return replace(
        lists,
        groups=[group for group in lists.groups if group[0] in inside],
        batch_rows=[row for row in lists.batch_rows if row.dimension in inside],
    ).total
