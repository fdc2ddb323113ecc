"""The inspection of the record: the last backup, the last check of the history, and the calendar."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.backup import last_backup
from guatu.kernel.doors.inspection import ATTENTION, OK, UNSAFE, Finding, check
from guatu.kernel.models import CalendarNotice

BACKUP_DAYS, BACKUP_MOST_DAYS = 2, 14
AUDIT_DAYS = 31
#: From this month the holidays of the next year have been published (usually in November).
PUBLISHED_MONTH = 12


@check
def backup(request) -> Finding:
    last = last_backup()
    age = None if last is None else timezone.now() - last
    if age is None or age > timedelta(days=BACKUP_MOST_DAYS):
        state = UNSAFE
    else:
        state = ATTENTION if age > timedelta(days=BACKUP_DAYS) else OK
    return Finding(
        "backup", state, _("Backup"),
        _("The last one was made on %s.") % _instant(last) if last else _("There has never been one."),
        _("A broken disk or a wrong hand would take everything since the last backup."),
        "" if state == OK else _("Run `guatu backup`, or set GUATU_BACKUP_FOLDER for one each night; keep a copy elsewhere."))


def _instant(instant: datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")


def _audit_file() -> Path:
    return Path(settings.GUATU_HOME) / "audit-verified.json"


def note_audit(result: dict) -> None:
    """Remembers that the history was verified, and how it came out."""
    kept = {"at": timezone.now().isoformat(), "ok": bool(result["ok"]), "recordings": result["records"]}
    _audit_file().write_text(json.dumps(kept) + "\n", encoding="utf-8")


def last_audit() -> tuple[datetime, bool] | None:
    try:
        kept = json.loads(_audit_file().read_text(encoding="utf-8"))
        return datetime.fromisoformat(kept["at"]), bool(kept["ok"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@check
def audit(request) -> Finding:
    last = last_audit()
    if last is None:
        state, found = ATTENTION, _("It has never been verified.")
    elif not last[1]:
        state, found = UNSAFE, _("On %s something in it had been altered.") % _instant(last[0])
    else:
        is_old = last[0] < timezone.now() - timedelta(days=AUDIT_DAYS)
        state, found = ATTENTION if is_old else OK, _("It was whole on %s.") % _instant(last[0])
    return Finding(
        "audit", state, _("Chain of history"), found,
        _("Only verifying shows that nobody altered a row behind the program's back."),
        "" if state == OK else _("Run `guatu audit verify`; keep the hash it prints elsewhere."))


@check
def calendar(request) -> Finding:
    today = timezone.localdate()
    wanted = [today.year] + ([today.year + 1] if today.month >= PUBLISHED_MONTH else [])
    known = set(CalendarNotice.everything.filter(withdrawn=False, superseded_by=None, year__in=wanted).values_list(
        "year", flat=True))
    missing = [str(year) for year in wanted if year not in known]
    return Finding(
        "calendar", ATTENTION if missing else OK, _("Working calendar"),
        _("The holidays of %s are not loaded.") % ", ".join(missing) if missing else _(
            "The holidays of %s are loaded.") % ", ".join(map(str, wanted)),
        _("Without them due days counted in working days are provisional, and lights may be wrong."),
        _("Run `guatu calendar load` when the State Council has published them.") if missing else "")
