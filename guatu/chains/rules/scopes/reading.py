"""Reading a business scope 经营范围 or a firm's name: which products stand in it, and what the firm does with them.

read_scope("生产：背光模组；销售：液晶面板", ["液晶面板", "背光模组"]) finds that 背光模组 is made and 液晶面板 sold.
For many texts keep a Reader, which compiles its words once. `roles` sums findings up: the strongest role of each term.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.clearing import clear
from guatu.chains.rules.scopes.plain import Plain, plain
from guatu.chains.rules.scopes.segments import STRENGTH, Segment, segments
from guatu.chains.rules.scopes.tokens import Lexer, Token, alternatives
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabulary


@dataclass(frozen=True, slots=True)
class Finding:
    """A term with the role the text states for it. `start` and `end` are where it stands in the text as written,
    `verb` is where the word stands that says so."""

    term: str
    role: str
    start: int
    end: int
    verb: tuple[int, int]


class Reader:
    """Reads texts for one vocabulary. Build it once: it compiles the words."""

    def __init__(self, vocabulary: Vocabulary | Iterable[str]) -> None:
        self.vocabulary = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
        self._lexer = Lexer(self.vocabulary.terms)

    def scope(self, text: str) -> list[Finding]:
        """The findings of a scope or a main business, in the order of the text."""
        found = self._findings(plain(text))
        if _FABLESS.search(text):
            return [replace(each, role="develops") if each.role == "makes" else each for each in found]
        return found

    def name(self, name: str) -> list[Finding]:
        """The findings of a firm's name: 轴承制造有限公司 makes them, 轴承有限公司 says nothing."""
        return self._findings(self.name_form(name))

    def name_form(self, name: str) -> Plain:
        """The plain form of a name without what says the kind of body: 有限公司, 厂."""
        return self.name_form_of(plain(name))

    @staticmethod
    def name_form_of(whole: Plain) -> Plain:
        """The same of a name in plain form."""
        end = _NAME_END.search(whole.text)
        return Plain(whole.text[: end.start()], whole.origin, ()) if end else whole

    @staticmethod
    def is_fabless(text: str) -> bool:
        """Whether a firm says in a plain text that it has others produce what it designs."""
        return bool(_FABLESS.search(text))

    def verbs(self, text: str) -> set[tuple[str, str]]:
        """The role and the plain word of every verb in a text, whatever they govern."""
        form = plain(text)
        tokens = self._lexer.tokens(clear(form.text), form.gaps)
        return {(token.role, form.text[token.start : token.end]) for token in tokens if token.kind == "verb"}

    def _findings(self, text: Plain) -> list[Finding]:
        if next(self.vocabulary.hits(text.text), None) is None:
            return []
        outline = self.outline(text)
        return [found for hit in self.vocabulary.hits(outline.cleared) if (found := self._finding(hit, outline))]

    def outline(self, text: Plain) -> Outline:
        """A text with its verbs and what they govern, to be asked about any hit in it."""
        cleared = clear(text.text)
        tokens = list(self._lexer.tokens(cleared, text.gaps))
        return Outline(text, cleared, tokens, list(segments(tokens, len(text.text))))

    def _finding(self, hit: Hit, outline: Outline) -> Finding | None:
        segment = outline.segment(hit.start)
        if segment.role is None or segment.verb is None or not outline.is_product(hit):
            return None
        start, end = outline.text.original(hit.start, hit.end)
        return Finding(hit.term, segment.role, start, end, outline.text.original(*segment.verb))


@dataclass(frozen=True)
class Outline:
    """A text with its verbs and segments, ready to be asked about a place in it."""

    text: Plain
    cleared: str  # without what states nothing
    tokens: list[Token]
    segments: list[Segment]

    @cached_property
    def fabless(self) -> bool:
        """Whether the firm says that it has others produce what it designs."""
        return Reader.is_fabless(self.text.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    @cached_property
    def _tokens_at(self) -> dict[int, Token]:
        return {token.start: token for token in self.tokens if token.kind != "thing"}

    def goods(self) -> list[tuple[int, int]]:
        """The stretches of goods in the order of the text: its items, as far as marks and verbs part them."""
        spans: list[tuple[int, int]] = []
        done = 0
        for token in [*self.tokens, Token(len(self.cleared), len(self.cleared), "stop")]:
            for start, end in ((done, token.start), (token.start, token.end if token.kind == "thing" else token.start)):
                if end > start and spans and spans[-1][1] == start:
                    spans[-1] = spans[-1][0], end
                elif end > start:
                    spans.append((start, end))
            done = token.end
        return spans

    def segment(self, place: int) -> Segment:
        return self.segments[bisect_right(self._starts, place) - 1]

    def is_product(self, hit: Hit) -> bool:
        """Whether the term stands there for itself and not as part of a longer word: the last word of a compound is the
        product, so what follows must be a border, or say the product again."""
        text, place = self.cleared, hit.end
        if self._is_border(place) or self._ends_in_a_verb(hit):
            return True
        if hit.term[-1] in words.APPARATUS and text.startswith("设备", place) and self._is_border(place + 2):
            return True
        if (tail := _PRODUCT_TAIL.match(text, place)) and self._is_border(tail.end()):
            return True
        if _PREDICATE.match(text, place):
            return True
        return self._leads_to_a_service(place)

    def _ends_in_a_verb(self, hit: Hit) -> bool:
        """冷链物流 names a service with the verb that states it."""
        inside = (self._tokens_at.get(place, _NOTHING) for place in range(hit.start + 1, hit.end))
        return any(token.kind == "verb" and token.end >= hit.end for token in inside)

    def _leads_to_a_service(self, place: int) -> bool:
        """医疗器械技术咨询, 数据中心安全性能检测; not 服务器机柜加工."""
        while tail := _SERVICE_TAIL.match(self.cleared, place):
            place = tail.end()
            if self._is_verb(place):
                return self._past_fillers(place).role in ("develops", "serves")
        return False

    def _is_border(self, place: int) -> bool:
        token = self._tokens_at.get(place)
        if token is None:
            return place >= len(self.text.text)
        if token.kind == "of":
            return self._is_verb(token.end) or bool(_FIRM.match(self.cleared, token.end))
        return token.kind not in ("cut", "filler", "opener")

    def _is_verb(self, place: int) -> bool:
        return self._past_fillers(place).kind == "verb"

    def _past_fillers(self, place: int) -> Token:
        """What stands there, behind words that say nothing: 轴承的主要生产商."""
        token = self._tokens_at.get(place, _NOTHING)
        while token.kind == "filler":
            token = self._tokens_at.get(token.end, _NOTHING)
        return token


def read_scope(text: str, terms: Vocabulary | Iterable[str]) -> list[Finding]:
    """For a single text; for many, keep a Reader."""
    return Reader(terms).scope(text)


def roles(findings: Iterable[Finding]) -> dict[str, str]:
    """The strongest role stated for each term."""
    found: dict[str, str] = {}
    for each in findings:
        found[each.term] = min(found.get(each.term, each.role), each.role, key=STRENGTH.index)
    return found


_NOTHING = Token(0, 0, "goods")
_FABLESS = re.compile(words.FABLESS, re.IGNORECASE)
_NAME_END = re.compile(words.NAME_END)
_PRODUCT_TAIL = re.compile(f"(?:{words.HOW_MANY})?(?:{alternatives(words.PRODUCT_TAILS)}){{0,4}}")
_SERVICE_TAIL = re.compile(f"(?:{alternatives(words.SERVICE_TAILS)})的?")
_PREDICATE = re.compile(alternatives(words.PREDICATES))
_FIRM = re.compile(alternatives(words.FIRMS))
