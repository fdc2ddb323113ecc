"""Unified social credit codes (GB 32100-2015), checked many at a time.

18 characters of `SIGNS`; the sum of each sign's place times its weight (powers of 3, modulo 31) is divisible by 31.
"""

from __future__ import annotations

import re

import numpy as np

from guatu.kernel.rules.text import fold

SIGNS = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = np.full(256, -1, dtype=np.int16)
_VALUES[np.frombuffer(SIGNS, dtype=np.uint8)] = np.arange(len(SIGNS))
_WEIGHTS = np.array([3**place % 31 for place in range(LENGTH - 1)] + [1], dtype=np.int16)


def clean_code(text: str) -> str:
    """The code in capitals and one width, without spaces and dashes."""
    return re.sub(r"[\s\-'.·]", "", fold(text)).upper()


def checked_codes(codes: np.ndarray) -> np.ndarray:
    """Whether each code (bytes) is right, as an array of booleans; a missing one (b"") is not."""
    right = np.fromiter((len(code) == LENGTH for code in codes), dtype=bool, count=len(codes))
    if not right.any():
        return right
    signs = np.frombuffer(b"".join(codes[right]), dtype=np.uint8).reshape(-1, LENGTH)
    values = _VALUES[signs]
    right[right] = (values >= 0).all(axis=1) & ((values.astype(np.int32) * _WEIGHTS).sum(axis=1) % 31 == 0)
    return right
