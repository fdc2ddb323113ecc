"""A difference between two editions in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guatu.chains.pages import words
from guatu.chains.rules.editions import Difference, NodeMoved, Words
from guatu.chains.rules.graph import Chain, Edge, Node

#: Signs before what came, went and changed; each stands beside its word.
CAME, WENT, MOVED = "+", "−", "~"


@dataclass(frozen=True)
class Line:
    """What one line tells: sign, what it is about, and the words that came and went in it."""

    sign: str
    name: str
    details: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True)
class Block:
    """Lines under one heading, with how many things of each sign it counts."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> str:
        counted = ((sign, sum(line.sign == sign for line in self.lines)) for sign in (CAME, WENT, MOVED))
        return " ".join(f"{sign}{n}" for sign, n in counted if n)


def blocks(moved: Difference, old: Chain | None, new: Chain) -> list[Block]:
    """The difference by headings, empty ones left out. `old` and `new` name the ends of edges."""
    names = {node.code: node.name for chain in (old, new) if chain is not None for node in chain.nodes}
    nodes = [
        *(Line(CAME, node.name, _of_node(node), node.code) for node in moved.nodes_added),
        *(Line(WENT, node.name, (), node.code) for node in moved.nodes_removed),
        *(Line(MOVED, node.name, _of_moved(node), node.code) for node in moved.nodes_changed),
    ]
    edges = [
        *(Line(CAME, _edge(edge, names), ()) for edge in moved.edges_added),
        *(Line(WENT, _edge(edge, names), ()) for edge in moved.edges_removed),
        *(Line(MOVED, f"{names.get(edge.source, edge.source)} → {names.get(edge.target, edge.target)}", (
            f"{words.KINDS.get(edge.before, edge.before)} → {words.KINDS.get(edge.after, edge.after)}",))
          for edge in moved.edges_changed),
    ]
    fields = [Line(MOVED, str(_fields()[one.field]), (f"{one.before} → {one.after}",)) for one in moved.fields]
    return [block for block in (
        Block(_("The chain itself"), tuple(fields)), Block(_("Nodes"), tuple(nodes)), Block(_("Supply edges"), tuple(edges)),
    ) if block.lines]


def figures(moved: Difference) -> list[tuple[str, str]]:
    """What moved in numbers: words and figure."""
    return [
        (_("nodes"), _signed(len(moved.nodes_added), len(moved.nodes_removed), len(moved.nodes_changed))),
        (_("terms"), _signed(moved.terms_added, moved.terms_removed)),
        (_("supply edges"), _signed(len(moved.edges_added), len(moved.edges_removed), len(moved.edges_changed))),
    ]


def _signed(*counts: int) -> str:
    return " ".join(f"{sign}{n}" for sign, n in zip((CAME, WENT, MOVED), counts, strict=False) if n) or "0"


def _fields() -> dict[str, str]:
    return {"name": _("name"), "tier": _("tier"), "why": _("why it matters"), "source": _("where the structure comes from")}


def _of_node(node: Node) -> tuple[str, ...]:
    return str(words.TIERS.get(node.tier, node.tier)), _("terms: %s") % _("; ").join(node.terms), node.why


def _of_moved(node: NodeMoved) -> tuple[str, ...]:
    told = []
    for one in node.fields:
        pair = (one.before, one.after) if one.field != "tier" else tuple(
            str(words.TIERS.get(tier, tier)) for tier in (one.before, one.after))
        told.append(f"{_fields()[one.field]}: {pair[0]} → {pair[1]}")
    for label, said in ((_("terms"), node.terms), (_("exclusions"), node.excludes), (_("industry codes"), node.industry_codes)):
        if not said.is_empty:
            told.append(f"{label}: {_of_words(said)}")
    return tuple(told)


def _of_words(said: Words) -> str:
    if said.reordered:
        return _("in another order")
    return " ".join([*(f"{CAME}{word}" for word in said.added), *(f"{WENT}{word}" for word in said.removed)])


def _edge(edge: Edge, names: dict[str, str]) -> str:
    return (f"{names.get(edge.source, edge.source)} → {names.get(edge.target, edge.target)} "
            f"({words.KINDS.get(edge.kind, edge.kind)})")
