"""How each lead stood over both times, kept in step with its statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from guatu.kernel.models import END_OF_TIME
from guatu.kernel.models.facts import Statement
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import in_order, statements_about
from guatu.kernel.registry import projection
from guatu.outreach.models import Lead, LeadState
from guatu.outreach.rules.leads import ORDER, path

REACHED = tuple(f"day_{stage}" for stage in ORDER)


@projection
class LeadStates(Projection):
    model = LeadState
    subject_columns = ("lead_id",)

    def concerned(self, row):
        return [(row.pk,)] if isinstance(row, Lead) else []

    def all_subjects(self):
        return ((pk,) for pk in Lead.everything.values_list("pk", flat=True).iterator())

    def recordings_of(self, subjects):
        found = statements_about(Lead, [pk for (pk,) in subjects])
        return {(pk,): numbers_of(statement.id for statement in found.get(pk, [])) for (pk,) in subjects}

    def timelines(self, subjects, known_limit):
        statements = statements_about(Lead, [pk for (pk,) in subjects], known_limit)
        return {(pk,): list(timeline(in_order(statements.get(pk, [])))) for (pk,) in subjects}


def timeline(statements: list[Statement]) -> Iterable[dict]:
    """One row for each day from which something else was stated. A lead that was first written down in a later stage is
    merely registered until the day of that stage."""
    moves = moves_of(statements)
    if not moves:
        return
    days = sorted({max(one.counts_from, moves[0][0]) for one in statements} | {day for day, _stage in moves})
    values: dict = {}
    left = list(statements)
    for place, day in enumerate(days):
        while left and left[0].counts_from <= day:
            values.update(left.pop(0).values)
        way = path(moves, day)
        if values.get("withdrawn") or "zone" not in values or way is None:
            continue
        investment, contacted = values.get("investment"), values.get("last_contact_on")
        yield {
            "valid_from": day,
            "valid_to": days[place + 1] if place + 1 < len(days) else END_OF_TIME,
            **{f"{name}_id": values.get(name) for name in ("zone", "unit", "owner", "chain", "project")},
            **{name: values.get(name) or "" for name in ("node", "origin", "currency")},
            "stage": way.stage,
            "since": way.since,
            "lost_from": way.lost_from,
            "lost_reason": values.get("lost_reason") or "",
            "last_contact_on": date.fromisoformat(contacted) if contacted else None,
            "investment_fen": None if investment is None else int(Decimal(investment) * 100),
            **{name: reached and reached.toordinal() for name, reached in zip(REACHED, way.reached, strict=True)},
        }


def moves_of(statements: list[Statement]) -> list[tuple[date, str]]:
    """The moves that standing statements tell, in order of their days: the first contact, then each stage stated."""
    moves: list[tuple[date, str]] = []
    stage, first = "", None
    for one in statements:
        if first is None and one.values.get("first_contact_on"):
            first = date.fromisoformat(one.values["first_contact_on"])
            moves.append((first, ORDER[0]))
            stage = ORDER[0]
        if (said := one.values.get("stage")) and said != stage:
            day = date.fromisoformat(one.values["stage_on"]) if one.values.get("stage_on") else one.counts_from
            moves.append((max(day, first or day), said))
            stage = said
    return sorted(moves, key=lambda move: move[0])
