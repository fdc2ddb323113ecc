from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.chains.models import Chain
from guatu.enterprises.models import Enterprise
from guatu.kernel.choices import CURRENCIES
from guatu.kernel.models import Fact, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.parks.models import Park
from guatu.projects.choices import BASES, CATEGORIES, EVENT_KINDS, EVENT_LABELS, EVENTS


class Project(SourcedRecord):
    """A project, or a batch of several started or signed together (`declared_count` says how many).

    `investment` is the planned total in its currency; None is unknown, never zero. A member of a batch names it in
    `batch`; its money and its count lie inside the batch's.
    """

    scope_paths = ("zone", "unit", "team")

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    zone = models.ForeignKey(Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    category = models.CharField(_("category"), max_length=20, choices=CATEGORIES, default="industry")
    investment = models.DecimalField(_("total investment"), max_digits=15, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="CNY")
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("chain")
    )
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("park")
    )
    investors = models.ManyToManyField(Enterprise, blank=True, related_name="projects", verbose_name=_("investors"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    team = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    commander = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commander")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    needs_land = models.BooleanField(_("needs land of its own"), default=True)
    land_area_m2 = models.DecimalField(_("land area"), max_digits=15, decimal_places=2, null=True, blank=True)
    annual_output_cny = models.DecimalField(
        _("annual output at capacity"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    jobs = models.PositiveIntegerField(_("jobs"), null=True, blank=True)
    batch = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("batch")
    )
    declared_count = models.PositiveIntegerField(_("projects in the batch"), null=True, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["code"]

    def __str__(self):
        return self.name


class StageEvent(Fact):
    """Something that happened to a project on a day (actual), or is to happen by a day (planned).

    `not_later_than` marks a day that is only an upper bound. `basis` tells new progress, which passes the gates, from
    sourced history, which may jump. `returned` marks a deliberate step back, with its reason in `note`.
    """

    scope_paths = ("project__zone", "project__unit", "project__team")
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="events", verbose_name=_("project"))
    event = models.CharField(_("event"), max_length=20, choices=EVENTS)
    kind = models.CharField(_("kind"), max_length=8, choices=EVENT_KINDS, default="actual")
    not_later_than = models.BooleanField(_("not later than"), default=False)
    basis = models.CharField(_("basis"), max_length=8, choices=BASES, default="progress")
    returned = models.BooleanField(_("step back"), default=False)

    class Meta(Fact.Meta):
        verbose_name = _("stage event")
        verbose_name_plural = _("stage events")
        ordering = ["project", "counts_from", "id"]
        indexes = [models.Index(fields=["project", "counts_from"])]

    def __str__(self):
        return f"{self.project.name} · {EVENT_LABELS.get(self.event, self.event)} · {self.valid_on}"
