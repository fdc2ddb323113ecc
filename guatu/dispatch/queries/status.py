"""A month in figures, and the list of who has not reported, for the command line and the API."""

from __future__ import annotations

from datetime import date, datetime

from guatu.dispatch.queries.board import board
from guatu.kernel.scope import Scope


def status(
    scope: Scope, month: str, as_of: date, known_at: datetime | None = None, zone: str | None = None
) -> dict:
    """Counts in all, by zone and by responsible unit, and every report not handed in by the day."""
    found = board(scope, month, as_of, known_at, zone)
    return {
        "month": month,
        "zone": found.zone.code if found.zone is not None else None,
        "as_of": as_of,
        "known_at": known_at,
        "periods": [{"zone": row.zone.code, "opened_on": row.opened_on, "due": row.due_on} for row in found.periods],
        "total": found.total.as_json(),
        "zones": [{"zone": row.code, "name": row.name, **counts.as_json()} for row, counts in found.by_zone()],
        "units": [{"unit": row.name if row else None, "code": row.code if row else None, **counts.as_json()}
                  for row, counts in found.by_unit()],
        "not_reported": [
            {
                "project": row.project.code, "name": row.project.name, "zone": row.state.zone.code,
                "unit": row.unit.name if row.unit else None, "officer": str(row.owner) if row.owner else None,
                "phone": row.owner.phone if row.owner else "", "email": row.owner.email if row.owner else "",
                "due": row.state.due_on, "days_overdue": max(0, (as_of - row.state.due_on).days),
                "state": row.state.state, "light": str(row.light.colour), "urged": row.urgings,
            }
            for row in found.rows("outstanding")
        ],
    }
