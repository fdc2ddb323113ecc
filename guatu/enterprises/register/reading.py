"""Files of a register as batches of texts: CSV, workbooks and Parquet, read as a stream where the form allows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from guatu.enterprises.register.csv_lines import Lines
from guatu.enterprises.rules.register_columns import TEMPLATES, BadColumns, ColumnMap, fitting, guess
from guatu.kernel import sheets
from guatu.kernel.column_base import plain_text
from guatu.kernel.errors import Faulty

BATCH_ROWS = 65_536
#: Told which share of the file was read, from 0 to 1.
Told = Callable[[float], None]


@dataclass(frozen=True)
class Misfit:
    """A row whose cells do not fit the header."""

    row: int
    cells: int
    wanted: int
    text: str


@dataclass
class Batch:
    """Texts by field, the number of the row in the file (its header is row 1), and rows that fit no header."""

    texts: pa.Table
    rows: pa.Array
    misfits: list[Misfit] = field(default_factory=list)


def kind_of(path: Path) -> str:
    """csv, sheet or parquet, by what the file holds. Raises Faulty."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as fault:
        raise Faulty("file_unreadable", _("“%(file)s” cannot be read: %(why)s.") % {
            "file": path.name, "why": fault.strerror or fault}) from None
    if not start:
        raise Faulty("file_empty", _("“%s” is empty. Choose the file that holds the rows.") % path.name)
    if start.startswith(b"PAR1"):
        return "parquet"
    return "sheet" if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else "csv"


def digest_of(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def headers_and_samples(path: Path, most: int = 3) -> tuple[list[str], list[list[str]]]:
    """The headers of a file and its first rows, as texts. Raises Faulty."""
    kind = kind_of(path)
    if kind == "parquet":
        with _parquet(path) as file:
            names = file.schema_arrow.names
            first = next(file.iter_batches(most), None)
            rows = [] if first is None else [
                ["" if value is None else str(value) for value in row.values()] for row in first.to_pylist()[:most]]
            return names, rows
    if kind == "sheet":
        rows = [[plain_text(cell) for cell in row] for row in sheets.read_rows(path, path.name).rows[: most + 1]]
    else:
        with Lines(path) as lines:
            rows = [cells for _place, (_number, cells) in zip(range(most + 1), lines, strict=False)]
    if not rows:
        raise Faulty("file_empty", _("“%s” is empty. Choose the file that holds the rows.") % path.name)
    return [header.strip("\ufeff").strip() for header in rows[0]], rows[1:]


def columns_for(path: Path, chosen: ColumnMap | None, shown_as: str = "") -> ColumnMap:
    """The mapping of a file: the one given, where it fits, else the one its headers suggest. Raises Faulty."""
    headers, _samples = headers_and_samples(path)
    try:
        return fitting(chosen or guess(headers), headers, shown_as or path.name)
    except BadColumns as bad:
        raise Faulty(bad.code, _(TEMPLATES[bad.code]) % bad.words, "mapping") from None


def batches(path: Path, columns: ColumnMap, told: Told, skip: Callable[[int], bool]) -> Iterator[tuple[int, Batch | None]]:
    """The batches of a file with their numbers; None for those that `skip` says are finished. Which row lies in which
    batch hangs on the file alone."""
    kind = kind_of(path)
    if kind == "parquet":
        yield from _parquet_batches(path, columns, told, skip)
    else:
        rows = _sheet_rows(path, told) if kind == "sheet" else _csv_rows(path, told)
        yield from _listed(rows, columns, skip)


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError):
        raise Faulty("file_damaged", _("“%s” is damaged and cannot be opened. Save it again and retry.") % path.name) from None


def _parquet_batches(path: Path, columns: ColumnMap, told: Told, skip):
    with _parquet(path) as file:
        total, row, number = file.metadata.num_rows or 1, 2, 0
        headers = list(dict.fromkeys(columns.columns.values()))
        for group in file.iter_batches(BATCH_ROWS, columns=headers):
            if skip(number):
                found = None
            else:
                texts = {name: _text(group.column(header)) for name, header in columns.columns.items()}
                found = Batch(pa.table(texts), pa.array(range(row, row + group.num_rows), pa.int64()))
            yield number, found
            row, number = row + group.num_rows, number + 1
            told(min(1, (row - 2) / total))


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_nested(column.type):
        column = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    found = column if column.type == pa.string() else pc.cast(column, pa.string())
    signs = found.buffers()[2]
    holds_nul = signs is not None and not np.frombuffer(signs, dtype=np.uint8).all()
    return pc.replace_substring(found, "\0", "") if holds_nul else found


def _csv_rows(path: Path, told: Told):
    size = path.stat().st_size or 1
    with Lines(path) as lines:
        for place, (number, cells) in enumerate(lines):
            yield number, cells
            if place % 8192 == 0:
                told(min(1, lines.place / size))


def _sheet_rows(path: Path, told: Told):
    rows = sheets.read_rows(path, path.name).rows
    for number, row in enumerate(rows, start=1):
        cells = [plain_text(sheets.unguarded(cell)).replace("\0", "") for cell in row]
        if any(cells):
            yield number, cells
        if number % 8192 == 0:
            told(number / len(rows))


def _listed(rows: Iterator[tuple[int, list[str]]], columns: ColumnMap, skip):
    first = next(rows, None)
    if first is None:
        return
    headers = [header.strip("\ufeff").strip() for header in first[1]]
    width = len(headers)
    places = {name: headers.index(header) for name, header in columns.columns.items()}
    number = 0
    kept: list[list[str]] = []
    numbers: list[int] = []
    misfits: list[Misfit] = []

    def finished() -> tuple[int, Batch | None]:
        if skip(number):
            return number, None
        by_column = list(zip(*kept, strict=True)) if kept else [()] * width
        texts = {name: pa.array(by_column[place], pa.string()) for name, place in places.items()}
        return number, Batch(pa.table(texts), pa.array(numbers, pa.int64()), list(misfits))

    for row, cells in rows:
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if len(cells) == width:
            kept.append(cells)
            numbers.append(row)
        else:
            misfits.append(Misfit(row, len(cells), width, "|".join(cells)[:200]))
        if len(kept) + len(misfits) >= BATCH_ROWS:
            yield finished()
            number += 1
            kept, numbers, misfits = [], [], []
    if kept or misfits:
        yield finished()
