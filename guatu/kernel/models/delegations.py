"""Who stands in for whom while away (代办)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models.facts import Record
from guatu.kernel.models.people import Membership, Organisation


class Delegation(Record):
    """From `starts_on` through `ends_on` (days in Shanghai) the delegate acts with the principal's memberships.

    No memberships named means all that may be delegated. `organisation` is the lowest node that covers them, kept by
    the house: whoever administers there answers for the delegation too.
    """

    scope_paths = ("organisation",)
    named_by = ("principal", "delegate")

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("person away")
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stands_in", verbose_name=_("stand-in")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=300)
    memberships = models.ManyToManyField(Membership, blank=True, related_name="+", verbose_name=_("memberships"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )

    class Meta(Record.Meta):
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-starts_on", "id"]
        indexes = [models.Index(fields=["delegate", "ends_on"], name="delegation_delegate")]

    def __str__(self):
        return f"{self.principal} → {self.delegate} {self.starts_on} – {self.ends_on}"
