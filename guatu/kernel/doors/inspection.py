"""What is unsafe in this installation, worked out from its real state: for the page /security/ and `guatu security`.

Each check is a function that returns a Finding: ok, attention (to be looked at) or unsafe (to be mended), what was
found, why it matters and what to do. A check reads settings, files and rows; none of them changes anything.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guatu.kernel.doors.address import is_forwarded_by_stranger

OK, ATTENTION, UNSAFE = "ok", "attention", "unsafe"
_ORDER = {UNSAFE: 0, ATTENTION: 1, OK: 2}
#: How a demo secret begins; see `guatu.site.environment`.
DEMO_SECRET = "demo-"
SECRET_FILES = ("demo-secret", "demo-users.json", "doors.sqlite3", "progress.sqlite3")


@dataclass(frozen=True)
class Finding:
    """One line of the inspection, in the reader's language."""

    code: str
    state: str
    title: str
    found: str
    why: str
    todo: str = ""


_checks: list[Callable] = []


def check(function):
    """Decorator: `fn(request) -> Finding | None`; `request` is None on the command line."""
    _checks.append(function)
    return function


def inspect(request=None) -> list[Finding]:
    """Every finding, what is unsafe first."""
    from guatu.kernel.doors import inspection_people, inspection_record  # noqa: F401  (their checks register here)

    found = [finding for one in _checks if (finding := one(request)) is not None]
    return sorted(found, key=lambda finding: _ORDER[finding.state])


def state_words(state: str) -> str:
    return {OK: _("in order"), ATTENTION: _("look at this"), UNSAFE: _("unsafe")}[state]


def as_json(findings: list[Finding]) -> dict:
    return {"safe": all(finding.state != UNSAFE for finding in findings), "findings": [asdict(one) for one in findings]}


# -- how it is set up ----------------------------------------------------------------------------------------------


@check
def mode(request) -> Finding:
    is_production = settings.GUATU_MODE == "production"
    return Finding(
        "mode", OK if is_production else UNSAFE, _("Mode"), f"GUATU_MODE = {settings.GUATU_MODE}",
        _("Outside production mode, cookies go over plain http and demo users may be made."),
        "" if is_production else _("Set GUATU_MODE=production before real data is entered."))


@check
def secret(request) -> Finding:
    is_demo = settings.SECRET_KEY.startswith(DEMO_SECRET)
    return Finding(
        "secret", UNSAFE if is_demo else OK, _("Secret key"),
        _("The secret was made up for a demonstration.") if is_demo else _("The installation has a secret of its own."),
        _("Whoever knows the secret can forge what the program signs."),
        _("Set GUATU_SECRET_KEY to 50 or more random characters.") if is_demo else "")


@check
def debugging(request) -> Finding:
    return Finding(
        "debug", UNSAFE if settings.DEBUG else OK, _("Fault pages"),
        _("Faults show the inside of the program.") if settings.DEBUG else _("Faults show a sentence and nothing else."),
        _("Details of a fault tell an attacker where to go on."),
        _("Take DEBUG out of the settings.") if settings.DEBUG else "")


@check
def hosts(request) -> Finding:
    is_open = any(host.startswith(("*", ".")) and len(host) < 4 for host in settings.ALLOWED_HOSTS)
    return Finding(
        "hosts", UNSAFE if is_open else OK, _("Host names"), ", ".join(settings.ALLOWED_HOSTS),
        _("A request for any other host is refused, so that links and cookies cannot be led elsewhere."),
        _("Name the hosts in GUATU_ALLOWED_HOSTS.") if is_open else "")


@check
def https(request) -> Finding:
    secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT
    hsts = settings.SECURE_HSTS_SECONDS // 86400
    if not secure:
        state, found = UNSAFE, _("Pages and cookies may go over plain http.")
    elif not hsts:
        state, found = ATTENTION, _("Only https is served, but browsers are not told to insist on it (HSTS).")
    else:
        state, found = OK, _("Only https is served; browsers insist on it for %d days (HSTS).") % hsts
    return Finding(
        "https", state, _("Encrypted connection"), found,
        _("Whoever listens on the network could read passwords and take over a session."),
        {UNSAFE: _("Set GUATU_MODE=production and put a web server with a certificate in front."),
         ATTENTION: _("Set GUATU_HSTS_DAYS to 365.")}.get(state, ""))


@check
def proxies(request) -> Finding:
    named = ", ".join(settings.GUATU_TRUSTED_PROXIES)
    is_stranger = request is not None and is_forwarded_by_stranger(request)
    if is_stranger:
        found = _("This request was forwarded by %s, which GUATU_TRUSTED_PROXIES does not name.") % (
            request.META.get("REMOTE_ADDR", ""))
    else:
        found = _("Forwarded addresses are believed from: %s.") % named if named else _(
            "No proxy is trusted; the address of the connection itself counts.")
    return Finding(
        "proxies", ATTENTION if is_stranger else OK, _("Web server in front"), found,
        _("If everybody seems to come from the proxy's address, one attacker locks everybody out, and sessions show a "
          "wrong address."),
        _("Set GUATU_TRUSTED_PROXIES to the address of the web server in front.") if is_stranger else "")


@check
def limits(request) -> Finding:
    off = [name for name, value in (
        *((f"GUATU_LIMIT_{kind.upper()}", most) for kind, most in settings.GUATU_LIMITS.items()),
        ("GUATU_SESSION_IDLE_MINUTES", settings.GUATU_SESSION_IDLE_SECONDS),
        ("GUATU_TOKEN_FAILURES", settings.GUATU_TOKEN_FAILURES)) if not value]
    return Finding(
        "limits", ATTENTION if off or not settings.AXES_ENABLED else OK, _("Limits"),
        _("Turned off: %s.") % ", ".join(off) if off else _(
            "%(failures)d wrong passwords lock a login for %(minutes)d minutes; a session ends after %(idle)d minutes "
            "without use.") % {"failures": settings.AXES_FAILURE_LIMIT, "minutes": settings.GUATU_LOCK_SECONDS // 60,
                               "idle": settings.GUATU_SESSION_IDLE_SECONDS // 60},
        _("Without limits passwords can be guessed and the service can be worn out."),
        _("Take the variables that are 0 out of the environment.") if off else "")


# -- files ---------------------------------------------------------------------------------------------------------


@check
def database_files(request) -> Finding | None:
    """The record database as a file; with PostgreSQL its own server guards it."""
    name = settings.DATABASES["default"]["NAME"]
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"] or not Path(name).is_file():
        return None
    return _files_finding("database_file", _("Database file"), [Path(name)])


@check
def secret_files(request) -> Finding:
    home = Path(settings.GUATU_HOME)
    return _files_finding("secret_files", _("Files with secrets"), [home / name for name in SECRET_FILES])


def _files_finding(code: str, title: str, paths: list[Path]) -> Finding:
    readable = [str(path) for path in paths if path.exists() and readable_by_others(path)]
    return Finding(
        code, UNSAFE if readable else OK, title,
        _("Other users of this machine can read: %s.") % ", ".join(readable) if readable else _(
            "Only the owner can read them."),
        _("Whoever can read the file has everything in it, past all rights."),
        _("Run: chmod 700 %s") % settings.GUATU_HOME if readable else "")


def readable_by_others(path: Path) -> bool:
    """Whether users of other groups could read the file: it and every folder above it let them."""
    if not path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        return False
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.absolute().parents)
