"""What every page knows: the navigation this person may use, and unread notifications."""

from importlib import import_module

from django.conf import settings


def page(request):
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"product": settings.GUATU_PRODUCT_NAME, "mode": settings.GUATU_MODE}
    navigation = import_module(settings.GUATU_NAVIGATION)
    return {
        "product": settings.GUATU_PRODUCT_NAME,
        "mode": settings.GUATU_MODE,
        "navigation": navigation.menu(request),
        "unread": request.user.notifications.filter(read_at=None).count(),
    }
