"""Two panoramas of one chain side by side."""

from __future__ import annotations

from guatu.chains.rules.standing import Comparison, NodeChange, Panorama


def compared(first: Panorama, second: Panorama) -> Comparison:
    """Every node of the second panorama, in its order. Both are of the same chain; a node that stands in one of two editions
    only cannot be compared and is left out."""
    ranks = [{gap.node: gap.rank for gap in one.gaps} for one in (first, second)]
    before = {node.code: node for node in first.nodes}
    changes = []
    for after in second.nodes:
        if after.code not in before:
            continue
        pair = before[after.code], after
        changes.append(NodeChange(
            after.code, after.name,
            status=_pair(pair, lambda node: node.status),
            makers=_pair(pair, lambda node: node.makers.here),
            developers=_pair(pair, lambda node: node.developers.here),
            sellers=_pair(pair, lambda node: node.sellers.here),
            servers=_pair(pair, lambda node: node.servers.here),
            capital_cny=_pair(pair, lambda node: node.capital_cny.value),
            location_quotient=_pair(pair, lambda node: node.location_quotient.value),
            rank=(ranks[0].get(after.code), ranks[1].get(after.code)),
        ))
    return Comparison(first, second, tuple(changes))


def _pair(pair, read):
    return read(pair[0]), read(pair[1])
