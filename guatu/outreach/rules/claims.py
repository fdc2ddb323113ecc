"""Whose a firm is: a claim protects from a day through a day, counted in working days, and a contact lengthens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guatu.kernel.rules.calendar import WorkCalendar


@dataclass(frozen=True)
class Span:
    """Held from `since` through `until`, both included; from `ended_on` on no more."""

    since: date
    until: date
    ended_on: date | None


def protected_until(since: date, workdays: int, calendar: WorkCalendar) -> date:
    """The last protected day: the n-th working day after the day of the claim, which itself is not counted."""
    return calendar.add_workdays(since, workdays).day


def holds(span: Span, day: date) -> bool:
    """Whether the firm is held on a day."""
    return span.since <= day <= span.until and (span.ended_on is None or day < span.ended_on)


def renewed(until: date, contact: date, workdays: int, calendar: WorkCalendar) -> date:
    """The last protected day after a contact: counted anew from the contact, and never shortened by one."""
    return max(until, protected_until(contact, workdays, calendar))
