from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.enterprises.models import Enterprise
from guatu.kernel.models import Fact, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.outreach.trip_choices import COST_KINDS, VISIT_OUTCOMES


class Trip(SourcedRecord):
    """A journey to win investment 外出招商: who went from when to when, where, and what for.

    `units` are all that took part, the leading one among them. A trip of several units is one row.
    """

    scope_paths = ("zone", "lead_unit")

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone"))
    lead_unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("leading unit"))
    units = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("units that took part"))
    leader = models.CharField(_("leader of the trip"), max_length=100)
    participants = models.TextField(_("participants"), blank=True)  # names, between semicolons or one a line
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    places = models.CharField(_("places"), max_length=300)
    purpose = models.TextField(_("purpose"), blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("trip")
        verbose_name_plural = _("trips")
        ordering = ["-from_on", "code"]
        indexes = [models.Index(fields=["zone", "from_on"], name="trip_zone_day"),
                   models.Index(fields=["-from_on", "code"], name="trip_day")]

    def __str__(self):
        return f"{self.code} {self.places} {self.from_on}"


class Visit(SourcedRecord):
    """One enterprise called on during a trip 拜访. `units` are those that were there; none named means those of the trip.

    `target` is the entry of a target list that the visit was paid for; it says for which gap. A visit that another unit had
    entered already names that one in `same_as`, and both count as one. `client_id` is given by the device on which it was
    written, so that it is never written twice.
    """

    scope_paths = ("trip__zone", "trip__lead_unit")
    named_by = ("enterprise",)

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="visits", verbose_name=_("trip"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise"))
    name = models.CharField(_("name of an enterprise not on file"), max_length=200, blank=True)
    target = models.ForeignKey(
        "outreach.Target", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("target"))
    visited_on = models.DateField(_("day of the visit"))
    units = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("units at the visit"))
    met_by = models.CharField(_("our side"), max_length=300, blank=True)
    met = models.CharField(_("their side"), max_length=300, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=VISIT_OUTCOMES, blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered before as"))
    client_id = models.CharField(_("number given by the device"), max_length=36, blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "code"]
        indexes = [models.Index(fields=["-visited_on", "code"], name="visit_day")]
        constraints = [
            models.UniqueConstraint(fields=["client_id"], condition=~models.Q(client_id=""), name="one_visit_a_client_id")
        ]

    def __str__(self):
        return f"{self.company} {self.visited_on}"

    @property
    def company(self) -> str:
        """The enterprise's name, on file or not."""
        return self.enterprise.name if self.enterprise_id is not None else self.name


class TripCost(Fact):
    """What was spent on a trip: an amount in yuan of one kind, borne by one unit, on a day."""

    scope_paths = ("trip__zone", "trip__lead_unit")
    named_by = ("trip",)

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="costs", verbose_name=_("trip"))
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("borne by"))
    kind = models.CharField(_("kind of cost"), max_length=20, choices=COST_KINDS)
    amount_cny = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)

    class Meta(Fact.Meta):
        verbose_name = _("cost of a trip")
        verbose_name_plural = _("costs of trips")
        ordering = ["-counts_from", "id"]

    def __str__(self):
        return f"{self.trip} · {self.get_kind_display()} {self.amount_cny}"
