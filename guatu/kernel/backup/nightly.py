"""Backups by the clock, into a folder of which the newest are kept; and when the last backup was made."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

#: The hour of the night, local time, from which the day's backup is made.
HOUR = 2
#: A backup that failed is tried again after this many seconds.
AGAIN_AFTER = 3600

_NAME = re.compile(r"guatu-\d{8}-\d{6}\.zip")
_PART = re.compile(r"\.guatu-\d{8}-\d{6}\.zip\.\d+\.part")
_failed_at: float | None = None


def _record() -> Path:
    return Path(settings.GUATU_HOME) / "last-backup.json"


def note(made: dict) -> None:
    """Remembers that a backup was made, wherever its file went."""
    beside = _record().with_suffix(".part")
    kept = {"at": made["made_at"].isoformat(), "file": made["file"], "bytes": made["bytes"],
            "recording": made["head"]["number"]}
    beside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    beside.replace(_record())


def last_backup() -> datetime | None:
    """When the newest backup of this installation was begun; None when none was made, or none is known of."""
    try:
        instant = datetime.fromisoformat(json.loads(_record().read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return instant if instant.tzinfo is not None else None


def every_minute() -> None:
    """Makes the day's backup when its hour has come, and removes those beyond the number to keep."""
    global _failed_at
    folder, now = settings.GUATU_BACKUP_FOLDER, timezone.localtime()
    if folder is None or now.hour < HOUR or list(folder.glob(f"guatu-{now:%Y%m%d}-*.zip")):
        return
    if _failed_at is not None and time.monotonic() - _failed_at < AGAIN_AFTER:
        return
    from guatu.kernel.backup.making import make

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        make(folder / f"guatu-{now:%Y%m%d-%H%M%S}.zip")
    except Exception:
        _failed_at = time.monotonic()
        raise
    _failed_at = None
    clear_old(folder, settings.GUATU_BACKUPS_KEPT)


def clear_old(folder: Path, kept: int) -> None:
    """Removes all but the newest `kept` nightly backups, and what cut ones left. Other files are left alone."""
    ours = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    cut = [path for path in folder.iterdir() if _PART.fullmatch(path.name) and path.stat().st_mtime < time.time() - 86400]
    for path in [*ours[: max(0, len(ours) - kept)], *cut]:
        path.unlink(missing_ok=True)
