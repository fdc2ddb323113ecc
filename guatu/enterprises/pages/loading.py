"""Loading a file of the register from a page: upload, mapping to confirm, then a job."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core import signing
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guatu.enterprises.jobs import KIND, rejects_path
from guatu.enterprises.pages.words import FIELDS
from guatu.enterprises.register.reading import headers_and_samples, kind_of
from guatu.enterprises.rules.register_columns import TEMPLATES, UNITS, WITH_UNITS, BadColumns, ColumnMap, fitting, guess
from guatu.kernel import jobs, uploads
from guatu.kernel.errors import Conflict, Faulty, NotFound, Refused
from guatu.kernel.web.doors import paced
from guatu.kernel.web.pages.jobs import own_job
from guatu.kernel.web.session import scope_of

SALT = "register-upload"
SAMPLES = 3
SAMPLE_SIGNS = 60


@paced("upload")
@require_http_methods(["GET", "POST"])
def load_page(request):
    """Takes a file, shows what its columns are taken for, and starts the load once that is confirmed."""
    scope_of(request).require("enterprises", "load_register")
    if request.method == "GET":
        return _page(request)
    try:
        if request.POST.get("upload"):
            return _start(request)
        upload = request.FILES.get("file")
        if upload is None:
            raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
        name = Path(upload.name.replace("\\", "/")).name[:200]
        path = uploads.keep(upload)
        return _mapping(request, path, name)
    except Refused as refused:
        return _page(request, error=str(refused), status=refused.status)


def _page(request, *, error: str = "", status: int = 200):
    most = settings.GUATU_UPLOAD_MAX_BYTES // 1024 // 1024
    return render(request, "enterprises/register_load.html", {"error": error, "most": most}, status=status)


def _mapping(request, path: Path, name: str, chosen: ColumnMap | None = None, error: str = ""):
    try:
        headers, samples = headers_and_samples(path, SAMPLES)
    except Faulty as fault:
        raise Faulty(fault.code, str(fault).replace(path.name, name), "file") from None
    found = chosen or guess(headers)
    rows = [{
        "field": field, "label": label, "chosen": found.columns.get(field, ""), "needed": field == "name",
        "unit": found.units.get(field, ""), "units": UNITS if field in WITH_UNITS else (),
        "samples": [row[place][:SAMPLE_SIGNS] for row in samples if place < len(row) and row[place].strip()]
        if (place := headers.index(found.columns[field]) if found.columns.get(field) in headers else 10**6) < 10**6 else [],
    } for field, label in FIELDS.items()]
    mark = signing.dumps({"path": path.name, "name": name, "user": request.user.pk}, salt=SALT)
    return render(request, "enterprises/register_mapping.html", {
        "file_name": name, "upload": mark, "rows": rows, "headers": [header for header in headers if header],
        "unused": found.unused([header for header in headers if header]), "error": error,
    }, status=422 if error else 200)


def _start(request):
    try:
        kept = signing.loads(request.POST["upload"], salt=SALT, max_age=uploads.KEPT_DAYS * 86400)
    except signing.BadSignature:
        raise Conflict("upload_gone", _("The file is no longer kept here. Upload it again.")) from None
    path = uploads.folder() / kept["path"]
    if kept["user"] != request.user.pk or not path.is_file():
        raise Conflict("upload_gone", _("The file is no longer kept here. Upload it again."))
    columns = {field: header for field in FIELDS if (header := request.POST.get(f"column_{field}", ""))}
    units = {field: unit for field in WITH_UNITS
             if (unit := request.POST.get(f"unit_{field}", "")) in UNITS and field in columns}
    chosen = ColumnMap(columns, units)
    headers, _samples = headers_and_samples(path, 1)
    try:
        fitting(chosen, headers, kept["name"])
    except BadColumns as bad:
        return _mapping(request, path, kept["name"], chosen, _(TEMPLATES[bad.code]) % bad.words)
    kind_of(path)
    job = jobs.start(KIND, _("Loading of “%s” into the register") % kept["name"], request.user, {
        "path": str(path), "file_name": kept["name"], "columns": chosen.as_data()})
    small = path.stat().st_size <= uploads.SMALL_BYTES
    if settings.GUATU_MODE == "test" or (small and not uploads.worker_is_running()):
        jobs.run_job.call(job.pk)
    return redirect(f"/jobs/{job.pk}/")


@require_GET
def rejects_file(request, pk: int):
    """What a load of one's own rejected or left out, as CSV."""
    job = own_job(request, pk)
    path = rejects_path(job.pk)
    if job.kind != KIND or not path.is_file():
        raise NotFound("no_rejects", _("Nothing is kept of what this work rejected. Load the file again to see it."))
    name = f"{Path(job.arguments.get('file_name', 'register')).stem}-{_('rejected')}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
