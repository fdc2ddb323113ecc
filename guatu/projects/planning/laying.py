"""A plan made of a template: counted back from the promised day, with what the project has reached already."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import BEGINNING, Record
from guatu.kernel.queries import calendar, versions
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.projects.choices import MILESTONE_LABELS
from guatu.projects.models import Milestone, Plan, PlanLink, PlanNeed, PlanResource, PlanTask, Project, StageEvent
from guatu.projects.planning.editing import STEP
from guatu.projects.planning.guards import refused
from guatu.projects.planning.records import Records, engine
from guatu.projects.planning.templates import Template, TemplateTask
from guatu.projects.rules.plans.backward import Sheet, backward_from
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan

#: Before the promised day: far enough for any template, so that no start holds what is counted backwards.
LONG = timedelta(days=20 * 365)


def laid_out(
    project: Project, template: Template, promised_on: date | None, *, name: str = "", adopt_only: bool = False
) -> list[Change]:
    """The changes that lay the plan out. Raises Refused where a plan or another promise stands."""
    if Plan.everything.filter(project=project, what_if="", withdrawn=False).exists():
        raise Faulty("plan_stands", _(
            "“%s” has a plan already. Edit it, or withdraw it before laying out another.") % project)
    standing = {
        row.event: row for row in Milestone.everything.filter(project=project, withdrawn=False, title="").exclude(event="")
    }
    target = template.task(template.target)
    promised_on = _promised(project, target, standing.get(target.event), promised_on)
    with override(settings.LANGUAGE_CODE):
        laying = _Laying(project, template, promised_on, name or _("Plan of %s") % project.name)
        laying.fill(_reached(project))
        laying.promises(standing, adopt_only)
    return laying.changes()


def _promised(project: Project, target: TemplateTask, milestone: Milestone | None, promised_on: date | None) -> date:
    label = MILESTONE_LABELS.get(target.event, target.name)
    if milestone is not None and promised_on not in (None, milestone.due_on):
        raise Faulty("promise_stands", _(
            "“%(milestone)s” is promised for %(day)s already. Lay the plan out for that day, or first move the due day on "
            "the milestone, with a reason and an approver."
        ) % {"milestone": label, "day": milestone.due_on}, "promised_on")
    found = promised_on or (milestone.due_on if milestone is not None else None)
    if found is None:
        raise Faulty("promise_missing", _(
            "“%(milestone)s” of “%(project)s” is not promised for any day. Give the day to count back from."
        ) % {"milestone": label, "project": project}, "promised_on")
    return found


def _reached(project: Project) -> dict[str, date]:
    """The first day of each event that has happened."""
    found: dict[str, date] = {}
    for row in versions(StageEvent, project_id=project.pk, kind="actual"):
        found[row.event] = min(row.counts_from, found.get(row.event, row.counts_from))
    return found


class _Laying:
    """The rows to be made, as `Records` keyed by their changes."""

    def __init__(self, project: Project, template: Template, promised_on: date, name: str):
        self.project, self.template, self.promised_on = project, template, promised_on
        self.state, self.today = calendar(), timezone.localdate()
        self.plan = Change("create", Plan, {
            "project": project.pk, "name": name[:200], "start": promised_on - LONG, "promised_on": promised_on,
            "calendar": template.calendar, "template": template.code, "note": "",
        })
        self.made: list[Change] = []
        self.tasks: dict[str, Change] = {}
        self.milestones: list[Change] = []

    def changes(self) -> list[Change]:
        return [*self.milestones, self.plan, *self.made]

    # -- tasks -------------------------------------------------------------------------------------------------------

    def fill(self, reached: dict[str, date]) -> None:
        kept = self._kept(reached)
        for task in kept:
            done = reached.get(task.event) if task.event else None
            self.tasks[task.key] = self._create(PlanTask, {
                "number": (len(self.tasks) + 1) * STEP, "name": task.name, "duration": task.duration,
                "duration_unit": task.unit, "milestone": task.milestone, "event": task.event,
                "parent": self.tasks.get(task.parent), "department": task.department, "floor": task.floor,
                "floor_kind": task.floor_kind, "floor_basis": task.basis, "compression_cost_per_day": task.cost,
                "actual_start": done, "actual_finish": done, "percent_complete": 0 if done is None else 100,
                "note": task.note,
            })
        for link in self.template.links:
            if link.pred in self.tasks and link.succ in self.tasks:
                self._create(PlanLink, {
                    "pred": self.tasks[link.pred], "succ": self.tasks[link.succ], "kind": link.kind, "lag": link.lag,
                    "lag_unit": link.lag_unit})
        needed = {name for task in kept for name in task.needs}
        resources = {
            name: self._create(PlanResource, {"name": name, "capacity": capacity})
            for name, capacity in self.template.resources.items() if name in needed
        }
        for task in kept:
            for name, amount in task.needs.items():
                self._create(PlanNeed, {
                    "task": self.tasks[task.key], "resource": resources[name], "amount": amount})
        begun = [day for task in kept if (day := reached.get(task.event)) is not None]
        sheet = self.sheet()
        self.plan.values["start"] = min([row.begin_by_day for row in sheet.rows if not row.done] + begun)

    def _create(self, model: type[Record], values: dict) -> Change:
        change = Change("create", model, {"plan": self.plan, **values})
        self.made.append(change)
        return change

    def _kept(self, reached: dict[str, date]) -> list[TemplateTask]:
        """The tasks still to be planned: not what leads to a milestone that is reached, nor what the template has
        before one; and no summary that is left without parts."""
        tasks, parents = self.template.tasks, {task.parent for task in self.template.tasks}
        passed = {task.key for task in tasks if task.event and task.event in reached}
        if not passed:
            return list(tasks)
        finish = _finishes(self.template, self.state)
        last = max(finish[key] for key in passed)
        gone = self._leading_to(passed) | {
            task.key for task in tasks if task.key not in parents and finish[task.key] <= last
        }
        kept = {task.key for task in tasks if task.key not in parents and (task.key in passed or task.key not in gone)}
        below = defaultdict(list)
        for task in tasks:
            below[task.parent].append(task.key)

        def stays(task: TemplateTask) -> bool:
            return task.key in kept or any(stays(self.template.task(part)) for part in below[task.key])

        return [task for task in tasks if stays(task)]

    def _leading_to(self, keys: set[str]) -> set[str]:
        found, waiting = set(), list(keys)
        while waiting:
            key = waiting.pop()
            for link in self.template.links:
                if link.succ == key and link.pred not in found:
                    found.add(link.pred)
                    waiting.append(link.pred)
        return found - keys

    # -- dates and promises ------------------------------------------------------------------------------------------

    def records(self) -> Records:
        blank = {model: {field.name: field.get_default() for field in model.value_fields()} for model in (
            Plan, PlanTask, PlanLink, PlanResource, PlanNeed)}
        found = Records(self.plan, blank[Plan] | self.plan.values)
        for change in self.made:
            found.rows[change.model][change] = blank[change.model] | change.values
        return found

    def sheet(self) -> Sheet:
        try:
            return backward_from(engine(self.records(), self.state, self.today), self.promised_on)
        except BadPlan as bad:
            raise refused(bad) from None

    def promises(self, standing: dict[str, Milestone], adopt_only: bool) -> None:
        """Adopts the project's milestones, and makes those that it lacks for the days the plan gives."""
        due = {row.id: row.finish_by_day for row in self.sheet().rows}
        for key, change in self.tasks.items():
            task = self.template.task(key)
            promise: Milestone | Change | None = standing.get(task.event) if task.event else None
            if promise is None and task.event and change.values["actual_finish"] is None and not adopt_only:
                promise = Change("create", Milestone, {
                    "project": self.project.pk, "event": task.event,
                    "due_on": self.promised_on if key == self.template.target else due[change.values["number"]],
                })
                self.milestones.append(promise)
            if promise is None:
                continue
            change.values["promise"] = promise if isinstance(promise, Change) else promise.pk
            if key == self.template.target:
                self.plan.values["promise"] = change.values["promise"]


def _finishes(template: Template, state: WorkCalendar) -> dict[str, int]:
    """When each task of a template is over when nothing waits longer than it must, as instants."""
    start = date(2021, 1, 4)
    plan = Change("create", Plan, {})
    records = Records(plan, {
        "start": start, "status_on": None, "promised_on": None, "calendar": template.calendar, "name": "",
    })
    numbers = {task.key: place for place, task in enumerate(template.tasks, 1)}
    blank = {field.name: field.get_default() for field in PlanTask.value_fields()}
    for task in template.tasks:
        records.tasks[task.key] = blank | {
            "number": numbers[task.key], "name": task.name, "duration": task.duration, "duration_unit": task.unit,
            "milestone": task.milestone, "parent": task.parent or None,
        }
    for place, link in enumerate(template.links):
        records.links[place] = {
            "pred": link.pred, "succ": link.succ, "kind": link.kind, "lag": link.lag, "lag_unit": link.lag_unit}
    timing = schedule(engine(records, state, BEGINNING))
    return {key: timing.tasks[number].finish for key, number in numbers.items()}
