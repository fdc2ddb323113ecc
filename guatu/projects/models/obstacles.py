from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Commitment
from guatu.projects.models.plans import PlanTask
from guatu.projects.models.projects import Project


class Obstacle(Commitment):
    """Something that is in a project's way (堵点), with somebody who is to clear it by a day.

    `title` says what it is. It was raised on `raised_on` by `raised_by` (a person, unit or enterprise, in words) and is
    resolved on `done_on`, with `resolution` saying how. It knows nothing of escalation: the ladder belongs to requests,
    which will hold a reference to the obstacle and not the other way round. `task` is the task of the plan that it holds
    up, of a plan of the same project.
    """

    scope_paths = ("project__zone", "project__unit", "project__team", "owner_unit")
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="obstacles", verbose_name=_("project"))
    task = models.ForeignKey(
        PlanTask, models.PROTECT, null=True, blank=True, related_name="obstacles", verbose_name=_("plan task")
    )
    detail = models.TextField(_("what is in the way"), blank=True)
    raised_on = models.DateField(_("raised on"), blank=True)
    raised_by = models.CharField(_("raised by"), max_length=150, blank=True)
    resolution = models.TextField(_("how it was resolved"), blank=True)

    class Meta(Commitment.Meta):
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "title", "raised_on"], condition=models.Q(withdrawn=False), name="obstacle_once"
            )
        ]

    def __str__(self):
        return f"{self.project.name} · {self.title}"

    @property
    def about_reference(self) -> tuple[str, int]:
        return Project._meta.label_lower, self.project_id

    @property
    def code(self) -> str:
        return ""
