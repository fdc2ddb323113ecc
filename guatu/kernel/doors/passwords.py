"""Passwords: what they must be like, which were used before, and when they must be changed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.models import LoginSession, UsedPassword, User
from guatu.kernel.rules.passwords import MAX_LENGTH, MIN_CLASSES, MIN_LENGTH, weaknesses

#: As many former passwords as are remembered and refused (the present one among them).
REMEMBERED = 5


def rules_sentence() -> str:
    """What a password must be like, said before one is chosen."""
    return _(
        "At least %(length)d characters, of three of the four kinds: capitals, small letters, digits, other signs. Not "
        "your name, nothing that everybody tries (123, qwe, a year, “admin”), and none of your last %(last)d passwords."
    ) % {"length": MIN_LENGTH, "last": REMEMBERED}


class GoodEnough:
    """Django's password validator for the rules that can be worked out on paper."""

    def validate(self, password, user=None):
        said = {
            "length": _("The password is too short: it needs at least %d characters.") % MIN_LENGTH,
            "too_long": _("The password is too long: at most %d characters are kept.") % MAX_LENGTH,
            "classes": _("The password needs characters of at least %d kinds: capitals, small letters, digits, other "
                         "signs.") % MIN_CLASSES,
            "name": _("The password contains your user name, name, e-mail or phone. Choose one that does not."),
            "common": _("The password is made of what everybody tries first: common words, neighbouring keys, years or "
                        "repetitions. Add at least five characters of your own."),
        }
        found = weaknesses(password, _names(user))
        if found:
            raise ValidationError([ValidationError(said[code], code=code) for code in found])

    def get_help_text(self):
        return rules_sentence()


class NotUsedBefore:
    """Django's password validator that refuses the passwords a user had last."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        former = list(UsedPassword.objects.filter(user=user).values_list("hash", flat=True)[:REMEMBERED])
        if user.password and user.password not in former:
            former = [user.password, *former][:REMEMBERED]
        if any(check_password(password, one) for one in former):
            raise ValidationError(
                _("This was one of your last %d passwords. Choose one that is new.") % REMEMBERED, code="used")

    def get_help_text(self):
        return ""


def _names(user) -> list[str]:
    if user is None:
        return []
    email = getattr(user, "email", "") or ""
    return [user.get_username() or "", getattr(user, "name", "") or "", email.partition("@")[0],
            getattr(user, "phone", "") or ""]


def check(password: str, user: User) -> None:
    """Raises Django's ValidationError with every sentence about what is wrong with the password."""
    validate_password(password, user)


def keep(user: User, password: str, kind: str) -> None:
    """Keeps the hash of a password that was checked; `kind` as in UsedPassword. Ends the user's sessions.

    Sessions end by themselves too, since each carries a digest of the password; their rows go so that no list shows
    them.
    """
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        UsedPassword.objects.create(user=user, hash=user.password, kind=kind)
        kept = UsedPassword.objects.filter(user=user).values_list("pk", flat=True)[:REMEMBERED]
        UsedPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
        LoginSession.objects.filter(user=user).delete()


def due(user: User) -> str:
    """Why the password must be changed now: "initial", "old", or "" when it need not be."""
    newest = UsedPassword.objects.filter(user=user).first()
    if newest is not None and newest.kind == "initial":
        return "initial"
    days = settings.GUATU_PASSWORD_MAX_DAYS
    if days and (newest is None or newest.set_at < timezone.now() - timedelta(days=days)):
        return "old"
    return ""


def due_sentence(why: str) -> str:
    if why == "initial":
        return _("Your password was given to you by an administrator. Choose one of your own before you go on.")
    if why == "old":
        return _("Your password is older than %d days. Choose a new one before you go on.") % (
            settings.GUATU_PASSWORD_MAX_DAYS)
    return ""
