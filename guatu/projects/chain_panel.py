"""What projects show on a chain's page: those of the chain, as of the day that the page shows."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.kernel.registry import fill
from guatu.kernel.web.panels import Panel
from guatu.projects.queries.moment import moment
from guatu.projects.queries.rows import read_rows

MOST = 12


@fill("chains.chain")
def of_the_chain(scope, chain, zone, address) -> Panel | None:
    """The projects of a chain below the zone shown; None without the right to see them, or without the chain's row."""
    if chain is None or not scope.may("projects"):
        return None
    when = moment(address.as_of, address.known_at)
    states = when.states(scope, zone.pk if zone is not None else None).filter(chain=chain).order_by("code", "project_id")
    rows = read_rows(states, when)
    return Panel(_("Projects of the chain"), "projects/_chain_panel.html", {
        "count": len(rows), "all_url": address.link("/r/projects/", chain=chain.pk, zone=None)
        if len(rows) > MOST else "",
        "rows": [{
            "name": row.name or row.code, "stage": str(row.stage_label), "since": row.since_text,
            "url": address.link(reverse("projects:project", args=[row.project_id])),
        } for row in rows[:MOST]],
    })
