"""What is known of the items met so far, as columns of numbers to be joined to the rows of texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import polars as pl

from guatu.chains.rules.scopes.items import SIGNS, Items
from guatu.chains.rules.scopes.lexing import LexedItems, ManyLexer
from guatu.chains.rules.scopes.lists import Lists, joined
from guatu.chains.rules.scopes.rulings import Reach, Ruling, Shapes, rule
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.rules.scopes.tokens import Token

#: More items or rulings than this are not kept from one column to the next.
MOST = 2_000_000


def may_hold_words(pieces: pl.Series) -> pl.Series:
    """Which pieces must be lexed; the others are goods from end to end."""
    return pieces.str.contains_any(SIGNS) | pieces.str.contains(r"[^\w]|^$")


class KnownItems:
    """Items by number. `shape` has the shape of each; `spans` (start, end) where its events stand; `hits` (event, start,
    end, form, owners) its products. `roles` (role, verb's event; -1: none) says of each ruling what governs its events."""

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
        if len(self._numbers) + len(self._rulings) + len(self._reached) > MOST:
            self._clear()
        numbers = np.array([self._numbers.get(context, -1) for context in contexts], np.int64)
        unknown = numbers < 0
        if unknown.any():
            self._learn(contexts.filter(pl.Series(unknown)))
            numbers[unknown] = [self._numbers[context] for context in contexts.filter(pl.Series(unknown))]
        return numbers

    def _learn(self, contexts: pl.Series) -> None:
        """Adds items not met before: first those that are goods from end to end."""
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

    def _learn_products(self, contexts: list[str], goods: int, lexed: LexedItems | None) -> None:
        """Of items of which the first are goods from end to end, and the others were lexed."""
        counts = np.zeros(len(contexts), np.int64)
        found: list[tuple[int, ...]] = []
        first_span = np.append(0, np.cumsum(lexed.events)) if lexed else None
        for place, hits in self.items.vocabularies.hits_of_many([context[1:-1] for context in contexts]):
            context, at = contexts[place], place - goods
            if at < 0:
                end = len(context)
                starts, tokens = [0], partial(list, [Token(end - 1, end, "list")])
            else:
                starts = lexed.span_start[first_span[at] : first_span[at + 1]].tolist()
                tokens = partial(lexed.tokens, at)
            products = [
                (event, hit.start, hit.end, self._number_of_form[hit.term], self._owners(owners))
                for event, hit, owners in self.items.products(context, hits, starts, tokens)
            ]
            counts[place] = len(products)
            found += products
        self.hits.extend(counts, *np.array(found, np.int64).reshape(-1, 5).T)

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
