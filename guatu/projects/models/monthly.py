"""What is known of a project month by month: the investment completed, and how it goes forward."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Fact
from guatu.projects.choices import PROGRESS
from guatu.projects.models.projects import Project


class MonthlyInvestment(Fact):
    """The investment a project completed within one month, in yuan; counted by progress, not by payment.

    The month is the fact's own day with the precision of a month, so it counts from the month's last day. One figure
    stands for a project and month; a correction supersedes it.
    """

    scope_paths = ("project__zone", "project__unit", "project__team")
    named_by = ("project",)

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="monthly_investments", verbose_name=_("project")
    )
    completed_cny = models.DecimalField(_("investment completed in the month"), max_digits=15, decimal_places=2)

    class Meta(Fact.Meta):
        verbose_name = _("monthly investment")
        verbose_name_plural = _("monthly investments")
        ordering = ["project", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_investment_a_month",
            )
        ]

    def __str__(self):
        return f"{self.project.name} · {self.valid_on:%Y-%m}"


class ProjectProgress(Fact):
    """How a project goes forward, as somebody reported it for a day: its status, what is in the way, what comes next.

    The newest on or before a day is what is known of that day.
    """

    scope_paths = ("project__zone", "project__unit", "project__team")
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress", verbose_name=_("project"))
    status = models.CharField(_("progress status"), max_length=10, choices=PROGRESS)
    problem = models.TextField(_("problem"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("progress of a project")
        verbose_name_plural = _("progress of projects")
        ordering = ["project", "counts_from", "id"]
        indexes = [models.Index(fields=["project", "counts_from"], name="project_progress_day")]

    def __str__(self):
        return f"{self.project.name} · {self.valid_on}"
