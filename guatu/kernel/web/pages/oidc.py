"""Going to the OpenID Connect provider and coming back; these addresses exist only where a provider is set."""

from __future__ import annotations

import logging

from django.conf import settings
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.kernel.doors import oidc
from guatu.kernel.errors import Refused
from guatu.kernel.web.doors import paced
from guatu.kernel.web.errors import refusal_page
from guatu.kernel.web.middleware import public

log = logging.getLogger(__name__)


class ProviderAway(Refused):
    status = 502


@public
@require_GET
def login(request):
    if request.user.is_authenticated:
        return redirect("/")
    asked = request.GET.get("next", "")
    fits = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    adapter = oidc.OidcAdapter(request, oidc.PROVIDER)
    return _guarded(request, lambda: adapter.get_provider().begin(request, asked if fits else "/"))


@public
@require_GET
def callback(request):
    view = oidc.Callback.adapter_view(oidc.OidcAdapter(request, oidc.PROVIDER))
    return _guarded(request, lambda: view(request))


def _guarded(request, step):
    """A provider that cannot be reached or talks nonsense is a sentence, not a fault of the program."""
    try:
        return step()
    except Refused:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        log.warning("The OpenID Connect provider could not be asked.", exc_info=fault)
        return refusal_page(request, ProviderAway("oidc_away", _(
            "%(name)s cannot be asked just now, so you are not logged in. Try again in some minutes, or log in with your "
            "password.") % {"name": settings.GUATU_OIDC.name}))


urlpatterns = [
    path("login/oidc/", public(paced("guest")(login)), name="oidc_login"),
    path("login/oidc/callback/", public(paced("guest")(callback)), name="oidc_callback"),
]
