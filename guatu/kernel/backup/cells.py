"""Values as COPY text: cells split by tabs, rows by line feeds, \\N where there is none, and a backslash before signs
that would be taken for these. Both databases write the same text for the same value, JSON's spacing apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Context, Decimal

from guatu.kernel.backup.tables import Column

_OUT = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_IN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}
_SIGNS = re.compile("[\\\\\t\n\r\b\f\v]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
#: SQLite keeps decimals as floating numbers, true to 15 digits.
_FIFTEEN = Context(prec=15)


def escaped(text: str) -> str:
    return _SIGNS.sub(lambda sign: _OUT[sign[0]], text) if _SIGNS.search(text) else text


def unescaped(cell: str) -> str:
    return _ESCAPED.sub(lambda sign: _IN.get(sign[1], sign[1]), cell) if "\\" in cell else cell


# -- from SQLite ---------------------------------------------------------------------------------------------------


def _decimal_text(places: int) -> Callable:
    step, wide = Decimal(1).scaleb(-places), Context(prec=60)

    def text(value) -> str:
        exact = _FIFTEEN.create_decimal_from_float(value) if isinstance(value, float) else Decimal(value)
        return format(exact.quantize(step, context=wide), "f")

    return text


def _instant_text(value: str) -> str:
    """PostgreSQL leaves out the last zeros of a fraction of a second, and Django on SQLite writes six digits."""
    return (value.rstrip("0") if "." in value else value) + "+00"


def from_sqlite(column: Column) -> Callable:
    """The function that writes a stored value of this column as text."""
    return {
        "int": str,
        "float": repr,
        "bool": lambda value: "t" if value else "f",
        "decimal": _decimal_text(column.places),
        "instant": _instant_text,
        "date": str,
        "time": str,
        "uuid": str,
        "text": escaped,
        "json": escaped,
        "bytes": lambda value: "\\\\x" + bytes(value).hex(),
    }[column.kind]


def lines(columns: Iterable[Column], rows: Iterable[tuple]) -> Iterator[str]:
    """The rows as lines of text."""
    writers = [from_sqlite(column) for column in columns]
    for row in rows:
        yield "\t".join(
            [r"\N" if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        ) + "\n"


# -- to SQLite -----------------------------------------------------------------------------------------------------


def _instant(text: str) -> str:
    """As Django writes instants into SQLite, which compares them as texts."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() is None or instant.utcoffset().total_seconds() != 0:
        raise ValueError(f"{text} is not in UTC")
    return str(instant.replace(tzinfo=None))


def _bool(text: str) -> int:
    return {"t": 1, "f": 0}[text]


TO_SQLITE: dict[str, Callable[[str], object]] = {
    "int": int,
    "float": float,
    "bool": _bool,
    "decimal": lambda text: str(Decimal(text)),
    "instant": _instant,
    "date": str,
    "time": str,
    "uuid": lambda text: text.replace("-", ""),
    "text": unescaped,
    "json": lambda text: json.dumps(json.loads(unescaped(text))),
    "bytes": lambda text: bytes.fromhex(unescaped(text).removeprefix("\\x")),
}


def rows(columns: list[Column], pieces: Iterable[bytes]) -> Iterator[list]:
    """Rows for SQLite from the bytes of a part. Raises ValueError for text that is no such row."""
    readers = [TO_SQLITE[column.kind] for column in columns]
    for line in _lines(pieces):
        cells = line.split("\t")
        if len(cells) != len(readers):
            raise ValueError(f"a row has {len(cells)} cells, not {len(readers)}")
        try:
            yield [None if cell == r"\N" else read(cell) for read, cell in zip(readers, cells, strict=True)]
        except (ArithmeticError, KeyError, RecursionError) as fault:
            raise ValueError(str(fault)) from None


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for piece in pieces:
        whole = (rest + piece).split(b"\n")
        rest = whole.pop()
        for line in whole:
            yield line.decode()
    if rest:
        raise ValueError("the last row is cut off")
