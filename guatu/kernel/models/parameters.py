"""A zone's own values of parameters; the defaults stand in the apps' YAML with their documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models.facts import Fact
from guatu.kernel.models.people import Organisation


class ParameterValue(Fact):
    scope_paths = ("organisation",)

    key = models.CharField(_("parameter"), max_length=100)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    value = models.JSONField(_("value"))

    class Meta(Fact.Meta):
        verbose_name = _("parameter override")
        verbose_name_plural = _("parameter overrides")
        ordering = ["key", "valid_on"]

    def __str__(self):
        return f"{self.key} {self.valid_on}"
