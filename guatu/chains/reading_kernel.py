"""The kernel that reads a batch of the register for all chains: an Arrow batch in, an Arrow batch out, on every engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from guatu.chains.mappings import KEPT
from guatu.chains.readings import SAYING, SCHEMA, TEXTS
from guatu.chains.rules.saying import ManySayings
from guatu.kernel.warehouse.kernels import without_collector

#: What the kernel reads of a register row.
COLUMNS = (*KEPT, *TEXTS)
#: Rows taken apart at once: a row has ten items, and memory holds them all.
AT_ONCE = 30_000


class ReadingKernel:
    """What it remembers of texts stays in the process it runs in."""

    schema = SCHEMA

    def __init__(self) -> None:
        self._sayings: ManySayings | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"_sayings": None}

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of the batch, each with what its texts say. A row that tells main business or products is left to the
        mapper: what these say depends on each other."""
        parts = [self._read(batch.slice(start, AT_ONCE)) for start in range(0, batch.num_rows, AT_ONCE)]
        return pa.Table.from_batches(parts, SCHEMA).combine_chunks().to_batches()[0] if parts else self._read(batch)

    def _read(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        self._sayings = self._sayings or ManySayings()
        with without_collector():
            said = self._sayings.read({name: pl.from_arrow(batch.column(name)) for name in ("name", *TEXTS)})
        sayings = pa.StructArray.from_arrays(
            [said.sayings[field.name].to_arrow().cast(field.type) for field in SAYING], fields=list(SAYING))
        arrays = [batch.column(name).cast(SCHEMA.field(name).type) for name in COLUMNS]
        arrays.append(_lists(said.sayings["row"], sayings, batch.num_rows))
        for texts in (said.apart, said.formed):
            arrays.append(_lists(texts["row"], texts["field"].to_arrow().cast(pa.int8()), batch.num_rows))
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _lists(rows: pl.Series, values: pa.Array, count: int) -> pa.ListArray:
    """Values as a list for each row; `rows` says in order which row each belongs to."""
    ends = np.searchsorted(rows.to_numpy(), np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)
