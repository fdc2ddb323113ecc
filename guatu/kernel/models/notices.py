"""What a person is told. Whether it is shown is asked again at reading: rights may have changed since."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)  # fills the sentence registered for `code`
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    on_behalf_of = models.ForeignKey(  # whose notice this is a copy of, for who stands in for them
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("notification")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "read_at", "id"])]

    def __str__(self):
        return f"{self.code} → {self.user_id}"


class MailPreference(models.Model):
    """How one person wants to be written to. `choices` says at_once, daily or never by topic; what it leaves out goes
    the topic's usual way."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    choices = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("e-mail preference")

    def __str__(self):
        return f"{self.user_id}"


class Letter(models.Model):
    """One person's daily digest as it was made: kept before it is sent, so that it is neither lost nor written twice.

    `sent_at` is None while it waits; `message_id` is the same at every try. A day with nothing to tell leaves a letter
    without text.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    day = models.DateField(_("day"))
    message_id = models.CharField(max_length=200)
    address = models.CharField(_("e-mail"), max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    notices = models.JSONField(default=list)  # identities of the notifications it tells of
    made_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("daily digest")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self):
        return f"{self.user_id} {self.day}"
