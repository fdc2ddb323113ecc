"""What the worker does by the clock: values whose day has come, e-mail, clearing away what nobody asks for again."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from guatu.kernel import digest, mailing, turning
from guatu.kernel.backup import nightly
from guatu.kernel.doors.housekeeping import clear_doors

log = logging.getLogger(__name__)

#: Days for which files made by exports and finished entries of the queue are kept.
KEPT_DAYS = 2


def every_minute() -> None:
    """Each duty on its own, so that one that fails holds up no other."""
    for duty in (turn_of_day, mailing.mail_pending, digest.send_due, clear_away, nightly.every_minute,
                 clear_doors):
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


def exports_folder() -> Path:
    """Where export jobs leave their files until they are fetched."""
    return Path(settings.GUATU_HOME) / "exports"
