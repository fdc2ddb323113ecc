from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only


class Enterprise(SourcedRecord):
    """A legal person as the zone's office knows it. Only the name is required; the code is given when left out."""

    scope_paths = ("zone",)

    code = models.CharField(_("code"), max_length=20, unique=True, blank=True)
    name = models.CharField(_("name"), max_length=200, db_index=True)
    short_name = models.CharField(_("short name"), max_length=200, blank=True)
    former_names = models.TextField(_("former names"), blank=True)  # one a line or separated by semicolons
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True, db_index=True)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )

    class Meta(SourcedRecord.Meta):
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], condition=models.Q(withdrawn=False) & ~models.Q(uscc=""), name="one_enterprise_a_uscc"
            )
        ]

    def __str__(self):
        return self.name
