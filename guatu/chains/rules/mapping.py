"""One enterprise on the chains: what its name, scope, main business and products say, node by node.

    mapper = Mapper(catalogue.chains().values())        # once: it compiles the words
    mapper.read("某某光电有限公司", {"scope": "生产：背光模组；销售：液晶面板"})

Reading is done in two steps that may be used apart: `found` says where which node stands in which role, and `combine`
keeps the strongest of each node with its confidence. The numbers stand in `mapping.yaml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Texts
from dataclasses import dataclass
from pathlib import Path

import yaml

from guatu.chains.rules.graph import Chain
from guatu.chains.rules.scopes import Hit, Reader, Vocabulary
from guatu.chains.rules.scopes.plain import Plain, plain
from guatu.chains.rules.scopes.reading import Outline
from guatu.chains.rules.scopes.segments import STRENGTH

#: In the order in which they are read; a tie between two fields goes to the earlier.
FIELDS = ("main_business", "products", "scope", "name")
RULES = yaml.safe_load(Path(__file__).with_name("mapping.yaml").read_text(encoding="utf-8"))

_ITEM_VERBS = tuple(RULES["item_verbs"])
_LISTED = re.compile("[、及和与]")
_ITEM_MARK = re.compile(r"[、,;。/]+")
_BRACKET = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")


@dataclass(frozen=True, slots=True)
class Found:
    """A term of a node where it stands in a field. `start`, `end` and `verb` are places in the field as written; no verb:
    the role is the default of the field. `item` of `items` is where in its list the product is named."""

    chain: str
    node: str
    role: str
    field: str
    start: int
    end: int
    verb: tuple[int, int] | None
    term: str
    item: int = 0
    items: int = 1


@dataclass(frozen=True, slots=True)
class Mapping:
    """What an enterprise does at a node, how sure that is (0 to 1), and the words that say so."""

    chain: str
    node: str
    role: str
    confidence: float
    field: str
    start: int
    end: int
    verb: tuple[int, int] | None
    term: str

    def evidence(self, text: str) -> str:
        """The words of the field that say so: from verb to product where they stand near each other."""
        if self.verb is None:
            return text[self.start : self.end]
        start, end = min(self.start, self.verb[0]), max(self.end, self.verb[1])
        if end - start <= 40:
            return text[start:end]
        product, verb = text[self.start : self.end], text[slice(*self.verb)]
        return f"{verb}…{product}" if self.verb[0] < self.start else f"{product}…{verb}"


class Mapper:
    """Reads enterprises for a set of chains. Build it once: it compiles the words of all chains."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        chains = list(chains)
        self.nodes: dict[str, dict[str, str]] = {}  # chain -> term -> node; what a chain excludes has none
        self.vocabularies: dict[str, Vocabulary] = {}
        self._services = {(chain.code, node.code) for chain in chains for node in chain.nodes if node.tier == "service"}
        words: set[str] = set()
        for chain in chains:
            terms = {term: node.code for node in chain.nodes for term in node.terms}
            excluded = {word for node in chain.nodes for word in node.excludes if word not in terms}
            self.nodes[chain.code] = terms
            self.vocabularies[chain.code] = Vocabulary([*terms, *excluded])
            words |= {*terms, *excluded}
        self.reader = Reader(words)

    def read(self, name: str, texts: Texts[str, str]) -> list[Mapping]:
        """The strongest role of the enterprise at each node, by chain and node.

        `texts` gives of the fields scope, main_business and products those that are known. Raises ValueError for
        another field.
        """
        return combine(self.found(name, texts))

    def found(self, name: str, texts: Texts[str, str]) -> list[Found]:
        """Every term of every node that stands for itself and has a role, field by field."""
        if unknown := set(texts) - set(FIELDS):
            raise ValueError(f"no field of an enterprise: {', '.join(sorted(unknown))}")
        default = self._default(texts.get("main_business", ""))
        found: list[Found] = []
        for field in FIELDS:
            text = name if field == "name" else texts.get(field, "")
            if not text:
                continue
            if field == "products":
                found += self._products(text, default)
            else:
                form = self.reader.name_form(text) if field == "name" else plain(text)
                found += self._text(field, form, default)
        return found

    def _text(self, field: str, text: Plain, default: str) -> Iterator[Found]:
        hits = self._hits(text.text)
        if not hits:
            return
        outline = self.reader.outline(text)
        items = outline.goods()
        for chain, hit in hits:
            if one := self._one(chain, hit, outline, field, default):
                yield Found(*one, item=max(bisect_right(items, hit.start) - 1, 0), items=max(len(items), 1))

    def _products(self, text: str, default: str) -> Iterator[Found]:
        """Each item of a list of products is read for itself: in 空调、汽车销售 the verb is not about the first."""
        whole = plain(text)
        items = list(_items(whole))
        for place, (start, end) in enumerate(items):
            part = Plain(whole.text[start:end], whole.origin[start:end], ())
            hits = self._hits(part.text)
            if not hits:
                continue
            outline = self.reader.outline(part)
            for chain, hit in hits:
                if one := self._one(chain, hit, outline, "products", default):
                    yield Found(*one, item=place, items=len(items))

    def _hits(self, text: str) -> list[tuple[str, Hit]]:
        """The terms of each chain: a longer word of one chain hides nothing of another."""
        return [
            (chain, hit)
            for chain, vocabulary in self.vocabularies.items()
            for hit in vocabulary.hits(text)
            if hit.term in self.nodes[chain]
        ]

    def _one(self, chain: str, hit: Hit, outline: Outline, field: str, default: str) -> tuple | None:
        if not outline.is_product(hit):
            return None
        node = self.nodes[chain][hit.term]
        segment = outline.segment(hit.start)
        role, verb = segment.role, outline.text.original(*segment.verb) if segment.verb else None
        if role == "makes" and outline.fabless:
            role = "develops"
        if role in ("sells", "serves") and field in RULES["default_fields"] and _is_item(hit, segment.verb, outline):
            role, segment = None, segment._replace(verb=None)
        if role is None:
            stated = outline.text.text[slice(*segment.verb)] if segment.verb else ""
            if field not in RULES["default_fields"] or (stated and stated not in RULES["empty_verbs"]):
                return None
            role, verb = "serves" if (chain, node) in self._services else default, None
        start, end = outline.text.original(hit.start, hit.end)
        return chain, node, role, field, start, end, verb, hit.term

    def _default(self, main_business: str) -> str:
        """What a firm does with a product for which no verb stands: it makes it, unless its main business speaks only of
        selling or serving."""
        roles = self.reader.verbs(main_business) if main_business else set()
        if roles & {"makes", "develops", "none"}:
            return "makes"
        return next((role for role in ("sells", "serves") if role in roles), "makes")


def _is_item(hit: Hit, verb: tuple[int, int], outline: Outline) -> bool:
    """Whether the verb is an item of the list itself, 汽车内饰和进出口贸易, or names one with its own goods, 智能座舱、
    网联服务."""
    text = outline.cleared
    if verb[0] < hit.end or not text[slice(*verb)].endswith(_ITEM_VERBS) or text[verb[0] - 1] == "的":
        return False
    return bool(_LISTED.search(text[hit.end : verb[0]]))


def combine(found: Iterable[Found]) -> list[Mapping]:
    """The strongest role of each node, in the order of chains and nodes as they were found first.

    A role stated by a verb overrules the default; among equals the surest field counts, then the place in the text.
    """
    by_node: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        by_node.setdefault((one.chain, one.node), []).append(one)
    return [_mapping(group) for group in by_node.values()]


def _mapping(group: list[Found]) -> Mapping:
    stated = [one for one in group if one.verb is not None] or group
    best = min(stated, key=lambda one: (STRENGTH.index(one.role), -_confidence(one), FIELDS.index(one.field), one.start))
    others = {one.field for one in group if one.role == best.role} - {best.field}
    rules = RULES["confidence"]
    confidence = round(min(rules["most"], _confidence(best) + rules["agreed"] * len(others)), 2)
    return Mapping(
        best.chain, best.node, best.role, confidence, best.field, best.start, best.end, best.verb, best.term)


def _confidence(one: Found) -> float:
    rules = RULES["confidence"]
    return rules["default"][one.field] if one.verb is None else rules["stated"][one.field][one.role]


def _items(text: Plain) -> Iterator[tuple[int, int]]:
    """The items of a list of products; marks in brackets divide nothing, white space does."""
    covered = _BRACKET.sub(lambda match: " " * len(match[0]), text.text)
    cuts = [*((mark.start(), mark.end()) for mark in _ITEM_MARK.finditer(covered)), *((gap, gap) for gap in text.gaps)]
    done = 0
    for start, end in [*sorted(cuts), (len(covered), len(covered))]:
        if start > done:
            yield done, start
        done = max(done, end)
