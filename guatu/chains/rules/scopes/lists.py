"""Many short lists of numbers end to end."""

from __future__ import annotations

import numpy as np


class Lists:
    """`start[i]` to `start[i + 1]` of the columns are those of list i."""

    def __init__(self, columns: int) -> None:
        self._counts: list[np.ndarray] = []
        self._parts: list[list[np.ndarray]] = [[] for _ in range(columns)]

    def extend(self, counts: np.ndarray, *columns: np.ndarray) -> None:
        """Adds as many lists as there are counts."""
        self._counts.append(counts)
        for parts, column in zip(self._parts, columns, strict=True):
            parts.append(column)

    @property
    def start(self) -> np.ndarray:
        return np.append(0, np.cumsum(joined(self._counts)))

    @property
    def columns(self) -> list[np.ndarray]:
        return [joined(parts) for parts in self._parts]


def joined(parts: list[np.ndarray]) -> np.ndarray:
    """The parts as one, which takes their place."""
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0] if parts else np.zeros(0, np.int64)


def ranges(start: np.ndarray, count: np.ndarray) -> np.ndarray:
    """start, start + 1 … of each, count of them, end to end."""
    before = np.cumsum(count) - count
    return np.arange(int(count.sum())) + np.repeat(start - before, count)
