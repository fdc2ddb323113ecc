"""Login sessions: how they begin, how long they may last, and how they are ended from elsewhere."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.doors import pace, passwords
from guatu.kernel.doors.address import client_address
from guatu.kernel.doors.session_store import DOOR, digest_of
from guatu.kernel.errors import NotFound
from guatu.kernel.models import LoginSession, User

#: The last use of a session is noted at most this often (seconds).
NOTED_EVERY = 30


@receiver(user_logged_in)
def begin(sender, request, user, **_more) -> None:
    """Notes in the session when, from where and how somebody logged in, and what is due with the password."""
    by_password = not getattr(user, "backend", "").startswith("allauth.")
    request.session[DOOR] = {
        "at": time.time(),
        "address": client_address(request),
        "browser": _printable(request.META.get("HTTP_USER_AGENT", ""))[:300],
        "due": passwords.due(user) if by_password else "",
    }


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def ended(request) -> str:
    """Why the session of a logged-in person is over: "idle", "absolute", or "" when it goes on, which is noted."""
    door = request.session.get(DOOR)
    now = time.time()
    if not door or now - door["at"] > settings.SESSION_COOKIE_AGE:
        return "absolute"
    digest = digest_of(request.session.session_key or "")
    last = pace.seen(digest)
    idle = settings.GUATU_SESSION_IDLE_SECONDS
    if idle and now - (last or door["at"]) > idle:
        return "idle"
    if last is None or now - last > NOTED_EVERY:
        pace.note_seen(digest, now)
    return ""


def ended_sentence(why: str) -> str:
    """What somebody whose session was ended is told at the login page."""
    return {
        "idle": _("You were logged out because nothing was done for a while. Log in again; you come back to the page."),
        "absolute": _("You were logged out because the login was old. Log in again; you come back to the page."),
    }.get(why, "")


@dataclass(frozen=True)
class Shown:
    """A session as people see it. `id` is its digest, which opens nothing."""

    id: str
    browser: str
    address: str
    began_at: datetime
    last_seen: datetime
    is_this: bool


def sessions_of(user: User, this_key: str | None = None) -> list[Shown]:
    """The sessions in which a user is logged in, the last used first; `this_key` is the asking browser's own."""
    rows = list(LoginSession.objects.filter(user=user, expire_date__gt=timezone.now()))
    seen = pace.all_seen([row.pk for row in rows])
    this = digest_of(this_key) if this_key else ""
    found = [
        Shown(row.pk, browser_words(row.browser), row.address or "", row.began_at,
              datetime.fromtimestamp(seen.get(row.pk) or row.began_at.timestamp(), UTC), row.pk == this)
        for row in rows
    ]
    return sorted(found, key=lambda shown: (not shown.is_this, -shown.last_seen.timestamp()))


def end(user: User, session_id: str) -> None:
    """Ends one session of the user's. Raises NotFound when there is none of this number."""
    count, _rows = LoginSession.objects.filter(user=user, session_key=session_id).delete()
    if not count:
        raise NotFound("no_session", _("This session has ended already. Look at the list of sessions."))


def end_all(user: User, but: str | None = None) -> int:
    """Ends every session of the user's, save the one with the key `but`; returns how many."""
    rows = LoginSession.objects.filter(user=user)
    if but:
        rows = rows.exclude(session_key=digest_of(but))
    return rows.delete()[0]


_BROWSERS = [
    (r"MicroMessenger/([\d]+)", "微信"), (r"DingTalk/([\d]+)", "钉钉"), (r"wxwork/([\d]+)", "企业微信"),
    (r"Edg(?:e|A|iOS)?/(\d+)", "Edge"), (r"(?:OPR|Opera)/(\d+)", "Opera"), (r"QQBrowser/(\d+)", "QQ 浏览器"),
    (r"Firefox/(\d+)", "Firefox"), (r"(?:Chrome|CriOS)/(\d+)", "Chrome"), (r"Version/(\d+).*Safari", "Safari"),
]
_SYSTEMS = [
    (r"OpenHarmony|HarmonyOS", "HarmonyOS"), (r"Android", "Android"), (r"iPhone|iPad", "iOS"), (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"), (r"UOS|Kylin", "麒麟 / UOS"), (r"Linux", "Linux"),
]


def browser_words(agent: str) -> str:
    """“Chrome 126 · Windows” from what a browser says of itself; its own words when they are not known."""
    browser = next((f"{name} {found[1]}" for pattern, name in _BROWSERS if (found := re.search(pattern, agent))), "")
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, agent)), "")
    return " · ".join(filter(None, (browser, system))) or agent[:60] or _("unknown program")
