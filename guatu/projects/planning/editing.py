"""One edit of a plan as its parts are named, made into changes of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models import BEGINNING
from guatu.kernel.models.facts import Record
from guatu.projects.models import Plan, PlanLink, PlanNeed, PlanResource, PlanTask
from guatu.projects.planning.fields import day, values_of
from guatu.projects.planning.guards import ACTUAL
from guatu.projects.planning.records import Records

#: Numbers of tasks lie so far apart that others fit between them.
STEP = 10


class Edit:
    """Gathers what an edit says of each row; `changes` gives one change a row, and one more for what has happened,
    which counts from the beginning as every day of completion does."""

    def __init__(self, plan: Plan, records: Records, reason: str):
        self.plan, self.records, self.reason = plan, records, reason
        self.today = timezone.localdate()
        self.made: dict[str, Change] = {}
        self.created: list[Change] = []
        self.stated: dict[tuple[type[Record], int], dict[str, Any]] = {}
        self.gone: dict[tuple[type[Record], int], None] = {}

    def take(self, given: Mapping[str, Any]) -> None:
        """Takes one change in. Raises Refused."""
        kind = given.get("op")
        taking = {
            "task": self._task, "new_task": self._new_task, "drop_task": self._drop_task, "link": self._link,
            "unlink": lambda said: self._drop(PlanLink, said), "plan": self._plan,
            "resource": self._resource, "drop_resource": self._drop_resource,
            "need": self._need, "drop_need": lambda said: self._drop(PlanNeed, said),
        }.get(str(kind))
        if taking is None:
            raise Faulty("unknown_op", _("“%s” is no change of a plan that is known.") % str(kind)[:60], "op")
        taking(given)

    def changes(self) -> list[Change]:
        found: list[Change] = []
        rows = self._rows()
        for (model, pk), values in self.stated.items():
            if (model, pk) in self.gone:
                continue
            happened = {name: value for name, value in values.items() if model is PlanTask and name in ACTUAL}
            planned = {name: value for name, value in values.items() if name not in happened}
            if planned:
                found.append(Change("change", model, planned, row=rows[model, pk], reason=self.reason))
            if happened:
                found.append(Change(
                    "change", model, happened, row=rows[model, pk], valid_on=BEGINNING, reason=self.reason))
        found += self.created
        reason = self.reason or _("taken out of the plan")
        return found + [Change("withdraw", model, row=rows[model, pk], reason=reason) for model, pk in self.gone]

    def _rows(self) -> dict[tuple[type[Record], int], Record]:
        found: dict[tuple[type[Record], int], Record] = {(Plan, self.plan.pk): self.plan}
        for model in (PlanTask, PlanLink, PlanResource, PlanNeed):
            ids = [pk for table, pk in (*self.stated, *self.gone) if table is model]
            found |= {(model, row.pk): row for row in model.everything.filter(pk__in=ids)}
        return found

    # -- rows --------------------------------------------------------------------------------------------------------

    def _known(self, model: type[Record], value: Any) -> int:
        """The identity of a row of this plan. Raises NotFound."""
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if not isinstance(value, int) or value not in self.records.rows[model]:
            raise NotFound("no_part", _("The plan has no “%(what)s” with the record number %(id)s. Read the plan again.") % {
                "what": model._meta.verbose_name, "id": str(value)[:40]})
        return value

    def _state(self, model: type[Record], pk: int, values: dict[str, Any]) -> None:
        self.stated.setdefault((model, pk), {}).update(values)

    def _create(self, model: type[Record], values: dict[str, Any], key: Any = None) -> Change:
        change = Change("create", model, {"plan": self.plan.pk, **values}, valid_on=self.today)
        self.created.append(change)
        if isinstance(key, str) and key:
            self.made[key] = change
        return change

    def _drop(self, model: type[Record], given: Mapping[str, Any]) -> None:
        self.gone[model, self._known(model, given.get("id"))] = None

    def _drop_resource(self, given: Mapping[str, Any]) -> None:
        self._drop(PlanResource, given)
        for key, values in self.records.rows[PlanNeed].items():
            if (PlanResource, values["resource"]) in self.gone:
                self.gone[PlanNeed, key] = None

    # -- the plan and its tasks --------------------------------------------------------------------------------------

    def _plan(self, given: Mapping[str, Any]) -> None:
        self._state(Plan, self.plan.pk, values_of(Plan, given, self.made))

    def _task(self, given: Mapping[str, Any]) -> None:
        pk = self._known(PlanTask, given.get("id"))
        standing = self.records.tasks[pk] | self.stated.get((PlanTask, pk), {})
        values = self._values(given, standing)
        if values.get("actual_finish") is not None:
            values.setdefault("percent_complete", 100)
            if standing["milestone"] and standing["actual_start"] is None:
                values.setdefault("actual_start", values["actual_finish"])
        self._state(PlanTask, pk, values)
        self._known_until(values)

    def _values(self, given: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
        values = values_of(PlanTask, given, self.made)
        if "start" in given:
            if standing.get("actual_start") is not None:
                raise Faulty("begun", _(
                    "“%(task)s” began on %(day)s; what has happened is not moved. If the day was recorded wrongly, correct "
                    "it and say why.") % {"task": standing["name"], "day": standing["actual_start"]}, "start")
            try:
                start = day(given["start"])
            except (ValueError, TypeError):
                raise Faulty("value", _("“%(value)s” cannot be “%(label)s”. Correct it.") % {
                    "value": str(given["start"])[:60], "label": _("start")}, "start") from None
            values |= {"constraint": "asap" if start is None else "snet", "constraint_on": start}
        return values

    def _known_until(self, values: dict[str, Any]) -> None:
        """What has happened until a day makes the plan known until that day at least."""
        day = max((values[name] for name in ACTUAL if values.get(name) is not None), default=None)
        said = self.records.plan | self.stated.get((Plan, self.plan.pk), {})
        if day is not None and said["status_on"] is not None and day > said["status_on"]:
            self._state(Plan, self.plan.pk, {"status_on": day})

    def _new_task(self, given: Mapping[str, Any]) -> None:
        values = self._values(given, {})
        if "number" not in values:
            values["number"] = self._number(given.get("after"), values)
        if not values.get("name"):
            raise Faulty("name_missing", _("A new task needs a name. Say what is to be done."), "name")
        self._create(PlanTask, values, given.get("key"))

    def _numbers(self) -> dict[int, Any]:
        found = {values["number"]: key for key, values in self.records.tasks.items()}
        return found | {change.values["number"]: change for change in self.created if change.model is PlanTask}

    def _number(self, after: Any, values: dict[str, Any]) -> int:
        """A free number: behind all, or behind the task `after`. Where none is free there, later tasks move up."""
        numbers = sorted(self._numbers())
        if after in (None, ""):
            return (numbers[-1] if numbers else 0) // STEP * STEP + STEP
        if isinstance(after, str) and after in self.made:
            before, parent = self.made[after].values["number"], self.made[after].values.get("parent")
        else:
            key = self._known(PlanTask, after)
            before, parent = self.records.tasks[key]["number"], self.records.tasks[key]["parent"]
        if "parent" not in values:
            values["parent"] = parent
        following = next((number for number in numbers if number > before), None)
        if following is None:
            return before // STEP * STEP + STEP
        if following - before > 1:
            return (before + following) // 2
        for number, key in sorted(self._numbers().items(), reverse=True):
            if number > before:
                if isinstance(key, Change):
                    key.values["number"] = number + STEP
                else:
                    self.records.tasks[key] = self.records.tasks[key] | {"number": number + STEP}
                    self._state(PlanTask, key, {"number": number + STEP})
        return before + STEP // 2

    def _drop_task(self, given: Mapping[str, Any]) -> None:
        waiting = [self._known(PlanTask, given.get("id"))]
        while waiting:
            pk = waiting.pop()
            self.gone[PlanTask, pk] = None
            waiting += [key for key, values in self.records.tasks.items() if values["parent"] == pk]

    # -- links and resources -----------------------------------------------------------------------------------------

    def _link(self, given: Mapping[str, Any]) -> None:
        if given.get("id") not in (None, ""):
            pk = self._known(PlanLink, given["id"])
            values = values_of(PlanLink, given, self.made)
            self._state(PlanLink, pk, {name: values[name] for name in ("kind", "lag", "lag_unit") if name in values})
            return
        values = values_of(PlanLink, given, self.made)
        for end in ("pred", "succ"):
            if not isinstance(values.get(end), Change):
                values[end] = self._known(PlanTask, values.get(end))
        same = (values["pred"], values["succ"], values.get("kind", "FS"))
        for pk, standing in self.records.links.items():
            if (standing["pred"], standing["succ"], standing["kind"]) == same and (PlanLink, pk) not in self.gone:
                self._state(PlanLink, pk, {name: values[name] for name in ("lag", "lag_unit") if name in values})
                return
        self._create(PlanLink, values)

    def _resource(self, given: Mapping[str, Any]) -> None:
        values = values_of(PlanResource, given, self.made)
        if given.get("id") not in (None, ""):
            self._state(PlanResource, self._known(PlanResource, given["id"]), values)
        else:
            self._create(PlanResource, values, given.get("key"))

    def _need(self, given: Mapping[str, Any]) -> None:
        values = values_of(PlanNeed, given, self.made)
        if given.get("id") not in (None, ""):
            self._state(PlanNeed, self._known(PlanNeed, given["id"]), {"amount": values.get("amount", 1)})
            return
        for pk, standing in self.records.rows[PlanNeed].items():
            if (standing["task"], standing["resource"]) == (values.get("task"), values.get("resource")):
                self._state(PlanNeed, pk, {"amount": values.get("amount", 1)})
                return
        self._create(PlanNeed, values)
