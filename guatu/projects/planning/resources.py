"""Resources of plans: what a planner keeps, as lists and sheets."""

from django.utils.translation import gettext_lazy as _

from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.projects.models import Plan, PlanBaseline, PlanLink, PlanNeed, PlanResource, PlanTask
from guatu.projects.planning import effects, guards, projection  # noqa: F401  (registered by being imported)


@register
class Plans(Resource):
    model = Plan
    name = "plans"
    columns = [
        "project", "name", ("what_if", {"names": ("假设方案",)}), ("what_if_of", {"read_only": True}), "start", "promised_on",
        "status_on", "calendar", ("template", {"read_only": True}), "note", "source",
    ]
    search = ["project__code", "project__name", "name", "what_if"]
    filters = ["calendar", "template"]
    match = [("project", "what_if")]
    reference = "name"
    select = ["project", "what_if_of__project", "source"]
    intro = _("A plan is laid out and edited on the project's page of plans, or with “guatu plan”.")


@register
class PlanTasks(Resource):
    model = PlanTask
    name = "plan_tasks"
    columns = [
        "plan", "number", "parent", "name", "duration", "duration_unit", "calendar", "milestone", "event", "constraint",
        "constraint_on", "unit", "department", "owner", "floor", "floor_kind", "floor_basis",
        ("compression_cost_per_day", {"unit": "元"}), "actual_start", "actual_finish", "percent_complete", "note", "source",
    ]
    shown = [
        "plan", "number", "name", "duration", "duration_unit", "milestone", "unit", "department", "owner", "actual_start",
        "actual_finish", "percent_complete",
    ]
    search = ["plan__project__code", "plan__project__name", "name", "department", "note"]
    filters = ["unit", "owner", "milestone", "event"]
    match = [("plan", "number")]
    reference = "name"
    select = ["plan__project", "parent", "unit", "owner", "source"]


@register
class PlanLinks(Resource):
    model = PlanLink
    name = "plan_links"
    columns = ["plan", "pred", "succ", "kind", "lag", "lag_unit", "note", "source"]
    search = ["plan__project__code", "plan__project__name", "pred__name", "succ__name"]
    filters = ["kind"]
    match = [("pred", "succ", "kind")]
    reference = "note"
    select = ["plan__project", "pred", "succ", "source"]


@register
class PlanResources(Resource):
    model = PlanResource
    name = "plan_resources"
    columns = ["plan", "name", "capacity", "note", "source"]
    search = ["plan__project__code", "plan__project__name", "name"]
    match = [("plan", "name")]
    reference = "name"
    select = ["plan__project", "source"]


@register
class PlanNeeds(Resource):
    model = PlanNeed
    name = "plan_needs"
    columns = ["plan", "task", "resource", "amount", "note", "source"]
    search = ["plan__project__code", "plan__project__name", "task__name", "resource__name"]
    match = [("task", "resource")]
    reference = "note"
    select = ["plan__project", "task", "resource", "source"]


@register
class PlanBaselines(Resource):
    model = PlanBaseline
    name = "plan_baselines"
    columns = [
        "plan", ("number", {"read_only": True}), "name", ("taken_on", {"read_only": True}), ("finish", {"read_only": True}),
        "note", "source",
    ]
    search = ["plan__project__code", "plan__project__name", "name"]
    match = [("plan", "number")]
    reference = "name"
    select = ["plan__project", "source"]
    made_by_hand = False
    intro = _("A baseline is taken on the project's page of plans.")
