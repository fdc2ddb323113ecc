"""Tags of the pages of chains: a node's status as shape and word, sentences about figures, numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from guatu.chains.pages import words
from guatu.chains.rules.standing import MISSING, PRESENT, STRONG, WEAK, Told
from guatu.enterprises.register.divisions import divisions

register = template.Library()

#: The shapes of the drawing, in a box of 16 by 16: triangle, diamond, ring, disc, dotted ring.
SHAPES = {
    MISSING: '<path d="M8 1.5 15 14H1Z" stroke-linejoin="round"/>',
    WEAK: '<path d="M8 .8 15.2 8 8 15.2.8 8Z" stroke-linejoin="round"/>',
    PRESENT: '<circle cx="8" cy="8" r="5.9" stroke-width="2.4" fill="none"/>',
    STRONG: '<circle cx="8" cy="8" r="6.8"/>',
    words.UNKNOWN: '<circle cx="8" cy="8" r="6" stroke-width="1.6" stroke-dasharray="2.4 2" fill="none"/>',
}
CHOKE = '<circle cx="8" cy="8" r="7" stroke-width="1.6" fill="none"/><circle cx="8" cy="8" r="2.6"/>'


@register.simple_tag
def node_status(code: str, choke: bool = False, word: str = "") -> str:
    """A status as shape and word, and the mark of a choke point beside it."""
    return format_html(
        '<span class="standing standing-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>{}',
        code, mark_safe(SHAPES[code]), word or words.status(code), choke_mark() if choke else "")


@register.simple_tag
def choke_mark() -> str:
    """The mark of a choke point with its word."""
    return format_html('<span class="standing choke"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
                       mark_safe(CHOKE), words.CHOKE)


@register.filter
def told(sentence: Told | None) -> str:
    """A sentence about a figure, in the reader's language."""
    return sentence.sentence(gettext) if sentence is not None else ""


@register.filter
def figure(value, places: int | None = None) -> str:
    """A number as people read it: thousands apart, rounded half up to `places`; a dash where nothing is known."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int) and places is None:
        return f"{value:,}"
    if not isinstance(value, int | Decimal):
        return str(value)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-(places or 0)), ROUND_HALF_UP)
    return f"{rounded:,}"


@register.filter
def cell(row, column):
    """A cell of the table of nodes."""
    value = row.values.get(column.name)
    return figure(value, {"quotient": 2, "critical": 1, "hhi": 0, "capital": 0, "revenue": 0}.get(column.name))


@register.filter
def cell_says(row, column) -> bool:
    """Whether a cell holds more than nothing; on a phone the others are left out."""
    return bool(row.values.get(column.name))


@register.filter
def cell_link(row, column) -> str:
    """The address of the rows that a figure counts; empty where there are none."""
    return row.links.get(column.name, "") if row.values.get(column.name) else ""


@register.filter
def wan(value) -> str:
    """Yuan in 万元."""
    return "—" if value is None else figure(Decimal(value) / 10_000, 0)


@register.filter
def percent(share) -> str:
    """A share of 0 to 1 in per cent."""
    return "—" if share is None else f"{figure(Decimal(share) * 100, 1)}%"


@register.filter
def cell_of(total: dict, column) -> str:
    """A figure of the row of sums."""
    return figure(total.get(column.name), {"revenue": 0}.get(column.name))


@register.filter
def cut_words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.filter
def region(code: str) -> str:
    """The name of a province, prefecture or county."""
    return divisions().name(code) or gettext("region unknown")
