"""Imports and exports as jobs. Arguments, all plain JSON:

    import_plan, import_apply   resource, path (the stored upload), file_name; optional valid_on, correction, reason,
                                approver; import_apply also note, planned_at and sha256 of the plan that was agreed to
    export                      resource, format; optional as_of, known_at, search, filters, sort
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from guatu.kernel import exports, imports, jobs
from guatu.kernel.errors import Conflict
from guatu.kernel.housekeeping import exports_folder
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plan(progress: jobs.Progress, actor: Actor, arguments: dict) -> imports.ImportPlan:
    return imports.plan(
        actor, resource(arguments["resource"]), arguments["path"], arguments["file_name"],
        valid_on=_day(arguments.get("valid_on")), correction=bool(arguments.get("correction")),
        reason=arguments.get("reason") or "", approver=arguments.get("approver") or "", on_progress=progress.update,
    )


@jobs.handler("import_plan")
def import_plan(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    planned = _plan(progress, actor, arguments)
    return planned.as_json() | {
        "file_name": planned.file_name,
        "sha256": planned.sha256,
        "planned_at": planned.planned_at,
        "header_row": planned.header_row,
        "previews": [
            {"row": shown.row, "op": shown.op, "label": shown.label, "changes": [list(one) for one in shown.changes]}
            for shown in planned.previews
        ],
    }


@jobs.handler("import_apply")
def import_apply(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    """Plans anew with the rights of now. Rows changed since the agreed plan are a conflict, and so is another file."""
    planned = _plan(progress, actor, arguments)
    if arguments.get("sha256") not in (None, planned.sha256):
        raise Conflict("file_changed", _("“%s” is not the file that was checked. Check it again before importing it.")
                       % planned.file_name)
    result = imports.apply(actor, planned, note=arguments.get("note") or "", planned_at=arguments.get("planned_at"),
                           on_progress=progress.update)
    return result if result["ok"] else result | {"refused": True}


@jobs.handler("export")
def export(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    target = resource(arguments["resource"])
    format = arguments["format"]
    rows = None
    if arguments.get("search") or arguments.get("filters"):
        rows = target.rows(actor.scope, "export")
        rows = target.filtered(target.searched(rows, arguments.get("search") or ""), arguments.get("filters") or {})
    folder = exports_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{progress.job.pk}.{format if format in exports.FORMATS else 'bad'}"
    count = exports.write(
        target, actor.scope, format, path, as_of=_day(arguments.get("as_of")), known_at=arguments.get("known_at"),
        queryset=rows, on_progress=progress.update,
    )
    return {"ok": True, "rows": count, "path": str(path), "file_name": f"{target.label_plural}.{format}"}
