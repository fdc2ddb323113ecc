"""The runs of words in pieces of text: what stands between two stretches of goods.

A Chinese character is goods where no piece that the lexer's patterns name covers it, and so are characters that could only
stand beside a word, where no word stands. No pattern matches such goods, and none looks across them; so each run between
them is lexed by itself, once for each different one: the many products of a register are nothing to the lexer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick

from guatu.chains.rules.scopes.tokens import DEAD, Lexer

GOODS = "龘"  # no word of the lexer has it
_ITSELF = -1
_END = "\n"  # of a piece; it stands in no plain text
#: Characters of which a stretch is no more than one of them, unless a word holds them.
_SIGNS = (("一", "\u9fff", GOODS), ("0", "9", "0"), ("a", "z", "a"), (DEAD, DEAD, DEAD))


class Runs(NamedTuple):
    """The runs of many pieces in their order, each with the sign before it, if any, and the one behind it. `piece` is the
    number of its piece; `origin` says where the characters of all runs stand in their pieces, one after the other, those of
    a run from `start` on."""

    texts: list[str]
    piece: np.ndarray
    start: np.ndarray
    origin: np.ndarray


class RunFinder:
    """Finds the runs of pieces, which may not hold the words of ACROSS, behind which a verb looks across goods."""

    def __init__(self, lexer: Lexer) -> None:
        found = lexer.literals()
        named = sorted(found.words | found.beside)
        if any(GOODS in piece for piece in named):
            raise ValueError(f"a word of the lexer holds {GOODS}")
        self._finder = AhoCorasick(named)
        self._is_word = np.array([piece in found.words for piece in named])

    def __call__(self, pieces: Sequence[str]) -> Runs:
        """A piece begins and ends with a mark, so a run stands at its beginning and one at its end."""
        whole = _END.join(pieces) + _END
        codes = np.frombuffer(whole.encode("utf-32-le"), "<u4")
        signs = np.where(self._of_words(whole) & (codes != ord(DEAD)), _ITSELF, _signs(codes))
        # One sign for each stretch of characters with the same sign.
        taken = np.flatnonzero(np.append(True, (signs[1:] != signs[:-1]) | (signs[1:] == _ITSELF)))
        signs = signs[taken]
        codes = np.where(signs == _ITSELF, codes[taken], signs).astype("<u4")
        ends = codes == ord(_END)
        number = np.cumsum(ends) - ends
        lengths = np.array([len(piece) + 1 for piece in pieces])
        origin = taken - (np.cumsum(lengths) - lengths)[number]
        between = ends | ((signs != _ITSELF) & (signs != ord(DEAD)))
        begins = np.flatnonzero(~between & np.append(True, between[:-1]))
        after = np.flatnonzero(~between & np.append(between[1:], True)) + 1
        # With a sign before it, but not the end of the piece before.
        first = begins - np.append(False, ~ends[:-1])[begins]
        first[:1] = begins[:1]
        text = codes.tobytes().decode("utf-32-le")
        last = after + ~ends[after]
        texts = [text[start:end] for start, end in zip(first.tolist(), last.tolist(), strict=True)]
        return Runs(texts, number[begins], first, origin)

    def _of_words(self, text: str) -> np.ndarray:
        """Which characters lie in a stretch of named pieces with a word among them."""
        matches = self._finder.find_matches_as_indexes(text, overlapping=True)
        found = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3)
        length = len(text)
        depth = np.bincount(found[:, 1], minlength=length + 1) - np.bincount(found[:, 2], minlength=length + 1)
        named = np.cumsum(depth)[:length] > 0
        stretch = np.cumsum(np.append(True, named[1:] != named[:-1])) - 1
        with_word = np.zeros(int(stretch[-1]) + 1, bool)
        with_word[stretch[found[self._is_word[found[:, 0]], 1]]] = True
        return named & with_word[stretch]


def _signs(codes: np.ndarray) -> np.ndarray:
    """The sign that may stand for a character, or _ITSELF."""
    found = np.full(len(codes), _ITSELF, np.int64)
    for first, last, sign in _SIGNS:
        found[(codes >= ord(first)) & (codes <= ord(last))] = ord(sign)
    return found
