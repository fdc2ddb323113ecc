"""What is taken out of a text before its verbs are looked for: licence phrases, negation, exclusions, purposes, and the
clauses that only a branch carries out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

import polars as pl
from ahocorasick_rs import AhoCorasick

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.tokens import DEAD, alternatives

Span = tuple[int, int]

OPENING = "([{【〔〖"
CLOSING = ")]}】〕〗"

_BRANCH = re.compile("|".join(words.BRANCH))
_CONDITION = re.compile("|".join(words.CONDITION))
_VERB = alternatives(words.ROLES)
_ANY_VERB = re.compile(_VERB)
_SILENT = [
    re.compile("|".join(group).replace("VERB", _VERB))
    for group in (words.LICENCE, words.NEGATION, words.EXCLUSION, words.PURPOSE)
]
_SIGN_GROUPS = (words.LICENCE_SIGNS, words.NEGATION_SIGNS, words.EXCLUSION_SIGNS, words.PURPOSE_SIGNS)
SIGN_WORDS = sorted({sign for group in _SIGN_GROUPS for sign in group})
_SIGNS = AhoCorasick(SIGN_WORDS)
_GROUPS_OF = [frozenset(place for place, group in enumerate(_SIGN_GROUPS) if sign in group) for sign in SIGN_WORDS]
_BRANCH_SIGN = re.compile("|".join(words.BRANCH_SIGNS))
_WHAT_FOLLOWS = ("以下", "下列")
_BRACKETS = re.compile(f"[{re.escape(OPENING + CLOSING)}]")
_PLAIN_BRACKET = re.compile(
    f"[{re.escape(OPENING)}][^{re.escape(OPENING + CLOSING)}]*[{re.escape(CLOSING)}]"
)
_BORDERS = re.compile("[,。;:]")


def clear(text: str) -> str:
    """The text with a DEAD for each character that states nothing of this firm."""
    return clear_stretch(clear_whole(text))


def clear_whole(text: str) -> str:
    """The first half, for which the whole text is needed: brackets that hold a condition, and what only branches do."""
    if not _BRACKETS.search(text):
        bare, conditions = text, []
    elif (bare := _without_plain_conditions(text)) is not None and not _BRANCH_SIGN.search(text):
        return bare
    else:
        conditions = [(start, end) for start, end in brackets(text) if _is_condition(text[start:end])]
        bare = blank_out(text, conditions)
    if not _BRANCH_SIGN.search(text):
        return bare
    return blank_out(bare, _apart([*_bracketed_branches(text, bare, conditions), *_plain_branches(bare)]))


def clear_column(texts: pl.Series) -> pl.Series:
    """`clear_whole` of each text of a column."""
    marks = texts.str.count_matches(_BRACKETS.pattern)
    plain = marks == 2 * texts.str.count_matches(_PLAIN_BRACKET.pattern)
    hard = (marks > 0) & ~plain | texts.str.contains_any(list(words.BRANCH_SIGNS))
    found = texts.filter(plain & ~hard).str.extract_all(_PLAIN_BRACKET.pattern).explode().drop_nulls().unique()
    conditions = [bracket for bracket in found if _is_condition(bracket)]
    cleared = texts
    if conditions:
        cleared = texts.str.replace_many(conditions, [DEAD * len(bracket) for bracket in conditions])
    places = hard.arg_true()
    return cleared.scatter(places, pl.Series(map(clear_whole, texts.gather(places)), dtype=pl.String))


def clear_stretch(bare: str) -> str:
    """The second half, which no pattern carries across a 。 or ；: it may be asked for each stretch between them."""
    signs = {found[0] for found in _SIGNS.find_matches_as_indexes(bare, overlapping=True)}
    if not signs:
        return bare
    groups = frozenset().union(*(_GROUPS_OF[sign] for sign in signs))
    for place in sorted(groups):
        bare = _SILENT[place].sub(_dead, bare)
    return blank_out(bare, _excepted(bare)) if "除外" in bare else bare


def _dead(match: re.Match[str]) -> str:
    return DEAD * len(match[0])


def _without_plain_conditions(text: str) -> str | None:
    """The text without its conditions where no bracket stands in another and each is closed, else None."""
    found = 0

    def bare(match: re.Match[str]) -> str:
        nonlocal found
        found += 1
        return DEAD * len(match[0]) if _is_condition(match[0]) else match[0]

    cleared = _PLAIN_BRACKET.sub(bare, text)
    return cleared if 2 * found == len(_BRACKETS.findall(text)) else None


def brackets(text: str) -> list[Span]:
    """The outermost brackets with their marks. One that is never closed reaches to the next, or to the end."""
    opened: list[int] = []
    closed: list[Span] = []
    for match in _BRACKETS.finditer(text):
        if match[0] in OPENING:
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            while closed and closed[-1][0] > start:
                closed.pop()
            closed.append((start, match.end()))
    starts = sorted([*opened, *(start for start, _ in closed), len(text)])
    return sorted(closed + [(start, starts[bisect_left(starts, start) + 1]) for start in opened])


def blank_out(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += text[done:start], DEAD * (end - start)
        done = end
    return "".join([*parts, text[done:]])


@lru_cache(maxsize=1 << 16)
def _is_condition(bracket: str) -> bool:
    content = bracket.strip(OPENING + CLOSING)
    return bool(_CONDITION.search(content) or _BRANCH.search(content))


def _bracketed_branches(text: str, bare: str, conditions: Iterable[Span]) -> Iterator[Span]:
    """A bracket 限分支 holds for the clause before it, back to ；or 。or ，or its verb's colon; one that says 以下 holds
    to the end, and one that names the work itself, （加工限分支机构）, for that work alone."""
    borders = [match.start() for match in _BORDERS.finditer(bare)]
    done = 0
    for start, end in conditions:
        match = _BRANCH.search(text, start, end)
        if match is None:
            continue
        if text.startswith(_WHAT_FOLLOWS, start + 1):
            yield start, len(text)
            return
        if work := set(_ANY_VERB.findall(text, start, match.start())):
            sentence = max(done, bare.rfind("。", done, start) + 1, bare.rfind(";", done, start) + 1)
            yield from (verb.span() for verb in _ANY_VERB.finditer(bare, sentence, start) if verb[0] in work)
        else:
            yield _clause_start(borders, start), start
        done = end


def _plain_branches(bare: str) -> Iterator[Span]:
    """Before a list, or of 以下 items, the words hold to the end; behind one they hold for the clause before them."""
    borders = [match.start() for match in _BORDERS.finditer(bare)]
    for match in _BRANCH.finditer(bare):
        start, end = match.span()
        if bare.startswith(":", end) or match[0].startswith(_WHAT_FOLLOWS):
            yield start, len(bare)
            return
        yield _clause_start(borders, start - 1), end


def _clause_start(borders: list[int], place: int) -> int:
    """Behind the last border before a place."""
    before = bisect_left(borders, place)
    return borders[before - 1] + 1 if before else 0


def _excepted(bare: str) -> Iterator[Span]:
    """…除外 without brackets takes back to the mark before it."""
    done = 0
    for match in re.finditer("[,。;][^,。;]*", "," + bare):
        clause = match[0]
        if (found := clause.rfind("除外")) >= 0:
            start, end = match.start(), match.start() - 1 + found + 2
            yield max(start, done), end
            done = end


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order, those that touch made one."""
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
