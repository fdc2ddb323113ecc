"""Plans in and out of files: Microsoft Project's XML, workbooks, and paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.registry import resource
from guatu.kernel.rules.cells import normalise_text
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Plan, Project
from guatu.projects.planning import mspdi_plans, sheets
from guatu.projects.planning.actions import events_of
from guatu.projects.planning.guards import refusal
from guatu.projects.planning.merging import made, merged
from guatu.projects.planning.mspdi_plans import Read
from guatu.projects.planning.records import Records, present
from guatu.projects.planning.sight import project_of, sight
from guatu.projects.rules.plans.problems import Problem
from guatu.projects.rules.plans.xml_tree import MOST_BYTES

FORMATS = ("mspdi", "xlsx", "pdf", "png")


def export(scope: Scope, project: Project | int | str, as_of: date, format: str, out: str | Path, **options: Any) -> str:
    """Writes a project's plan as of a day to a file; returns the kind of file. `options` are those of `print_plan`.

    Raises Refused; NotFound where the file cannot be written.
    """
    if format not in FORMATS:
        raise Faulty("plan_format", _("A plan is written as one of: %s.") % ", ".join(FORMATS), "format")
    found = sight(scope, project, as_of, options.get("plan"))
    try:
        if format in ("pdf", "png"):
            from guatu.projects.planning.printing import print_plan

            return print_plan(scope, found.project, as_of, format, out, **options)
        data = mspdi_plans.written(found) if format == "mspdi" else sheets.written(found, scope)
        Path(out).write_bytes(data)
    except OSError as fault:
        raise NotFound("no_file", _("The file %(file)s cannot be written: %(reason)s.") % {
            "file": out, "reason": fault.strerror}) from None
    return format


def read_file(path: Path, scope: Scope) -> Read:
    """The plan in a file: .xml, or a sheet. Raises Faulty, NotFound."""
    read = _read(path, scope)
    tasks = read.records.tasks
    settled: set[Any] = set()
    for key in tasks:
        path_up = []
        while key in tasks and key not in settled and key not in path_up:
            path_up.append(key)
            key = tasks[key].get("parent")
        if key in path_up:
            chain = " → ".join(f"{one} “{tasks[one]['name']}”" for one in path_up[path_up.index(key):])
            raise refusal(Problem("parent_circle", {"chain": chain}))
        settled.update(path_up)
    return read


def _read(path: Path, scope: Scope) -> Read:
    try:
        if path.suffix.lower() != ".xml":
            return sheets.read(path, scope)
        if path.stat().st_size > MOST_BYTES:
            raise Faulty("file_large", _("“%(file)s” has more than %(most)d MB.") % {
                "file": path.name, "most": MOST_BYTES // 1024 // 1024}, "FILE")
        return mspdi_plans.read(path.read_bytes(), path.name)
    except OSError as fault:
        raise NotFound("no_file", _("The file %(file)s cannot be read: %(reason)s.") % {
            "file": path, "reason": fault.strerror}) from None


def import_file(actor: Actor, project: Project | int | str, path: Path) -> dict[str, Any]:
    """Makes the file the project's plan, in one recording: tasks are known again by their number, others are new, and
    tasks the file does not have are withdrawn. What the file has no column for stays. Returns {recording, plan, tasks,
    left_out}. Raises Refused with every fault; then nothing was written.
    """
    actor.scope.require("plans", "change")
    found = project_of(actor.scope, project)
    read = read_file(path, actor.scope)
    with override(settings.LANGUAGE_CODE):
        note = _("Plan imported from %s") % path.name[:100]
    standing = resource("plans").rows(actor.scope).filter(project=found, what_if="").first()
    changes = _created(found, read) if standing is None else _updated(standing, read, note)
    recording = actions.write(actor, changes, note=note)
    plan = standing or next(change.written for change in changes if change.model is Plan)
    return {"recording": recording, "plan": plan.pk, "tasks": len(read.records.tasks), "left_out": read.left_out}


def _created(project: Project, read: Read) -> list[Change]:
    with override(settings.LANGUAGE_CODE):
        name = read.records.plan.get("name") or _("Plan of %s") % project.name
    start = read.records.plan.get("start") or _first_day(read.records)
    values = {"status_on": None} | read.records.plan | {"project": project.pk, "name": name[:200], "start": start}
    plan = Change("create", Plan, values)
    parts = made(plan, read.records)
    return [plan, *parts, *events_of(project.pk, parts)]


def _first_day(records: Records) -> date:
    days = [
        values[name] for values in records.tasks.values() for name in ("actual_start", "constraint_on")
        if values.get(name) is not None
    ]
    return min(days, default=timezone.localdate())


def _updated(standing: Plan, read: Read, note: str) -> list[Change]:
    records = present([standing.pk])[standing.pk]
    numbers = records.numbered()
    same = {key: numbers[key] for key in read.records.tasks if key in numbers}
    for key, target in same.items():  # reading a cell folds its signs, which changes nothing that was said
        values, former = read.records.tasks[key], records.tasks[target]
        for name, value in values.items():
            if isinstance(value, str) and normalise_text(former[name]) == normalise_text(value):
                values[name] = former[name]
    wanted = Records(standing.pk, {
        name: value for name, value in read.records.plan.items() if name in ("status_on", "start")})
    wanted.rows = read.records.rows
    changes = merged(records, wanted, same, note, read.spoken)
    return changes + events_of(standing.project_id, changes)
