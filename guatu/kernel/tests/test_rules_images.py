"""Pictures are read by their structure: whole ones give their size, everything else is refused."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel.rules.images import BadImage, jpeg_size, png_size


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=3, height=2, *, rows: bytes | None = None, tail: bytes = b"") -> bytes:
    body = zlib.compress(rows if rows is not None else (b"\x00" + b"\x00" * 3 * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"") + tail


def jpeg(width=3, height=2, *, end: bytes = b"\xff\xd9") -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (b"\xff\xd8" + b"\xff\xe0\x00\x04ab" + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
            + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34" + end)


def test_sizes():
    assert png_size(png(30, 20)) == (30, 20)
    assert jpeg_size(jpeg(40, 10)) == (40, 10)
    assert jpeg_size(jpeg() + b"a film behind it") == (3, 2)


@pytest.mark.parametrize("data", [
    b"", b"\x89PNG\r\n\x1a\n", png()[:-1], png()[:40], png(tail=b"<script>"), png(rows=b""), png(rows=b"\x00" * 10_000_000),
    png().replace(b"IDAT", b"IDAX"), png(0, 5), b"\x89PNG\r\n\x1a\n<html>", jpeg(),
])
def test_png_refused(data):
    with pytest.raises(BadImage):
        png_size(data)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0<script>", jpeg(end=b""), jpeg()[:20], jpeg(0, 5), png()])
def test_jpeg_refused(data):
    with pytest.raises(BadImage):
        jpeg_size(data)


def test_too_many_pixels_are_refused_before_anything_is_unpacked():
    with pytest.raises(BadImage) as bad:
        png_size(png(60_000, 60_000, rows=b"x"))
    assert bad.value.code == "too_many_pixels"
    with pytest.raises(BadImage):
        jpeg_size(jpeg(60_000, 60_000))


@given(st.binary(max_size=400), st.integers(0, 100))
def test_nothing_but_bad_image_is_raised(data, cut):
    for start, read in ((png(), png_size), (jpeg(), jpeg_size)):
        with contextlib.suppress(BadImage):
            read(start[:cut] + data)
