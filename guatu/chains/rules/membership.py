"""Which chains a firm belongs to that says what its main business is: not each product it also makes puts it on a chain.

A share of each field is given to each chain, by the place of its products in the list and the weight of their nodes and
roles; the shares make a score, and a threshold decides. The numbers stand in `mapping.yaml` under `membership`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guatu.chains.rules.mapping import Found

Nodes = dict[tuple[str, str], str]


def scores(name: str, found: Iterable[Found], tiers: Nodes, rules: dict) -> dict[str, float]:
    """Per chain the score, 0 to about 1, of a firm of which these terms were found. `tiers` is (chain, node) -> tier."""
    best: dict[tuple[str, str], dict[int, float]] = {}  # (chain, field) -> item -> weight
    items: dict[str, int] = {}
    named: set[str] = set()
    for one in found:
        weight = rules["roles"][one.role] * (
            node_weight(one.chain, one.node, tiers, rules) if one.known else rules["compound"])
        if one.field == "name":
            named |= {one.chain} if weight else set()
        elif one.field in rules["fields"]:
            items[one.field] = one.items
            of = best.setdefault((one.chain, one.field), {})
            of[one.item] = max(of.get(one.item, 0.0), weight)
    told = sum(part for field, part in rules["fields"].items() if field in items) or 1.0
    result = dict.fromkeys(named, rules["named"])
    for (chain, field), weights in best.items():
        places = [1 / (1 + rules["fade"] * place) for place in range(items[field])]
        share = sum(weight * places[item] for item, weight in weights.items()) / sum(places)
        result[chain] = result.get(chain, 0.0) + share * rules["fields"][field] / told
    for chain in result:
        if result[chain] and any(word in name for word in (rules["chains"].get(chain) or {}).get("names", ())):
            result[chain] += rules["name"]
    return result


def node_weight(chain: str, node: str, tiers: Nodes, rules: dict) -> float:
    """What a product of the node says of belonging to the chain, 0 to 1: its own number, else that of its tier."""
    own = rules["chains"].get(chain) or {}
    tier = tiers[chain, node]
    return own.get("nodes", {}).get(node, own.get("tiers", {}).get(tier, rules["tiers"][tier]))


def members(name: str, found: Iterable[Found], tiers: Nodes, rules: dict) -> set[str] | None:
    """The chains whose threshold is reached; None where no field says what the firm's main business is."""
    found = list(found)
    if not any(one.field in rules["fields"] for one in found):
        return None
    return {
        chain
        for chain, score in scores(name, found, tiers, rules).items()
        if score >= (rules["chains"].get(chain) or {}).get("threshold", rules["threshold"])
    }
