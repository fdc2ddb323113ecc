"""The changes that lead from a plan as it stands to one that is wanted: a what-if that is kept, a file that is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guatu.kernel.changes import Change
from guatu.kernel.models import BEGINNING
from guatu.kernel.models.facts import Record
from guatu.projects.models import Plan, PlanLink, PlanNeed, PlanResource, PlanTask
from guatu.projects.planning.guards import ACTUAL
from guatu.projects.planning.records import PARTS, Key, Records

#: Columns that are not taken over from the wanted row.
LEFT = {"plan", "copied_from", "promise", "source"}
#: Each table after those it refers to.
ORDER = (PlanTask, PlanResource, PlanLink, PlanNeed)
REFERENCES = ("parent", "pred", "succ", "task", "resource")
#: By what rows other than tasks are known again.
KNOWN_BY = {PlanResource: ("name",), PlanLink: ("pred", "succ", "kind"), PlanNeed: ("task", "resource")}


def merged(
    standing: Records, wanted: Records, same: Mapping[Key, int], reason: str, spoken: tuple[type[Record], ...] = PARTS
) -> list[Change]:
    """`same` leads from tasks of the wanted plan to those of the standing one; other tasks are new, and standing
    ones to which none leads are withdrawn. What the wanted rows do not state stays, and so do rows of tables of which
    they are not `spoken`."""
    place: dict[Key, Any] = dict(same)
    changes: list[Change] = []
    rows = _rows(standing)
    differing = {name: value for name, value in wanted.plan.items() if value != standing.plan[name]}
    if differing:
        changes.append(Change("change", Plan, differing, row=rows[Plan, standing.key], reason=reason))
    for model in (table for table in ORDER if table in spoken):
        used = set()
        known = {_known(model, values): key for key, values in standing.rows[model].items()}
        keys = wanted.ordered() if model is PlanTask else list(wanted.rows[model])
        for key in keys:
            values = {name: value for name, value in wanted.rows[model][key].items() if name not in LEFT}
            for name in REFERENCES:
                if values.get(name) is not None:
                    values[name] = place[values[name]]
            target = same.get(key) if model is PlanTask else known.get(_known(model, values))
            if target is None:
                change = Change("create", model, {"plan": standing.key, **values})
                changes.append(change)
                place[key] = change
                continue
            place[key] = target
            used.add(target)
            changes += _differing(model, standing.rows[model][target], values, rows[model, target], reason)
        changes += [
            Change("withdraw", model, row=rows[model, key], reason=reason)
            for key in standing.rows[model] if key not in used
        ]
    return changes


def _known(model: type[Record], values: Mapping[str, Any]) -> tuple:
    return tuple(values[name] for name in KNOWN_BY.get(model, ()))


def _differing(model: type[Record], standing: dict, values: dict, row: Record, reason: str) -> list[Change]:
    found = []
    changed = {name: value for name, value in values.items() if value != standing[name]}
    happened = {name: value for name, value in changed.items() if model is PlanTask and name in ACTUAL}
    planned = {name: value for name, value in changed.items() if name not in happened}
    if planned:
        found.append(Change("change", model, planned, row=row, reason=reason))
    if happened:
        found.append(Change("change", model, happened, row=row, valid_on=BEGINNING, reason=reason))
    return found


def _rows(standing: Records) -> dict[tuple[type[Record], int], Record]:
    found: dict[tuple[type[Record], int], Record] = {(Plan, standing.key): Plan.everything.get(pk=standing.key)}
    for model in standing.rows:
        found |= {(model, row.pk): row for row in model.everything.filter(plan_id=standing.key, withdrawn=False)}
    return found


def made(plan: Key, wanted: Records) -> list[Change]:
    """The changes that make all of a plan's parts anew, under `plan` (an identity, or the change that creates it)."""
    place: dict[Key, Change] = {}
    changes = []
    for model in ORDER:
        for key in wanted.ordered() if model is PlanTask else list(wanted.rows[model]):
            values = {name: value for name, value in wanted.rows[model][key].items() if name not in LEFT}
            for name in REFERENCES:
                if values.get(name) is not None:
                    values[name] = place[values[name]]
            place[key] = Change("create", model, {"plan": plan, **values})
            changes.append(place[key])
    return changes
