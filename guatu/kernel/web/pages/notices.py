"""What one has been told, and how one wants to be told by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from guatu.kernel import digest, mailing, notify
from guatu.kernel.web.middleware import public
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import scope_of

PAGE_SIZE = 30


@require_GET
def notifications(request):
    """New notices, or those read (`tab=read`), the newest first; each only while its row is within reach."""
    is_read = request.GET.get("tab") == "read"
    before = request.GET.get("before", "")
    before = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found, older = notify.page_of(request.user, scope_of(request), is_read, before, PAGE_SIZE)
    context = {
        "notices": [(notice, notify.address(notice)) for notice in found],
        "is_read": is_read,
        "older": older,
        "before": before,
    }
    return render(request, "kernel/notifications.html", context)


@require_POST
def mark_read(request):
    """Marks the notification named as read, or all of them; goes on to what it is about."""
    which = request.POST.get("notification", "")
    notify.mark_read(request.user, [int(which)] if which.isascii() and which.isdigit() and len(which) < 19 else None)
    return redirect(next_page(request, "/notifications/"))


@require_http_methods(["GET", "POST"])
def mail(request):
    """How I want to be mailed about each topic, in which language, and the digests I was sent."""
    if request.method == "POST":
        choices = {topic: request.POST[topic] for topic in notify.topics if request.POST.get(topic)}
        mailing.choose(request.user.pk, choices, request.POST.get("language", ""))
        messages.success(request, _("Your choice of e-mail was kept."))
        return redirect("/notifications/mail/")
    preference = mailing.preference_of(request.user.pk)
    context = {
        "topics": [
            (topic, found.label, mailing.way_of(preference, topic),
             [(way, label) for way, label in notify.WAYS if topic != notify.OWED or way != notify.AT_ONCE])
            for topic, found in sorted(notify.topics.items(), key=lambda entry: entry[0] == "other")
        ],
        "language": preference.language or get_language(),
        "languages": settings.LANGUAGES,
        "is_configured": mailing.is_configured(),
        "digest_at": settings.GUATU_DIGEST_AT,
        "letters": digest.letters_of(request.user),
    }
    return render(request, "kernel/mail.html", context)


@public
def language(request):
    """Switches the language of the pages, and of the letters to whoever is logged in."""
    response = set_language(request)
    if request.method == "POST" and request.user.is_authenticated:
        mailing.speak(request.user.pk, request.POST.get("language", ""))
    return response
