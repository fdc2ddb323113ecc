"""From a plain text to its marks and verbs: one linear pass that does not yet ask what governs what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from heapq import merge
from typing import NamedTuple

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.beginnings import beginnings
from guatu.chains.rules.scopes.literals import Literals, literals


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


_FIRM_TAILS = ("集团", "企业", "公司")  # 制造企业 does what 制造商 does
_NO_VERB_TAILS = "器商"  # a word that ends so is no verb: 处理器
DEAD = "\0"  # stands for each character that was taken out of the text

MARKS = (
    ("cut", r"\.{2,}"),
    ("semi", r"(?:(?<=[;。,:])|^)[(]?[0-9]{1,2}[.、)](?!\d)|[;!]+"),
    ("stop", r"。"),
    ("comma", r","),
    ("colon", r":"),
    ("list", r"[、丶/|丨│¦ǀ\\·・•‧∙+&~—–_^=→*●○◆◇■□▲△★☆※〓]|(?<![0-9a-z])[-.]|[-.](?![0-9a-z])"),
)
#: Any sign that is no word; those excepted belong to the word beside them.
OTHER = r"(?P<other>[^\w\0%°#$@])"


def alternatives(found: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first. Words with the same beginning share it, and a character with
    which none begins is passed over at once: the patterns below hold hundreds of words."""
    tree: dict = {}
    for word in found:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[""] = {}
    if not tree or "" in tree:
        return ""
    return f"(?=[{''.join(map(re.escape, sorted(tree)))}]){_branches(tree)}"


def _branches(tree: dict) -> str:
    ends = [re.escape(char) + _branches(rest) for char, rest in sorted(tree.items()) if char]
    if not ends:
        return ""
    pattern = "|".join(ends)
    if "" in tree:
        return f"(?:{pattern})?"
    return f"(?:{pattern})" if len(ends) > 1 else pattern


def holding_verbs(terms: Iterable[str]) -> list[str]:
    """The terms in which a verb stands that is not to be read as one: 封装基板, 电池管理系统. A verb at the end of a
    term is one: 冷链运输; so is 封装 in 集成电路封装, where 集成电路 is a name already."""
    verb = re.compile(f"(?:{alternatives([*words.ROLES, *words.DOERS])})(?=.)")
    named = re.compile(words.THING_NAMES)
    return [term for term in terms if verb.search(named.sub(lambda name: DEAD * len(name[0]), term))]


_KINDS = {"nameless": "thing", "dead": "blank", "close": "blank", "other": "list"}


class Lexer:
    """Knows the words of `words`, and of the terms only those in which a verb stands. At each character only those kinds
    of token are tried that can begin with it."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        stock = {f"stock{place}": item for place, item in enumerate(words.STOCK.items())}
        self._stock = {group: role for group, (_, role) in stock.items()}
        self._names = holding_verbs(terms)
        names = "|".join(part for part in (alternatives(self._names), words.THING_NAMES) if part)
        manner = f"(?:{alternatives(words.MANNERS)}){{0,3}}"
        endings = f"(?:(?:{alternatives(words.ENDINGS)})(?![{_NO_VERB_TAILS}])){{0,3}}"
        self._kinds = {
            **dict(MARKS),
            "dead": f"{DEAD}+",
            **{group: pattern for group, (pattern, _) in stock.items()},
            "nameless": words.NAMELESS,
            "thing": names,
            "opener": alternatives(words.OPENERS),
            "filler": words.FILLERS,
            "doer": f"{manner}(?P<who>{alternatives(words.DOERS)})(?:{'|'.join(_FIRM_TAILS)})?",
            "verb": f"{manner}(?P<core>{alternatives(words.ROLES)}){endings}",
            "join": alternatives(words.JOINERS),
            "of": "的",
            "open": r"[(\[{【〔〖]",
            "close": r"[)\]}】〕〗《》〈〉<>'`\"“”‘’「」『』]",
        }
        self._thing = re.compile(alternatives(words.THINGS))
        kinds_at: dict[str, list[str]] = defaultdict(list)
        for kind, pattern in self._kinds.items():
            for char in beginnings(pattern):
                kinds_at[char].append(kind)
        self._compiled: dict[tuple[str, ...], re.Pattern[str]] = {}
        self._at = {char: self._pattern(kinds, char) for char, kinds in kinds_at.items()}
        self._other = re.compile(OTHER)
        chars = "".join("\\" + char if char in r"\]^-" else char for char in sorted(kinds_at))
        self._candidate = re.compile(rf"[{chars}\W]")  # one set: an alternation is tried at every character

    def literals(self) -> Literals:
        """The pieces of text that the patterns name."""
        patterns = map(literals, (*words.STOCK, words.NAMELESS, words.THING_NAMES, words.FILLERS, "的"))
        found, beside = map(frozenset().union, *patterns)
        found |= {*self._names, *words.ROLES, *words.DOERS, *words.OPENERS, *words.JOINERS}
        return Literals(found, beside | {*words.MANNERS, *words.ENDINGS, *words.THINGS, *_FIRM_TAILS, *_NO_VERB_TAILS})

    def _pattern(self, kinds: list[str], char: str) -> re.Pattern[str]:
        parts = [f"(?P<{kind}>{self._kinds[kind]})" for kind in kinds]
        if not char.isalnum() and char != DEAD:
            parts.append(OTHER)
        whole = "|".join(parts)
        if whole not in self._compiled:
            self._compiled[whole] = re.compile(whole)
        return self._compiled[whole]

    def tokens(self, text: str, gaps: Sequence[int] = (), begin: int = 0) -> list[Token]:
        """In the order of the text; white space counts as a comma unless it stands inside a word. What stands before
        `begin` is known to be a mark: it is looked back at, and no token is made of it."""
        return self._with_gaps(text, gaps, begin) if gaps else self._words(text, begin)

    def _with_gaps(self, text: str, gaps: Sequence[int], begin: int) -> list[Token]:
        tokens: list[Token] = []
        end = 0
        for token in merge(self._words(text, begin), (Token(place, place, "comma") for place in gaps)):
            if token.start >= end:
                end = token.end
                tokens.append(token)
        return tokens

    def _words(self, text: str, begin: int) -> list[Token]:
        tokens: list[Token] = []
        done = begin
        for candidate in self._candidate.finditer(text, begin):
            place = candidate.start()
            if place < done:
                continue
            match = self._at.get(text[place], self._other).match(text, place)
            if match is None:
                continue
            start, end = match.span()
            group = match.lastgroup
            core = match["core"] if group == "verb" else ""
            if core:
                role = words.ROLES[core]
            else:
                role = words.DOERS[match["who"]] if group == "doer" else self._stock.get(group)
            if role is None:
                tokens.append(Token(start, end, _KINDS.get(group, group)))
            elif start > done and self._thing.match(text, end):
                tokens.append(Token(start, end, "thing"))
            else:
                tokens.append(Token(start, end, "verb", role, core in words.YIELDING))
            done = end
        return tokens
