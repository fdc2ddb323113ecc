"""When two ways of writing a firm's name mean the same name. Nothing is guessed: signs that sound alike stay apart."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"[\s\u3000·•]+")
_BRACKETS = str.maketrans("〔【[{〈《〕】]}〉》", "(" * 6 + ")" * 6)


def normal_name(name: str) -> str:
    """The name with width, case, spaces and kinds of brackets evened out; empty for an empty name."""
    text = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return _SPACES.sub("", text).casefold()
