"""Recordings and the hash-chained history.

A Recording is one confirmed write: its number, instant and actor. Numbers are handed out under the chain head's
lock, so every number below the head is committed and `known_at` can be resolved to a number that never changes
its meaning.

Identities are made from recordings: ``number * 2**20 + place``. A row's identity therefore tells when it was
recorded, and "known at recording R" is ``id < (R + 1) * 2**20``.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PLACES = 1 << 20


def identity(number: int, place: int) -> int:
    return number * PLACES + place


def recording_number(identity: int) -> int:
    return identity // PLACES


def limit(number: int) -> int:
    """The first identity that is *not* known at recording `number`."""
    return (number + 1) * PLACES


class ChainHead(models.Model):
    """The single row every write locks: the last number, instant and hash of the chain."""

    number = models.BigIntegerField(default=0)
    instant = models.DateTimeField(null=True)
    hash = models.CharField(max_length=64, default="0" * 64)
    turned_on = models.DateField(null=True)  # the day up to which future-dated values have been put in force
    remade = models.BigIntegerField(default=0)  # how often rows of projections were remade, whatever the recordings say

    class Meta:
        verbose_name = _("chain head")

    def __str__(self):
        return f"#{self.number}"


class Recording(models.Model):
    number = models.BigIntegerField(primary_key=True)
    instant = models.DateTimeField(_("recorded at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(_("actor"), max_length=150)
    #: For whom the actor acted (代), where the right used was another's; part of the hash like the actor.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    on_behalf_name = models.CharField(max_length=150, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=20)
    note = models.TextField(_("reason"), blank=True)
    entries = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("recording")
        ordering = ["-number"]

    def __str__(self):
        return f"#{self.number}"


class HistoryEntry(models.Model):
    """What one recording did to one subject: a named verb, the changes, and the digests of its facts."""

    id = models.BigIntegerField(primary_key=True)
    verb = models.CharField(_("verb"), max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(_("subject"), max_length=300)
    changes = models.TextField()  # canonical JSON {field: [old, new]}
    facts = models.TextField()  # canonical JSON [[table, identity, digest], …]
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("history entry")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"])]

    def __str__(self):
        return f"{self.verb} {self.subject_label}"

    @property
    def recording_number(self) -> int:
        return recording_number(self.id)
