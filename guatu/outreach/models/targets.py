"""Target lists and the enterprises on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Organisation, SourcedRecord, User
from guatu.kernel.models.people import zones_only
from guatu.outreach.targets_choices import BARRED, OPEN, STATES


class TargetList(SourcedRecord):
    """A list of enterprises to be won for a gap of a chain, or for a zone at large; shared by all who reach the zone or the unit."""

    scope_paths = ("zone", "unit")

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    zone = models.ForeignKey(Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    chain = models.CharField(_("chain"), max_length=60, blank=True)
    node = models.CharField(_("node"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit"))
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer"))

    class Meta(SourcedRecord.Meta):
        verbose_name = _("target list")
        verbose_name_plural = _("target lists")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Target(SourcedRecord):
    """An enterprise on a target list. `key` is the register's; `score`, `rank` and `reasons` (sentences by term) as they stood when it was put
    on the list, so that a visiting book can be explained years later. `trip` is the journey on which it is to be visited."""

    scope_paths = ("target_list__zone", "target_list__unit", "unit")
    named_by = ("target_list",)

    target_list = models.ForeignKey(TargetList, models.PROTECT, related_name="targets", verbose_name=_("target list"))
    key = models.CharField(_("key in the register"), max_length=80, db_index=True)
    name = models.CharField(_("enterprise"), max_length=300)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=STATES, default=OPEN)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit"))
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer"))
    trip = models.ForeignKey(
        "outreach.Trip", models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("to be visited on the trip"))
    reason = models.TextField(_("reason"), blank=True)
    ranked_on = models.DateField(_("ranked on"), null=True, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    reasons = models.TextField(_("why it stands there"), blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["target_list", "rank", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_list", "key"], condition=models.Q(withdrawn=False), name="one_target_a_list")
        ]

    def __str__(self):
        return f"{self.name} · {self.target_list}"

    @property
    def is_barred(self) -> bool:
        return self.state == BARRED
