"""Templates of plans, read from `data/plan_templates/*.yaml`: what is done in which order, how long it takes, who is in
charge, and what the shortest durations rest on.

A task's `after` lists what it waits for: `key`, or `key SS+10`, `key FS-2d`, `key FF`: kind, then the lag in working
days (`d`: calendar days).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guatu.kernel.errors import Misconfigured, NotFound
from guatu.projects.choices import DURATION_UNITS, FLOOR_KINDS, LINK_KINDS, MILESTONE_KINDS, PLAN_CALENDARS

FOLDER = Path(__file__).resolve().parent.parent / "data" / "plan_templates"
_AFTER = re.compile(r"^(\w+)(?: (FS|SS|FF|SF)(?:([+-]\d+)(d?))?)?$")


@dataclass(frozen=True)
class TemplateLink:
    pred: str
    succ: str
    kind: str
    lag: int
    lag_unit: str


@dataclass(frozen=True)
class TemplateTask:
    """One task; `parent` is the key of its summary, `basis` what its shortest duration rests on."""

    key: str
    zh: str
    en: str
    parent: str
    duration: int
    unit: str
    milestone: bool
    event: str
    department: str
    floor: int | None
    floor_kind: str
    basis: str
    cost: Decimal | None
    note: str
    needs: Mapping[str, int]

    @property
    def name(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Template:
    """A whole template. `target` is the key of the milestone task that is promised."""

    code: str
    zh: str
    en: str
    about: str
    calendar: str
    target: str
    tasks: tuple[TemplateTask, ...]
    links: tuple[TemplateLink, ...]
    resources: Mapping[str, int]

    @property
    def label(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh

    def task(self, key: str) -> TemplateTask:
        return next(task for task in self.tasks if task.key == key)


@cache
def templates() -> dict[str, Template]:
    """Every template by its code. Raises Misconfigured where a file contradicts itself."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def template_called(code: str) -> Template:
    """Raises NotFound."""
    if code not in templates():
        raise NotFound("no_template", _("There is no template “%(code)s”. The templates are: %(all)s.") % {
            "code": str(code)[:40], "all": ", ".join(templates())})
    return templates()[code]


def _read(path: Path) -> Template:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    tasks, links = [], []
    for row in document["tasks"]:
        tasks.append(_task(path, row))
        for text in row.get("after", []):
            found = _AFTER.match(text)
            if found is None:
                raise Misconfigured("template", f"{path.name}: {row['key']} waits for “{text}”, which cannot be read.")
            pred, kind, lag, days = found.groups()
            links.append(TemplateLink(pred, row["key"], kind or "FS", int(lag or 0), "day" if days else "workday"))
    template = Template(
        path.stem, document["zh"], document["en"], document["about"], document.get("calendar", "state"),
        document["target"], tuple(tasks), tuple(links), dict(document.get("resources", {})),
    )
    _check(path, template)
    return template


def _task(path: Path, row: dict[str, Any]) -> TemplateTask:
    known = {
        "key", "zh", "en", "parent", "duration", "unit", "milestone", "event", "department", "floor", "floor_kind", "basis",
        "cost", "note", "needs", "after",
    }
    if unknown := row.keys() - known:
        raise Misconfigured("template", f"{path.name}: {row['key']} has the unknown field {sorted(unknown)[0]}.")
    return TemplateTask(
        row["key"], row["zh"], row["en"], row.get("parent", ""), row.get("duration", 0), row.get("unit", "workday"),
        row.get("milestone", False), row.get("event", ""), row.get("department", ""), row.get("floor"),
        row.get("floor_kind", ""), row.get("basis", ""), Decimal(row["cost"]) if "cost" in row else None,
        row.get("note", ""), row.get("needs", {}),
    )


def _check(path: Path, template: Template) -> None:
    keys = [task.key for task in template.tasks]
    faults = [key for key in keys if keys.count(key) > 1]
    faults += [task.parent for task in template.tasks if task.parent and task.parent not in keys]
    faults += [end for link in template.links for end in (link.pred, link.succ) if end not in keys]
    faults += [name for task in template.tasks for name in task.needs if name not in template.resources]
    faults += [task.key for task in template.tasks if (
        task.unit not in dict(DURATION_UNITS) or task.event not in dict(MILESTONE_KINDS)
        or task.floor_kind not in {"", *dict(FLOOR_KINDS)} or (task.floor is not None and not task.basis)
    )]
    faults += [link.succ for link in template.links if link.kind not in dict(LINK_KINDS)]
    if template.target not in keys or template.calendar not in dict(PLAN_CALENDARS):
        faults.append(template.target)
    if faults:
        raise Misconfigured("template", f"{path.name}: “{faults[0]}” is given twice, not known or incomplete.")
