"""The menu: groups of pages, each shown to those who may view it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guatu.kernel import queue
from guatu.kernel.registry import resources
from guatu.kernel.web.session import scope_of


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    active: bool
    count: int = 0


GROUPS = [
    (_("Projects"), [
        "projects", "stage_events", "milestones", "obstacles", "monthly_investments", "project_progress",
    ]),
    (_("Investment ledger"), [
        "planned_investments", "arrived_funds", "statistics_entries", "reported_investments", "year_targets",
    ]),
    (_("Going out for investment"), ["trips", "visits", "visit_leads", "trip_costs"]),
    (_("Targets"), ["target_lists", "targets"]),
    (_("Industry"), [
        "enterprises", "chains", "enterprise_roles", "chain_posts", "chain_plans", "chain_editions", "mapping_verdicts",
        "enterprise_merges", "match_verdicts",
    ]),
    (_("Zone"), ["zones", "territories", "parks", "indicators"]),
    (_("Office"), ["organisations", "users", "memberships", "delegations"]),
    (_("Reference"), ["sources", "documents", "indicator_definitions", "calendars", "exchange_rates", "parameter_values"]),
]


def _is_bulletin(path: str) -> bool:
    return path.startswith(("/bulletins/", "/r/bulletins/"))


def menu(request) -> list[tuple[str, list[Item]]]:
    scope = scope_of(request)
    path = request.path
    found = [(str(_("Mine")), [
        Item(str(_("My work")), "/my/", path == "/my/", queue.pressing(request.user, scope)),
        Item(str(_("Standing in")), "/my/away/", path == "/my/away/"),
    ])]
    if scope.may("projects"):
        wall = [Item(str(_("The zone on one sheet")), "/wall/", path.startswith("/wall/"))]
        if scope.may("plans"):
            wall.append(Item(str(_("Wall plan")), "/plans/", path.startswith("/plans/")))
        found.insert(0, (str(_("Wall")), wall))
    bulletins = [Item(capfirst(resources()["bulletins"].label_plural), "/bulletins/", _is_bulletin(path))]
    bulletins = bulletins if scope.may("bulletins") else []
    if scope.may("projects"):
        found.append(
            (
                str(_("Dispatch")),
                [
                    Item(str(_("Five lists")), "/lists/", path.startswith("/lists/")),
                    Item(str(_("Lights")), "/lights/", path.startswith("/lights/")),
                    Item(str(_("Investment ledger")), "/ledger/", path.startswith("/ledger/")),
                    *bulletins,
                ],
            )
        )
    if scope.may("leads"):
        found.append((str(_("Outreach")), _outreach(scope, path)))
    if scope.may("progress_reports"):
        found.append((str(_("Monthly dispatch")), _dispatch(scope, path)))
    for label, names in GROUPS:
        items = [
            Item(capfirst(resources()[name].label_plural), f"/r/{name}/", path.startswith(f"/r/{name}/"))
            for name in names
            if scope.may(name)
        ]
        if "enterprises" in names and scope.may("enterprises"):
            items.insert(min(1, len(items)), Item(str(_("National register")), "/register/", path.startswith("/register/")))
            items.insert(min(2, len(items)), Item(
                str(_("Likely duplicates")), "/enterprises/duplicates/", path.startswith("/enterprises/")))
        if "chains" in names and scope.may("chains"):
            items.insert(0, Item(str(_("Industry chains")), "/chains/", path.startswith("/chains/")))
        if "trips" in names and scope.may("trips"):
            items.insert(0, Item(str(_("Ledger of trips")), "/outreach/ledger/", path.startswith("/outreach/ledger/")))
        if items:
            found.append((str(label), items))
    return found


def _outreach(scope, path: str) -> list[Item]:
    """The board of leads, one's own, the funnel, and the lists behind them."""
    own = Item(str(_("My leads")), "/leads/mine/", path == "/leads/mine/")
    whole = Item(str(_("Funnel")), "/leads/funnel/", path == "/leads/funnel/")
    return [
        Item(str(_("Leads by stage")), "/leads/", path.startswith("/leads/") and not (own.active or whole.active)), own, whole,
        *(Item(capfirst(resources()[name].label_plural), f"/r/{name}/", path.startswith(f"/r/{name}/"))
          for name in ("leads", "lead_contacts", "claims") if scope.may(name)),
    ]


def _dispatch(scope, path: str) -> list[Item]:
    """The office's month for everybody who sees reports; one's own first for those who hand them in."""
    own = Item(str(_("My reports")), "/dispatch/mine/", path.startswith(("/dispatch/mine/", "/dispatch/report/")))
    asked = Item(str(_("Extra questions")), "/dispatch/questions/", path == "/dispatch/questions/")
    office = Item(str(_("The month")), "/dispatch/", path.startswith("/dispatch/") and not (own.active or asked.active))
    return [
        *([own] if scope.may("progress_reports", "report") else []), office,
        *([asked] if scope.may("extra_questions", "change") else []),
    ]
