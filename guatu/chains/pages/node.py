"""A node of a chain: its figures, why it has its status, its words, its neighbours, its years, and the enterprises behind
each count with the words that put them there. The same content is the panel beside the drawing and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from guatu.chains import queries
from guatu.chains.pages import words
from guatu.chains.pages.judging import may_judge
from guatu.chains.pages.reading import Look, look, zones_of
from guatu.chains.queries.history import node_years
from guatu.chains.rules.standing import PLACES, ROLES, Evidence
from guatu.enterprises.register.divisions import divisions
from guatu.kernel.registry import slot
from guatu.kernel.web.asked import Asked

CHART_WIDTH, CHART_HEIGHT = 360, 84
YEARS = 20


@dataclass(frozen=True)
class Piece:
    """A stretch of an excerpt; `kind` is "term", "verb" or "" for the text around."""

    text: str
    kind: str


def pieces(row: Evidence) -> list[Piece]:
    """The excerpt cut at the term and at the word that states the role."""
    text, marks = row.excerpt, []
    if 0 <= row.start < row.end <= len(text):
        marks.append((row.start, row.end, "term"))
    if row.verb_start is not None and row.verb_end is not None and 0 <= row.verb_start < row.verb_end <= len(text):
        marks.append((row.verb_start, row.verb_end, "verb"))
    found, at = [], 0
    for start, end, kind in sorted(marks):
        if start < at:  # a verb inside the term, as in 封装基板: the term covers it
            continue
        found += [Piece(text[at:start], ""), Piece(text[start:end], kind)]
        at = end
    return [piece for piece in (*found, Piece(text[at:], "")) if piece.text]


def located(row: Evidence) -> str:
    """The address, behind the province and prefecture where it does not name them itself."""
    names, address = divisions(), row.address or ""
    city = "" if not row.city_code or row.city_code.endswith(("00", "90")) else row.city_code
    said = []
    for code in filter(None, (row.province_code, city)):
        division = names.rows.get(code)
        if division and division.short_name not in address:
            said.append(division.name)
    if said and city and len(said) == 1 and names.rows.get(city) and names.rows[city].short_name in address:
        said = []  # a prefecture tells its province
    return " ".join([*said, address]).strip()


@require_safe
@vary_on_headers("HX-Request")
def node_page(request, code: str, node: str):
    """A node from a zone on a day; the panel alone when the drawing asks."""
    seen = look(request, code)
    return render(request, *_shown(request, seen, node))


def _shown(request, seen: Look, code: str):
    node = seen.node(code)
    standing = seen.standing(code)
    names = {one.code: one.name for one in seen.chain.nodes}

    def beside(edges, end) -> list[tuple[str, str, str, str]]:
        return [(names[getattr(edge, end)], seen.link("node", getattr(edge, end)), str(words.KINDS[edge.kind]),
                 _status_of(seen, getattr(edge, end))) for edge in edges]

    context = {
        "seen": seen, "chain": seen.chain, "node": node, "standing": standing, "address": seen.address,
        "tier": str(words.TIERS[node.tier]), "status": standing.status if standing else words.UNKNOWN,
        "counts": counts(seen, code), "places": [str(label) for label in words.PLACES.values()],
        "suppliers": beside([edge for edge in seen.chain.edges if edge.target == code], "source"),
        "users": beside([edge for edge in seen.chain.edges if edge.source == code], "target"),
        "users_url": seen.link("enterprises", code, role="uses"),
        "gap": next((gap for gap in seen.panorama.gaps if gap.node == code), None) if seen.panorama else None,
        "term_names": words.GAP_TERMS, "years": years(seen, code), "page_url": seen.link("node", code),
        "panels": slot("chains.node", scope=seen.scope, chain=seen.chain, node=node, zone=seen.zone, address=seen.address),
        "zones": zones_of(seen.scope), "chain_url": seen.link("chain"),
    }
    if request.htmx and request.htmx.target == "node-side":
        return "chains/_node.html", context
    if standing:
        context |= enterprises(seen, code, "makes", "here", seen.address)
    return "chains/node.html", context


def _status_of(seen: Look, code: str) -> str:
    standing = seen.standing(code)
    return standing.status if standing else words.UNKNOWN


def counts(seen: Look, code: str) -> list[dict]:
    """Enterprises by role and place, each with the address of its list."""
    standing = seen.standing(code)
    if standing is None:
        return []
    return [{
        "label": str(label),
        "cells": [(getattr(standing.counts(role), place), seen.link("enterprises", code, role=role, place=place), role, place)
                  for place in PLACES],
    } for role, label in words.ROLES.items()]


def years(seen: Look, code: str) -> dict | None:
    """Makers here that came and went by year: bars and table."""
    if seen.panorama is None or seen.zone is None:
        return None
    rows = node_years(seen.chain.code, code, seen.zone.code, seen.address.as_of, seen.address.known_at)
    if not rows:
        return None
    shown = rows[-YEARS:]
    most = max(max(row.came, row.went) for row in shown) or 1
    step = CHART_WIDTH / len(shown)
    high = CHART_HEIGHT - 18
    return {
        "rows": list(reversed(rows)), "width": CHART_WIDTH, "height": CHART_HEIGHT, "base": high, "most": most,
        "bars": [{
            "x": round(place * step + step * 0.12, 1), "width": round(step * 0.5, 1), "year": row.year,
            "height": round((high - 10) * row.came / most, 1), "y": round(high - (high - 10) * row.came / most, 1),
            "went_x": round(place * step + step * 0.64, 1), "went_width": round(step * 0.24, 1),
            "went_height": round((high - 10) * row.went / most, 1), "went_y": round(high - (high - 10) * row.went / most, 1),
            "middle": round(place * step + step / 2, 1), "labelled": place % max(1, -(-len(shown) // 6)) == 0,
        } for place, row in enumerate(shown)],
    }


@require_safe
@vary_on_headers("HX-Request")
def enterprises_page(request, code: str, node: str):
    """The enterprises behind a count: `role` and `place` stand in the address."""
    seen = look(request, code)
    seen.node(node)
    given = seen.address.given
    role, place = given.get("role", "makes"), given.get("place", "here")
    context = enterprises(seen, node, role, place, seen.address) | {
        "seen": seen, "chain": seen.chain, "node": seen.node(node), "address": seen.address, "node_url": seen.link("node", node),
        "chain_url": seen.link("chain"), "status": _status_of(seen, node),
    }
    if request.htmx and request.htmx.target == "more-enterprises":
        return render(request, "chains/_found.html", context)
    return render(request, "chains/enterprises.html", context)


def enterprises(seen: Look, node: str, role: str, place: str, address: Asked) -> dict:
    """What the list of a count shows: a page of its rows, and where the next page is."""
    if seen.panorama is None or seen.zone is None:
        return {"listing": None, "rows": [], "why": seen.why, "todo": seen.todo}
    listing = queries.node_enterprises(
        seen.chain.code, node, seen.zone.code, role, address.as_of, address.given.get("cursor", ""),
        place=place, known_at=address.known_at)
    opens = seen.scope.may("enterprises")
    label = words.USERS if role == "uses" else words.ROLES.get(role, role)
    return {
        "listing": listing, "role": role, "place": place,
        "title": _("%(role)s, %(place)s") % {"role": label, "place": words.PLACES.get(place, place)},
        "rows": [{"row": row, "url": f"/register/{row.key}/" if opens else "", "pieces": pieces(row), "place": located(row),
                  "field": str(words.FIELDS.get(row.field, row.field)), "role": str(words.ROLE_WORDS.get(row.role, row.role))} for row in listing.rows],
        "more_url": seen.link("enterprises", node, role=role, place=place, cursor=listing.cursor) if listing.cursor else "",
        "may_judge": may_judge(seen), "judge_url": seen.link("judge", node),
        "back": seen.link("enterprises", node, role=role, place=place),
        "others": [(str(words.ROLES[one]), seen.link("enterprises", node, role=one, place=place), one == role) for one in ROLES],
        "other_places": [(str(words.PLACES[one]), seen.link("enterprises", node, role=role, place=one), one == place)
                         for one in PLACES] if role != "uses" else [],
    }
