"""Whether bytes are a whole PNG or JPEG picture, read from the formats' own structure, without decoding colours.

Sources: PNG is ISO/IEC 15948 (chunks with CRC-32, IHDR first, IEND last); JPEG is ITU-T T.81 annex B (segments between
SOI and EOI). A picture is refused when it is cut off, when its parts do not agree, when something else is hung on behind
a PNG's end, or when it would unpack to more than MOST_PIXELS.
"""

from __future__ import annotations

import struct
import zlib

#: A phone takes 12 to 108 million pixels; decoded, more would fill the memory of whoever opens it.
MOST_PIXELS = 120_000_000
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


class BadImage(ValueError):
    """`code` is damaged or too_many_pixels."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a whole PNG. Raises BadImage."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise BadImage("damaged")
    place, size, unpack, unpacked, most = 8, None, zlib.decompressobj(), 0, 0
    while True:
        if place + 12 > len(data):
            raise BadImage("damaged")
        (length,), kind = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        if len(body) < length or data[place + 8 + length : place + 12 + length] != struct.pack(
            ">I", zlib.crc32(kind + body)
        ):
            raise BadImage("damaged")
        place += 12 + length
        if size is None:
            if kind != b"IHDR" or length != 13:
                raise BadImage("damaged")
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            size, most = _checked(width, height), _png_bytes(width, height, depth, colour)
        elif kind == b"IDAT":
            unpacked += _unpacked(unpack, body, most - unpacked)
        elif kind == b"IEND":
            if not unpacked or place != len(data):
                raise BadImage("damaged")
            return size


def _png_bytes(width: int, height: int, depth: int, colour: int) -> int:
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise BadImage("damaged")
    # Interlacing adds at most seven passes with a filter byte a row each.
    return height * (width * depth * _CHANNELS[colour] // 8 + 2) * 2 + 1024


def _unpacked(unpack, body: bytes, most: int) -> int:
    try:
        found = len(unpack.decompress(body, max(most, 0) + 1))
    except zlib.error:
        raise BadImage("damaged") from None
    if found > most or unpack.unconsumed_tail:
        raise BadImage("damaged")
    return found


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a whole JPEG. Raises BadImage. Cameras may hang a film on behind its end."""
    if data[:2] != b"\xff\xd8":
        raise BadImage("damaged")
    place, size = 2, None
    while True:
        if place + 4 > len(data) or data[place] != 0xFF:
            raise BadImage("damaged")
        kind = data[place + 1]
        if kind == 0xFF:  # fill
            place += 1
            continue
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        if length < 2 or place + 2 + length > len(data):
            raise BadImage("damaged")
        if kind in _FRAMES:
            if length < 8:
                raise BadImage("damaged")
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            size = _checked(width, height)
        place += 2 + length
        if kind == 0xDA:
            if size is None or data.find(b"\xff\xd9", place) < 0:
                raise BadImage("damaged")
            return size


def _checked(width: int, height: int) -> tuple[int, int]:
    if not width or not height:
        raise BadImage("damaged")
    if width * height > MOST_PIXELS:
        raise BadImage("too_many_pixels")
    return width, height
