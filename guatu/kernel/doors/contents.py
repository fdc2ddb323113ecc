"""Whether an uploaded file is inside what its ending says outside: pictures whole, archives small and without macros."""

from __future__ import annotations

import zipfile

from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.kernel.rules.images import BadImage, jpeg_size, png_size

#: What an archive may unpack to, in bytes and in proportion, and how many entries it may list; larger is an attack on
#: whoever opens it. Small ones may pack better without harm.
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_RATIO, RATIO_FREE = 200, 50 * 1024 * 1024
MOST_ENTRIES = 20_000
#: The part that makes an archive a document of its kind.
MAIN_PARTS = {
    ".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml", ".ofd": "OFD.xml",
}
_IMAGES = {".png": png_size, ".jpg": jpeg_size, ".jpeg": jpeg_size}


def check(name: str, ending: str, upload) -> None:
    """Raises Faulty with a sentence when the content is damaged, dangerous or of another kind. `upload` is an open
    binary file; where it stands afterwards is undefined."""
    if ending in _IMAGES:
        _image(name, ending, upload)
    elif ending in MAIN_PARTS or ending == ".zip":
        _archive(name, ending, upload)
    elif ending in (".txt", ".csv"):
        _text(name, ending, upload)


def unfit(name: str, ending: str) -> Faulty:
    return Faulty(
        "file_content",
        _("The content of “%(file)s” is not what its ending %(ending)s says. Save it again in that format.")
        % {"file": name, "ending": ending},
        "file",
    )


def _image(name: str, ending: str, upload) -> None:
    upload.seek(0)
    try:
        _IMAGES[ending](upload.read())
    except BadImage as bad:
        sentence = {
            "damaged": _("The picture “%s” is damaged or cut off. Take it again, or save it again."),
            "too_many_pixels": _("The picture “%s” has too many pixels. Make it smaller and retry."),
        }[bad.code]
        raise Faulty("file_content", sentence % name, "file") from None


def _archive(name: str, ending: str, upload) -> None:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Faulty(
            "file_damaged", _("“%s” is damaged and cannot be opened. Save it again and retry.") % name, "file") from None
    names = {entry.filename.replace("\\", "/") for entry in entries}
    if ending in MAIN_PARTS and MAIN_PARTS[ending] not in names:
        raise unfit(name, ending)
    if ending in MAIN_PARTS and any(part.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) for part in names):
        raise Faulty(
            "file_macros", _("“%s” holds macros, which may do harm where it is opened. Save it without them.") % name, "file")
    if any(part.startswith("/") or ".." in part.split("/") or part[1:2] == ":" for part in names):
        raise Faulty(
            "file_paths", _("The archive “%s” would write outside its own folder. Pack it again.") % name, "file")
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or (
        unpacked > RATIO_FREE and unpacked > MOST_RATIO * max(packed, 1)
    ):
        raise Faulty(
            "file_too_large", _("“%s” unpacks to far more than it holds here. Pack fewer files into it.") % name, "file")


def _text(name: str, ending: str, upload) -> None:
    upload.seek(0)
    for piece in iter(lambda: upload.read(1 << 20), b""):
        if b"\x00" in piece:
            raise unfit(name, ending)
