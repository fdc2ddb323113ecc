"""What differs between two editions of a chain 版本差异, and a chain as the data that its file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guatu.chains.rules.graph import Chain, Edge, Node

_FIELDS = ("name", "tier", "why")


@dataclass(frozen=True)
class Moved:
    """A field with its value before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Words:
    """Words that came and went; `reordered`: the same words in another order, of which the first is the standard one."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reordered: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.reordered)


@dataclass(frozen=True)
class NodeMoved:
    """A node that stands in both editions and differs; `name` as in the later one."""

    code: str
    name: str
    fields: tuple[Moved, ...]
    terms: Words
    excludes: Words
    industry_codes: Words

    @property
    def moves_mapping(self) -> bool:
        """Whether a text may be found at the node by one edition and not by the other."""
        return bool(self.terms.added or self.terms.removed or self.excludes.added or self.excludes.removed)


@dataclass(frozen=True)
class EdgeMoved:
    """One edge between two nodes, of another kind than before."""

    source: str
    target: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """From one edition to another, in the order of the edition in which each thing stands. The day from which an edition
    counts is no difference."""

    fields: tuple[Moved, ...]
    nodes_added: tuple[Node, ...]
    nodes_removed: tuple[Node, ...]
    nodes_changed: tuple[NodeMoved, ...]
    edges_added: tuple[Edge, ...]
    edges_removed: tuple[Edge, ...]
    edges_changed: tuple[EdgeMoved, ...]

    @property
    def is_empty(self) -> bool:
        return not any((
            self.fields, self.nodes_added, self.nodes_removed, self.nodes_changed, self.edges_added, self.edges_removed,
            self.edges_changed))

    @property
    def terms_added(self) -> int:
        """Terms that came, those of new nodes too."""
        return sum(len(node.terms) for node in self.nodes_added) + sum(len(node.terms.added) for node in self.nodes_changed)

    @property
    def terms_removed(self) -> int:
        return (sum(len(node.terms) for node in self.nodes_removed)
                + sum(len(node.terms.removed) for node in self.nodes_changed))

    @property
    def moved_nodes(self) -> tuple[str, ...]:
        """Codes of nodes of the later edition of which a mapping made by the earlier one says nothing sure."""
        return (*(node.code for node in self.nodes_changed if node.moves_mapping), *(node.code for node in self.nodes_added))


def difference(old: Chain, new: Chain) -> Difference:
    """What must be done to `old` to have `new`. Nodes are the same by their code, edges by both ends and kind."""
    before = {node.code: node for node in old.nodes}
    after = {node.code: node for node in new.nodes}
    changed = [_moved(before[code], node) for code, node in after.items() if code in before and before[code] != node]
    added = [edge for edge in new.edges if edge not in set(old.edges)]
    removed = [edge for edge in old.edges if edge not in set(new.edges)]
    turned = []
    for edge in list(added):
        same = [one for one in removed if (one.source, one.target) == (edge.source, edge.target)]
        others = [one for one in added if (one.source, one.target) == (edge.source, edge.target)]
        if len(same) == len(others) == 1:
            turned.append(EdgeMoved(edge.source, edge.target, same[0].kind, edge.kind))
            added.remove(edge)
            removed.remove(same[0])
    return Difference(
        tuple(Moved(field, getattr(old, field), getattr(new, field)) for field in ("name", "source")
              if getattr(old, field) != getattr(new, field)),
        tuple(node for code, node in after.items() if code not in before),
        tuple(node for code, node in before.items() if code not in after),
        tuple(changed), tuple(added), tuple(removed), tuple(turned),
    )


def _moved(old: Node, new: Node) -> NodeMoved:
    return NodeMoved(
        new.code, new.name,
        tuple(Moved(field, getattr(old, field), getattr(new, field)) for field in _FIELDS
              if getattr(old, field) != getattr(new, field)),
        _words(old.terms, new.terms), _words(old.excludes, new.excludes), _words(old.industry_codes, new.industry_codes),
    )


def _words(old: tuple[str, ...], new: tuple[str, ...]) -> Words:
    added, removed = tuple(word for word in new if word not in old), tuple(word for word in old if word not in new)
    return Words(added, removed, not added and not removed and old != new)


def as_data(chain: Chain) -> dict[str, Any]:
    """The chain as the fields of its file; `read_chain` makes the same chain of it again."""
    supplies: dict[str, list[dict[str, str]]] = {}
    for edge in chain.edges:
        supplies.setdefault(edge.source, []).append({"to": edge.target, "kind": edge.kind})
    nodes = []
    for node in chain.nodes:
        row: dict[str, Any] = {
            "code": node.code, "name": node.name, "tier": node.tier, "why": node.why, "terms": list(node.terms)}
        row |= {"excludes": list(node.excludes)} if node.excludes else {}
        row |= {"industry_codes": list(node.industry_codes)} if node.industry_codes else {}
        row |= {"supplies": supplies[node.code]} if node.code in supplies else {}
        nodes.append(row)
    return {"code": chain.code, "name": chain.name, "edition": chain.edition.isoformat(), "source": chain.source,
            "nodes": nodes}
