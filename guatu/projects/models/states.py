"""Derived: where each project stood over both times, laid out for one-pass reads."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.chains.models import Chain
from guatu.kernel.choices import CURRENCIES
from guatu.kernel.models import Interval, Organisation
from guatu.projects.models.projects import Project


class Signature(models.Model):
    """All that decides in which list a project stands, apart from the day and the zone's parameters.

    There are few different signatures, so the rule is applied to each of them once and SQL counts by signature.
    `stage` is empty while no actual stage event counts; years are 0 when there is none.
    """

    stage = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10)
    stage_year = models.PositiveSmallIntegerField()
    in_statistics = models.BooleanField()
    expected_year = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("signature")
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "status", "stage_year", "in_statistics", "expected_year"], name="signature_once"
            )
        ]

    def __str__(self):
        return f"{self.stage or '—'} {self.status} {self.stage_year}"


class ProjectState(Interval):
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    signature = models.ForeignKey(Signature, models.PROTECT, related_name="+", db_index=False)
    zone = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    chain = models.ForeignKey(Chain, models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    batch = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+", db_index=False)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    declared_count = models.PositiveIntegerField(null=True)
    investment_fen = models.BigIntegerField(null=True)  # hundredths of the currency, so that sums are exact
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    since = models.DateField(null=True)
    precision = models.CharField(max_length=8, blank=True)
    not_later_than = models.BooleanField(default=False)

    scope_paths = ("zone", "unit", "team")
    held = (
        *("project_id", "zone_id", "unit_id", "team_id", "chain_id", "signature_id", "batch_id", "declared_count"),
        *("investment_fen", "currency", "code"),
    )
    #: Batches and their members, which totals must not count twice.
    IN_BATCHES = models.Q(batch__isnull=False) | models.Q(declared_count__isnull=False)

    class Meta:
        verbose_name = _("state of a project")
        # No index for each reference: the answers to one day's questions come out of the second index alone, and a
        # planner that knows no better would take "in no batch" for selective.
        indexes = [
            models.Index(fields=["project", "recorded_to"], name="project_state_project"),
            models.Index(
                fields=[
                    *("valid_to", "valid_from", "recorded_to", "recorded_from", "signature", "zone", "project"),
                    *("batch", "declared_count", "investment_fen", "currency", "chain", "unit", "team", "code"),
                ],
                name="project_state_moment",
            ),
            # Whose projects: the work queue of a person or a unit, as of any day.
            *(
                models.Index(
                    fields=[name, "valid_to", "valid_from", "recorded_to", "recorded_from", "project"],
                    name=f"project_state_{label}", condition=condition,
                )
                for label, name, condition in (
                    ("officer", "officer", models.Q(officer__isnull=False)),
                    ("unit", "unit", models.Q(unit__isnull=False)),
                    ("no_unit", "zone", models.Q(unit__isnull=True)),
                )
            ),
            models.Index(fields=["batch"], name="project_state_batch", condition=models.Q(batch__isnull=False)),
            models.Index(
                fields=["valid_to", "valid_from"],
                name="project_state_in_batches",
                condition=models.Q(batch__isnull=False) | models.Q(declared_count__isnull=False),
            ),
        ]
