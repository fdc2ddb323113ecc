"""A chain as a graph: nodes in tiers, typed supply edges from what supplies to what uses, terms by which texts are known.

`read_chain` makes a Chain of what a YAML file holds and refuses with every problem found (`problems.py`). A term is
plain text: no character of it means anything but itself.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guatu.chains.rules.circles import circles
from guatu.chains.rules.problems import BadChain, Problem, shown
from guatu.kernel.rules.refusals import gettext_noop, quote

#: In the order in which things flow; services stand beside this order.
TIERS = ("upstream", "midstream", "downstream", "service")
KINDS = ("material", "component", "equipment", "process", "service", "product")
LONGEST_TERM = 40
LONGEST_TEXT = 500

_CHAIN_FIELDS = ("code", "name", "edition", "source", "nodes")
_NODE_FIELDS = ("code", "name", "tier", "why", "terms", "excludes", "industry_codes", "supplies")
_EDGE_FIELDS = ("to", "kind")
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_INDUSTRY_CODE = re.compile(r"[0-9]{2,4}")
DIVIDED = re.compile(r"[。;]|(?<![0-9])[、,]|[、,](?![0-9])")  # 1,4-丁二醇 is one term
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

WANTED = {
    "code": gettext_noop("a code of small letters, digits and _ that begins with a letter, at most 60 characters"),
    "text": gettext_noop("a text in quotes or without, on one line"),
    "day": gettext_noop("a day like 2023-03-01"),
    "list": gettext_noop("a list"),
    "texts": gettext_noop("a list of texts"),
    "industry": gettext_noop("classes of GB/T 4754 in quotes, of two to four digits, like \"3974\""),
    "tier": gettext_noop("upstream, midstream, downstream or service"),
    "kind": gettext_noop("material, component, equipment, process, service or product"),
}


@dataclass(frozen=True)
class Node:
    """One link of a chain 环节. `terms` are the words by which a text is known to be about it, `excludes` longer words in
    which a term does not count, `industry_codes` classes of GB/T 4754-2017."""

    code: str
    name: str
    tier: str
    why: str
    terms: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    industry_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """`source` supplies `target` (codes of nodes) with something of this kind."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True)
class Chain:
    """A chain in one edition, which counts from the day `edition`; `source` says where its structure comes from."""

    code: str
    name: str
    edition: date
    source: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, code: str) -> Node:
        """Raises KeyError."""
        for node in self.nodes:
            if node.code == code:
                return node
        raise KeyError(code)


def folded(term: str) -> str:
    """A term as it is compared: full-width signs and capital letters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", term).lower().split())


def read_chain(data: Any, name: str) -> Chain:
    """The chain that a file's data describe; `name` is what the file is called, for sentences where it has no code.

    Raises BadChain with every problem of the file.
    """
    reader = _Reader(data, name)
    chain = reader.read()
    if reader.problems:
        raise BadChain(reader.problems)
    return chain


def inspected(data: Any, name: str) -> tuple[Chain | None, tuple[Problem, ...]]:
    """The chain as far as the data can be read, and everything wrong with them; None where they are no chain at all."""
    reader = _Reader(data, name)
    return reader.read(), tuple(reader.problems)


class _Reader:
    """Reads one chain and gathers what is wrong with it; what cannot be read is passed over, so that the rest is
    still checked."""

    def __init__(self, data: Any, name: str):
        self.data = data
        self.chain = quote(name)
        self.node = ""
        self.problems: list[Problem] = []

    def refuse(self, code: str, field: str = "", **params) -> None:
        self.problems.append(Problem(code, self.chain, self.node, field, params))

    def read(self) -> Chain | None:
        data = self.data
        if not isinstance(data, dict):
            self.refuse("not_chain", text=shown(data))
            return None
        code = self.code(data)
        self.chain = code or self.chain
        self.fields(data, _CHAIN_FIELDS)
        name, source = self.text(data, "name"), self.text(data, "source")
        edition = self.day(data)
        rows = self.rows(data, "nodes", needed=True)
        if rows == [] and isinstance(data.get("nodes"), list):
            self.refuse("no_nodes", "nodes")
        nodes = [(self.read_node(row, place), row) for place, row in enumerate(rows, 1)]
        self.check_terms([node for node, _row in nodes if node])
        tiers = {node.code: node.tier for node, _row in nodes if node}
        edges = [edge for node, row in nodes if node for edge in self.read_edges(node, row, tiers)]
        self.check_circles(list(tiers), edges)
        self.node = ""
        return Chain(code, name, edition, source, tuple(node for node, _row in nodes if node), tuple(edges))

    # -- nodes ---------------------------------------------------------------------------------------------------------

    def read_node(self, row: Any, place: int) -> Node | None:
        self.node = f"#{place}"
        if not isinstance(row, dict):
            self.refuse("not_node", "nodes", text=shown(row))
            return None
        code = self.code(row)
        self.node = code or self.node
        self.fields(row, _NODE_FIELDS)
        tier = self.text(row, "tier", "tier")
        if tier and tier not in TIERS:
            self.refuse("tier_unknown", "tier", text=shown(tier), known=", ".join(TIERS))
        terms = self.texts(row, "terms")
        if not terms and row.get("terms", []) in ([], None):
            self.refuse("no_terms", "terms")
        return Node(
            code or self.node, self.text(row, "name"), tier, self.text(row, "why"), tuple(terms),
            tuple(self.texts(row, "excludes")), tuple(self.industry_codes(row)),
        )

    def industry_codes(self, row: dict) -> list[str]:
        found = []
        for value in self.rows(row, "industry_codes"):
            if isinstance(value, str) and _INDUSTRY_CODE.fullmatch(value):
                found.append(value)
            else:  # a bare number would have lost the zero of 0111
                self.refuse("field_wrong", "industry_codes", text=shown(value), wanted=WANTED["industry"])
        return found

    def check_terms(self, nodes: list[Node]) -> None:
        codes: set[str] = set()
        owners: dict[str, str] = {}
        for node in nodes:
            self.node = node.code
            if node.code in codes:
                self.refuse("node_twice", "code")
            codes.add(node.code)
            for term in (*node.terms, *node.excludes):
                if DIVIDED.search(folded(term)):
                    self.refuse("term_divided", "terms", text=shown(term))
            for term in node.terms:
                if folded(term) in owners:
                    self.refuse("term_twice", "terms", text=shown(term), other=owners[folded(term)])
                else:
                    owners[folded(term)] = node.code

    # -- edges ---------------------------------------------------------------------------------------------------------

    def read_edges(self, node: Node, row: dict, tiers: dict[str, str]) -> list[Edge]:
        self.node = node.code
        found: dict[Edge, None] = {}  # a set that keeps the order
        for value in self.rows(row, "supplies"):
            if not isinstance(value, dict):
                self.refuse("not_edge", "supplies", text=shown(value))
                continue
            self.fields(value, _EDGE_FIELDS, "supplies.")
            target = self.text(value, "to", "code", "supplies.")
            kind = self.text(value, "kind", "kind", "supplies.")
            if kind and kind not in KINDS:
                self.refuse("kind_unknown", "supplies.kind", text=shown(kind), other=quote(target), known=", ".join(KINDS))
            if not target:
                continue
            edge = Edge(node.code, target, kind)
            if target not in tiers:
                self.refuse("edge_unknown", "supplies.to", text=shown(target))
            elif target == node.code:
                self.refuse("edge_self", "supplies.to")
            elif edge in found:
                self.refuse("edge_twice", "supplies", other=target, kind=kind)
            elif turns_back(node.tier, tiers[target]):
                self.refuse("tier_cycle", "supplies.to", tier=node.tier, other=target, other_tier=tiers[target])
            else:
                found[edge] = None
        return list(found)

    def check_circles(self, nodes: list[str], edges: list[Edge]) -> None:
        for circle in circles(nodes, [(edge.source, edge.target) for edge in edges]):
            self.node = circle[0]
            self.refuse("supply_cycle", "supplies", circle=" → ".join([*circle, circle[0]]))

    # -- fields --------------------------------------------------------------------------------------------------------

    def fields(self, row: dict, known: tuple[str, ...], prefix: str = "") -> None:
        for key in row:
            if key not in known:
                self.refuse("field_unknown", prefix + shown(key).strip("“”"), known=", ".join(known))

    def code(self, row: dict) -> str:
        if "code" not in row:
            self.refuse("field_missing", "code", wanted=WANTED["code"])
        elif not isinstance(row["code"], str) or not CODE.fullmatch(row["code"]):
            self.refuse("field_wrong", "code", text=shown(row["code"]), wanted=WANTED["code"])
        else:
            return row["code"]
        return ""

    def text(self, row: dict, field: str, wanted: str = "text", prefix: str = "") -> str:
        """The text of a field that must be there; "" after a refusal."""
        name = prefix + field
        if field not in row:
            self.refuse("field_missing", name, wanted=WANTED[wanted])
            return ""
        return self.one(row[field], name, wanted, LONGEST_TEXT)

    def one(self, value: Any, name: str, wanted: str, most: int) -> str:
        if value is None or (isinstance(value, str) and not value.strip()):
            self.refuse("field_empty", name, wanted=WANTED[wanted])
        elif not isinstance(value, str) or not value.strip().isprintable():
            self.refuse("field_wrong", name, text=shown(value), wanted=WANTED[wanted])
        elif len(value.strip()) > most:
            self.refuse("field_long", name, text=shown(value), length=len(value.strip()), most=most)
        else:
            return value.strip()
        return ""

    def texts(self, row: dict, field: str) -> list[str]:
        return [text for value in self.rows(row, field, "texts") if (text := self.one(value, field, "text", LONGEST_TERM))]

    def rows(self, row: dict, field: str, wanted: str = "list", needed: bool = False) -> list:
        value = row.get(field)
        if isinstance(value, list):
            return value
        if value is not None:
            self.refuse("field_wrong", field, text=shown(value), wanted=WANTED[wanted])
        elif needed:
            self.refuse("field_missing", field, wanted=WANTED[wanted])
        return []

    def day(self, row: dict) -> date | None:
        value = row.get("edition")
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = date.fromisoformat(value.strip()) if _DAY.fullmatch(value.strip()) else value
        if value is None:
            self.refuse("field_missing", "edition", wanted=WANTED["day"])
        elif not isinstance(value, date) or isinstance(value, datetime):
            self.refuse("field_wrong", "edition", text=shown(value), wanted=WANTED["day"])
        else:
            return value
        return None


def turns_back(tier: str, target: str) -> bool:
    """Whether an edge leads from a later tier to an earlier one; services stand beside the order."""
    order = TIERS[:3]
    return tier in order and target in order and order.index(tier) > order.index(target)
