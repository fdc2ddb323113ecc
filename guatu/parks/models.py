from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.parks.choices import PARK_KINDS, PARK_STATUSES


class Park(SourcedRecord):
    """A park, incubator or the like inside a zone; counts are as reported on `reported_on`."""

    scope_paths = ("zone",)

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    zone = models.ForeignKey(Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    kind = models.CharField(_("kind"), max_length=20, choices=PARK_KINDS)
    area_m2 = models.DecimalField(_("area"), max_digits=15, decimal_places=2, null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, blank=True, choices=PARK_STATUSES)
    buildings = models.PositiveIntegerField(_("buildings"), null=True, blank=True)
    tenants = models.PositiveIntegerField(_("tenants"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ["code"]

    def __str__(self):
        return self.name
