"""The terms looked for, and where they stand in a plain text: every stretch of text is the longest term only.

A multi-pattern matcher may take the place of `hits`: whatever yields (start, end, term) over the plain text will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick

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

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        return _lengths(self.terms)

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


class Matches(NamedTuple):
    """A row a term found: the place of its text, the place of the term among the forms, and where it stands."""

    text: np.ndarray
    term: np.ndarray
    start: np.ndarray
    end: np.ndarray


class Vocabularies:
    """Several vocabularies read at once, each by itself: the longest term of one does not hide a term of another. Their
    hits tell plain forms, since two vocabularies may write one term differently."""

    def __init__(self, vocabularies: Mapping[str, Iterable[str]]) -> None:
        owners: dict[str, list[str]] = defaultdict(list)
        for name, terms in sorted(vocabularies.items()):
            for form in Vocabulary(terms).terms:
                owners[form].append(name)
        self._owners = {form: tuple(names) for form, names in owners.items()}
        self._forms = list(self._owners)
        self._finder = AhoCorasick(self._forms)

    @property
    def forms(self) -> Iterable[str]:
        return self._owners.keys()

    def hits(self, text: str) -> Iterator[tuple[Hit, tuple[str, ...]]]:
        """From left to right, each with the vocabularies in which nothing longer holds it."""
        return self.chosen(text, self._finder.find_matches_as_indexes(text, overlapping=True))

    def matches(self, texts: Sequence[str]) -> Matches:
        """Where terms stand in texts, longer and shorter ones, in the order of the texts. No line ends in a text."""
        found = self._finder.find_matches_as_indexes("\n".join(texts), overlapping=True)
        term, start, end = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3).T
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
        text = np.searchsorted(ends, start, side="right")
        begin = np.append(0, ends)[text]
        return Matches(text, term, start - begin, end - begin)

    @cached_property
    def spelt_in_letters(self) -> np.ndarray:
        """Of each term whether it must not stand inside a word of letters."""
        return np.array([form.isascii() for form in self._forms])

    def owners(self, term: int) -> tuple[str, ...]:
        """The vocabularies that have a term, by its place among the forms."""
        return self._owners[self._forms[term]]

    def chosen(self, text: str, found: list[tuple[int, int, int]]) -> Iterator[tuple[Hit, tuple[str, ...]]]:
        """As `hits`, of what was found in a text: term, start, end."""
        if len(found) > 1:
            found.sort(key=_leftmost_longest)
        reached: dict[str, int] = defaultdict(int)
        # A vocabulary's terms are told apart by their ends: one that begins where a longer one does, or in it, ends in it.
        for term, start, end in found:
            form = self._forms[term]
            if not _stands_free(text, start, end):
                continue
            names = tuple(name for name in self._owners[form] if end > reached[name])
            if names:
                reached.update(dict.fromkeys(names, end))
                yield Hit(start, end, form), names


def _leftmost_longest(found: tuple[int, int, int]) -> tuple[int, int]:
    _term, start, end = found
    return start, -end


def _lengths(forms: Iterable[str]) -> dict[str, list[int]]:
    """By first character, how long the terms are that begin with it, the longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for form in forms:
        lengths[form[0]].add(len(form))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}
