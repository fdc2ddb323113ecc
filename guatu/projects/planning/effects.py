"""What follows from plans and for them: events finish milestone tasks, finished tasks keep promises, promises that
move take the plan along, and what hangs on a withdrawn task goes with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.models import BEGINNING
from guatu.kernel.queries import versions
from guatu.kernel.registry import effect
from guatu.kernel.rules.days import counts_from
from guatu.projects.models import Milestone, Plan, PlanBaseline, PlanLink, PlanNeed, PlanResource, PlanTask, StageEvent


@effect(StageEvent)
def events_finish_tasks(batch: Batch) -> list[Change]:
    """The first actual event of its kind is the day on which the milestone task of the project's plan was reached."""
    concerned = {
        (project, event)
        for change in batch.of(StageEvent)
        for project, event in _keys(change)
        if isinstance(project, int)
    }
    tasks: list[PlanTask] = []
    for chunk in chunks(sorted({project for project, _event in concerned})):
        tasks += PlanTask.everything.filter(
            plan__project_id__in=chunk, plan__what_if="", plan__withdrawn=False, withdrawn=False, milestone=True
        ).exclude(event="").select_related("plan")
    spoken = {change.row.pk for change in batch.of(PlanTask) if change.row is not None and "actual_finish" in change.values}
    tasks = [task for task in tasks if (task.plan.project_id, task.event) in concerned and task.pk not in spoken]
    if not tasks:
        return []
    days = _first_days(batch, {task.plan.project_id for task in tasks})
    found = []
    for task in tasks:
        day = days.get((task.plan.project_id, task.event))
        if day != task.actual_finish:
            found.append(Change(
                "change", PlanTask, {"actual_start": day, "actual_finish": day}, row=task, valid_on=BEGINNING,
                reason=_("by its recorded event")))
    return found


def _keys(change: Change) -> Iterable[tuple]:
    yield change.after("project"), change.after("event")
    if change.row is not None:
        yield change.row.project_id, change.row.event


def _first_days(batch: Batch, projects: set[int]) -> dict[tuple[int, str], date]:
    """Days of the earliest actual events once the batch is written."""
    replaced = {change.row.pk for change in batch.of(StageEvent) if change.row is not None}
    told = [
        (row.project_id, row.event, row.counts_from)
        for chunk in chunks(sorted(projects))
        for row in versions(StageEvent, project_id__in=chunk, kind="actual")
        if row.pk not in replaced
    ]
    told += [
        (change.after("project"), change.after("event"), counts_from(change.after("valid_on"), change.after("precision")))
        for change in batch.of(StageEvent)
        if change.op != "withdraw" and change.after("kind") == "actual"
    ]
    found: dict[tuple[int, str], date] = {}
    for project, event, day in told:
        found[project, event] = min(day, found.get((project, event), day))
    return found


@effect(PlanTask)
def tasks_keep_promises(batch: Batch) -> list[Change]:
    """A promise without an event is kept by the day on which its task was finished."""
    finishing = [
        change for change in batch.of(PlanTask)
        if "actual_finish" in change.values and isinstance(change.after("promise"), int) and not change.after("event")
    ]
    if not finishing:
        return []
    counting = set(Plan.everything.filter(
        pk__in={change.after("plan") for change in finishing if isinstance(change.after("plan"), int)}, what_if=""
    ).values_list("pk", flat=True))
    finished = {
        change.after("promise"): change.values["actual_finish"] for change in finishing if change.after("plan") in counting
    }
    return [
        Change("change", Milestone, {"done_on": finished[row.pk]}, row=row, valid_on=BEGINNING)
        for row in Milestone.everything.filter(pk__in=finished, withdrawn=False)
        if row.done_on != finished[row.pk]
    ]


@effect(PlanTask)
def nothing_hangs_loose(batch: Batch) -> list[Change]:
    """With a withdrawn task go its links and needs."""
    gone = [change.row.pk for change in batch.of(PlanTask) if change.op == "withdraw"]
    spoken = {change.row.pk for change in batch.of(PlanLink, PlanNeed) if change.row is not None}
    rows: list = []
    for chunk in chunks(sorted(gone)):
        rows += PlanLink.everything.filter(pred_id__in=chunk, withdrawn=False)
        rows += PlanLink.everything.filter(succ_id__in=chunk, withdrawn=False).exclude(pred_id__in=chunk)
        rows += PlanNeed.everything.filter(task_id__in=chunk, withdrawn=False)
    return _withdrawn((row for row in rows if row.pk not in spoken), _("its task was withdrawn"))


@effect(Plan)
def a_plan_goes_whole(batch: Batch) -> list[Change]:
    """With a withdrawn plan goes all that it is made of."""
    gone = [change.row.pk for change in batch.of(Plan) if change.op == "withdraw"]
    if not gone:
        return []
    parts = (PlanTask, PlanLink, PlanNeed, PlanResource, PlanBaseline)
    spoken = {change.row.pk for change in batch.of(*parts) if change.row is not None}
    rows = (row for model in parts for row in model.everything.filter(plan_id__in=gone, withdrawn=False))
    return _withdrawn((row for row in rows if row.pk not in spoken), _("its plan was withdrawn"))


def _withdrawn(rows: Iterable, reason: str) -> list[Change]:
    return [Change("withdraw", type(row), row=row, reason=reason) for row in rows]


@effect(Milestone)
def plans_follow_promises(batch: Batch) -> list[Change]:
    """A promised day that is moved moves the day for which the plan is promised."""
    moved = {
        change.row.pk: change for change in batch.of(Milestone)
        if change.op == "change" and "due_on" in change.values
    }
    if not moved:
        return []
    found: list[Change] = []
    for chunk in chunks(sorted(moved)):
        for plan in Plan.everything.filter(promise_id__in=chunk, what_if="", withdrawn=False):
            change = moved[plan.promise_id]
            if plan.promised_on != change.values["due_on"]:
                found.append(Change(
                    "change", Plan, {"promised_on": change.values["due_on"]}, row=plan, reason=change.reason,
                    approver=change.approver, valid_on=change.valid_on))
    return found
