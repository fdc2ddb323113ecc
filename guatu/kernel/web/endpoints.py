"""The endpoints of one resource: list and feed, one row, new, change, withdraw, history, export."""

import json
import tempfile
from datetime import date, datetime
from typing import Annotated, Any, Literal

# Annotations stay live objects here: the endpoints' schemas are local to `add_resource`.
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Router, Schema
from pydantic import AfterValidator, Field, StringConstraints, create_model

from guatu.kernel import actions, queries
from guatu.kernel.changes import Change
from guatu.kernel.command_line import plain
from guatu.kernel.doors import pace
from guatu.kernel.errors import NotFound
from guatu.kernel.recording import head
from guatu.kernel.resource import Resource
from guatu.kernel.web import paging, schemas
from guatu.kernel.web.session import actor_of, scope_of
from guatu.kernel.web.storable import refuse_unstorable

#: Text in an address or body: what no database or encoding chokes on.
Text = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


def in_reach(instant: datetime) -> datetime:
    """The instant with its time zone, Shanghai's where none is given. Raises ValueError outside 1990 to 2200."""
    if not 1990 <= instant.year <= 2200:
        raise ValueError(_("an instant lies in the years 1990 to 2200"))
    return instant if instant.tzinfo is not None else timezone.make_aware(instant)


Instant = Annotated[
    Annotated[datetime, AfterValidator(in_reach)] | None, Field(description="as known at this instant; default: now")
]
AsOf = Annotated[date | None, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31), description="values as of this day")]
Number = Annotated[int, Field(ge=0, lt=schemas.MOST)]

audit = Router(tags=["audit"])


class Head(Schema):
    number: int
    instant: Any
    hash: str


@audit.get("/head", response=Head)
def audit_head(request):
    """The newest recording of the hash chain: kept elsewhere, it later proves that nothing before it was altered."""
    scope_of(request).require("projects", "history")
    newest = head()
    return as_json({"number": newest.number, "instant": newest.instant, "hash": newest.hash})


def as_json(data, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(plain(data), ensure_ascii=False), content_type="application/json", status=status)


def listing_schema(resource: Resource) -> type[Schema]:
    """The query of a list: one field for each filter, and those that every list has."""
    fields: dict[str, Any] = {
        "q": (Text, Field("", description="words that must all occur")),
        "sort": (Text, Field("", description="column, - in front for descending")),
        "limit": (int, Field(100, ge=1, le=paging.MOST_ROWS)),
        "cursor": (Text, ""),
        "as_of": (AsOf, None),
        "changed_since": (
            Number | None,
            Field(None, description="recording number: what was recorded after it, withdrawn rows too"),
        ),
        "count": (bool, Field(False, description="count the rows found")),
    }
    for name in resource.filters:
        label = str(resource.model._meta.get_field(name).verbose_name)
        fields[f"by_{name}" if name in fields else name] = (Text, Field("", description=label))
    return create_model(f"{type(resource).__name__}Query", __base__=Schema, **fields)


class RowQuery(Schema):
    as_of: AsOf = None


class HistoryQuery(Schema):
    limit: int = Field(50, ge=1, le=paging.MOST_ROWS)
    before: Number | None = None


class WithdrawQuery(Schema):
    reason: Text
    planned_at: Number | None = None


class ExportQuery(Schema):
    as_of: AsOf = None


class Entry(Schema):
    """One line of history: who did what, when, through which door, and the values before and after."""

    id: int
    verb: str
    changes: dict[str, list[Any]]
    recording: int
    instant: str
    actor: str
    on_behalf_of: str
    channel: str
    note: str


class History(Schema):
    items: list[Entry]
    next: int | None = None


def add_resource(api: NinjaAPI, resource: Resource) -> None:
    """Adds the endpoints of one resource to the API."""
    name, tag = resource.name, [resource.name]
    refused = {code: schemas.Fault for code in (401, 403, 404, 409, 422)}
    queried, new, changed = (
        listing_schema(resource),
        schemas.change_schema(resource, True),
        schemas.change_schema(resource, False),
    )
    row_type, writer = schemas.row_schema(resource), schemas.RowWriter(resource)
    told = {"tags": tag, "summary": resource.name}

    def rows_page(request, query: queried = Query(...)):  # noqa: B008
        return as_json(page(resource, writer, request, query))

    def one(request, record: int, query: RowQuery = Query(...)):  # noqa: B008
        return as_json(shown(resource, writer, request, record, query.as_of))

    def create(request, body: new):
        change = Change(
            "create",
            resource.model,
            schemas.values_of(resource, scope_of(request), body.values, None),
            valid_on=body.valid_on,
            reason=checked(body.reason),
            approver=checked(body.approver),
        )
        return written(resource, writer, request, change, None, 201)

    def update(request, record: int, body: changed):
        row = found(resource, request, record)
        change = Change(
            "change",
            resource.model,
            schemas.values_of(resource, scope_of(request), body.values, row),
            row=row,
            valid_on=body.valid_on,
            correction=body.correction,
            reason=checked(body.reason),
            approver=checked(body.approver),
        )
        return written(resource, writer, request, change, body.planned_at, 200)

    def withdraw(request, record: int, query: WithdrawQuery = Query(...)):  # noqa: B008
        row = found(resource, request, record)
        actions.withdraw(actor_of(request, "api"), row, query.reason, planned_at=query.planned_at)
        return as_json({"record": record, "recording": head().number})

    def history(request, record: int, query: HistoryQuery = Query(...)):  # noqa: B008
        return as_json(history_page(resource, request, record, query))

    def export(request, format: Literal["csv", "xlsx", "json"], query: ExportQuery = Query(...)):  # noqa: B008
        return exported(resource, request, format, query.as_of)

    def named(function, verb: str):
        function.__name__ = f"{name}_{verb}"
        return function

    base = f"/{name}/"
    api.get(base, response={200: schemas.page_schema(resource), **refused}, **told)(named(rows_page, "list"))
    api.post(base, response={201: row_type, **refused}, **told)(named(create, "create"))
    api.get(f"{base}export.{{format}}", response={200: None, **refused}, **told)(named(export, "export"))
    api.get(f"{base}{{int:record}}", response={200: row_type, **refused}, **told)(named(one, "get"))
    api.patch(f"{base}{{int:record}}", response={200: row_type, **refused}, **told)(named(update, "change"))
    api.delete(f"{base}{{int:record}}", response={200: schemas.Written, **refused}, **told)(named(withdraw, "withdraw"))
    api.get(f"{base}{{int:record}}/history", response={200: History, **refused}, **told)(named(history, "history"))


def checked(text: str) -> str:
    """A sentence of the caller, without what cannot be stored."""
    refuse_unstorable(text, "reason")
    return text.strip()


def page(resource: Resource, writer: schemas.RowWriter, request, query) -> dict:
    """One page of rows, or of the feed when `changed_since` is given."""
    scope = scope_of(request)
    scope.require(resource.name, "view")
    newest = head().number
    feeding = query.changed_since is not None
    order = paging.Order.asked(resource, query.sort)
    rows = queries.changed_since(resource, scope, query.changed_since) if feeding else order.apply(resource.rows(scope))
    if query.q.strip():
        found = resource.searched(rows, query.q)
        # A search may join several rows of another table; sorting and paging need each row once.
        rows = found if feeding else order.apply(resource.rows(scope).filter(pk__in=found.order_by().values("pk")))
    chosen = {name: getattr(query, f"by_{name}", None) or getattr(query, name) for name in resource.filters}
    rows = paging.filtered(resource, scope, rows, chosen)
    if query.as_of is not None and writer.is_fact:
        rows = rows.filter(counts_from__lte=query.as_of)
    count = rows.count() if query.count else None
    if query.cursor:
        rows = rows.filter(paging.feed_after(resource, query.cursor) if feeding else order.after(query.cursor))
    taken = list(writer.joined(rows)[: query.limit + 1])
    shown_rows = taken[: query.limit]
    items = (
        [writer.write(row) for row in shown_rows]
        if query.as_of is None
        else writer.write_as_of(shown_rows, query.as_of, None)
    )
    more = len(taken) > query.limit
    cursor = (paging.feed_cursor(shown_rows[-1]) if feeding else order.cursor(shown_rows[-1])) if more else None
    return {"items": items, "next": cursor, "count": count, "recording": newest}


def found(resource: Resource, request, record: int, verb: str = "view"):
    if not 0 <= record < schemas.MOST:
        raise NotFound(
            "no_row",
            _(
                "There is no “%(label)s” with record number %(record)s that you may see. "
                "It may have been withdrawn, or lie outside your organisations."
            )
            % {"label": resource.label, "record": str(record)[:30]},
        )
    return resource.find(scope_of(request), record, verb)


def shown(resource: Resource, writer: schemas.RowWriter, request, record: int, as_of: date | None) -> dict:
    row = found(resource, request, record)
    if as_of is None:
        return writer.write(row)
    dated = writer.write_as_of([row], as_of, None)
    if not dated or (writer.is_fact and row.counts_from > as_of):
        raise NotFound("no_row_then", _("“%(what)s” was not there on %(day)s.") % {"what": row, "day": as_of})
    return dated[0]


def written(
    resource: Resource, writer: schemas.RowWriter, request, change: Change, planned_at: int | None, status: int
) -> HttpResponse:
    """Writes one change and answers with the row as the caller now sees it."""
    number = actions.write(actor_of(request, "api"), [change], planned_at=planned_at)
    row = change.written if change.written is not None else change.row
    try:
        return as_json(writer.write(resource.find(scope_of(request), row.record_number)), status)
    except NotFound:  # written, but out of the caller's sight
        return as_json({"record": row.record_number, "recording": number}, status)


def history_page(resource: Resource, request, record: int, query: HistoryQuery) -> dict:
    row = found(resource, request, record, "history")
    entries = queries.history_of(row, query.limit + 1, query.before)
    items = [
        {
            "id": entry.pk,
            "verb": entry.verb,
            "changes": json.loads(entry.changes),
            "recording": recording.number,
            "instant": recording.instant,
            "actor": recording.actor_name,
            "on_behalf_of": recording.on_behalf_name,
            "channel": recording.channel,
            "note": recording.note,
        }
        for entry, recording in entries[: query.limit]
    ]
    return {"items": items, "next": items[-1]["id"] if len(entries) > query.limit else None}


def exported(resource: Resource, request, format: str, as_of: date | None) -> FileResponse:
    """A file of every row the caller may export, written aside first, so that a fault is still an answer."""
    from guatu.kernel import exports

    scope = scope_of(request)
    scope.require(resource.name, "export")
    pace.take("export", f"user {request.user.pk}")
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    try:
        exports.write(resource, scope, format, file, **({"as_of": as_of} if as_of else {}))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{resource.name}.{format}")
