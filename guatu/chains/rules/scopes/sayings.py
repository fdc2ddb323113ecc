"""What texts say, whatever is looked for in them: of each item the verbs that govern its events.

A scope says the same whichever chains ask, but for terms in which a verb stands (`tokens.holding_verbs`). So a register is
read once, when it is loaded, and asked by every edition of every chain. `mapping_many.ManyMapper` asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import polars as pl

from guatu.chains.rules.scopes.columns import Columns, as_known
from guatu.chains.rules.scopes.items import Item, Items
from guatu.chains.rules.scopes.known import KnownItems, with_gaps
from guatu.chains.rules.scopes.lexing import LexedItems
from guatu.chains.rules.scopes.lists import ranges
from guatu.chains.rules.scopes.many import ManyReader
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.rules.scopes.vocabulary import Hit, Vocabularies

#: A row a governed event: the place of its text in the column read, its item in its context with the item's place in the
#: text, which event of the item, the role by its place in `segments.STRENGTH`, and where the verb stands in the text.
SAYINGS = ("text", "context", "place", "event", "role", "verb_start", "verb_end")
_SCHEMA = dict.fromkeys(SAYINGS, pl.Int64) | {"context": pl.String}


class EventItems(Items):
    """Items of which every event counts as a product."""

    def item(self, context: str, gaps: Sequence[int] = ()) -> Item:
        found = self.lexed(context, gaps)
        hits = ((event, Hit(start, end, ""), ()) for event, (start, end) in enumerate(found.spans))
        return Item(found.shape, found.spans, tuple(hits), context, gaps)


class ManySayingReader(ManyReader):
    """Reads texts one by one, all stretches of them."""

    def __init__(self) -> None:
        super().__init__({})

    def _items_of(self, vocabularies: Vocabularies) -> Items:
        return EventItems(vocabularies)

    def _places(self, text: str) -> Sequence[int]:
        return range(len(text))


class KnownEvents(KnownItems):
    """Items of which every event counts as a product, told by its number in the place of a term's."""

    most = 500_000  # every item of a register is met, not only those near a term

    def _learn_products(self, contexts: list[str], goods: int, lexed: LexedItems | None) -> None:
        counts, start, end = np.ones(goods, np.int64), np.zeros(goods, np.int64), np.array(list(map(len, contexts[:goods]))) - 2
        if lexed:
            counts, start, end = (
                np.append(one, other)
                for one, other in ((counts, lexed.events), (start, lexed.span_start), (end, lexed.span_end)))
        event = ranges(np.zeros(len(counts), np.int64), counts)
        self.hits.extend(counts, event, start, end, event, np.zeros(len(event), np.int64))

    def _products_of(self, item: Item) -> list[tuple[int, ...]]:
        return [(event, start, end, event, 0) for event, (start, end) in enumerate(item.spans)]


class SayingReader(Columns):
    """Reads columns of plain texts. Build it once; it remembers what it has met."""

    def __init__(self) -> None:
        self._one_by_one = ManySayingReader()
        super().__init__(KnownEvents(self._one_by_one.items))

    def read(self, texts: pl.Series, gaps: Mapping[int, Sequence[int]] = MappingProxyType({})) -> pl.DataFrame:
        """What they say, as columns of SAYINGS; `gaps` as in `Columns.governed`."""
        items, hits, apart = self.governed(texts, gaps)
        alone = [
            (at, with_gaps(item.context, item.gaps) if item.gaps else item.context, place, event, STRENGTH.index(role), *verb)
            for at in apart
            for place, item, event, _hit, _none, role, verb in self._one_by_one.governed(texts[at], gaps.get(at, ()))
        ]
        found = [pl.DataFrame(alone, _SCHEMA, orient="row")]
        if len(hits.row):
            of_items = (items[name].gather(hits.row) for name in ("text", "context", "place"))
            columns = (*of_items, hits.form, hits.role, hits.verb_start, hits.verb_end)
            together = pl.DataFrame(dict(zip(SAYINGS, columns, strict=True))).cast(_SCHEMA)
            found.append(together.with_columns(context=as_known(together["context"])))
        return pl.concat(found)
