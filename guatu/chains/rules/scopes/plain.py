"""The plain form of a text, in which words are looked for, and the way back to the text as it was written.

Plain is NFKC, small letters, no white space: `ＬＥＤ 显示屏` and `led显示屏` read the same. Where white space stood is kept
beside the text, because firms also separate the items of a list with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Plain:
    """`origin[i]` is the place in the original of the plain character `i`; `gaps` are the plain places before which
    white space stood."""

    text: str
    origin: Sequence[int]
    gaps: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a span of the plain text, not empty, was made from."""
        return self.origin[start], self.origin[end - 1] + 1


def plain(text: str) -> Plain:
    forms = list(map(_form, text))
    whole = "".join(forms)
    if len(whole) == len(text) and all(forms):
        return Plain(whole, range(len(text)), ())
    origin: list[int] = []
    gaps: list[int] = []
    for place, form in enumerate(forms):
        if form:
            origin.extend([place] * len(form))
        elif text[place].isspace() and origin and (not gaps or gaps[-1] != len(origin)):
            gaps.append(len(origin))
    return Plain(whole, origin, tuple(gaps))


@lru_cache(maxsize=1 << 16)
def _form(char: str) -> str:
    """Nothing for white space and for what is not printed; ① … ⑳ are the marks of a new clause, not figures, and ∶ is
    the colon that some typists find."""
    if "①" <= char <= "⑳":
        return ";"
    if char == "∶":
        return ":"
    form = "".join(unicodedata.normalize("NFKC", char).split()).casefold()
    return "".join(each for each in form if unicodedata.category(each) not in ("Cf", "Cc"))
