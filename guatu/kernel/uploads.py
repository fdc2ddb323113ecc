"""Uploaded sheets, kept under GUATU_HOME between their dry run and their import."""

from __future__ import annotations

import fcntl
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty

#: An upload that nobody confirmed is thrown away after this many days.
KEPT_DAYS = 2
#: A sheet of at most this size is imported at once when no worker runs; 2,000 rows are about so much.
SMALL_BYTES = 400 * 1024


def folder() -> Path:
    return Path(settings.GUATU_HOME) / "imports"


def keep(upload) -> Path:
    """Writes an uploaded sheet to a file of its own and returns its path. Raises Faulty when it is too large."""
    if upload.size > settings.GUATU_UPLOAD_MAX_BYTES:
        raise Faulty(
            "file_too_large",
            _("“%(file)s” has %(size)d MB, but at most %(most)d MB are kept. Make it smaller, or split it.")
            % {"file": upload.name, "size": upload.size // 1024 // 1024,
               "most": settings.GUATU_UPLOAD_MAX_BYTES // 1024 // 1024},
            "file",
        )
    folder().mkdir(parents=True, exist_ok=True)
    clear_old()
    path = folder() / secrets.token_hex(16)
    with path.open("wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return path


def clear_old() -> None:
    for path in folder().iterdir():
        if path.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
            path.unlink(missing_ok=True)


def worker_is_running() -> bool:
    """Whether some process holds the installation's worker lock."""
    path = Path(settings.GUATU_HOME) / "worker.lock"
    if not path.exists():
        return False
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
        return False
