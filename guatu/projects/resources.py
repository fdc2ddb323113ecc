"""Resources of projects: the sheets an office keeps."""

from django.utils.translation import gettext_lazy as _

from guatu.kernel.columns import Money
from guatu.kernel.registry import register
from guatu.kernel.resource import Computed, Resource
from guatu.projects import (  # noqa: F401  (registered by being imported)
    effects,
    events,
    guards,
    projections,
    promises,
    receivers,
)
from guatu.projects.models import Milestone, MonthlyInvestment, Project, ProjectProgress, StageEvent


@register
class Projects(Resource):
    model = Project
    name = "projects"
    columns = [
        "code",
        "name",
        "zone",
        "category",
        ("investment", {"kind": Money, "currency": "currency", "unit": "万元", "unit_column": "currency_unit"}),
        "currency",
        "chain",
        "park",
        ("investors", {"names": ("investor", "投资方")}),
        "unit",
        "team",
        "commander",
        "officer",
        "needs_land",
        ("land_area_m2", {"unit": "亩", "names": ("land_mu",)}),
        ("annual_output_cny", {"unit": "亿元", "names": ("annual_output_yi",)}),
        "jobs",
        "batch",
        "declared_count",
        "note",
        "source",
    ]
    shown = ["code", "name", "stage", "since", "zone", "category", "investment", "currency", "chain", "unit", "officer"]
    computed = [Computed("stage", _("stage")), Computed("since", _("since"))]
    search = ["code", "name", "note", "investors__name"]
    filters = ["zone", "category", "chain", "park", "unit"]
    match = [("code",), ("zone", "name")]
    also_known_by = ["name"]
    select = ["zone", "chain", "park", "unit", "team", "officer", "commander", "batch", "source"]

    def searched(self, rows, text):
        return super().searched(rows, text).distinct() if text.strip() else rows

    def compute(self, rows, scope, as_of):
        from guatu.projects.queries import states_of

        states = states_of([row.pk for row in rows], as_of)
        return {pk: {"stage": state.stage_label, "since": state.since_text} for pk, state in states.items()}


@register
class StageEvents(Resource):
    model = StageEvent
    name = "stage_events"
    columns = [
        "project",
        "event",
        ("valid_on", {"precision": "precision", "names": ("date",)}),
        "kind",
        "not_later_than",
        "basis",
        "returned",
        "note",
        "source",
    ]
    search = ["project__code", "project__name", "note"]
    filters = ["event", "kind", "basis"]
    ordering = ["-counts_from"]
    match = [("project", "event", "kind", "valid_on", "precision")]
    select = ["project", "source"]

    def prepare(self, values, row, cells, lookup):
        """A row that names a source and does not say its basis is sourced history."""
        if row is None and "basis" not in values:
            values["basis"] = "history" if values.get("source") else "progress"
        return values


@register
class Milestones(Resource):
    model = Milestone
    name = "milestones"
    columns = [
        "project",
        "event",
        "title",
        ("due_on", {"precision": "due_precision"}),
        "basis_on",
        "allowance_workdays",
        "done_on",
        "owner_unit",
        "owner",
        "asked_by",
        "override_colour",
        "override_from",
        "override_until",
        "override_reason",
        "note",
        "source",
    ]
    shown = ["project", "event", "title", "light", "due_on", "done_on", "first_due", "moves", "owner_unit", "owner"]
    computed = [
        Computed("light", _("light")),
        Computed("first_due", _("first promise")),
        Computed("moves", _("moves"), numeric=True),
    ]
    search = ["project__code", "project__name", "title"]
    filters = ["event", "owner_unit", "owner"]
    match = [("project", "event", "title")]
    select = ["project", "owner_unit", "owner", "asked_by", "source"]

    def compute(self, rows, scope, as_of):
        from guatu.projects.queries import lights_of

        return {
            pk: {"light": lit.light, "first_due": lit.state.first_due_on.isoformat(), "moves": lit.state.moves}
            for pk, lit in lights_of([row.pk for row in rows], as_of).items()
        }


@register
class MonthlyInvestments(Resource):
    model = MonthlyInvestment
    name = "monthly_investments"
    columns = [
        "project",
        ("valid_on", {"precision": "precision", "names": ("month", "月份")}),
        ("completed_cny", {"unit": "万元", "names": ("completed_wan", "本月完成投资")}),
        "note",
        "source",
    ]
    search = ["project__code", "project__name", "note"]
    ordering = ["-counts_from"]
    match = [("project", "valid_on", "precision")]
    select = ["project", "source"]


@register
class ProjectProgresses(Resource):
    model = ProjectProgress
    name = "project_progress"
    columns = [
        "project", ("valid_on", {"precision": "precision", "names": ("date",)}), "status", "problem", "next_step", "note",
        "source",
    ]
    search = ["project__code", "project__name", "problem", "next_step"]
    filters = ["status"]
    ordering = ["-counts_from"]
    match = [("project", "valid_on", "precision", "source")]
    select = ["project", "source"]
