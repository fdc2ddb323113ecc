"""The embedded engine: DuckDB for queries, a pool of processes for kernels."""

from __future__ import annotations

import atexit
import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from guatu.kernel.warehouse.engines import VALUE, Kernel, Told
from guatu.kernel.warehouse.kernels import workers
from guatu.kernel.warehouse.store import Draft, Part, Snapshot

#: Rows of a task, about: memory grows with them, and each task is begun anew, so few rows are dear. The last tasks are
#: smaller, so that no process waits long for another.
KERNEL_ROWS, LAST_ROWS = 50_000, 20_000
#: Rows of a row group that is written here: the next kernel takes them together as it needs them.
PART_ROWS = 20_000
#: A source of no more rows is read in this process.
FEW_ROWS = 5_000


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
        tasks = [(groups, f"{place:05}") for place, groups in enumerate(_tasks(source))]
        if not tasks:
            return []
        if source.rows <= FEW_ROWS:
            return [self._here(tasks, kernel, draft, columns, told, source.rows)]
        parts: list[Part] = []
        done = 0
        # By a file: what is handed to a process is more than a pipe holds, and the next one would begin only when it was read.
        handed = draft.folder / "kernel.pickle"
        handed.write_bytes(pickle.dumps(kernel, pickle.HIGHEST_PROTOCOL))
        # Not forked: this process may hold threads of DuckDB and of Polars.
        with ProcessPoolExecutor(
            min(len(tasks), workers()), get_context("spawn"), _begin, (str(handed), str(draft.folder), list(columns))
        ) as pool:
            for future in as_completed([pool.submit(_work, *task) for task in tasks]):
                stem, read, made = future.result()
                done += read
                parts.append(Part(f"parts/{draft.name}/{stem}.parquet", made))
                if told:
                    told(done, source.rows)
        handed.unlink()
        return sorted(parts, key=lambda part: part.path)


    def _here(self, tasks, kernel: Kernel, draft: Draft, columns: Sequence[str], told: Told | None, rows: int) -> Part:
        """In this process: so few that starting others would take longer than the work."""
        groups = [group for some, _stem in tasks for group in some]
        _rows, made = _made(kernel, groups, list(columns), draft.folder, "00000")
        if told:
            told(rows, rows)
        return Part(f"parts/{draft.name}/00000.parquet", made)


_state: dict[str, Any] = {}


def _begin(handed: str, folder: str, columns: list[str]) -> None:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # one process for each processor
    pa.set_cpu_count(1)
    _state.update(kernel=pickle.loads(Path(handed).read_bytes()), folder=Path(folder), columns=columns)
    # What a kernel remembers is left to the system at the end: to free it piece by piece takes longer than a task of few rows.
    atexit.register(os._exit, 0)


def _tasks(source: Snapshot) -> Iterator[list[tuple[str, int]]]:
    """Row groups, told by file and number, put together to what a kernel takes at once; each is begun anew with every
    call, so a call for a few rows is dear."""
    together: list[tuple[str, int]] = []
    rows = 0
    left = source.rows
    for path in source.files():
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            rows += metadata.row_group(group).num_rows
            together.append((path, group))
            if rows >= (KERNEL_ROWS if left > 2 * workers() * LAST_ROWS else LAST_ROWS):
                yield together
                left -= rows
                together, rows = [], 0
    if together:
        yield together


def _work(groups: list[tuple[str, int]], stem: str) -> tuple[str, int, int]:
    """Some row groups: the name of the part made of them, rows read and rows made."""
    read, made = _made(_state["kernel"], groups, _state["columns"], _state["folder"], stem)
    return stem, read, made


def _made(kernel: Kernel, groups: list[tuple[str, int]], columns: list[str], folder: Path, stem: str) -> tuple[int, int]:
    """Writes what a kernel makes of row groups: rows read and rows made."""
    table = pa.concat_tables(_read(path, group, columns) for path, group in groups).combine_chunks()
    result = pa.Table.from_batches([kernel(batch) for batch in table.to_batches()], kernel.schema)
    unfinished = folder / f"{stem}.{os.getpid()}.unfinished"
    pq.write_table(result, unfinished, compression="zstd", row_group_size=PART_ROWS)
    unfinished.replace(folder / f"{stem}.parquet")
    return table.num_rows, result.num_rows


def _read(path: str, group: int, columns: list[str]) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read_row_group(group, columns=columns, use_threads=False)
