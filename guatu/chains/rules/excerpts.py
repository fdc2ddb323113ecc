"""A piece of a long text around the words that matter."""

from __future__ import annotations

from dataclasses import dataclass

#: Characters kept on each side, and the farthest at which the verb is still shown in one piece with the term.
AROUND = 24
FARTHEST = 120
CUT = "…"


@dataclass(frozen=True)
class Excerpt:
    """`text[start:end]` is the term; the verb's place is None where it lies outside."""

    text: str
    start: int
    end: int
    verb_start: int | None = None
    verb_end: int | None = None


def excerpt(text: str, start: int | None, end: int | None, verb_start: int | None, verb_end: int | None, term: str) -> Excerpt:
    """The words around `text[start:end]`, and the verb with them where it is near; the bare term where the place does
    not lie in the text."""
    if start is None or end is None or not 0 <= start < end <= len(text):
        return Excerpt(term, 0, len(term))
    first, last = start, end
    with_verb = verb_start is not None and verb_end is not None and 0 <= verb_start < verb_end <= len(text) and (
        max(end, verb_end) - min(start, verb_start) <= FARTHEST)
    if with_verb:
        first, last = min(start, verb_start), max(end, verb_end)
    first, last = max(0, first - AROUND), min(len(text), last + AROUND)
    before = CUT if first else ""
    shift = len(before) - first
    return Excerpt(
        before + text[first:last] + (CUT if last < len(text) else ""), start + shift, end + shift,
        verb_start + shift if with_verb else None, verb_end + shift if with_verb else None)
