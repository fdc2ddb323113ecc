"""Tables of bulletins."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.bulletins.choices import DRAFT, LANGUAGES, STATES
from guatu.kernel.models import Organisation, Record
from guatu.kernel.models.people import zones_only


class Bulletin(Record):
    """How a zone (or one unit's projects in it) stood as of a day, in words.

    `generated` is the content that `rules.drafting` made as of `as_of` and as known at recording `known_number`; `edits`
    what a person wrote instead, by section. At issue `text` is frozen with its digest, and nothing but the state may
    change from then on. `number` counts the issued bulletins of a series (zone and unit) within a year.
    """

    scope_paths = ("zone", "unit")
    special_rights = {
        "issue": frozenset({
            "state", "year", "number", "issued_on", "issued_by", "text", "sha256", "template_sha256", "withdrawal_reason",
        })
    }
    unworded = frozenset({"generated", "edits", "text"})

    code = models.CharField(_("code"), max_length=60, unique=True, blank=True)
    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issuing office"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    as_of = models.DateField(_("as of"))
    since = models.DateField(_("since the end of"))
    known_number = models.BigIntegerField(_("known at recording"))
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=DRAFT)
    series = models.CharField(_("series"), max_length=60, blank=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)
    generated = models.JSONField(_("generated content"), default=dict)
    edits = models.JSONField(_("edited sections"), default=dict, blank=True)
    text = models.TextField(_("text"), blank=True)
    sha256 = models.CharField(_("digest of the text"), max_length=64, blank=True)
    template_sha256 = models.CharField(_("digest of the Word template"), max_length=64, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["series", "state", "as_of"])]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "number"], condition=models.Q(withdrawn=False), name="bulletin_number_once"
            )
        ]

    def __str__(self):
        return self.title

    @staticmethod
    def series_of(zone_id: int, unit_id: int | None) -> str:
        return f"{zone_id}" if unit_id is None else f"{zone_id}/{unit_id}"

    @property
    def is_draft(self) -> bool:
        return self.state == DRAFT

    @classmethod
    def shown_to(cls, scope, resource: str, verb: str) -> models.Q | None:
        """A draft is seen by those who may change it, everybody else in reach sees what was issued."""
        if verb in ("add", "change", "withdraw", "issue"):
            return None
        own = scope.q(cls.scope_paths, resource, "change")
        return None if own is None else ~models.Q(state=DRAFT) | own
