"""Three-way merge of a visit: what a device saw, what was typed on it, and what the office has by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each to something else."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """`changes`: what is to be written over the office's version. `clashes`: what a person has to decide first."""

    changes: dict[str, Any]
    clashes: list[Clash]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Field by field, in the order of `mine`: only what was typed counts, and it clashes only with another change.

    Lists are sets; white space at the ends of a text is no change. Fields that `mine` does not name stay.
    """
    changes, clashes = {}, []
    for name, typed in mine.items():
        before, now = base.get(name), theirs.get(name)
        if _same(typed, before) or _same(typed, now):
            continue
        if _same(now, before):
            changes[name] = typed
        else:
            clashes.append(Clash(name, before, typed, now))
    return Merged(changes, clashes)


def _same(one: Any, other: Any) -> bool:
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, list | tuple):
        return sorted(value)
    return "" if value is None else value
