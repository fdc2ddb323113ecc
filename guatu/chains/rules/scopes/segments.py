"""Which stretch of a text is governed by which verb: one pass over its tokens that asks for no product.

A clause (up to 。 or ；) is cut at its verbs. Each verb looks forward or back for its goods by what stands beside it, and
a stretch between two verbs goes to the one that looks at it; when both do, it is divided at the last mark between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from guatu.chains.rules.scopes.tokens import Token

STRENGTH = ("makes", "develops", "sells", "serves", "none")  # the strongest first
GOODS = ("goods", "thing")
PASSED = frozenset(("of", "blank", "opener", "filler", "cut"))  # what may stand between a verb and its goods
PASSED_BACK = PASSED | {"open"}  # the CNC of 数控机床（CNC）制造 is goods; the 南京 of 制造（南京）, forward, is not


class Segment(NamedTuple):
    """A stretch of plain text in which goods have `role`, because of the verb at `verb`; no role: its verb says
    nothing of goods (投资), or no verb governs."""

    start: int
    end: int
    role: str | None
    verb: tuple[int, int] | None


class Group(NamedTuple):
    """Verbs that stand together and govern together, 研发、生产和销售, with what stands beside them. `first` and `after`
    are places among the events of the clause, `start` and `end` in the text."""

    verb: Token  # the strongest
    first: int
    after: int
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
    def strength(self) -> tuple[bool, int]:
        return strength(self.verb)


def strength(verb: Token) -> tuple[bool, int]:
    """Sorts the strongest verb first; one that yields yields to any."""
    return verb.yields, STRENGTH.index(verb.role)


@dataclass(slots=True)
class Clause:
    """The tokens and goods between two marks 。 or ；."""

    start: int
    first: bool = False  # of the text
    events: list[Token] = field(default_factory=list)
    end: int = 0
    last: bool = False  # of its sentence


def segments(tokens: Iterable[Token], length: int) -> Iterator[Segment]:
    """The segments of a whole text."""
    return iter(governed(clauses(with_goods(tokens, length), length, True), None)[0])


def governed(
    found_clauses: Iterable[Clause], reach: Group | None, ended: bool = True
) -> tuple[list[Segment], Group | None]:
    """The segments of clauses that follow each other, and the verb that governs on behind them. `reach` is such a verb
    before them: one with a colon governs across ；. With `ended` the last clause ends its sentence."""
    found: list[Segment] = []
    for clause in found_clauses:
        groups = _directed(_groups(clause.events), clause.events)
        found += _governed(clause, groups, reach)
        if groups:
            reach = groups[-1] if _reaches_on(clause, groups) else None
        if clause.last:
            reach = None
    return found, None if ended else reach


def _reaches_on(clause: Clause, groups: list[Group]) -> bool:
    """A colon carries a verb across ；. So does a ； typed for a colon, as in 批发零售；轴承: nothing but the verb stands
    before it."""
    heading = clause.first and not any(event.kind in GOODS for event in clause.events)
    return groups[-1].front and (groups[-1].colon or heading)


def with_goods(tokens: Iterable[Token], length: int) -> Iterator[Token]:
    """The tokens, with a token for each stretch between them, which is goods."""
    done = 0
    for token in tokens:
        if token.start > done:
            yield Token(done, token.start, "goods")
        done = token.end
        yield token
    if length > done:
        yield Token(done, length, "goods")


def clauses(events: Iterable[Token], length: int, first: bool) -> Iterator[Clause]:
    """Events cut at 。 and ；; `first` says that they begin the text."""
    clause = Clause(0, first)
    for event in events:
        if event.kind in ("stop", "semi"):
            clause.end, clause.last = event.start, event.kind == "stop"
            yield clause
            clause = Clause(event.end)
        else:
            clause.events.append(event)
    clause.end = length
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


_JOINED = PASSED | {"list", "join"}


def _run(events: list[Token], place: int) -> int:
    """Behind the last of the verbs that are joined to the one at `place` with no goods between."""
    after = place + 1
    for at in range(place + 1, len(events)):
        kind = events[at].kind
        if kind == "verb":
            after = at + 1
        elif kind not in _JOINED:
            break
    return after


def _split(events: list[Token], place: int, after: int, goods: bool) -> list[Group]:
    """One group, or two: in 软件开发、销售服务器 the last verb begins a new list."""
    whole = _group(events, place, after, goods)
    if not (whole.left and whole.right) or whole.colon or whole.of:
        return [whole]
    verbs = [at for at in range(place, after) if events[at].kind == "verb"]
    for one, other in pairwise(verbs[-2:]):
        if any(events[at].kind in ("list", "join") for at in range(one, other)):
            first = _group(events, place, one + 1, goods)._replace(right=False)
            return [first, _group(events, other, after, False)]
    return [whole]


def _group(events: list[Token], place: int, after: int, goods: bool) -> Group:
    verb = events[place]
    for event in events[place + 1 : after]:
        if event.kind == "verb" and strength(event) < strength(verb):
            verb = event
    behind = _first(events, range(after, len(events)), PASSED)
    return Group(
        verb=verb,
        first=place,
        after=after,
        start=events[place].start,
        end=events[after - 1].end,
        left=_first(events, range(place - 1, -1, -1), PASSED_BACK) in GOODS,
        right=behind in GOODS,
        colon=behind == "colon",
        of=after < len(events) and events[after].kind == "of",
        alone=not goods,
    )


def _first(events: list[Token], places: Iterable[int], passed: frozenset[str]) -> str:
    """The kind of the first at those places that may not be passed over."""
    for place in places:
        kind = events[place].kind
        if kind not in passed:
            return kind
    return "end"


def _joined_over_commas(groups: list[Group]) -> list[Group]:
    """轴承生产，销售 and 研发，生产，销售：轴承: a verb without goods of its own shares those of its neighbour."""
    joined: list[Group] = []
    for group in groups:
        before = joined[-1] if joined else None
        shares = before and group.alone and not before.colon
        if shares and not (before.left and (group.right or group.colon)):
            joined[-1] = group._replace(
                verb=min(before.verb, group.verb, key=strength),
                first=before.first,
                start=before.start,
                left=before.left,
                alone=before.alone,
            )
        else:
            joined.append(group)
    return joined


# -- where a verb looks --------------------------------------------------------------------------------------------


def _directed(groups: list[Group], events: list[Token]) -> list[Group]:
    directed = []
    done = 0
    for group, following in pairwise([*groups, None]):
        listed = taken = False
        if group.left and (group.right or group.colon):  # else neither matters
            listed = any(events[at].kind == "list" for at in range(done, group.first))
            taken = following is not None and _takes(events, group, following)
        directed.append(_looking(group, listed, taken))
        done = group.after
    return directed


def _takes(events: list[Token], group: Group, following: Group) -> bool:
    """Whether the goods behind a group have a verb of their own: it stands directly behind them, with no ， between
    unless a colon reaches across it."""
    between = range(group.after, following.first)
    return following.left and (group.colon or all(events[at].kind != "comma" for at in between))


def _looking(group: Group, listed: bool, taken: bool) -> Group:
    """A verb looks to the side where goods stand. With goods on both sides it looks forward, unless those have a verb of
    their own; and back too when they have, when a colon follows, or when a list stands there. With goods on neither it
    looks back if it can."""
    if group.left and (group.right or group.colon):
        if group.of:
            return group._replace(front=True, behind=True)
        return group._replace(front=not taken, behind=taken or group.colon or listed)
    front = group.right or group.colon or (group.alone and not group.left)
    return group._replace(front=front, behind=not front)


# -- whose a stretch is --------------------------------------------------------------------------------------------


def _governed(clause: Clause, groups: list[Group], reach: Group | None) -> Iterator[Segment]:
    """`reach` takes what stands before the first verb, unless that one looks back."""
    start, place, before = clause.start, 0, None
    for group in groups:
        between = clause.events[place : group.first]
        if not before and not group.behind:
            before = reach
        yield from _divided(between, start, group.start, before, group)
        yield Segment(group.start, group.end, None, None)
        start, place, before = group.end, group.after, group
    yield from _divided(clause.events[place:], start, clause.end, before or reach, None)


def _divided(
    between: list[Token], start: int, end: int, before: Group | None, after: Group | None
) -> Iterator[Segment]:
    """The stretch between two groups, given to one, to both, or divided."""
    front = before if before and before.front else None
    back = after if after and after.behind else None
    if front and back and front.verb.yields:
        front = None  # 主营减速器的制造
    if front and back and back.left and not front.of and (border := _border(between)):
        yield _segment(start, border, front)
        yield _segment(border, end, back)
    elif front and back:
        yield _segment(start, end, min(front, back, key=lambda group: group.strength))
    else:
        yield _segment(start, end, front or back)


def _border(between: list[Token]) -> int | None:
    """Between a verb in front and a verb behind: where 从事 opens a new list, or else the last ，, or else the last 、or
    及."""
    for kinds in (("opener",), ("comma",), ("list", "join")):
        if found := [event.start for event in between if event.kind in kinds]:
            return found[-1]
    return None


def _segment(start: int, end: int, group: Group | None) -> Segment:
    if group is None:
        return Segment(start, end, None, None)
    if group.verb.role == "none":
        return Segment(start, end, None, (group.verb.start, group.verb.end))
    return Segment(start, end, group.verb.role, (group.verb.start, group.verb.end))
