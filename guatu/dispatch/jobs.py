"""Opening a month as a job: by the turn of the day, or from the page when many projects are concerned."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch import actions
from guatu.dispatch.queries.owing import value
from guatu.dispatch.rules.months import Month, parse_month
from guatu.kernel import jobs
from guatu.kernel.command_line import plain
from guatu.kernel.models import Job, Organisation
from guatu.kernel.scope import Actor
from guatu.projects.queries.moment import moment

KIND = "dispatch_open"
#: Above this many projects the page leaves the opening to the worker.
AT_ONCE = 2000


def start_opening(month: Month, zone: str = "", user=None) -> Job:
    """Starts the job, or gives back the one that is waiting for the same month. Without a zone: every zone that lets
    its months open by themselves."""
    waiting = Job.objects.filter(kind=KIND, state__in=["waiting", "running"], arguments__month=str(month),
                                 arguments__zone=zone).first()
    if waiting is not None:
        return waiting
    title = _("Open the dispatch of %s") % month
    return jobs.start(KIND, title, user, {"month": str(month), "zone": zone})


@jobs.handler(KIND)
def opening(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    month, zone = parse_month(arguments["month"]), arguments.get("zone") or None
    only = None if zone or actor.user is not None else opening_by_themselves(timezone.localdate())
    progress.update(0, 1, "writing")
    opened = actions.open_month(actor, month, zone, only=only)
    progress.update(1, 1, "writing")
    return {"ok": True, **plain(opened.as_json())}


def opening_by_themselves(day: date) -> frozenset[int]:
    """Organisations whose months open by themselves, by the parameter in force on a day."""
    when = moment(day)
    zones = Organisation.everything.filter(withdrawn=False).values_list("pk", flat=True)
    return frozenset(pk for pk in zones if value(when, "dispatch.opens_itself", pk))
