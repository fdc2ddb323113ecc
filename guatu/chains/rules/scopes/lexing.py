"""Many items lexed at once: the same events as `Items.lexed` finds in each, as columns of numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from guatu.chains.rules.scopes.items import GOODS, PASSED, Event, Items
from guatu.chains.rules.scopes.lists import Lists, ranges
from guatu.chains.rules.scopes.runs import RunFinder
from guatu.chains.rules.scopes.tokens import Token

#: Kinds of tokens that are no border of a term before them, or only with what follows; see `Outline.is_product`.
NO_BORDERS = ("cut", "filler", "opener", "of", "thing")
_END = "\n"
_FIRST_CODE = 0x20  # what stands below may part keys


class LexedItems(NamedTuple):
    """The shape of each item, the events of its spans end to end with how many there are, and its tokens likewise."""

    shape: np.ndarray
    events: np.ndarray
    span_start: np.ndarray
    span_end: np.ndarray
    first_token: np.ndarray
    token_start: np.ndarray
    token_end: np.ndarray
    token_kind: np.ndarray
    kinds: list[Event]

    def tokens(self, item: int) -> list[Token]:
        """As the lexer finds them in the context of an item."""
        which = slice(self.first_token[item], self.first_token[item + 1])
        found = zip(
            self.token_start[which].tolist(), self.token_end[which].tolist(), self.token_kind[which].tolist(), strict=True)
        return [Token(start, end, *self.kinds[kind]) for start, end, kind in found]


    def is_border(self, item: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Where a token begins in an item, at a place of its context, that is a border whatever stands behind it; no item is
        known by a number below zero."""
        plain = np.array([kind not in NO_BORDERS for kind, _role, _yields in self.kinds])[self.token_kind]
        token_item = np.repeat(np.arange(len(self.shape)), np.diff(self.first_token))
        borders = (token_item << 32 | self.token_start)[plain]
        return np.isin(item << 32 | place, borders) & (item >= 0)


class ManyLexer:
    """Lexes items by their runs of words; it remembers the runs it has met."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._find = RunFinder(items.lexer)
        self._kinds: list[Event] = [GOODS]
        self._number_of_kind: dict[Event, int] = {GOODS: 0}
        self._number_of_run: dict[str, int] = {}
        self._tokens = Lists(3)
        self._shapes: dict[str, int] = {}

    def __call__(self, contexts: list[str]) -> LexedItems:
        """Of items in their contexts, at least one."""
        runs = self._find(contexts)
        run = np.array(self._numbers(runs.texts, runs.start, runs.origin), np.int64)
        counts = np.diff(self._tokens.start)[run]
        which = ranges(self._tokens.start[run], counts)
        start, end, kind = (column[which] for column in self._tokens.columns)
        at = np.repeat(runs.start, counts)
        start, end = runs.origin[at + start], runs.origin[at + end]
        item = np.repeat(runs.piece, counts)
        first = np.append(0, np.cumsum(np.bincount(item, minlength=len(contexts))))
        lengths = np.array([len(context) for context in contexts]) - 2
        shape, events, spans = self._events(item, start - 1, end - 1, kind, lengths)
        return LexedItems(shape, events, *spans, first, start, end, kind, self._kinds)

    def _numbers(self, texts: list[str], starts: np.ndarray, origin: np.ndarray) -> list[int]:
        numbers = [self._number_of_run.get(text, -1) for text in texts]
        counts, found = [], []
        for place, text in enumerate(texts):
            if numbers[place] >= 0:
                continue
            number = self._number_of_run.get(text)
            if number is None:
                number = self._number_of_run[text] = len(self._number_of_run)
                # At the beginning of a piece stands its mark, of which no token is made.
                tokens = self._items.lexer.tokens(text, begin=1 if origin[starts[place]] == 0 else 0)
                counts.append(len(tokens))
                found += [(token.start, token.end, self._kind(token[2:])) for token in tokens]
            numbers[place] = number
        self._tokens.extend(np.array(counts, np.int64), *np.array(found, np.int64).reshape(-1, 3).T)
        return numbers

    def _kind(self, event: Event) -> int:
        number = self._number_of_kind.setdefault(event, len(self._kinds))
        if number == len(self._kinds):
            self._kinds.append(event)
        return number

    def _events(
        self, item: np.ndarray, start: np.ndarray, end: np.ndarray, kind: np.ndarray, lengths: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """The shapes of items, how many events each has, and where they stand, from their tokens; see `items.events`."""
        names = np.array([name for name, _role, _yields in self._kinds])
        passed = np.isin(names, PASSED)[kind]
        before_of = np.append((names == "of")[kind[1:]] & (item[1:] == item[:-1]), False)[: len(item)]
        inside = start < lengths[item]  # not the mark behind
        kept = inside & (~passed | before_of)
        goods = (names == "thing")[kind]
        done = np.where(np.append(True, item[1:] != item[:-1])[: len(item)], 0, np.append(0, end[:-1])[: len(item)])
        gap = inside & (start > done)
        # Before each token the goods that stand there, and behind the last those to the end of the item.
        counts = np.bincount(item, minlength=len(lengths))
        ends = np.cumsum(counts)
        reached = np.zeros(len(lengths), np.int64)
        np.maximum.at(reached, item[inside], end[inside])
        reached = np.minimum(reached, lengths)
        tail = reached < lengths
        at = 2 * ends  # behind the tokens of the item

        def woven(gaps: np.ndarray, tokens: np.ndarray, tails: np.ndarray) -> np.ndarray:
            return np.insert(np.column_stack((gaps, tokens)).ravel(), at, tails)

        taken = woven(gap, kept, tail)
        of = woven(item, item, np.arange(len(lengths)))[taken]
        first = woven(done, start, reached)[taken]
        last = woven(start, np.minimum(end, lengths[item]), lengths)[taken]
        code = woven(np.zeros(len(item), np.int64), np.where(goods, 0, kind), np.zeros(len(lengths), np.int64))[taken]
        follows = np.append(False, (code[1:] == 0) & (code[:-1] == 0) & (of[1:] == of[:-1]))[: len(code)]
        opens = np.flatnonzero(~follows)
        of, first, code = of[opens], first[opens], code[opens]
        last = last[np.append(opens[1:], len(last)) - 1] if len(opens) else last
        return self._shaped(of, first, last, code, lengths)

    def _shaped(self, of, first, last, code, lengths):
        events = np.bincount(of, minlength=len(lengths))
        parted = np.insert(code + _FIRST_CODE, np.cumsum(events), ord(_END)).astype("<u4")
        keys = parted.tobytes().decode("utf-32-le").split(_END)[:-1]
        shape = np.array([self._shape(key) for key in keys], np.int64)
        # Goods with nothing but 和 or a bracket among them are one.
        whole = shape == self._items.goods
        if whole.any():
            kept = ~whole[of] | np.append(True, of[1:] != of[:-1])
            of, first, last = of[kept], np.where(whole[of], 0, first)[kept], np.where(whole[of], lengths[of], last)[kept]
            events = np.bincount(of, minlength=len(lengths))
        return shape, events, (first, last)

    def _shape(self, key: str) -> int:
        number = self._shapes.get(key)
        if number is None:
            number = self._shapes[key] = self._items.number([self._kinds[ord(char) - _FIRST_CODE] for char in key])
        return number
