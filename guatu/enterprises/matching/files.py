"""The columns of a CSV in which names and credit codes stand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.enterprises.matching.searching import Asked
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.rules.refusals import printable

LONGEST_CELL = 1 << 27


def read_asked(path: Path, name: str, code: str | None = None) -> list[Asked]:
    """The names of a CSV with a header (UTF-8 with or without BOM, or GB18030), and the credit codes beside them.

    Rows are numbered as in the file, the header being row 1; lines with nothing in them are left out but counted. Raises
    NotFound without the file, Faulty where a column is not there once or the file is no CSV.
    """
    rows = _rows(path)
    header = [cell.strip() for cell in next(rows, (1, []))[1]]
    if not any(header):
        raise Faulty("file_empty", _("“%s” is empty. Give a CSV whose first row names the columns.") % printable(path.name))
    at = _place(header, name, path)
    code_at = None if code is None else _place(header, code, path)
    return [
        Asked(number, _cell(cells, at), "" if code_at is None else _cell(cells, code_at)) for number, cells in rows if cells]


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _place(header: list[str], column: str, path: Path) -> int:
    if header.count(column.strip()) != 1:
        raise Faulty("column", _("“%(file)s” must have exactly one column “%(column)s”. Its columns are: %(all)s.") % {
            "file": printable(path.name), "column": printable(column), "all": printable(", ".join(header))[:400]})
    return header.index(column.strip())


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    former = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), newline="") as stream:
            yield from enumerate(csv.reader(stream, strict=True), start=1)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("no_file", _("There is no file “%s”.") % printable(str(path))) from None
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise Faulty("file_unreadable", _("“%(file)s” cannot be read as CSV: %(why)s.") % {
            "file": printable(path.name), "why": printable(str(fault))}) from None
    finally:
        csv.field_size_limit(former)


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            while stream.read(1 << 20):
                pass
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "gb18030"
