"""The mapping of the register as a job, begun when a page has renewed the register.

Slot `register_mapped` (nothing): what apps above work out of the register beforehand, so that no reader waits for it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.chains.actions import map_register
from guatu.kernel import jobs
from guatu.kernel.registry import fill, slot
from guatu.kernel.scope import Actor
from guatu.kernel.web.panels import Panel

KIND = "chains_map"


@jobs.handler(KIND)
def chains_map(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    found = map_register(actor, told=lambda done, total: progress.update(done, total, "reading"))
    slot("register_mapped")
    return {"ok": True, **found.as_data()}


@fill("jobs.result")
def result_panel(job) -> Panel | None:
    """What came of a finished mapping, on the job's own page."""
    if job.kind != KIND or job.state != "done":
        return None
    return Panel(_("What was mapped"), "chains/_mapped.html", {"result": job.result or {}})


def title() -> str:
    return _("Register mapped onto the chains")
