"""The inspection of accounts: passwords never changed, people who never come, keys without end, administrators."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.doors import lockout, pace
from guatu.kernel.doors.inspection import ATTENTION, OK, UNSAFE, Finding, check
from guatu.kernel.models import ApiToken, Membership, Recording, UsedPassword, User
from guatu.kernel.scope import EVERYWHERE, Scope, roles

#: Practice of 等保 assessors: accounts unused for a quarter of a year are shut; two to five administrators.
IDLE_DAYS = 90
MOST_ADMINISTRATORS = 5
#: Failed logins within a day that are worth a look.
MANY_FAILURES = 50
NAMES_SHOWN = 12


def named(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return "、".join(names[:NAMES_SHOWN]) + (_(" and %d more") % more if more > 0 else "")


def _active():
    return User.everything.filter(is_active=True, withdrawn=False)


@check
def demo_passwords(request) -> Finding:
    found = sorted(_with_demo_password())
    return Finding(
        "demo_passwords", UNSAFE if found else OK, _("Demo passwords"),
        _("These accounts have a password that was printed: %s.") % named(found) if found else _("No account has one."),
        _("The passwords of demo users stand in a file and on screens."),
        _("Shut these accounts, or give them other passwords.") if found else "")


def _with_demo_password() -> set[str]:
    newest: dict[int, tuple[str, str]] = {}
    for user_id, name, kind in UsedPassword.objects.filter(user__is_active=True, user__withdrawn=False).order_by(
            "id").values_list("user_id", "user__username", "kind"):
        newest[user_id] = (name, kind)
    found = {name for name, kind in newest.values() if kind == "demo"}
    try:
        printed = json.loads((Path(settings.GUATU_HOME) / "demo-users.json").read_text(encoding="utf-8"))
        passwords = {user["username"]: user["password"] for user in printed}
    except (OSError, ValueError, KeyError, TypeError):
        return found
    # Accounts made before passwords were remembered: only their hash can tell.
    for user in _active().filter(username__in=passwords).exclude(pk__in=newest):
        if check_password(passwords[user.username], user.password):
            found.add(user.username)
    return found


@check
def initial_passwords(request) -> Finding:
    newest: dict[int, tuple[str, str]] = {}
    for user_id, name, kind in UsedPassword.objects.filter(user__is_active=True, user__withdrawn=False).order_by(
            "id").values_list("user_id", "user__username", "kind"):
        newest[user_id] = (name, kind)
    found = sorted(name for name, kind in newest.values() if kind == "initial")
    return Finding(
        "initial_passwords", ATTENTION if found else OK, _("Initial passwords"),
        _("Never changed: %s.") % named(found) if found else _("Everybody has chosen their own password."),
        _("Somebody else knows these passwords: whoever set them, and whoever carried them."),
        _("Ask these people to log in, which makes them choose one; shut accounts that nobody needs.") if found else "")


@check
def idle_accounts(request) -> Finding:
    since = timezone.now() - timedelta(days=IDLE_DAYS)
    rows = list(_active().values_list("username", "last_login", "id"))
    made = _instants({pk >> 20 for _name, last, pk in rows if last is None})
    found = sorted(name for name, last, pk in rows if (last or made.get(pk >> 20) or since) < since)
    return Finding(
        "idle_accounts", ATTENTION if found else OK, _("Accounts nobody uses"),
        _("No login for %(days)d days: %(names)s.") % {"days": IDLE_DAYS, "names": named(found)} if found else _(
            "Everybody logged in within %d days.") % IDLE_DAYS,
        _("Nobody notices when an account that nobody uses is taken over."),
        _("Set “may log in” to no for these users.") if found else "")


def _instants(numbers: set[int]) -> dict:
    found = {}
    for chunk in chunks(sorted(numbers)):
        found |= dict(Recording.objects.filter(number__in=chunk).values_list("number", "instant"))
    return found


@check
def tokens(request) -> Finding:
    rows = ApiToken.objects.filter(revoked_at=None, expires_at=None, user__is_active=True)
    found = [f"{user} · {name}" for user, name in rows.values_list("user__username", "name")[:200]]
    return Finding(
        "tokens", ATTENTION if found else OK, _("Keys without end"),
        _("Keys that never expire: %s.") % named(found) if found else _("Every key in use expires."),
        _("A key that leaked works until somebody revokes it."),
        _("Make new keys that expire and revoke these.") if found else "")


@check
def administrators(request) -> Finding:
    powerful = [code for code, role in roles().items() if role.allows("users", "administer")]
    ids = Membership.everything.filter(withdrawn=False, role__in=powerful).values("user_id")
    found = sorted(user.username for user in _active().filter(pk__in=ids)
                   if Scope.of(user).reach("users", "administer") == EVERYWHERE)
    count = len(found)
    state = UNSAFE if not count else OK if 2 <= count <= MOST_ADMINISTRATORS else ATTENTION
    return Finding(
        "administrators", state, _("Administrators"),
        _("%(count)d: %(names)s") % {"count": count, "names": named(found)} if found else _("There is none."),
        _("With one nobody stands in; with many nobody knows who did what for which reason."),
        "" if state == OK else _("Two to five people should hold the role of administrator at the top."))


@check
def failed_logins(request) -> Finding:
    found = lockout.failures_since(timezone.now() - timedelta(days=1))
    count = sum(row["n"] for row in found)
    said = "、".join(f"{row['username'] or '—'} ({row['ip_address'] or '—'}) {row['n']}" for row in found)
    return Finding(
        "failed_logins", ATTENTION if count >= MANY_FAILURES else OK, _("Failed logins"),
        _("Within a day: %s.") % said if found else _("None within a day."),
        _("Many failures for one name, or from one address for many names, mean that somebody is guessing."),
        _("Ask the people concerned; shut the address out at the network if it is not yours.")
        if count >= MANY_FAILURES else "")


@check
def locked(request) -> Finding:
    locks, guessers = lockout.locks(), pace.guessers()
    shut = [address for address, count, _at in guessers if settings.GUATU_TOKEN_FAILURES
            and count >= settings.GUATU_TOKEN_FAILURES]
    said = [" · ".join(filter(None, (lock.username, lock.address))) for lock in locks] + shut
    return Finding(
        "locked", ATTENTION if said else OK, _("Locked logins"),
        _("Locked now: %s.") % named(said) if said else _("Nobody is locked out."),
        _("Either somebody is guessing, or somebody forgot a password and waits for you."),
        _("Ask the person, then unlock below or with `guatu unlock USER`.") if said else "")
