"""Bulk edit: one column of many rows set to one value, seen before it is written, in one recording."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guatu.kernel import actions
from guatu.kernel.changes import Change, Problem, Refusals
from guatu.kernel.column_base import Values
from guatu.kernel.columns import Cell, Column, fault_of
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models.clock import Commitment
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.recording import head
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.resource import Resource
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import Refusal
from guatu.kernel.web.forms import RowLookup, field_for
from guatu.kernel.web.listing import asked_of, rows_asked
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of

#: More rows than this are changed by a sheet.
MOST_ROWS = 5000
MOST_PREVIEWS = 30


@dataclass
class Preview:
    """What the edit would do: rows that change with old and new, rows that have the value already, and problems."""

    changing: int = 0
    unchanged: int = 0
    samples: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


@require_POST
def bulk_edit(request, name: str):
    """Three steps on one address: choose column and value, look at what would change, write."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "bulk")
    rows = _rows(request, resource, scope)
    planned_at = request.POST.get("planned_at", "")
    lookup = RowLookup(scope)
    columns = [column for column in resource.all_columns() if not column.read_only]
    chosen = next((column for column in columns if column.name == request.POST.get("column")), None)
    context = {
        "resource": resource,
        "count": len(rows),
        "records": ",".join(str(row.record_number) for row in rows),
        "fields": [field_for(column, request.POST.get(f"value__{column.name}", ""), lookup) for column in columns],
        "chosen": chosen,
        "planned_at": int(planned_at) if planned_at.isdigit() and len(planned_at) < 19 else head().number,
        "asks_from_when": not issubclass(resource.model, Fact),
        "asks_approver": issubclass(resource.model, Commitment),
        "holds_from": request.POST.get("holds_from", timezone.localdate().isoformat()),
        "next": next_page(request, f"/r/{name}/"),
        "data": request.POST,
    }
    if chosen is None or not rows:
        return render(request, "kernel/bulk.html", context)
    actor = actor_of(request, "bulk")
    try:
        asked = _changes(request, resource, rows, chosen, lookup)
        changes = [change for change in asked if not actions.is_idle(change)]
        if "confirm" in request.POST and changes:
            note = request.POST.get("reason", "")
            number = actions.write(actor, changes, note=note, planned_at=context["planned_at"])
            done = ngettext("%d row was changed.", "%d rows were changed.", len(changes)) % len(changes)
            say_done(request, done, number)
            return redirect(context["next"])
        batch = actions.check(actor, changes)
        preview = _preview(resource, rows, changes, batch.problems, chosen, lookup)
        preview.warnings = _said(batch.warnings)
        context["preview"] = preview
    except Refusals as refused:
        context["preview"] = _preview(resource, rows, [], refused.problems, chosen, lookup)
    except Refused as refused:
        context["error"] = str(refused)
        return render(request, "kernel/bulk.html", context, status=refused.status)
    return render(request, "kernel/bulk.html", context)


def _rows(request, resource: Resource, scope) -> list[Stated]:
    """The rows picked, or all that the list's filter shows, within reach of bulk edit."""
    if request.POST.get("all"):
        from django.http import QueryDict

        rows = rows_asked(resource, scope, asked_of(resource, QueryDict(request.POST.get("filter", ""))), "bulk")
    else:
        given = request.POST.getlist("record") or request.POST.get("records", "").split(",")
        records = [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19][:MOST_ROWS + 1]
        key = "lineage" if issubclass(resource.model, Fact) else "pk"
        rows = resource.rows(scope, "bulk").filter(**{f"{key}__in": records})
    found = list(rows[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise Faulty(
            "too_many_rows",
            _("At most %d rows are changed at once here. Filter the list further, or export, change and import it.")
            % MOST_ROWS,
        )
    return found


def _changes(request, resource: Resource, rows: list[Stated], column: Column, lookup: RowLookup) -> list[Change]:
    raw = request.POST.get(f"value__{column.name}", "")
    precision = request.POST.get(f"value__{column.name}__precision", "")
    cells = {column.name: raw} | ({"precision": precision} if precision else {})
    try:
        values = column.read(Cell(raw, column.unit, cells), lookup)
    except Refusal as fault:
        raise fault_of(fault, column) from None
    options = {"reason": request.POST.get("reason", "").strip(), "approver": request.POST.get("approver", "").strip()}
    if not issubclass(resource.model, Fact):
        options |= _when(request, column)
    return [
        Change("change", resource.model, resource.prepare(dict(values), row, cells, lookup), row=row, **options)
        for row in rows
    ]


def _when(request, column: Column) -> dict:
    if request.POST.get("holds") == "correction":
        return {"correction": True}
    text = request.POST.get("holds_from", "")
    try:
        day = parse_day(text) if text else None
    except Refusal as fault:
        raise fault_of(fault, column) from None
    if day is None or day.day == timezone.localdate():
        return {}
    return {"valid_on": day.day, "precision": str(day.precision)}


def _preview(
    resource: Resource, rows: list[Stated], changes: list[Change], problems: list[Problem], column: Column, lookup
) -> Preview:
    made = Preview(len(changes), len(rows) - len(changes), problems=_said(problems))
    for change in changes[:MOST_PREVIEWS]:
        new = column.write(Values(resource.model, change.values, change.row), lookup)
        made.samples.append((str(change.row), column.show(change.row, lookup), "" if new is None else str(new)))
    return made


def _said(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(str(problem.change.row or ""), str(problem.refused)) for problem in problems[:MOST_PREVIEWS]]
