"""The kernel that maps a batch of the register onto chains: an Arrow batch in, an Arrow batch out, on every engine."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
import pyarrow as pa

from guatu.chains.mappings import KEPT, SCHEMA
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.mapping_many import ManyMapper

#: What the kernel reads of a register row.
COLUMNS = (*KEPT, "scope", "main_business", "products")
_OWN = SCHEMA.names[: len(SCHEMA) - len(KEPT)]


@cache
def _decimal(confidence: float) -> Decimal:
    """There are at most a hundred of them: they have two figures."""
    return Decimal(f"{confidence:.2f}")


@contextmanager
def _without_collector() -> Iterator[None]:
    """What the mapper remembers is hundreds of thousands of small tuples, none of which refers back: the collector of
    cycles would walk all of them again and again and find nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class MappingKernel:
    """Holds the chains; what it compiles of them stays in the process it runs in."""

    schema = SCHEMA

    def __init__(self, chains: Iterable[Chain]) -> None:
        self.chains = list(chains)
        self._mapper: ManyMapper | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"chains": self.chains, "_mapper": None}

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """One row for each mapping of each row of the batch, in the order of rows, chains and nodes."""
        if self._mapper is None:
            self._mapper = ManyMapper(self.chains)
        with _without_collector():
            return self._mapped(batch)

    def _mapped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = [pl.from_arrow(batch.column(name)) for name in ("name", "scope", "main_business", "products")]
        places: list[int] = []
        own: dict[str, list] = {name: [] for name in _OWN}
        for row, mappings in sorted(self._mapper.read(*columns)):
            for one in sorted(mappings, key=lambda one: (one.chain, one.node)):
                places.append(row)
                start, end = one.verb or (None, None)
                values = (
                    one.chain, one.node, one.role, _decimal(one.confidence), one.field, one.start, one.end, start,
                    end, one.term,
                )
                for name, value in zip(_OWN, values, strict=True):
                    own[name].append(value)
        taken = batch.select(list(KEPT)).take(pa.array(places, pa.int64()))
        arrays = [pa.array(own[name], SCHEMA.field(name).type) for name in _OWN]
        arrays += [column.cast(SCHEMA.field(name).type) for name, column in zip(KEPT, taken.columns, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
