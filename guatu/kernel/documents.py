"""Documents: files kept under MEDIA_ROOT by their SHA-256, each attached to a row of any resource."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.doors import contents
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models import Document
from guatu.kernel.models.facts import Stated
from guatu.kernel.registry import resource, slot
from guatu.kernel.scope import Actor, Scope

#: Endings that are kept, and what the file begins with (empty: any text without NUL bytes). The type said by the
#: sender is not believed.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (b"PK\x03\x04",)),
    ".ofd": ("application/ofd", (b"PK\x03\x04",)),
    ".zip": ("application/zip", (b"PK\x03\x04",)),
    ".doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    ".xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    ".wps": ("application/vnd.ms-works", (b"\xd0\xcf\x11\xe0",)),
    ".et": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    ".txt": ("text/plain", ()),
    ".csv": ("text/csv", ()),
    ".geojson": ("application/geo+json", ()),
}

#: What a browser may show in place of saving it: pictures run nothing. Everything else is only saved.
SHOWN_TYPES = frozenset({"image/png", "image/jpeg"})


def kinds_for(model: type[Stated] | None) -> list[tuple[str, str]]:
    """Kinds of document that apps name for rows of `model` (None: for any), as (code, word)."""
    offered = [pair for offer in slot("documents.kinds", model=model) for pair in offer]
    return [(code, str(word)) for code, word in dict(offered).items()] or [("other", _("other"))]


def documents_of(scope: Scope, row: Stated) -> list[Document]:
    """The documents of a row within the reader's reach, the newest first."""
    rows = resource("documents").rows(scope)
    return list(rows.filter(subject_type=row._meta.label_lower, subject_id=row.record_number).order_by("-id"))


def attach(
    actor: Actor, row: Stated, upload, title: str, kind: str, day: date | None = None
) -> tuple[Document, int]:
    """Keeps an uploaded file and attaches it to `row`; returns it with the recording's number.

    `day` is the document's own day (signed, photographed), from which it lies with the row; None: always.
    Raises Faulty for a file that is empty, too large, or not of the kind its name says.
    """
    name = Path(upload.name.replace("\\", "/")).name[:200]
    if upload.size > settings.GUATU_UPLOAD_MAX_BYTES:
        raise Faulty(
            "file_too_large",
            _("“%(file)s” has %(size)d MB, but at most %(most)d MB are kept. Make it smaller, or split it.")
            % {"file": name, "size": upload.size // 1024 // 1024,
               "most": settings.GUATU_UPLOAD_MAX_BYTES // 1024 // 1024},
            "file",
        )
    content_type = _content_type(name, upload)
    allowed = dict(kinds_for(type(row)))
    if kind not in allowed:
        raise Faulty("document_kind", _("Choose what kind of document this is."), "kind")
    digest = _keep(upload)
    values = {
        "title": title.strip()[:200] or Path(name).stem, "kind": kind, "file_name": name, "content_type": content_type,
        "size_bytes": upload.size, "sha256": digest, "subject_type": row._meta.label_lower,
        "subject_id": row.record_number, **_places(row),
    }
    if day is not None and day > timezone.localdate():
        raise Faulty("document_future", _("The day of “%s” has not come yet. Give the day it is of.") % name, "valid_on")
    change = actions.Change("create", Document, values, valid_on=day)
    number = actions.write(actor, [change])
    return change.written, number


def _content_type(name: str, upload) -> str:
    ending = Path(name).suffix.lower()
    if ending not in KINDS:
        raise Faulty(
            "file_kind",
            _("“%(file)s” is not of a kind that is kept here. Use one of: %(endings)s.")
            % {"file": name, "endings": " ".join(sorted(KINDS))},
            "file",
        )
    content_type, beginnings = KINDS[ending]
    upload.seek(0)
    begin = upload.read(4096)
    if not begin:
        raise Faulty("file_empty", _("“%s” is empty. Choose the right file.") % name, "file")
    fits = begin.startswith(beginnings) if beginnings else b"\x00" not in begin
    if not fits:
        raise contents.unfit(name, ending)
    contents.check(name, ending, upload)
    return content_type


def _keep(upload) -> str:
    """Writes the file under its digest, complete or not at all; the same content is kept once."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    partial = root / f".{secrets.token_hex(8)}.part"
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as file:
            upload.seek(0)
            for piece in iter(lambda: upload.read(1 << 20), b""):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return digest.hexdigest()


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def content(document: Document) -> Path:
    """Where the file lies. Raises NotFound when it is gone or altered in size."""
    path = path_of(document.sha256)
    if not path.is_file() or path.stat().st_size != document.size_bytes:
        raise NotFound(
            "file_gone",
            _("The file of “%s” is no longer in the store. Ask the administrator to restore it.") % document,
        )
    return path


def _places(row: Stated) -> dict[str, int | None]:
    """The organisations through which the document is seen: those of the row it belongs to."""
    ids = []
    for path in type(row).scope_paths or ():
        found = row
        for step in [] if path == "self" else path.split("__"):
            found = getattr(found, step, None)
        ids.append(found.pk if found is not None else None)
    ids = list(dict.fromkeys(pk for pk in ids if pk is not None)) or [None]
    return {"zone": ids[0], "unit": ids[1] if len(ids) > 1 else None}
