"""One record: all its columns, what other apps add to it, its documents and its history."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from guatu.kernel.columns import Column, LongText, Reference, References
from guatu.kernel.models.facts import Stated
from guatu.kernel.queries import history_of
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.registry import resource_for, slot
from guatu.kernel.resource import Lookup, Resource
from guatu.kernel.rules.light import Light
from guatu.kernel.scope import Scope
from guatu.kernel.web.history import in_words
from guatu.kernel.web.pages.lists import verbs_of
from guatu.kernel.web.session import scope_of

HISTORY_SIZE = 20


@dataclass(frozen=True)
class FactShown:
    """One column of the record's page; `links` lead to the rows it refers to, where the reader may see such rows."""

    label: str
    text: str
    light: Light | None = None
    links: tuple[tuple[str, str], ...] = ()
    wide: bool = False


@require_GET
def record_page(request, name: str, record: int):
    resource, scope = resource_named(name), scope_of(request)
    row = resource.find(scope, record)
    context = {
        "resource": resource,
        "row": row,
        "facts": facts_of(resource, scope, row),
        "panels": slot(f"{name}.detail", row=row, scope=scope, as_of=timezone.localdate()),
        "may": verbs_here(scope, resource, row),
    }
    return render(request, "kernel/record.html", context)


@require_GET
def more_history(request, name: str, record: int):
    """Older entries of a record's history, fetched when asked for."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "history")
    row = resource.find(scope, record, "history")
    before = request.GET.get("before", "")
    return render(
        request, "kernel/_history.html",
        history_context(resource, row, int(before) if before.isdigit() and len(before) < 19 else None),
    )


def history_context(resource: Resource, row: Stated, before: int | None = None) -> dict:
    found = history_of(row, HISTORY_SIZE + 1, before)
    lines = in_words(found[:HISTORY_SIZE])
    more = lines[-1].entry_id if len(found) > HISTORY_SIZE else None
    return {"lines": lines, "more": more, "resource": resource, "row": row}


def verbs_here(scope: Scope, resource: Resource, row: Stated) -> dict[str, bool]:
    """What this reader may do with this very row."""
    may = verbs_of(scope, resource)
    for verb in ("change", "withdraw", "history"):
        may[verb] = may[verb] and resource.rows(scope, verb).filter(pk=row.pk).exists()
    return may


def facts_of(resource: Resource, scope: Scope, row: Stated) -> list[FactShown]:
    """Every column of the row and every computed value, in the resource's order."""
    lookup = Lookup(scope)
    shown = [_fact(column, row, lookup, scope) for column in resource.all_columns()]
    if resource.computed:
        values = resource.compute([row], scope, timezone.localdate()).get(row.pk, {})
        for column in resource.computed:
            value = values.get(column.name)
            is_light = isinstance(value, Light)
            shown.append(FactShown(str(column.label), "" if is_light or value is None else str(value),
                                   value if is_light else None))
    return shown


def _fact(column: Column, row: Stated, lookup: Lookup, scope: Scope) -> FactShown:
    text = column.show(row, lookup)
    links: tuple = ()
    if isinstance(column, Reference | References):
        target = resource_for(column.field.related_model)
        related = getattr(row, column.name)
        rows = list(related.all()) if isinstance(column, References) else [related] if related is not None else []
        if rows and scope.may(target.name):
            reached = set(target.rows(scope).filter(pk__in=[item.pk for item in rows]).values_list("pk", flat=True))
            links = tuple(
                (str(item), f"/r/{target.name}/{item.record_number}/" if item.pk in reached else "") for item in rows
            )
    if column.unit and text:
        text = f"{text} {column.unit}"
    return FactShown(column.label, text, None, links, isinstance(column, LongText | References) or len(text) > 60)
