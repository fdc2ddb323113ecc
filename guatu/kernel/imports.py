"""Sheets in: a plan that says what a file would do and what is wrong with each faulty cell, then all of it or nothing.

    planned = plan(actor, resource("projects"), path, "projects.xlsx")
    if planned.ok:
        apply(actor, planned)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.kernel import actions, sheets
from guatu.kernel.changes import Change, Problem, Refusals
from guatu.kernel.column_base import plain_number
from guatu.kernel.columns import Reference, References, Values
from guatu.kernel.import_matching import ImportFault, Line
from guatu.kernel.import_rows import Reader
from guatu.kernel.recording import head
from guatu.kernel.resource import Lookup, Resource
from guatu.kernel.scope import Actor

__all__ = ["ImportFault", "ImportPlan", "RowPreview", "apply", "plan", "run"]

MOST_PREVIEWS = 200


@dataclass(frozen=True)
class RowPreview:
    """What one row of the file would do: (column label, old text, new text) for each value that differs."""

    row: int
    op: str
    label: str
    changes: list[tuple[str, str, str]]


@dataclass
class ImportPlan:
    """What a file would do. `planned_at` is the chain's number from which it was worked out."""

    resource: Resource
    file_name: str
    sha256: str
    planned_at: int
    header_row: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[ImportFault] = field(default_factory=list)
    warnings: list[ImportFault] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    previews: list[RowPreview] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors

    def as_json(self) -> dict:
        def faults(found: list[ImportFault]) -> list[dict]:
            return [{"row": fault.row, "column": fault.column, "message": fault.message} for fault in found]

        return {
            "ok": self.ok,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": faults(self.errors),
            "warnings": faults(self.warnings),
            "ignored_columns": self.ignored_columns,
        }


def plan(
    actor: Actor,
    resource: Resource,
    path: str | Path,
    file_name: str,
    *,
    valid_on: date | None = None,
    correction: bool = False,
    reason: str = "",
    approver: str = "",
    on_progress: Callable[[int, int, str], None] | None = None,
) -> ImportPlan:
    """What importing the file would do; nothing is written. Raises Refused when the file as a whole cannot be read.

    `valid_on` is the day from which changed records hold their new values (None: today), `correction` says that they
    were always so; both leave new rows alone, which hold from the beginning.
    """
    actor = actor.through("import")
    actor.scope.require(resource.name, "import")
    progress = on_progress or (lambda done, total, stage: None)
    progress(0, 0, "opening")
    made = ImportPlan(resource, file_name, _sha256(path), head().number)
    sheet = sheets.read_rows(path, file_name)
    reader = Reader(
        actor, resource, sheet.rows, text_file=not sheet.sheet_name, progress=progress,
        options={
            "valid_on": valid_on, "correction": correction, "reason": reason.strip(), "approver": approver.strip(),
        },
    )
    lines = reader.read()
    made.header_row = reader.header_row
    made.ignored_columns = reader.ignored
    made.warnings = reader.warnings
    made.errors = [*reader.faults, *(fault for line in lines for fault in line.faults)]
    sound = [line for line in lines if line.change is not None and not line.faults and not line.lost]
    changes = [line.change for line in sound if line.change.op == "create" or line.change.values]
    made.unchanged = len(sound) - len(changes)
    made.changes = _ordered(changes, made, reader)
    progress(0, len(changes), "checking")
    batch = actions.check(actor, made.changes)
    made.errors.extend(_of_problems(batch.problems, reader))
    made.warnings.extend(_of_problems(batch.warnings, reader))
    made.errors = _once_a_cell(made.errors, reader)
    made.warnings = _once_a_cell(made.warnings, reader)
    faulty = {fault.row for fault in made.errors}
    accepted = [change for change in changes if change.place not in faulty]
    made.created = sum(change.op == "create" for change in accepted)
    made.updated = len(accepted) - made.created
    made.previews = _previews(sound, reader)
    progress(len(changes), len(changes), "checking")
    return made


def apply(
    actor: Actor, planned: ImportPlan, *, note: str = "", planned_at: int | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> dict:
    """Writes a plan, all or nothing; a plan with errors writes nothing and says them.

    Raises Refusals when a row was changed by somebody else since `planned_at` (None: since the plan was made).
    """
    if not planned.ok:
        return planned.as_json() | {"created": 0, "updated": 0}
    progress = on_progress or (lambda done, total, stage: None)
    total = len(planned.changes)
    progress(0, total, "writing")
    words = " · ".join(filter(None, (note.strip(), planned.file_name, f"sha256:{planned.sha256}")))
    actions.write(actor.through("import"), planned.changes, note=words,
                  planned_at=planned.planned_at if planned_at is None else planned_at)
    progress(total, total, "writing")
    return planned.as_json()


def run(actor: Actor, resource: Resource, path: str | Path, file_name: str, dry_run: bool = False, *, note: str = "",
        **options) -> dict:
    """Plans, and unless `dry_run` applies at once; options as in `plan`."""
    planned = plan(actor, resource, path, file_name, **options)
    if dry_run:
        return planned.as_json()
    return apply(actor, planned, note=note, on_progress=options.get("on_progress"))


def _sha256(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- order and problems --------------------------------------------------------------------------------------------


def _ordered(changes: list[Change], made: ImportPlan, reader: Reader) -> list[Change]:
    """Each change after those whose new rows it refers to; a circle of new rows is an error."""
    if not any(isinstance(value, Change) for change in changes for value in change.values.values()):
        return changes
    given = set(map(id, changes))
    ordered: list[Change] = []
    done: set[int] = set()
    for change in changes:
        path: list[Change] = [change]
        while path:
            node = path[-1]
            waiting = [
                (name, value) for name, value in node.values.items()
                if isinstance(value, Change) and id(value) in given and id(value) not in done
            ]
            if id(node) in done or not waiting:
                if id(node) not in done:
                    done.add(id(node))
                    ordered.append(node)
                path.pop()
                continue
            name, value = waiting[0]
            if value in path:
                made.errors.append(ImportFault(node.place or 0, reader.header_for(name), _(
                    "The new rows refer to one another in a circle, through row %d. Leave one of the references empty.")
                    % (value.place or 0)))
                node.values[name] = None
                continue
            path.append(value)
    return ordered


def _of_problems(problems: list[Problem], reader: Reader) -> list[ImportFault]:
    found = []
    for problem in problems:
        change, name = problem.change, problem.refused.field
        if change.op == "change" and len(change.values) == 1 and name not in change.values:
            name = next(iter(change.values))
        found.append(ImportFault(change.place or 0, reader.header_for(name), str(problem.refused)))
    return found


def _once_a_cell(faults: list[ImportFault], reader: Reader) -> list[ImportFault]:
    """The first fault of each cell, in the order of the file."""
    first: dict[tuple[int, str], ImportFault] = {}
    for fault in faults:
        first.setdefault((fault.row, fault.column), fault)
    return sorted(first.values(), key=lambda fault: (fault.row, reader.place_of(fault.column)))


# -- previews ------------------------------------------------------------------------------------------------------


def _previews(lines: list[Line], reader: Reader) -> list[RowPreview]:
    shown = [line for line in lines if line.change.op == "create" or line.change.values][:MOST_PREVIEWS]
    columns = reader.resource.all_columns()
    for column in columns:
        if isinstance(column, Reference | References):
            ids: set[int] = set()
            for line in shown:
                value = line.change.values.get(column.name)
                ids.update(pk for pk in (value if isinstance(value, list) else [value]) if isinstance(pk, int))
            reader.lookup.prime(column.field.related_model, ids)
    found = []
    for line in shown:
        change = line.change
        after = Values(change.model, change.values, line.row)
        texts = []
        for column in columns:
            names = {column.name, getattr(column, "precision", None), getattr(column, "currency", None)}
            if not names & change.values.keys():
                continue
            new = _text(column, after, change, reader.lookup)
            old = "" if line.row is None else _text(column, line.row, None, reader.lookup)
            if new != old:
                texts.append((column.header, old, new))
        label = " · ".join(filter(None, (
            _text(column, after, change, reader.lookup) for column in columns[:2])))
        found.append(RowPreview(line.number, change.op, label, texts))
    return found


def _text(column, row, change: Change | None, lookup: Lookup) -> str:
    if change is not None and isinstance(made := change.values.get(column.name), Change):
        return str(made.values.get("code") or made.values.get("name") or "")
    written = column.write(row, lookup)
    if written is None:
        return ""
    return str(written) if isinstance(written, str | bool) else plain_number(written)


def refused_as_json(refused: Refusals, planned: ImportPlan) -> dict:
    """What `as_json` says when the write itself was refused, each problem at its row."""
    errors = [{"row": problem.change.place or 0, "column": problem.refused.field or "", "message": str(problem.refused)}
              for problem in refused.problems]
    return planned.as_json() | {"ok": False, "created": 0, "updated": 0, "errors": errors}
