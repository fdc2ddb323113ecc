"""The pieces of texts between the marks 、 and ，: what each holds, worked out once for each different piece.

An item is kept with a mark before and one behind, by which its first and last words are read: its context. Its shape
numbers the kinds of its events; which verb governs what is asked of shapes (`rulings.py`), not of texts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.parting import Sides, sides
from guatu.chains.rules.scopes.plain import Plain
from guatu.chains.rules.scopes.reading import Outline
from guatu.chains.rules.scopes.tokens import Lexer, Token
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabularies

Event = tuple[str, str, bool]  # kind, role, yields
GOODS: Event = ("goods", "", False)
Owned = tuple[Hit, tuple[str, ...]]  # a hit with the vocabularies in which it counts
MARKS: Mapping[str, Event] = {"、": ("list", "", False), ",": ("comma", "", False)}

#: An item without these, and without any sign that is no word, is goods from end to end.
SIGNS = sorted({*words.ROLES, *words.DOERS, *words.OPENERS, *words.JOINERS, *words.WORD_SIGNS})

PASSED = ("blank", "filler", "cut")  # every rule passes over them, but for the 的 that must stand right behind a verb
_PLAIN_GOODS = {GOODS, ("join", "", False), ("open", "", False)}  # no border runs through them when no verb stands there


class Item(NamedTuple):
    """`spans` say where the events of its shape stand in it; `hits` are its products with the number of the event each
    stands in; `context` with `gaps` is what it was made of."""

    shape: int
    spans: tuple[tuple[int, int], ...]
    hits: tuple[tuple[int, Hit, tuple[str, ...]], ...]
    context: str
    gaps: Sequence[int]


class Lexed(NamedTuple):
    """What the lexer finds in an item, whatever its goods are; the tokens count from the mark before it."""

    shape: int
    spans: tuple[tuple[int, int], ...]
    tokens: list[Token]


class Items:
    """Knows the words of some vocabularies, and numbers the shapes it meets."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self.vocabularies = vocabularies
        self.events: list[tuple[Event, ...]] = []  # of each shape
        self.sides: list[Sides] = []
        self.lexer = Lexer(vocabularies.forms)
        self._shapes: dict[tuple[Event, ...], int] = {}
        self.goods = self.number([GOODS])

    def named(self) -> set[str]:
        """The Chinese characters that some word of the lexer names; any other is goods wherever it stands, but for the
        words of ACROSS."""
        return {char for found in self.lexer.literals() for piece in found for char in piece if "\u4e00" <= char <= "\u9fff"}

    def item(self, context: str, gaps: Sequence[int] = ()) -> Item:
        """Of a piece with the mark before it and the one behind it; `gaps` as in Plain, counted from the piece."""
        lexed = self.lexed(context, gaps)
        ends = [end for _start, end in lexed.spans]
        products = self.products(context, self.vocabularies.hits(context[1:-1]), ends, lambda: lexed.tokens)
        return Item(lexed.shape, lexed.spans, tuple(products), context, gaps)

    def lexed(self, context: str, gaps: Sequence[int] = ()) -> Lexed:
        tokens = self.lexer.tokens(context, [gap + 1 for gap in gaps], begin=1)
        shape, spans = _events(tokens, len(context) - 2)
        return Lexed(self.number(shape), tuple(spans), tokens)

    def products(
        self, context: str, hits: Iterable[Owned], ends: Sequence[int], tokens: Callable[[], list[Token]]
    ) -> Iterator[tuple[int, Hit, tuple[str, ...]]]:
        """Those hits of a piece that are products, with the number of the event each stands in; `ends` is where its events
        end, `tokens` gives those of its context. One that begins with a word that is passed over, 集 in 集散控制系统, stands
        in the event behind it."""
        length = len(context) - 2
        outline = None
        for hit, vocabularies in hits if ends else ():
            if hit.end < length:  # at the end a mark follows, which is a border
                outline = outline or Outline(Plain(context, range(len(context)), ()), context, tokens(), [])
                if not outline.is_product(Hit(hit.start + 1, hit.end + 1, hit.term)):
                    continue
            yield min(bisect_right(ends, hit.start), len(ends) - 1), hit, vocabularies

    def number(self, kinds: Sequence[Event]) -> int:
        """The number of the shape of events that stand in this order."""
        shape = _merged(tuple(kinds))
        number = self._shapes.setdefault(shape, len(self._shapes))
        if number == len(self.events):
            self.events.append(shape)
            self.sides.append(sides([kind for kind, _role, _yields in shape]))
        return number


def _events(tokens: list[Token], length: int) -> tuple[list[Event], list[tuple[int, int]]]:
    """The kinds of the events of a piece and where they stand, from its tokens, which count from the mark before it."""
    kinds: list[Event] = []
    spans: list[tuple[int, int]] = []

    def add(kind: Event, start: int, end: int) -> None:
        if kind is GOODS and kinds and kinds[-1] is GOODS:
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
            add(GOODS, done, start)
        done = end
        if token.kind == "thing":
            add(GOODS, start, end)
        elif token.kind not in PASSED or (place + 1 < len(tokens) and tokens[place + 1].kind == "of"):
            add((token.kind, token.role, token.yields), start, end)
    if done < length:
        add(GOODS, done, length)
    if _merged(tuple(kinds)) == (GOODS,):
        return [GOODS], [(0, length)]
    return kinds, spans


def _merged(kinds: tuple[Event, ...]) -> tuple[Event, ...]:
    """Goods with nothing but 和 or a bracket among them are one."""
    return (GOODS,) if GOODS in kinds and _PLAIN_GOODS.issuperset(kinds) else kinds
