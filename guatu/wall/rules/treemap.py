"""Rectangles with areas in proportion to weights: squarified treemaps (Bruls, Huizing, van Wijk 2000).

A layout depends on weights and keys alone, never on the day, so that nothing jumps when the day moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    def inset(self, top: float, side: float) -> Box:
        """The box inside a margin; never turned inside out."""
        return Box(
            self.x + side, self.y + top, max(0.0, self.width - 2 * side), max(0.0, self.height - top - side)
        )


@dataclass(frozen=True)
class Node:
    """A part of the picture. `weight` is its own; the weights of what lies below are added to it."""

    key: str
    weight: float
    below: tuple[Node, ...] = ()

    @property
    def total(self) -> float:
        return self.weight + sum(node.total for node in self.below)


@dataclass(frozen=True)
class Sheet:
    """A node laid out. `is_frame`: it only frames the sheets below it and bears no marks of its own."""

    key: str
    box: Box
    depth: int
    is_frame: bool


@dataclass(frozen=True)
class Margins:
    """Room that a frame keeps for its title (`top`) and its border (`side`), and the gap between sheets."""

    top: float
    side: float
    gap: float


def squarify(weights: Sequence[float], box: Box) -> list[Box]:
    """Boxes that fill `box`, each with an area in proportion to its weight, in the order of the weights.

    Laid in the order given (the largest first gives the squarest). Raises ValueError for a weight that is not above 0.
    """
    if any(weight <= 0 for weight in weights):
        raise ValueError("Every weight must be above zero.")
    whole = sum(weights)
    scale = box.area / whole if whole else 0.0
    areas = [weight * scale for weight in weights]
    found: list[Box] = []
    rest, row = box, []
    for area in areas:
        side = min(rest.width, rest.height)
        if row and _worst([*row, area], side) > _worst(row, side):
            placed, rest = _lay(row, rest)
            found += placed
            row = []
        row.append(area)
    if row:
        found += _lay(row, rest)[0]
    return found


def _worst(row: list[float], side: float) -> float:
    """The most elongated of the row's boxes, as long side over short side."""
    total = sum(row)
    if side <= 0 or total <= 0:
        return float("inf")
    return max(side * side * max(row) / (total * total), total * total / (side * side * min(row)))


def _lay(row: list[float], rest: Box) -> tuple[list[Box], Box]:
    """The row along the short side of what is left, and what is left then."""
    total, placed = sum(row), []
    if rest.width >= rest.height:
        width = total / rest.height if rest.height else 0.0
        y = rest.y
        for area in row:
            height = area / width if width else 0.0
            placed.append(Box(rest.x, y, width, height))
            y += height
        return placed, Box(rest.x + width, rest.y, max(0.0, rest.width - width), rest.height)
    height = total / rest.width if rest.width else 0.0
    x = rest.x
    for area in row:
        width = area / height if height else 0.0
        placed.append(Box(x, rest.y, width, height))
        x += width
    return placed, Box(rest.x, rest.y + height, rest.width, max(0.0, rest.height - height))


def layout(tops: Sequence[Node], box: Box, margins: Margins) -> list[Sheet]:
    """Sheets of a forest, frames before what they frame.

    Sheets that lie in the same frame have areas in proportion to their total weights. A node with nodes below it
    becomes a frame; its own weight, if any, becomes a sheet of its own key inside that frame.
    """
    return _lay_out(tops, box, margins, 0)


def _lay_out(nodes: Sequence[Node], box: Box, margins: Margins, depth: int) -> list[Sheet]:
    ordered = sorted(nodes, key=lambda node: (-node.total, node.key))
    found: list[Sheet] = []
    for node, place in zip(ordered, squarify([node.total for node in ordered], box), strict=True):
        half = margins.gap / 2
        own = Box(place.x + half, place.y + half, max(0.0, place.width - margins.gap), max(0.0, place.height - margins.gap))
        if not node.below:
            found.append(Sheet(node.key, own, depth, False))
            continue
        found.append(Sheet(node.key, own, depth, True))
        inside = list(node.below)
        if node.weight > 0:
            inside.append(Node(node.key, node.weight))
        found += _lay_out(inside, own.inset(margins.top, margins.side), margins, depth + 1)
    return found
