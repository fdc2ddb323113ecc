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
from guatu.projects.columns import MonthColumn
from guatu.projects.models import (
    ArrivedFunds,
    Milestone,
    MonthlyInvestment,
    Obstacle,
    PlannedInvestment,
    Project,
    ProjectProgress,
    ReportedInvestment,
    StageEvent,
    StatisticsEntry,
    YearTarget,
)
from guatu.projects.planning import resources as planning  # noqa: F401  (likewise)


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


@register
class PlannedInvestments(Resource):
    model = PlannedInvestment
    name = "planned_investments"
    columns = [
        "project",
        ("month", {"kind": MonthColumn, "names": ("月份",)}),
        ("valid_on", {"names": ("laid_down_on", "计划下达日")}),
        ("planned_cny", {"unit": "万元", "names": ("planned_wan", "本月计划投资")}),
        "note",
        "source",
    ]
    search = ["project__code", "project__name", "month", "note"]
    ordering = ["-month"]
    match = [("project", "month", "valid_on")]
    select = ["project", "source"]


@register
class ArrivedFundsOfProjects(Resource):
    model = ArrivedFunds
    name = "arrived_funds"
    columns = [
        "project",
        ("valid_on", {"precision": "precision", "names": ("date", "到账日期")}),
        "origin",
        ("amount", {"kind": Money, "currency": "currency", "unit": "万元", "unit_column": "currency_unit",
                    "names": ("到账金额",)}),
        "currency",
        "voucher",
        "note",
        "source",
    ]
    search = ["project__code", "project__name", "voucher", "note"]
    filters = ["origin", "currency"]
    ordering = ["-counts_from"]
    match = [("project", "valid_on", "origin", "voucher"), ("project", "valid_on", "origin")]
    select = ["project", "source"]


@register
class StatisticsEntries(Resource):
    model = StatisticsEntry
    name = "statistics_entries"
    columns = [
        "project", ("valid_on", {"precision": "precision", "names": ("date", "入库日期", "纳统日期")}),
        ("code", {"names": ("statistics_code", "统计代码")}), "note", "source",
    ]
    search = ["project__code", "project__name", "code", "note"]
    ordering = ["-counts_from"]
    match = [("project",)]
    select = ["project", "source"]


@register
class ReportedInvestments(Resource):
    model = ReportedInvestment
    name = "reported_investments"
    columns = [
        "project",
        ("valid_on", {"precision": "precision", "names": ("month", "月份")}),
        ("reported_cny", {"unit": "万元", "names": ("reported_wan", "本月上报投资")}),
        "note",
        "source",
    ]
    search = ["project__code", "project__name", "note"]
    ordering = ["-counts_from"]
    match = [("project", "valid_on", "precision")]
    select = ["project", "source"]


@register
class YearTargets(Resource):
    model = YearTarget
    name = "year_targets"
    columns = [
        "organisation",
        ("year", {"names": ("年度", "年份")}),
        "measure",
        ("target_cny", {"unit": "亿元", "names": ("target_yi", "目标金额")}),
        ("target_usd", {"names": ("目标美元",)}),
        ("target_count", {"names": ("目标个数",)}),
        ("valid_on", {"names": ("laid_down_on", "目标下达日")}),
        "basis",
        "note",
        "source",
    ]
    search = ["organisation__code", "organisation__name", "note"]
    filters = ["organisation", "year", "measure"]
    match = [("organisation", "year", "measure", "valid_on")]
    select = ["organisation", "source"]


@register
class Obstacles(Resource):
    model = Obstacle
    name = "obstacles"
    columns = [
        "project",
        "title",
        "detail",
        "task",
        "raised_on",
        "raised_by",
        "due_on",
        "owner_unit",
        "owner",
        "done_on",
        "resolution",
        "basis_on",
        "allowance_workdays",
        "asked_by",
        "override_colour",
        "override_from",
        "override_until",
        "override_reason",
        "note",
        "source",
    ]
    shown = ["project", "title", "light", "raised_on", "due_on", "done_on", "first_due", "moves", "owner_unit", "owner"]
    computed = [
        Computed("light", _("light")),
        Computed("first_due", _("first promise")),
        Computed("moves", _("moves"), numeric=True),
    ]
    search = ["project__code", "project__name", "title", "detail"]
    filters = ["owner_unit", "owner"]
    match = [("project", "title", "raised_on")]
    reference = "title"
    select = ["project", "owner_unit", "owner", "asked_by", "task", "source"]

    def compute(self, rows, scope, as_of):
        from guatu.projects.queries import lights_of

        return {
            pk: {"light": lit.light, "first_due": lit.state.first_due_on.isoformat(), "moves": lit.state.moves}
            for pk, lit in lights_of([row.pk for row in rows], as_of, subject=Obstacle).items()
        }
