"""The menu: groups of pages, each shown to those who may view it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guatu.kernel.registry import resources
from guatu.kernel.web.session import scope_of


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    active: bool


GROUPS = [
    (_("Projects"), ["projects", "stage_events", "milestones"]),
    (_("Industry"), ["enterprises", "chains", "enterprise_roles"]),
    (_("Zone"), ["zones", "parks", "indicators"]),
    (_("Office"), ["organisations", "users", "memberships"]),
    (_("Reference"), ["sources", "documents", "indicator_definitions", "calendars", "exchange_rates", "parameter_values"]),
]


def menu(request) -> list[tuple[str, list[Item]]]:
    scope = scope_of(request)
    path = request.path
    found = []
    if scope.may("projects"):
        found.append(
            (
                str(_("Dispatch")),
                [
                    Item(str(_("Five lists")), "/lists/", path.startswith("/lists/")),
                    Item(str(_("Lights")), "/lights/", path.startswith("/lights/")),
                ],
            )
        )
    for label, names in GROUPS:
        items = [
            Item(capfirst(resources()[name].label_plural), f"/r/{name}/", path.startswith(f"/r/{name}/"))
            for name in names
            if scope.may(name)
        ]
        if items:
            found.append((str(label), items))
    return found
