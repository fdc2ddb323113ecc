"""Exchange rates, dated by the day they were published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.choices import CURRENCIES
from guatu.kernel.models.facts import Fact


class ExchangeRate(Fact):
    """Yuan for one unit of a currency, in force from its day until the next rate of that currency."""

    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES[1:])
    cny_per_unit = models.DecimalField(_("yuan per unit"), max_digits=12, decimal_places=6)

    class Meta(Fact.Meta):
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "valid_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "valid_on"],
                condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_rate_a_day",
            )
        ]

    def __str__(self):
        return f"{self.currency} {self.valid_on} {self.cny_per_unit}"
