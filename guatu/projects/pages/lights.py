"""The page of lights: every promise with its colour, and those moved most."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.choices import LIGHTS
from guatu.kernel.commitments import RANKED
from guatu.kernel.errors import Faulty
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.light_words import explain
from guatu.projects.queries import LightBoard, light_board, names_of
from guatu.projects.queries.light_rows import OBSTACLE, SUBJECT
from guatu.projects.queries.moment import zone_named

PAGE_ROWS = 50
#: A page further than this in the ranking of moves says nothing more.
MOST_MOVED_PAGES = 2
#: What `colour` in the address may say: one colour, or the three of unfinished milestones together.
COLOURS = {code: (code,) for code, _label in LIGHTS} | {"open": ("red", "yellow", "green")}


@require_safe
def lights_page(request):
    """Lights as of a day, the most urgent first; `tab=moved` ranks the promises that were moved, `tab=obstacles` shows
    those of obstacles instead of milestones.

    `unit` (an identity, or none), `chain`, `colour` and `part` (a zone without those below it) narrow them, and
    `due_from` with `due_to` to unfinished ones due in those days.
    """
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    tab = address.given.get("tab")
    moved, blocked = tab == "moved", tab == "obstacles"
    scope.require("obstacles" if blocked else "milestones", "view")
    subject = OBSTACLE if blocked else SUBJECT
    board = light_board(scope, address.as_of, address.known_at, address.zone or None, subject)
    units = _units(board)
    unit, chain = address.given.get("unit", ""), address.given.get("chain", "")
    part = zone_named(scope, address.given["part"]) if "part" in address.given else None
    within = board.chosen(
        unit=None if unit == "none" else _identity(unit, "unit"), nobody=unit == "none",
        chain=_identity(chain, "chain"), part=part.pk if part else None, moved=moved, due=_due(address),
    )
    tally = within.tally()
    colour = address.given.get("colour", "")
    wanted = COLOURS.get(colour, ())
    chosen = within.where(np.isin(within.rank, [RANKED.index(code) for code in wanted])) if wanted else within
    count = len(chosen)
    pages = max(1, -(-count // PAGE_ROWS))
    pages = min(pages, MOST_MOVED_PAGES) if moved else pages
    page = min(addresses.page_number(request), pages)
    start = (page - 1) * PAGE_ROWS
    ordered = chosen.by_moves() if moved else chosen.by_urgency()
    rows = board.rows_of(ordered.state[start : start + PAGE_ROWS])
    return render(
        request,
        "projects/lights.html",
        {
            "address": address,
            "zones": addresses.zone_options(request),
            "units": units,
            "unit": unit,
            "narrowed": _narrowed(address, chain, part, colour),
            "tally": [
                (code, tally[code], address.query(colour=None if code == colour else code, page=None), code == colour)
                for code, _label in LIGHTS
            ],
            "colour": colour,
            "colours": LIGHTS,
            "count": count,
            "moved": moved,
            "blocked": blocked,
            "tabs": [
                (_("By urgency"), address.query(tab=None, page=None), not moved and not blocked),
                (_("Most moved"), address.query(tab="moved", page=None), moved),
                *([(_("Obstacles"), address.query(tab="obstacles", page=None), blocked)]
                  if scope.may("obstacles") else []),
            ],
            "rows": [
                {
                    "rank": start + place,
                    "light": explain(row.lit, row.label),
                    "row": row,
                    "unit": units.get(str((row.lit.state.owner_unit_id or row.unit_id) or ""), ""),
                    "url": address.link(reverse("projects:project", args=[row.project_id])) + (
                        "#obstacles" if blocked else "#milestones"),
                }
                for place, row in enumerate(rows, start=1)
            ],
            "any_provisional": any(row.lit.light.provisional for row in rows),
            "page": page,
            "pages": pages,
            "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
            "next": address.query(page=page + 1) if page < pages else "",
        },
    )


def _units(board: LightBoard) -> dict[str, str]:
    names = names_of("unit", board.units())
    found = {str(pk): name for pk, name in sorted(names.items(), key=lambda entry: entry[1])}
    return found | {"none": _("no responsible unit named")}


def _identity(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Faulty(name, _("“%s” does not name one of those offered. Choose one from the list.") % text[:40], name)
    return int(text)


def _due(address: Asked) -> tuple[date, date] | None:
    first = addresses.day(address.given.get("due_from"), "due_from")
    last = addresses.day(address.given.get("due_to"), "due_to")
    return (first or date.min, last or date.max) if first or last else None


def _narrowed(address: Asked, chain: str, part, colour: str) -> list[tuple[str, str]]:
    """What the address narrows the page to apart from the fields shown: in words, and the address without it."""
    found = []
    if chain:
        names = names_of("chain", [_identity(chain, "chain")])
        found.append((_("Chain: %s") % "、".join(names.values()), address.query(chain=None, page=None)))
    if part is not None:
        found.append((_("Only %s itself") % part.name, address.query(part=None, page=None)))
    if colour == "open":
        found.append((_("Unfinished"), address.query(colour=None, page=None)))
    if due := _due(address):
        days = " – ".join(day.isoformat() for day in due if day not in (date.min, date.max))
        found.append((_("Unfinished, due: %s") % days, address.query(due_from=None, due_to=None, page=None)))
    return found
