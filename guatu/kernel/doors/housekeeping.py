"""What the worker clears away for the doors: sessions that are over, old failures, counts that say nothing any more."""

from __future__ import annotations

import time

from django.utils import timezone

from guatu.kernel.doors import lockout, pace
from guatu.kernel.models import LoginSession

EVERY_SECONDS = 3600
_last = 0.0


def clear_doors() -> None:
    """Does its work once an hour, however often it is called."""
    global _last
    if time.monotonic() - _last < EVERY_SECONDS and _last:
        return
    over = LoginSession.objects.filter(expire_date__lt=timezone.now())
    if over.exists():
        over.delete()
    lockout.clear_away()
    pace.clear_away()
    _last = time.monotonic()
