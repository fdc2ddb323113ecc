"""Login sessions and used passwords. Neither is a value of the record: they leave no statement."""

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models.people import User


class LoginSession(AbstractBaseSession):
    """One browser that is logged in. Kept under the digest of its key, so that a copy of the table opens no door."""

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(_("logged in"), default=timezone.now)
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=300, blank=True)

    objects = BaseSessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return self.session_key[:8]

    @classmethod
    def get_session_store_class(cls):
        from guatu.kernel.doors.session_store import SessionStore

        return SessionStore


class UsedPassword(models.Model):
    """A password that a user has or had, as its hash; the newest is the present one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="used_passwords")
    hash = models.CharField(max_length=256)
    set_at = models.DateTimeField(default=timezone.now)
    #: initial: given by an administrator, to be changed at the next login; own: chosen; demo: printed by `guatu demo`
    kind = models.CharField(max_length=10, choices=[("own", _("own")), ("initial", _("initial")), ("demo", _("demo"))])

    class Meta:
        verbose_name = _("used password")
        verbose_name_plural = _("used passwords")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.user} {self.set_at:%Y-%m-%d}"
