"""The ledger of trips on pages: figures by kind of unit and by unit, and the rows behind each of them."""

from __future__ import annotations

from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import NotFound
from guatu.kernel.web.asked import Asked, asked, page_number
from guatu.kernel.web.session import scope_of
from guatu.outreach.queries.trip_ledger import Counted, TripLedger, in_order, trip_ledger
from guatu.outreach.queries.trip_rows import CostRow, MatterRow, TripRow, VisitRow
from guatu.outreach.rules.trip_ledger import NOBODY, Tally
from guatu.outreach.trip_choices import COST_KINDS, LEAD_EFFECTS, MEASURES, UNIT_KINDS, VISIT_OUTCOMES
from guatu.outreach.trip_commands import period_of
from guatu.projects.pages.asked import zone_options

PAGE_ROWS = 50
#: Years before and after the one shown that the page offers.
YEARS_ROUND = 2
KIND_LABELS, COST_LABELS = dict(UNIT_KINDS), dict(COST_KINDS)


def asked_ledger(request, verb: str = "view") -> tuple[TripLedger, Asked]:
    """The ledger that the address asks for, of the year of its day where it names no period."""
    address = asked(request)
    period = period_of(address.given.get("period"), str(address.as_of.year))
    return trip_ledger(scope_of(request), period, address.as_of, address.known_at, address.zone or None, verb), address


def kind_label(kind: str) -> str:
    return str(KIND_LABELS[kind]) if kind in KIND_LABELS else _("no kind of unit")


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


@require_safe
def ledger_page(request):
    found, address = asked_ledger(request)
    year = found.period.first.year
    return render(request, "outreach/trip_ledger.html", {
        "address": address,
        "ledger": found,
        "name": found.zone.name if found.zone is not None else _("everything in reach"),
        "period": address.given.get("period", str(year)),
        "periods": _periods(year, address),
        "zones": zone_options(request),
        "measures": [(code, str(label)) for code, label in MEASURES],
        "kinds": [_line(found, address, kind=kind) for kind in found.kinds()],
        "total": _line(found, address),
        "sums": [(str(label), _sum(found.tallies[code])) for code, label in MEASURES if found.tallies[code].kinds_too_many],
        "units": [_line(found, address, unit=unit) for unit in found.units()],
        "together": [
            (str(label), _joint(kinds), count, _rows_url(address, code, together="+".join(sorted(kinds))))
            for code, label in MEASURES for kinds, count in in_order(found.tallies[code].together)
        ],
        "costs": [
            (str(COST_LABELS.get(kind, kind)), yuan(amount), _rows_url(address, "costs", cost=kind))
            for kind, amount in sorted(found.costs.by_kind.items(), key=lambda pair: -pair[1])
        ] if found.sees_costs else [],
        "is_empty": found.is_empty,
        "exports": [("Excel", _rows_url(address, None))] if found.scope.may("trips", "export") else [],
        "may_add": found.scope.may("trips", "add"),
        "may_visit": found.scope.may("visits", "add"),
    })


def _periods(year: int, address: Asked) -> list[tuple[str, str, bool]]:
    shown = address.given.get("period", str(year))
    names = [str(one) for one in range(year - YEARS_ROUND, min(year + YEARS_ROUND, timezone.localdate().year) + 1)]
    names += [f"{year}Q{quarter}" for quarter in (1, 2, 3, 4)]
    return [(name, address.query(period=name, page=None), name == shown) for name in names]


def _line(found: TripLedger, address: Asked, *, kind: str | None = None, unit: str | None = None) -> dict:
    """Figures of a kind of unit, of a unit, or of all, each with the address of its rows."""
    words, question = str(_("Each counted once")), {}
    if kind is not None:
        words, question = kind_label(kind), {"kind": kind or "none"}
    elif unit is not None:
        words = found.unit(unit)[1] if unit else _("nobody named")
        question = {"unit": found.unit(unit)[0] if unit else "none"}

    def count(tally: Tally) -> int:
        if kind is not None:
            return tally.by_kind.get(kind, 0)
        return tally.total if unit is None else tally.by_unit.get(unit, 0)

    cost = found.costs.total if found.sees_costs else None
    if cost is not None and kind is not None:
        cost = found.cost_by_unit_kind.get(kind, Decimal(0))
    elif cost is not None and unit is not None:
        cost = found.costs.by_unit.get(unit, Decimal(0))
    return {
        "name": capfirst(words),
        "kind": kind_label(found.kind_of.get(unit, NOBODY)) if unit is not None else "",
        "code": kind or unit or "",
        "cells": [
            {"code": code, "label": str(label), "count": count(found.tallies[code]),
             "url": _rows_url(address, code, **question)}
            for code, label in MEASURES
        ],
        "cost": yuan(cost) if cost else "",
        "cost_url": _rows_url(address, "costs", **question),
    }


def _sum(tally: Tally) -> str:
    """88 + 168 + 129 − 11 = 374."""
    parts = [str(tally.by_kind[kind]) for kind in (*KIND_LABELS, NOBODY) if kind in tally.by_kind]
    return f"{' + '.join(parts)} − {tally.kinds_too_many} = {tally.total}"


def _joint(kinds: frozenset[str]) -> str:
    return " + ".join(kind_label(kind) for kind in (*KIND_LABELS, NOBODY) if kind in kinds)


def _rows_url(address: Asked, code: str | None, **question: str) -> str:
    path = reverse("outreach:trip_ledger_export") if code is None else reverse("outreach:trip_ledger_rows", args=[code])
    return address.link(path, period=address.given.get("period"), **question)


# -- rows --------------------------------------------------------------------------------------------------------------


@require_safe
def ledger_rows(request, code: str):
    """What stands behind one figure of the ledger; there are as many rows as the figure says."""
    found, address = asked_ledger(request)
    given = address.given
    label, who = _measure_label(code, found), _who(found, given)
    if code == "costs":
        narrowed = _narrowed(found, given)
        rows = found.cost_rows(unit=narrowed["unit"], kind=narrowed["kind"], cost=given.get("cost"))
        total = yuan(sum((row.amount for row in rows), Decimal(0)))
    else:
        rows, total = found.counted(code, **_narrowed(found, given)), ""
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(page_number(request), pages)
    shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return render(request, "outreach/trip_ledger_rows.html", {
        "address": address, "ledger": found, "label": label, "who": who, "count": len(rows), "total": total,
        "is_costs": code == "costs",
        "rows": [_cost(found, row) if isinstance(row, CostRow) else _thing(found, row) for row in shown],
        "back": address.link(reverse("outreach:trip_ledger"), period=given.get("period")),
        "page": page, "pages": pages,
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < pages else "",
    })


def _measure_label(code: str, found: TripLedger) -> str:
    if code == "costs" and found.sees_costs:
        return _("costs of trips")
    if code not in dict(MEASURES):
        raise NotFound("no_measure", _("There is no figure “%s” in the ledger. Open the ledger again.") % code[:40])
    return str(dict(MEASURES)[code])


def _who(found: TripLedger, given: dict[str, str]) -> str:
    if "unit" in given:
        unit = _unit(found, given["unit"])
        return found.unit(unit)[1] if unit else _("nobody named")
    if "kind" in given:
        return kind_label(given["kind"])
    if "together" in given:
        return _joint(frozenset(given["together"].split("+")))
    return str(COST_LABELS.get(given["cost"], given["cost"][:40])) if "cost" in given else _("Each counted once")


def _unit(found: TripLedger, code: str) -> str:
    unit = NOBODY if code == "none" else found.unit_with(code)
    if unit is None:
        raise NotFound("no_unit", _("There is no unit with the code “%s”.") % code[:60])
    return unit


def _narrowed(found: TripLedger, given: dict[str, str]) -> dict:
    return {
        "unit": _unit(found, given["unit"]) if "unit" in given else None,
        "kind": None if "kind" not in given else NOBODY if given["kind"] == "none" else given["kind"],
        # A plus sign in an address arrives as a space.
        "together": frozenset(given["together"].replace(" ", "+").split("+")) if "together" in given else None,
    }


def _cost(found: TripLedger, row: CostRow) -> dict:
    return {
        "day": row.day, "name": str(COST_LABELS.get(row.kind, row.kind)), "url": f"/r/trips/{row.trip.id}/",
        "about": f"{row.trip.code} {row.trip.places}", "units": found.unit(str(row.unit_id))[1], "amount": yuan(row.amount),
        "again": [],
    }


def _thing(found: TripLedger, one: Counted) -> dict:
    first = one.rows[0]
    return _told(first) | {
        "units": "、".join(sorted(found.unit(unit)[1] for unit in one.units)),
        "is_joint": len(one.units) > 1,
        "again": [_told(row) for row in one.rows[1:]],
    }


def _told(row: TripRow | VisitRow | MatterRow) -> dict:
    if isinstance(row, MatterRow):
        effect = str(dict(LEAD_EFFECTS).get(row.effect, row.effect))
        return {"day": row.visit.visited_on, "name": row.name, "about": f"{effect} · {row.visit.name}",
                "url": f"/r/visits/{row.visit.id}/"}
    if isinstance(row, VisitRow):
        outcome = str(dict(VISIT_OUTCOMES).get(row.outcome, ""))
        return {"day": row.visited_on, "name": row.name, "about": " · ".join(filter(None, (row.trip.places, outcome))),
                "url": f"/r/visits/{row.id}/"}
    return {"day": row.from_on, "name": f"{row.code} {row.places}", "about": row.leader, "url": f"/r/trips/{row.id}/"}
