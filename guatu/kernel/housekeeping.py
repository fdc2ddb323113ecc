"""What the worker does by the clock: values whose day has come, e-mail, clearing away what nobody asks for again."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from guatu.kernel import digest, mailing, turning
from guatu.kernel.backup import nightly
from guatu.kernel.doors.housekeeping import clear_doors

log = logging.getLogger(__name__)

#: Days for which files made by exports and finished entries of the queue are kept.
KEPT_DAYS = 2
#: By how much a file of SQLite has grown when its rows are counted again.
GROWN = 1.5
_counted_bytes = 0


def every_minute() -> None:
    """Each duty on its own, so that one that fails holds up no other."""
    for duty in (turn_of_day, mailing.mail_pending, digest.send_due, clear_away, nightly.every_minute,
                 clear_doors, count_for_planner):
        try:
            duty()
        except Exception:
            log.exception("%s failed; it is tried again in a minute.", duty.__name__)


def turn_of_day() -> None:
    turning.turn_of_day(timezone.localdate())


def clear_away() -> None:
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
    folder = exports_folder()
    for path in folder.iterdir() if folder.exists() else ():
        if path.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
            path.unlink(missing_ok=True)


def count_for_planner() -> None:
    """Counts for SQLite how many rows share a value of each index, once after a start and whenever the file has grown by
    half; PostgreSQL does so by itself.

    Without it SQLite takes a reach of fifty zones for a handful of rows, and fetches and sorts a hundred thousand for the
    first fifty. It looks at a thousand rows of each index, and is done in some hundredths of a second.
    """
    global _counted_bytes
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        size = cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
        if size > _counted_bytes * GROWN:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")
            _counted_bytes = size


def exports_folder() -> Path:
    """Where export jobs leave their files until they are fetched."""
    return Path(settings.GUATU_HOME) / "exports"
