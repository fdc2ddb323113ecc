"""Which pieces of text a pattern names: where none of them stands, it matches nothing, whatever else stands there."""

from __future__ import annotations

from re import _constants as sre  # the standard library's own parser, the only one that reads what `re` reads
from re import _parser
from typing import NamedTuple


class Literals(NamedTuple):
    """Every character that a match takes, or that is looked at beside it, is of one of these where it stands, but for
    sets of figures and of what is no word.

    `words` are runs of characters of which one begins each match; `beside` are all others."""

    words: frozenset[str]
    beside: frozenset[str]


def literals(pattern: str) -> Literals:
    """Of a pattern that takes no character by saying what it is not, but for sets of marks."""
    words: set[str] = set()
    beside: set[str] = set()
    _gather(_parser.parse(pattern), words, beside)
    return Literals(frozenset(words), frozenset(beside))


def _gather(items, first: set[str], beside: set[str]) -> bool:
    """Adds the runs with which a match of the items begins to `first`, all others to `beside`; whether what follows the
    items may begin the match, since they may be empty."""
    run = ""
    for operation, argument in [*items, (sre.AT, None)]:
        if operation is sre.LITERAL:
            run += chr(argument)
            continue
        if run:
            first.add(run)
            run, first = "", beside
        if operation is sre.IN:
            _gather_set(argument, first)
            first = beside
        elif operation is sre.SUBPATTERN:
            first = first if _gather(argument[-1], first, beside) else beside
        elif operation is sre.BRANCH:
            first = first if any([_gather(branch, first, beside) for branch in argument[1]]) else beside
        elif operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, _most, repeated = argument
            first = first if _gather(repeated, first, beside) or least == 0 else beside
        elif operation in (sre.ASSERT, sre.ASSERT_NOT):
            _gather(argument[1], beside, beside)
        elif operation is not sre.AT:
            raise ValueError(f"a pattern with {operation} names no pieces")
    return first is not beside


def _gather_set(members, found: set[str]) -> None:
    for operation, argument in members:
        if operation is sre.LITERAL:
            found.add(chr(argument))
        elif operation is sre.RANGE and argument[1] - argument[0] < 200:
            found.update(map(chr, range(argument[0], argument[1] + 1)))
