"""Writes to one's own account. Passwords and tokens are no values of the record: they leave no statement."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.errors import NotFound
from guatu.kernel.models import ApiToken, User


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by identity, for telling who did something; also of those whose account was withdrawn."""
    return dict(User.everything.filter(pk__in={pk for pk in ids if pk is not None}).values_list("pk", "name"))


def set_password(user: User, password: str) -> None:
    """Keeps the new password's hash; the caller has checked the password."""
    user.set_password(password)
    user.save(update_fields=["password"])


def tokens_of(user: User) -> list[ApiToken]:
    """The user's tokens, those in use first."""
    return list(ApiToken.objects.filter(user=user).order_by("revoked_at", "-created_at"))


def revoke_token(user: User, pk: int) -> None:
    """Ends a token of the user's own. Raises NotFound when there is none in use with this number."""
    if not ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise NotFound("no_token", _("You have no token with this number that is in use. Look at your list of tokens."))
