"""The characters whose plain form a table tells, so that whole columns of texts are formed without Python."""

from __future__ import annotations

import re

import polars as pl

from guatu.chains.rules.scopes.plain import Plain, plain

# A text with any other character is formed by itself. Some forms are longer than their character: a text with these has
# places of its own.
LONGER = "ⅡⅢⅣⅥⅦⅧⅨⅪⅫ℃"
_SHORT = "ⅠⅤⅩ∶﹑﹙﹚﹥﹤﹪"
_CAPITALS = map(chr, range(ord("A"), ord("Z") + 1))
_FORMS = {char: plain(char).text for char in (*_CAPITALS, *map(chr, range(0xFF01, 0xFF5F)), *_SHORT, *LONGER)}
_SAME = "。、“”‘’《》〈〉「」『』【】〔〕〖〗—·〓※★☆●○◆■□▲△×°≤≥≦≧±╱∕〇αβγ"  # their own plain form
_TABLED = rf"\x21-\x7e\x{{4e00}}-\x{{9fff}}\x{{ff01}}-\x{{ff5e}}{LONGER}{_SHORT}{_SAME}"
#: Of texts of such characters only, and with white space among them.
REGULAR = rf"^[{_TABLED}]*$"
SPACED = rf"^[{_TABLED}\s]*$"
#: A term may be written in these where plain forms are not compared yet.
WIDE_WORDS = rf"[\x{{ff0d}}\x{{ff0f}}-\x{{ff19}}\x{{ff21}}-\x{{ff3a}}\x{{ff41}}-\x{{ff5a}}{LONGER}{_SHORT}]"


def formed(texts: pl.Expr) -> pl.Expr:
    """The plain form of texts of regular characters, white space left in."""
    return texts.str.replace_many(list(_FORMS), list(_FORMS.values()))


def without_space(texts: pl.Expr) -> pl.Expr:
    return texts.str.replace_all(r"\s+", "")


def places_of(text: str) -> Plain:
    """As `plain`, without its text, of one that has regular characters and white space only."""
    if _HAS_LONGER.search(text):
        return plain(text)
    gaps: list[int] = []
    taken = 0
    for space in _SPACE.finditer(text):
        place = space.start() - taken
        if place:
            gaps.append(place)
        taken += space.end() - space.start()
    return Plain("", [place for place, char in enumerate(text) if not char.isspace()], tuple(gaps))


_SPACE = re.compile(r"\s+")
_HAS_LONGER = re.compile(f"[{LONGER}]")
