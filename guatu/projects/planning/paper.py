"""Drawing on paper: SVG in millimetres, the scale of time with its head, and words cut to the room they have.

Where there is no colour a critical task is told by its pointed, inked bar; red is used for what is late alone.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: Names of papers: width and height in millimetres, lying.
SIZES = {"a0": (1189.0, 841.0), "a3": (420.0, 297.0), "a4": (297.0, 210.0)}
SANS = "Source Han Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans"
SERIF = "Source Han Serif SC, Noto Serif CJK SC, Songti SC, SimSun, Noto Serif"
INK, GREY, LINE, FAINT = "#26241f", "#5b564b", "#b8ad96", "#e6e0d2"
ACCENT, SOFT, RED, DONE, PAPER = "#1f5063", "#dfe9ea", "#c22f1d", "#8fae98", "#ffffff"
LIGHTS = {"red": "#c22f1d", "yellow": "#dd9a00", "green": "#2c8a4b", "done": "#56705d", "done_late": "#8a6a3a"}
#: How wide a character is at most, in its own height: Chinese ones are square.
NARROW, SQUARE = 0.58, 1.0


def room(text: str) -> float:
    """The width of a text in its own height."""
    return sum(SQUARE if unicodedata.east_asian_width(letter) in "WF" else NARROW for letter in text)


def cut(text: str, width: float, size: float) -> str:
    """The text, shortened to `width` millimetres at letters of `size`, with a mark where it was cut."""
    if room(text) * size <= width:
        return text
    kept, left = [], width / size - SQUARE
    for letter in text:
        left -= SQUARE if unicodedata.east_asian_width(letter) in "WF" else NARROW
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…" if kept else ""


@dataclass
class Sheet:
    """One page of paper; figures are rounded to a hundredth of a millimetre."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def add(self, name: str, **attributes) -> None:
        shown = (f"{key.rstrip('_').replace('_', '-')}={quoteattr(_number(value))}" for key, value in attributes.items())
        self.parts.append(f"<{name} {' '.join(shown)}/>")

    def text(self, x: float, y: float, words: str, size: float, **attributes) -> None:
        values = {"font_family": SANS, "fill": INK} | attributes
        shown = (f"{key.replace('_', '-')}={quoteattr(_number(value))}" for key, value in values.items())
        self.parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" {" ".join(shown)}>{escape(words)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, width: float = 0.15, **more) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, **more)

    def rect(self, x: float, y: float, width: float, height: float, **more) -> None:
        self.add("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), **more)

    def path(self, d: str, **more) -> None:
        self.add("path", d=d, **more)

    def light(self, colour: str, x: float, y: float, size: float) -> None:
        """The shape of a light around its middle."""
        r, paint = size / 2, LIGHTS.get(colour, GREY)
        if colour == "red":
            self.path(f"M{x:.2f} {y - r:.2f}L{x + r:.2f} {y + r * .85:.2f}H{x - r:.2f}Z", fill=paint)
        elif colour == "yellow":
            self.path(diamond(x, y, r), fill=paint)
        elif colour == "green":
            self.add("circle", cx=x, cy=y, r=r * 0.85, fill=paint)
        else:
            self.add("circle", cx=x, cy=y, r=r * 0.8, fill="none", stroke=paint, stroke_width=size * 0.14)

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(self.width)} {_number(self.height)}" '
            f'width="{_number(self.width)}mm" height="{_number(self.height)}mm">{"".join(self.parts)}</svg>')


def _number(value) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def diamond(x: float, y: float, r: float) -> str:
    return f"M{x:.2f} {y - r:.2f}L{x + r:.2f} {y:.2f}L{x:.2f} {y + r:.2f}L{x - r:.2f} {y:.2f}Z"


def pointed(x1: float, x2: float, y: float, height: float) -> str:
    """A critical bar, told by its two points."""
    tip, half = min(height * 0.42, (x2 - x1) / 3), height / 2
    return (f"M{x1 + tip:.2f} {y - half:.2f}H{x2 - tip:.2f}L{x2:.2f} {y:.2f}L{x2 - tip:.2f} {y + half:.2f}"
            f"H{x1 + tip:.2f}L{x1:.2f} {y:.2f}Z")


def bracket(x1: float, x2: float, y: float, size: float) -> str:
    """A summary over its parts."""
    leg = min(size, (x2 - x1) / 2)
    return (f"M{x1:.2f} {y - size * .7:.2f}H{x2:.2f}V{y + size * .8:.2f}L{x2 - leg:.2f} {y:.2f}"
            f"H{x1 + leg:.2f}L{x1:.2f} {y + size * .8:.2f}Z")


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Scale:
    """Days on a stretch of paper: `first` begins at `left`, `last` ends at `left + width`."""

    first: date
    last: date
    left: float
    width: float

    @property
    def per_day(self) -> float:
        return self.width / ((self.last - self.first).days + 1)

    def x(self, day: date) -> float:
        """Where the day begins."""
        return self.left + (day - self.first).days * self.per_day

    def end(self, day: date) -> float:
        return self.x(day) + self.per_day

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def scale(days: list[date], left: float, width: float) -> Scale:
    """A scale that shows all the days, with some air."""
    first, last = min(days), max(days)
    air = timedelta(days=max(3, (last - first).days // 40))
    return Scale(first - air, last + air, left, width)


def months(first: date, last: date, step: int) -> list[date]:
    """First days of every `step`th month that touch the stretch."""
    found, year, month = [], first.year, (first.month - 1) // step * step
    while True:
        day = date(year + month // 12, month % 12 + 1, 1)
        if day > last:
            return found
        found.append(day)
        month += step


def head(sheet: Sheet, axis: Scale, top: float, height: float, bottom: float, size: float) -> None:
    """Two lines of ticks over the chart, and their lines through it."""
    chinese = (get_language() or "").startswith("zh")
    month = axis.per_day * 30.4
    coarse, fine = (12, 1) if month >= size * 2.4 else (12, 3) if month * 3 >= size * 2.6 else (12, 12)
    if month >= size * 14:
        coarse, fine = 1, 0
    half = top + height / 2
    sheet.rect(axis.left, top, axis.width, height, fill="#f4efe4")
    starts = months(axis.first, axis.last, fine) if fine else [
        axis.first + timedelta(days=n) for n in range((axis.last - axis.first).days + 1)
        if (axis.first + timedelta(days=n)).weekday() == 0]
    for place, day in enumerate(starts):
        x = max(axis.left, axis.x(day))
        end = axis.x(starts[place + 1]) if place + 1 < len(starts) else axis.left + axis.width
        sheet.line(x, half, x, bottom, FAINT, 0.12)
        label = f"{day.month}/{day.day}" if not fine else _tick(day, fine, chinese)
        if end - x > room(label) * size * 0.9:
            sheet.text((x + end) / 2, half + height * 0.36, label, size * 0.9, text_anchor="middle", fill=GREY)
    years = months(axis.first, axis.last, coarse)
    for place, day in enumerate(years):
        x = max(axis.left, axis.x(day))
        end = axis.x(years[place + 1]) if place + 1 < len(years) else axis.left + axis.width
        sheet.line(x, top, x, bottom, LINE, 0.2)
        label = (f"{day.year}年" if chinese else str(day.year)) if coarse == 12 else (
            f"{day.year}年{day.month}月" if chinese else day.strftime("%b %Y"))
        if end - x > room(label) * size + 2:
            sheet.text(x + size * 0.5, top + height * 0.37, label, size, font_weight="bold")
    sheet.line(axis.left, half, axis.left + axis.width, half, LINE, 0.15)


def _tick(day: date, step: int, chinese: bool) -> str:
    if step == 1:
        return f"{day.month}月" if chinese else day.strftime("%b")
    if step == 3:
        return f"{(day.month - 1) // 3 + 1}季度" if chinese else f"Q{(day.month - 1) // 3 + 1}"
    return ""


def flag(sheet: Sheet, axis: Scale, day: date, label: str, top: float, bottom: float, size: float, paint: str, end: bool) -> None:
    """A line through the chart with its word over the head; `end` puts it behind the day."""
    x = axis.end(day) if end else axis.x(day)
    wide = room(label) * size + size
    left = x - wide if x + wide > axis.left + axis.width else x
    sheet.line(x, top, x, bottom, paint, 0.4, **({"stroke_dasharray": "2 1"} if end else {}))
    sheet.rect(left, top - size * 1.5, wide, size * 1.5, fill=paint)
    sheet.text(left + wide / 2, top - size * 0.42, label, size, fill=PAPER, text_anchor="middle")


def title(sheet: Sheet, words: str, lines: list[str], margin: float, size: float, page: int, pages: int) -> None:
    """The heading at the top left, and the number of the page."""
    sheet.text(margin, margin + size, words, size, font_family=SERIF, font_weight="bold")
    x = margin
    for line in lines:
        sheet.text(x, margin + size * 1.72, line, size * 0.46, fill=GREY)
        x += room(line) * size * 0.46 + size
    if pages > 1:
        words = _("page %(page)s of %(pages)s") % {"page": page, "pages": pages}
        sheet.text(sheet.width - margin, margin + size * 1.72, words, size * 0.4, text_anchor="end", fill=GREY)
