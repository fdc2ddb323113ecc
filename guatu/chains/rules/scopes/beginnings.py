"""With which characters a match of a pattern can begin, so that all others are passed over at once."""

from __future__ import annotations

from re import _constants as sre  # the standard library's own parser, the only one that reads what `re` reads
from re import _parser

Beginning = frozenset[str] | None  # None: it cannot be told


def beginnings(pattern: str) -> Beginning:
    """The first characters of whatever the pattern matches; None when that is too many to say, or nothing at all."""
    found, empty = _of_sequence(_parser.parse(pattern))
    return None if empty else found


def _of_sequence(items) -> tuple[Beginning, bool]:
    """The beginnings, and whether the sequence may be empty."""
    found: set[str] = set()
    for operation, argument in items:
        own, empty = _of(operation, argument)
        if own is None:
            return None, empty
        found |= own
        if not empty:
            return frozenset(found), False
    return frozenset(found), True


def _of(operation, argument) -> tuple[Beginning, bool]:
    if operation is sre.LITERAL:
        return frozenset(chr(argument)), False
    if operation is sre.IN:
        return _of_set(argument), False
    if operation is sre.SUBPATTERN:
        return _of_sequence(argument[-1])
    if operation is sre.BRANCH:
        parts = [_of_sequence(each) for each in argument[1]]
        if any(own is None for own, _ in parts):
            return None, any(empty for _, empty in parts)
        return frozenset().union(*(own for own, _ in parts)), any(empty for _, empty in parts)
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, _most, repeated = argument
        own, empty = _of_sequence(repeated)
        return own, empty or least == 0
    if operation in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset(), True
    return None, False


def _of_set(members) -> Beginning:
    found: set[str] = set()
    for operation, argument in members:
        if operation is sre.LITERAL:
            found.add(chr(argument))
        elif operation is sre.RANGE and argument[1] - argument[0] < 200:
            found.update(map(chr, range(argument[0], argument[1] + 1)))
        elif operation is sre.CATEGORY and argument is sre.CATEGORY_DIGIT:
            return None
        else:
            return None
    return frozenset(found)
