"""Why a plan is refused: one code and one sentence for each reason, with the tasks it is about.

    BadPlan           the plan contradicts itself; `problems` has every reason found
    UnreadablePlan    a file cannot be read as a plan; `problem` says why

A sentence is `TEMPLATES[code] % params`; a door asks for `problem.sentence(gettext)`. In `params` tasks are already
named the way `label` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guatu.kernel.rules.refusals import gettext_noop, printable

TEMPLATES: dict[str, str] = {
    "task_twice": gettext_noop("%(count)d tasks have the number %(task)s. Give each task a number of its own."),
    "parent_unknown": gettext_noop(
        "The task %(task)s stands under the task %(parent)s, which the plan does not have. Add it, or move the task."
    ),
    "parent_circle": gettext_noop("The tasks %(chain)s stand under one another in a circle. Move one of them out."),
    "link_unknown": gettext_noop(
        "A link leads from %(pred)s to %(succ)s, but the plan has no task %(missing)s. Remove the link, or add the task."
    ),
    "link_self": gettext_noop("The task %(task)s is linked to itself. Remove the link."),
    "link_own_summary": gettext_noop(
        "A link joins %(pred)s and %(succ)s, but one of them is a part of the other. Link the parts instead."
    ),
    "link_summary_finish": gettext_noop(
        "A link %(kind)s leads to the finish of %(task)s, which is a summary and finishes with its last part. Link the "
        "part instead."
    ),
    "link_summary_start": gettext_noop(
        "A link leads from the start of %(task)s, which is a summary and starts with whichever part comes first. Where "
        "durations or days are still to be chosen, link the part that is meant."
    ),
    "cycle": gettext_noop(
        "The links run in a circle: %(chain)s. Each of these tasks waits for the one before it, so none can begin. "
        "Remove one of the links."
    ),
    "calendar_unknown": gettext_noop(
        "%(task)s asks for the calendar “%(calendar)s”, which the plan does not have. Add the calendar, or choose "
        "another."
    ),
    "calendar_missing": gettext_noop(
        "%(task)s counts working time, but neither it nor the plan names a calendar. Name one."
    ),
    "calendar_no_hours": gettext_noop(
        "%(task)s counts working hours on the calendar “%(calendar)s”, which has working days but no hours. Choose a "
        "calendar with hours, or count in days."
    ),
    "calendar_circle": gettext_noop("The calendar “%(calendar)s” rests on itself. Choose another base for it."),
    "calendar_idle": gettext_noop("The calendar “%(calendar)s” of %(task)s never works. Give it working time."),
    "calendar_times": gettext_noop(
        "The calendar “%(calendar)s” has working times out of order, overlapping or outside the day. Correct them."
    ),
    "duration_negative": gettext_noop("%(task)s lasts %(duration)s. A duration is zero or more."),
    "duration_fraction": gettext_noop("%(task)s lasts %(duration)s. A duration is a whole number of its unit."),
    "percent_range": gettext_noop("%(task)s is %(percent)s per cent done. The share done lies between 0 and 100."),
    "floor_negative": gettext_noop("%(task)s has the shortest duration %(floor)s. It must be zero or more."),
    "floor_above": gettext_noop(
        "%(task)s lasts %(duration)s, less than the %(floor)s it must take at least. Lengthen it, or correct the floor."
    ),
    "cost_negative": gettext_noop("A day cut off %(task)s costs %(cost)s. A price is zero or more."),
    "cost_fraction": gettext_noop("A day cut off %(task)s costs %(cost)s. Give the price in whole fen."),
    "constraint_undated": gettext_noop("%(task)s has the constraint %(kind)s without a day. Give the day."),
    "constraint_summary": gettext_noop(
        "%(task)s is a summary and cannot have the constraint %(kind)s; a summary can start no earlier (snet) and "
        "finish no later (fnlt). Put the constraint on a part."
    ),
    "constraint_impossible": gettext_noop(
        "%(task)s must be finished by %(latest)s, but even without waiting for any other task it cannot be before "
        "%(earliest)s. Correct its constraint, its duration, or the start of the plan."
    ),
    "constraint_idle": gettext_noop(
        "%(task)s must start or finish on %(day)s, which is not a working day of its calendar. Choose a working day."
    ),
    "actual_order": gettext_noop("%(task)s finished on %(finish)s, before it started on %(start)s. Correct one."),
    "actual_unstarted": gettext_noop("%(task)s has finished but has no day on which it started. Give the day."),
    "actual_future": gettext_noop(
        "%(task)s is said to have happened on %(day)s, which is after the status day %(status)s. Correct one of them."
    ),
    "actual_undone": gettext_noop("%(task)s is fully done but has no day on which it finished. Give the day."),
    "actual_unbegun": gettext_noop(
        "%(task)s is %(percent)s per cent done but has no day on which it started. Give the day."
    ),
    "remaining_range": gettext_noop("%(task)s has %(remaining)s left to do. What remains is zero or more."),
    "lag_fraction": gettext_noop("The link from %(pred)s to %(succ)s has the lag %(lag)s. A lag is a whole number."),
    "resource_unknown": gettext_noop(
        "%(task)s needs “%(resource)s”, which the plan does not have. Add the resource, or remove the need."
    ),
    "resource_negative": gettext_noop("%(task)s needs %(amount)s of “%(resource)s”. An amount is zero or more."),
    "resource_short": gettext_noop(
        "%(task)s needs %(amount)s of “%(resource)s”, but there are only %(capacity)s. It could never begin."
    ),
    "too_far": gettext_noop(
        "The plan leads out of the years %(first)s to %(last)s, which calendars cover. Look for a duration or a day "
        "that is wrong."
    ),
    "units_uneven": gettext_noop(
        "With its hours and calendars this plan has too many moments at which work may begin to be levelled by "
        "resources. Count the tasks in days, or use fewer calendars."
    ),
    # files
    "file_empty": gettext_noop("The file is empty."),
    "file_kind": gettext_noop("“%(found)s” is not a kind of plan that can be read. Give %(wanted)s."),
    "file_large": gettext_noop("The file has %(size)s MB, but at most %(most)s MB are read."),
    "file_encoding": gettext_noop("The file is not text in UTF-8. Save it anew as UTF-8."),
    "xml_faulty": gettext_noop("The file is not well-formed XML: %(fault)s in line %(line)s."),
    "xml_doctype": gettext_noop(
        "The file declares a document type or entities, which a plan does not need and which can be used to attack. It "
        "was not read."
    ),
    "xml_deep": gettext_noop("The file nests elements more than %(most)s deep. A plan does not."),
    "xml_root": gettext_noop(
        "The file's outermost element is %(found)s, but a plan of Microsoft Project's XML (MSPDI) has Project. "
        "Export it as “XML”; plans of Primavera P6 are not read."
    ),
    "value_faulty": gettext_noop("%(where)s has “%(text)s”, which is not %(wanted)s."),
    "line_faulty": gettext_noop("Line %(line)s of the file is “%(text)s”, where %(wanted)s was expected."),
    "sm_part": gettext_noop("The file lacks the part %(part)s, which every PSPLIB file has."),
    "sm_modes": gettext_noop("Job %(job)s has %(modes)s modes. Only plans with one mode per job are read."),
    "sm_nonrenewable": gettext_noop(
        "The file has resources that are used up (nonrenewable or doubly constrained). Only renewable ones are read."
    ),
    "json_faulty": gettext_noop("The file is not JSON: %(fault)s in line %(line)s."),
    "json_lacks": gettext_noop("%(where)s lacks the field “%(field)s”."),
    "json_unknown": gettext_noop("%(where)s has the field “%(field)s”, which is not known. Known are: %(known)s."),
}


@dataclass(frozen=True)
class Problem:
    """One reason. `tasks` are the identities of the tasks named, in the order of the sentence."""

    code: str
    params: Mapping[str, Any]
    tasks: tuple = ()

    @property
    def message(self) -> str:
        return TEMPLATES[self.code] % self.params

    def sentence(self, translate: Callable[[str], str]) -> str:
        """In the reader's language: what was wanted of a value is a phrase of its own, translated as well."""
        params = dict(self.params)
        if "wanted" in params:
            params["wanted"] = translate(params["wanted"])
        return translate(TEMPLATES[self.code]) % params

    def __str__(self) -> str:
        return self.message


class BadPlan(ValueError):
    """The plan contradicts itself."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems[:20]))


class UnreadablePlan(ValueError):
    """A file cannot be read as a plan."""

    def __init__(self, code: str, **params):
        self.problem = Problem(code, {key: shown(value) for key, value in params.items()})
        super().__init__(self.problem.message)


def label(task) -> str:
    """How a sentence names a task: its number and its name."""
    return f"{shown(task.id)} “{shown(task.name)}”" if task.name else shown(task.id)


def shown(value) -> str:
    """A stranger's value within a sentence."""
    return printable(value)
