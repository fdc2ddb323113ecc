"""The investment ledger: what is planned month by month and for the year, what arrived, what statistics know."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.choices import CURRENCIES
from guatu.kernel.models import Fact, Organisation
from guatu.projects.choices import FUND_ORIGINS, TARGET_BASES, TARGET_MEASURES
from guatu.projects.models.projects import Project

PROJECT_PATHS = ("project__zone", "project__unit", "project__team")


class PlannedInvestment(Fact):
    """The investment a project plans to complete within one month, in yuan, as laid down on a day (`valid_on`).

    `month` is written like 2022-07. A plan revised later is a further row of a later day: as of any day the newest plan
    laid down by then counts. A plan that was written down wrongly is corrected instead.
    """

    scope_paths = PROJECT_PATHS
    named_by = ("project",)

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="planned_investments", verbose_name=_("project")
    )
    month = models.CharField(_("month"), max_length=7)
    planned_cny = models.DecimalField(_("investment planned for the month"), max_digits=15, decimal_places=2)

    class Meta(Fact.Meta):
        verbose_name = _("planned investment")
        verbose_name_plural = _("planned investments")
        ordering = ["project", "month", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_plan_a_month_and_day",
            )
        ]
        indexes = [models.Index(fields=["month", "project"], name="planned_investment_month")]

    def __str__(self):
        return f"{self.project.name} · {self.month}"


class ArrivedFunds(Fact):
    """Funds of a project that arrived on a day. `amount` is in its currency; None: arrived, but not yet known how much.

    Domestic funds arrive in yuan. A foreign currency is turned into yuan, and every foreign fund into US dollars, at the
    rates in force on the day of arrival. `voucher` (capital verification, bank receipt) tells arrivals of a day apart.
    """

    scope_paths = PROJECT_PATHS
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="arrived_funds", verbose_name=_("project"))
    origin = models.CharField(_("origin of the funds"), max_length=10, choices=FUND_ORIGINS)
    amount = models.DecimalField(_("amount arrived"), max_digits=15, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="CNY")
    voucher = models.CharField(_("voucher"), max_length=80, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("arrived funds")
        verbose_name_plural = _("arrived funds")
        ordering = ["project", "counts_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "valid_on", "origin", "voucher"],
                condition=models.Q(superseded_by=None, withdrawn=False), name="one_arrival_a_voucher",
            )
        ]
        indexes = [models.Index(fields=["project", "counts_from"], name="arrived_funds_day")]

    def __str__(self):
        return f"{self.project.name} · {self.valid_on}"


class StatisticsEntry(Fact):
    """A project's entry into the investment statistics (纳统入库): the day, and the code it bears there.

    The day is the same as that of the project's actual event “entered into statistics”, which the five lists read;
    recording the one records the other (`effects`). Its documents lie with this row.
    """

    scope_paths = PROJECT_PATHS
    named_by = ("project",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="statistics_entries", verbose_name=_("project"))
    code = models.CharField(_("statistics code"), max_length=40, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("entry into statistics")
        verbose_name_plural = _("entries into statistics")
        ordering = ["project"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(superseded_by=None, withdrawn=False), name="one_statistics_entry"
            )
        ]

    def __str__(self):
        return f"{self.project.name} · {self.code or self.valid_on}"


class ReportedInvestment(Fact):
    """The investment of one month as it was reported to statistics, in yuan; the month is the fact's own day, as with
    `MonthlyInvestment`, with which it is compared and never added."""

    scope_paths = PROJECT_PATHS
    named_by = ("project",)

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="reported_investments", verbose_name=_("project")
    )
    reported_cny = models.DecimalField(_("investment reported for the month"), max_digits=15, decimal_places=2)

    class Meta(Fact.Meta):
        verbose_name = _("investment reported to statistics")
        verbose_name_plural = _("investments reported to statistics")
        ordering = ["project", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "valid_on"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_report_to_statistics_a_month",
            )
        ]
        indexes = [models.Index(fields=["counts_from", "project"], name="reported_investment_day")]

    def __str__(self):
        return f"{self.project.name} · {self.valid_on:%Y-%m}"


class YearTarget(Fact):
    """What a zone or unit is to reach in a year by one measure, as laid down on a day (`valid_on`).

    Exactly one amount is given: yuan, US dollars (foreign funds) or a number of projects, as the measure asks. `basis`
    says whether the target was set, or worked out from a completion rate, and then proves nothing about that rate.
    """

    scope_paths = ("organisation",)
    named_by = ("organisation",)

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("zone or unit")
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1980), MaxValueValidator(2200)])
    measure = models.CharField(_("measure"), max_length=20, choices=TARGET_MEASURES)
    target_cny = models.DecimalField(_("target in yuan"), max_digits=17, decimal_places=2, null=True, blank=True)
    target_usd = models.DecimalField(_("target in US dollars"), max_digits=15, decimal_places=2, null=True, blank=True)
    target_count = models.PositiveIntegerField(_("target number of projects"), null=True, blank=True)
    basis = models.CharField(_("basis of the target"), max_length=10, choices=TARGET_BASES, default="set")

    class Meta(Fact.Meta):
        verbose_name = _("year target")
        verbose_name_plural = _("year targets")
        ordering = ["-year", "organisation", "measure", "counts_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "measure", "valid_on"],
                condition=models.Q(superseded_by=None, withdrawn=False), name="one_target_a_day",
            )
        ]

    def __str__(self):
        return f"{self.organisation.name} · {self.year} · {self.get_measure_display()}"

    @property
    def target(self):
        """The one amount given, in the measure's own unit."""
        return next(
            (value for value in (self.target_cny, self.target_usd, self.target_count) if value is not None), None)
