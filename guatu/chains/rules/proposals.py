"""What a graph of products proposes for a chain: new terms of its nodes, new nodes, new edges, each with its evidence.

A graph is pairs of products: what goes into what, what is a kind of what, what is made of what. A product is a node of the
chain when it ends with a term or the name of the node, for the head of a Chinese compound stands last: TFT偏光片 is a
polariser, 偏光片贴附机 is none. A person accepts or rejects; nothing here changes a chain by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from guatu.chains.rules import editing
from guatu.chains.rules.graph import DIVIDED, LONGEST_TERM, Chain, folded, turns_back

TERM, NODE, EDGE = "term", "node", "edge"
UPSTREAM, SUBTYPE, DOWNSTREAM = "upstream_material", "subtype", "downstream_product"
RELATIONS = (UPSTREAM, SUBTYPE, DOWNSTREAM)
#: Rows told of a proposal; all are counted.
MOST_ROWS = 5
SHORTEST = 2

_BEFORE = {"midstream": "upstream", "downstream": "midstream"}
_AFTER = {"upstream": "midstream"}


@dataclass(frozen=True)
class Relation:
    """One row of a graph: `kind` is upstream_material (`other` goes into `product`), subtype (`other` is a kind of
    `product`) or downstream_product (`other` is made of `product`); `where` names the row."""

    kind: str
    product: str
    other: str
    where: str


@dataclass(frozen=True)
class Proposal:
    """One thing to accept or reject.

    A term: `word` for `node`. A node: `word` in `tier`, joined to `node` by `edge`, where the word stands for the new node.
    An edge: between two nodes of the chain; `fault` is tier_cycle where it would lead back. `said` rows of the graph say
    so, `rows` names the first of them and `told` what they say; `sellers` firms report the product.
    """

    kind: str
    word: str
    node: str
    tier: str = ""
    edge: tuple[str, str, str] = ("", "", "")
    said: int = 0
    rows: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    sellers: int = 0
    fault: str = ""

    @property
    def mark(self) -> str:
        """The same for the same proposal, whatever says so."""
        if self.kind == TERM:
            return f"{TERM}:{self.node}:{folded(self.word)}"
        if self.kind == EDGE:
            return ":".join((EDGE, *self.edge))
        return ":".join((NODE, *(end if end == self.node else folded(end) for end in self.edge[:2]), self.edge[2]))


@dataclass(frozen=True)
class Found:
    """The proposals, the most often said first. Of `relations` rows `used` touch the chain; `known_terms` words and
    `known_edges` edges are in the chain already; `unfit` rows hold a word that could be no term."""

    proposed: tuple[Proposal, ...]
    relations: int
    used: int
    known_terms: int
    known_edges: int
    unfit: int


@dataclass
class _Gathered:
    word: str
    node: str
    tier: str = ""
    edge: tuple[str, str, str] = ("", "", "")
    fault: str = ""
    said: int = 0
    rows: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


class Known:
    """Which node of a chain a product is; each product is looked up once."""

    def __init__(self, chain: Chain):
        self._words: dict[str, str] = {}
        for node in chain.nodes:
            for term in node.terms:
                self._words.setdefault(folded(term), node.code)
        for node in chain.nodes:
            self._words.setdefault(folded(node.name), node.code)
        self._words.pop("", None)
        self._terms = {node.code: [folded(term) for term in node.terms] for node in chain.nodes}
        self._excludes = {node.code: [folded(word) for word in node.excludes] for node in chain.nodes}
        self._longest = max(map(len, self._words), default=0)
        self._found: dict[str, str | None] = {}

    def __call__(self, product: str) -> str | None:
        if product not in self._found:
            self._found[product] = self._look(folded(product))
        return self._found[product]

    def holds(self, node: str, word: str) -> bool:
        """Whether a text with this word is found at the node by its terms already."""
        text = folded(word)
        return any(term in text for term in self._terms[node]) and not any(one in text for one in self._excludes[node])

    def _look(self, text: str) -> str | None:
        for begin in range(max(len(text) - self._longest, 0), len(text)):  # the longest word first
            node = self._words.get(text[begin:])
            if node is not None and not any(word in text for word in self._excludes[node]):
                return node
        return None


def known_node(chain: Chain, product: str) -> str | None:
    """The code of the node that a product is, or None."""
    return Known(chain)(product)


def proposals(chain: Chain, relations: Iterable[Relation], sellers: Mapping[str, Set[str]] | None = None) -> Found:
    """What the rows propose for the chain. `sellers` are firms by the product that they report."""
    return _Proposer(chain).read(relations, {folded(word): firms for word, firms in (sellers or {}).items()})


class _Proposer:
    def __init__(self, chain: Chain):
        self.known = Known(chain)
        self.tiers = {node.code: node.tier for node in chain.nodes}
        self.names = {node.code: node.name for node in chain.nodes}
        self.pairs = {(edge.source, edge.target) for edge in chain.edges}
        self.gathered: dict[tuple, _Gathered] = {}
        self.known_terms: set[str] = set()
        self.known_edges: set[tuple[str, str]] = set()
        self.unfit = 0

    def read(self, relations: Iterable[Relation], sellers: Mapping[str, Set[str]]) -> Found:
        rows = used = 0
        for relation in relations:
            rows += 1
            used += self.take(relation)
        found = [
            Proposal(key[0], one.word, one.node, one.tier, one.edge, one.said, tuple(one.rows), tuple(one.told),
                     0 if key[0] == EDGE else len(sellers.get(folded(one.word), ())), one.fault)
            for key, one in self.gathered.items()]
        found.sort(key=lambda one: (-one.said, -one.sellers))  # in the order of the rows where these are the same
        return Found(tuple(found), rows, used, len(self.known_terms), len(self.known_edges), self.unfit)

    def take(self, relation: Relation) -> bool:
        """Whether the row touches the chain."""
        one, other = self.known(relation.product), self.known(relation.other)
        if relation.kind == SUBTYPE:
            return self.subtype(relation, one, other)
        source, target, kind = (other, one, "material") if relation.kind == UPSTREAM else (one, other, "product")
        first, second = ((relation.other, relation.product) if relation.kind == UPSTREAM
                         else (relation.product, relation.other))
        told = f"{first.strip()} → {second.strip()}"
        if source and target:
            return self.edge(relation, source, target, kind, told)
        if source is None and target is None:
            return False
        if source is None and relation.kind == UPSTREAM and self.fits(relation.other):
            word = relation.other.strip()
            self.gather((NODE, folded(word), target, kind), relation, told, word, target,
                        _BEFORE.get(self.tiers[target], "upstream"), (word, target, kind))
        elif target is None and relation.kind == DOWNSTREAM and self.fits(relation.other):
            word = relation.other.strip()
            self.gather((NODE, source, folded(word), kind), relation, told, word, source,
                        _AFTER.get(self.tiers[source], "downstream"), (source, word, kind))
        return True

    def subtype(self, relation: Relation, one: str | None, other: str | None) -> bool:
        if one is None or (other is not None and other != one):
            return False
        word = relation.other.strip()
        if other == one or self.known.holds(one, word):
            self.known_terms.add(folded(word))
        elif self.fits(word):
            self.gather((TERM, one, folded(word)), relation, f"{relation.product.strip()} ⊃ {word}", word, one)
        return True

    def edge(self, relation: Relation, source: str, target: str, kind: str, told: str) -> bool:
        if source == target:
            return False
        if (source, target) in self.pairs:
            self.known_edges.add((source, target))
            return True
        back = turns_back(self.tiers[source], self.tiers[target])
        self.gather((EDGE, source, target, kind), relation, told, f"{self.names[source]} → {self.names[target]}", target,
                    "", (source, target, kind), "tier_cycle" if back else "")
        return True

    def fits(self, word: str) -> bool:
        """Whether a word could be a term; counts those that could not."""
        plain = folded(word)
        fits = (len(plain) >= SHORTEST and len(word.strip()) <= LONGEST_TERM and word.strip().isprintable()
                and not DIVIDED.search(plain))
        self.unfit += not fits
        return fits

    def gather(self, key: tuple, relation: Relation, told: str, word: str, node: str, tier: str = "",
               edge: tuple[str, str, str] = ("", "", ""), fault: str = "") -> None:
        one = self.gathered.setdefault(key, _Gathered(word, node, tier, edge, fault))
        one.said += 1
        if len(one.rows) < MOST_ROWS:
            one.rows.append(relation.where)
            one.told.append(told)


def applied(data: editing.Data, proposal: Proposal) -> editing.Data:
    """A draft's data with an accepted proposal; the same data where it holds it already. Raises KeyError where its node
    has left the draft. A new node is called by its word; its reason is to be written by a person."""
    if proposal.kind == TERM:
        return editing.add_terms(data, proposal.node, [proposal.word])
    source, target, kind = proposal.edge
    if proposal.kind == NODE:
        editing.node_of(data, proposal.node)
        data, code = _with_node(data, proposal)
        source, target = (code, target) if target == proposal.node else (source, code)
    if source == target or {"to": target, "kind": kind} in editing.node_of(data, source).get("supplies", []):
        return data
    editing.node_of(data, target)
    return editing.add_edge(data, source, target, kind)


def _with_node(data: editing.Data, proposal: Proposal) -> tuple[editing.Data, str]:
    """With the proposal's node, and its code; a node that has the word already is taken instead."""
    for node in data["nodes"]:
        if folded(proposal.word) in map(folded, node["terms"]):
            return data, node["code"]
    taken = {node["code"] for node in data["nodes"]}
    code = next(code for n in range(1, len(taken) + 2) if (code := f"new{n}") not in taken)
    return editing.add_node(data, {
        "code": code, "name": proposal.word, "tier": proposal.tier, "why": editing.node_of(data, proposal.node)["name"],
        "terms": [proposal.word]}), code
