"""One project's page of the investment ledger: its months, funds, entry into statistics, and how they fit together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.choices import CURRENCIES
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import resource
from guatu.kernel.rules.days import format_day
from guatu.kernel.scope import Scope
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import FUND_ORIGINS
from guatu.projects.models import Project
from guatu.projects.pages import asked as addresses
from guatu.projects.pages import ledger_words as words
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan, wan_of
from guatu.projects.pages.project import found as find
from guatu.projects.pages.rights import may
from guatu.projects.queries import states_of
from guatu.projects.queries.ledger_rows import Arrival, Money, documents_of_entry, money_of
from guatu.projects.queries.moment import moment
from guatu.projects.rules import ledger as rules
from guatu.projects.rules.ledger import Account, gaps
from guatu.projects.rules.stages import ORDER

#: The tables of the ledger; each is shown to whoever may view it.
TABLES = ("planned_investments", "monthly_investments", "reported_investments", "arrived_funds", "statistics_entries",
          "documents")


@dataclass(frozen=True)
class MonthLine:
    """A month in words; "" where nothing is on file. `is_missing`: it has ended and no completed amount is there."""

    name: str
    planned: str
    planned_url: str
    actual: str
    actual_url: str
    planned_so_far: str
    actual_so_far: str
    rate: str
    reported: str
    reported_url: str
    has_ended: bool
    is_missing: bool


def seen(scope: Scope, project: Project, verb: str = "view") -> dict[str, bool]:
    """Which tables of the ledger this reader may see (or write) of the project."""
    return {name: may(scope, project, name, verb) for name in TABLES}


@require_safe
def account_page(request, record: int):
    """The ledger of one project for a year, as of a day."""
    scope = scope_of(request)
    project = find(scope, record)
    address = addresses.asked(request)
    when = moment(address.as_of, address.known_at)
    state = states_of([project.pk], address.as_of, address.known_at).get(project.pk)
    see, write = seen(scope, project), seen(scope, project, "add")
    money = _only_seen(money_of(when, project.pk).get(project.pk) or Money(), see)
    year = _year(address, money)
    stage = state.stage if state else ""
    account = money.account(
        ORDER.get(stage, -1) >= ORDER["signed"], state.investment_cny if state else None,
        bool(state) and stage == "started" and state.status == "running")
    months = rules.lines(money.months(year), address.as_of)
    outlook = money.outlook(year, address.as_of)
    complete = all(see.values())
    return render(request, "projects/account.html", {
        "address": address,
        "project": project,
        "state": state,
        "see": see,
        "year": year,
        "years": [(one, address.query(year=one), one == year) for one in _years(money, year, address.as_of)],
        "lines": [_line(line, money, outlook, see) for line in months],
        "sums": _sums(months, outlook),
        "outlook": outlook,
        "tiles": _tiles(account, money, see),
        "gaps": [words.GAP_SENTENCES[gap] for gap in gaps(account)] if complete else [],
        "is_complete": complete,
        "arrivals": [_arrival(row) for row in reversed(money.arrivals)],
        "entry": money.entry,
        "entered_on": money.entered_on,
        "entry_day": format_day(money.entry.day, money.entry.precision) if money.entry else "",
        "documents": documents_of_entry(money, project.pk, when) if see["documents"] and money.entered_on else [],
        "adds": _adds(project, write) if address.is_present else [],
        "back": address.link(reverse("projects:project", args=[project.pk])) + "#money",
        "ledger_url": address.link(reverse("projects:ledger"), year=year),
    })


def _only_seen(money: Money, see: dict[str, bool]) -> Money:
    """The money without the tables this reader may not view."""
    return Money(
        money.planned if see["planned_investments"] else {}, money.invested if see["monthly_investments"] else {},
        money.reported if see["reported_investments"] else {}, money.arrivals if see["arrived_funds"] else [],
        money.entry if see["statistics_entries"] else None, money.documents, money.first,
    )


def _year(address: Asked, money: Money) -> int:
    text = address.given.get("year", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == 4 and 1980 <= int(text) <= 2200):
        raise Faulty("year", _("“%s” is not a year. Write it like 2022.") % text[:20], "year")
    return int(text) if text else address.as_of.year


def _years(money: Money, year: int, as_of: date) -> list[int]:
    return sorted({*money.years(), year, as_of.year})


def _line(line: rules.Line, money: Money, outlook: rules.Outlook, see: dict[str, bool]) -> MonthLine:
    last = line.month.last

    def url(amounts: dict, name: str) -> str:
        return f"/r/{name}/{amounts[last][1]}/" if last in amounts else ""

    first = min((*money.planned, *money.invested), default=None)
    started = first is not None and first <= last
    return MonthLine(
        f"{last:%Y-%m}", wan(line.month.planned), url(money.planned, "planned_investments"),
        wan(line.month.actual), url(money.invested, "monthly_investments"),
        wan(line.planned_so_far), wan(line.actual_so_far) if line.has_ended else "", words.rate(line.rate),
        wan(line.month.reported), url(money.reported, "reported_investments"), line.has_ended,
        line.has_ended and started and line.month.actual is None and see["monthly_investments"],
    )


def _sums(months: list[rules.Line], outlook: rules.Outlook) -> dict[str, str]:
    last = months[-1]
    planned_until_now = sum((line.month.planned or Decimal(0) for line in months if line.has_ended), Decimal(0))
    return {
        "planned": wan(last.planned_so_far), "actual": wan(outlook.actual), "reported": wan(last.reported_so_far),
        "rate": words.rate(rules.percent(outlook.actual, planned_until_now)), "forecast": wan(outlook.forecast),
        "ahead": wan(outlook.ahead),
        "forecast_rate": words.rate(rules.percent(outlook.forecast, last.planned_so_far)),
    }


def _tiles(account: Account, money: Money, see: dict[str, bool]) -> list[dict]:
    """The four sums side by side, each of its own kind; "" says unknown, `said` what there is to say of it."""
    found = [{"label": _("Signed"), "amount": wan(account.signed),
              "said": _("by the agreement") if account.has_signed else _("not signed")}]
    if see["arrived_funds"]:
        found.append({
            "label": _("Arrived"), "amount": wan(account.arrived) if account.arrivals else "",
            "said": _arrived_words(money) or _("nothing on file"),
        })
    if see["monthly_investments"]:
        found.append({
            "label": _("Completed"), "amount": wan(account.invested) if account.months_invested else "",
            "said": _("%d months on file") % account.months_invested if account.months_invested else _("nothing on file")})
    if see["reported_investments"]:
        found.append({
            "label": _("Reported to statistics"), "amount": wan(account.reported) if account.months_reported else "",
            "said": _("%d months on file") % account.months_reported if account.months_reported else _("nothing on file")})
    return found


def _arrived_words(money: Money) -> str:
    """Domestic and foreign funds apart, each in its own measure; only those that there are."""
    said = []
    if domestic := money.arrived("domestic"):
        said.append(_("domestic %s") % wan(sum((row.cny or Decimal(0) for row in domestic), Decimal(0))))
    if foreign := money.arrived("foreign"):
        said.append(_("foreign %s × 10k US dollars") % wan(sum((row.usd or Decimal(0) for row in foreign), Decimal(0))))
    return " · ".join(said)


def _arrival(row: Arrival) -> dict:
    foreign = row.currency != "CNY"
    return {
        "day": format_day(row.day, row.precision), "origin": str(dict(FUND_ORIGINS)[row.origin]),
        "amount": wan_of(row.amount, row.currency) if row.amount is not None else _("amount unknown"),
        "cny": wan(row.cny) if foreign and row.cny is not None else "",
        "no_rate": row.amount is not None and row.cny is None,
        "currency": str(dict(CURRENCIES)[row.currency]), "voucher": row.voucher,
        "url": f"/r/arrived_funds/{row.lineage}/",
    }


def _adds(project: Project, write: dict[str, bool]) -> list[tuple[str, str]]:
    """What this reader may enter from here: the words, and the form with the project filled in."""
    labels = {
        "planned_investments": _("Plan a month"), "monthly_investments": _("Record a month"),
        "arrived_funds": _("Record arrived funds"), "statistics_entries": _("Record the entry into statistics"),
        "reported_investments": _("Record a month reported"),
    }
    key = resource("projects").reference
    return [(label, f"/r/{name}/new/?project={getattr(project, key)}") for name, label in labels.items() if write[name]]
