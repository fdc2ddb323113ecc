"""What an address of the monthly dispatch asks for beside day and zone: the month, the unit, which reports."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch.choices import SHOWN
from guatu.dispatch.queries import board as boards
from guatu.dispatch.rules.months import Month, month_of, parse_month
from guatu.kernel.errors import Faulty
from guatu.kernel.rules.refusals import BadCell
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.asked import Asked

WORDS = {code for code, _label in SHOWN} | {"overdue", "late_reported"}


@dataclass(frozen=True)
class MonthAsked:
    address: Asked
    month: Month
    months: list[str]
    unit: int | None
    shown: str
    text: str

    def board(self, request, verb: str = "view") -> boards.Board:
        return boards.board(scope_of(request), str(self.month), self.address.as_of, self.address.known_at,
                            self.address.zone or None, self.unit, verb)


def read_month(text: str) -> Month:
    """The month written in an address. Raises Faulty."""
    try:
        return parse_month(text)
    except BadCell:
        raise Faulty("month", _("“%s” is not a month. Write it like 2026-11.") % text[:40], "month") from None


def asked(request) -> MonthAsked:
    """Reads the address; without a month it is the newest opened one that has begun."""
    address = addresses.asked(request)
    scope, given = scope_of(request), address.given
    months = boards.months(scope)
    present = month_of(timezone.localdate())
    usual = next((text for text in months if text <= str(present)), str(present))
    shown, unit = given.get("show", "outstanding"), given.get("unit", "")
    if shown not in WORDS:
        raise Faulty("show", _("Reports cannot be narrowed to “%s”. Choose one of the figures above the list.")
                     % shown[:40], "show")
    return MonthAsked(
        address, read_month(given.get("month", usual)), months,
        int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None, shown, given.get("q", "")[:100])
