"""What people are told, in the app and by e-mail: only about rows they may still see when it is shown."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel.bulk import chunks
from guatu.kernel.models import Job, Notification, User
from guatu.kernel.models.facts import Fact
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.scope import Scope

log = logging.getLogger(__name__)

#: Sentence by code, filled with a notification's parameters in the reader's language.
sentences: dict[str, Any] = {}

JOB = Job._meta.label_lower
#: E-mail that could not be sent for so long is news no more.
MAILED_WITHIN = timedelta(days=3)
MOST_SHOWN = 200


@dataclass(frozen=True)
class Notice:
    """A notification as its reader sees it."""

    id: int
    code: str
    text: str
    created_at: datetime
    subject_type: str
    subject_id: int


def notify(user_ids: Iterable[int], code: str, parameters: dict, subject_type: str, subject_id: int) -> int:
    """Tells each of the users once; `parameters` are plain JSON values for the sentence of `code`."""
    rows = told(user_ids, code, parameters, subject_type, subject_id)
    Notification.objects.bulk_create(rows)
    return len(rows)


def told(
    user_ids: Iterable[int], code: str, parameters: dict, subject_type: str, subject_id: int
) -> list[Notification]:
    """What `notify` writes, for a caller that writes many at once."""
    if code not in sentences:
        raise KeyError(f"No sentence is registered for the notification {code!r}.")
    return [
        Notification(
            user_id=user_id, code=code, parameters=parameters, subject_type=subject_type, subject_id=subject_id)
        for user_id in dict.fromkeys(user_ids) if user_id is not None
    ]


def sentence(notification: Notification) -> str:
    template = sentences.get(notification.code)
    return str(template) % notification.parameters if template is not None else notification.code


def unread_of(user, scope: Scope) -> list[Notice]:
    """The newest unread notifications of a user whose subjects the scope still reaches."""
    return _visible(user, scope, Notification.objects.filter(user=user, read_at=None))


def read_of(user, scope: Scope) -> list[Notice]:
    """The newest notifications that the user has marked as read, likewise only about rows still in reach."""
    return _visible(user, scope, Notification.objects.filter(user=user, read_at__isnull=False))


def mark_read(user, ids: Iterable[int] | None = None) -> int:
    """Marks the user's notifications as read, all of them or those named."""
    unread = Notification.objects.filter(user=user, read_at=None)
    return (unread if ids is None else unread.filter(pk__in=list(ids)[:MOST_SHOWN])).update(read_at=timezone.now())


def _visible(user, scope: Scope, notifications) -> list[Notice]:
    newest = list(notifications.order_by("-id")[:MOST_SHOWN])
    subjects: dict[str, set[int]] = defaultdict(set)
    for notification in newest:
        subjects[notification.subject_type].add(notification.subject_id)
    seen = {(kind, pk) for kind, ids in subjects.items() for pk in _seen(user, scope, kind, ids)}
    return [
        Notice(told.pk, told.code, sentence(told), told.created_at, told.subject_type, told.subject_id)
        for told in newest if (told.subject_type, told.subject_id) in seen
    ]


def _seen(user, scope: Scope, subject_type: str, ids: set[int]) -> set[int]:
    if subject_type == JOB:
        return set(Job.objects.filter(pk__in=ids, user_id=user.pk).values_list("pk", flat=True))
    resource = resource_of_subject(subject_type)
    if resource is None or not scope.may(resource.name):
        return set()
    key = "lineage" if issubclass(resource.model, Fact) else "pk"
    rows = resource.rows(scope).select_related(None).prefetch_related(None).order_by()
    return {
        pk for chunk in chunks(sorted(ids)) for pk in rows.filter(**{f"{key}__in": chunk}).values_list(key, flat=True)
    }


def mail_pending() -> int:
    """Sends what was not mailed yet, one letter a person; returns how many went out. What fails is tried again."""
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return 0
    waiting = Notification.objects.filter(
        mailed_at=None, read_at=None, created_at__gte=timezone.now() - MAILED_WITHIN, user__is_active=True,
        user__withdrawn=False,
    ).exclude(user__email="")
    sent = 0
    people = User.everything.filter(pk__in=waiting.order_by().values("user_id"))
    for user in people:
        with override(settings.LANGUAGE_CODE):
            notices = _visible(user, Scope.of(user), waiting.filter(user=user))
            if not notices:
                continue
            try:
                with get_connection() as connection:
                    EmailMessage(
                        subject=(
                            notices[0].text[:120] if len(notices) == 1 else _("%d notices from Guatu") % len(notices)),
                        body="\n".join(f"{timezone.localtime(notice.created_at):%Y-%m-%d %H:%M}  {notice.text}"
                                       for notice in notices),
                        to=[user.email],
                        connection=connection,
                    ).send()
            except OSError:  # SMTP's exceptions are OSErrors too
                log.warning("The notices of %s could not be mailed.", user.username, exc_info=True)
                continue
        Notification.objects.filter(pk__in=[notice.id for notice in notices]).update(mailed_at=timezone.now())
        sent += 1
    return sent
