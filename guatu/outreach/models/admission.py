"""Admission of projects 项目准入: the sheet of what a project asks for, opinions, and the decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Fact, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.outreach.lead_choices import DECISIONS, ENVIRONMENT, OPINIONS
from guatu.outreach.models.leads import Lead
from guatu.projects.models import Project

SHEET_PATHS = ("sheet__zone", "sheet__unit")


class AdmissionSheet(SourcedRecord):
    """What a lead or a project asks for, in yuan, square metres and tonnes of coal equivalent for 10,000 yuan of output. Left
    empty is unknown. What the rule says of it is worked out, never entered (`queries.admission`)."""

    scope_paths = ("zone", "unit")

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead"))
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"))
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit"))
    investment_cny = models.DecimalField(_("total investment"), max_digits=15, decimal_places=2, null=True, blank=True)
    land_area_m2 = models.DecimalField(_("land area"), max_digits=15, decimal_places=2, null=True, blank=True)
    floor_area_m2 = models.DecimalField(_("floor area in a park"), max_digits=15, decimal_places=2, null=True, blank=True)
    tax_cny = models.DecimalField(_("tax a year"), max_digits=15, decimal_places=2, null=True, blank=True)
    energy_tce_per_10k = models.DecimalField(
        _("energy (tce for 10,000 yuan of output)"), max_digits=9, decimal_places=4, null=True, blank=True)
    environment = models.CharField(_("environmental review"), max_length=12, choices=ENVIRONMENT, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("admission sheet")
        verbose_name_plural = _("admission sheets")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.code} {self.title}".strip()


class AdmissionOpinion(Fact):
    """What a department says of a sheet on a day."""

    scope_paths = (*SHEET_PATHS, "unit")
    named_by = ("sheet", "unit")

    sheet = models.ForeignKey(AdmissionSheet, models.PROTECT, related_name="opinions", verbose_name=_("admission sheet"))
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("department"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    opinion = models.CharField(_("opinion"), max_length=10, choices=OPINIONS)
    text = models.TextField(_("reasons and conditions"), blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("opinion on admission")
        verbose_name_plural = _("opinions on admission")
        ordering = ["sheet", "counts_from", "id"]
        constraints = [models.UniqueConstraint(
            fields=["sheet", "unit", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
            name="one_opinion_a_day")]

    def __str__(self):
        return f"{self.sheet} · {self.unit.name}"


class AdmissionDecision(Fact):
    """What was decided about a sheet on a day: a fact, which a later one follows and none overwrites."""

    scope_paths = SHEET_PATHS
    named_by = ("sheet",)

    sheet = models.ForeignKey(AdmissionSheet, models.PROTECT, related_name="decisions", verbose_name=_("admission sheet"))
    decision = models.CharField(_("decision"), max_length=10, choices=DECISIONS)
    decided_by = models.CharField(_("decided by"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    rule_said = models.CharField(_("what the rule said"), max_length=300, blank=True, editable=False)

    class Meta(Fact.Meta):
        verbose_name = _("decision on admission")
        verbose_name_plural = _("decisions on admission")
        ordering = ["sheet", "counts_from", "id"]
        constraints = [models.UniqueConstraint(
            fields=["sheet", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False), name="one_decision_a_day")]

    def __str__(self):
        return f"{self.sheet} · {self.get_decision_display()}"
