"""Edits of a chain's data: each gives back new data and leaves the given ones as they were.

A draft may be faulty for a while: `inspected` of `graph.py` says what is wrong with it. An edit refuses only what would
leave the draft without a way to name its parts. Raises KeyError for a node or an edge that is not there.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from guatu.chains.rules.graph import CODE, WANTED, folded
from guatu.chains.rules.problems import BadChain, Problem, shown

Data = dict[str, Any]
#: Fields of a node that are left out where they are empty.
_MAY_LACK = ("excludes", "industry_codes", "supplies")


def node_of(data: Data, code: str) -> Data:
    """The fields of a node. Raises KeyError."""
    for node in data["nodes"]:
        if node.get("code") == code:
            return node
    raise KeyError(code)


def add_node(data: Data, values: Data) -> Data:
    """With another node as the last one. Raises BadChain where its code is none, or there already."""
    _check_code(data, values["code"])
    made = copy.deepcopy(data)
    made["nodes"].append(_tidy(copy.deepcopy(values)))
    return made


def change_node(data: Data, code: str, values: Data) -> Data:
    """With other values of a node's fields; its code and its edges stay."""
    made = copy.deepcopy(data)
    node = node_of(made, code)
    node.update({name: copy.deepcopy(value) for name, value in values.items() if name not in ("code", "supplies")})
    _tidy(node)
    return made


def recode(data: Data, code: str, other: str) -> Data:
    """With another code for a node, in the edges to it too. Raises BadChain as `add_node`."""
    made = copy.deepcopy(data)
    node = node_of(made, code)
    if code == other:
        return made
    _check_code(data, other)
    node["code"] = other
    for one in made["nodes"]:
        for edge in one.get("supplies", []):
            if edge.get("to") == code:
                edge["to"] = other
    return made


def remove_node(data: Data, code: str) -> Data:
    """Without the node and without the edges to it."""
    made = copy.deepcopy(data)
    made["nodes"].remove(node_of(made, code))
    for node in made["nodes"]:
        if "supplies" in node:
            node["supplies"] = [edge for edge in node["supplies"] if edge.get("to") != code]
            _tidy(node)
    return made


def add_edge(data: Data, source: str, target: str, kind: str) -> Data:
    """With another edge. Raises BadChain where it is there already."""
    made = copy.deepcopy(data)
    node, edge = node_of(made, source), {"to": target, "kind": kind}
    if edge in node.get("supplies", []):
        raise BadChain([Problem("edge_twice", data.get("code", ""), source, "supplies", {"other": target, "kind": kind})])
    node["supplies"] = [*node.get("supplies", []), edge]
    return made


def remove_edge(data: Data, source: str, target: str, kind: str) -> Data:
    made = copy.deepcopy(data)
    node, edge = node_of(made, source), {"to": target, "kind": kind}
    if edge not in node.get("supplies", []):
        raise KeyError((source, target, kind))
    node["supplies"].remove(edge)
    _tidy(node)
    return made


def add_terms(data: Data, code: str, terms: Iterable[str]) -> Data:
    """With further terms behind those of a node; one that is there in other width or capitals is passed over."""
    made = copy.deepcopy(data)
    node = node_of(made, code)
    known = {folded(term) for term in node["terms"]}
    for term in terms:
        if folded(term) not in known:
            known.add(folded(term))
            node["terms"].append(term)
    return made


def _check_code(data: Data, code: str) -> None:
    if not CODE.fullmatch(code):
        raise BadChain([Problem("field_wrong", data.get("code", ""), "", "code", {
            "text": shown(code), "wanted": WANTED["code"]})])
    if any(node.get("code") == code for node in data["nodes"]):
        raise BadChain([Problem("node_twice", data.get("code", ""), code, "code")])


def _tidy(node: Data) -> Data:
    for name in _MAY_LACK:
        if name in node and not node[name]:
            del node[name]
    return node
