"""From a plain text to its marks and verbs: one linear pass that does not yet ask what governs what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import NamedTuple

from guatu.chains.rules.scopes import words


class Token(NamedTuple):
    """A mark or a word that is no goods. `kind` is one of
    verb, opener, filler, join, of, thing (a name with a verb in it, which is goods),
    cut, stop, semi, comma, colon, list, open (a bracket), blank (a closing bracket, a quote, what was taken out);
    `role` is a verb's."""

    start: int
    end: int
    kind: str
    role: str = ""
    yields: bool = False


DEAD = "\0"  # stands for each character that was taken out of the text

MARKS = (
    ("cut", r"\.{2,}"),
    ("semi", r"(?:(?<=[;。,:])|^)[(]?\d{1,2}[.、)](?!\d)|[;!]+"),
    ("stop", r"。"),
    ("comma", r","),
    ("colon", r":"),
    ("list", r"[、丶/|丨│¦ǀ\\·・•‧∙+&~—–_^=→*●○◆◇■□▲△★☆※〓]|(?<![0-9a-z])[-.]|[-.](?![0-9a-z])"),
)


def alternatives(found: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(found, key=lambda word: (-len(word), word)))


def holding_verbs(terms: Iterable[str]) -> list[str]:
    """The terms in which a verb stands that is not to be read as one: 封装基板, 电池管理系统. A verb at the end of a
    term is one: 冷链运输; so is 封装 in 集成电路封装, where 集成电路 is a name already."""
    verb = re.compile(f"(?:{alternatives([*words.ROLES, *words.DOERS])})(?=.)")
    named = re.compile(words.THING_NAMES)
    return [term for term in terms if verb.search(named.sub(lambda name: DEAD * len(name[0]), term))]


class Lexer:
    """Knows the words of `words`, and of the terms only those in which a verb stands."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        stock = {f"stock{place}": item for place, item in enumerate(words.STOCK.items())}
        self._stock = {group: role for group, (_, role) in stock.items()}
        names = "|".join(part for part in (alternatives(holding_verbs(terms)), words.THING_NAMES) if part)
        manner = f"(?:{alternatives(words.MANNERS)}){{0,3}}"
        self._pattern = re.compile(
            "|".join(
                [
                    *(f"(?P<{kind}>{pattern})" for kind, pattern in MARKS),
                    f"(?P<dead>{DEAD}+)",
                    *(f"(?P<{group}>{pattern})" for group, (pattern, _) in stock.items()),
                    f"(?P<nameless>{words.NAMELESS})",
                    f"(?P<thing>{names})",
                    f"(?P<opener>{alternatives(words.OPENERS)})",
                    f"(?P<filler>{words.FILLERS})",
                    f"(?P<doer>{manner}(?P<who>{alternatives(words.DOERS)})(?:集团|企业|公司)?)",
                    f"(?P<verb>{manner}(?P<core>{alternatives(words.ROLES)})(?:(?:{alternatives(words.ENDINGS)})(?![器商])){{0,3}})",
                    f"(?P<join>{alternatives(words.JOINERS)})",
                    "(?P<of>的)",
                    r"(?P<open>[(\[{【〔〖])",
                    r"(?P<close>[)\]}】〕〗《》〈〉<>'`\"“”‘’「」『』])",
                    r"(?P<other>[^\w\0%°#$@])",
                ]
            )
        )
        self._thing = re.compile(alternatives(words.THINGS))

    def tokens(self, text: str, gaps: Iterable[int] = ()) -> Iterator[Token]:
        """In the order of the text; white space counts as a comma unless it stands inside a word."""
        end = 0
        spaces = (Token(place, place, "comma") for place in gaps)
        for token in merge(self._words(text), spaces):
            if token.start >= end:
                end = token.end
                yield token

    def _words(self, text: str) -> Iterator[Token]:
        end = 0
        for match in self._pattern.finditer(text):
            token = self._token(match)
            goods_before = token.start > end
            if token.kind == "verb" and goods_before and self._thing.match(text, token.end):
                token = token._replace(kind="thing", role="")
            end = token.end
            yield token

    def _token(self, match: re.Match[str]) -> Token:
        start, end = match.span()
        group = match.lastgroup
        if match["core"]:
            core = match["core"]
            return Token(start, end, "verb", words.ROLES[core], core in words.YIELDING)
        if group == "doer":
            return Token(start, end, "verb", words.DOERS[match["who"]])
        if group in self._stock:
            return Token(start, end, "verb", self._stock[group])
        return Token(
            start, end, {"nameless": "thing", "dead": "blank", "close": "blank", "other": "list"}.get(group, group)
        )
