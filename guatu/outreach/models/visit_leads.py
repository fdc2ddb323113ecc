"""The only place at which visits and leads are joined."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import SourcedRecord
from guatu.outreach.models.trips import Visit
from guatu.outreach.trip_choices import LEAD_EFFECTS
from guatu.projects.models import Project


class VisitLead(SourcedRecord):
    """A lead or project that a visit was about, and whether the visit found it or moved it.

    `lead` is the lead's code, or the words for it where it is kept nowhere else.
    """

    scope_paths = ("visit__trip__zone", "visit__trip__lead_unit")
    named_by = ("visit",)

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="leads", verbose_name=_("visit"))
    lead = models.CharField(_("investment lead"), max_length=200, blank=True, db_index=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"))
    effect = models.CharField(_("what the visit did"), max_length=10, choices=LEAD_EFFECTS, default="found")

    class Meta(SourcedRecord.Meta):
        verbose_name = _("matter of a visit")
        verbose_name_plural = _("matters of visits")
        ordering = ["visit", "id"]

    def __str__(self):
        return f"{self.project.name if self.project_id is not None else self.lead} · {self.get_effect_display()}"
