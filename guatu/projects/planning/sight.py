"""What every sheet of one plan begins with: the rows a reader may see, as of a day, and the engine's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from guatu.kernel.errors import NotFound
from guatu.kernel.models import Organisation, User
from guatu.kernel.registry import resource
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import BadCalendar
from guatu.kernel.scope import Scope
from guatu.projects.models import Plan, PlanTask, Project
from guatu.projects.planning.guards import refusal, refused
from guatu.projects.planning.records import Key, Records, engine, read
from guatu.projects.queries.moment import Moment, moment
from guatu.projects.rules.plans import network
from guatu.projects.rules.plans.backward import Sheet, backward_from
from guatu.projects.rules.plans.passes import Schedule, schedule
from guatu.projects.rules.plans.problems import BadPlan, Problem


@dataclass
class Sight:
    """One plan as of a day. `planned` counts from the stated status day, `today` from the day asked about: what has not
    begun by then begins then at the earliest."""

    project: Project
    row: Plan
    records: Records
    when: Moment

    @property
    def as_of(self) -> date:
        return self.when.as_of

    @property
    def state(self) -> WorkCalendar:
        return self.when.calendar

    @cached_property
    def planned(self) -> network.Plan:
        return engine(self.records, self.state, self.as_of)

    @cached_property
    def today(self) -> network.Plan:
        return engine(self.records, self.state, self.as_of, status=self.as_of)

    @cached_property
    def timing(self) -> Schedule:
        return computed(schedule, self.planned)

    @property
    def promised_on(self) -> date | None:
        return self.records.plan["promised_on"]

    def sheet(self, promised: date | None = None) -> Sheet:
        """Counted back from a promised day; from the plan's own finish where nothing is promised."""
        return computed(backward_from, self.today, promised or self.promised_on or self.timing.finish_day)

    @cached_property
    def numbered(self) -> dict[int, Key]:
        return self.records.numbered()

    @cached_property
    def names(self) -> dict[type, dict[int, str]]:
        """Names of the units and owners that the tasks name; two queries."""
        found: dict[type, dict[int, str]] = {}
        for model, column in ((Organisation, "unit"), (User, "owner")):
            ids = {values[column] for values in self.records.tasks.values()} - {None}
            found[model] = {row.pk: str(row) for row in model.everything.filter(pk__in=ids)} if ids else {}
        return found


def computed(function, *arguments) -> Any:
    """What the engine answers; a plan that contradicts itself as a refusal."""
    try:
        return function(*arguments)
    except BadPlan as bad:
        raise refused(bad) from None
    except BadCalendar as beyond:
        raise refusal(Problem("too_far", {"first": beyond.params["first"], "last": beyond.params["last"]})) from None


def sight(scope: Scope, project: Project | int | str, as_of: date, plan: Plan | int | None = None) -> Sight:
    """The plan of a project (None: the one that counts) that `scope` reaches, as of a day. Raises NotFound, Forbidden."""
    found = sight_if_any(scope, project, as_of, plan)
    if found is None:
        raise NotFound("no_plan", _(
            "“%s” has no plan as of this day that you may see. Lay one out from a template, or import one."
        ) % project_of(scope, project))
    return found


def sight_if_any(
    scope: Scope, project: Project | int | str, as_of: date, plan: Plan | int | None = None
) -> Sight | None:
    """The same; None where the project has no such plan."""
    scope.require("plans", "view")
    found = project_of(scope, project)
    rows = resource("plans").rows(scope).filter(project=found)
    if plan is None:
        row = rows.filter(what_if="").first()
    else:
        row = rows.filter(pk=plan.pk if isinstance(plan, Plan) else plan).first()
    when = moment(as_of)
    records = None if row is None else read(row.pk, as_of, when.recording)
    if row is None or records is None:
        return None
    return Sight(found, row, records, when)


def project_of(scope: Scope, project: Project | int | str) -> Project:
    """The project of a row, an identity or a code, where `scope` reaches it. Raises NotFound."""
    rows = resource("projects").rows(scope)
    if isinstance(project, str):
        found = rows.filter(code=project).first()
        if found is None:
            raise NotFound("no_project", _(
                "There is no project with the code “%s” that you may see. See the list of projects for the codes."
            ) % project[:60])
        return found
    return resource("projects").find(scope, project.pk if isinstance(project, Project) else project)


def task_of(found: Sight, task: int) -> dict[str, Any]:
    """The values of a task of the plan. Raises NotFound."""
    if task not in found.records.tasks:
        raise NotFound("no_part", _("The plan has no “%(what)s” with the record number %(id)s. Read the plan again.") % {
            "what": PlanTask._meta.verbose_name, "id": task})
    return found.records.tasks[task]
