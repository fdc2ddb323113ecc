"""What was read as known at a recording, kept for the next question of this process.

History is only added to, so the answer to "which organisations, parameters, rates and notices were known at recording N"
never changes; the hash of that recording names everything before it, whatever database or rolled-back transaction it
was read in. A write moves the head to another hash, and the next question reads anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
MOST = 256
_kept: OrderedDict[tuple[str, str, str], object] = OrderedDict()
_lock = Lock()


def place() -> str:
    """Which database this process asks."""
    return "|".join(str(connection.settings_dict[name]) for name in ("ENGINE", "HOST", "PORT", "NAME"))


def once(what: str, mark: str, make: Callable[[], T]) -> T:
    """What `make` reads, kept under the name `what` for the recording whose hash is `mark` ("": not kept).

    Nobody may change what is returned.
    """
    if not mark:
        return make()
    key = place(), what, mark
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = make()
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def kept(what: str, mark: str) -> object | None:
    """What `once` has kept under this name and mark; None where it was not asked lately."""
    with _lock:
        return _kept.get((place(), what, mark)) if mark else None


def forget() -> None:
    """Drops everything: for tests, which hand out the same identities again."""
    _kept.clear()
