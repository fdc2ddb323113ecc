"""Which stretch of a text is governed by which verb: one pass over its tokens that asks for no product.

A clause (up to 。 or ；) is cut at its verbs. Each verb looks forward or back for its goods by what stands beside it, and
a stretch between two verbs goes to the one that looks at it; when both do, it is divided at the last mark between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from guatu.chains.rules.scopes.tokens import Token

STRENGTH = ("makes", "develops", "sells", "serves", "none")  # the strongest first
GOODS = ("goods", "thing")
PASSED = ("of", "blank", "filler", "cut")  # what may stand between a verb and its goods
PASSED_BACK = (*PASSED, "open")  # 数控机床（CNC）制造; but in 制造（南京） the verb does not govern what is in the bracket


class Segment(NamedTuple):
    """A stretch of plain text in which goods have `role`, because of the verb at `verb`; no role: nothing governs."""

    start: int
    end: int
    role: str | None
    verb: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Group:
    """Verbs that stand together and govern together, 研发、生产和销售, with what stands beside them."""

    verbs: tuple[Token, ...]
    start: int
    end: int
    left: bool  # goods directly before
    right: bool  # goods directly behind
    colon: bool
    of: bool  # 生产的…: the verb describes what follows
    alone: bool  # no goods since the verb before
    front: bool = False  # governs forward
    behind: bool = False  # governs back

    @property
    def strongest(self) -> Token:
        own = [verb for verb in self.verbs if not verb.yields] or self.verbs
        return min(own, key=lambda verb: STRENGTH.index(verb.role))

    @property
    def yields(self) -> bool:
        return all(verb.yields for verb in self.verbs)


@dataclass(slots=True)
class Clause:
    """The tokens and goods between two marks 。 or ；."""

    start: int
    events: list[Token] = field(default_factory=list)
    end: int = 0
    last: bool = False  # of its sentence


def segments(tokens: Iterable[Token], length: int) -> Iterator[Segment]:
    reach: Group | None = None  # a verb with a colon, which governs across ；
    for clause in _clauses(tokens, length):
        groups = _directed(_groups(clause.events), clause.events)
        yield from _governed(clause, groups, reach)
        if groups:
            reach = groups[-1] if groups[-1].colon and groups[-1].front else None
        if clause.last:
            reach = None


def _clauses(tokens: Iterable[Token], length: int) -> Iterator[Clause]:
    clause = Clause(0)
    done = 0
    for token in tokens:
        if token.start > done:
            clause.events.append(Token(done, token.start, "goods"))
        done = token.end
        if token.kind in ("stop", "semi"):
            clause.end, clause.last = token.start, token.kind == "stop"
            yield clause
            clause = Clause(token.end)
        else:
            clause.events.append(token)
    if length > done:
        clause.events.append(Token(done, length, "goods"))
    clause.end, clause.last = length, True
    yield clause


# -- verbs that stand together -------------------------------------------------------------------------------------


def _groups(events: list[Token]) -> list[Group]:
    found: list[Group] = []
    place = 0
    goods = False  # since the verb before
    while place < len(events):
        event = events[place]
        if event.kind == "verb":
            after = _run(events, place)
            found += _split(events, place, after, goods)
            place, goods = after, False
        else:
            goods = goods or event.kind in GOODS
            place += 1
    return _joined_over_commas(found)


def _run(events: list[Token], place: int) -> int:
    """Behind the last of the verbs that are joined to the one at `place` with no goods between."""
    after = place + 1
    for at in range(place + 1, len(events)):
        kind = events[at].kind
        if kind == "verb":
            after = at + 1
        elif kind not in ("list", "join", *PASSED):
            break
    return after


def _split(events: list[Token], place: int, after: int, goods: bool) -> list[Group]:
    """One group, or two: in 软件开发、销售服务器 the last verb begins a new list."""
    whole = _group(events, place, after, goods)
    if not (whole.left and whole.right) or whole.colon or whole.of or len(whole.verbs) == 1:
        return [whole]
    cut = max(at for at in range(place, after) if events[at].kind == "verb")
    if not any(event.kind in ("list", "join") for event in events[_before_last_verb(events, place, cut) : cut]):
        return [whole]
    first = _group(events, place, _before_last_verb(events, place, cut), goods)
    return [replace(first, right=False), _group(events, cut, after, False)]


def _before_last_verb(events: list[Token], place: int, cut: int) -> int:
    """Behind the verb before the one at `cut`."""
    return max(at for at in range(place, cut) if events[at].kind == "verb") + 1


def _group(events: list[Token], place: int, after: int, goods: bool) -> Group:
    behind = _first((events[at] for at in range(after, len(events))), PASSED)
    return Group(
        verbs=tuple(event for event in events[place:after] if event.kind == "verb"),
        start=events[place].start,
        end=events[after - 1].end,
        left=_first((events[at] for at in range(place - 1, -1, -1)), PASSED_BACK) in GOODS,
        right=behind in GOODS,
        colon=behind == "colon",
        of=after < len(events) and events[after].kind == "of",
        alone=not goods,
    )


def _first(events: Iterable[Token], passed: tuple[str, ...]) -> str:
    """The kind of the first that may not be passed over."""
    return next((event.kind for event in events if event.kind not in passed), "end")


def _joined_over_commas(groups: list[Group]) -> list[Group]:
    """轴承生产，销售 and 研发，生产，销售：轴承: a verb without goods of its own shares those of its neighbour."""
    joined: list[Group] = []
    for group in groups:
        before = joined[-1] if joined else None
        shares = before and group.alone and not before.colon
        if shares and not (before.left and (group.right or group.colon)):
            joined[-1] = replace(
                group, verbs=before.verbs + group.verbs, start=before.start, left=before.left, alone=before.alone
            )
        else:
            joined.append(group)
    return joined


# -- where a verb looks --------------------------------------------------------------------------------------------


def _directed(groups: list[Group], events: list[Token]) -> list[Group]:
    commas = [event.start for event in events if event.kind == "comma"]
    directed: list[Group] = []
    for group, following in pairwise([*groups, None]):
        taken = following is not None and following.left  # the goods behind have a verb of their own
        if taken and not group.colon:
            taken = not any(group.end <= comma < following.start for comma in commas)
        front = group.right or group.colon or (not group.left and group.alone)
        behind = group.left or (not front)
        if group.left and front and not group.of:
            front = not taken
            behind = not front or group.colon
        directed.append(replace(group, front=front, behind=behind and not (front and group.of)))
    return directed


# -- whose a stretch is --------------------------------------------------------------------------------------------


def _governed(clause: Clause, groups: list[Group], reach: Group | None) -> Iterator[Segment]:
    done = clause.start
    before = reach
    for group in groups:
        inherited = before is reach
        yield from _divided(clause, done, group.start, before, group, inherited)
        yield Segment(group.start, group.end, None, None)
        done, before = group.end, group
    yield from _divided(clause, done, clause.end, before, None, False)


def _divided(
    clause: Clause, start: int, end: int, before: Group | None, after: Group | None, inherited: bool
) -> Iterator[Segment]:
    """The stretch between two groups, given to one, to both, or divided."""
    if before and not before.front:
        before = None
    if after and not after.behind:
        after = None
    if start >= end:
        return
    if before and after and (inherited or before.yields):
        before = None  # what the verb behind its list reaches, an earlier ； or 主营 does not take from it
    if before and after:
        border = None if before.of or not after.left else _border(clause.events, start, end)
        if border is not None:
            yield _segment(start, border, before)
            yield _segment(border, end, after)
            return
        yield _segment(start, end, min(before, after, key=lambda group: STRENGTH.index(group.strongest.role)))
        return
    yield _segment(start, end, before or after)


def _border(events: list[Token], start: int, end: int) -> int | None:
    """Between a verb in front and a verb behind, the last ， is the border, or else the last 、."""
    inside = [event for event in events if start <= event.start < end]
    for kind in ("comma", "list"):
        if found := [event.start for event in inside if event.kind == kind]:
            return found[-1]
    return None


def _segment(start: int, end: int, group: Group | None) -> Segment:
    if group is None or group.strongest.role == "none":
        return Segment(start, end, None, None)
    verb = group.strongest
    return Segment(start, end, verb.role, (verb.start, verb.end))
