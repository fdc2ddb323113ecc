"""What projects say of their milestones and obstacles to everybody who shows lights: words, page, zone, and who answers."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from guatu.kernel.bulk import chunks
from guatu.kernel.commitments import About, Kind, commitment_kind
from guatu.projects.choices import MILESTONE_LABELS
from guatu.projects.models import Milestone, Obstacle, Project, ProjectState


def _standing(as_of, recording) -> QuerySet[ProjectState]:
    return ProjectState.objects.filter(
        valid_from__lte=as_of, valid_to__gt=as_of, recorded_from__lte=recording, recorded_to__gt=recording
    )


def people_of(project: Project, owner_id: int | None) -> list[int]:
    """Who answers for a milestone of the project: its owner, the officer and the commander."""
    return [pk for pk in dict.fromkeys([owner_id, project.officer_id, project.commander_id]) if pk is not None]


@commitment_kind
class Milestones(Kind):
    model = Milestone
    about_type = Project._meta.label_lower
    yellow_parameter = "projects.lights.yellow_workdays"

    def label(self, state):
        return state.title or str(MILESTONE_LABELS.get(state.code, state.code))

    def abouts(self, ids, as_of, recording):
        return {
            pk: About(name, code, zone, f"/r/projects/{pk}/", "#milestones", unit, officer)
            for chunk in chunks(sorted(ids))
            for pk, name, code, zone, unit, officer in _standing(as_of, recording)
            .filter(project_id__in=chunk)
            .values_list("project_id", "name", "code", "zone_id", "unit_id", "officer_id")
        }

    def place(self, as_of, recording):
        return Subquery(_standing(as_of, recording).filter(project_id=OuterRef("about_id")).values("zone_id")[:1])

    def abouts_of_people(self, people, as_of, recording):
        """A milestone that names no owner is its project's officer's."""
        return _standing(as_of, recording).filter(officer_id__in=list(people)).values_list("project_id", flat=True)

    def abouts_of_units(self, units, as_of, recording):
        """One that names no unit is its project's unit's, and the zone's where the project names none either."""
        units = list(units)
        mine = Q(unit_id__in=units) | Q(unit_id=None, zone_id__in=units)
        return _standing(as_of, recording).filter(mine).values_list("project_id", flat=True)

    def answering(self, row):
        return people_of(row.project, row.owner_id)

    def matching(self, word, as_of, recording):
        # Asked for each row of a person's queue: these are few beside all projects.
        projects = _standing(as_of, recording).filter(project_id=OuterRef("about_id"))
        named = Exists(projects.filter(Q(name__icontains=word) | Q(code__icontains=word)))
        codes = [code for code, label in MILESTONE_LABELS.items() if word.lower() in str(label).lower()]
        return Q(title__icontains=word) | Q(title="", code__in=codes) | Q(named)


@commitment_kind
class Obstacles(Milestones):
    """Obstacles are about projects and answered for by the same people; what they say is their title."""

    model = Obstacle
    label = Kind.label

    def abouts(self, ids, as_of, recording):
        return {pk: replace(about, fragment="#obstacles") for pk, about in super().abouts(ids, as_of, recording).items()}
