"""The daily digest by e-mail: what turned red, what turns red within a week, and new notices, one letter a day.

A letter is kept (`Letter`) before it is sent and marked after the server has taken it, each in a transaction of its
own. A worker that is killed in between finds it again at its next tick: what was not taken is sent then; what was taken
in the very last moment is sent once more under the same Message-ID, of which a mailbox keeps one. A day has one letter
(`one_digest_a_day`), whoever makes it. Notices of a letter that could not be sent come in the next day's.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import delegation, mailing, notify, queue
from guatu.kernel.models import Letter, Notification, User
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.scope import Scope

log = logging.getLogger(__name__)

#: After so many refusals by the server a letter is given up; the next day's tells the same again.
MOST_TRIES = 20
MOST_LISTED = 100


@dataclass(frozen=True)
class Line:
    """One commitment in the letter."""

    label: str
    about: str
    due: str
    colour: str
    url: str
    on_behalf_of: str


def send_due(now: datetime | None = None) -> int:
    """Makes and sends the letters of the day whose hour has come; returns how many went out."""
    now = timezone.localtime(now)
    if not mailing.is_configured() or now.time() < _hour():
        return 0
    day = now.date()
    people = User.everything.filter(withdrawn=False, is_active=True).exclude(email="")
    for user in people.exclude(letters__day=day):
        make(user, day)
    return sum(_send(letter) for letter in Letter.objects.filter(day=day, sent_at=None, tries__lt=MOST_TRIES).exclude(text=""))


def _hour() -> time:
    return time.fromisoformat(settings.GUATU_DIGEST_AT)


def make(user: User, day: date) -> Letter | None:
    """Keeps a person's letter of the day, to be sent; None when another worker has just made it."""
    preference = mailing.preference_of(user.pk)
    daily = mailing.topics_mailed(preference, notify.DAILY)
    scope = Scope.of(user)
    last = Letter.objects.filter(user=user, day__lt=day, sent_at__isnull=False).order_by("-day").first()
    since = last.day if last is not None else day - timedelta(days=1)
    with override(mailing.language_of(preference)):
        turned, coming = _owed(user, scope, day, since) if notify.OWED in daily else ([], [])
        waiting = Notification.objects.filter(
            user=user, mailed_at=None, read_at=None, code__in=notify.codes_of(daily),
            created_at__gte=timezone.now() - mailing.MAILED_WITHIN)
        notices = notify.visible(user, scope, waiting)
        told = notices if notify.OWED not in daily else [
            notice for notice in notices if not notify.topics[notify.topic_of(notice.code)].is_listed]
        context = {
            "user": user, "day": day, "turned": turned, "coming": coming, "since": since,
            "notices": [(notice, notify.said(notice), _link(notify.address(notice))) for notice in told],
            "url": mailing.base_url(),
        }
        is_empty = not (turned or coming or told)
        letter = Letter(
            user=user, day=day, address=user.email, message_id=mailing.message_id("digest", user.pk, day),
            subject=_("Guatu, %(day)s: %(red)d turned red, %(coming)d turn red within a week, %(notices)d new notices") % {
                "day": day.isoformat(), "red": len(turned), "coming": len(coming), "notices": len(told)},
            text="" if is_empty else render_to_string("kernel/digest.txt", context),
            html="" if is_empty else render_to_string("kernel/digest.html", context),
            notices=[notice.id for notice in notices],
        )
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        return None
    return letter


def _owed(user: User, scope: Scope, day: date, since: date) -> tuple[list[Line], list[Line]]:
    """What the person, and those they stand in for, owe."""
    turned, coming = [], []
    for person, name in [(user.pk, ""), *((away.pk, str(away)) for away in delegation.principals_of(scope))]:
        red, soon = queue.turning(person, scope, day, since)
        turned += [_line(row, name) for row in red]
        coming += [_line(row, name) for row in soon]
    return turned[:MOST_LISTED], coming[:MOST_LISTED]


def _line(row: queue.Owed, on_behalf_of: str) -> Line:
    state = row.state
    return Line(
        row.label, row.about.name if row.about else "", format_day(state.due_on, Precision(state.due_precision)),
        str(row.lit.light.colour), _link(row.about.address()) if row.about else "", on_behalf_of)


def _link(path: str) -> str:
    return mailing.base_url() + path if mailing.base_url() else ""


def _send(letter: Letter) -> bool:
    try:
        mailing.send(letter.address, letter.subject, letter.text, letter.html, letter.message_id)
    except OSError as fault:
        log.warning("The digest for %s could not be mailed.", letter.address, exc_info=True)
        Letter.objects.filter(pk=letter.pk).update(tries=letter.tries + 1, fault=str(fault)[:300])
        return False
    now = timezone.now()
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(sent_at=now, tries=letter.tries + 1, fault="")
        Notification.objects.filter(pk__in=letter.notices, mailed_at=None).update(mailed_at=now)
    return True


def letters_of(user: User, most: int = 10) -> list[Letter]:
    """A person's newest digests, those of days with nothing to tell left out."""
    return list(Letter.objects.filter(user=user).exclude(text="").order_by("-day")[:most])
