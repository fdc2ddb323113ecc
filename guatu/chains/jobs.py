"""The mapping of the register as a job, begun when a page has renewed the register."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.chains.actions import map_register
from guatu.kernel import jobs
from guatu.kernel.scope import Actor

KIND = "chains_map"


@jobs.handler(KIND)
def chains_map(progress: jobs.Progress, actor: Actor, arguments: dict) -> dict:
    found = map_register(actor, told=lambda done, total: progress.update(done, total, "reading"))
    return {"ok": True, **found.as_data()}


def title() -> str:
    return _("Register mapped onto the chains")
