"""The kernel that maps a batch of the register onto chains: an Arrow batch in, an Arrow batch out, on every engine."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa

from guatu.chains.mappings import KEPT, SCHEMA
from guatu.chains.readings import READINGS, SAYING, TEXTS
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.mapping import FIELDS, Mapping
from guatu.chains.rules.mapping_many import ManyMapper
from guatu.chains.rules.saying import Said
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.kernel.warehouse.kernels import without_collector

#: What the kernel reads of a row of the readings.
COLUMNS = READINGS.schema.names
_OWN_SCHEMA = pa.schema(list(SCHEMA)[: len(SCHEMA) - len(KEPT)])
_OWN = _OWN_SCHEMA.names
_HUNDREDTHS = pa.array([Decimal(number).scaleb(-2) for number in range(100)], SCHEMA.field("confidence").type)


class MappingKernel:
    """Holds the chains; what it compiles of them stays in the process it runs in."""

    schema = SCHEMA

    def __init__(self, chains: Iterable[Chain]) -> None:
        self.chains = list(chains)
        self._mapper: ManyMapper | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"chains": self.chains, "_mapper": None}

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """One row for each mapping of each row of the batch, in the order of rows, chains and nodes. A batch of the register
        itself is read on the way."""
        if self._mapper is None:
            self._mapper = ManyMapper(self.chains)
        with without_collector():
            return self._mapped(batch)

    def _mapped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        mapper = self._mapper
        texts = {name: pl.from_arrow(batch.column(name)) for name in ("name", *TEXTS)}
        found, by_mapper = mapper.read(texts, _said(batch) if "said" in batch.schema.names else None)
        numbers = {name: found[name].to_arrow() for name in found.columns}
        chains, nodes = (pa.array(column, pa.string()) for column in zip(*mapper.nodes, strict=True))
        tables = {"chain": chains, "node": nodes, "role": STRENGTH, "field": FIELDS, "term": mapper.terms}
        own = {name: numbers[name].cast(SCHEMA.field(name).type) for name in ("start", "end", "verb_start", "verb_end")}
        own |= {
            name: pa.array(table, pa.string()).take(numbers["node" if name == "chain" else name])
            for name, table in tables.items()
        }
        own["confidence"] = _HUNDREDTHS.take(numbers["confidence"])
        rows = [(numbers["row"], pa.table([own[name] for name in _OWN], schema=_OWN_SCHEMA))]
        if by_mapper:
            told = [(row, one) for row, mappings in by_mapper.items() for one in mappings]
            rows.append((pa.array([row for row, _one in told], pa.int64()), _as_table(one for _row, one in told)))
        row = pa.chunked_array([row for row, _table in rows])
        table = pa.concat_tables(table for _row, table in rows).append_column("row", row)
        table = table.sort_by([("row", "ascending"), ("chain", "ascending"), ("node", "ascending")]).combine_chunks()
        taken = batch.select(list(KEPT)).take(table["row"].combine_chunks())
        arrays = [table[name].combine_chunks() for name in _OWN]
        arrays += [column.cast(SCHEMA.field(name).type) for name, column in zip(KEPT, taken.columns, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _said(batch: pa.RecordBatch) -> Said:
    """What was read of the texts of a batch of readings."""
    said = batch.column("said")
    columns = dict(zip(SAYING.names, map(pl.from_arrow, said.flatten().flatten()), strict=True))
    sayings = pl.DataFrame({"row": pl.from_arrow(said.value_parent_indices()), **columns})
    apart, formed = (
        pl.DataFrame({"row": pl.from_arrow(fields.value_parent_indices()), "field": pl.from_arrow(fields.flatten())})
        for fields in (batch.column("apart"), batch.column("formed"))
    )
    return Said(sayings, apart, formed)


def _as_table(mappings: Iterable[Mapping]) -> pa.Table:
    """The same columns of mappings that were read one by one."""
    rows = [
        (one.chain, one.node, one.role, Decimal(f"{one.confidence:.2f}"), one.field, one.start, one.end,
         *(one.verb or (None, None)), one.term)
        for one in mappings
    ]  # fmt: skip
    return pa.Table.from_pylist([dict(zip(_OWN, row, strict=True)) for row in rows], _OWN_SCHEMA)
