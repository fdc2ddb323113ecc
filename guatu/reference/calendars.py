"""Published working calendars: those of 2004 to 2026 from the package `chinesecalendar`, later ones from files.

Source of rule: each year's 国务院办公厅关于部分节假日安排的通知. The package carries their days as constants; the
texts of the notices are the authority where the two differ.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty
from guatu.kernel.models import CalendarNotice
from guatu.kernel.queries import versions
from guatu.kernel.rules.days import parse_day
from guatu.kernel.scope import Actor

TITLE = "国务院办公厅关于{year}年部分节假日安排的通知"
NOTE = "放假与调休日期取自 chinesecalendar {version}；使用前请与通知原文核对"


def published() -> list[dict]:
    """Values of one CalendarNotice a year, as far as the installed `chinesecalendar` knows them.

    Days of December that belong to the next New Year's holiday stand in the next year's notice, which names them.
    `valid_on` is 1 December of the year before, when the notice is out at the latest in most years.
    """
    from importlib.metadata import version

    from chinese_calendar.constants import holidays, workdays

    days: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for place, named in enumerate((holidays, workdays)):
        for day, holiday in named.items():
            year = day.year + 1 if day.month == 12 and "New Year" in str(holiday) else day.year
            days[year][place].append(day.isoformat())
    note = NOTE.format(version=version("chinesecalendar"))
    return [
        {
            "year": year,
            "title": TITLE.format(year=year),
            "holidays": sorted(off),
            "workdays": sorted(worked),
            "valid_on": date(year - 1, 12, 1),
            "note": note,
        }
        for year, (off, worked) in sorted(days.items())
    ]


def load_published(actor: Actor) -> int:
    """Records the notices of years that have none; returns how many."""
    present = set(versions(CalendarNotice).values_list("year", flat=True))
    changes = [Change("create", CalendarNotice, values) for values in published() if values["year"] not in present]
    if changes:
        actions.write(actor, changes, note=_("working calendars"))
    return len(changes)


def load_notice(actor: Actor, path: str | Path) -> dict:
    """Records one year's notice from a JSON file {"year", "title", "holidays", "workdays", "valid_on", "note"}.

    A year that has a notice gets the file's as its correction. Returns {"year", "created", "changed"}.
    Raises Faulty: the file cannot be read, or a field is missing.
    """
    values = _read(Path(path))
    row = versions(CalendarNotice, year=values["year"]).first()
    if row is None:
        actions.create(actor, CalendarNotice, values)
        return {"year": values["year"], "created": True, "changed": False}
    # A correction keeps what the file does not say.
    before = row.pk
    after = actions.change(actor, row, values)
    return {"year": values["year"], "created": False, "changed": after.pk != before}


def _read(path: Path) -> dict:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise Faulty(
            "file", _("“%(path)s” cannot be opened: %(why)s.") % {"path": path, "why": fault.strerror}, "file"
        ) from None
    except ValueError:
        document = None
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("year"), int)
        or not 1900 < document["year"] < 2200
    ):
        raise Faulty(
            "notice_file",
            _('“%s” is not a notice. Write {"year": 2027, "title": "…", "holidays": ["2027-01-01"], "workdays": []}.')
            % path,
            "file",
        )
    year = document["year"]
    values = {"year": year, "title": document.get("title") or TITLE.format(year=year)}
    for name in ("holidays", "workdays"):
        listed = document.get(name)
        if not isinstance(listed, list) or not all(isinstance(day, str) for day in listed):
            raise Faulty(
                "notice_days",
                _('“%(name)s” in “%(path)s” must be a list of days like ["2027-01-01"].')
                % {"name": name, "path": path},
                name,
            )
        values[name] = sorted({parse_day(day).day.isoformat() for day in listed})
    values["valid_on"] = parse_day(document["valid_on"]).day if document.get("valid_on") else date(year - 1, 12, 1)
    values["note"] = str(document.get("note") or "")
    return values
