"""What is known of the items met so far, as columns of numbers to be joined to the rows of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial

import numpy as np
import polars as pl

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.items import SIGNS, Item, Items
from guatu.chains.rules.scopes.lexing import LexedItems, ManyLexer
from guatu.chains.rules.scopes.lists import Lists, joined
from guatu.chains.rules.scopes.many import NUMBERED
from guatu.chains.rules.scopes.rulings import Reach, Ruling, Shapes, rule
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.rules.scopes.tokens import Token
from guatu.chains.rules.scopes.vocabulary import Hit

#: Texts with these are read one by one, and so are their items.
ONE_BY_ONE = f"{words.ACROSS}|{NUMBERED}"

_NONE = np.zeros(0, np.int64)
_GAPS = "\x04"  # what follows it in a context are the places of its gaps


def with_gaps(context: str, gaps: Iterable[int]) -> str:
    """A context that also tells the gaps of its item, counted from the item."""
    return context + _GAPS + ",".join(map(str, gaps))


def may_hold_words(pieces: pl.Series) -> pl.Series:
    """Which pieces must be lexed; the others are goods from end to end."""
    return pieces.str.contains_any(SIGNS) | pieces.str.contains(r"[^\w]|^$")


class KnownItems:
    """Items by number. `shape` has the shape of each; `spans` (start, end) where its events stand; `hits` (event, start,
    end, form, owners) its products. `roles` (role, verb's event; -1: none) says of each ruling what governs its events."""

    #: More items and rulings than this are not kept from one column to the next.
    most = 2_000_000

    def __init__(self, items: Items) -> None:
        self.items = items
        self.forms = list(items.vocabularies.forms)
        self.owners: list[tuple[str, ...]] = []
        self._number_of_form = {form: number for number, form in enumerate(self.forms)}
        self._number_of_owners: dict[tuple[str, ...], int] = {}
        self._clear()

    def _clear(self) -> None:
        self._lexer = ManyLexer(self.items)
        self._numbers: dict[str, int] = {}
        self._rulings: dict[str, int] = {}
        self._reached: dict[tuple, Ruling] = {}
        self._shapes: list[np.ndarray] = []
        self.spans, self.hits, self.roles = Lists(2), Lists(5), Lists(2)

    @property
    def shape(self) -> np.ndarray:
        return joined(self._shapes)

    # -- items ---------------------------------------------------------------------------------------------------------

    def numbers(self, contexts: pl.Series) -> np.ndarray:
        """The number of each item, told by its context. No two of them are the same."""
        if len(self._numbers) + len(self._rulings) + len(self._reached) > self.most:
            self._clear()
        numbers = np.array([self._numbers.get(context, -1) for context in contexts], np.int64)
        unknown = numbers < 0
        if unknown.any():
            self._learn(contexts.filter(pl.Series(unknown)))
            numbers[unknown] = [self._numbers[context] for context in contexts.filter(pl.Series(unknown))]
        return numbers

    def _learn(self, contexts: pl.Series) -> None:
        """Adds items not met before: those that are goods from end to end, those that are lexed at once, and one by one those
        in which white space or the number of a clause stands, or a verb looks across goods."""
        alone = contexts.str.contains(_GAPS, literal=True) | contexts.str.contains(ONE_BY_ONE)
        if alone.any():
            self._learn(contexts.filter(~alone))
            self._learn_alone(contexts.filter(alone))
            return
        piece = contexts.str.slice(1, contexts.str.len_chars() - 2)
        signed = may_hold_words(piece)
        goods, others = contexts.filter(~signed), contexts.filter(signed)
        ordered = pl.concat([goods, others])
        self._numbers.update(zip(ordered, range(len(self._numbers), len(self._numbers) + len(ordered)), strict=True))
        ones = np.ones(len(goods), np.int64)
        self._shapes.append(ones * self.items.goods)
        self.spans.extend(ones, ones * 0, goods.str.len_chars().to_numpy() - 2)
        lexed = self._lexer(others.to_list()) if len(others) else None
        if lexed:
            self._shapes.append(lexed.shape)
            self.spans.extend(lexed.events, lexed.span_start, lexed.span_end)
        self._learn_products(ordered.to_list(), len(goods), lexed)

    def _learn_alone(self, contexts: pl.Series) -> None:
        items = []
        for told in contexts:
            context, _sign, places = told.partition(_GAPS)
            items.append(self.items.item(context, list(map(int, places.split(","))) if places else ()))
            self._numbers[told] = len(self._numbers)
        self._shapes.append(np.array([item.shape for item in items], np.int64))
        spans = np.array([span for item in items for span in item.spans], np.int64).reshape(-1, 2)
        self.spans.extend(np.array([len(item.spans) for item in items]), *spans.T)
        hits = list(map(self._products_of, items))
        flat = np.array([hit for found in hits for hit in found], np.int64).reshape(-1, 5)
        self.hits.extend(np.array(list(map(len, hits)), np.int64), *flat.T)

    def _products_of(self, item: Item) -> list[tuple[int, ...]]:
        return [self._told(*product) for product in item.hits]

    def _learn_products(self, contexts: list[str], goods: int, lexed: LexedItems | None) -> None:
        """Of items of which the first are goods from end to end, and the others were lexed."""
        vocabularies = self.items.vocabularies
        pieces = [context[1:-1] for context in contexts]
        item, term, start, end = found = vocabularies.matches(pieces)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        events = np.append(np.ones(goods, np.int64), lexed.events if lexed else _NONE)
        span_end = np.append(lengths[:goods], lexed.span_end if lexed else _NONE)
        spans = np.repeat(np.arange(len(pieces)), events) << 32 | span_end
        first_span = np.cumsum(events) - events
        # The only term of an item is a product where the item ends, behind which a mark follows, or a word is a border.
        alone = (end == lengths[item]) | (lexed.is_border(item - goods, end + 1) if lexed else False)
        alone &= ~vocabularies.spelt_in_letters[term] & ((np.bincount(item, minlength=len(pieces)) == 1) & (events > 0))[item]
        at, its_term, its_start = item[alone], term[alone], start[alone]
        event = np.minimum(np.searchsorted(spans, at << 32 | its_start, side="right") - first_span[at], events[at] - 1)
        columns = [np.column_stack((at, event, its_start, end[alone], its_term, self._owners_of_term[its_term]))]
        others: dict[int, list[tuple[int, int, int]]] = {}
        for place, *match in zip(*(column[~alone].tolist() for column in found), strict=True):
            others.setdefault(place, []).append(tuple(match))
        told = []
        for place, matches in others.items():
            hits = list(vocabularies.chosen(pieces[place], matches))
            which = slice(first_span[place], first_span[place] + events[place])
            tokens = partial(lexed.tokens, place - goods) if place >= goods else partial(_mark_at, lengths[place] + 1)
            products = self.items.products(contexts[place], hits, span_end[which].tolist(), tokens)
            told += [(place, *self._told(*product)) for product in products]
        columns.append(np.array(told, np.int64).reshape(-1, 6))
        products = np.concatenate(columns)
        item, *rest = products[np.argsort(products[:, 0], kind="stable")].T
        self.hits.extend(np.bincount(item, minlength=len(pieces)), *rest)

    def _told(self, event: int, hit: Hit, owners: tuple[str, ...]) -> tuple[int, ...]:
        """A product as a row of `hits`."""
        return event, hit.start, hit.end, self._number_of_form[hit.term], self._owners(owners)

    @cached_property
    def _owners_of_term(self) -> np.ndarray:
        return np.array([self._owners(self.items.vocabularies.owners(term)) for term in range(len(self.forms))])

    def _owners(self, owners: tuple[str, ...]) -> int:
        number = self._number_of_owners.setdefault(owners, len(self.owners))
        if number == len(self.owners):
            self.owners.append(owners)
        return number

    # -- rulings -------------------------------------------------------------------------------------------------------

    def rulings(self, keys: Sequence[str], spelt: Callable[[str], Shapes]) -> np.ndarray:
        """The number of the ruling of each row of shapes, told by its key; `spelt` gives the shapes of a key."""
        new = [key for key in dict.fromkeys(keys) if key not in self._rulings]
        if new:
            self._rulings.update(zip(new, range(len(self._rulings), len(self._rulings) + len(new)), strict=True))
            roles = [rule(self.items, spelt(key), None, False).roles for key in new]
            flat = [(STRENGTH.index(each[0]), each[1]) if each else (-1, -1) for ruled in roles for each in ruled]
            self.roles.extend(np.array([len(ruled) for ruled in roles]), *np.array(flat, np.int64).reshape(-1, 2).T)
        return np.array([self._rulings[key] for key in keys], np.int64)

    def reached(self, shapes: Shapes, reach: Reach | None, first: bool) -> Ruling:
        """What governs in a whole stretch, into which a verb may reach."""
        key = shapes, reach and reach[:3], first
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = rule(self.items, shapes, reach, first)
        return found


def _mark_at(place: int) -> list[Token]:
    return [Token(place, place + 1, "list")]
