"""Published working calendars, and commitments with their due days."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.choices import LIGHTS, PRECISIONS
from guatu.kernel.models.facts import Fact, Interval, SourcedRecord
from guatu.kernel.models.people import Organisation


class CalendarNotice(Fact):
    """One year's notice of the State Council on holidays and make-up working days (节假日安排通知)."""

    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    holidays = models.JSONField(_("holidays"), default=list)  # ISO days off, weekends that stay off not needed
    workdays = models.JSONField(_("make-up working days"), default=list)

    class Meta(Fact.Meta):
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=models.Q(superseded_by=None, withdrawn=False), name="one_notice_a_year"
            )
        ]

    def __str__(self):
        return self.title


class Commitment(SourcedRecord):
    """Somebody owes something by a day. Each app has its own table of commitments; `CommitmentState` holds all.

    With `basis_on` and `allowance_workdays` the due day is counted in working days, and is counted anew when a
    calendar is published. The due day's first value is the first promise; each later statement of `due_on` is a move with its reason and
    approver. An override of the light holds from `override_from` through `override_until`. `asked_by` is who wants it
    done: whoever made it by hand, unless they name another. Each urging (催办) states its day anew in `urged_on`.
    """

    special_rights = {
        "move_due": frozenset({"due_on", "due_precision", "basis_on", "allowance_workdays"}),
        "override_light": frozenset({"override_colour", "override_from", "override_until", "override_reason"}),
        "urge": frozenset({"urged_on"}),
    }

    title = models.CharField(_("title"), max_length=200)
    owner_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    urged_on = models.DateField(_("last urged on"), null=True, blank=True)
    due_on = models.DateField(_("due day"))
    due_precision = models.CharField(_("precision of the due day"), max_length=8, default="day", choices=PRECISIONS)
    basis_on = models.DateField(_("counted from"), null=True, blank=True)
    allowance_workdays = models.PositiveSmallIntegerField(_("working days allowed"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    override_colour = models.CharField(_("light set by hand"), max_length=10, blank=True, choices=LIGHTS[:3])
    override_from = models.DateField(_("set by hand from"), null=True, blank=True)
    override_until = models.DateField(_("set by hand until"), null=True, blank=True)
    override_reason = models.TextField(_("reason of the hand-set light"), blank=True)

    class Meta(SourcedRecord.Meta):
        abstract = True

    def __str__(self):
        return self.title

    @property
    def about_reference(self) -> tuple[str, int]:
        """Label of the table and identity of the row this commitment belongs to."""
        raise TypeError(f"{type(self).__name__} does not say what it is about.")

    @property
    def code(self) -> str:
        """A stable word for what is promised, empty for a free commitment."""
        return ""


class CommitmentState(Interval):
    """Every commitment of the house, whatever its table, over both times: what lights are computed from.

    `about` is the row the commitment belongs to; whoever may see that row, or reaches the responsible unit, may see
    the commitment.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    owner_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    due_precision = models.CharField(max_length=8)
    first_due_on = models.DateField()
    moves = models.PositiveIntegerField()
    urged_on = models.DateField(null=True)
    urgings = models.PositiveIntegerField(default=0)
    done_on = models.DateField(null=True)
    override_colour = models.CharField(max_length=10, blank=True)
    override_from = models.DateField(null=True)
    override_until = models.DateField(null=True)
    override_reason = models.TextField(blank=True)

    held = (
        *("subject_type", "subject_id", "about_type", "about_id", "owner_unit_id", "due_on", "first_due_on", "moves", "done_on"),
        *("override_colour", "override_from", "override_until"),
    )

    class Meta:
        verbose_name = _("state of a commitment")
        indexes = [
            models.Index(fields=["recorded_to", "valid_to", "due_on"], name="commitment_state_due"),
            models.Index(fields=["subject_type", "subject_id"], name="commitment_state_subject"),
            models.Index(fields=["about_type", "about_id"], name="commitment_state_about"),
            # What is unfinished on a day: never finished, or finished later. Red and yellow are found in these alone.
            models.Index(
                fields=[
                    *("valid_to", "due_on", "valid_from", "recorded_to", "recorded_from"),
                    *("subject_type", "about_type", "about_id", "owner_unit"),
                ],
                name="commitment_state_open", condition=models.Q(done_on__isnull=True),
            ),
            models.Index(
                fields=[
                    *("done_on", "valid_to", "due_on", "valid_from", "recorded_to", "recorded_from"),
                    *("subject_type", "about_type", "about_id", "owner_unit"),
                ],
                name="commitment_state_done", condition=models.Q(done_on__isnull=False),
            ),
            models.Index(fields=["moves"], name="commitment_state_moved", condition=models.Q(moves__gt=0)),
            models.Index(
                fields=["override_until"], name="commitment_state_by_hand",
                condition=models.Q(override_until__isnull=False),
            ),
            # What somebody owes or asked for. Most rows name nobody, and the planner should not take that for rare.
            *(
                models.Index(
                    fields=[name, "recorded_to", "valid_to"], name=f"commitment_state_{name}",
                    condition=models.Q(**{f"{name}__isnull": False}),
                )
                for name in ("owner", "owner_unit", "asked_by")
            ),
        ]
