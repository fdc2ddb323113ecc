from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Commitment
from guatu.projects.choices import MILESTONE_KINDS, MILESTONE_LABELS
from guatu.projects.models.projects import Project


class Milestone(Commitment):
    """A promised day of a project. With an `event`, the actual event fulfils it; without one it has a title of its
    own and is marked done by hand."""

    scope_paths = ("project__zone", "project__unit", "project__team", "owner_unit")
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones", verbose_name=_("project"))
    event = models.CharField(_("event"), max_length=20, blank=True, choices=MILESTONE_KINDS)
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta(Commitment.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "event", "title"], condition=models.Q(withdrawn=False), name="milestone_once"
            )
        ]

    def __str__(self):
        return f"{self.project.name} · {self.label}"

    @property
    def label(self) -> str:
        return self.title or str(MILESTONE_LABELS.get(self.event, self.event))

    @property
    def about_reference(self) -> tuple[str, int]:
        return Project._meta.label_lower, self.project_id

    @property
    def code(self) -> str:
        return self.event
