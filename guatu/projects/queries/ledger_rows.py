"""The money of projects as it is on file: read once in a constant number of queries, then looked at from every side."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.db.models import Min, QuerySet

from guatu.kernel.models import Document, ExchangeRate, Fact
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.rules.days import counts_from
from guatu.projects.models import (
    ArrivedFunds,
    MonthlyInvestment,
    PlannedInvestment,
    Project,
    ReportedInvestment,
    StageEvent,
    StatisticsEntry,
)
from guatu.projects.queries.moment import Moment
from guatu.projects.rules.ledger import Account, Month, Outlook, outlook

#: Events whose first day the ledger counts by.
COUNTED = ("signed", "started", "completed", "in_statistics")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class RateBook:
    """Exchange rates of every day up to a moment: yuan for one unit."""

    days: dict[str, list[date]]
    rates: dict[str, list[Decimal]]

    def cny(self, amount: Decimal | None, currency: str, day: date) -> Decimal | None:
        """Yuan at the rate in force on the day; None when the amount or a rate is unknown."""
        rate = self._on(currency, day)
        return None if amount is None or rate is None else (amount * rate).quantize(CENT, ROUND_HALF_UP)

    def usd(self, amount: Decimal | None, currency: str, day: date) -> Decimal | None:
        """US dollars, by way of yuan where the amount is in neither."""
        if amount is None or currency == "USD":
            return amount
        rate, dollar = self._on(currency, day), self._on("USD", day)
        return None if rate is None or dollar is None else (amount * rate / dollar).quantize(CENT, ROUND_HALF_UP)

    def _on(self, currency: str, day: date) -> Decimal | None:
        if currency == "CNY":
            return Decimal(1)
        place = bisect_right(self.days.get(currency, ()), day)
        return self.rates[currency][place - 1] if place else None


def rate_book(when: Moment) -> RateBook:
    """Every rate known at the moment; one query."""
    days, rates = defaultdict(list), defaultdict(list)
    rows = versions(ExchangeRate, limit(when.recording), counts_from__lte=when.as_of).order_by("counts_from", "id")
    for currency, day, rate in rows.values_list("currency", "counts_from", "cny_per_unit"):
        days[currency].append(day)
        rates[currency].append(rate)
    return RateBook(dict(days), dict(rates))


@dataclass(frozen=True)
class Arrival:
    """Funds that arrived: as stated, in yuan, and (foreign ones) in US dollars."""

    lineage: int
    day: date
    precision: str
    origin: str
    amount: Decimal | None
    currency: str
    voucher: str
    cny: Decimal | None
    usd: Decimal | None


@dataclass(frozen=True)
class Entry:
    lineage: int
    day: date
    precision: str
    code: str


@dataclass
class Money:
    """All money of one project up to a day. Months are named by their last day, plans by the newest laid down by then;
    each amount comes with the identity (lineage) of the row that states it."""

    planned: dict[date, tuple[Decimal, int]] = field(default_factory=dict)
    invested: dict[date, tuple[Decimal, int]] = field(default_factory=dict)
    reported: dict[date, tuple[Decimal, int]] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    entry: Entry | None = None
    documents: int = 0
    first: dict[str, date] = field(default_factory=dict)  # event: the day it first counted from

    def months(self, year: int) -> list[Month]:
        """The twelve months of a year."""
        lasts = [counts_from(date(year, month, 1), "month") for month in range(1, 13)]
        return [
            Month(last, *(amounts[last][0] if last in amounts else None
                          for amounts in (self.planned, self.invested, self.reported)))
            for last in lasts
        ]

    def outlook(self, year: int, as_of: date) -> Outlook:
        return outlook(self.months(year), as_of)

    def years(self) -> set[int]:
        days = (*self.planned, *self.invested, *self.reported, *(arrival.day for arrival in self.arrivals))
        return {day.year for day in days}

    @cached_property
    def invested_total(self) -> Decimal:
        return sum((amount for amount, _row in self.invested.values()), Decimal(0))

    @cached_property
    def reported_total(self) -> Decimal:
        return sum((amount for amount, _row in self.reported.values()), Decimal(0))

    def arrived(self, origin: str, year: int | None = None) -> list[Arrival]:
        return [row for row in self.arrivals if row.origin == origin and year in (None, row.day.year)]

    @property
    def entered_on(self) -> date | None:
        """The day of entry into statistics: of the event, which the entry keeps in step."""
        return self.first.get("in_statistics") or (self.entry.day if self.entry else None)

    def account(self, has_signed: bool, signed: Decimal | None, is_building: bool) -> Account:
        """The project's money since its beginning, for `rules.ledger.gaps`. `signed`: its investment as of the day."""
        entered = self.entered_on
        early = 0 if entered is None else sum(1 for last in self.reported if last < entered)
        return Account(
            has_signed, signed if has_signed else None,
            sum((row.cny or Decimal(0) for row in self.arrivals), Decimal(0)), len(self.arrivals),
            sum(1 for row in self.arrivals if row.cny is None),
            self.invested_total, len(self.invested), self.reported_total, len(self.reported),
            is_building, entered, bool(self.entry and self.entry.code), self.documents > 0, early,
        )


def _known(model: type[Fact], when: Moment, project: int | None) -> QuerySet:
    """What is in force of a table up to the moment, for one project (None: for all)."""
    only = {} if project is None else {"project_id": project}
    return versions(model, limit(when.recording), counts_from__lte=when.as_of, **only)


def money_of(when: Moment, project: int | None = None) -> dict[int, Money]:
    """The money on file by project: nine queries, for one project (whom the caller has found visible) or for all.

    Of all projects read, the caller shows only those within reach.
    """
    found: dict[int, Money] = defaultdict(Money)
    for name, model, amount in (
        ("invested", MonthlyInvestment, "completed_cny"), ("reported", ReportedInvestment, "reported_cny"),
    ):
        rows = _known(model, when, project).values_list("project_id", "valid_on", amount, "lineage")
        for pk, last, value, lineage in rows:
            getattr(found[pk], name)[last] = (value, lineage)
    plans = _known(PlannedInvestment, when, project).order_by("counts_from", "id")
    for pk, month, value, lineage in plans.values_list("project_id", "month", "planned_cny", "lineage"):
        found[pk].planned[counts_from(date(int(month[:4]), int(month[5:]), 1), "month")] = (value, lineage)
    _read_arrivals(found, when, project)
    entries = _known(StatisticsEntry, when, project).values_list(
        "project_id", "lineage", "counts_from", "precision", "code")
    for pk, *entry in entries:
        found[pk].entry = Entry(*entry)
    events = _known(StageEvent, when, project).filter(kind="actual", event__in=COUNTED)
    for pk, event, day in events.values_list("project_id", "event").annotate(first=Min("counts_from")).order_by():
        found[pk].first[event] = day
    for pk in entry_documents(found, when, project):
        found[pk].documents += 1
    return dict(found)


def _read_arrivals(found: dict[int, Money], when: Moment, project: int | None) -> None:
    book = rate_book(when)
    rows = _known(ArrivedFunds, when, project).order_by("counts_from", "id").values_list(
        "project_id", "lineage", "counts_from", "precision", "origin", "amount", "currency", "voucher")
    for pk, lineage, day, precision, origin, amount, currency, voucher in rows:
        cny = book.cny(amount, currency, day)
        usd = book.usd(amount, currency, day) if origin == "foreign" else None
        found[pk].arrivals.append(
            Arrival(lineage, day, precision, origin, amount, currency, voucher, cny, usd))


#: The kind of document that proves an entry into statistics when it lies with the project itself.
FILING = "statistics_filing"


def entry_documents(found: dict[int, Money], when: Moment, project: int | None) -> Iterable[int]:
    """The project of each document of an entry: what lies with the entry, and filings that lie with the project."""
    bound = limit(when.recording)
    entries = {money.entry.lineage: pk for pk, money in found.items() if money.entry is not None}
    standing = Document.everything.filter(withdrawn=False, id__lt=bound)
    rows = standing.filter(subject_type=StatisticsEntry._meta.label_lower)
    rows = rows.filter(subject_id__in=list(entries)) if project is not None else rows
    yield from (entries[pk] for pk in rows.values_list("subject_id", flat=True) if pk in entries)
    rows = standing.filter(subject_type=Project._meta.label_lower, kind=FILING)
    rows = rows.filter(subject_id=project) if project is not None else rows
    yield from (pk for pk in rows.values_list("subject_id", flat=True) if pk in found)


def documents_of_entry(money: Money, project: int, when: Moment) -> list[Document]:
    """The documents of one project's entry, the newest first; one query."""
    label = StatisticsEntry._meta.label_lower
    rows = Document.everything.filter(withdrawn=False, id__lt=limit(when.recording))
    own = rows.filter(subject_type=Project._meta.label_lower, subject_id=project, kind=FILING)
    if money.entry is not None:
        own = own | rows.filter(subject_type=label, subject_id=money.entry.lineage)
    return list(own.order_by("-id"))
