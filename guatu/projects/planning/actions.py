"""Writes of plans: lay one out, edit it, try a what-if and keep or drop it, take a baseline.

Each is one recording. What a plan contradicts is refused with its tasks named (`guards`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Conflict, Faulty
from guatu.kernel.queries import calendar, versions
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.projects.models import Plan, PlanBaseline, PlanLink, PlanNeed, PlanResource, PlanTask, Project, StageEvent
from guatu.projects.planning.editing import Edit
from guatu.projects.planning.guards import refused
from guatu.projects.planning.laying import laid_out
from guatu.projects.planning.merging import merged
from guatu.projects.planning.records import PARTS, Records, engine, present
from guatu.projects.planning.templates import Template, template_called
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.problems import BadPlan

#: So many baselines a plan keeps, as Microsoft Project does.
MOST_BASELINES = 11


def lay_out(
    actor: Actor, project: Project, template: str | Template, promised_on: date | None = None, *, name: str = "",
    adopt_only: bool = False, status_on: date | None = None, about: str = "", note: str = "",
) -> Plan:
    """Lays a project's plan out from a template, counted back from the promised day; returns the plan.

    `promised_on` None takes the day of the milestone that stands. Milestone tasks with an event adopt the project's
    milestones, or make them unless `adopt_only`. What the project has reached already is taken over as done, and the
    tasks that led there are left out. `status_on` is the day until which that is known, `about` a note kept with the
    plan, `note` one kept with the recording. Raises Refused where a plan or another promised day stands.
    """
    resource("projects").find(actor.scope, project.pk)
    chosen = template if isinstance(template, Template) else template_called(template)
    changes = laid_out(project, chosen, promised_on, name=name, adopt_only=adopt_only)
    plan = next(change for change in changes if change.model is Plan)
    plan.values |= {"status_on": status_on, "note": about}
    with override(settings.LANGUAGE_CODE):
        said = note or _("Plan laid out from the template “%s”") % chosen.label
    actions.write(actor, changes, note=said)
    return plan.written


def edit(
    actor: Actor, plan: Plan, changes: Iterable[Mapping[str, Any]], reason: str = "", planned_at: int | None = None
) -> int | None:
    """Writes the changes of one edit together; returns the recording's number, None when nothing differed.

    Each change is a mapping with `op`:

        task        id and fields; `start` (a day) moves the task so that it starts no earlier
        new_task    fields; `after` (id) puts it behind that task, `key` names it for links of the same edit
        drop_task   id; what is part of it goes with it
        link        pred, succ, kind, lag, lag_unit; between the same ends it changes the link that stands
        unlink      id
        resource, need    name, capacity; task, resource, amount; drop_resource, drop_need with id
        plan        start, promised_on, status_on, calendar, name, note

    Days are ISO text or dates. `planned_at` is the head's number when the plan was read: a row changed since is a
    conflict. Finishing a milestone task that has an event records the event. Raises Refused.
    """
    resource("plans").find(actor.scope, plan.pk)
    work = Edit(plan, present([plan.pk])[plan.pk], reason.strip())
    for change in changes:
        work.take(change)
    written = work.changes()
    if not plan.what_if:
        written += events_of(plan.project_id, written)
    return actions.write(actor, written, note=reason.strip(), planned_at=planned_at)


def events_of(project: int, changes: list[Change]) -> list[Change]:
    """The events that finishing milestone tasks records, where they are not recorded yet."""
    finished: dict[str, date] = {}
    for change in changes:
        day = change.values.get("actual_finish") if change.model is PlanTask and change.op != "withdraw" else None
        if day is not None and change.after("event"):
            finished[change.after("event")] = day
    known = set(versions(StageEvent, project_id=project, kind="actual", event__in=finished).values_list(
        "event", flat=True)) if finished else set()
    return [
        Change("create", StageEvent, {"project": project, "event": event, "valid_on": day})
        for event, day in finished.items() if event not in known
    ]


# -- what-ifs --------------------------------------------------------------------------------------------------------


def what_if(actor: Actor, plan: Plan, name: str = "") -> Plan:
    """A copy of the plan as it stands, to be tried out; returns it. Promises and events know nothing of it."""
    resource("plans").find(actor.scope, plan.pk)
    if plan.what_if:
        raise Faulty("what_if_of_what_if", _(
            "“%s” is a what-if itself. Keep or drop it, or try another from the plan that counts.") % plan)
    records, today = present([plan.pk])[plan.pk], timezone.localdate()
    taken = set(Plan.everything.filter(project=plan.project_id, withdrawn=False).values_list("what_if", flat=True))
    with override(settings.LANGUAGE_CODE):
        numbers = (n for n in range(1, len(taken) + 2))
        name = name.strip() or next(word for n in numbers if (word := _("what-if %d") % n) not in taken)
    copy = Change("create", Plan, {**records.plan, "what_if": name, "what_if_of": plan.pk, "promise": None}, valid_on=today)
    made: dict[Any, Change] = {}
    for model in (PlanTask, PlanResource, PlanLink, PlanNeed):
        keys = records.ordered() if model is PlanTask else records.rows[model]
        for key in keys:
            values = {**records.rows[model][key], "plan": copy}
            for column in ("parent", "pred", "succ", "task", "resource"):
                if values.get(column) is not None:
                    values[column] = made[values[column]]
            if model is PlanTask:
                values["copied_from"] = key
            made[key] = Change("create", model, values, valid_on=today)
    actions.write(actor, [copy, *made.values()], note=name)
    return copy.written


def keep(actor: Actor, tried: Plan) -> int | None:
    """Makes the what-if the plan that counts, and drops it; returns the recording's number.

    Raises Conflict where the plan was edited after the what-if was made.
    """
    standing, records = _tried(actor, tried)
    born = tried.recording_number
    if _last_edit(standing.key) > born:
        raise Conflict("what_if_stale", _(
            "The plan of “%s” was edited after this what-if was made from it. Drop the what-if and try again from the plan "
            "as it stands.") % tried.project)
    wanted = Records(standing.key, {
        **standing.plan, **{name: records.plan[name] for name in ("start", "promised_on", "status_on", "calendar", "note")}
    })
    same = {key: values["copied_from"] for key, values in records.tasks.items() if values["copied_from"] in standing.tasks}
    for model in PARTS:
        wanted.rows[model] = records.rows[model]
    changes = merged(standing, wanted, same, tried.what_if)
    events = events_of(tried.project_id, changes)
    gone = Change("withdraw", Plan, row=tried, reason=_("the what-if was kept"))
    return actions.write(actor, [*changes, *events, gone], note=tried.what_if)


def drop(actor: Actor, tried: Plan) -> int | None:
    """Throws a what-if away; its history stays."""
    _tried(actor, tried)
    with override(settings.LANGUAGE_CODE):
        reason = _("the what-if was dropped")
    return actions.write(actor, [Change("withdraw", Plan, row=tried, reason=reason)], note=reason)


def _tried(actor: Actor, tried: Plan) -> tuple[Records, Records]:
    """The plan that counts and the what-if."""
    resource("plans").find(actor.scope, tried.pk)
    if not tried.what_if or tried.what_if_of_id is None:
        raise Faulty("no_what_if", _(
            "“%s” is the plan that counts, not a what-if. Choose the what-if to be kept or dropped.") % tried)
    found = present([tried.pk, tried.what_if_of_id])
    if tried.what_if_of_id not in found or tried.pk not in found:
        raise Conflict("what_if_gone", _("“%s” or the plan it was made from was withdrawn. Make a new what-if.") % tried)
    return found[tried.what_if_of_id], found[tried.pk]


def _last_edit(plan: int) -> int:
    """The number of the last recording that touched the plan or a part of it."""
    found = list(Plan.everything.filter(pk=plan).values_list("last_recording", flat=True))
    for model in PARTS:
        found += model.everything.filter(plan_id=plan).order_by("-last_recording").values_list(
            "last_recording", flat=True)[:1]
    return max(found)


# -- baselines -------------------------------------------------------------------------------------------------------


def baseline(actor: Actor, plan: Plan, name: str = "") -> PlanBaseline:
    """Keeps the dates planned today as a baseline; returns it."""
    resource("plans").find(actor.scope, plan.pk)
    taken = set(PlanBaseline.everything.filter(plan=plan.pk, withdrawn=False).values_list("number", flat=True))
    number = next((n for n in range(MOST_BASELINES) if n not in taken), None)
    if number is None:
        raise Faulty("baselines_full", _(
            "“%(plan)s” has %(most)d baselines already. Withdraw one that is not needed any more.") % {
                "plan": plan, "most": MOST_BASELINES})
    records, today = present([plan.pk])[plan.pk], timezone.localdate()
    try:
        timing = schedule(engine(records, calendar(), today))
    except BadPlan as bad:
        raise refused(bad) from None
    dates = {}
    for key, values in records.tasks.items():
        one = timing.tasks[values["number"]]
        dates[str(key)] = [one.start_day.isoformat(), one.finish_day.isoformat(), values["duration"]]
    return actions.create(actor, PlanBaseline, {
        "plan": plan.pk, "number": number, "name": name.strip(), "taken_on": today, "finish": timing.finish_day,
        "dates": dates,
    }, valid_on=today)


