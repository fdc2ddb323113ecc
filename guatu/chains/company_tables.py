"""Tables of enterprises as CSV: read row by row with nothing taken on trust, and answers written whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.rules.refusals import printable

LONGEST_CELL = 1 << 27  # characters; a scope of a million is read

#: What a column's header says of its text; the first that fits counts, and main_business where none does.
FIELD_HEADERS = (
    ("products", ("product", "产品", "商品")),
    ("main_business", ("mainbusiness", "main_business", "主营业务", "主业")),
    ("scope", ("scope", "经营范围", "范围")),
)


def field_of(header: str) -> str:
    """The field of an enterprise that a column holds, guessed from its header: producttype -> products."""
    plain = header.casefold().replace(" ", "")
    for field, words in FIELD_HEADERS:
        if any(word in plain for word in words):
            return field
    return "main_business"


def read_rows(path: Path, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV with a header, in UTF-8 (with or without BOM) or GB18030, one at a time.

    Raises Faulty where a wanted column is not there once, or where a row is broken; NotFound without the file.
    """
    encoding = _encoding(path)
    with _limit(), path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, strict=True)
        header = [cell.strip() for cell in _next(reader, path, 1) or []]
        if not any(header):
            raise Faulty("file_empty", _("“%s” is empty. Give a CSV whose first row names the columns.") % _shown(path))
        for column in columns:
            _ask_column(path, header, column)
        number = 1
        while True:
            number += 1
            row = _next(reader, path, number)
            if row is None:
                return
            if not row:
                continue  # an empty line
            if len(row) != len(header):
                raise Faulty("row_width", _(
                    "Row %(row)d of “%(file)s” has %(cells)d cells, but the header has %(header)d. Correct the row, or "
                    "put texts that hold a comma in quotes.") % {
                        "row": number, "file": _shown(path), "cells": len(row), "header": len(header)})
            yield dict(zip(header, row, strict=True)) | {"": str(number)}


def need(row: dict[str, str], column: str, path: Path) -> str:
    """A cell that may not be empty. Raises Faulty with the row."""
    if value := row[column].strip():
        return value
    raise Faulty("cell_empty", _("Row %(row)s of “%(file)s” has nothing in the column “%(column)s”. Fill it in.") % {
        "row": row[""], "file": _shown(path), "column": printable(column)}, column)


@contextmanager
def whole_file(path: Path) -> Iterator[object]:
    """A CSV writer on a temporary file beside `path`, which takes its place when all went well. Raises Refused where
    nothing can be written."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except (OSError, ValueError) as fault:
        raise _unwritable(path, fault) from None
    done = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            yield csv.writer(stream, lineterminator="\n")
            stream.flush()
            os.fsync(stream.fileno())
        done.chmod(0o666 & ~_umask())
        done.replace(path)
    except OSError as fault:
        raise _unwritable(path, fault) from None
    finally:
        done.unlink(missing_ok=True)


# -- reading -------------------------------------------------------------------------------------------------------


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as stream:
                while stream.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
        except (OSError, ValueError):  # ValueError: a zero byte in the path
            raise NotFound("no_file", _("“%s” cannot be read: there is no such file, or it may not be opened. Check the "
                                        "path.") % _shown(path)) from None
    raise Faulty("file_encoding", _("“%s” is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8.") % _shown(path))


def _next(reader, path: Path, number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as fault:
        raise Faulty("row_broken", _("Row %(row)d of “%(file)s” cannot be read as CSV: %(why)s. Check its quotation "
                                     "marks.") % {"row": number, "file": _shown(path), "why": fault}) from None


def _ask_column(path: Path, header: list[str], column: str) -> None:
    words = {"file": _shown(path), "column": printable(column),
             "known": "、".join(printable(one) for one in header if one)}
    if column not in header:
        raise Faulty("no_column", _("“%(file)s” has no column “%(column)s”. Its columns are: %(known)s.") % words, column)
    if header.count(column) > 1:
        raise Faulty("column_twice", _("“%(file)s” has the column “%(column)s” more than once. Rename one of them.")
                     % words, column)


@contextmanager
def _limit() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _shown(path: Path) -> str:
    return printable(path.name or str(path))


def _unwritable(path: Path, fault: Exception) -> Refused:
    return Refused("unwritable", _("“%(file)s” cannot be written: %(why)s. Choose another place.") % {
        "file": printable(str(path)), "why": getattr(fault, "strerror", None) or fault})


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
