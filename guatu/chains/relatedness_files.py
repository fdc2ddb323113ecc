"""Files of relatedness: a sheet of locations, activities and values is read, and four sheets of measures are written."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from guatu.chains.rules.relatedness import Relatedness, Table, absent_order, table
from guatu.chains.rules.relatedness_problems import BadTable, Problem
from guatu.kernel.errors import Conflict, NotFound, Refused
from guatu.kernel.rules.cells import is_blank, normalise_text, parse_number
from guatu.kernel.rules.refusals import TEMPLATES as CELL_TEMPLATES
from guatu.kernel.rules.refusals import BadCell, printable
from guatu.kernel.sheets import guarded, read_rows

_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Columns:
    """The headers of the three columns, as the caller named them."""

    location: str
    activity: str
    value: str


@dataclass(frozen=True)
class TableFile:
    """A table read from a file, and how many of its rows were blank."""

    table: Table
    blank_rows: int


def read_table(path: Path, columns: Columns) -> TableFile:
    """The table in a sheet (CSV in UTF-8, UTF-16 or GB18030, or a workbook); the first row with content is the header.

    Names are taken in one width and without spaces around them; numbers as people write them (1,234, １２．５). Raises
    BadTable with every problem, each with its row and column; NotFound for a file that cannot be opened; Faulty for one
    that is no sheet.
    """
    try:
        sheet = read_rows(path, path.name).rows
    except (OSError, ValueError) as fault:  # ValueError: a zero byte in the path
        raise NotFound("no_file", _("The file %(file)s cannot be read: %(reason)s.") % {
            "file": path, "reason": getattr(fault, "strerror", None) or fault}) from None
    top = next((number for number, row in enumerate(sheet) if not _blank(row)), len(sheet))
    header = sheet[top] if top < len(sheet) else []
    places = _places(header, columns, top + 1)
    width = max((place + 1 for place, cell in enumerate(header) if not is_blank(cell)), default=0)
    furthest = max(places) + 1
    problems: list[Problem] = []
    numbers: list[int] = []
    blank_rows = 0

    def rows() -> Iterator[tuple]:
        nonlocal blank_rows
        for number, row in enumerate(sheet[top + 1:], start=top + 2):
            if len(row) < furthest:
                row = row + [None] * (furthest - len(row))
            location, activity, cell = _name(row[places[0]]), _name(row[places[1]]), row[places[2]]
            if not location and _blank(row):
                blank_rows += 1
                continue
            if len(row) > width and not _blank(row[width:]):
                problems.append(Problem("row_long", number, params={"cells": len(row), "columns": width}))
                continue
            try:
                value = _number(cell)
            except BadCell as bad:
                problems.append(Problem("cell_unreadable", number, columns.value, {
                    "why": _(CELL_TEMPLATES[bad.code]) % bad.params}))
                value = 0.0  # the row's names are looked at all the same
            numbers.append(number)
            yield location, activity, value

    named = {"location": columns.location, "activity": columns.activity, "value": columns.value}
    try:
        found = table(rows(), numbers)
    except BadTable as bad:
        if problems and all(not problem.row for problem in bad.problems):
            raise BadTable(problems) from None  # that nothing is left is no news then
        problems += [Problem(one.code, one.row, named.get(one.column, ""), one.params) for one in bad.problems]
    if problems:
        raise BadTable(sorted(problems, key=lambda problem: problem.row))
    return TableFile(found, blank_rows)


def _places(header: list, columns: Columns, row: int) -> tuple[int, int, int]:
    """Where the three columns stand. Raises BadTable."""
    labels = [normalise_text(str(cell)) if not is_blank(cell) else "" for cell in header]
    asked = [normalise_text(name) for name in (columns.location, columns.activity, columns.value)]
    problems = []
    for place, name in enumerate(asked):
        shown = printable(name)
        if name in asked[:place]:
            problems.append(Problem("column_shared", 0, shown))
        elif labels and (not name or name not in labels):
            known = ", ".join(printable(label) for label in labels if label)
            problems.append(Problem("column_absent", row, shown, {"known": known}))
        elif labels.count(name) > 1:
            problems.append(Problem("column_twice", row, shown))
    if problems:
        raise BadTable(problems)
    if not labels:
        raise BadTable([Problem("table_empty")])
    return tuple(labels.index(name) for name in asked)


def _blank(row: list) -> bool:
    return all(is_blank(cell) for cell in row)


@lru_cache(maxsize=100_000, typed=True)
def _name(cell) -> str:
    """The name in a cell; kept, since each stands in many rows."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a workbook keeps the code 370200 as a number
    return "" if cell is None else normalise_text(str(cell))


def _number(cell) -> float | None:
    """The number of a cell, None for a blank one. Raises BadCell."""
    if isinstance(cell, str) and _PLAIN.fullmatch(cell):
        return float(cell)  # the usual cell at once: there may be hundreds of thousands
    number = parse_number(cell)
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


# -- writing -----------------------------------------------------------------------------------------------------------


def write_set(found: Relatedness, out: Path) -> dict[Path, int]:
    """Writes the four files into a folder, which is made if need be, and tells the rows of each.

    They are written beside it first and put in place together, so that a write that fails leaves what was there. A former
    answer is written over. Raises Conflict for other files of these names, Refused for a folder that cannot be written.
    """
    refuse_strangers(out)
    beside = out.parent / f".{out.name}.{os.getpid()}.part"
    try:
        beside.mkdir(parents=True)
        rows = {name: WRITERS[name](beside / name, found) for name in WRITERS}
        _put_in_place(beside, out)
    except OSError as fault:
        raise Refused("file", _("“%(path)s” cannot be written: %(why)s.") % {
            "path": out, "why": fault.strerror or fault}, "out") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {out / name: count for name, count in rows.items()}


def refuse_strangers(out: Path) -> None:
    """Raises Conflict where the folder is a file, or holds a file of one of the names that is no former answer."""
    strange = next((out / name for name in HEADERS if (out / name).exists() and not _former(out / name)), None)
    if out.exists() and not out.is_dir():
        strange = out
    if strange is not None:
        raise Conflict("file_there", _(
            "“%s” is there already and is not an answer of this command, so it is not written over. Choose another folder."
        ) % strange, "out")


def _former(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.readline() == _head(path.name)
    return False


def _put_in_place(beside: Path, out: Path) -> None:
    if not out.exists():
        beside.rename(out)
        return
    kept = beside / "former"
    kept.mkdir()
    moved: list[str] = []
    try:
        for name in WRITERS:
            if (out / name).exists():
                (out / name).rename(kept / name)
            moved.append(name)
            (beside / name).rename(out / name)
    except OSError:
        for name in moved:
            (out / name).unlink(missing_ok=True)
            if (kept / name).exists():
                (kept / name).rename(out / name)
        raise


HEADERS = {
    "rca.csv": "location,activity,value,rca,present",
    "proximity.csv": "activity,other,proximity",
    "density.csv": "location,activity,present,density,rank,outlook_gain",
    "complexity.csv": "kind,name,diversity,ubiquity,eci,pci,fitness,quality,outlook",
}


def write_rca(path: Path, found: Relatedness) -> int:
    """A row for each pair: its value, its RCA to 12 digits, and 1 where that reaches the threshold."""
    line = [f"{_cell(name)},%.12g,%.12g,%d" for name in found.table.activities]

    def rows(row: int) -> tuple:
        return tuple(np.stack([found.table.values[row], found.rca[row], found.present[row]], axis=1).ravel().tolist())

    return _by_name(path, found.table.locations, line, rows)


def write_proximity(path: Path, found: Relatedness) -> int:
    """A row for each ordered pair of activities, each with itself too."""
    line = [f"{_cell(name)},%.12g" for name in found.table.activities]
    return _by_name(path, found.table.activities, line, lambda row: tuple(found.proximity[row].tolist()))


def write_density(path: Path, found: Relatedness) -> int:
    """A row for each pair: density; of those a location lacks also the rank, 1 for the nearest, and the outlook gain."""
    line = [f"{_cell(name)},%d,%.12g,%s,%s" for name in found.table.activities]

    def rows(row: int) -> tuple:
        rank = np.zeros(len(line), int)
        order = absent_order(found, row)
        rank[order] = np.arange(1, order.size + 1)
        return tuple(value for four in zip(
            found.present[row].tolist(), found.density[row].tolist(), (str(one or "") for one in rank.tolist()),
            map(_figure, found.outlook.gain[row].tolist()), strict=True) for value in four)

    return _by_name(path, found.table.locations, line, rows)


def write_complexity(path: Path, found: Relatedness) -> int:
    """A row for each location and then for each activity; cells of the other kind are blank, and what cannot be told."""
    measures, fitness = found.complexity, found.complexity.fitness
    with _opened(path) as file:
        for name, diversity, *rest in zip(
            found.table.locations, measures.diversity.tolist(), measures.eci.tolist(), fitness.fitness.tolist(),
            found.outlook.index.tolist(), strict=True,
        ):
            eci, fit, outlook = map(_figure, rest)
            file.write(f"location,{_plain(name)},{diversity},,{eci},,{fit},,{outlook}\r\n")
        for name, ubiquity, *rest in zip(
            found.table.activities, measures.ubiquity.tolist(), measures.pci.tolist(), fitness.quality.tolist(), strict=True,
        ):
            pci, quality = map(_figure, rest)
            file.write(f"activity,{_plain(name)},,{ubiquity},,{pci},,{quality},\r\n")
    return len(found.table.locations) + len(found.table.activities)


#: Looked up when they are called, so that each can be replaced.
WRITERS: dict[str, Callable[[Path, Relatedness], int]] = {
    "rca.csv": lambda path, found: write_rca(path, found),
    "proximity.csv": lambda path, found: write_proximity(path, found),
    "density.csv": lambda path, found: write_density(path, found),
    "complexity.csv": lambda path, found: write_complexity(path, found),
}


def _by_name(path: Path, names: tuple[str, ...], line: list[str], rows: Callable[[int], tuple]) -> int:
    """Writes a block of lines for each name. A block is one formatting: a table may have millions of lines."""
    with _opened(path) as file:
        for row, name in enumerate(names):
            first = _cell(name) + ","
            file.write((first + f"\r\n{first}".join(line) + "\r\n") % rows(row))
    return len(names) * len(line)


def _opened(path: Path):
    file = path.open("w", encoding="utf-8", newline="")
    file.write(_head(path.name).decode("utf-8"))
    return file


def _head(name: str) -> bytes:
    """The first line, with the mark by which spreadsheet programs know UTF-8."""
    return b"\xef\xbb\xbf" + HEADERS[name].encode() + b"\r\n"


def _plain(name: str) -> str:
    """A name as a cell of CSV."""
    name = guarded(name)
    return '"' + name.replace('"', '""') + '"' if re.search('[",\r\n]', name) else name


def _cell(name: str) -> str:
    """A name as a cell within a pattern that is to be filled."""
    return _plain(name).replace("%", "%%")


def _figure(value: float) -> str:
    return "" if value != value else f"{value + 0.0:.12g}"
