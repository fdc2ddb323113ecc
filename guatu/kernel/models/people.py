"""People, the tree of organisations, and who has which role where."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models.facts import Record, SourcedRecord
from guatu.kernel.scope import roles


def zones_only() -> dict:
    """Limits a reference to organisations of the kinds that this installation counts as zones."""
    return {"kind__in": [code for code, _label in settings.GUATU_ZONE_KINDS]}


class Organisation(SourcedRecord):
    """A node of the tree: city, zone, department, team, enterprise. What a kind means is data of the apps above."""

    scope_paths = ("self",)

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )

    class Meta(SourcedRecord.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    """Finds people for logging in; a withdrawn account is nobody's."""

    use_in_migrations = True  # migrations of django-allauth ask for User.objects

    def get_by_natural_key(self, username):
        return self.get(username=username, withdrawn=False)


class User(Record, AbstractBaseUser):
    """A person who can log in. Password and last login are not values of the record and leave no statement."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = UserManager()
    everything = UserManager()

    class Meta(Record.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self):
        return self.name or self.username

    @classmethod
    def value_fields(cls):
        return [field for field in super().value_fields() if field.name not in ("password", "last_login")]


class Membership(Record):
    """A user has a role at a node; the role reaches over the node's whole subtree."""

    scope_paths = ("organisation",)
    named_by = ("user", "organisation")

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=40)

    class Meta(Record.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=models.Q(withdrawn=False), name="membership_once"
            )
        ]

    def __str__(self):
        role = roles().get(self.role)
        return f"{self.user} · {role.label if role else self.role} · {self.organisation}"


class ApiToken(models.Model):
    """A key for the API. Only its SHA-256 is kept; the key itself is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("token")

    def __str__(self):
        return self.name

    @classmethod
    def new(cls, user, name: str, expires_at=None) -> tuple["ApiToken", str]:
        key = "gt_" + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=cls.digest_of(key), expires_at=expires_at), key

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()
