"""The text of a cell, freed from the accidents of input methods; and what a misspelt word may have meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# Full-width letters, digits, brackets and signs mean what their ASCII forms mean. The full-width comma,
# semicolon, colon, question and exclamation mark are the punctuation of Chinese sentences and stay.
_CHINESE_PUNCTUATION = "，；：？！"
_FOLD: dict[int, str | None] = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7))
    if chr(code) not in _CHINESE_PUNCTUATION
}
_FOLD[0xFFE5] = "¥"
# Kangxi radicals look like characters and come out of copied PDF files.
_FOLD |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
del _FOLD[0xFFE3]  # a spacing macron, which folds into a space and a combining mark
_FOLD |= {code: None for code in (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD)}

_FIGURES = str.maketrans("，；：？！〜‐‑‒–—―−", ",;:?!~-------")


def normalise_text(text: str) -> str:
    """The text in one width and one space: full-width letters, digits, brackets folded, ends trimmed.

    Inner whitespace of any kind becomes one space. Chinese punctuation (，；：？！。、“”) stays, and so do
    characters that carry a meaning of their own (①, Ⅱ, ㎡). Normalising twice changes nothing more.
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text.translate(_FOLD))).strip()


def fold(text: str) -> str:
    """The text for reading days and figures: besides, Chinese punctuation is ASCII and every dash is `-`.

    Not NFKC: that would make 102 of 10² and 1 of ①.
    """
    return normalise_text(text).translate(_FIGURES)


def is_blank(cell: Any) -> bool:
    """True for None and for text of nothing but whitespace and invisible characters."""
    return cell is None or (isinstance(cell, str) and normalise_text(cell) == "")


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """The choice nearest to `word`, for “did you mean”; None when none is near.

    Width, case and surrounding spaces do not count.
    """
    by_text: dict[str, str] = {}
    for choice in choices:
        by_text.setdefault(normalise_text(choice).casefold(), choice)
    near = difflib.get_close_matches(normalise_text(word).casefold(), list(by_text), n=1, cutoff=0.6)
    return by_text[near[0]] if near else None
