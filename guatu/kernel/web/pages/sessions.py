"""One's own sessions: which browsers are logged in, and ending them."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from guatu.kernel.doors import sessions


@require_GET
def sessions_page(request):
    shown = sessions.sessions_of(request.user, request.session.session_key)
    return render(request, "kernel/sessions.html", {"sessions": shown, "others": len(shown) > 1})


@require_POST
def end_session(request):
    """Ends the session named, or with `all` every one but this."""
    if request.POST.get("all"):
        count = sessions.end_all(request.user, but=request.session.session_key)
        messages.success(request, ngettext(
            "%d other session was ended.", "%d other sessions were ended.", count) % count)
    else:
        sessions.end(request.user, request.POST.get("session", ""))
        messages.success(request, _("The session was ended. That browser has to log in again."))
    return redirect("/sessions/")
