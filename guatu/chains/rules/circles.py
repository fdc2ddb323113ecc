"""Circles among edges: what supplies itself by way of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: More are not told: whoever breaks these looks again.
MOST = 20


def circles(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Circles that share no node, at most 20, each in the direction of its edges and beginning with the node that comes
    first in `nodes`. Empty exactly when the edges run in no circle. Edges to or from other nodes are passed over."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        if source in before and target in before:
            before[target].append(source)
    order = {node: place for place, node in enumerate(before)}
    found: list[list[str]] = []
    left = _entangled(set(before), before)
    while left and len(found) < MOST:
        walk: dict[str, None] = {}
        here = min(left, key=order.__getitem__)
        while here not in walk:
            walk[here] = None
            here = next(node for node in before[here] if node in left)
        trail = list(walk)
        circle = trail[trail.index(here) :][::-1]
        first = circle.index(min(circle, key=order.__getitem__))
        found.append(circle[first:] + circle[:first])
        left = _entangled(left - set(circle), before)
    return found


def _entangled(left: set[str], before: dict[str, list[str]]) -> set[str]:
    """What remains after taking away, again and again, the nodes that nothing remaining supplies."""
    waits = {node: sum(one in left for one in before[node]) for node in left}
    after: dict[str, list[str]] = {}
    for node in left:
        for one in before[node]:
            after.setdefault(one, []).append(node)
    free = [node for node, count in waits.items() if not count]
    while free:
        node = free.pop()
        del waits[node]
        for one in after.get(node, ()):
            waits[one] -= 1
            if not waits[one]:
                free.append(one)
    return set(waits)
