"""Plans of projects: tasks with their links and needs, baselines, and the dates computed from them.

What computes with them is `guatu.projects.rules.plans`; `guatu.projects.planning` leads from these rows there and back.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guatu.kernel.models import Interval, Organisation, SourcedRecord
from guatu.projects.choices import (
    CONSTRAINTS,
    DURATION_UNITS,
    FLOOR_KINDS,
    LINK_KINDS,
    MILESTONE_KINDS,
    PLAN_CALENDARS,
)
from guatu.projects.models.milestones import Milestone
from guatu.projects.models.projects import Project

#: Whoever may see the project may see its plan.
OF_PLAN = ("plan__project__zone", "plan__project__unit", "plan__project__team")


class Plan(SourcedRecord):
    """How a project is to be carried out. One plan of a project counts: the one whose `what_if` is empty.

    Any other is a what-if made from it, to be kept or thrown away. Nothing that has not begun is planned before
    `start`. `promised_on` is the day the whole is promised for, `promise` the milestone that says so to everybody;
    `status_on` the day up to which it is known what has happened.
    """

    scope_paths = ("project__zone", "project__unit", "project__team")
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="plans", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=200)
    what_if = models.CharField(_("what-if"), max_length=60, blank=True)
    what_if_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="what_ifs", verbose_name=_("what-if of")
    )
    start = models.DateField(_("start of the plan"))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    promise = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("promised milestone")
    )
    status_on = models.DateField(_("status day"), null=True, blank=True)
    calendar = models.CharField(_("calendar"), max_length=20, choices=PLAN_CALENDARS, default="state")
    template = models.CharField(_("template"), max_length=40, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["project", "what_if"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "what_if"], condition=models.Q(withdrawn=False), name="one_standing_plan"
            )
        ]

    def __str__(self):
        return f"{self.project.name} · {self.what_if or self.name}"


class PlanTask(SourcedRecord):
    """One piece of work of a plan; `number` is its place in the plan and its name in sheets and sentences.

    A task that others name as their `parent` is a summary and has no duration of its own. `floor` is the shortest
    duration that law or craft allows, `floor_basis` the document and article (or experience) it rests on;
    `compression_cost_per_day` yuan for each day cut off, None: it cannot be cut. `actual_start` and `actual_finish` are
    facts: planning never moves them. With an `event` the milestone task fulfils the project's promise of that event.
    `department` says which office it is for, where no unit of this installation is named.
    """

    scope_paths = OF_PLAN
    named_by = ("plan",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="tasks", verbose_name=_("plan"))
    number = models.PositiveIntegerField(pgettext_lazy("of a plan task", "number"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=200)
    duration = models.PositiveIntegerField(_("duration"), default=0)
    duration_unit = models.CharField(_("unit of the duration"), max_length=10, choices=DURATION_UNITS, default="workday")
    calendar = models.CharField(_("calendar"), max_length=20, blank=True, choices=PLAN_CALENDARS)
    milestone = models.BooleanField(_("is a milestone"), default=False)
    event = models.CharField(_("event"), max_length=20, blank=True, choices=MILESTONE_KINDS)
    promise = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("promised milestone")
    )
    constraint = models.CharField(_("constraint"), max_length=10, choices=CONSTRAINTS, default="asap")
    constraint_on = models.DateField(_("day of the constraint"), null=True, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    department = models.CharField(_("office in charge"), max_length=100, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    floor = models.PositiveIntegerField(_("shortest duration"), null=True, blank=True)
    floor_kind = models.CharField(_("kind of the shortest duration"), max_length=20, blank=True, choices=FLOOR_KINDS)
    floor_basis = models.CharField(_("basis of the shortest duration"), max_length=300, blank=True)
    compression_cost_per_day = models.DecimalField(
        _("cost of each day cut off"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    actual_start = models.DateField(_("begun on"), null=True, blank=True)
    actual_finish = models.DateField(_("finished on"), null=True, blank=True)
    percent_complete = models.PositiveSmallIntegerField(
        _("per cent done"), default=0, validators=[MaxValueValidator(100)]
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("copied from")
    )

    class Meta(SourcedRecord.Meta):
        verbose_name = _("plan task")
        verbose_name_plural = _("plan tasks")
        ordering = ["plan", "number"]
        indexes = [models.Index(fields=["plan", "number"], name="plan_task_number")]

    def __str__(self):
        return f"{self.number} {self.name}"


class PlanLink(SourcedRecord):
    """`succ` waits for `pred`. A `lag` below zero is a lead."""

    scope_paths = OF_PLAN
    named_by = ("pred", "succ")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="links", verbose_name=_("plan"))
    pred = models.ForeignKey(PlanTask, models.PROTECT, related_name="+", verbose_name=_("predecessor"))
    succ = models.ForeignKey(PlanTask, models.PROTECT, related_name="+", verbose_name=_("successor"))
    kind = models.CharField(_("kind of link"), max_length=2, choices=LINK_KINDS, default="FS")
    lag = models.IntegerField(_("lag"), default=0)
    lag_unit = models.CharField(_("unit of the lag"), max_length=10, choices=DURATION_UNITS, default="workday")

    class Meta(SourcedRecord.Meta):
        verbose_name = _("plan link")
        verbose_name_plural = _("plan links")
        ordering = ["plan", "pred", "succ"]
        constraints = [
            models.UniqueConstraint(
                fields=["pred", "succ", "kind"], condition=models.Q(withdrawn=False), name="plan_link_once"
            )
        ]

    def __str__(self):
        return f"{self.pred} → {self.succ}"


class PlanResource(SourcedRecord):
    """Something a plan has only so many of at any one time: crews, cranes, review panels."""

    scope_paths = OF_PLAN
    named_by = ("plan",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="resources", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=100)
    capacity = models.PositiveIntegerField(_("how many there are"), default=1)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("plan resource")
        verbose_name_plural = _("plan resources")
        ordering = ["plan", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"], condition=models.Q(withdrawn=False), name="plan_resource_once"
            )
        ]

    def __str__(self):
        return self.name


class PlanNeed(SourcedRecord):
    """A task needs so many of a resource while it lasts."""

    scope_paths = OF_PLAN
    named_by = ("task", "resource")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="needs", verbose_name=_("plan"))
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="needs", verbose_name=_("plan task"))
    resource = models.ForeignKey(PlanResource, models.PROTECT, related_name="needs", verbose_name=_("plan resource"))
    amount = models.PositiveIntegerField(_("how many are needed"), default=1)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("resource need")
        verbose_name_plural = _("resource needs")
        ordering = ["plan", "task"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "resource"], condition=models.Q(withdrawn=False), name="plan_need_once"
            )
        ]

    def __str__(self):
        return f"{self.task} · {self.resource}"


class PlanBaseline(SourcedRecord):
    """What was planned when the baseline was taken: `dates` holds [start, finish, duration] by identity of task."""

    scope_paths = OF_PLAN
    named_by = ("plan",)
    unworded = frozenset({"dates"})

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="baselines", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"), default=0, validators=[MaxValueValidator(10)])
    name = models.CharField(_("name"), max_length=100, blank=True)
    taken_on = models.DateField(_("taken on"))
    finish = models.DateField(_("finish"), null=True, blank=True)
    dates = models.JSONField(_("dates"), default=dict, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], condition=models.Q(withdrawn=False), name="plan_baseline_once"
            )
        ]

    def __str__(self):
        return f"{self.plan} · {self.name or self.number}"


class PlanState(Interval):
    """Derived: the dates of each task of a plan, and (without a task) of the plan as a whole.

    `start` and `finish` are what happened and the forward pass from there; `late_start` and `late_finish` count back
    from the promised day, or from the plan's own finish where nothing is promised; of a task that has begun `late_start`
    is the day by which what is left must go on. For the whole, `late_finish` is the promised day.
    """

    scope_paths = ("project__zone", "project__unit", "project__team")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(PlanTask, models.PROTECT, null=True, related_name="+", db_index=False)
    what_if = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField(default=0)
    summary = models.BooleanField(default=False)
    milestone = models.BooleanField(default=False)
    critical = models.BooleanField(default=False)
    begun = models.BooleanField(default=False)
    done = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=0)
    start = models.DateField()
    finish = models.DateField()
    late_start = models.DateField(null=True)
    late_finish = models.DateField(null=True)
    left = models.PositiveIntegerField(default=0)  # working days still to be done of a task that has begun
    promise = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("dates of a plan")
        indexes = [
            models.Index(fields=["plan", "recorded_to"], name="plan_state_plan"),
            models.Index(
                fields=["what_if", "valid_to", "recorded_to", "valid_from", "recorded_from", "project"],
                name="plan_state_moment",
            ),
        ]
