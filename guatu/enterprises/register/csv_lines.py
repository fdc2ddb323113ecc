"""Rows of a CSV that people and programs have damaged: mixed encodings, lonely quotes, NUL bytes.

A quote that opens and finds no end within `MOST_LINES` lines is taken for a sign of the text, so that one lonely quote
costs one row and not the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 200
MOST_SIGNS = 8_000_000
DELIMITERS = ",\t;|"
_PIECE = 1 << 20


def encoding_of(path: Path) -> str:
    """UTF-8 where the whole file is, else what its mark says, else GB18030, which every older Chinese file can be read as."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


class Lines:
    """The rows of one file with the number of the line each begins on; `place` tells how many bytes were read."""

    def __init__(self, path: Path):
        csv.field_size_limit(MOST_SIGNS)
        self.encoding = encoding_of(path)
        self._raw = path.open("rb")
        self._text = io.TextIOWrapper(self._raw, self.encoding, errors="replace")
        self._waiting: deque[str] = deque()
        self._number = 0
        self._taken = 0
        self.delimiter = self._guess()

    @property
    def place(self) -> int:
        return self._raw.tell()

    def close(self) -> None:
        self._text.close()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells); lines of nothing are passed over."""
        while (line := self._next()) is not None:
            number = self._number
            if '"' not in line:
                if line.strip():
                    yield number, line.rstrip("\n").split(self.delimiter)
                continue
            yield number, self._quoted(line)

    def _quoted(self, line: str) -> list[str]:
        more: list[str] = []

        def lines():
            size = len(line)
            yield line
            while len(more) < MOST_LINES and size < MOST_SIGNS and (following := self._next()) is not None:
                more.append(following)
                size += len(following)
                yield following

        try:
            cells = next(csv.reader(lines(), delimiter=self.delimiter))
        except (csv.Error, StopIteration):
            cells = None
        if more and (cells is None or len(more) >= MOST_LINES or not _closes(line, more)):
            self._waiting.extendleft(reversed(more))
            self._number -= len(more)
            cells = None
        if cells is None:
            cells = line.rstrip("\n").split(self.delimiter)
        return cells

    def _next(self) -> str | None:
        if self._waiting:
            line = self._waiting.popleft()
        else:
            line = self._text.readline(MOST_SIGNS)
            if not line:
                return None
            if "\0" in line:
                line = line.replace("\0", "")
        self._number += 1
        return line

    def _guess(self) -> str:
        line = self._next()
        while line is not None and not line.strip():
            line = self._next()
        if line is None:
            return ","
        self._waiting.appendleft(line)
        self._number -= 1
        return max(DELIMITERS, key=line.count)


def _closes(line: str, more: list[str]) -> bool:
    """Whether a quoted cell over several lines is one: its quotes come in pairs."""
    return (line.count('"') + sum(part.count('"') for part in more)) % 2 == 0
