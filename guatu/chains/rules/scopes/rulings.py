"""Which verb governs which event of a row of items: asked once for each different order of their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guatu.chains.rules.scopes.items import MARKS, Items
from guatu.chains.rules.scopes.segments import Group, clauses, governed
from guatu.chains.rules.scopes.tokens import Token

#: The mark before a row of items ("" where a stretch begins), then of each item its shape and the mark behind it.
Shapes = tuple[int | str, ...]


class Reach(NamedTuple):
    """A verb that governs on into the next stretch, by its place in the text."""

    role: str
    yields: bool
    of: bool
    verb: tuple[int, int]


class Ruling(NamedTuple):
    """What governs the events of shapes: for each its role and the number of its verb's event (-1: the verb that reached
    into it). `onward` is the verb that reaches out of it, by the number of its event, with role, yields, of."""

    roles: tuple[tuple[str, int] | None, ...]
    onward: tuple[int, str, bool, bool] | None


def joined(goods: int, shapes: Sequence[int], events: Sequence[int], marks: Sequence[str]) -> tuple[Shapes, list[int]]:
    """The shapes of a stretch's items, each with the mark behind it, and the number of the first event of each; `events`
    says how many each shape has. Goods listed one after the other are governed alike, so they take one place together."""
    row: list[int | str] = [""]
    firsts: list[int] = []
    first = following = 0
    listed: str | None = None
    for shape, count, mark in zip(shapes, events, marks, strict=True):
        if shape != goods or mark != listed:
            first = following
            following += count + len(mark)
            row += (shape, mark)
            listed = mark if shape == goods else None
        firsts.append(first)
    return tuple(row), firsts


def rule(items: Items, shapes: Shapes, reach: Reach | None, first: bool) -> Ruling:
    """What `segments` says of events that each take one place; `first` says that they begin the text."""
    kinds = [MARKS[shapes[0]]] if shapes[0] else []
    for shape, mark in zip(shapes[1::2], shapes[2::2], strict=True):
        kinds += items.events[shape]
        if mark:
            kinds.append(MARKS[mark])
    events = [Token(place, place + 1, *kind) for place, kind in enumerate(kinds)]
    before = None
    if reach:
        verb = Token(-1, 0, "verb", reach.role, reach.yields)
        before = Group(verb, 0, 0, -1, 0, left=False, right=True, colon=True, of=reach.of, alone=True, front=True)
    found, onward = governed(clauses(events, len(events), first), before, ended=False)
    roles: list[tuple[str, int] | None] = [None] * len(events)
    for segment in found:
        if segment.role and segment.verb:
            roles[segment.start : segment.end] = [(segment.role, segment.verb[0])] * (segment.end - segment.start)
    out = onward and (onward.verb.start, onward.verb.role, onward.verb.yields, onward.of)
    return Ruling(tuple(roles), out)
