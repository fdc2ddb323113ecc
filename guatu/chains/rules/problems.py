"""Why a chain is refused: one code and one sentence for each reason, with the chain, node and field it is about.

A sentence is `TEMPLATES[code] % params`, where `where` names the chain and the node; a door asks for
`problem.sentence(gettext)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guatu.kernel.rules.refusals import gettext_noop, printable

WHERE_CHAIN = gettext_noop("Chain %(chain)s")
WHERE_NODE = gettext_noop("Node %(node)s of chain %(chain)s")

TEMPLATES: dict[str, str] = {
    # fields
    "not_chain": gettext_noop(
        "%(where)s is %(text)s, but a chain is a set of fields such as code, name, edition and nodes. Write the fields."
    ),
    "not_node": gettext_noop(
        "%(where)s is %(text)s, but a node is a set of fields such as code, name and terms. Write the fields."
    ),
    "not_edge": gettext_noop(
        "%(where)s has %(text)s under “supplies”, but an edge is written like {to: module, kind: component}. Write it so."
    ),
    "field_missing": gettext_noop("%(where)s lacks the field “%(field)s”. Give %(wanted)s."),
    "field_empty": gettext_noop("%(where)s has an empty field “%(field)s”. Give %(wanted)s."),
    "field_wrong": gettext_noop("%(where)s has %(text)s in the field “%(field)s”. Give %(wanted)s."),
    "field_unknown": gettext_noop(
        "%(where)s has the field “%(field)s”, which is not known. Known are: %(known)s. Correct it, or leave it out."
    ),
    "field_long": gettext_noop(
        "%(where)s has %(text)s in the field “%(field)s”, which is %(length)d characters long. At most %(most)d are read. "
        "Shorten it."
    ),
    # nodes and terms
    "no_nodes": gettext_noop("%(where)s has no nodes, so nothing could be found on it. Write at least one under “nodes”."),
    "node_twice": gettext_noop("%(where)s is there twice. Give each node a code of its own."),
    "tier_unknown": gettext_noop("%(where)s has the tier %(text)s, which is not known. Choose one of: %(known)s."),
    "no_terms": gettext_noop("%(where)s has no terms, so no text could ever be found for it. Write at least one under “terms”."),
    "term_twice": gettext_noop(
        "%(where)s has the term %(text)s, which the node %(other)s already has (full-width and capital letters count as "
        "the same). A text could not be told apart. Leave it with one of them."
    ),
    "term_divided": gettext_noop(
        "%(where)s has the term %(text)s, in which a mark stands that divides lists, so it is found nowhere. Write its parts "
        "as terms of their own."
    ),
    # edges
    "edge_unknown": gettext_noop(
        "%(where)s supplies %(text)s, which is no node of the chain. Correct the code, or add the node."
    ),
    "edge_self": gettext_noop("%(where)s supplies itself. Remove the edge."),
    "edge_twice": gettext_noop("%(where)s supplies %(other)s twice as %(kind)s. Keep one of the edges."),
    "kind_unknown": gettext_noop(
        "%(where)s supplies %(other)s as %(text)s, which is not a kind of supply. Choose one of: %(known)s."
    ),
    "tier_cycle": gettext_noop(
        "%(where)s is %(tier)s but supplies %(other)s, which is %(other_tier)s: a cycle of tiers. Turn the edge round, or "
        "move one of the nodes to another tier."
    ),
    "supply_cycle": gettext_noop("%(where)s supplies itself in a circle: %(circle)s. Remove one of the edges."),
    # files
    "chain_twice": gettext_noop("%(where)s stands in two files, %(one)s and %(other)s. Give each chain a code of its own."),
    "file_unreadable": gettext_noop("%(where)s cannot be read: there is no such file, or it may not be opened. Check the path."),
    "file_large": gettext_noop("%(where)s has more than %(most)d MB, far more than any chain. It was not read."),
    "file_encoding": gettext_noop("%(where)s is not text in UTF-8. Save it anew as UTF-8."),
    "file_faulty": gettext_noop("%(where)s is not YAML that can be read; see line %(line)d: %(fault)s."),
    "key_twice": gettext_noop("%(where)s has the field %(text)s twice in one place, in line %(line)d. Keep one of them."),
}


@dataclass(frozen=True)
class Problem:
    """One reason. `chain` is the chain's code (or the file's name where no code can be read); `node` a node's code, or
    # and its place where no code can be read; both and `field` may be empty."""

    code: str
    chain: str
    node: str = ""
    field: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.sentence(lambda sentence: sentence)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """In the reader's language: where it is and what was wanted are phrases of their own, translated as well."""
        where = translate(WHERE_NODE if self.node else WHERE_CHAIN) % {"chain": self.chain, "node": self.node}
        params = {"field": self.field} | dict(self.params) | {"where": where}
        if "wanted" in params:
            params["wanted"] = translate(params["wanted"])
        return translate(TEMPLATES[self.code]) % params

    def __str__(self) -> str:
        return self.message


class BadChain(ValueError):
    """A chain's file contradicts itself or cannot be read; `problems` has every reason found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems[:20]))


def shown(value: Any) -> str:
    """A stranger's value within a sentence, cut when long. A list or a set of fields is not written out: references
    within a small file could make it endless."""
    if isinstance(value, dict | list | tuple | set):
        return "{…}" if isinstance(value, dict) else "[…]"
    return f"“{printable(value)}”"
