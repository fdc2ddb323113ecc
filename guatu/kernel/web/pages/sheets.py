"""Sheets in and out: export of what a list shows, an empty sheet to fill in, and import with its dry run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guatu.kernel import exports, jobs, uploads
from guatu.kernel.column_base import fault_of
from guatu.kernel.errors import Conflict, Faulty, Refused
from guatu.kernel.models import Job
from guatu.kernel.models.clock import Commitment
from guatu.kernel.models.facts import Fact
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import Refusal
from guatu.kernel.web.doors import paced
from guatu.kernel.web.listing import asked_of, rows_asked
from guatu.kernel.web.pages.jobs import own_job
from guatu.kernel.web.session import scope_of

#: More rows than this are exported as a job, so that no request waits for them.
DIRECT_ROWS = 20_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@paced("export")
@require_GET
def export(request, name: str, format: str):
    """The rows that the list shows, as a sheet that comes in again unchanged."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "export")
    asked = asked_of(resource, request.GET)
    rows = rows_asked(resource, scope, asked, "export")
    if format in exports.FORMATS and rows.order_by().count() > DIRECT_ROWS:
        job = jobs.start(
            "export", _("Export of %s") % resource.label_plural, request.user,
            {"resource": name, "format": format, "search": asked.text, "filters": asked.chosen},
        )
        return _go_to(job)
    return _file(resource, scope, format, rows, resource.label_plural)


@require_GET
def template(request, name: str):
    """An empty sheet with every column of the resource."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "import")
    none = resource.rows(scope, "export").none()
    return _file(resource, scope, "xlsx", none, _("%s (empty)") % resource.label_plural)


def _file(resource, scope, format: str, rows, title: str) -> FileResponse:
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        exports.write(resource, scope, format, out, queryset=rows)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{title}-{timezone.localdate():%Y%m%d}.{format}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=TYPES[format])


@require_http_methods(["GET", "POST"])
def import_page(request, name: str):
    """Takes a sheet and starts its dry run; nothing is written before that is agreed to."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "import")
    context = {
        "resource": resource,
        "columns": resource.all_columns(),
        "asks_from_when": not issubclass(resource.model, Fact),
        "asks_approver": issubclass(resource.model, Commitment),
        "today": timezone.localdate().isoformat(),
        "data": request.POST,
    }
    if request.method == "GET":
        return render(request, "kernel/import.html", context)
    try:
        job = _start_plan(request, resource)
    except Refused as refused:
        return render(request, "kernel/import.html", context | {"error": str(refused)}, status=refused.status)
    return _go_to(job)


def _start_plan(request, resource) -> Job:
    upload = request.FILES.get("file")
    if upload is None:
        raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
    arguments = {"resource": resource.name, "file_name": Path(upload.name.replace("\\", "/")).name[:200]}
    arguments |= {name: request.POST.get(name, "").strip() for name in ("reason", "approver")}
    if request.POST.get("holds") == "correction":
        arguments["correction"] = True
    elif request.POST.get("holds_from"):
        arguments["valid_on"] = _day(resource, request.POST["holds_from"])
    arguments["path"] = str(uploads.keep(upload))
    return _run("import_plan", _("Check of “%s”") % arguments["file_name"], request, arguments, upload.size)


def _day(resource, text: str) -> str:
    try:
        return parse_day(text).day.isoformat()
    except Refusal as fault:
        raise Faulty("holds_from", str(fault_of(fault, resource.all_columns()[0])), "holds_from") from None


def _run(kind: str, title: str, request, arguments: dict, size: int) -> Job:
    """Starts a job, and runs it at once when it is small and nobody else would."""
    job = jobs.start(kind, title, request.user, arguments)
    if settings.GUATU_MODE == "test" or (size <= uploads.SMALL_BYTES and not uploads.worker_is_running()):
        jobs.run_job.call(job.pk)
    return job


@require_POST
def confirm(request, pk: int):
    """Imports the sheet whose dry run was agreed to."""
    plan = own_job(request, pk)
    result = plan.result or {}
    if plan.kind != "import_plan" or plan.state != "done" or not result.get("ok"):
        raise Conflict("not_agreed", _("This check found errors or has not ended, so nothing can be imported from it."))
    path = Path(plan.arguments["path"])
    if not path.is_file():
        raise Conflict("upload_gone", _("“%s” is no longer kept here. Upload it again.") % plan.arguments["file_name"])
    scope_of(request).require(plan.arguments["resource"], "import")
    arguments = {name: value for name, value in plan.arguments.items() if name != "language"} | {
        "sha256": result["sha256"], "planned_at": result["planned_at"],
        "note": request.POST.get("note", "").strip()[:500],
        "plan": plan.pk,
    }
    title = _("Import of “%s”") % plan.arguments["file_name"]
    return _go_to(_run("import_apply", title, request, arguments, path.stat().st_size))


def _go_to(job: Job):
    return redirect(f"/jobs/{job.pk}/")
