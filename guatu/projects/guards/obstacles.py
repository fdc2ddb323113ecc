"""Rules of obstacles, asked on every write."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel import queries
from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.clock import count_due_day
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.projects.guards.promises import hand_set, moved_day
from guatu.projects.models import Obstacle, PlanTask


@guard(Obstacle)
def obstacles(batch: Batch) -> None:
    """Somebody is to clear it; resolving says how; a moved due day has reason, approver and right, as of milestones."""
    calendar = queries.calendar()
    projects = _projects_of_tasks(batch)
    for change in batch.of(Obstacle):
        if change.op == "withdraw" or change.derived:
            continue
        count_due_day(batch, change, calendar)
        if change.row is None and change.values.get("raised_on") is None:
            change.values["raised_on"] = timezone.localdate()
        _days(batch, change)
        if change.after("owner") is None and change.after("owner_unit") is None:
            batch.refuse(change, Faulty("obstacle_owner", _(
                "Nobody is named to clear this obstacle. Name the responsible unit or the owner."), "owner_unit"))
        task = change.after("task")
        if isinstance(task, int) and projects.get(task) != change.after("project"):
            batch.refuse(change, Faulty("other_plan", _(
                "That task belongs to another project's plan. Choose a task of this project's plan."), "task"))
        if change.row is not None:
            moved_day(batch, change)
            if "project" in change.values and change.values["project"] != change.row.project_id:
                batch.refuse(change, Faulty("fixed", _(
                    "An obstacle stays with its project. Withdraw it and raise another."), "project"))
        hand_set(batch, change)


def _projects_of_tasks(batch: Batch) -> dict[int, int]:
    """The project of each plan task that an obstacle of the batch names."""
    tasks = sorted({pk for change in batch.of(Obstacle) if isinstance(pk := change.after("task"), int)})
    return {
        pk: project
        for chunk in chunks(tasks)
        for pk, project in PlanTask.everything.filter(pk__in=chunk).values_list("pk", "plan__project_id")
    }


def _days(batch: Batch, change: Change) -> None:
    raised, due, done = (change.after(name) for name in ("raised_on", "due_on", "done_on"))
    if raised is not None and raised > timezone.localdate():
        batch.refuse(change, Faulty("raised_future", _(
            "%s has not come yet. An obstacle is raised when it is there.") % raised.isoformat(), "raised_on"))
    if raised is not None and due is not None and due < raised:
        batch.refuse(change, Faulty("due_before_raised", _(
            "An obstacle raised on %(raised)s cannot be due on %(due)s already. Give a later due day."
        ) % {"raised": raised, "due": due}, "due_on"))
    if done is None:
        return
    if done > timezone.localdate() or (raised is not None and done < raised):
        batch.refuse(change, Faulty("resolved_day", _(
            "An obstacle is resolved between the day it was raised and today, not on %s.") % done.isoformat(), "done_on"))
    if not (change.after("resolution") or "").strip():
        batch.refuse(change, Faulty("resolution", _(
            "Say how “%s” was resolved.") % change.after("title"), "resolution"))
