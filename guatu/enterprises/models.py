from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.enterprises.choices import SAME_OR_NOT
from guatu.kernel.models import Fact, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.kernel.scope import ScopedManager


class PresentEnterprises(ScopedManager):
    """Enterprises within reach; one that was merged into another is read under that one."""

    def within(self, scope, verb: str = "view", resource: str | None = None) -> models.QuerySet:
        return super().within(scope, verb, resource).filter(merged_into=None)


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
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("merged into"))

    objects = PresentEnterprises()

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


class ZoneTerritory(Fact):
    """Where a zone lies from a day on: codes of regions, and texts by which its addresses are known (rules.territory).

    As of a day the newest one counts. A zone without one has no territory; a zone below it lends it none.
    """

    scope_paths = ("zone",)
    named_by = ("zone",)

    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    region_codes = models.CharField(_("region codes"), max_length=400)  # between semicolons
    address_patterns = models.TextField(_("texts of addresses"), blank=True)  # one a line
    longitude = models.DecimalField(_("longitude of the centre"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude of the centre"), max_digits=8, decimal_places=6, null=True, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["zone", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_territory_a_day",
            )
        ]

    def __str__(self):
        return f"{self.zone.name} · {self.region_codes}"


class EnterpriseMerge(Fact):
    """That two rows were found to be one enterprise: `gone` was merged into `kept`. Withdrawn when the merge is undone.

    `journal` holds what only an undo needs: the identities of links and the recordings that last touched the moved rows.
    """

    scope_paths = ("kept__zone",)
    named_by = ("kept", "gone")
    unworded = frozenset({"journal"})

    kept = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("kept enterprise"))
    gone = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("merged enterprise"))
    reason = models.TextField(_("reason"))
    journal = models.TextField(blank=True, editable=False)

    class Meta(Fact.Meta):
        verbose_name = _("merge of enterprises")
        verbose_name_plural = _("merges of enterprises")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(superseded_by=None, withdrawn=False), name="merged_once")
        ]

    def __str__(self):
        return f"{self.gone.name} → {self.kept.name}"


class MatchVerdict(Fact):
    """A person's word on two rows that look like one enterprise, by their codes: the same, or different. The pair stands in
    the order of its codes, so that it is judged once."""

    scope_paths = ("zone",)

    left = models.CharField(_("code of the one"), max_length=20, db_index=True)
    right = models.CharField(_("code of the other"), max_length=20, db_index=True)
    names = models.CharField(_("their names"), max_length=410, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=SAME_OR_NOT)
    reason = models.TextField(_("reason"), blank=True)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )

    class Meta(Fact.Meta):
        verbose_name = _("verdict on a likeness")
        verbose_name_plural = _("verdicts on likenesses")
        ordering = ["left", "right", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["left", "right", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_likeness_a_day")
        ]

    def __str__(self):
        return f"{self.names or f'{self.left} · {self.right}'} · {self.get_verdict_display()}"
