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
from guatu.chains.rules.scopes.known import KnownItems
from guatu.chains.rules.scopes.lexing import LexedItems
from guatu.chains.rules.scopes.lists import ranges
from guatu.chains.rules.scopes.vocabulary import Vocabularies

#: A row a governed event: the place of its text in the column read, its item in its context with the item's place in the
#: text, which event of the item, the role by its place in `segments.STRENGTH`, and where the verb stands in the text.
SAYINGS = ("text", "context", "place", "event", "role", "verb_start", "verb_end")


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
        super().__init__(KnownEvents(Items(Vocabularies({}))))

    def read(self, texts: pl.Series, gaps: Mapping[int, Sequence[int]] = MappingProxyType({})) -> tuple[pl.DataFrame, pl.Series]:
        """What they say, as columns of SAYINGS in the order of the texts and items, and the places of the texts that
        must be read one by one; `gaps` as in `Columns.governed`."""
        items, hits, apart = self.governed(texts, gaps)
        if items.is_empty():
            return pl.DataFrame(schema=dict.fromkeys(SAYINGS, pl.Int64) | {"context": pl.String}), apart
        order = np.lexsort((hits.form, hits.row))
        row = hits.row[order]
        columns = (
            items["text"].gather(row).cast(pl.Int64), as_known(items["context"].gather(row)), items["place"].gather(row),
            hits.form[order], hits.role[order], hits.verb_start[order], hits.verb_end[order])  # fmt: skip
        return pl.DataFrame(dict(zip(SAYINGS, columns, strict=True))), apart
