"""Whom projects tell of what: a due day promised or moved, a light that turned."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guatu.kernel import notify
from guatu.kernel.bulk import by_ids
from guatu.kernel.events import DayTurned, listen, listen_together
from guatu.kernel.scope import Scope
from guatu.projects.events import DueDayMoved
from guatu.projects.models import Milestone, Project
from guatu.projects.promises import people_of
from guatu.projects.queries import ProjectLight, lights
from guatu.projects.queries.light_rows import OBSTACLE, SUBJECT

notify.tells("due_days", _("due days promised and moved"), {
    "due_day_promised": _("“%(milestone)s” is promised for %(after)s."),
    "due_day_moved": _("The due day of “%(milestone)s” was moved from %(before)s to %(after)s: %(reason)s"),
})
notify.tells("lights", _("lights that turned"), {
    "light_yellow": _("“%(milestone)s” is due on %(due)s; its light has turned yellow."),
    "light_red": _("“%(milestone)s” was due on %(due)s; its light has turned red."),
}, is_listed=True)


@listen_together(DueDayMoved)
def tell_of_due_days(events: tuple[DueDayMoved, ...]) -> None:
    milestones = {row.pk: row for row in by_ids(Milestone, [event.milestone_id for event in events])}
    projects = {row.pk: row for row in by_ids(Project, [event.project_id for event in events])}
    told = []
    for event in events:
        milestone = milestones[event.milestone_id]
        milestone.project = projects[event.project_id]
        told.extend(notify.told(
            people_of(milestone.project, event.owner_id),
            "due_day_promised" if event.before is None else "due_day_moved",
            {
                "milestone": str(milestone), "before": str(event.before or ""), "after": str(event.after),
                "reason": event.reason,
            },
            Milestone._meta.label_lower, milestone.pk,
        ))
    notify.keep(told)


@listen(DayTurned)
def tell_of_lights(event: DayTurned) -> None:
    """Each light that turned yellow or red since the former turn of the day is told to those who answer for it."""
    former = event.former or event.day - timedelta(days=1)
    # What is done, or was red already, turns no more; a light set by hand may fall back to red at any age.
    may_turn = Q(done_on=None) & (Q(due_on__gte=former) | ~Q(override_colour=""))
    turned = [row for subject in (SUBJECT, OBSTACLE) for row in _turned(subject, former, event.day, may_turn)]
    projects = Project.everything.in_bulk([row.project_id for row in turned])
    for row in turned:
        notify.notify(
            people_of(projects[row.project_id], row.lit.state.owner_id), f"light_{row.lit.light.colour}",
            {"milestone": f"{row.project_name} · {row.label}", "due": row.lit.state.due_on.isoformat()},
            row.lit.state.subject_type, row.lit.state.subject_id,
        )


def _turned(subject: str, former: date, day: date, may_turn: Q) -> list[ProjectLight]:
    """The milestones or obstacles whose light turned yellow or red between two days."""
    before = {
        row.lit.state.subject_id: str(row.lit.light.colour)
        for row in lights(Scope.whole(), former, which=may_turn, subject=subject)
    }
    return [
        row for row in lights(Scope.whole(), day, which=may_turn, subject=subject)
        if str(row.lit.light.colour) in ("yellow", "red")
        and before.get(row.lit.state.subject_id) not in (None, str(row.lit.light.colour))
    ]
