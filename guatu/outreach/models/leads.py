"""Leads: firms that may come, how each stands, who followed it when, and whose it is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.chains.models import Chain
from guatu.enterprises.models import Enterprise
from guatu.kernel.choices import CURRENCIES
from guatu.kernel.models import Fact, Interval, Organisation, Record, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.outreach.lead_choices import CONTACT_WAYS, LEAD_STAGES, LOST_REASONS, ORIGINS
from guatu.projects.models import Project


class Lead(SourcedRecord):
    """A firm that may come, followed by a unit and an owner. Only its name need be known.

    `stage` holds from `stage_on`; each move is a statement of that day, so that the lead stands as of any day. A lost lead
    says why and to whom it went; a converted one names its project. `target` is the entry of a target list that it came from. `name_key` and `last_contact_on` are kept by the house.
    """

    scope_paths = ("zone", "unit")
    siblings_by = ("enterprise", "project")

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    name = models.CharField(_("firm"), max_length=200)
    name_key = models.CharField(_("name as compared"), max_length=200, blank=True, editable=False, db_index=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True, db_index=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("enterprise")
    )
    zone = models.ForeignKey(Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    title = models.CharField(_("intended project"), max_length=200, blank=True)
    chain = models.ForeignKey(
        Chain, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("chain")
    )
    node = models.CharField(_("node of the chain"), max_length=60, blank=True)
    origin = models.CharField(_("origin of the lead"), max_length=20, choices=ORIGINS)
    target = models.ForeignKey(
        "outreach.Target", models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("target"))
    first_contact_on = models.DateField(_("first contact"))
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=LEAD_STAGES, default="new")
    stage_on = models.DateField(_("in this stage since"), null=True, blank=True)
    investment = models.DecimalField(_("expected investment"), max_digits=15, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="CNY")
    needs_land = models.BooleanField(_("needs land of its own"), default=True)
    land_area_m2 = models.DecimalField(_("land area"), max_digits=15, decimal_places=2, null=True, blank=True)
    lost_reason = models.CharField(_("why it was lost"), max_length=20, choices=LOST_REASONS, blank=True)
    lost_to = models.CharField(_("to whom it went"), max_length=200, blank=True)
    distinct_because = models.CharField(_("why it is another lead"), max_length=300, blank=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("project")
    )

    class Meta(SourcedRecord.Meta):
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stage", "last_contact_on"], name="lead_stage_contact"),
            models.Index(fields=["zone", "name_key"], name="lead_zone_name"),
        ]

    def __str__(self):
        return self.name


class LeadContact(Fact):
    """Somebody was in touch with a lead's firm on a day, recorded once. It renews the claim of the unit that followed."""

    scope_paths = ("lead__zone", "lead__unit")
    named_by = ("lead",)

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="contacts", verbose_name=_("lead"))
    way = models.CharField(_("way of contact"), max_length=10, choices=CONTACT_WAYS)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who was in touch")
    )
    whom = models.CharField(_("with whom"), max_length=200, blank=True)
    summary = models.TextField(_("what was said"))

    class Meta(Fact.Meta):
        verbose_name = _("contact with a lead")
        verbose_name_plural = _("contacts with leads")
        ordering = ["lead", "-counts_from", "-id"]
        indexes = [models.Index(fields=["lead", "counts_from"], name="lead_contact_day")]

    def __str__(self):
        return f"{self.lead.name} · {self.valid_on}"


class Claim(Record):
    """Whose a firm is. There is one row for each firm, whoever holds it: so two teams can never both hold one.

    Held by `unit` (by `owner` where there is no unit) from `since` through `until`, unless given back on `ended_on`. Taking
    over, renewing, giving back and ruling are statements about the row, so every day's holder is known. `name_key` and
    `code_key` are unique in the database; both are kept by the house.
    """

    scope_paths = None  # a claim that others cannot see protects nobody

    name = models.CharField(_("firm"), max_length=200)
    name_key = models.CharField(_("name as compared"), max_length=230, blank=True, editable=False, unique=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    code_key = models.CharField(_("code as compared"), max_length=18, null=True, blank=True, editable=False, unique=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that holds it")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    since = models.DateField(_("held since"), null=True, blank=True)
    until = models.DateField(_("protected until"), null=True, blank=True)
    ended_on = models.DateField(_("given back on"), null=True, blank=True)
    ruling = models.TextField(_("ruling"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-since", "-id"]

    def __str__(self):
        return self.name


class LeadState(Interval):
    """Derived: how each lead stood over both times. `day_…` are the days, as ordinals, on which it first stood in a stage or
    further on; `lost_from` is the stage it was lost from."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="+", db_index=False)
    zone = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    chain = models.ForeignKey(Chain, models.PROTECT, null=True, related_name="+", db_index=False)
    node = models.CharField(max_length=60)
    origin = models.CharField(max_length=20)
    stage = models.CharField(max_length=10)
    since = models.DateField()
    lost_from = models.CharField(max_length=10)
    lost_reason = models.CharField(max_length=20)
    last_contact_on = models.DateField(null=True)
    investment_fen = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+", db_index=False)
    day_new = models.IntegerField()
    day_contacted = models.IntegerField(null=True)
    day_talking = models.IntegerField(null=True)
    day_visited = models.IntegerField(null=True)
    day_agreed = models.IntegerField(null=True)
    day_converted = models.IntegerField(null=True)

    scope_paths = ("zone", "unit")
    held = (
        *("lead_id", "zone_id", "unit_id", "owner_id", "chain_id", "node", "origin", "stage", "since", "lost_from", "project_id"),
        *("investment_fen", "currency", "last_contact_on"),
        *("day_new", "day_contacted", "day_talking", "day_visited", "day_agreed", "day_converted"),
    )

    class Meta:
        verbose_name = _("state of a lead")
        indexes = [
            models.Index(fields=["lead", "recorded_to"], name="lead_state_lead"),
            models.Index(fields=["project"], name="lead_state_project", condition=models.Q(project__isnull=False)),
        ]
