"""The investment ledger on pages: a zone's or unit's year, and the rows behind each of its figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages import ledger_words as words
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan
from guatu.projects.pages.lists import unit_of
from guatu.projects.queries import names_of
from guatu.projects.queries.ledger import (
    MEASURES,
    LedgerRow,
    Measured,
    YearLedger,
    is_zone,
    units_of,
    year_ledger,
)
from guatu.projects.queries.ledger_rates import CheckedRate, checked_rates
from guatu.projects.rules.ledger import Gap
from guatu.reference.choices import BASES, INDICATOR_UNITS, RATE_KINDS

PAGE_ROWS = 50
#: Years before and after the one shown that the page offers.
YEARS_ROUND = 2
#: The measures in the order of the page: money first, then counts; the forecast stands beside what was completed.
SHOWN = ("signed", "arrived_domestic", "arrived_foreign", "planned", "completed", "forecast", "reported",
         "signed_count", "started_count", "entered_count", "completed_count")


@dataclass(frozen=True)
class Line:
    """One measure in words. `rate_width` is the length of its bar in per cent, at most 100."""

    code: str
    label: str
    unit: str
    target: str
    target_url: str
    actual: str
    rate: str
    rate_width: int
    is_derived: bool
    unknown: int
    partial: int
    rows: int
    url: str


def asked_ledger(request, verb: str = "view") -> tuple[YearLedger, Asked]:
    """The ledger that an address asks for. Raises Faulty for a year that cannot be read."""
    scope = scope_of(request)
    scope.require("projects", verb)
    address = addresses.asked(request)
    text = address.given.get("year", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == 4 and 1980 <= int(text) <= 2200):
        raise Faulty("year", _("“%s” is not a year. Write it like 2022.") % text[:20], "year")
    found = year_ledger(
        scope, address.as_of, address.known_at, int(text) if text else None, address.zone or None, unit_of(address), verb)
    return found, address


@require_safe
def ledger_page(request):
    """The year of a zone, a unit or everything in reach: targets, figures, rates, forecast, what does not fit."""
    found, address = asked_ledger(request)
    scope = found.scope
    units = names_of("unit", units_of(found))
    return render(request, "projects/ledger.html", {
        "address": address,
        "ledger": found,
        "name": found.node.name if found.node is not None else _("everything in reach"),
        "zones": addresses.zone_options(request),
        "units": sorted(((str(pk), name) for pk, name in units.items()), key=lambda pair: pair[1]),
        "unit": address.given.get("unit", ""),
        "years": [(year, address.query(year=year, page=None), year == found.year)
                  for year in range(found.year - YEARS_ROUND, found.year + YEARS_ROUND + 1)],
        "is_over": found.through < found.asked,
        "lines": lines(found, address),
        "parts": _parts(found, address),
        "gaps": [
            (words.GAP_SENTENCES[gap], found.gap_counts[gap], _rows_url(address, f"gap-{gap}"))
            for gap in Gap if found.gap_counts[gap]
        ],
        "sees_gaps": found.sees_all,
        "rates": [_rate(one) for one in checked_rates(scope, found.when, found.node, found.year)],
        "is_empty": not any(one.total.rows for one in found.measured) and not found.targets,
        "exports": _exports(address) if scope.may("projects", "export") else [],
        "add_target": "/r/year_targets/new/" if scope.may("year_targets", "add") else "",
        "foreign_rates": [(code, rate) for code, rate in sorted(found.when.rates.items()) if code != "CNY"],
    })


def lines(found: YearLedger, address: Asked) -> list[Line]:
    """Every measure that the reader may see, in the order of the page."""
    by_code = {one.code: one for one in found.measured}
    return [_line(by_code[code], address, found.scope.may("year_targets")) for code in SHOWN if code in by_code]


def _line(one: Measured, address: Asked, may_open: bool) -> Line:
    target = one.target
    return Line(
        one.code, str(words.MEASURE_LABELS[one.code]), words.unit_of(one.code),
        words.shown(one.code, target.target) if target else "",
        f"/r/year_targets/{target.lineage}/" if target and may_open else "",
        words.actual(one), words.rate(one.rate), int(min(max(one.rate or 0, 0), 100)), one.is_derived,
        0 if one.is_count else one.total.unknown, 0 if one.is_count else one.total.partial, one.total.rows,
        _rows_url(address, one.code),
    )


def _rows_url(address: Asked, code: str) -> str:
    return address.link(
        reverse("projects:ledger_rows", args=[code]), year=address.given.get("year"), unit=address.given.get("unit"))


def _parts(found: YearLedger, address: Asked) -> list[dict]:
    """Each zone and unit below with targets: its rates, and the address of its own ledger."""
    shown = []
    for node, measured in found.parts():
        here = {"zone": node.code, "unit": None} if is_zone(node) else {"zone": None, "unit": node.pk}
        year = {"year": found.year, "page": None}
        shown.append({
            "name": node.name,
            "url": address.query(**here, **year),
            "lines": [
                (str(words.MEASURE_LABELS[one.code]), words.actual(one), words.shown(one.code, one.target.target),
                 words.unit_of(one.code), words.rate(one.rate), one.is_derived)
                for one in measured
            ],
        })
    return shown


def _rate(one: CheckedRate) -> dict:
    row = one.row
    unit = str(dict(INDICATOR_UNITS).get(row.unit, row.unit))

    def plain(value: Decimal | None) -> str:
        return "" if value is None else f"{value.normalize():,f}"

    return {
        "zone": row.zone.name, "name": row.indicator.name, "period": row.period, "unit": unit,
        "kind": str(dict(RATE_KINDS).get(row.rate_kind, "")), "value": plain(row.value), "base": plain(one.base),
        "basis": str(dict(BASES)[one.basis]) if one.base is not None and one.basis != "reported" else "",
        "reported": plain(one.checked.reported), "recomputed": plain(one.checked.recomputed),
        "verdict": str(words.VERDICTS[one.checked.verdict]), "code": str(one.checked.verdict),
        "url": f"/r/indicators/{row.lineage}/", "source": str(row.source) if row.source else "",
    }


def _exports(address: Asked) -> list[tuple[str, str]]:
    kept = {"year": address.given.get("year"), "unit": address.given.get("unit")}
    return [(label, address.link(reverse("projects:ledger_export", args=[kind]), **kept))
            for kind, label in (("xlsx", "Excel"), ("csv", "CSV"))]


@require_safe
def ledger_rows(request, code: str):
    """The projects behind one figure of the ledger, or those with one gap; their sum is the figure."""
    found, address = asked_ledger(request)
    label, rows, total = _behind(found, code)
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(addresses.page_number(request), pages)
    shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    back = {"year": address.given.get("year"), "unit": address.given.get("unit")}
    ids = [row.project_id for row, _amount, _partial in shown]
    names = project_names(found, ids)
    zones = names_of("zone", [row.zone_id for row, _amount, _partial in shown])
    return render(request, "projects/ledger_rows.html", {
        "address": address,
        "ledger": found,
        "label": label,
        "unit_words": words.row_unit_of(code),
        "total": total,
        "has_amounts": not code.startswith("gap-"),
        "count": len(rows),
        "rows": [
            {
                "code": row.code, "name": names.get(row.project_id, row.code), "zone": zones.get(row.zone_id, ""),
                "amount": wan(amount), "is_partial": partial, "in_batch": row.batch_id is not None,
                "batch_of": row.declared,
                "url": address.link(reverse("projects:account", args=[row.project_id]), year=found.year),
            }
            for row, amount, partial in shown
        ],
        "back": address.link(reverse("projects:ledger"), **back),
        "page": page,
        "pages": pages,
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < pages else "",
    })


def _behind(found: YearLedger, code: str) -> tuple[str, list[tuple[LedgerRow, Decimal | None, bool]], dict | None]:
    """Label, rows with their amounts, and the total of a measure or of a gap. Raises NotFound for any other code."""
    gap = next((gap for gap in Gap if code == f"gap-{gap}"), None)
    if gap is not None:
        return str(words.GAP_SENTENCES[gap]), [(row, None, False) for row in found.rows_with(gap)], None
    if code not in MEASURES or not found.may(code):
        raise NotFound("no_measure", _("There is no figure “%s” in the ledger. Open the ledger again.") % code[:40])
    total = found.total(code)
    rows = [(one.row, one.amount, one.is_partial) for one in found.rows(code)]
    return str(words.MEASURE_LABELS[code]), rows, {
        "amount": wan(total.amount), "projects": total.projects, "unknown": total.unknown, "partial": total.partial,
        "rows": total.rows,
    }


def project_names(found: YearLedger, ids: list[int]) -> dict[int, str]:
    """The names of projects that the ledger holds, as of its day; one query."""
    return dict(found.when.states(found.scope, verb=found.verb).filter(project_id__in=ids).values_list("project_id", "name"))
