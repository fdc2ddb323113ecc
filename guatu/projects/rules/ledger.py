"""The investment ledger on paper: sums that are never mixed, completion rates, the forecast of a year, reconciliation.

Signed, arrived, invested and reported money answer different questions, so each is a type of its own and adding two of
them is a TypeError. An amount nobody knows is counted as unknown and never as zero. Batches and their members count
once, by the rule of the five lists (`rules.lists.total`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeVar

from guatu.projects.rules.lists import Member, total

#: Decimal places of a completion rate in per cent; halves are rounded up (away from zero).
RATE_PLACES = 1


@dataclass(frozen=True)
class Sum:
    """Money of one kind. `projects` counts each project of a batch, `rows` the lines behind the figure; `unknown` are
    rows whose amount nobody knows, `partial` rows whose amount is known in part only (it counts, but is too small)."""

    amount: Decimal = Decimal(0)
    projects: int = 0
    rows: int = 0
    unknown: int = 0
    partial: int = 0

    def __add__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return type(self)(
            self.amount + other.amount, self.projects + other.projects, self.rows + other.rows,
            self.unknown + other.unknown, self.partial + other.partial,
        )

    @property
    def is_complete(self) -> bool:
        return not self.unknown and not self.partial


class Signed(Sum):
    """Total investment of projects by their agreements, yuan (签约投资额)."""


class ArrivedDomestic(Sum):
    """Funds of domestic investors that arrived, yuan (到账内资)."""


class ArrivedForeign(Sum):
    """Funds of foreign investors that arrived, US dollars (实际使用外资)."""


class Arrived(Sum):
    """Both of these in yuan, each at the rate of the day it arrived; only to be held beside other sums in yuan."""


class Planned(Sum):
    """Investment planned, yuan (计划投资)."""


class Invested(Sum):
    """Investment completed, counted by progress, yuan (完成投资)."""


class Reported(Sum):
    """Investment reported to statistics, yuan (上报统计)."""


class Forecast(Sum):
    """Completed so far and planned for the months to come, yuan (预计完成)."""


Kind = TypeVar("Kind", bound=Sum)


def summed(kind: type[Kind], inside: Iterable[Member], everywhere: Iterable[Member] = (), partial: int = 0) -> Kind:
    """The sum of these rows as money of one kind; batches, members and unknown amounts as in `rules.lists.total`."""
    found = total(inside, everywhere)
    return kind(Decimal(found.amount), found.projects, found.rows, found.unknown, partial)


# -- rates ---------------------------------------------------------------------------------------------------------


def percent(part: Decimal, whole: Decimal, places: int = RATE_PLACES) -> Decimal | None:
    """`part` in per cent of `whole`, rounded half up; None where there is nothing to compare with."""
    if whole <= 0:
        return None
    return (100 * Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def completion(actual: Decimal | None, target: Decimal | None, places: int = RATE_PLACES) -> Decimal | None:
    """Completion rate in per cent: actual / target. None when either is unknown or the target is not above zero."""
    return None if actual is None or target is None else percent(actual, target, places)


def growth(value: Decimal | None, last: Decimal | None, places: int = RATE_PLACES) -> Decimal | None:
    """Growth in per cent: (value - last) / last. None when either is unknown or the last value is not above zero."""
    return None if value is None or last is None else percent(Decimal(value) - Decimal(last), last, places)


class Verdict(StrEnum):
    """What recomputing a reported rate says of it."""

    EQUAL = "equal"
    DIFFERENT = "different"
    DERIVED = "derived"  # its base was worked out from the rate itself, so that equality proves nothing
    NO_BASE = "no_base"  # no target, no last value, or no value: nothing to recompute from


@dataclass(frozen=True)
class Checked:
    """A reported rate beside the recomputed one, both in per cent with as many places as were reported."""

    reported: Decimal
    recomputed: Decimal | None
    verdict: Verdict


def places_of(rate: Decimal) -> int:
    """With how many decimal places a rate was reported; noughts at the end do not count."""
    return max(-Decimal(rate).normalize().as_tuple().exponent, 0)


def checked(
    kind: str, value: Decimal | None, base: Decimal | None, reported: Decimal, base_from_rate: bool
) -> Checked:
    """Recomputes a reported rate. `kind` is completion (base: the target) or growth (base: the last value); of any other
    kind there is nothing to recompute. With `base_from_rate` the base came from the rate: shown, but no proof."""
    rule = {"completion": completion, "growth": growth}.get(kind)
    found = rule(value, base, places_of(reported)) if rule else None
    if found is None:
        return Checked(reported, None, Verdict.NO_BASE)
    if base_from_rate:
        return Checked(reported, found, Verdict.DERIVED)
    return Checked(reported, found, Verdict.EQUAL if found == reported else Verdict.DIFFERENT)


# -- months --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """One month of one project, named by its last day; None is unknown, which is not zero."""

    last: date
    planned: Decimal | None = None
    actual: Decimal | None = None
    reported: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """A month with what has come together since the year began. `has_ended`: whether an actual figure is due.

    Cumulative amounts are of the known months; `rate` is cumulative actual / cumulative planned in per cent and is
    given only for months that have ended.
    """

    month: Month
    has_ended: bool
    planned_so_far: Decimal
    actual_so_far: Decimal
    reported_so_far: Decimal
    rate: Decimal | None


def lines(months: Iterable[Month], as_of: date) -> list[Line]:
    """The months of one year in order, each with the sums up to it."""
    planned = actual = reported = Decimal(0)
    found = []
    for month in sorted(months, key=lambda month: month.last):
        planned += month.planned or 0
        actual += month.actual or 0
        reported += month.reported or 0
        ended = month.last <= as_of
        found.append(Line(month, ended, planned, actual, reported, percent(actual, planned) if ended else None))
    return found


@dataclass(frozen=True)
class Outlook:
    """A year of one project: completed in the months that have ended, planned for those to come, and their sum.

    `missing` are ended months from the first one on file on for which nothing was recorded; `unplanned` are coming
    months without a plan. `is_known` is False when neither an actual nor a planned amount is on file.
    """

    actual: Decimal
    ahead: Decimal
    missing: int
    unplanned: int
    is_known: bool

    @property
    def forecast(self) -> Decimal:
        return self.actual + self.ahead


def outlook(months: Iterable[Month], as_of: date) -> Outlook:
    """What a year is expected to come to: actual amounts of ended months plus the plans of all others.

    The plan of an ended month never stands in for a missing actual amount.
    """
    months = sorted(months, key=lambda month: month.last)
    ended = [month for month in months if month.last <= as_of]
    coming = [month for month in months if month.last > as_of]
    first = next((month.last for month in ended if month.actual is not None or month.planned is not None), None)
    return Outlook(
        sum((month.actual or Decimal(0) for month in ended), Decimal(0)),
        sum((month.planned or Decimal(0) for month in coming), Decimal(0)),
        sum(1 for month in ended if first is not None and month.last >= first and month.actual is None),
        sum(1 for month in coming if month.planned is None),
        any(month.actual is not None for month in ended) or any(month.planned is not None for month in coming),
    )


# -- reconciliation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """One project's money as of a day, all in yuan and since its beginning. `signed` is None while unknown.

    `signed_on`: whether it has signed (or stands in a later stage); `entered_on`: its day of entry into statistics;
    `early` are months reported before that day's month. `months_invested` and `months_reported` count months on file.
    """

    has_signed: bool
    signed: Decimal | None
    arrived: Decimal
    arrivals: int
    arrivals_unknown: int
    invested: Decimal
    months_invested: int
    reported: Decimal
    months_reported: int
    is_building: bool = False
    entered_on: date | None = None
    has_code: bool = False
    has_documents: bool = False
    early: int = 0


class Gap(StrEnum):
    """What does not fit together, or is missing, in one project's account."""

    SIGNED_UNKNOWN = "signed_unknown"
    ARRIVED_UNSIGNED = "arrived_unsigned"
    NOTHING_ARRIVED = "nothing_arrived"
    ARRIVAL_UNKNOWN = "arrival_unknown"
    ARRIVED_OVER_SIGNED = "arrived_over_signed"
    NOTHING_INVESTED = "nothing_invested"
    INVESTED_OVER_SIGNED = "invested_over_signed"
    NOT_ENTERED = "not_entered"
    NO_CODE = "no_code"
    NO_DOCUMENTS = "no_documents"
    REPORTED_NOT_ENTERED = "reported_not_entered"
    REPORTED_EARLY = "reported_early"
    NOTHING_REPORTED = "nothing_reported"
    REPORTED_OVER_INVESTED = "reported_over_invested"
    REPORTED_UNDER_INVESTED = "reported_under_invested"


def gaps(account: Account) -> list[Gap]:
    """What is missing or contradicts itself, in the order money goes: signed, arrived, invested, entered, reported."""
    entered = account.entered_on is not None
    tests = {
        Gap.SIGNED_UNKNOWN: account.has_signed and account.signed is None,
        Gap.ARRIVED_UNSIGNED: account.arrivals > 0 and not account.has_signed,
        Gap.NOTHING_ARRIVED: account.has_signed and account.arrivals == 0,
        Gap.ARRIVAL_UNKNOWN: account.arrivals_unknown > 0,
        Gap.ARRIVED_OVER_SIGNED: account.signed is not None and account.arrived > account.signed,
        Gap.NOTHING_INVESTED: account.is_building and account.months_invested == 0,
        Gap.INVESTED_OVER_SIGNED: account.signed is not None and account.invested > account.signed,
        Gap.NOT_ENTERED: account.invested > 0 and not entered,
        Gap.NO_CODE: entered and not account.has_code,
        Gap.NO_DOCUMENTS: entered and not account.has_documents,
        Gap.REPORTED_NOT_ENTERED: account.months_reported > 0 and not entered,
        Gap.REPORTED_EARLY: account.early > 0,
        Gap.NOTHING_REPORTED: entered and account.months_reported == 0,
        Gap.REPORTED_OVER_INVESTED: account.months_reported > 0 and account.reported > account.invested,
        Gap.REPORTED_UNDER_INVESTED: entered and account.months_reported > 0 and account.reported < account.invested,
    }
    return [gap for gap, found in tests.items() if found]
