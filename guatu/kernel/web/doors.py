"""The doors as requests meet them: who really asks, how large and how often, and whether the login still holds."""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guatu.kernel.doors import pace, passwords, sessions
from guatu.kernel.doors.address import counted_address, is_trusted, parsed
from guatu.kernel.doors.session_store import DOOR
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.web.errors import refusal_response
from guatu.kernel.web.middleware import public

#: A form around a file is at most so much larger than the file itself (bytes).
FORM_BYTES = 1024 * 1024
#: Where somebody whose password is due may go all the same.
OPEN_WHILE_DUE = ("/password/", "/logout/", "/language/")


class TooLarge(Refused):
    status = 413


class KnownProxies:
    """What a stranger claims about forwarding is dropped, once the settings say who the proxies are. Stands first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.GUATU_TRUSTED_PROXIES:
            nearest = parsed(request.META.get("REMOTE_ADDR", ""))
            if nearest is None or not is_trusted(nearest):
                for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST"):
                    request.META.pop(name, None)
        return self.get_response(request)


class Doors:
    """Stands after the login is known and before any page: sizes, pace of uploads, age of the login, due passwords."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            refuse_large(request)
            if is_upload(request):
                pace.take("upload", asker(request))
            stopped = self._stopped(request)
        except Refused as refused:
            return refusal_response(request, refused)
        return stopped or self.get_response(request)

    def _stopped(self, request) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        if why := sessions.ended(request):
            logout(request)
            if request.path.startswith("/api/"):
                return None  # answered there, like anybody who is not logged in
            back = request.get_full_path() if request.method == "GET" and not request.htmx else "/"
            return _go(request, f"{settings.LOGIN_URL}?{urlencode({'next': back, 'ended': why})}")
        due = request.session[DOOR].get("due", "")
        if due and request.path not in OPEN_WHILE_DUE:
            if request.path.startswith("/api/"):
                raise Forbidden("password_due", passwords.due_sentence(due))
            return _go(request, "/password/")
        return None


def _go(request, url: str) -> HttpResponse:
    if request.htmx:
        response = HttpResponse(status=401)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def is_upload(request) -> bool:
    return request.method in ("POST", "PUT", "PATCH") and request.content_type == "multipart/form-data"


def refuse_large(request) -> None:
    """Raises TooLarge for a body larger than is taken, before any of it is read."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    # Nobody has a file to bring before logging in, so strangers cannot fill the disk with half-read forms.
    if is_upload(request) and request.user.is_authenticated:
        most, taken = settings.GUATU_UPLOAD_MAX_BYTES + FORM_BYTES, settings.GUATU_UPLOAD_MAX_BYTES
    else:
        most = taken = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if size > most:
        raise TooLarge("too_large", _(
            "What was sent has %(size)d MB, but at most %(most)d MB are taken. Make it smaller, or split it.")
            % {"size": size // 1024 // 1024, "most": taken // 1024 // 1024})


def asker(request) -> str:
    """Under which name requests are counted: the person's, else the address."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"address {counted_address(request)}"


def paced(kind: str):
    """Decorator for an expensive page: counts it against the limit of `kind` ("export", "upload", "guest")."""

    def keep(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            pace.take(kind, asker(request))
            return view(request, *args, **kwargs)

        return public(counted) if getattr(view, "is_public", False) else counted

    return keep
