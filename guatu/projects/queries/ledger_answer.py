"""A year's ledger as plain data: what the command prints and the API answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from guatu.kernel.scope import Scope
from guatu.projects.queries.ledger import year_ledger
from guatu.projects.queries.ledger_rates import checked_rates


def year_answer(scope: Scope, as_of: date, known_at: datetime | None, year: int | None, zone: str | None) -> dict[str, Any]:
    """Measures with target and rate, what does not fit together by kind, and the reported rates recomputed."""
    found = year_ledger(scope, as_of, known_at, year, zone)
    rates = checked_rates(scope, found.when, found.node, found.year)
    return {
        "as_of": found.through.isoformat(), "year": found.year, "zone": zone,
        "measures": {one.code: one.as_json() for one in found.measured},
        "gaps": {str(gap): count for gap, count in found.gap_counts.items()},
        "rates": [one.as_json() for one in rates],
    }
