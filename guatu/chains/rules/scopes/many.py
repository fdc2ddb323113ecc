"""Many texts read one by one for several vocabularies: the same reading as `reading.Reader`, with nothing worked out twice.

A text is cut at 。 and ；, and only stretches with a term in them are looked at; these are cut at 、 and ， into items. For
whole columns see `columns.py`, which asks here about the texts that are no plain lists.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.clearing import clear_stretch, clear_whole
from guatu.chains.rules.scopes.items import GOODS, Item, Items
from guatu.chains.rules.scopes.rulings import Reach, Ruling, Shapes, joined, rule
from guatu.chains.rules.scopes.tokens import DEAD
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabularies

#: Items and rulings that are kept; when there are more, they are gathered anew.
MOST = 200_000

# 、 and ， that number nothing: 1、 and 1,4-丁二醇 stay whole.
BORDER = re.compile(r"(?<!\d)[、,](?!\d)")
_ACROSS = re.compile(words.ACROSS)
_STRETCH_END = re.compile("[。;]")
#: What must stand in a ； that is not written ；: 1、
NUMBERED = r"!|\d[.、)]"


class Read(NamedTuple):
    """A term, by its plain form, in a plain text with its role, and the vocabularies it was found for. The verb stands
    at `verb`."""

    form: str
    vocabularies: tuple[str, ...]
    role: str
    start: int
    end: int
    verb: tuple[int, int]


class Governed(NamedTuple):
    """A product of an item, which begins at `place` of the plain text, with its role and where its verb stands there."""

    place: int
    item: Item
    event: int
    hit: Hit
    vocabularies: tuple[str, ...]
    role: str
    verb: tuple[int, int]


class ManyReader:
    """Reads plain texts for several vocabularies. Build it once; it remembers what it has met."""

    def __init__(self, vocabularies: Mapping[str, Iterable[str]]) -> None:
        self.vocabularies = Vocabularies(vocabularies)
        self.items = self._items_of(self.vocabularies)
        self._finder = AhoCorasick(list(self.vocabularies.forms), matchkind=MatchKind.LeftmostLongest)
        self._items: dict[tuple[str, tuple[int, ...]], Item] = {}
        self._rulings: dict[tuple, Ruling] = {}

    def _items_of(self, vocabularies: Vocabularies) -> Items:
        return Items(vocabularies)

    def read(self, text: str, gaps: Sequence[int] = ()) -> list[Read]:
        """The products of a plain text with their roles; `gaps` as in Plain. As `Reader.scope` of each vocabulary reads
        them, but for firms without works of their own (`fabless`)."""
        return [
            Read(hit.term, vocabularies, role, place + hit.start, place + hit.end, verb)
            for place, _item, _event, hit, vocabularies, role, verb in self.governed(text, gaps)
        ]

    def governed(self, text: str, gaps: Sequence[int] = ()) -> list[Governed]:
        """The products of a plain text in their items."""
        places = self._places(text)
        if not places:
            return []
        if len(self._items) + len(self._rulings) > MOST:
            self._items.clear()
            self._rulings.clear()
        whole = clear_whole(text)
        found: list[Governed] = []
        done = 0  # of the places
        while done < len(places):
            start, end = _stretch(whole, places[done])
            done = max(bisect_left(places, end, done), done + 1)
            self._stretch(whole, start, end, gaps, found)
        return found

    def _places(self, text: str) -> Sequence[int]:
        """Where it must be looked whether products stand."""
        return [place for _term, place, _end in self._finder.find_matches_as_indexes(text)]

    def is_without_goods(self, head: str, gaps: Sequence[int] = ()) -> bool:
        """Whether a text with this first item may begin with verbs alone, which then govern on across ；."""
        _places, items, _marks = self._cut(head, 0, len(head), gaps)
        return not any(GOODS in self.items.events[item.shape] for item in items)

    # -- stretches -----------------------------------------------------------------------------------------------------

    def _stretch(self, whole: str, start: int, end: int, gaps: Sequence[int], found: list[Governed]) -> None:
        """Adds the products of a stretch with what governs them."""
        places, items, marks = self._cut(whole, start, end, gaps)
        if not any(item.hits for item in items):
            return
        reach = self._reach_before(whole, start, gaps) if start else None
        shapes, firsts = self._joined(items, marks)
        ruling = self._ruling(shapes, reach, start == 0)
        for place, item, first in zip(places, items, firsts, strict=True):
            for event, hit, vocabularies in item.hits:
                governed_by = ruling.roles[first + event]
                if governed_by is None:
                    continue
                role, verb = governed_by
                span = reach.verb if verb < 0 else _span(places, items, firsts, verb)
                found.append(Governed(place, item, event, hit, vocabularies, role, span))

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
        border = BORDER.search(whole, 0, end)
        return self.is_without_goods(whole[: border.start() if border else end], gaps)

    def _reach_after(self, whole: str, start: int, end: int, gaps: Sequence[int], reach: Reach | None) -> Reach | None:
        places, items, marks = self._cut(whole, start, end, gaps)
        shapes, firsts = self._joined(items, marks)
        onward = self._ruling(shapes, reach, start == 0).onward
        if onward is None:
            return None
        verb, role, yields, of = onward
        return reach if verb < 0 else Reach(role, yields, of, _span(places, items, firsts, verb))

    # -- items ---------------------------------------------------------------------------------------------------------

    def _cut(self, whole: str, start: int, end: int, gaps: Sequence[int]) -> tuple[list[int], list[Item], list[str]]:
        """Where the items of a stretch begin, the items, and the mark behind each ("" at the end of the stretch)."""
        stretch = whole[start:end]
        cleared = clear_stretch(stretch)
        borders = [] if _ACROSS.search(stretch) else [match.start() for match in BORDER.finditer(cleared)]
        places, items, marks = [], [], []
        begin, before = 0, ","
        for border in (*borders, len(cleared)):
            mark = cleared[border : border + 1]
            within = tuple(gap - start - begin for gap in gaps if start + begin <= gap <= start + border)
            places.append(start + begin)
            items.append(self._item(before + cleared[begin:border] + (mark or ","), within))
            marks.append(mark)
            begin, before = border + 1, mark
        return places, items, marks

    def _item(self, context: str, gaps: tuple[int, ...]) -> Item:
        """The ends of a stretch are as good as ，; how much was taken out at the end of an item is nothing to the rest."""
        if context[-2] == DEAD:
            context = context[:-1].rstrip(DEAD) + DEAD + context[-1]
        item = self._items.get((context, gaps))
        if item is None:
            item = self._items[context, gaps] = self.items.item(context, gaps)
        return item

    # -- shapes --------------------------------------------------------------------------------------------------------

    def _joined(self, items: list[Item], marks: list[str]) -> tuple[Shapes, list[int]]:
        return joined(self.items.goods, [item.shape for item in items], [len(item.spans) for item in items], marks)

    def _ruling(self, shapes: Shapes, reach: Reach | None, first: bool) -> Ruling:
        key = shapes, reach and reach[:3], first
        found = self._rulings.get(key)
        if found is None:
            found = self._rulings[key] = rule(self.items, shapes, reach, first)
        return found


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
