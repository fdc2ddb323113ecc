"""A chain as a web of uses: at which distance each node is used by which others, and how many paths run through it.

A path leads from a node that nothing supplies to a node that supplies nothing. Services and general nodes are left out
of paths: a service stands beside the flow, and a general node is no link of its own. Two edges between the same nodes
are one way. Numbers are exact; a chain of 300 nodes may have more paths than fit in 64 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from guatu.chains.rules.graph import Chain, Node
from guatu.chains.rules.standing import Told

#: How the name of a node ends that takes what scopes say too generally.
GENERAL = ("（综合）", "(综合)")


@dataclass(frozen=True)
class Web:
    """`uses`: by node, the nodes it supplies in one step or more, with the fewest steps. `aside`: nodes that are not
    ranked, with the reason."""

    uses: Mapping[str, Mapping[str, int]]
    paths: Mapping[str, int]
    all_paths: int
    aside: Mapping[str, Told]


def aside(node: Node) -> Told | None:
    """Why a node is shown but never ranked as a gap; None when it is ranked."""
    if node.tier == "service":
        return Told("aside_service")
    return Told("aside_general") if node.name.endswith(GENERAL) else None


@lru_cache(maxsize=64)
def web(chain: Chain) -> Web:
    """Counts a chain's paths and distances; the chain has no circle (`read_chain` refuses one)."""
    stands_aside = {node.code: why for node in chain.nodes if (why := aside(node))}
    every = _after(chain, {node.code for node in chain.nodes})
    ranked = _after(chain, {node.code for node in chain.nodes if node.code not in stands_aside})
    order = _order(ranked)
    before: dict[str, list[str]] = {code: [] for code in ranked}
    for code, others in ranked.items():
        for other in others:
            before[other].append(code)
    to_end: dict[str, int] = {}
    for code in reversed(order):
        to_end[code] = sum(to_end[other] for other in ranked[code]) or 1
    from_start: dict[str, int] = {}
    for code in order:
        from_start[code] = sum(from_start[other] for other in before[code]) or 1
    paths = {node.code: from_start[node.code] * to_end[node.code] if node.code in ranked else 0 for node in chain.nodes}
    return Web(
        {code: _distances(every, code) for code in every},
        paths,
        sum(to_end[code] for code in order if not before[code]),
        stands_aside,
    )


def _after(chain: Chain, codes: set[str]) -> dict[str, list[str]]:
    """The nodes that each node supplies, each once, in the chain's order."""
    after: dict[str, dict[str, None]] = {node.code: {} for node in chain.nodes if node.code in codes}
    for edge in chain.edges:
        if edge.source in codes and edge.target in codes:
            after[edge.source][edge.target] = None
    return {code: list(others) for code, others in after.items()}


def _order(after: dict[str, list[str]]) -> list[str]:
    """Each node before those it supplies."""
    waits = {code: 0 for code in after}
    for others in after.values():
        for other in others:
            waits[other] += 1
    ready = [code for code, count in waits.items() if not count]
    for code in ready:  # grows while it is walked
        for other in after[code]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return ready


def _distances(after: dict[str, list[str]], start: str) -> dict[str, int]:
    found: dict[str, int] = {}
    step, edge = 0, [start]
    while edge:
        step += 1
        edge = [other for code in edge for other in after[code] if other not in found and not found.update({other: step})]
    return found
