"""The only place at which visits and leads are joined."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import SourcedRecord
from guatu.outreach.models.leads import Lead
from guatu.outreach.models.trips import Visit
from guatu.outreach.trip_choices import LEAD_EFFECTS
from guatu.projects.models import Project


class VisitLead(SourcedRecord):
    """A lead or project that a visit was about, and whether the visit found it or moved it.

    `lead` is the lead itself. `title` holds the words of the visit while there is no lead yet: a lead that was refused
    because somebody else follows the firm, or a project that was only heard of.
    """

    scope_paths = ("visit__trip__zone", "visit__trip__lead_unit")
    named_by = ("lead", "project")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="leads", verbose_name=_("visit"))
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="visited", verbose_name=_("investment lead"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"))
    title = models.CharField(_("in words, while it is no lead"), max_length=200, blank=True)
    effect = models.CharField(_("what the visit did"), max_length=10, choices=LEAD_EFFECTS, default="found")

    class Meta(SourcedRecord.Meta):
        verbose_name = _("matter of a visit")
        verbose_name_plural = _("matters of visits")
        ordering = ["visit", "id"]

    def __str__(self):
        return f"{self.about} · {self.get_effect_display()}"

    @property
    def about(self) -> str:
        """The project, the lead with its intended project, or the words."""
        if self.project_id is not None:
            return self.project.name
        if self.lead_id is None:
            return self.title
        return " · ".join(filter(None, (self.lead.name, self.lead.title)))
