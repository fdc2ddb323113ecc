"""Figures as bars: projects by stage, planned investment by chain and by zone. Each bar is a link to its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.projects.choices import LISTS, RESIDUALS, STAGES
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import yi
from guatu.projects.queries import names_of
from guatu.projects.rules.lists import Total
from guatu.wall import queries

MOST_BARS = 7
LABELS = dict(LISTS + RESIDUALS)


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart. `parts`: (name, label, projects, amount, width in percent, address)."""

    label: str
    url: str
    total: Total
    width: float
    parts: list[dict]
    key: str = ""

    @property
    def amount(self) -> str:
        """In hundred millions; a word where no amount is known."""
        return amount_of(self.total)


@dataclass(frozen=True)
class Bars:
    first: list[Bar]
    more: int


#: A value of a dimension, its totals by list, and the total of the lists under way.
Investing = tuple[object, dict[str, Total], Total]


def _investing(cut: queries.Cut) -> list[Investing]:
    """The largest first, what names none last."""
    found = [(key, totals, queries.together(totals, queries.UNDER_WAY)) for key, totals in cut.items()]
    return sorted(
        (entry for entry in found if entry[2].rows),
        key=lambda entry: (entry[0] is None, -entry[2].amount, -entry[2].projects, entry[0] or 0))


def _share(part, whole) -> float:
    return float(round(100 * part / whole, 2)) if whole else 0.0


@cache
def page(name: str) -> str:
    """The path of a page without arguments, looked up once."""
    return reverse(name)


def amount_of(total: Total) -> str:
    if not total.rows:
        return ""
    return _("unknown") if not total.amount and total.unknown else yi(total.amount)


def funnel(cut: queries.Cut, address: Asked) -> list[Bar]:
    """Every stage in its order, empty ones too."""
    totals = [(code, label, queries.together(cut.get(code, {}), queries.AT_A_STAGE)) for code, label in STAGES]
    most = max((total.projects for _code, _label, total in totals), default=0)
    return [
        Bar(str(label), address.link(page("wall:rows"), stage=code), total, _share(total.projects, most), [], code)
        for code, label, total in totals
    ]


def chain_bars(cut: queries.Cut, address: Asked) -> Bars:
    found = _investing(cut)
    shown = [key for key, *_rest in found[:MOST_BARS]]
    names, codes = names_of("chain", shown), queries.chain_codes(shown)
    return _bars(found, "chain", address, lambda key: (names.get(key) or _("no chain named"), codes.get(key, "none")))


def zone_bars(cut: queries.Cut, zones: dict[int, queries.Zone], address: Asked) -> Bars:
    """By the zone a project stands in itself; zones below it have bars of their own."""
    return _bars(_investing(cut), "part", address, lambda key: (
        (zones[key].name, zones[key].code) if key in zones else (str(key), str(key))))


def _bars(found: list[Investing], word: str, address: Asked, named: Callable[[object], tuple[str, str]]) -> Bars:
    most = max((total.amount for _key, _totals, total in found[:MOST_BARS]), default=0)
    bars = []
    for key, totals, total in found[:MOST_BARS]:
        label, code = named(key)
        parts = [
            {
                "name": name, "label": LABELS[name], "total": totals[name], "amount": amount_of(totals[name]),
                "width": _share(totals[name].amount, most),
                "url": address.link(page("wall:rows"), **{word: code, "list": name}),
            }
            for name in queries.UNDER_WAY if totals[name].rows
        ]
        url = address.link(page("wall:rows"), **{word: code, "list": "under_way"})
        bars.append(Bar(str(label), url, total, _share(total.amount, most), parts, code))
    return Bars(bars, len(found) - len(bars))
