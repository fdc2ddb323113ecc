"""A chain as a drawing: what Cytoscape is given, and the same as SVG for paper and for browsers without scripts.

A node's shape and colour say its status, its size how many make it here; a choke point has a ring and its word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.chains.pages import words
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.layout import Layout, layout
from guatu.chains.rules.standing import MISSING, PRESENT, STRONG, WEAK, Panorama

SMALLEST, LARGEST = 14.0, 34.0
#: Signs of one line under a node.
LINE = 10
#: How far a mark stands above the middle of its place, since its name stands below.
LIFTED = 10
#: Ink, paper and the status colours of a printed drawing.
PRINTED = {MISSING: "#c22f1d", WEAK: "#dd9a00", PRESENT: "#2c8a4b", STRONG: "#2c8a4b", words.UNKNOWN: "#8a8474"}


@dataclass(frozen=True)
class Mark:
    """A node as drawn. `lines` is its name broken for the sheet."""

    code: str
    name: str
    lines: tuple[str, ...]
    tier: str
    status: str
    makers: int | None
    choke: bool
    size: float
    x: float
    y: float
    url: str
    hint: str


@dataclass(frozen=True)
class Drawing:
    """A chain laid out with what is known of its nodes."""

    chain: Chain
    sheet: Layout
    marks: tuple[Mark, ...]

    @property
    def data(self) -> dict:
        """What the browser's script is given."""
        return {
            "width": self.sheet.width, "height": self.sheet.height,
            "nodes": [{
                "id": mark.code, "name": mark.name, "label": "\n".join(mark.lines), "status": mark.status, "choke": mark.choke,
                "size": mark.size, "x": mark.x, "y": mark.y - LIFTED, "url": mark.url, "hint": mark.hint,
            } for mark in self.marks],
            "edges": [{"source": edge.source, "target": edge.target} for edge in self.chain.edges],
            "bands": [{"label": str(words.TIERS[band.tier]), "left": band.left, "right": band.right}
                      for band in self.sheet.bands],
            "words": words.graph_words(),
        }


@lru_cache(maxsize=64)
def sheet_of(chain: Chain, shape: float) -> Layout:
    """The layout of a chain; a chain's edition never changes."""
    return layout([(node.code, node.tier) for node in chain.nodes],
                  [(edge.source, edge.target) for edge in chain.edges], shape)


def drawn(
    chain: Chain, panorama: Panorama | None, address, shape: float = 1.6, coming: Mapping[str, str] | None = None
) -> Drawing:
    """`address(code)` is where a node's page is; `panorama` None: nothing is known of any node. `coming`: by node a short
    line on what is planned there, written below its name."""
    sheet = sheet_of(chain, shape)
    places = {placed.code: placed for placed in sheet.nodes}
    known = {node.code: node for node in panorama.nodes} if panorama else {}
    marks = []
    for node in chain.nodes:
        standing, placed = known.get(node.code), places[node.code]
        status = standing.status if standing else words.UNKNOWN
        makers = standing.makers.here if standing else None
        choke = bool(standing and standing.choke_point)
        planned = (coming or {}).get(node.code, "")
        said = hint(node.name, status, makers, choke)
        marks.append(Mark(
            node.code, node.name, broken(node.name) + ((f"+ {planned}",) if planned else ()), node.tier, status, makers, choke,
            size(makers or 0), placed.x, placed.y, address(node.code),
            said + _("; planned: %s") % planned if planned else said))
    return Drawing(chain, sheet, tuple(marks))


def size(makers: int) -> float:
    """The width of a node's mark in pixels: it grows with the logarithm of its makers, and has a bound."""
    return round(min(LARGEST, SMALLEST + 8 * math.log10(1 + makers)), 1)


def hint(name: str, status: str, makers: int | None, choke: bool) -> str:
    """A node in one line, for readers who cannot see its mark."""
    parts = [name, words.status(status)]
    if choke:
        parts.append(str(words.CHOKE))
    if makers is not None:
        parts.append(ngettext("%(n)s maker here", "%(n)s makers here", makers) % {"n": makers})
    return _("; ").join(parts)


def broken(name: str, most: int = LINE) -> tuple[str, ...]:
    """A name in at most two lines of about the same length, the first of which is not broken within a word of letters."""
    if _wide(name) <= most:
        return (name,)
    half, best = _wide(name) / 2, 1
    for place in range(1, len(name)):
        inside = name[place - 1].isascii() and name[place].isascii() and name[place - 1].isalnum() and name[place].isalnum()
        opening = name[place - 1] in "（(《" or name[place] in "）)》、，"
        if not inside and not opening and abs(_wide(name[:place]) - half) <= abs(_wide(name[:best]) - half):
            best = place
    return name[:best].strip(), name[best:].strip()


def _wide(text: str) -> float:
    """Length in Chinese signs: a letter takes about half of one."""
    return sum(0.55 if sign.isascii() else 1 for sign in text)


# -- SVG -------------------------------------------------------------------------------------------------------------


def svg(drawing: Drawing, links: bool = True) -> str:
    """The drawing for a page (`links`, coloured by the page's own rules) or, with its colours inside, for paper."""
    sheet = drawing.sheet
    at = {mark.code: mark for mark in drawing.marks}
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width} {sheet.height}" class="chain-svg"'
             f' width="{sheet.width}" height="{sheet.height}">']
    for number, band in enumerate(sheet.bands):
        middle = (band.left + band.right) / 2
        shade = ' fill="#f4efe4"' if not links else ""
        ink = ' font-size="15" font-weight="700" fill="#26241f"' if not links else ""
        parts.append(f'<rect class="band band-{number % 2}" x="{band.left}" y="8" width="{band.right - band.left}"'
                     f' height="{sheet.height - 16}" rx="3"{shade}/>'
                     f'<text class="band-name" x="{middle}" y="30" text-anchor="middle"{ink}>{escape(str(words.TIERS[band.tier]))}</text>')
    line = "" if links else ' stroke="#b8ad96" stroke-width="1" fill="none"'
    for edge in drawing.chain.edges:
        one, other = at[edge.source], at[edge.target]
        bend, begin, end = (other.x - one.x) / 2, one.y - LIFTED, other.y - LIFTED
        parts.append(f'<path class="edge" d="M{one.x} {begin}C{one.x + bend:.1f} {begin} {other.x - bend:.1f} {end}'
                     f' {other.x} {end}"{line}/>')
    parts.extend(_mark(mark, links) for mark in drawing.marks)
    parts.append("</svg>")
    return "".join(parts)


def _mark(mark: Mark, links: bool) -> str:
    half = mark.size / 2
    shape = {
        MISSING: f'<path d="M0 {-half:.1f}L{half:.1f} {half * 0.8:.1f}H{-half:.1f}Z"',
        WEAK: f'<path d="M0 {-half:.1f}L{half:.1f} 0L0 {half:.1f}L{-half:.1f} 0Z"',
        PRESENT: f'<circle r="{half - 1:.1f}"', STRONG: f'<circle r="{half:.1f}"', words.UNKNOWN: f'<circle r="{half - 1:.1f}"',
    }[mark.status]
    hollow = mark.status in (PRESENT, words.UNKNOWN)
    paint = ring_paint = ink = ""
    if not links:
        colour = PRINTED[mark.status]
        paint = f' fill="{"#fffdf8" if hollow else colour}" stroke="{colour}" stroke-width="{2.6 if hollow else 1}"'
        ring_paint = ' fill="none" stroke="#26241f" stroke-width="2"'
        ink = ' font-size="12" fill="#26241f"'
    ring = f'<circle class="ring" r="{half + 4:.1f}"{ring_paint}/>' if mark.choke else ""
    lines = (*mark.lines, f"◎ {words.CHOKE}") if mark.choke else mark.lines
    text = "".join(
        f'<text x="0" y="{half + 15 + 14 * row:.1f}" text-anchor="middle"{ink}>{escape(part)}</text>'
        for row, part in enumerate(lines))
    body = f'<g class="node node-{mark.status}" transform="translate({mark.x} {mark.y - LIFTED})">{ring}{shape}{paint}/>{text}</g>'
    if not links:
        return body
    return f'<a href="{escape(mark.url)}"><title>{escape(mark.hint)}</title>{body}</a>'
