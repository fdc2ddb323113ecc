"""Writes to one's own account. Passwords, tokens and read marks are no values of the record: they leave no statement."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.errors import NotFound
from guatu.kernel.models import ApiToken, Notification, User


def set_password(user: User, password: str) -> None:
    """Keeps the new password's hash; the caller has checked the password."""
    user.set_password(password)
    user.save(update_fields=["password"])


def tokens_of(user: User) -> list[ApiToken]:
    """The user's tokens, those in use first."""
    return list(ApiToken.objects.filter(user=user).order_by("revoked_at", "-created_at"))


def new_token(user: User, name: str) -> tuple[ApiToken, str]:
    """A new token and its key, which is kept nowhere."""
    return ApiToken.new(user, name)


def revoke_token(user: User, pk: int) -> None:
    """Ends a token of the user's own. Raises NotFound when there is none in use with this number."""
    if not ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise NotFound("no_token", _("You have no token with this number that is in use. Look at your list of tokens."))


def mark_read(user: User, which: str) -> int:
    """Marks one notification of the user's own as read, or all of them when `which` is empty; returns how many."""
    rows = Notification.objects.filter(user=user, read_at=None)
    if which:
        rows = rows.filter(pk=int(which)) if which.isascii() and which.isdigit() and len(which) < 19 else rows.none()
    return rows.update(read_at=timezone.now())
