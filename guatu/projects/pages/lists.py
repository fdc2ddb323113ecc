"""The five lists on pages: all with their reconciliation, one of them in full, and the difference of two days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from guatu.kernel.choices import PRECISIONS
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.registry import resource
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import LISTS, RESIDUALS, STAGES
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan, wan_of, yi
from guatu.projects.queries import SORTS, FiveLists, StateRow, difference, five_lists, names_of, order_of
from guatu.projects.rules.lists import PARTITION, Total

FIRST_ROWS = 20
PAGE_ROWS = 50
MOST_MOVES = 50
CHART_BARS = 20
LABELS = dict(LISTS + RESIDUALS)
DIMENSION_LABELS = {
    "zone": gettext_lazy("Zone"),
    "chain": gettext_lazy("Chain"),
    "unit": gettext_lazy("Responsible unit"),
    "stage": gettext_lazy("Stage"),
}
SORT_LABELS = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "zone": gettext_lazy("Zone"),
    "stage": gettext_lazy("Stage"),
    "since": gettext_lazy("Since"),
}
PRECISION_LABELS = dict(PRECISIONS)


@dataclass(frozen=True)
class ShownRow:
    """One project in a list, ready for the template."""

    row: StateRow
    url: str
    zone: str
    inside_batch: bool

    @property
    def precision(self) -> str:
        """How exactly the day is known, in a word; empty for a whole day."""
        exact = self.row.precision in ("", "day")
        return "" if exact else str(PRECISION_LABELS[self.row.precision])

    @property
    def investment(self) -> str:
        return wan(self.row.investment_cny)

    @property
    def foreign(self) -> str:
        """The amount as stated when that was not in yuan."""
        if self.row.investment_fen is None or self.row.currency == "CNY":
            return ""
        return wan_of(Decimal(self.row.investment_fen).scaleb(-2), self.row.currency)


@dataclass(frozen=True)
class ShownTotal:
    """A list's head: how many projects, how much known money, how many amounts unknown."""

    name: str
    label: str
    total: Total
    url: str

    @property
    def amount_yi(self) -> str:
        return yi(self.total.amount)


@dataclass(frozen=True)
class ShownList:
    head: ShownTotal
    rows: list[ShownRow]
    exports: list[tuple[str, str]]

    @property
    def more(self) -> int:
        return self.head.total.rows - len(self.rows)


def _rows(found: FiveLists, name: str, address: Asked, rows: list[StateRow], zones: dict[int, str]) -> list[ShownRow]:
    batches, question = found.batches_in(name), address.link("")
    return [
        ShownRow(
            row,
            f"{reverse('projects:project', args=[row.project_id])}{question}",
            zones.get(row.zone_id, ""),
            row.batch_id in batches,
        )
        for row in rows
    ]


def _head(found: FiveLists, name: str, address: Asked) -> ShownTotal:
    url = address.link(reverse("projects:list", args=[name]), unit=found.unit)
    return ShownTotal(name, str(LABELS[name]), found.totals[name], url)


@require_safe
def lists_page(request):
    """All five lists as of a day, their reconciliation to the total, and a breakdown."""
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    by = address.given.get("by", "zone")
    if by not in DIMENSION_LABELS:
        raise Faulty(
            "by",
            _("Totals cannot be broken down by “%(by)s”. Use one of: %(all)s.")
            % {"by": by[:40], "all": ", ".join(DIMENSION_LABELS)},
            "by",
        )
    found = five_lists(scope, address.as_of, address.known_at, address.zone or None, by, unit=unit_of(address))
    read = found.first_rows([name for name, _label in LISTS], FIRST_ROWS)
    zones = names_of("zone", [row.zone_id for rows in read.values() for row in rows])
    lists = [
        ShownList(_head(found, name, address), _rows(found, name, address, read[name], zones), exports(name, address))
        for name, _label in LISTS
    ]
    return render(
        request,
        "projects/lists.html",
        {
            "address": address,
            "zones": addresses.zone_options(request),
            "zone_name": found.zone.name if found.zone else _("all zones"),
            "unit_name": unit_name(scope, found.unit),
            "known": found.when,
            "lists": lists,
            "residuals": [_head(found, name, address) for name, _label in RESIDUALS],
            "parts": [_head(found, name, address) for name in PARTITION],
            "fifth": lists[4].head,
            "total": found.total,
            "total_yi": yi(found.total.amount),
            "rates": sorted((code, rate) for code, rate in found.when.rates.items() if code != "CNY"),
            "columns": [column(name, label) for name, label in sort_labels().items()],
            "investment_header": investment_header(),
            "by": by,
            "by_label": DIMENSION_LABELS[by],
            "dimensions": [
                (name, label, address.query(by=name) + "#breakdown") for name, label in DIMENSION_LABELS.items()
            ],
            **_breakdown(found, by),
            "difference_url": address.link(
                reverse("projects:difference"), as_of=None, unit=found.unit, **{"to": address.given.get("as_of")}
            ),
            "may_export": scope.may("projects", "export"),
        },
    )


def _breakdown(found: FiveLists, by: str) -> dict:
    entries = found.breakdown()
    keys = [key for key, _totals in entries]
    names = dict(STAGES) if by == "stage" else names_of(by, keys)
    labels = [str(names.get(key) or _("(none)")) for key in keys]
    columns = [*(name for name, _label in LISTS)]
    table = [
        (label, [(totals[name].projects, yi(totals[name].amount), totals[name].unknown) for name in columns])
        for label, (_key, totals) in zip(labels, entries, strict=True)
    ]
    drawn = [
        (label, totals)
        for label, (_key, totals) in zip(labels, entries, strict=True)
        if any(totals[name].projects for name in PARTITION[:4])
    ][:CHART_BARS]
    chart = {
        "labels": [label for label, _totals in drawn],
        "series": [
            {"name": str(LABELS[name]), "data": [totals[name].projects for _label, totals in drawn]}
            for name in PARTITION[:4]
        ],
    }
    return {"breakdown": table, "chart": chart}


@require_safe
def list_page(request, name: str):
    """One list or residual in full, fifty rows a page, sorted by any column."""
    scope = scope_of(request)
    scope.require("projects", "view")
    refuse_unknown(name)
    address = addresses.asked(request)
    sort = address.given.get("sort", "code")
    if sort.removeprefix("-") not in SORTS:
        sort = "code"
    found = five_lists(scope, address.as_of, address.known_at, address.zone or None, unit=unit_of(address))
    count = found.totals[name].rows
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(addresses.page_number(request), pages)
    rows = found.rows(name, (page - 1) * PAGE_ROWS, page * PAGE_ROWS, order_of(sort, found.when))
    zones = names_of("zone", [row.zone_id for row in rows])
    return render(
        request,
        "projects/list.html",
        {
            "address": address,
            "zones": addresses.zone_options(request),
            "zone_name": found.zone.name if found.zone else _("all zones"),
            "known": found.when,
            "head": _head(found, name, address),
            "rows": _rows(found, name, address, rows, zones),
            "indent": sort == "code",
            "columns": [column(name, label, sort, address) for name, label in sort_labels().items()],
            "investment_header": investment_header(),
            "page": page,
            "pages": pages,
            "first": (page - 1) * PAGE_ROWS + 1 if count else 0,
            "last": min(page * PAGE_ROWS, count),
            "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
            "next": address.query(page=page + 1) if page < pages else "",
            "siblings": [
                (str(label), address.link(reverse("projects:list", args=[other]), unit=found.unit), other == name)
                for other, label in LISTS + RESIDUALS
            ],
            "lists_url": address.link(reverse("projects:lists"), unit=found.unit),
            "unit_name": unit_name(scope, found.unit),
            "may_export": scope.may("projects", "export"),
            "exports": exports(name, address, sort),
        },
    )


def exports(name: str, address: Asked, sort: str = "") -> list[tuple[str, str]]:
    return [
        (label, address.link(reverse("projects:list_export", args=[name, kind]), sort=sort if sort != "code" else "",
                             unit=unit_of(address)))
        for kind, label in (("xlsx", "Excel"), ("csv", "CSV"))
    ]


def unit_of(address: Asked) -> int | None:
    """The responsible unit that the address confines the lists to."""
    text = address.given.get("unit", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Faulty("unit", _("“%s” does not name a responsible unit. Choose one from the list.") % text[:40], "unit")
    return int(text) if text else None


def unit_name(scope, unit: int | None) -> str:
    """The unit's name as far as the reader may see organisations; its number otherwise."""
    if unit is None:
        return ""
    row = resource("organisations").rows(scope).filter(pk=unit).first() if scope.may("organisations") else None
    return str(row or unit)


def refuse_unknown(name: str) -> None:
    if name not in LABELS:
        raise NotFound(
            "no_list",
            _("There is no list “%(name)s”. The lists are: %(all)s.") % {"name": name[:40], "all": ", ".join(LABELS)},
        )


@dataclass(frozen=True)
class SortColumn:
    label: str
    url: str
    direction: str  # "ascending", "descending" or "none", as aria-sort says it
    numeric: bool


def investment_header() -> str:
    """The same header as in the projects' own list: the label with its unit."""
    return resource("projects").column("investment").header


def sort_labels() -> dict[str, str]:
    return {**{name: str(label) for name, label in SORT_LABELS.items()}, "investment": investment_header()}


def column(name: str, label: str, sort: str = "", address: Asked | None = None) -> SortColumn:
    """The head of a column; with an address a link that sorts by it, or turns its order round."""
    ascending, descending = sort == name, sort == f"-{name}"
    return SortColumn(
        label,
        address.query(sort=f"-{name}" if ascending else name, page=None) if address is not None else "",
        "ascending" if ascending else "descending" if descending else "none",
        name == "investment",
    )


@require_safe
def difference_page(request):
    """What entered and what left each list between two days, and why."""
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    end = addresses.day(address.given.get("to"), "to") or timezone.localdate()
    start = addresses.day(address.given.get("from"), "from") or end.replace(day=1) - timedelta(days=1)
    if start > end:
        raise Faulty(
            "from",
            _("The first day %(start)s lies after the second day %(end)s. Exchange them.")
            % {"start": start, "end": end},
            "from",
        )
    unit, only = unit_of(address), _only(address)
    page = addresses.page_number(request) if only else 1
    found, counts = difference(
        scope, start, end, address.known_at, address.zone or None, MOST_MOVES, unit, only, (page - 1) * MOST_MOVES)
    pages = max(1, -(-counts[only[0]][("entered", "left").index(only[1])] // MOST_MOVES)) if only else 1
    question = address.link("", as_of=end)
    labels = {name: str(label) for name, label in LABELS.items()} | {None: _("not among these projects")}
    lists = [
        {
            "name": name,
            "label": str(label),
            "entered": [_move(move, question, labels) for move in found.entered[name]],
            "left": [_move(move, question, labels) for move in found.left[name]],
            "entered_count": counts[name][0],
            "left_count": counts[name][1],
            "entered_more": 0 if only else counts[name][0] - len(found.entered[name]),
            "left_more": 0 if only else counts[name][1] - len(found.left[name]),
        }
        for name, label in LISTS
        if only is None or name == only[0]
    ]
    return render(
        request,
        "projects/difference.html",
        {
            "address": address,
            "zones": addresses.zone_options(request),
            "from": start,
            "to": end,
            "lists": lists,
            "most": MOST_MOVES,
            "only": only,
            "only_words": {"entered": _("Entered"), "left": pgettext("a list", "Left")}[only[1]] if only else "",
            "without_only": address.query(list=None, way=None, page=None),
            "unit_name": unit_name(scope, unit),
            "without_unit": address.query(unit=None, page=None),
            "page": page,
            "pages": pages,
            "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
            "next": address.query(page=page + 1) if page < pages else "",
            "before_url": address.link(reverse("projects:lists"), as_of=start),
            "after_url": address.link(reverse("projects:lists"), as_of=end),
            "quick": _quick_spans(address),
        },
    )


def _only(address: Asked) -> tuple[str, str] | None:
    """The one list and way, entered or left, that the address confines the page to."""
    name, way = address.given.get("list", ""), address.given.get("way", "")
    if not name and not way:
        return None
    if name not in dict(LISTS) or way not in ("entered", "left"):
        raise Faulty("list", _("“%s” does not name what entered or left one of the five lists. Open the page again "
                               "without it.") % f"{name} {way}".strip()[:60], "list")
    return name, way


def _move(move, question: str, labels: dict[str | None, str]) -> dict:
    return {
        "move": move,
        "url": f"{reverse('projects:project', args=[move.project_id])}{question}",
        "before": labels[move.before],
        "after": labels[move.after],
    }


def _quick_spans(address: Asked) -> list[tuple[str, str]]:
    today = timezone.localdate()
    month_end = today.replace(day=1) - timedelta(days=1)
    year_end = today.replace(month=1, day=1) - timedelta(days=1)
    return [
        (_("Last 7 days"), address.query(**{"from": today - timedelta(days=7), "to": today})),
        (_("This month"), address.query(**{"from": month_end, "to": today})),
        (_("Last month"), address.query(**{"from": month_end.replace(day=1) - timedelta(days=1), "to": month_end})),
        (_("This year"), address.query(**{"from": year_end, "to": today})),
    ]
