"""Many texts read at once: the same reading as `reading.Reader`, with nothing worked out twice.

The texts of a register repeat each other in their pieces, not as a whole. A text is cut at 。 and ；, and only stretches
with a term in them are looked at; these are cut at 、 and ， into items. What an item's marks, verbs and products are is
worked out once for each different item, and which verb governs what once for each different order of them, its shape.
`tests/test_scopes_many.py` holds both readings against each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.clearing import clear_stretch, clear_whole
from guatu.chains.rules.scopes.parting import Sides, parted, sides
from guatu.chains.rules.scopes.plain import Plain
from guatu.chains.rules.scopes.reading import Outline
from guatu.chains.rules.scopes.segments import Group, clauses, governed
from guatu.chains.rules.scopes.tokens import DEAD, Lexer, Token
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabularies

#: Items, shapes and headings that are kept; when there are more, they are gathered anew.
MOST = 500_000

# 、 and ， that number nothing: 1、 and 1,4-丁二醇 stay whole.
_BORDER = re.compile(r"(?<!\d)[、,](?!\d)")
_ACROSS = re.compile(words.ACROSS)
_STRETCH_END = re.compile("[。;]")
_NUMBERED = re.compile(r"!|\d[.、)]")  # what must stand in a ； that is not written ；: 1、

_GOODS = ("goods", "", False)
_MARKS = {"、": ("list", "", False), ",": ("comma", "", False)}
_PASSED = ("blank", "filler", "cut")  # every rule passes over them, but for the 的 that must stand right behind a verb
_PLAIN_GOODS = {_GOODS, ("join", "", False), ("open", "", False)}  # no border runs through them when no verb stands there
_NO_WORD = re.compile(r"[^\w]")


class Read(NamedTuple):
    """A term, by its plain form, in a plain text with its role, and the vocabularies it was found for. The verb stands
    at `verb`."""

    form: str
    vocabularies: tuple[str, ...]
    role: str
    start: int
    end: int
    verb: tuple[int, int]


class Item(NamedTuple):
    """A piece up to a mark 、 or ，, with that mark. `shape` numbers the kinds of its events, `sides` says how it begins
    and ends, `spans` where the events stand in it; `hits` are its products with the number of the event each stands in."""

    shape: int
    sides: Sides
    spans: tuple[tuple[int, int], ...]
    hits: tuple[tuple[int, Hit, tuple[str, ...]], ...]


class Reach(NamedTuple):
    """A verb that governs on into the next stretch."""

    role: str
    yields: bool
    of: bool
    verb: tuple[int, int]


class Ruling(NamedTuple):
    """What governs the events of a shape: for each its role and the number of its verb's event (-1: the verb that reached
    into it). `onward` is the verb that reaches out of it, by the number of its event, with role, yields, of."""

    roles: tuple[tuple[str, int] | None, ...]
    onward: tuple[int, str, bool, bool] | None


class ManyReader:
    """Reads plain texts for several vocabularies. Build it once; it remembers what it has met."""

    def __init__(self, vocabularies: Mapping[str, Iterable[str]]) -> None:
        self.vocabularies = Vocabularies(vocabularies)
        self._lexer = Lexer(self.vocabularies.forms)
        self._signs = AhoCorasick(sorted({*words.ROLES, *words.DOERS, *words.OPENERS, *words.JOINERS, *words.WORD_SIGNS}))
        self._finder = AhoCorasick(list(self.vocabularies.forms), matchkind=MatchKind.LeftmostLongest)
        self._shapes: dict[tuple, int] = {}
        self._events: list[tuple] = []
        self._sides: list[Sides] = []
        self._goods = self._number((_GOODS,))
        self._items: dict[str | tuple, Item] = {}
        self._rulings: dict[tuple, Ruling] = {}
        self._headings: dict[str, bool] = {}

    def read(self, text: str, gaps: Sequence[int] = ()) -> list[Read]:
        """The products of a plain text with their roles; `gaps` as in Plain. As `Reader.scope` of each vocabulary reads
        them, but for firms without works of their own (`fabless`)."""
        found = self._finder.find_matches_as_indexes(text)
        if not found:
            return []
        if len(self._items) + len(self._rulings) + len(self._headings) > MOST:
            for kept in (self._items, self._rulings, self._headings):
                kept.clear()
        whole = clear_whole(text)
        reads: list[Read] = []
        places = [place for _term, place, _end in found]
        done = 0  # of the places
        while done < len(places):
            start, end = _stretch(whole, places[done])
            following = max(bisect_left(places, end, done), done + 1)
            self._stretch(whole, start, end, gaps, places[done:following], reads)
            done = following
        return reads

    # -- stretches -----------------------------------------------------------------------------------------------------

    def _stretch(
        self, whole: str, start: int, end: int, gaps: Sequence[int], found: list[int], reads: list[Read]
    ) -> None:
        """Adds what a stretch says to `reads`. Terms begin at the places `found` and nowhere outside their items."""
        stretch = whole[start:end]
        cleared, borders = _cleared(stretch)
        reach = self._reach_before(whole, start, gaps) if start else None
        if reach is None and not gaps and not _NUMBERED.search(cleared):
            self._by_parts(start, cleared, borders, found, reads)
            return
        places, items, marks = self._cut(whole, start, end, gaps)
        if any(item.hits for item in items):
            self._rule_items(places, items, ["", *marks], reach, reads, start == 0)

    def _by_parts(self, start: int, cleared: str, borders: list[int], found: list[int], reads: list[Read]) -> None:
        """Reads those parts of a stretch in which terms stand; see `parting` for why no more need be looked at."""
        last = len(borders)
        holding = sorted({bisect_right(borders, place - start) for place in found})
        done = -1  # the last item that was looked at
        for at in holding:
            if at <= done:
                continue
            items = [self._nth(cleared, borders, at, True)]
            first = done = at
            if not items[0].hits:
                continue
            while first:
                before = self._nth(cleared, borders, first - 1, first - 1 in holding)
                if parted(before.sides, cleared[borders[first - 1]], items[0].sides):
                    break
                items.insert(0, before)
                first -= 1
            while done < last:
                behind = self._nth(cleared, borders, done + 1, done + 1 in holding)
                if parted(items[-1].sides, cleared[borders[done]], behind.sides):
                    break
                items.append(behind)
                done += 1
            places = [start + (borders[each - 1] + 1 if each else 0) for each in range(first, done + 1)]
            marks = [cleared[border] for border in borders[first:done]]
            self._rule_items(places, items, [cleared[borders[first - 1]] if first else "", *marks, ""], None, reads)

    def _rule_items(
        self,
        places: list[int],
        items: list[Item],
        marks: list[str],
        reach: Reach | None,
        reads: list[Read],
        begins: bool = False,
    ) -> None:
        """Adds the products of items with what governs them; `marks` begin with the one before the first item, `begins`
        says that they begin the text."""
        shapes, firsts = self._joined(items, marks)
        ruling = self._ruling(shapes, reach, begins)
        for place, item, first in zip(places, items, firsts, strict=True):
            for event, hit, vocabularies in item.hits:
                governed_by = ruling.roles[first + event]
                if governed_by is None:
                    continue
                role, verb = governed_by
                span = reach.verb if verb < 0 else _span(places, items, firsts, verb)
                reads.append(Read(hit.term, vocabularies, role, place + hit.start, place + hit.end, span))

    def _reach_before(self, whole: str, start: int, gaps: Sequence[int]) -> Reach | None:
        """The verb that governs into the stretch at `start`. Only a colon carries it, or a text that begins with a verb
        alone: most stretches need not be asked."""
        sentence = whole.rfind("。", 0, start) + 1
        if sentence == start:
            return None
        ends = [match.start() for match in _STRETCH_END.finditer(whole, sentence, start)]
        if whole.find(":", sentence, start) < 0 and (sentence or not self._is_heading(whole, ends[0], gaps)):
            return None
        reach, begin = None, sentence
        for end in ends:
            reach = self._reach_after(whole, begin, end, gaps, reach)
            begin = end + 1
        return reach

    def _is_heading(self, whole: str, end: int, gaps: Sequence[int]) -> bool:
        """Whether the first stretch of a text may be verbs without goods; its first item tells of most that it is not."""
        border = _BORDER.search(whole, 0, end)
        head = whole[: border.start() if border else end]
        if gaps:
            return self._is_without_goods(head, gaps)
        known = self._headings.get(head)
        if known is None:
            known = self._headings[head] = self._is_without_goods(head, gaps)
        return known

    def _is_without_goods(self, head: str, gaps: Sequence[int]) -> bool:
        _places, items, _marks = self._cut(head, 0, len(head), gaps)
        return not any(_GOODS in self._events[item.shape] for item in items)

    def _reach_after(self, whole: str, start: int, end: int, gaps: Sequence[int], reach: Reach | None) -> Reach | None:
        places, items, marks = self._cut(whole, start, end, gaps)
        shapes, firsts = self._joined(items, ["", *marks])
        onward = self._ruling(shapes, reach, start == 0).onward
        if onward is None:
            return None
        verb, role, yields, of = onward
        return reach if verb < 0 else Reach(role, yields, of, _span(places, items, firsts, verb))

    # -- items ---------------------------------------------------------------------------------------------------------

    def _cut(self, whole: str, start: int, end: int, gaps: Sequence[int]) -> tuple[list[int], list[Item], list[str]]:
        """Where the items of a stretch begin, the items, and the mark behind each ("" at the end of the stretch)."""
        cleared, borders = _cleared(whole[start:end])
        places, items, marks = [], [], []
        begin = 0
        for nth, border in enumerate((*borders, len(cleared))):
            within = tuple(gap - start - begin for gap in gaps if start + begin <= gap <= start + border)
            places.append(start + begin)
            items.append(self._nth(cleared, borders, nth, True, within if gaps else None))
            marks.append(cleared[border : border + 1])
            begin = border + 1
        return places, items, marks

    def _nth(
        self, cleared: str, borders: list[int], nth: int, holds: bool, gaps: tuple[int, ...] | None = None
    ) -> Item:
        """An item of a stretch by its number; `holds` says that a term may stand in it. It is kept with a mark before and
        one behind, by which its first and last words are read; the ends of the stretch are as good as ，."""
        begin = borders[nth - 1] if nth else -1
        if nth < len(borders):
            key = cleared[begin : borders[nth] + 1] if nth else "," + cleared[: borders[0] + 1]
        else:
            key = (cleared[begin:] if nth else "," + cleared) + ","
        if key[-2] == DEAD:  # how much was taken out at the end is nothing to the rest
            key = key[:-1].rstrip(DEAD) + DEAD + key[-1]
        item = self._items.get(key if gaps is None else (key, gaps))
        if item is None:
            item = self._item(key, gaps or (), holds)
            self._items[key if gaps is None else (key, gaps)] = item
        return item

    def _item(self, context: str, gaps: tuple[int, ...], holds: bool) -> Item:
        """Of a piece with the mark before it and the one behind it."""
        piece = context[1:-1]
        if piece and not gaps and not self._signs.find_matches_as_indexes(piece) and not _NO_WORD.search(piece):
            tokens, shape, spans = [Token(len(context) - 1, len(context), "list")], [_GOODS], [(0, len(piece))]
        else:
            tokens = self._lexer.tokens(context, [gap + 1 for gap in gaps], begin=1)
            shape, spans = _events(tokens, len(piece))
        hits = ()
        if holds:
            hits = tuple(self._products(context, tokens, piece, [start for start, _end in spans]))
        number = self._number(tuple(shape))
        return Item(number, self._sides[number], tuple(spans), hits)

    def _number(self, shape: tuple[tuple[str, str, bool], ...]) -> int:
        number = self._shapes.setdefault(shape, len(self._shapes))
        if number == len(self._events):
            self._events.append(shape)
            self._sides.append(sides([kind for kind, _role, _yields in shape]))
        return number

    def _products(self, context, tokens, piece, starts) -> Iterator[tuple[int, Hit, tuple[str, ...]]]:
        outline = Outline(Plain(context, range(len(context)), ()), context, tokens, [])
        for hit, vocabularies in self.vocabularies.hits(piece):
            if outline.is_product(Hit(hit.start + 1, hit.end + 1, hit.term)):
                yield bisect_right(starts, hit.start) - 1, hit, vocabularies

    # -- shapes --------------------------------------------------------------------------------------------------------

    def _joined(self, items: list[Item], marks: list[str]) -> tuple[tuple, list[int]]:
        """The mark before the items and the shape of each with the mark behind it, and the number of the first event of
        each. Goods listed one after the other are governed alike, so they take one place together."""
        shapes: list[int | str] = [marks[0]]
        firsts: list[int] = []
        first = following = len(marks[0])
        listed: str | None = None
        for item, mark in zip(items, marks[1:], strict=True):
            shape = item.shape
            if shape != self._goods or mark != listed:
                first = following
                following += len(item.spans) + len(mark)
                shapes += (shape, mark)
                listed = mark if shape == self._goods else None
            firsts.append(first)
        return tuple(shapes), firsts

    def _ruling(self, shapes: tuple, reach: Reach | None, first: bool = False) -> Ruling:
        key = shapes, reach and reach[:3], first
        found = self._rulings.get(key)
        if found is None:
            found = self._rulings[key] = self._rule(shapes, reach, first)
        return found

    def _rule(self, shapes: tuple, reach: Reach | None, first: bool) -> Ruling:
        """What `segments` says of events that each take one place."""
        kinds = [_MARKS[shapes[0]]] if shapes[0] else []
        for shape, mark in zip(shapes[1::2], shapes[2::2], strict=True):
            kinds += self._events[shape]
            if mark:
                kinds.append(_MARKS[mark])
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


def _events(tokens: list[Token], length: int) -> tuple[list[tuple[str, str, bool]], list[tuple[int, int]]]:
    """The kinds of the events of a piece and where they stand, from its tokens, which count from the mark before it."""
    kinds: list[tuple[str, str, bool]] = []
    spans: list[tuple[int, int]] = []

    def add(kind: tuple[str, str, bool], start: int, end: int) -> None:
        if kind is _GOODS and kinds and kinds[-1] is _GOODS:
            spans[-1] = spans[-1][0], end
        else:
            kinds.append(kind)
            spans.append((start, end))

    done = 0
    for place, token in enumerate(tokens):
        start, end = token.start - 1, min(token.end - 1, length)
        if start < 0 or start > length or (start == length and token.end > token.start):
            continue  # the marks around it
        if start > done:
            add(_GOODS, done, start)
        done = end
        if token.kind == "thing":
            add(_GOODS, start, end)
        elif token.kind not in _PASSED or (place + 1 < len(tokens) and tokens[place + 1].kind == "of"):
            add((token.kind, token.role, token.yields), start, end)
    if done < length:
        add(_GOODS, done, length)
    if _GOODS in kinds and _PLAIN_GOODS.issuperset(kinds):
        return [_GOODS], [(0, length)]
    return kinds, spans


def _cleared(stretch: str) -> tuple[str, list[int]]:
    """A stretch without what states nothing, and where the marks stand that part its items."""
    cleared = clear_stretch(stretch)
    return cleared, [] if _ACROSS.search(stretch) else [match.start() for match in _BORDER.finditer(cleared)]


def _stretch(whole: str, place: int) -> tuple[int, int]:
    """From behind the 。 or ； before a place to the one behind it."""
    start = max(whole.rfind("。", 0, place), whole.rfind(";", 0, place)) + 1
    ends = [end for mark in "。;" if (end := whole.find(mark, place)) >= 0]
    return start, min(ends, default=len(whole))


def _span(places: list[int], items: list[Item], firsts: list[int], event: int) -> tuple[int, int]:
    """Where an event of a stretch stands in the text."""
    at = bisect_right(firsts, event) - 1
    start, end = items[at].spans[event - firsts[at]]
    return places[at] + start, places[at] + end
