"""What people are told, in the app and by e-mail: only about rows they may still see when it is shown.

A notice has a code. Its sentence is filled with the notice's parameters in the reader's language; its topic says how
it is mailed unless the reader chose otherwise. Whoever stands in for somebody today gets a copy of what that person is
told, apart from what is nobody else's business (`Topic.is_own`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel import bulk, delegation
from guatu.kernel.account import names_of
from guatu.kernel.bulk import chunks
from guatu.kernel.models import Delegation, Job, Notification
from guatu.kernel.models.facts import Fact
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.scope import Scope

#: Sentence by code, filled with a notification's parameters in the reader's language.
sentences: dict[str, Any] = {}

JOB = Job._meta.label_lower
DELEGATION = Delegation._meta.label_lower
MOST_SHOWN = 200

AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"
WAYS = [
    (AT_ONCE, gettext_lazy("at once")),
    (DAILY, gettext_lazy("in the daily digest")),
    (NEVER, gettext_lazy("not by e-mail")),
]


@dataclass(frozen=True)
class Topic:
    """What notices are about, as a person chooses how to be mailed. `is_own`: a stand-in gets no copy. `is_listed`: the
    digest's lists of what is owed say the same, so that it does not tell of them again."""

    label: Any
    usual: str = DAILY
    is_own: bool = False
    is_listed: bool = False


#: What a person owes is no notice: it comes in the digest or not at all.
OWED = "owed"
topics: dict[str, Topic] = {
    OWED: Topic(gettext_lazy("what I owe: turned red, and turning red within a week")),
    "other": Topic(gettext_lazy("everything else")),
}
_topic_of: dict[str, str] = {}


def tells(
    topic: str, label, codes: dict[str, Any], usual: str = DAILY, is_own: bool = False, is_listed: bool = False
) -> None:
    """Registers the sentences of a topic by code."""
    topics[topic] = Topic(label, usual, is_own, is_listed)
    sentences.update(codes)
    _topic_of.update(dict.fromkeys(codes, topic))


def topic_of(code: str) -> str:
    return _topic_of.get(code, "other")


def codes_of(wanted: Iterable[str]) -> list[str]:
    """Codes of the topics named."""
    wanted = set(wanted)
    return [code for code in sentences if topic_of(code) in wanted]


@dataclass(frozen=True)
class Notice:
    """A notification as its reader sees it. `on_behalf_of` names the person whose notice this is a copy of."""

    id: int
    code: str
    text: str
    created_at: datetime
    subject_type: str
    subject_id: int
    read_at: datetime | None = None
    on_behalf_of: str = ""


def notify(user_ids: Iterable[int], code: str, parameters: dict, subject_type: str, subject_id: int) -> int:
    """Tells each of the users once; `parameters` are plain JSON values for the sentence of `code`."""
    rows = told(user_ids, code, parameters, subject_type, subject_id)
    keep(rows)
    return len(rows)


def told(
    user_ids: Iterable[int], code: str, parameters: dict, subject_type: str, subject_id: int
) -> list[Notification]:
    """What `notify` writes, for a caller that gives many at once to `keep`."""
    if code not in sentences:
        raise KeyError(f"No sentence is registered for the notification {code!r}.")
    return [
        Notification(
            user_id=user_id, code=code, parameters=parameters, subject_type=subject_type, subject_id=subject_id)
        for user_id in dict.fromkeys(user_ids) if user_id is not None
    ]


def keep(rows: list[Notification]) -> None:
    """Writes notifications, with a copy of each for those who stand in for its reader today."""
    passed_on = [row for row in rows if not topics[topic_of(row.code)].is_own]
    stand_ins = delegation.stand_ins(row.user_id for row in passed_on) if passed_on else {}
    own = {(row.user_id, row.code, row.subject_type, row.subject_id) for row in rows}
    copies = [
        Notification(
            user_id=delegate, code=row.code, parameters=row.parameters, subject_type=row.subject_type,
            subject_id=row.subject_id, on_behalf_of_id=row.user_id)
        for row in passed_on for delegate in stand_ins.get(row.user_id, [])
        if (delegate, row.code, row.subject_type, row.subject_id) not in own
    ]
    bulk.insert([*rows, *copies])


def sentence(notification: Notification) -> str:
    template = sentences.get(notification.code)
    return str(template) % notification.parameters if template is not None else notification.code


# -- reading -------------------------------------------------------------------------------------------------------


def unread_of(user, scope: Scope) -> list[Notice]:
    """The newest unread notifications of a user whose subjects the scope still reaches."""
    return visible(user, scope, Notification.objects.filter(user=user, read_at=None))


def read_of(user, scope: Scope) -> list[Notice]:
    """The newest notifications that the user has marked as read, likewise only about rows still in reach."""
    return visible(user, scope, Notification.objects.filter(user=user, read_at__isnull=False))


def page_of(user, scope: Scope, is_read: bool, before: int | None, size: int) -> tuple[list[Notice], int | None]:
    """Visible notifications older than `before`, and what to go on `before` when there are more."""
    rows = Notification.objects.filter(user=user, read_at__isnull=not is_read)
    found: list[Notice] = []
    while len(found) <= size:
        older = rows if before is None else rows.filter(pk__lt=before)
        newest = list(older.order_by("-id")[:MOST_SHOWN])
        found += _shown(user, scope, newest)
        if len(newest) < MOST_SHOWN:
            break
        before = newest[-1].pk
    return found[:size], found[size - 1].id if len(found) > size else None


def mark_read(user, ids: Iterable[int] | None = None) -> int:
    """Marks the user's notifications as read, all of them or those named."""
    unread = Notification.objects.filter(user=user, read_at=None)
    return (unread if ids is None else unread.filter(pk__in=list(ids)[:MOST_SHOWN])).update(read_at=timezone.now())


def visible(user, scope: Scope, notifications: QuerySet[Notification]) -> list[Notice]:
    """The newest of these notifications that are about rows the scope reaches."""
    return _shown(user, scope, list(notifications.order_by("-id")[:MOST_SHOWN]))


def _shown(user, scope: Scope, newest: list[Notification]) -> list[Notice]:
    subjects: dict[str, set[int]] = defaultdict(set)
    for notification in newest:
        subjects[notification.subject_type].add(notification.subject_id)
    seen = {(kind, pk) for kind, ids in subjects.items() for pk in _seen(user, scope, kind, ids)}
    people = names_of(told.on_behalf_of_id for told in newest) if any(told.on_behalf_of_id for told in newest) else {}
    return [
        Notice(
            told.pk, told.code, sentence(told), told.created_at, told.subject_type, told.subject_id, told.read_at,
            people.get(told.on_behalf_of_id, ""))
        for told in newest if (told.subject_type, told.subject_id) in seen
    ]


def _seen(user, scope: Scope, subject_type: str, ids: set[int]) -> set[int]:
    if subject_type in _parties:
        return _parties[subject_type](user, ids)
    resource = resource_of_subject(subject_type)
    if resource is None or not scope.may(resource.name):
        return set()
    key = "lineage" if issubclass(resource.model, Fact) else "pk"
    rows = resource.rows(scope).select_related(None).prefetch_related(None).order_by()
    return {
        pk for chunk in chunks(sorted(ids)) for pk in rows.filter(**{f"{key}__in": chunk}).values_list(key, flat=True)
    }


def _own_jobs(user, ids: set[int]) -> set[int]:
    return set(Job.objects.filter(pk__in=ids, user_id=user.pk).values_list("pk", flat=True))


def _own_delegations(user, ids: set[int]) -> set[int]:
    rows = Delegation.everything.filter(pk__in=ids).values_list("pk", "principal_id", "delegate_id")
    return {pk for pk, *parties in rows if user.pk in parties}


#: Subjects that are seen by being a party to them, not by scope.
_parties: dict[str, Callable[[Any, set[int]], set[int]]] = {JOB: _own_jobs, DELEGATION: _own_delegations}
#: Pages of subjects that are not the page of a resource's row.
_addresses: dict[str, Callable[[int], str]] = {JOB: lambda pk: f"/jobs/{pk}/", DELEGATION: lambda pk: "/my/away/"}


def address(notice: Notice) -> str:
    """The page of what a notice is about."""
    if notice.subject_type in _addresses:
        return _addresses[notice.subject_type](notice.subject_id)
    resource = resource_of_subject(notice.subject_type)
    return f"/r/{resource.name}/{notice.subject_id}/" if resource is not None else "/notifications/"


def said(notice: Notice) -> str:
    """The sentence of a notice, saying for whom it is where it is a copy."""
    if not notice.on_behalf_of:
        return notice.text
    return _("For %(principal)s: %(text)s") % {"principal": notice.on_behalf_of, "text": notice.text}
