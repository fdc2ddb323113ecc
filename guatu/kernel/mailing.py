"""E-mail: how each person wants to be written to, and the letters that tell of notices at once.

Where no SMTP server is configured (GUATU_EMAIL_URL), nothing is sent and `is_configured` says so.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from guatu.kernel import notify
from guatu.kernel.errors import Faulty
from guatu.kernel.models import MailPreference, Notification, User
from guatu.kernel.scope import Scope

log = logging.getLogger(__name__)

#: News that could not be sent for so long is news no more.
MAILED_WITHIN = timedelta(days=3)


def is_configured() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def base_url() -> str:
    """Where links in letters lead; empty when the installation's address is not set (GUATU_URL)."""
    return getattr(settings, "GUATU_URL", "").rstrip("/")


# -- preferences ---------------------------------------------------------------------------------------------------


def preference_of(user_id: int) -> MailPreference:
    return MailPreference.objects.filter(pk=user_id).first() or MailPreference(user_id=user_id)


def way_of(preference: MailPreference, topic: str) -> str:
    """How a person is mailed about a topic: as chosen, else the topic's usual way."""
    chosen = preference.choices.get(topic, "")
    return chosen if chosen in dict(notify.WAYS) else notify.topics[topic].usual


def topics_mailed(preference: MailPreference, way: str) -> list[str]:
    return [topic for topic in notify.topics if way_of(preference, topic) == way]


def language_of(preference: MailPreference) -> str:
    return preference.language if preference.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def choose(user_id: int, choices: dict[str, str], language: str) -> None:
    """Keeps how a person wants to be written to. Raises Faulty for a topic, way or language that there is not."""
    for topic, way in choices.items():
        if topic not in notify.topics or way not in dict(notify.WAYS):
            raise Faulty("mail_choice", _("“%(way)s” is no way of mailing “%(topic)s”. Choose one from the list.")
                         % {"way": way[:40], "topic": topic[:40]}, topic[:40])
    if language not in dict(settings.LANGUAGES):
        raise Faulty("language", _("There is no language “%s” here. Choose one from the list.") % language[:20], "language")
    MailPreference.objects.update_or_create(pk=user_id, defaults={"choices": choices, "language": language})


def speak(user_id: int, language: str) -> None:
    """Notes the language that a person has switched to, so that letters come in it too."""
    if language in dict(settings.LANGUAGES):
        MailPreference.objects.update_or_create(pk=user_id, defaults={"language": language})


# -- letters -------------------------------------------------------------------------------------------------------


def send(address: str, subject: str, text: str, html: str, message_id: str) -> None:
    """Hands a letter to the SMTP server. Raises OSError (SMTP's exceptions are such) when it is not taken."""
    with get_connection() as connection:
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()), body=text, to=[address], connection=connection,
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        if html:
            letter.attach_alternative(html, "text/html")
        letter.send()


def message_id(*parts) -> str:
    """The same identity for the same letter at every try, so that a mailbox given it twice keeps one."""
    digest = hashlib.sha256("\x00".join(map(str, (settings.SECRET_KEY, *parts))).encode()).hexdigest()[:32]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{digest}@{host}>"


def lines(notices: list[notify.Notice]) -> str:
    """Notices as plain text, with the address of each where the installation's is known."""
    found = []
    for notice in notices:
        found.append(f"{timezone.localtime(notice.created_at):%Y-%m-%d %H:%M}  {notify.said(notice)}")
        if base_url():
            found.append(f"    {base_url()}{notify.address(notice)}")
    return "\n".join(found)


def mail_pending() -> int:
    """Sends what people want to be told at once, one letter a person; returns how many went out. What fails is tried
    again at the next tick."""
    if not is_configured():
        return 0
    waiting = Notification.objects.filter(
        mailed_at=None, read_at=None, created_at__gte=timezone.now() - MAILED_WITHIN, user__is_active=True,
        user__withdrawn=False,
    ).exclude(user__email="")
    sent = 0
    for user in list(User.everything.filter(pk__in=waiting.order_by().values("user_id"))):
        preference = preference_of(user.pk)
        codes = notify.codes_of(topics_mailed(preference, notify.AT_ONCE))
        with override(language_of(preference)):
            notices = notify.visible(user, Scope.of(user), waiting.filter(user=user, code__in=codes))
            if not notices:
                continue
            many = ngettext("%d notice from Guatu", "%d notices from Guatu", len(notices)) % len(notices)
            subject = notify.said(notices[0])[:120] if len(notices) == 1 else many
            try:
                send(user.email, subject, lines(notices), "", message_id("notices", *(notice.id for notice in notices)))
            except OSError:
                log.warning("The notices of %s could not be mailed.", user.username, exc_info=True)
                continue
        Notification.objects.filter(pk__in=[notice.id for notice in notices]).update(mailed_at=timezone.now())
        sent += 1
    return sent
