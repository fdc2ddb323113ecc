"""The sheets of the schematic map as SVG. A zone with many projects has thousands of values, and a template looks each of
them up anew; here they are written at once. Every text and address is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from guatu.wall.pages.chart import DrawnSheet, Mark, Shares

SHARE_HEIGHT, LAMP_SCALE = 5, 4.5


def sheets(drawn: Iterable[DrawnSheet]) -> SafeString:
    return mark_safe("\n".join(map(_sheet, drawn)))


def _sheet(sheet: DrawnSheet) -> str:
    box, hint = sheet.box, escape(sheet.hint)
    looks = "zone" + " frame" * sheet.is_frame + " vacant" * (not sheet.count)
    lower = ' dy="1.15em"'
    lines = "".join(
        f'<tspan x="{sheet.title_x}"{lower if number else ""}>{escape(line)}</tspan>' for number, line in enumerate(sheet.title)
    )
    return "".join((
        f'<g class="{looks}"><rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="1.5"/>',
        f'<a href="{escape(sheet.url)}"><title>{hint}</title>'
        f'<text class="zone-name" y="{sheet.title_y}">{lines}</text></a>',
        _count(sheet, hint) if sheet.count and not sheet.is_frame else "",
        *map(_mark, sheet.marks),
        _shares(sheet, sheet.shares) if sheet.shares else "",
        "</g>",
    ))


def _count(sheet: DrawnSheet, hint: str) -> str:
    return (
        f'<a href="{escape(sheet.count_url)}"><title>{hint}</title><text class="zone-count" x="{sheet.count_x}"'
        f' y="{sheet.title_y}" data-figure="part-all" data-value="{sheet.count}">{sheet.count}</text></a>'
    )


def _mark(mark: Mark) -> str:
    looks = f"mark mark-{mark.look}" + " lit-green" * (mark.light == "green")
    behind = f'<circle class="behind" cx="{mark.batch_x}" cy="{mark.batch_y}" r="{mark.radius}"/>'
    name = f'<text class="mark-name" x="{mark.x}" y="{mark.label_y}">{escape(mark.label)}</text>'
    return (
        f'<a class="{looks}" href="{escape(mark.url)}"><title>{escape(mark.title)}</title>{behind if mark.is_batch else ""}'
        f'<use href="#k-{mark.look}" transform="translate({mark.x} {mark.y}) scale({mark.radius})"/>'
        f'{name if mark.label else ""}</a>'
    )


def _shares(sheet: DrawnSheet, shares: Shares) -> str:
    bar = (
        f'<rect class="share share-{colour}" x="{x}" y="{sheet.share_y}" width="{width}" height="{SHARE_HEIGHT}"/>'
        for colour, x, width in shares.bar
    )
    lamps = (
        f'<a class="share-lamp" href="{escape(url)}"><title>{escape(sheet.title[0])}: {count}</title>'
        f'<use class="k-{colour}" href="#k-{colour}" transform="translate({x} {sheet.lamp_y}) scale({LAMP_SCALE})"/>'
        f'<text x="{text_x}" y="{sheet.lamp_text_y}">{count}</text></a>'
        for colour, count, url, x, text_x in shares.lamps
    )
    return "".join((*bar, *lamps))
