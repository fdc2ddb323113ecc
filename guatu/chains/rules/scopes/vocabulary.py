"""The terms looked for, and where they stand in a plain text: every stretch of text is the longest term only.

A multi-pattern matcher may take the place of `hits`: whatever yields (start, end, term) over the plain text will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guatu.chains.rules.scopes.plain import plain


class Hit(NamedTuple):
    """A term in a plain text, before anything is known about its role."""

    start: int
    end: int
    term: str


class Vocabulary:
    """Terms by their plain form. `terms` keeps them as they were given, for the findings."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = {form: term for term in sorted(terms) if (form := plain(term).text)}
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in self.terms:
            lengths[form[0]].add(len(form))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def hits(self, text: str) -> Iterator[Hit]:
        """From left to right, without those inside a longer one."""
        reached = 0
        for start, first in enumerate(text):
            for length in self._lengths.get(first, ()):
                end = start + length
                if end <= reached:
                    break
                term = self.terms.get(text[start:end])
                if term is not None and end <= len(text) and _stands_free(text, start, end):
                    reached = end
                    yield Hit(start, end, term)
                    break


def _stands_free(text: str, start: int, end: int) -> bool:
    """A term of Latin letters does not begin or end inside a word of letters."""
    if not text[start:end].isascii():
        return True
    outside = text[start - 1 : start] + text[end : end + 1]
    return not any("a" <= char <= "z" for char in outside)
