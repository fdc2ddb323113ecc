"""The values of Microsoft Project's XML: its codes, durations, days and working times."""

from __future__ import annotations

import re
from datetime import date, datetime

from guatu.kernel.rules.refusals import gettext_noop
from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, LinkKind
from guatu.projects.rules.plans.problems import UnreadablePlan
from guatu.projects.rules.plans.shifts import Times

CONSTRAINTS = dict(enumerate((
    ConstraintKind.ASAP, ConstraintKind.ALAP, ConstraintKind.MSO, ConstraintKind.MFO, ConstraintKind.SNET,
    ConstraintKind.SNLT, ConstraintKind.FNET, ConstraintKind.FNLT,
)))
LINKS = dict(enumerate((LinkKind.FF, LinkKind.FS, LinkKind.SF, LinkKind.SS)))
#: Formats of durations counted round the clock; those from 35 on are the same, marked as estimated.
ELAPSED_FORMATS = {4, 6, 8, 10, 12, 36, 38, 40, 42, 44}
PERCENT_FORMATS = {19: LagUnit.PERCENT, 20: LagUnit.ELAPSED_PERCENT, 51: LagUnit.PERCENT, 52: LagUnit.ELAPSED_PERCENT}
#: Working times where a calendar says that a day is worked but not when.
DEFAULT_TIMES: Times = ((480, 720), (780, 1020))
DEFAULT_WEEK: tuple[Times, ...] = (DEFAULT_TIMES,) * 5 + ((), ())

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)


def minutes_of(text: str, where: str) -> tuple[int, bool]:
    """PT8H30M0S as minutes, and whether it is exact; what is finer than a minute is rounded."""
    found = _DURATION.fullmatch(text.strip())
    if not found or text.strip() in ("P", "PT", "-P", "-PT"):
        raise UnreadablePlan("value_faulty", where=where, text=text, wanted=gettext_noop("a duration like PT8H0M0S"))
    sign, days, hours, minutes, seconds = found.groups()
    exact = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    rounded = int(exact / 60 + 0.5)
    return (-rounded if sign else rounded), rounded * 60 == exact


def duration_text(minutes: int) -> str:
    sign = "-" if minutes < 0 else ""
    return f"{sign}PT{abs(minutes) // 60}H{abs(minutes) % 60}M0S"


def instant_of(text: str, where: str) -> datetime:
    """2014-10-17T08:00:00; a zone and seconds are dropped, plans are kept in the clocks of the place."""
    try:
        found = datetime.fromisoformat(text.strip())
        if not 1900 <= found.year <= 2200:
            raise ValueError
        return found.replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise UnreadablePlan(
            "value_faulty", where=where, text=text, wanted=gettext_noop("an instant between 1900 and 2200 like 2014-10-17T08:00:00")
        ) from None


def day_of_text(text: str, where: str) -> date:
    return instant_of(text, where).date()


def number_of(text: str, where: str, default: int = 0) -> int:
    """A whole number; what stands behind a decimal point is dropped. Empty is the default."""
    if not text:
        return default
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", text, re.ASCII):
        raise UnreadablePlan("value_faulty", where=where, text=text, wanted=gettext_noop("a number"))
    return int(text.partition(".")[0])


def decimal_text(text: str, where: str) -> str:
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", text, re.ASCII):
        raise UnreadablePlan("value_faulty", where=where, text=text, wanted=gettext_noop("a number"))
    return text


def clock_of(text: str, where: str) -> int:
    """Minutes after midnight."""
    found = _CLOCK.fullmatch(text.strip().rpartition("T")[2])
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        raise UnreadablePlan("value_faulty", where=where, text=text, wanted=gettext_noop("a time of day like 08:00:00"))
    return min(int(found[1]) * 60 + int(found[2]), 1440)


def clock_text(minutes: int) -> str:
    """24:00 is written 00:00:00, as Microsoft Project does."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}:00"
