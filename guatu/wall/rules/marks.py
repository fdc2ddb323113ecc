"""Where a zone's marks lie on its sheet, how large they are, and what their shape says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from guatu.wall.rules.treemap import Box

#: Classes of planned investment in yuan, from the smallest: up to which amount (not included), and the radius of the
#: mark in tenths of the distance between marks. They are a way of drawing, not a rule of anybody's.
YI = Decimal(100_000_000)
CLASSES: tuple[tuple[str, Decimal | None, float], ...] = (
    ("under_1", YI, 1.7),
    ("under_10", 10 * YI, 2.3),
    ("under_50", 50 * YI, 3.0),
    ("over_50", None, 3.8),
)
UNKNOWN_RADIUS = 1.7
GHOST_RADIUS = 0.55
URGENCY = ("red", "yellow", "green", "done_late", "done")


def investment_class(yuan: Decimal | None) -> str:
    """The code of the class an amount falls into; "unknown" without an amount."""
    if yuan is None:
        return "unknown"
    return next(code for code, below, _radius in CLASSES if below is None or yuan < below)


def radius(code: str) -> float:
    """In tenths of the distance between marks."""
    return next((size for name, _below, size in CLASSES if name == code), UNKNOWN_RADIUS)


def worst(colours: Iterable[str]) -> str:
    """The colour that needs looking at first; "" of nothing."""
    found = set(colours)
    return next((colour for colour in URGENCY if colour in found), "")


@dataclass(frozen=True)
class Grid:
    """The places of one sheet: `columns` × `rows`, `dx` and `dy` apart, the first around (x, y)."""

    x: float
    y: float
    dx: float
    dy: float
    columns: int
    rows: int

    def place(self, number: int) -> tuple[float, float]:
        """The middle of a place, counted from 0 line by line."""
        row, column = divmod(number, self.columns)
        return self.x + column * self.dx, self.y + row * self.dy


#: Marks may stand this much further apart than the distance they need, to fill a sheet evenly.
LOOSE = 1.35
#: A line of marks with names under it is this much higher than wide.
TALL = 1.18


#: The smallest sheets need not fit: the distance between marks is the largest at which this share of the places does.
ROOMY = 0.9


def pitch(sheets: Mapping[str, Box], places: Mapping[str, int], most: float, least: float = 4.0) -> float:
    """The largest distance between marks, of at most `most`, at which nearly every place has room on its sheet."""
    low, high = least, most
    if _fits(sheets, places, high):
        return high
    for _step in range(24):
        middle = (low + high) / 2
        if _fits(sheets, places, middle):
            low = middle
        else:
            high = middle
    return low


def capacity(box: Box, distance: float) -> int:
    return floor(box.width / distance) * floor(box.height / (distance * TALL))


def _fits(sheets: Mapping[str, Box], places: Mapping[str, int], distance: float) -> bool:
    wanted = sum(places.get(key, 0) for key in sheets)
    room = sum(places.get(key, 0) for key, box in sheets.items() if capacity(box, distance) >= places.get(key, 0))
    return room >= ROOMY * wanted


def grid(box: Box, count: int, distance: float) -> Grid:
    """The places for `count` marks on a sheet, spread a little to fill it; closer together where it has less room."""
    own = distance
    while capacity(box, own) < count and own > 1:
        own *= 0.96
    most_columns, most_rows = max(1, floor(box.width / own)), max(1, floor(box.height / (own * TALL)))
    # Of the grids that hold all marks, the one whose lines fill the sheet most evenly.
    columns = min(
        (columns for columns in range(1, most_columns + 1) if -(-count // columns) <= most_rows),
        key=lambda columns: (abs(box.width / columns - box.height / -(-count // columns) / TALL), columns),
        default=most_columns,
    )
    rows = -(-count // columns)
    dx, dy = min(box.width / columns, distance * LOOSE), min(box.height / rows, distance * TALL * LOOSE)
    return Grid(box.x + dx / 2, box.y + dy / 2, dx, dy, columns, rows)


def wide(text: str, size: float) -> float:
    """About how wide a text is at a font size: a Chinese character is one size wide, a Latin one a little over half."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.58 for letter in text)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines at most `room` wide, broken at spaces where there are any; the second line is cut to fit."""
    if wide(text, size) <= room:
        return [text]
    first = ""
    for letter in text:
        if wide(first + letter, size) > room:
            break
        first += letter
    if " " in first and " " not in text[len(first):len(first) + 1]:
        first = first[: first.rindex(" ")]
    rest = text[len(first):].strip()
    return [first.strip(), fitted(rest, room, size)] if first and rest else [fitted(text, room, size)]


def fitted(text: str, room: float, size: float) -> str:
    """`text` cut so that it is about `room` wide at font size `size`."""
    if wide(text, size) <= room:
        return text
    kept = text[:1]
    for letter in text[1:]:
        if wide(kept + letter + "…", size) > room + size * 0.5:
            break
        kept += letter
    return kept.rstrip("（(· ") + "…"
