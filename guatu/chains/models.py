from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.chains.choices import ENTERPRISE_ROLES, TIERS
from guatu.enterprises.models import Enterprise
from guatu.kernel.models import Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only


class Chain(SourcedRecord):
    scope_paths = None  # chains are common knowledge of the city; what stands on them is scoped

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    tier = models.CharField(_("tier"), max_length=20, blank=True, choices=TIERS)
    target_scale_cny = models.DecimalField(_("target scale"), max_digits=15, decimal_places=2, null=True, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("chain")
        verbose_name_plural = _("chains")
        ordering = ["code"]

    def __str__(self):
        return self.name


class EnterpriseRole(SourcedRecord):
    """What an enterprise is to a chain, or to the zone when no chain is named."""

    scope_paths = ("enterprise__zone",)
    named_by = ("enterprise",)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="roles", verbose_name=_("enterprise"))
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("chain")
    )
    role = models.CharField(_("role"), max_length=20, choices=ENTERPRISE_ROLES)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("enterprise role")
        verbose_name_plural = _("enterprise roles")
        ordering = ["chain", "role", "enterprise"]

    def __str__(self):
        return f"{self.enterprise} · {self.get_role_display()}"
