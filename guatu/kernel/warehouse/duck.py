"""The embedded engine: DuckDB for queries, a pool of processes for kernels."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from guatu.kernel.warehouse.engines import VALUE, Kernel, Told
from guatu.kernel.warehouse.store import GROUP_ROWS, Draft, Part, Snapshot


class Duck:
    """Reads in this process; no server, nothing kept between questions."""

    name = "duckdb"

    def query(self, sql: str, tables: Mapping[str, Snapshot | pa.Table | Sequence[str]], **values: Any) -> pa.Table:
        with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
            for name, table in tables.items():
                if isinstance(table, Snapshot):
                    table = table.files()
                if isinstance(table, pa.Table):
                    connection.register(name, table)
                else:
                    connection.read_parquet(list(table)).create_view(name)
            used = {name: values[name] for name in VALUE.findall(sql)}
            return connection.sql(VALUE.sub(r"$\1", sql), params=used).to_arrow_table()

    def map(
        self, source: Snapshot, kernel: Kernel, draft: Draft, columns: Sequence[str], told: Told | None = None
    ) -> list[Part]:
        tasks = [
            (path, group, f"{place:05}-{group:05}")
            for place, path in enumerate(source.files())
            for group in range(pq.read_metadata(path).num_row_groups)
        ]
        if not tasks:
            return []
        parts: list[Part] = []
        done = 0
        # Not forked: this process may hold threads of DuckDB and of Polars.
        with ProcessPoolExecutor(
            min(len(tasks), workers()), get_context("spawn"), _begin, (kernel, str(draft.folder), list(columns))
        ) as pool:
            for future in as_completed([pool.submit(_work, *task) for task in tasks]):
                stem, read, made = future.result()
                done += read
                parts.append(Part(f"parts/{draft.name}/{stem}.parquet", made))
                if told:
                    told(done, source.rows)
        return sorted(parts, key=lambda part: part.path)


def workers() -> int:
    """How many processes run a kernel: one for each processor this process may use."""
    return len(os.sched_getaffinity(0))


_state: dict[str, Any] = {}


def _begin(kernel: Kernel, folder: str, columns: list[str]) -> None:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # one process for each processor
    pa.set_cpu_count(1)
    _state.update(kernel=kernel, folder=Path(folder), columns=columns)


def _work(path: str, group: int, stem: str) -> tuple[str, int, int]:
    """One row group: the name of the part made of it, rows read and rows made."""
    kernel, folder = _state["kernel"], _state["folder"]
    with pq.ParquetFile(path) as file:
        table = file.read_row_group(group, columns=_state["columns"], use_threads=False)
    made = [kernel(batch) for batch in table.combine_chunks().to_batches(GROUP_ROWS)]
    result = pa.Table.from_batches(made, kernel.schema)
    unfinished = folder / f"{stem}.{os.getpid()}.unfinished"
    pq.write_table(result, unfinished, compression="zstd")
    unfinished.replace(folder / f"{stem}.parquet")
    return stem, table.num_rows, result.num_rows
