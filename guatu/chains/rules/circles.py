"""Circles among edges: what supplies itself by way of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def circles(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Circles that share no node, each in the direction of its edges and beginning with the node that comes first in
    `nodes`. Empty exactly when the edges run in no circle. Edges to or from other nodes are passed over."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        if source in before and target in before:
            before[target].append(source)
    order = {node: place for place, node in enumerate(before)}
    found = []
    left = _entangled(set(before), before)
    while left:
        walk: list[str] = []
        here = min(left, key=order.__getitem__)
        while here not in walk:
            walk.append(here)
            here = next(node for node in before[here] if node in left)
        circle = walk[walk.index(here) :][::-1]
        first = circle.index(min(circle, key=order.__getitem__))
        found.append(circle[first:] + circle[:first])
        left = _entangled(left - set(circle), before)
    return found


def _entangled(left: set[str], before: dict[str, list[str]]) -> set[str]:
    """What remains after taking away, again and again, the nodes that nothing remaining supplies."""
    left = set(left)
    while free := {node for node in left if not any(one in left for one in before[node])}:
        left -= free
    return left
