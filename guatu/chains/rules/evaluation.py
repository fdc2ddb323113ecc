"""How well enterprises are put on chains, against a table of industries: counts, precision, recall, F1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import astuple, dataclass

LABELS = ("core", "grey")


@dataclass(frozen=True)
class Count:
    """Enterprises of a chain: on it and said to be (hits), said but not on it (false), on it but not said (missed),
    neither (rightly_not), and those of a neighbouring industry, which are not judged (grey)."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    rightly_not: int = 0
    grey: int = 0

    @property
    def precision(self) -> float | None:
        """Of those said to be on the chain, the share that is; None where none was said."""
        return _share(self.hits, self.hits + self.false)

    @property
    def recall(self) -> float | None:
        """Of those on the chain, the share that was said; None where none is."""
        return _share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both: 2 hits / (2 hits + false + missed)."""
        return _share(2 * self.hits, 2 * self.hits + self.false + self.missed)


def label_of(truth: Mapping[str, str], industries: Iterable[str]) -> str:
    """core, grey or other: the best that an enterprise's industries are to a chain. `truth` is industry -> label."""
    labels = {truth.get(industry) for industry in industries}
    return next((label for label in LABELS if label in labels), "other")


def outcome(label: str, said: bool) -> str:
    """The field of Count that a judged enterprise falls under."""
    if label == "grey":
        return "grey"
    if said:
        return "hits" if label == "core" else "false"
    return "missed" if label == "core" else "rightly_not"


def counted(
    truth: Mapping[str, Mapping[str, str]],
    industries: Mapping[str, Set[str]],
    predicted: Mapping[str, Set[str]],
) -> dict[str, Count]:
    """Per chain of `truth` (chain -> industry -> label) the counts over enterprises whose industry is known.

    `industries` is enterprise -> its industries, `predicted` enterprise -> the chains it is said to be on; who is not
    in `predicted` was not asked about.
    """
    counts = {}
    for chain, labels in truth.items():
        fields: dict[str, int] = {}
        for enterprise, chains in predicted.items():
            if known := industries.get(enterprise):
                field = outcome(label_of(labels, known), chain in chains)
                fields[field] = fields.get(field, 0) + 1
        counts[chain] = Count(**fields)
    return counts


def total(counts: Iterable[Count]) -> Count:
    """The sum, whose measures are the micro averages."""
    return Count(*map(sum, zip(*map(astuple, [Count(), *counts]), strict=True)))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
