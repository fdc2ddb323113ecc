"""Cleaned batches on disk until all files are read: one Parquet file a batch, one row group a province.

A batch is finished when its Parquet file stands there; its rejects and counts were written before. So an import that was
killed goes on behind its finished batches.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guatu.enterprises.register.cleaning import STAGED, Cleaned, Note

#: The mark of rows whose province is not known, as a partition.
NOWHERE = "00"


class Staging:
    """The folder of one import's finished batches."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _stem(self, file: int, batch: int) -> str:
        return f"{file:04}-{batch:06}"

    def has(self, file: int, batch: int) -> bool:
        return (self.folder / f"{self._stem(file, batch)}.parquet").exists()

    def write(self, file: int, batch: int, cleaned: Cleaned) -> None:
        """Puts a batch there, whole or not at all."""
        stem = self._stem(file, batch)
        counts = {"file": file, "rows": cleaned.rows.num_rows + len(cleaned.rejected), "accepted": cleaned.rows.num_rows,
                  "rejected": len(cleaned.rejected), "noted": len(cleaned.noted)}
        notes = {"counts": counts, "rejected": [asdict(note) for note in cleaned.rejected],
                 "noted": [asdict(note) for note in cleaned.noted]}
        put_json(self.folder / f"{stem}.notes.json", notes)
        rows = cleaned.rows
        rows = rows.set_column(
            rows.schema.get_field_index("province_code"), "province_code", pc.fill_null(rows["province_code"], NOWHERE))
        rows = rows.take(pc.sort_indices(rows, sort_keys=[("province_code", "ascending")]))
        groups = pc.value_counts(rows["province_code"].combine_chunks()).to_pylist()
        unfinished = self.folder / f"{stem}.unfinished"
        schema = STAGED.with_metadata({"provinces": json.dumps([group["values"] for group in groups])})
        with pq.ParquetWriter(unfinished, schema, compression="lz4", use_dictionary=False) as writer:
            place = 0
            for group in groups:
                part = rows.slice(place, group["counts"])
                writer.write_table(part.replace_schema_metadata(schema.metadata), row_group_size=len(part))
                place += group["counts"]
        unfinished.replace(self.folder / f"{stem}.parquet")

    def files(self) -> list[Path]:
        """The finished batches in the order of their rows."""
        return sorted(self.folder.glob("*.parquet"))

    def provinces(self) -> dict[str, list[tuple[Path, int]]]:
        """By province: where its rows lie, as files and row groups."""
        found: dict[str, list[tuple[Path, int]]] = {}
        for path in self.files():
            for group, province in enumerate(json.loads(pq.read_schema(path).metadata[b"provinces"])):
                found.setdefault(province, []).append((path, group))
        return found

    def notes(self) -> Iterator[tuple[dict, list[Note], list[Note]]]:
        """Counts, rejected rows and noted cells of each batch."""
        for path in sorted(self.folder.glob("*.notes.json")):
            data = json.loads(path.read_text(encoding="utf-8"))
            yield data["counts"], [Note(**one) for one in data["rejected"]], [Note(**one) for one in data["noted"]]


def put_json(path: Path, data) -> None:
    """Writes a file of JSON whole or not at all."""
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    unfinished.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)


def read_groups(places: Iterable[tuple[Path, int]], columns: list[str] | None = None) -> pa.Table:
    """The rows of some row groups, in their order."""
    tables = []
    for path, group in places:
        with pq.ParquetFile(path) as file:
            tables.append(file.read_row_group(group, columns=columns))
    return pa.concat_tables(tables) if tables else STAGED.empty_table()
