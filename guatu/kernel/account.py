"""Writes to people's accounts. Passwords, sessions and tokens are no values of the record: they leave no statement.
What an administrator does to somebody else's account is kept as a line of that person's history all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guatu.kernel.doors import passwords, sessions
from guatu.kernel.errors import NotFound
from guatu.kernel.models import ApiToken, HistoryEntry, User
from guatu.kernel.models.history import identity
from guatu.kernel.recording import entry_digest, recording
from guatu.kernel.scope import Actor
from guatu.kernel.values import canonical

#: What administrators do to accounts, as the history names it (kernel.user.…).
DEEDS = {
    "password_set": gettext_noop("password set"),
    "sessions_ended": gettext_noop("sessions ended"),
    "tokens_revoked": gettext_noop("tokens revoked"),
    "login_unlocked": gettext_noop("login unlocked"),
}
#: For how many days a new token may be made to hold; None: without end.
TOKEN_DAYS = (30, 90, 180, 365, None)


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by identity, for telling who did something; also of those whose account was withdrawn."""
    return dict(User.everything.filter(pk__in={pk for pk in ids if pk is not None}).values_list("pk", "name"))


def set_password(user: User, password: str, kind: str = "own") -> None:
    """Keeps the new password's hash, which the caller has checked, and ends the user's sessions.

    `kind` is "initial" for one that somebody else chose: it must be changed at the next login. "demo" is one that
    `guatu demo` prints.
    """
    passwords.keep(user, password, kind)


def tokens_of(user: User) -> list[ApiToken]:
    """The user's tokens, those in use first."""
    return list(ApiToken.objects.filter(user=user).order_by("revoked_at", "-created_at"))


def new_token(user: User, name: str, days: int | None) -> str:
    """Makes a key that holds for `days` (None: without end) and returns it: the only time it can be read."""
    expires = None if days is None else timezone.now() + timedelta(days=days)
    _token, key = ApiToken.new(user, name, expires)
    return key


def revoke_token(user: User, pk: int) -> None:
    """Ends a token of the user's own. Raises NotFound when there is none in use with this number."""
    if not ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise NotFound("no_token", _("You have no token with this number that is in use. Look at your list of tokens."))


# -- done by administrators ----------------------------------------------------------------------------------------


def give_password(actor: Actor, user: User, password: str) -> None:
    """Sets somebody's password, which must be changed at the next login unless it is one's own; kept in the history."""
    own = actor.user is not None and actor.user.pk == user.pk
    set_password(user, password, "own" if own else "initial")
    deed(actor, user, "password_set")


def end_sessions(actor: Actor, user: User) -> int:
    """Ends every session of somebody's; returns how many."""
    count = sessions.end_all(user)
    if count:
        deed(actor, user, "sessions_ended", count)
    return count


def revoke_tokens(actor: Actor, user: User, pk: int | None = None) -> int:
    """Ends one or all tokens of somebody's; returns how many."""
    tokens = ApiToken.objects.filter(user=user, revoked_at=None)
    count = (tokens if pk is None else tokens.filter(pk=pk)).update(revoked_at=timezone.now())
    if count:
        deed(actor, user, "tokens_revoked", count)
    return count


def deed(actor: Actor, user: User, verb: str, count: int | None = None) -> None:
    """Adds what was done to somebody's account to the history, chained like everything else."""
    changes = {} if count is None else {"count": [None, count]}
    with recording(actor, "") as writing:
        entry = HistoryEntry(
            id=identity(writing.number, 0), verb=f"kernel.user.{verb}", subject_type=user._meta.label_lower,
            subject_id=user.pk, subject_label=str(user)[:300], changes=canonical(changes), facts=canonical([]),
        )
        entry.digest = entry_digest(entry)
        writing.entries.append(entry)
