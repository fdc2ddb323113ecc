"""The page of lights: every promise with its colour, and those moved most."""

from __future__ import annotations

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.choices import LIGHTS
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.light_words import explain
from guatu.projects.queries import ProjectLight, counts, lights, names_of

PAGE_ROWS = 50
MOST_MOVED = 100


@require_safe
def lights_page(request):
    """Lights as of a day, the most urgent first; `tab=moved` ranks the promises that were moved."""
    scope = scope_of(request)
    scope.require("projects", "view")
    scope.require("milestones", "view")
    address = addresses.asked(request)
    everything = lights(scope, address.as_of, address.known_at, address.zone or None)
    units = _units(everything)
    unit = address.given.get("unit", "")
    within = [row for row in everything if unit in ("", *map(str, _unit_ids(row)))]
    tally = counts(within)
    colour = address.given.get("colour", "")
    moved = address.given.get("tab") == "moved"
    chosen = [row for row in within if colour in ("", str(row.lit.light.colour))]
    if moved:
        chosen = sorted((row for row in chosen if row.lit.state.moves), key=_slipped)[:MOST_MOVED]
    pages = max(1, -(-len(chosen) // PAGE_ROWS))
    page = min(addresses.page_number(request), pages)
    start = (page - 1) * PAGE_ROWS
    return render(
        request,
        "projects/lights.html",
        {
            "address": address,
            "zones": addresses.zone_options(request),
            "units": units,
            "unit": unit,
            "tally": [
                (code, tally[code], address.query(colour=None if code == colour else code, page=None), code == colour)
                for code, _label in LIGHTS
            ],
            "colour": colour,
            "colours": LIGHTS,
            "count": len(chosen),
            "moved": moved,
            "tabs": [
                (_("By urgency"), address.query(tab=None, page=None), not moved),
                (_("Most moved"), address.query(tab="moved", page=None), moved),
            ],
            "rows": [
                {
                    "rank": start + place,
                    "light": explain(row.lit, row.label),
                    "row": row,
                    "unit": units.get(str((row.lit.state.owner_unit_id or row.unit_id) or ""), ""),
                    "url": address.link(reverse("projects:project", args=[row.project_id])) + "#milestones",
                }
                for place, row in enumerate(chosen[start : start + PAGE_ROWS], start=1)
            ],
            "any_provisional": any(row.lit.light.provisional for row in chosen[start : start + PAGE_ROWS]),
            "page": page,
            "pages": pages,
            "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
            "next": address.query(page=page + 1) if page < pages else "",
        },
    )


def _unit_ids(row: ProjectLight) -> set[int]:
    """The unit that owes the milestone: its own, else the project's."""
    owner = row.lit.state.owner_unit_id or row.unit_id
    return {owner} if owner is not None else set()


def _units(rows: list[ProjectLight]) -> dict[str, str]:
    names = names_of("unit", {pk for row in rows for pk in _unit_ids(row)})
    return {str(pk): name for pk, name in sorted(names.items(), key=lambda entry: entry[1])}


def _slipped(row: ProjectLight) -> tuple:
    state = row.lit.state
    return (-state.moves, -(state.due_on - state.first_due_on).days, row.project, state.code)
