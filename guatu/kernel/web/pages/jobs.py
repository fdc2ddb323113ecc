"""Long work: how far it has come, what came of it, and the file it left."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.kernel import exports, uploads
from guatu.kernel import jobs as work
from guatu.kernel.account import names_of
from guatu.kernel.errors import NotFound
from guatu.kernel.housekeeping import exports_folder
from guatu.kernel.models import Job, Recording
from guatu.kernel.registry import resources, slot
from guatu.kernel.scope import EVERYWHERE
from guatu.kernel.undo import MOST_ENTRIES
from guatu.kernel.web.session import scope_of

MOST_SHOWN = 100
#: Faults shown on the page; the rest are counted.
MOST_FAULTS = 200


def visible_jobs(request):
    """One's own jobs; an administrator of everything sees all."""
    rows = Job.objects.order_by("-id")
    if scope_of(request).reach("*", "administer") == EVERYWHERE:
        return rows
    return rows.filter(user_id=request.user.pk)


def own_job(request, pk: int) -> Job:
    job = visible_jobs(request).filter(pk=pk, user_id=request.user.pk).first()
    if job is None:
        raise NotFound("no_job", _("You have no job with this number. Look at the list of jobs."))
    return job


@require_GET
def jobs_page(request):
    found = list(visible_jobs(request)[:MOST_SHOWN])
    people = names_of(job.user_id for job in found)
    context = {"jobs": [(job, people.get(job.user_id, "")) for job in found], "all": len(people) > 1}
    return render(request, "kernel/jobs.html", context)


@require_GET
def job_page(request, pk: int):
    """One job; asked by htmx, only the part that changes while it runs."""
    job = visible_jobs(request).filter(pk=pk).first()
    if job is None:
        raise NotFound("no_job", _("There is no job with this number that you may see. Look at the list of jobs."))
    context = _context(request, job)
    return render(request, "kernel/_job.html" if request.htmx else "kernel/job.html", context)


def _context(request, job: Job) -> dict:
    result = job.result or {}
    errors, warnings = result.get("errors") or [], result.get("warnings") or []
    resource = resources().get(job.arguments.get("resource", ""))
    return {
        "job": job,
        "resource": resource,
        "stage": str(work.STAGES.get(job.stage, job.stage)),
        "running": job.state in ("waiting", "running"),
        "no_worker": job.state == "waiting" and not uploads.worker_is_running(),
        "result": result,
        "errors": errors[:MOST_FAULTS],
        "more_errors": max(0, len(errors) - MOST_FAULTS),
        "warnings": warnings[:MOST_FAULTS],
        "more_warnings": max(0, len(warnings) - MOST_FAULTS),
        "would_write": (result.get("created") or 0) + (result.get("updated") or 0),
        "is_own": job.user_id == request.user.pk,
        "applied": Job.objects.filter(kind="import_apply", arguments__plan=job.pk).first()
        if job.kind == "import_plan" else None,
        "recording": _recording(job),
        "panels": slot("jobs.result", job=job),
    }


def _recording(job: Job) -> dict | None:
    """The recording that an import wrote, found by the file's digest in its note."""
    if job.kind != "import_apply" or job.state != "done" or not job.arguments.get("sha256"):
        return None
    found = Recording.objects.filter(
        channel="import", actor_id=job.user_id, number__gt=job.arguments.get("planned_at") or 0,
        note__contains=f"sha256:{job.arguments['sha256']}",
    ).first()
    return None if found is None else {"number": found.number, "may_undo": found.entries <= MOST_ENTRIES}


@require_GET
def file(request, pk: int):
    """The sheet that an export left."""
    job = own_job(request, pk)
    name = Path((job.result or {}).get("path") or "none").name
    path = exports_folder() / name
    if job.kind != "export" or job.state != "done" or not path.is_file():
        raise NotFound("no_export", _("The file of this export is no longer kept. Export again."))
    ending = path.suffix.removeprefix(".")
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=job.result["file_name"],
        content_type="application/octet-stream" if ending not in exports.FORMATS else {
            "csv": "text/csv; charset=utf-8", "json": "application/json",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[ending],
    )
