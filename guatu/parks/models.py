from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.parks.choices import DATUMS, PARK_KINDS, PARK_STATUSES


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


class ZoneGeometry(SourcedRecord):
    """Where a zone lies: GeoJSON in degrees of WGS-84, as read from a file in `datum`. Its source carries that file.

    `simplified`: the outline was thinned when it was read, by at most 20 m.
    """

    scope_paths = ("organisation",)
    named_by = ("organisation",)

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone")
    )
    geometry = models.JSONField(_("geometry"))
    datum = models.CharField(_("datum"), max_length=10, choices=DATUMS)
    simplified = models.BooleanField(_("thinned"), default=False)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("geometry of a zone")
        verbose_name_plural = _("geometry of zones")
        ordering = ["organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(withdrawn=False), name="zone_geometry_once"
            )
        ]

    def __str__(self):
        return str(self.organisation)
