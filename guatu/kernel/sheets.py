"""Files of rows: read by their content, whatever their name says, and the cell escapes by which texts survive a sheet.

A text that begins with = + - @ (also in full width, which spreadsheets in Chinese take for the same), a tab or a line
break would be run as a formula by spreadsheet programs, so a CSV carries it with an apostrophe before it. `guarded` puts that apostrophe there and `unguarded` takes it away again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError
from python_calamine import load_workbook as calamine_load

from guatu.kernel import sheet_probe
from guatu.kernel.errors import Faulty
from guatu.kernel.rules.cells import is_blank

MOST_ROWS = 1_000_000
#: A workbook may unpack to this many bytes; a larger one is taken for an attack on memory.
MOST_BYTES = 300 * 1024 * 1024
#: XML packs at most about 1:50 in real workbooks. Small files may pack better without harm.
MOST_RATIO, RATIO_FREE = 200, 20 * 1024 * 1024
#: A sheet is read into a full rectangle, so one stray cell at XFD1048576 would ask for 17 thousand million of them.
MOST_CELLS = 60_000_000

_DANGER = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet, the file's first row first, so that row n of the file is `rows[n - 1]`."""

    rows: list[list]
    sheet_name: str


def guarded(text: str) -> str:
    return "'" + text if _DANGER.match(text) else text


def unguarded(cell):
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


def guarded_in_workbook(text: str) -> str:
    """A workbook's strings are never formulas; only what `unguarded` would shorten needs its apostrophe."""
    return "'" + text if _GUARDED.match(text) else text


def read_rows(path: str | Path, file_name: str) -> SheetRows:
    """The rows of a CSV (UTF-8, UTF-16 or GB18030; comma, semicolon or tab) or of a workbook's first sheet with
    content (xlsx, xlsm, xls, ods). Raises Faulty with a sentence for anything else."""
    path = Path(path)
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00 \t\r\n"):
        raise _refusal("file_empty", _("“%s” is empty. Choose the file that holds the rows."), file_name)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        if start.startswith(b"PK"):
            _refuse_bombs(path, file_name)
        if not sheet_probe.survives(path):
            raise _refusal("sheet_too_large", _("“%s” asks for far more memory or time than a sheet of figures needs. "
                                                "Copy its rows into a new workbook, or save it as CSV."), file_name)
        return _workbook(path, file_name)
    return _text(path, file_name, start)


def _refusal(code: str, sentence: str, file_name: str, **words) -> Faulty:
    return Faulty(code, sentence % ({"file": file_name, **words} if words else file_name))


# -- workbooks -----------------------------------------------------------------------------------------------------


def _refuse_bombs(path: Path, file_name: str) -> None:
    """Unpacks the archive once without keeping it, since the sizes it declares need not be true."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            names = set(archive.namelist())
            sheets = [name for name in names if name.startswith("xl/worksheets/") or name == "content.xml"]
            if not sheets or not names & {"xl/workbook.xml", "content.xml"}:
                raise _refusal("file_kind", _("“%s” is an archive, but not a workbook. Choose an xlsx, xls, ods or CSV "
                                              "file."), file_name)
            total = packed = 0
            for entry in archive.infolist():
                packed += entry.compress_size
                corner = _Corner() if entry.filename in sheets else None
                for piece in _unpacked(raw, entry):
                    total += len(piece)
                    if total > MOST_BYTES or (total > RATIO_FREE and total > MOST_RATIO * max(packed, 1)):
                        raise _refusal(
                            "file_too_large", _("“%(file)s” unpacks to more than %(most)d MB, more than a sheet of "
                                                "figures needs. Split it, or save it as CSV."),
                            file_name, most=MOST_BYTES // 1024 // 1024)
                    if corner is not None:
                        corner.look(piece)
                if corner is not None and corner.cells > MOST_CELLS:
                    raise _too_wide(file_name, corner.rows, corner.columns)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise _refusal("file_damaged", _("“%s” is damaged and cannot be opened. Save it again and retry."),
                       file_name) from None


def _unpacked(raw, entry: zipfile.ZipInfo):
    raw.seek(entry.header_offset)
    head = raw.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    raw.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), io.SEEK_CUR)
    left = entry.compress_size
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = raw.read(min(left, 1 << 18))
        if not packed:
            raise EOFError
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, 1 << 20)
            packed = inflate.unconsumed_tail


class _Corner:
    """The lowest row and rightmost column a sheet's XML names; of an ods the widths and heights it repeats a value.

    A first look, with a sentence that says where to look; `sheet_probe` is what holds against forged ones.
    """

    _CELL = re.compile(rb"""<c\s[^>]{0,200}?\br=["']([A-Z]{1,6})([0-9]{1,9})["']""")
    _REPEAT = re.compile(rb'number-(columns|rows)-repeated="([0-9]{1,9})"[^>]{0,400}office:value-type')

    def __init__(self):
        self.rows = self.columns = 1
        self._rest = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def look(self, piece: bytes) -> None:
        text = self._rest + piece
        self._rest = text[-500:]
        last = None
        for found in self._CELL.finditer(text):
            last = found
            if len(found[1]) >= _letters(self.columns):
                self.columns = max(self.columns, column_number(found[1]))
        if last is not None:
            self.rows = max(self.rows, int(last[2]))
        for found in self._REPEAT.finditer(text):
            if found[1] == b"columns":
                self.columns = max(self.columns, int(found[2]))
            else:
                self.rows = max(self.rows, int(found[2]))


def _letters(columns: int) -> int:
    """How many letters name that many columns."""
    return 1 if columns < 27 else 2 if columns < 703 else 3


def column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _workbook(path: Path, file_name: str) -> SheetRows:
    try:
        with calamine_load(path) as book:
            return _first_sheet(book, file_name)
    except PasswordError:
        raise _refusal("file_locked", _("“%s” is protected by a password. Save it without one and retry."),
                       file_name) from None
    except (CalamineError, ZipError, OSError):
        raise _refusal("file_damaged", _("“%s” cannot be opened as a workbook. Save it again as xlsx or CSV and "
                                         "retry."), file_name) from None


def _first_sheet(book: CalamineWorkbook, file_name: str) -> SheetRows:
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > MOST_ROWS + 50:
            raise _too_many(file_name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise _too_wide(file_name, sheet.total_height, sheet.total_width)
        rows = sheet.to_python(skip_empty_area=False)
        if not any(not is_blank(cell) for row in rows for cell in row):
            continue
        _fill_merged(rows, sheet.merged_cell_ranges or [])
        return SheetRows([[unguarded(cell) for cell in row] for row in rows], about.name)
    raise _refusal("file_empty", _("No sheet of “%s” holds anything. Choose the file that holds the rows."), file_name)


def _fill_merged(rows: list[list], ranges) -> None:
    """A cell merged over several rows means its content for each of them; across columns it is a title."""
    for (top, left), (bottom, _right) in ranges:
        if bottom > top and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                if left < len(row) and is_blank(row[left]):
                    row[left] = rows[top][left]


def _too_wide(file_name: str, rows: int, columns: int) -> Faulty:
    return _refusal("sheet_too_wide", _("A sheet of “%(file)s” reaches to row %(rows)d and column %(columns)d. Delete the "
                                        "cells far below and far to the right, or save it as CSV."),
                    file_name, rows=rows, columns=columns)


def _too_many(file_name: str) -> Faulty:
    return _refusal("too_many_rows", _("“%(file)s” has more than %(most)d rows. Split it into several files."),
                    file_name, most=MOST_ROWS)


# -- text ----------------------------------------------------------------------------------------------------------

_FOREIGN = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"SQLite format",
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f]")


def _text(path: Path, file_name: str, start: bytes) -> SheetRows:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"mime-version")):
        raise _refusal("file_kind", _("“%s” is a web page or XML, whatever its name says. Open it in the spreadsheet "
                                      "program and save it as xlsx or CSV."), file_name)
    if start.startswith(_FOREIGN):
        raise _refusal("file_kind", _("“%s” is not a sheet. Choose an xlsx, xls, ods or CSV file."), file_name)
    encoding = _encoding(path, file_name, start)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(64 * 1024)
        if _UNPRINTABLE.search(sample[:4096]):
            raise _refusal("file_kind", _("“%s” is not a sheet. Choose an xlsx, xls, ods or CSV file."), file_name)
        file.seek(0)
        csv.field_size_limit(1 << 24)
        rows: list[list] = []
        try:
            for row in csv.reader(file, delimiter=_delimiter(sample)):
                rows.append([unguarded(cell) for cell in row])
                if len(rows) > MOST_ROWS + 50:
                    raise _too_many(file_name)
        except csv.Error as fault:
            raise _refusal("csv_damaged", _("Row %(row)d of “%(file)s” cannot be read as CSV: %(why)s. Check its "
                                            "quotation marks."), file_name, row=len(rows) + 1, why=fault) from None
    return SheetRows(rows, "")


def _encoding(path: Path, file_name: str, start: bytes) -> str:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _refusal("file_encoding", _("“%s” is neither UTF-8 nor GB18030 text, and no workbook. Save it as xlsx, or as "
                                      "CSV in UTF-8."), file_name)


def _delimiter(sample: str) -> str:
    """The sign that splits most rows alike: semicolons inside a note vary from row to row, columns do not."""
    best, most = ",", (0.0, 0)
    for sign in (",", "\t", ";"):
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if row][:50]
        except csv.Error:
            continue
        widths = [width for width in widths if width > 1] and widths
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        if width > 1 and (times / len(widths), width) > most:
            best, most = sign, (times / len(widths), width)
    return best
