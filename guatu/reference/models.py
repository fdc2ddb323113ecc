"""Indicator definitions and their values by organisation and period."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models import Fact, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.reference.choices import BASES, INDICATOR_UNITS, RATE_KINDS


class IndicatorDefinition(SourcedRecord):
    name = models.CharField(_("indicator"), max_length=120, unique=True)
    unit = models.CharField(_("unit"), max_length=20, choices=INDICATOR_UNITS)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("indicator definition")
        verbose_name_plural = _("indicator definitions")
        ordering = ["name"]

    def __str__(self):
        return self.name


class IndicatorValue(Fact):
    """A value as reported for a period; `period` keeps the reported text, `valid_on` the day it counts from.

    `target_basis` and `last_value_basis` say whether that figure was reported, or worked out backwards; one worked out
    from `reported_rate_pct` is shown as derived, and the rate is not tested against it.
    """

    scope_paths = ("zone",)
    named_by = ("indicator",)

    zone = models.ForeignKey(Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    indicator = models.ForeignKey(
        IndicatorDefinition, models.PROTECT, related_name="values", verbose_name=_("indicator")
    )
    period = models.CharField(_("period"), max_length=20, blank=True)
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, choices=INDICATOR_UNITS)
    target = models.DecimalField(_("target"), max_digits=15, decimal_places=4, null=True, blank=True)
    last_value = models.DecimalField(
        _("value of the former period"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    reported_rate_pct = models.DecimalField(
        _("reported rate (%)"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    target_basis = models.CharField(_("basis of the target"), max_length=10, choices=BASES, default="reported")
    last_value_basis = models.CharField(
        _("basis of the former value"), max_length=10, choices=BASES, default="reported"
    )
    rate_kind = models.CharField(_("kind of rate"), max_length=20, blank=True, choices=RATE_KINDS)

    class Meta(Fact.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["zone", "indicator", "valid_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "indicator", "period"],
                condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_value_a_period",
            )
        ]

    def __str__(self):
        return f"{self.indicator} {self.period}"
