"""The loading of register files as a job. Arguments, plain JSON: path (the stored upload), file_name, columns (a mapping)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guatu.enterprises.actions import load_register
from guatu.enterprises.rules.register_columns import given
from guatu.kernel import jobs
from guatu.kernel.errors import Conflict
from guatu.kernel.registry import fill
from guatu.kernel.scope import Actor
from guatu.kernel.web.panels import Panel

KIND = "register_load"


def rejects_path(pk: int) -> Path:
    """Where the job of this number tells what it rejected."""
    return Path(settings.GUATU_HOME) / "register" / f"job-{pk}.rejects.csv"


@jobs.handler(KIND)
def register_load(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    path = Path(arguments["path"])
    if not path.is_file():
        raise Conflict("upload_gone", _("“%s” is no longer kept here. Upload it again.") % arguments["file_name"])
    target = rejects_path(progress.job.pk)
    target.parent.mkdir(parents=True, exist_ok=True)
    loaded = load_register(
        actor, [path], given(arguments["columns"]), target, told=progress.update, names=[arguments["file_name"]])
    data = loaded.as_data()
    data["reject_file"] = bool(data["reject_file"])
    return {"ok": True, **{name: value for name, value in data.items() if name not in ("files", "mapping")}}


@fill("jobs.result")
def result_panel(job) -> Panel | None:
    """What came of a finished load, on the job's own page."""
    if job.kind != KIND or job.state != "done":
        return None
    from guatu.enterprises.pages.words import reason_words

    result = job.result or {}
    reasons = [(reason_words(code), count) for code, count in (result.get("reasons") or {}).items()]
    return Panel(_("What was loaded"), "enterprises/_register_loaded.html", {"job": job, "result": result, "reasons": reasons})
