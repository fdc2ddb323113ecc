"""What every page knows: the navigation this person may use, unread notifications, and the theme chosen."""

from importlib import import_module

from django.conf import settings

from guatu.kernel import notify
from guatu.kernel.scope import EVERYWHERE
from guatu.kernel.web.session import scope_of

THEMES = ("light", "dark")


def page(request):
    chosen = request.COOKIES.get("theme", "")
    known = {
        "product": settings.GUATU_PRODUCT_NAME,
        "mode": settings.GUATU_MODE,
        "theme": chosen if chosen in THEMES else "light",
        "theme_is_auto": chosen not in THEMES,
    }
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return known
    return known | {
        "navigation": import_module(settings.GUATU_NAVIGATION).menu(request),
        "unread": len(notify.unread_of(request.user, scope_of(request))),
        "may_see_history": scope_of(request).reach("*", "history") == EVERYWHERE,
        "may_administer": scope_of(request).reach("users", "administer") == EVERYWHERE,
    }
