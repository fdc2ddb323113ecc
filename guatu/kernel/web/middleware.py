"""Middleware: security headers, default deny, texts no database stores, and refusals shown as sentences."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import urlencode

from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.web.errors import refusal_response
from guatu.kernel.web.storable import refuse_unstorable

# style-src-attr: ECharts and Cytoscape position their elements by inline style attributes.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


PERMISSIONS_POLICY = "camera=(self), " + ", ".join(
    f"{feature}=()" for feature in (
        "accelerometer", "autoplay", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
        "midi", "payment", "publickey-credentials-get", "serial", "usb"))


class SecurityHeaders:
    """Headers that every answer carries, static files too. Whatever sets one of them itself keeps its own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Pages are personal, and the login page must not come back from a cache either; static files say their own.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def public(view):
    """Marks a view that people who are not logged in may open."""
    view.is_public = True
    return view


class DefaultDeny:
    """Nobody sees anything before logging in, unless the view is marked public."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "is_public", False):
            return None
        if request.user.is_authenticated:
            if not request.user.withdrawn:
                return None
            logout(request)
        if request.path.startswith("/api/"):
            return None  # the API authenticates each operation itself, session or token
        if request.htmx:
            response = JsonResponse({}, status=401)
            response["HX-Redirect"] = f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}"
            return response
        return redirect_to_login(request.get_full_path())


class StorableText:
    """Refuses questions and forms whose texts hold what no database stores: PostgreSQL cannot even compare NUL."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # The API's bodies are no forms; it looks at their values itself.
        form = request.POST if request.method == "POST" and not request.path.startswith("/api/") else {}
        try:
            for sent in (request.GET, form):
                for name in sent:
                    refuse_unstorable([name, *sent.getlist(name)], name.replace("\x00", "\ufffd"))
            refuse_unstorable(list(kwargs.values()), request.path.replace("\x00", "\ufffd"))
        except Faulty as refused:
            return refusal_response(request, refused)
        return None


class ChosenLanguage(LocaleMiddleware):
    """The language a person chose with the switch, else the house's own; what a browser prefers is not asked."""

    def process_request(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


class Refusals:
    """A Refused raised anywhere below becomes a page (or JSON) with its sentence and its status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refused):
            return None
        return refusal_response(request, exception)
