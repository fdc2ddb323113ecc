"""One project's dated knowledge laid out as consecutive intervals of equal standing and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from guatu.projects.rules.stages import Event, Standing, after, in_effect_order


@dataclass(frozen=True)
class Piece:
    """In force over [valid_from, valid_to)."""

    valid_from: date
    valid_to: date
    values: dict
    standing: Standing
    expected_year: int


def pieces(
    statements: Sequence[tuple[date, dict]],
    events: Iterable[Event],
    expectations: Sequence[tuple[date, int]],
    beginning: date,
    end: date,
) -> list[Piece]:
    """The intervals of one project.

    `statements` are (day, values) in the order in which they override; `events` its actual events; `expectations`
    (day, year) in order: from that day, statistics entry is expected in that year (0: no longer expected).
    Nothing is in force before the first statement, nor while `withdrawn` is among the values.
    """
    events = in_effect_order(events)
    days = sorted(
        {day for day, _values in statements}
        | {event.counts_from for event in events}
        | {day for day, _year in expectations}
    )
    if not statements:
        return []
    found: list[Piece] = []
    values: dict = {}
    standing = Standing()
    year = 0
    s = e = x = 0
    for place, day in enumerate(days):
        while s < len(statements) and statements[s][0] <= day:
            values = {**values, **statements[s][1]}
            s += 1
        while e < len(events) and events[e].counts_from <= day:
            standing = after(standing, events[e])
            e += 1
        while x < len(expectations) and expectations[x][0] <= day:
            year = expectations[x][1]
            x += 1
        if s == 0 or values.get("withdrawn"):
            continue
        until = days[place + 1] if place + 1 < len(days) else end
        last = found[-1] if found else None
        same = (
            last is not None
            and last.valid_to == day
            and (last.values, last.standing, last.expected_year) == (values, standing, year)
        )
        if same:
            found[-1] = Piece(last.valid_from, until, values, standing, year)
        else:
            found.append(Piece(max(day, beginning), until, values, standing, year))
    return found
