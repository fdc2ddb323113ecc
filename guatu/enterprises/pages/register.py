"""The register on pages: what is loaded, a search, and what it says of one enterprise."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.enterprises.models import Enterprise
from guatu.enterprises.pages.words import STATES, facts, place, wan
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.register.divisions import divisions
from guatu.enterprises.register.queries import coverage, enterprise, search
from guatu.kernel.registry import fill, slot
from guatu.kernel.web.panels import Panel
from guatu.kernel.web.session import scope_of

PAGE_ROWS = 50


@require_safe
def register_page(request):
    """What is loaded, and a search of it by name, credit code and region."""
    scope = scope_of(request)
    scope.require("enterprises", "view")
    text = request.GET.get("q", "")[:200].strip()
    region, cursor = request.GET.get("region", "").strip()[:6], request.GET.get("after", "")[:40]
    loaded, snapshot = coverage(), REGISTER.snapshot()
    asked = bool(text or region)
    found = search(text, region, PAGE_ROWS, cursor) if asked else None
    names = divisions()
    context = {
        "loaded": loaded, "loaded_rows": f"{loaded.rows:,}", "snapshot": snapshot,
        "files": [
            {name: f"{value:,}" if isinstance(value, int) else value for name, value in file.items()}
            for file in (snapshot.facts.get("files") or [])] if snapshot else [],
        "provinces": [
            (names.name(code) if code != "00" else _("not known"), code, f"{rows:,}")
            for code, rows in sorted(loaded.provinces.items(), key=lambda pair: -pair[1])],
        "text": text, "region": region, "asked": asked, "may_load": scope.may("enterprises", "load_register"),
        "regions": sorted((code, name) for code, name in names.names.items() if len(code) == 2),
        "cities": [(code, name) for code, name in names.names.items() if len(code) in (4, 6) and code.startswith(region[:2])
                   and not code.endswith("90") and (len(code) == 4 or code[:4] == region[:4])] if len(region) >= 2 else [],
        "rows": [_listed(row) for row in found.rows] if found else [],
        "next": found.cursor if found else "", "is_later": bool(cursor),
    }
    return render(request, "enterprises/register.html", context)


def _listed(row: dict) -> dict:
    return {
        "key": row["key"], "name": row["name"], "uscc": row["uscc"] or "", "day": row["registered_on"],
        "state": "" if row["status"] == "unknown" else str(STATES.get(row["status"], row["status"])),
        "capital": wan(row["capital_cny"]), "place": place(row),
    }


@require_safe
def enterprise_page(request, key: str):
    """One enterprise as the register has it, with its texts and what upper apps know of it.

    Slot `register_enterprise` (row, scope): `Panel`s of what others know of the enterprise, such as its place in chains.
    """
    scope = scope_of(request)
    scope.require("enterprises", "view")
    row = enterprise(key)
    texts = [(label, row[name]) for name, label in (
        ("scope", _("business scope")), ("main_business", _("main business")), ("products", _("products"))) if row[name]]
    own = list(Enterprise.objects.within(scope, "view", "enterprises").filter(uscc=row["uscc"])[:1]) if row["uscc"] else []
    return render(request, "enterprises/register_enterprise.html", {
        "row": row, "facts": facts(row), "texts": texts, "own": own[0] if own else None,
        "panels": slot("register_enterprise", row=row, scope=scope), "snapshot": REGISTER.snapshot(),
    })


@fill("enterprises.detail")
def in_the_register(row: Enterprise, scope, as_of) -> Panel | None:
    """On the page of an enterprise of the zone: what the register says of it, found by its credit code."""
    from guatu.kernel.errors import NotFound

    if not row.uscc or REGISTER.snapshot() is None:
        return None
    try:
        found = enterprise(row.uscc)
    except NotFound:
        return None
    return Panel(_("In the national register"), "enterprises/_in_register.html", {"row": found, "facts": facts(found)})
