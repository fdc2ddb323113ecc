"""The weekly draft: each zone that switched it on gets one, once, and its supervision office is told."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from guatu.bulletins import actions
from guatu.bulletins.models import Bulletin
from guatu.bulletins.queries import asking
from guatu.bulletins.queries.record import has_any, office_of, zones
from guatu.bulletins.rules.schedule import drafting_day
from guatu.kernel import jobs, notify, parameters, queries
from guatu.kernel.scope import Actor, Scope

notify.sentences["bulletin_drafted"] = gettext_lazy(
    "“%(title)s” was drafted as of %(day)s. Read it through, edit it and issue it.")

KIND = "bulletins.weekly"


def due(former: date | None, day: date) -> list[tuple]:
    """Zones whose drafting day lies in (former, day], each with that day."""
    recording = queries.newest()
    book = parameters.book(day, recording)
    if not any(key == "bulletins.weekly" and value.value for (key, _node), value in book.overrides.items()):
        return []
    calendar = queries.calendar(recording)
    found = []
    for zone in zones():
        if book.get("bulletins.weekly", zone.pk).value:
            turn = drafting_day(former, day, min(7, max(1, int(book.get("bulletins.weekday", zone.pk).value))), calendar)
            if turn is not None:
                found.append((zone, turn))
    return found


@jobs.handler(KIND)
def draft_due(progress, actor: Actor, arguments: dict) -> dict:
    """Drafts the bulletins that are due; each looks at the day before its drafting day, which is complete."""
    former, day = arguments["former"], date.fromisoformat(arguments["day"])
    waiting = due(date.fromisoformat(former) if former else None, day)
    drafted = []
    for place, (zone, turn) in enumerate(waiting):
        progress.update(place, len(waiting), "writing")
        as_of = turn - timedelta(days=1)
        if has_any(zone.pk, None, as_of):
            continue
        asked = asking(Scope.whole(), zone.code, as_of)
        bulletin = actions.draft(actor, asked, note=_("weekly draft"))
        with override(asked.language):
            notify.notify(
                office_of(zone), "bulletin_drafted", {"title": bulletin.title, "day": as_of.isoformat()},
                Bulletin._meta.label_lower, bulletin.pk)
        drafted.append(bulletin.code)
    progress.update(len(waiting), max(1, len(waiting)), "writing")
    return {"ok": True, "drafted": drafted}
