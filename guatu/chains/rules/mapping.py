"""One enterprise on the chains: what its name, scope, main business and products say, node by node.

    mapper = Mapper(catalogue.chains().values())        # once: it compiles the words of the chains in force
    mapper.read("某某光电有限公司", {"scope": "生产：背光模组；销售：液晶面板"})

Reading is done in two steps that may be used apart: `found` says where which node stands in which role, and `combine`
keeps the strongest of each node with its confidence. The numbers stand in `mapping.yaml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Texts
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import yaml

from guatu.chains.rules.graph import Chain
from guatu.chains.rules.membership import members
from guatu.chains.rules.scopes import Hit, Reader, Vocabulary
from guatu.chains.rules.scopes.plain import Plain, plain
from guatu.chains.rules.scopes.reading import Outline
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.rules.scopes.tokens import alternatives

#: In the order in which they are read; a tie between two fields goes to the earlier.
FIELDS = ("main_business", "products", "scope", "name")
MAKING = ("makes", "develops")
RULES = yaml.safe_load(Path(__file__).with_name("mapping.yaml").read_text(encoding="utf-8"))

_ITEM_VERBS = tuple(RULES["item_verbs"])
_JOINS = ("及", "和", "与", "、", "以及", "及其", "或", "并")
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
    known: bool = True  # the term is one of the chain's, no compound with one of its words


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


@dataclass(frozen=True, slots=True)
class Default:
    """The role of a product for which no verb stands, and whether the firm states that it makes or develops anything."""

    role: str
    states_making: bool


class Compound(NamedTuple):
    """How goods of which a chain knows no product are put on it: `mapping.yaml`, compounds."""

    node: str
    word: re.Pattern[str]
    others: tuple[str, ...]
    heads: tuple[str, ...]


class Mapper:
    """Reads enterprises for a set of chains. Build it once: it compiles the words of all chains."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        chains = list(chains)
        self.nodes: dict[str, dict[str, str]] = {}  # chain -> term -> node; what a chain excludes has none
        self.vocabularies: dict[str, Vocabulary] = {}
        self.by_form: dict[str, dict[str, tuple[str, str]]] = {}  # chain -> plain form of a term -> node and term
        self.tiers = {(chain.code, node.code): node.tier for chain in chains for node in chain.nodes}
        words: set[str] = set()
        for chain in chains:
            terms = {term: node.code for node in chain.nodes for term in node.terms}
            excluded = {word for node in chain.nodes for word in node.excludes if word not in terms}
            self.nodes[chain.code] = terms
            vocabulary = self.vocabularies[chain.code] = Vocabulary([*terms, *excluded])
            self.by_form[chain.code] = {
                form: (terms[term], term) for form, term in vocabulary.terms.items() if term in terms}
            words |= {*terms, *excluded}
        self.reader = Reader(words)
        nodes = {(chain.code, node.code) for chain in chains for node in chain.nodes}
        self._compound_rules = {
            chain: Compound(
                rule["node"], re.compile(alternatives(map(str.casefold, rule["words"]))), tuple(map(str.casefold, rule["others"])),
                tuple(rule.get("heads", ())))
            for chain, rule in RULES["compounds"].items()
            if isinstance(rule, dict) and (chain, rule["node"]) in nodes
        }
        words_of_all = "|".join(rule.word.pattern for rule in self._compound_rules.values())
        self._compound_word = re.compile(words_of_all or r"(?!)")  # (?!) matches nothing

    def read(self, name: str, texts: Texts[str, str], everything: bool = False) -> list[Mapping]:
        """The strongest role of the enterprise at each node, by chain and node.

        `texts` gives of the fields scope, main_business and products those that are known. Where it tells the main
        business or products, what the firm makes or develops counts on those chains only to which it belongs
        (`membership.py`), unless `everything` is asked for. Raises ValueError for another field.
        """
        found = self.found(name, texts)
        mappings = combine(found)
        of = None if everything else members(name, found, self.tiers, RULES["membership"])
        if of is None:
            return mappings
        return [one for one in mappings if one.role not in MAKING or one.chain in of]

    def found(self, name: str, texts: Texts[str, str]) -> list[Found]:
        """Every term of every node that stands for itself and has a role, field by field."""
        if unknown := set(texts) - set(FIELDS):
            raise ValueError(f"no field of an enterprise: {', '.join(sorted(unknown))}")
        default = self._default(texts)
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

    def text(self, field: str, form: Plain) -> Iterator[Found]:
        """What a name or scope in plain form says by itself, where nothing else is known of the firm."""
        return self._text(field, form, self._default({}))

    def _text(self, field: str, text: Plain, default: Default) -> Iterator[Found]:
        hits = self._hits(text.text)
        if not hits and (field == "name" or not self._compound_word.search(text.text)):
            return
        outline = self.reader.outline(text)
        goods = outline.goods()
        starts = [start for start, _end in goods]
        found = self._in_roles(self._hits(outline.cleared), outline, field, default)
        if field == "main_business":
            found += self._compounds(found, outline, goods, field, default)
        for hit, one in found:
            yield replace(one, item=max(bisect_right(starts, hit.start) - 1, 0), items=max(len(goods), 1))

    def _products(self, text: str, default: Default) -> Iterator[Found]:
        """Each item of a list of products is read for itself: in 空调、汽车销售 the verb is not about the first."""
        whole = plain(text)
        items = list(_items(whole))
        for place, (start, end) in enumerate(items):
            part = Plain(whole.text[start:end], whole.origin[start:end], ())
            hits = self._hits(part.text)
            if not hits and not self._compound_word.search(part.text):
                continue
            outline = self.reader.outline(part)
            service = _names_a_service(outline)
            found = self._in_roles(self._hits(outline.cleared), outline, "products", default)
            found += self._compounds(found, outline, outline.goods(), "products", default)
            for hit, one in found:
                if service and one.role == "makes" and service[0] >= hit.end:
                    one = replace(one, role="serves", verb=outline.text.original(*service))
                yield replace(one, item=place, items=len(items))

    def _in_roles(
        self, hits: Iterable[tuple[str, Hit]], outline: Outline, field: str, default: Default
    ) -> list[tuple[Hit, Found]]:
        return [
            (hit, one)
            for chain, hit in hits
            if (one := self._one(chain, self.nodes[chain][hit.term], hit, outline, field, default))
        ]

    def _compounds(
        self,
        found: Iterable[tuple[Hit, Found]],
        outline: Outline,
        goods: list[tuple[int, int]],
        field: str,
        default: Default,
    ) -> list[tuple[Hit, Found]]:
        """Goods that hold the word of a chain and of which that chain knows no product: 汽车水泵壳体."""
        starts = [start for start, _end in goods]
        known = {(one.chain, bisect_right(starts, hit.start) - 1) for hit, one in found}
        known |= {(one.chain, bisect_right(starts, hit.end - 1) - 1) for hit, one in found}
        more = []
        for chain, rule in self._compound_rules.items():
            for place, (start, end) in enumerate(goods):
                word = rule.word.search(outline.cleared, start, end)
                if (
                    word is None
                    or (word.end() == end and not word[0].endswith(rule.heads))
                    or end - word.start() > RULES["compounds"]["most"]
                    or (chain, place) in known
                    or outline.cleared.endswith(rule.others, start, end)
                ):
                    continue
                hit = Hit(word.start(), end, outline.cleared[word.start() : end])
                if one := self._one(chain, rule.node, hit, outline, field, default):
                    more.append((hit, replace(one, known=False)))
        return more

    def _hits(self, text: str) -> list[tuple[str, Hit]]:
        """The terms of each chain: a longer word of one chain hides nothing of another."""
        return [
            (chain, hit)
            for chain, vocabulary in self.vocabularies.items()
            for hit in vocabulary.hits(text)
            if hit.term in self.nodes[chain]
        ]

    def _one(
        self, chain: str, node: str, hit: Hit, outline: Outline, field: str, default: Default
    ) -> Found | None:
        """What the text says of a hit: the role its verb states, or the default of the field."""
        if not outline.is_product(hit):
            return None
        segment = outline.segment(hit.start)
        role, verb = segment.role, segment.verb
        if role == "makes" and outline.fabless:
            role = "develops"
        if role in ("sells", "serves") and field in RULES["default_fields"] and _is_item(hit, verb, outline):
            role = verb = None
        if role == "serves" and verb[0] < hit.end and verb[1] > hit.start:
            role = self.of_work(chain, node)
        if role is None:
            if not self._has_default(field, outline.text.text[slice(*verb)] if verb else "", default):
                return None
            role, verb = "serves" if self._is_service(chain, node) else default.role, None
        start, end = outline.text.original(hit.start, hit.end)
        return Found(chain, node, role, field, start, end, outline.text.original(*verb) if verb else None, hit.term)

    def _has_default(self, field: str, stated: str, default: Default) -> bool:
        """Whether goods have the default role in a field, where `stated` is a verb of no role or nothing."""
        if field not in RULES["default_fields"] or (stated and stated not in RULES["empty_verbs"]):
            return False
        return field != "name" or default.states_making

    def of_work(self, chain: str, node: str) -> str:
        """The role of a term in which its own verb stands: 晶圆测试 is what the node makes, unless the node is a service."""
        return "serves" if self._is_service(chain, node) else "makes"

    def _is_service(self, chain: str, node: str) -> bool:
        return self.tiers[chain, node] == "service"

    def _default(self, texts: Texts[str, str]) -> Default:
        """What a firm does with a product for which no verb stands: it makes it, unless it is a trader."""
        verbs = self.reader.verbs(texts.get("main_business", ""))
        roles = {role for role, word in verbs if role != "sells" or not word.endswith(_ITEM_VERBS)}
        making = bool(roles & {"makes", "develops"})
        trades = any(word in texts.get(field, "") for field in ("main_business", "products") for word in RULES["trades"])
        sells = trades or ("sells" in roles and not making and "none" not in roles)
        return Default("sells" if sells else "makes", making and not sells)


def _names_a_service(outline: Outline) -> tuple[int, int] | None:
    """Where the verb stands that makes the whole item a service: 平台生产技术服务. Not 设备及服务."""
    last = next((token for token in reversed(outline.tokens) if token.kind != "blank"), None)
    if last is None or last.kind != "verb" or last.role != "serves" or last.end < len(outline.cleared):
        return None
    return None if outline.text.text.endswith(_JOINS, 0, last.start) else (last.start, last.end)


def _is_item(hit: Hit, verb: tuple[int, int], outline: Outline) -> bool:
    """Whether the verb is an item of the list itself, 汽车内饰和进出口贸易, or names one with its own goods, 智能座舱、
    网联服务."""
    text = outline.cleared
    if verb[0] < hit.end or not text[slice(*verb)].endswith(_ITEM_VERBS) or text[verb[0] - 1] == "的":
        return False
    return bool(_LISTED.search(text, hit.end, verb[0]))


def combine(found: Iterable[Found]) -> list[Mapping]:
    """The strongest role of each node, in the order of chains and nodes as they were found first.

    Who states that he sells a thing does not make it because he also lists it; among equals the surest field counts,
    then the place in the text.
    """
    by_node: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        by_node.setdefault((one.chain, one.node), []).append(one)
    return [_mapping(group) for group in by_node.values()]


def _mapping(group: list[Found]) -> Mapping:
    best = group[0] if len(group) == 1 else _best(group)
    others = {one.field for one in group if one.role == best.role} - {best.field}
    rules = RULES["confidence"]
    confidence = round(min(rules["most"], _confidence(best) + rules["agreed"] * len(others)), 2)
    return Mapping(
        best.chain, best.node, best.role, confidence, best.field, best.start, best.end, best.verb, best.term)


def _best(group: list[Found]) -> Found:
    sold = any(one.role == "sells" and one.verb is not None for one in group)
    stated = [one for one in group if one.verb is not None] if sold else group
    return min(stated, key=lambda one: (STRENGTH.index(one.role), -_confidence(one), FIELDS.index(one.field), one.start))


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
