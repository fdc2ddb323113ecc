"""How often somebody may ask: counted in a small file of its own, which every process of the installation shares.

The counts are worth nothing after some minutes, so the file is written without waiting for the disk and may be deleted
at any time; the record database never hears of them. When the file cannot be used, requests are let through: a limit
that fails must not shut the house.

    take("api", "user:5")      raises TooMany when user 5 asked too often

A limit of n a minute lets n through at once and then one every 60/n seconds (GCRA: one number a name is kept, the time
at which everything taken so far would have been spent at the even pace).
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import sqlite3
import threading
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.kernel.errors import Refused

log = logging.getLogger(__name__)

MINUTE = 60.0
#: A name whose allowance is whole again needs no row; rows are cleared away about every so many takes.
CLEARED_EVERY = 5000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pace (name TEXT PRIMARY KEY, spent REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (session TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS guess (
    address TEXT NOT NULL, digest TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (address, digest)
) WITHOUT ROWID;
"""
_local = threading.local()


class TooMany(Refused):
    """Somebody asked too often; `retry_after` is the number of whole seconds to wait."""

    status = 429

    def __init__(self, code: str, message: str, retry_after: int):
        super().__init__(code, message)
        self.retry_after = retry_after


def file() -> Path:
    return Path(settings.GUATU_HOME) / "doors.sqlite3"


def take(kind: str, who: str) -> None:
    """Counts one request of `kind` by `who`. Raises TooMany when that is more than GUATU_LIMITS[kind] a minute."""
    limit = settings.GUATU_LIMITS.get(kind, 0)
    if limit <= 0:
        return
    wait = _take(f"{kind} {who}", limit, MINUTE)
    if wait:
        raise TooMany("too_many_requests", _sentence(kind, limit, wait), wait)


def take_slowly(name: str, most: int, seconds: float) -> int:
    """Counts one try under `name`, of which `most` are allowed within `seconds`; returns the seconds to wait, 0: none."""
    return _take(name, most, seconds)


def forget(name: str) -> None:
    """Gives back what `take_slowly` counted under `name`."""
    _ask("DELETE FROM pace WHERE name = ?", (name,))


def _sentence(kind: str, limit: int, wait: int) -> str:
    what = {
        "api": _("requests to the API"),
        "export": _("exports"),
        "upload": _("uploads"),
        "guest": _("requests without logging in"),
    }[kind]
    return ngettext(
        "You sent more than %(limit)d %(what)s within a minute, which is as many as this installation allows. Wait "
        "%(wait)d second and try again.",
        "You sent more than %(limit)d %(what)s within a minute, which is as many as this installation allows. Wait "
        "%(wait)d seconds and try again.",
        wait,
    ) % {"limit": limit, "what": what, "wait": wait}


def _take(name: str, most: int, seconds: float) -> int:
    now, step = time.time(), seconds / most
    rows = _ask(
        "INSERT INTO pace (name, spent) VALUES (:name, :now + :step) ON CONFLICT (name) DO UPDATE "
        "SET spent = max(spent, :now) + :step WHERE max(spent, :now) + :step <= :now + :seconds + 1e-6 RETURNING spent",
        {"name": name, "now": now, "step": step, "seconds": seconds},
    )
    if rows is None or rows:
        if rows and hash((name, now)) % CLEARED_EVERY == 0:
            clear_away()
        return 0
    spent = _ask("SELECT spent FROM pace WHERE name = ?", (name,))
    return max(1, math.ceil(spent[0][0] + step - now - seconds)) if spent else 1


# -- wrong keys ----------------------------------------------------------------------------------------------------


def refuse_guesser(address: str | None) -> None:
    """Raises TooMany when this address tried as many different wrong keys as are allowed."""
    most, seconds = settings.GUATU_TOKEN_FAILURES, settings.GUATU_LOCK_SECONDS
    if most <= 0 or address is None:
        return
    rows = _ask("SELECT count(*), max(at) FROM guess WHERE address = ? AND at > ?", (address, time.time() - seconds))
    if rows and rows[0][0] >= most:
        wait = max(1, math.ceil(rows[0][1] + seconds - time.time()))
        minutes = math.ceil(wait / 60)
        raise TooMany("locked", ngettext(
            "Too many wrong keys came from this address, so no key is accepted from it for another %(minutes)d minute. "
            "Check which program sends them, or ask an administrator to unlock the address.",
            "Too many wrong keys came from this address, so no key is accepted from it for another %(minutes)d "
            "minutes. Check which program sends them, or ask an administrator to unlock the address.",
            minutes) % {"minutes": minutes}, wait)


def note_guess(address: str | None, key: str) -> None:
    """Notes a wrong key. The same key sent again is a forgotten program, no guess, and counts once."""
    if address is not None and settings.GUATU_TOKEN_FAILURES > 0:
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        _ask("INSERT INTO guess (address, digest, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
             (address, digest, time.time()))


def guessers() -> list[tuple[str, int, float]]:
    """Addresses from which wrong keys came within the time of a lock: (address, different keys, last instant)."""
    return _ask("SELECT address, count(*), max(at) FROM guess WHERE at > ? GROUP BY address ORDER BY 2 DESC",
                (time.time() - settings.GUATU_LOCK_SECONDS,)) or []


def forget_guesses(address: str) -> None:
    _ask("DELETE FROM guess WHERE address = ?", (address,))


# -- sessions ------------------------------------------------------------------------------------------------------


def seen(digest: str) -> float | None:
    """When the session of this digest last asked for something, in seconds since 1970."""
    rows = _ask("SELECT at FROM seen WHERE session = ?", (digest,))
    return rows[0][0] if rows else None


def all_seen(digests: list[str]) -> dict[str, float]:
    marks = ",".join("?" * len(digests))
    return dict(_ask(f"SELECT session, at FROM seen WHERE session IN ({marks})", tuple(digests)) or [])


def note_seen(digest: str, at: float) -> None:
    _ask("INSERT INTO seen (session, at) VALUES (?, ?) ON CONFLICT (session) DO UPDATE SET at = excluded.at",
         (digest, at))


# -- the file ------------------------------------------------------------------------------------------------------


def clear_away() -> None:
    """Deletes what says nothing any more."""
    now = time.time()
    _ask("DELETE FROM pace WHERE spent < ?", (now,))
    _ask("DELETE FROM guess WHERE at < ?", (now - settings.GUATU_LOCK_SECONDS,))
    _ask("DELETE FROM seen WHERE at < ?", (now - settings.SESSION_COOKIE_AGE - 86400,))


def forget_everything() -> None:
    for table in ("pace", "seen", "guess"):
        _ask(f"DELETE FROM {table}", ())


def _ask(sql: str, values) -> list | None:
    """The rows of a statement; None when the file cannot be used just now."""
    for attempt in (1, 2):
        try:
            return _connection().execute(sql, values).fetchall()
        except (sqlite3.OperationalError, OSError) as fault:
            _local.kept = None
            # A file that was deleted while it was open is made anew once; a busy or full disk is not waited for.
            if attempt == 2 or "locked" in str(fault):
                log.warning("The limits cannot be counted: %s", fault)
                return None
        except sqlite3.DatabaseError as fault:
            log.warning("%s is damaged and is made anew: %s", file(), fault)
            _local.kept = None
            _remove()
    return None


def _connection() -> sqlite3.Connection:
    path = str(file())
    kept = getattr(_local, "kept", None)
    if kept is not None and kept[:2] == (path, os.getpid()):
        return kept[2]
    file().touch(mode=0o600)
    made = sqlite3.connect(path, timeout=0.25, isolation_level=None)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("PRAGMA synchronous=OFF")
    made.executescript(_SCHEMA)
    _local.kept = (path, os.getpid(), made)
    return made


def _remove() -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{file()}{ending}").unlink(missing_ok=True)
