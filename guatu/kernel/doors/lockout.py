"""Lock-out after wrong passwords: django-axes counts, this module says the limits, the sentence and who is locked.

Three counts, each within the time of a lock: wrong passwords for one user name from one address
(GUATU_LOGIN_FAILURES), from one address for any names (GUATU_LOGIN_FAILURES_ADDRESS), and for one user name from
anywhere (GUATU_LOGIN_FAILURES_ACCOUNT). Names that do not exist are counted like those that do, so nothing is learnt
from being locked. The counts lie in the progress database: an attack takes no lock on the record database.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import Count, Max, Sum
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import ngettext

from guatu.kernel.doors.pace import TooMany

#: Failed logins are remembered for half a year, as the Cybersecurity Law (网络安全法) art. 21 (3) asks of logs.
KEPT_DAYS = 183


class Handler(AxesDatabaseHandler):
    """Axes with a limit of its own for each of the three counts."""

    def get_failures(self, request, credentials=None) -> int:
        """The count that is nearest its limit, put in proportion to the first limit, which is the one Axes compares."""
        counts = [attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
                  for attempts in self.get_user_attempts(request, credentials)]
        return max(count * settings.AXES_FAILURE_LIMIT // limit
                   for count, limit in zip(counts, limits().values(), strict=True))

    def reset_user_attempts(self, request, credentials=None) -> int:
        """A login that succeeded clears what was counted for that name at that address, and nothing of other names:
        else whoever has one account could try the others without end."""
        own = self.filter_user_attempts(request, credentials)[0]
        return own.delete()[0]


#: What each limit counts; their order is that of `limits()`.
PARAMETERS = [["username", "ip_address"], "ip_address", "username"]


def limits() -> dict[str, int]:
    """Wrong passwords after which a login is locked, by what they have in common."""
    return {"both": settings.AXES_FAILURE_LIMIT, "address": settings.GUATU_LOGIN_FAILURES_ADDRESS,
            "account": settings.GUATU_LOGIN_FAILURES_ACCOUNT}


def cool_off(request=None) -> timedelta:
    """For how long wrong passwords count and a lock lasts."""
    return timedelta(seconds=settings.GUATU_LOCK_SECONDS)


def response(request, original=None, credentials=None):
    """The answer to a login that is locked (settings.AXES_LOCKOUT_CALLABLE): a page, or JSON for a program."""
    from guatu.kernel.web.errors import refusal_page

    refused = refusal(request, credentials)
    if request.path.startswith("/api/"):
        body = JsonResponse({"code": refused.code, "message": str(refused), "field": None}, status=429)
        body["Retry-After"] = str(refused.retry_after)
        return body
    return refusal_page(request, refused)


def refusal(request, credentials=None) -> TooMany:
    wait = _wait(request, credentials)
    minutes = max(1, math.ceil(wait / 60))
    return TooMany("locked", ngettext(
        "Logging in is locked for this user name or from this address, because too many wrong passwords were given. "
        "Wait %(minutes)d minute and try again; until then the right password is refused too. If it is urgent, ask an "
        "administrator to unlock it. If it was not you, tell the administrator.",
        "Logging in is locked for this user name or from this address, because too many wrong passwords were given. "
        "Wait %(minutes)d minutes and try again; until then the right password is refused too. If it is urgent, ask an "
        "administrator to unlock it. If it was not you, tell the administrator.",
        minutes) % {"minutes": minutes}, wait)


def _wait(request, credentials) -> int:
    """Seconds until the lock ends: it ends when the last wrong password is as old as a lock lasts."""
    AxesProxyHandler.update_request(request)
    handler = AxesProxyHandler.get_implementation()
    last = [attempts.aggregate(at=Max("attempt_time"))["at"]
            for attempts, count in _locked_attempts(handler, request, credentials) if count]
    last = [at for at in last if at is not None]
    ends = (max(last) if last else timezone.now()) + cool_off()
    return max(1, math.ceil((ends - timezone.now()).total_seconds()))


def _locked_attempts(handler, request, credentials):
    for attempts, limit in zip(handler.get_user_attempts(request, credentials), limits().values(), strict=True):
        yield attempts, (attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= limit


# -- for administrators --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lock:
    """A lock in force: on a user name, an address, or the two together (the other is empty)."""

    username: str
    address: str
    failures: int
    until: datetime


def locks() -> list[Lock]:
    """The locks in force, the newest first."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - cool_off()).order_by()
    found = []
    grouped = (("username", "ip_address"), ("ip_address",), ("username",))
    for limit, columns in zip(limits().values(), grouped, strict=True):
        over = recent.values(*columns).annotate(n=Sum("failures_since_start"), at=Max("attempt_time")).filter(n__gte=limit)
        found += [
            Lock(row.get("username") or "", row.get("ip_address") or "", row["n"], row["at"] + cool_off())
            for row in over
        ]
    return sorted(found, key=lambda lock: lock.until, reverse=True)


def is_locked(username: str) -> bool:
    return any(lock.username == username for lock in locks())


def unlock(username: str = "", address: str = "") -> int:
    """Forgets the wrong passwords counted for a user name, an address, or the two together; returns how many."""
    rows = AccessAttempt.objects.all()
    if username:
        rows = rows.filter(username=username)
    if address:
        rows = rows.filter(ip_address=address)
    if not (username or address):
        return 0
    failures = rows.aggregate(n=Sum("failures_since_start"))["n"] or 0
    rows.delete()
    return failures


def failures_since(instant: datetime) -> list[dict]:
    """Failed logins since an instant, by user name and address: the most first, ten at most."""
    rows = AccessFailureLog.objects.filter(attempt_time__gte=instant).order_by()
    return list(
        rows.values("username", "ip_address").annotate(n=Count("pk"), at=Max("attempt_time")).order_by("-n", "-at")[:10])


def clear_away() -> None:
    old = AccessFailureLog.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    if old.exists():
        old.delete()
