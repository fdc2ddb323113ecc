"""Rules of plans, asked on every write: what belongs together, what has happened, and that the whole can be computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models.facts import Record
from guatu.kernel.queries import calendar
from guatu.kernel.registry import guard
from guatu.kernel.rules.refusals import BadCalendar
from guatu.projects.models import Plan, PlanLink, PlanNeed, PlanResource, PlanTask, StageEvent
from guatu.projects.planning.records import Records, changed, engine
from guatu.projects.rules.plans.backward import backward_from
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan, Problem

#: References that must lead to rows of the same plan.
WITHIN = {PlanTask: ("parent",), PlanLink: ("pred", "succ"), PlanNeed: ("task", "resource"), PlanResource: ()}
FIXED: dict[type[Record], tuple[str, ...]] = {
    Plan: ("project", "what_if", "what_if_of"), PlanTask: ("plan", "copied_from"), PlanLink: ("plan", "pred", "succ"),
    PlanResource: ("plan",), PlanNeed: ("plan", "task", "resource"),
}
ACTUAL = ("actual_start", "actual_finish")


def sentence(problem: Problem) -> str:
    """A problem of a plan in the reader's language."""
    return problem.sentence(_)


@guard(Plan, PlanTask, PlanLink, PlanResource, PlanNeed)
def plans(batch: Batch) -> None:
    today = timezone.localdate()
    for change in batch.of(Plan, PlanTask, PlanLink, PlanResource, PlanNeed):
        if change.op != "withdraw":
            _fixed(batch, change)
    for change in batch.of(Plan):
        if change.op != "withdraw":
            _plan(batch, change, today)
    for change in batch.of(PlanTask):
        if change.op != "withdraw":
            _task(batch, change, today)
    whole = changed(batch)
    for change in batch.of(PlanTask, PlanLink, PlanNeed):
        if change.op != "withdraw":
            _within(batch, change, whole.get(change.after("plan")))
    if not batch.problems and all(_is_whole(change) for change in batch.of(Plan, PlanTask, PlanLink, PlanResource, PlanNeed)):
        state = calendar()
        for key, records in whole.items():
            _computable(batch, key, records, state, today)


def _is_whole(change: Change) -> bool:
    """Whether nothing is missing or outside its choices; what is, the check of values says."""
    for field in change.model.value_fields() if change.op != "withdraw" else ():
        value = change.after(field.name)
        if value is None and not field.null:
            return False
        if field.choices and value not in ("", None) and value not in {code for code, _label in field.flatchoices}:
            return False
    return True


def _fixed(batch: Batch, change: Change) -> None:
    for name in FIXED[change.model] if change.row is not None else ():
        field = change.model._meta.get_field(name)
        if name in change.values and change.values[name] != getattr(change.row, field.attname):
            batch.refuse(change, Faulty("fixed", _(
                "“%(label)s” of “%(row)s” cannot be changed. Withdraw it and add another."
            ) % {"label": field.verbose_name, "row": change.row}, name))


def _plan(batch: Batch, change: Change, today: date) -> None:
    status = change.after("status_on")
    if isinstance(status, date) and "status_on" in change.values and status > today:
        batch.refuse(change, Faulty("status_future", _(
            "The status day %(day)s has not come yet, so nobody knows what will have happened by then. Give today or a "
            "day before."
        ) % {"day": status}, "status_on"))
    start, promised = change.after("start"), change.after("promised_on")
    if start is not None and promised is not None and promised < start and {"start", "promised_on"} & change.values.keys():
        batch.refuse(change, Faulty("promised_before_start", _(
            "The plan starts on %(start)s, after the day %(promised)s for which it is promised. Correct one of them."
        ) % {"start": start, "promised": promised}, "promised_on"))
    row = change.row
    if (
        row is not None and not change.derived and not row.what_if and row.promise_id is not None
        and "promised_on" in change.values and change.values["promised_on"] != row.promised_on
    ):
        batch.refuse(change, Faulty("promise_stands", _(
            "“%(plan)s” is promised for %(day)s. Move the due day on its milestone, with a reason and an approver; the plan "
            "follows."
        ) % {"plan": row, "day": row.promised_on}, "promised_on"))


def _task(batch: Batch, change: Change, today: date) -> None:
    name = change.after("name")
    for column in ACTUAL:
        field, value = PlanTask._meta.get_field(column), change.values.get(column)
        if value is not None and value > today:
            batch.refuse(change, Faulty("actual_future", _(
                "“%(task)s” cannot be %(label)s %(day)s, which has not come yet. Record it when it has happened."
            ) % {"task": name, "label": field.verbose_name, "day": value}, column))
        former = getattr(change.row, column) if change.row is not None else None
        if column in change.values and former not in (None, value) and not change.reason.strip():
            batch.refuse(change, Faulty("actual_reason", _(
                "“%(task)s” was %(label)s %(day)s, as recorded. What has happened is not moved; if it was recorded "
                "wrongly, say why."
            ) % {"task": name, "label": field.verbose_name, "day": former}, column))
    if change.after("milestone") and change.values.get("actual_finish") and change.after("actual_start") is None:
        change.values["actual_start"] = change.values["actual_finish"]
    if change.after("event") and not change.after("milestone"):
        batch.refuse(change, Faulty("event_of_milestone", _(
            "“%s” names an event, but is no milestone. Mark it as a milestone, or leave the event out."
        ) % name, "event"))


def _within(batch: Batch, change: Change, records: Records | None) -> None:
    for name in WITHIN[change.model]:
        value = change.after(name)
        if value is None or (name not in change.values and change.row is not None):
            continue
        model: Any = change.model._meta.get_field(name).related_model
        if records is None or value not in records.rows[model]:
            batch.refuse(change, Faulty("other_plan", _(
                "“%s” names a row of another plan, or one that was withdrawn. Name one of the same plan."
            ) % change.model._meta.get_field(name).verbose_name, name))
    if change.model is PlanTask and records is not None and change.values.get("percent_complete"):
        values = records.tasks.get(change if change.row is None else change.row.pk)
        if values is not None and values["actual_start"] is None:
            problem = Problem("actual_unbegun", {
                "task": f"{values['number']} “{values['name']}”", "percent": values["percent_complete"]})
            batch.refuse(change, Faulty(problem.code, sentence(problem), "percent_complete"))


def _computable(batch: Batch, key, records: Records, state, today: date) -> None:
    try:
        plan = engine(records, state, today)
        timing = schedule(plan)
        backward_from(plan, plan.deadline or timing.finish_day)
    except BadCalendar as beyond:
        problem = Problem("too_far", {"first": beyond.params["first"], "last": beyond.params["last"]})
        batch.refuse(_about(batch, key, records, problem), refusal(problem))
    except BadPlan as refused:
        for problem in refused.problems:
            batch.refuse(_about(batch, key, records, problem), refusal(problem))


def refusal(problem: Problem) -> Refused:
    return Faulty(problem.code, sentence(problem))


def refused(bad: BadPlan) -> Refused:
    """All that is wrong with a plan as one refusal."""
    lines = [sentence(problem) for problem in bad.problems[:20]]
    return Faulty(bad.problems[0].code, "\n".join(lines))


def _about(batch: Batch, key, records: Records, problem: Problem) -> Change:
    """The change that a problem is said of: one of a task it names, else any of that plan."""
    numbered = records.numbered()
    named = [numbered.get(number) for number in problem.tasks]
    changes = list(_of_plan(batch, key))
    for change in changes:
        if change.model is PlanTask and (change in named or (change.row is not None and change.row.pk in named)):
            return change
    for change in changes:
        if change.model is PlanLink and set(named) & {change.after("pred"), change.after("succ")}:
            return change
    return changes[0]


def _of_plan(batch: Batch, key) -> Iterator[Change]:
    for change in batch.of(Plan):
        if change is key or (change.row is not None and change.row.pk == key):
            yield change
    for change in batch.of(PlanTask, PlanLink, PlanResource, PlanNeed):
        if change.after("plan") == key:
            yield change


@guard(PlanTask)
def promises_kept(batch: Batch) -> None:
    """A milestone task that fulfils an event is finished when the event is recorded, on the day of the event."""
    finishing = [
        change for change in batch.of(PlanTask)
        if change.op != "withdraw" and change.after("event") and change.values.get("actual_finish") is not None
        and change.after("plan") is not None
    ]
    if not finishing:
        return
    plans = Plan.everything.in_bulk([key for change in finishing if isinstance(key := change.after("plan"), int)])
    days = _events(batch, {_project(change, plans) for change in finishing})
    for change in finishing:
        plan = plans.get(change.after("plan"), change.after("plan"))
        if plan.what_if if isinstance(plan, Plan) else isinstance(plan, Change) and plan.after("what_if"):
            continue
        if change.values["actual_finish"] not in days.get((_project(change, plans), change.after("event")), set()):
            label = PlanTask._meta.get_field("event")
            batch.refuse(change, Faulty("done_by_event", _(
                "“%(task)s” is finished when its event “%(event)s” is recorded. Record the event for %(day)s; the plan takes "
                "the day over."
            ) % {"task": change.after("name"), "event": dict(label.flatchoices)[change.after("event")],
                 "day": change.values["actual_finish"]}, "actual_finish"))


def _project(change: Change, plans: dict[int, Plan]):
    plan = change.after("plan")
    if isinstance(plan, Change):
        return plan.after("project")
    return plans[plan].project_id if plan in plans else None


def _events(batch: Batch, projects: set) -> dict[tuple, set[date]]:
    """Days of actual events by project and event, those of the batch included."""
    from guatu.kernel.queries import versions
    from guatu.kernel.rules.days import counts_from

    found: dict[tuple, set[date]] = {}
    known = [project for project in projects if isinstance(project, int)]
    for row in versions(StageEvent, project_id__in=known, kind="actual"):
        found.setdefault((row.project_id, row.event), set()).add(row.counts_from)
    for change in batch.of(StageEvent):
        if change.op != "withdraw" and change.after("kind") == "actual":
            day = counts_from(change.after("valid_on"), change.after("precision"))
            found.setdefault((change.after("project"), change.after("event")), set()).add(day)
    return found


