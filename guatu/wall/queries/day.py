"""Where every project stood on a day, read once for everything that the wall counts.

The five lists ask the database to count by signature for one dimension at a time. The wall wants them by zone, by chain
and by stage, and the lights want to know whose each project was: one bare read of the states answers all of it sooner.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from guatu.kernel.scope import Scope
from guatu.projects.queries import FiveLists, LightBoard, moment
from guatu.projects.queries.light_board import Standing
from guatu.projects.queries.lists import BatchRow
from guatu.projects.queries.moment import MILLION, zone_named
from guatu.projects.queries.placements import Placements

COLUMNS = (
    "project_id", "zone_id", "unit_id", "chain_id", "signature_id", "batch_id", "declared_count", "investment_fen", "currency",
)


@dataclass(frozen=True)
class Day:
    by_zone: FiveLists
    by_chain: FiveLists
    lights: LightBoard


def day(scope: Scope, as_of: date, known_at: datetime | None = None, zone: str | None = None) -> Day:
    """The lists of the projects within `scope` (below `zone`, a code) by zone and by chain, and their lights."""
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    placements = Placements(when)
    zones, chains = defaultdict(_nothing), defaultdict(_nothing)
    in_zones, in_chains = [], []
    standings: dict[int, Standing] = {}
    yuan = {currency: int(rate * MILLION) for currency, rate in when.rates.items()}  # rates have six places
    numbers = _Classes(placements)
    for pk, zone_id, unit_id, chain_id, signature_id, batch_id, declared, fen, currency in _read(
        when.states(scope, node.pk if node is not None else None).values_list(*COLUMNS)
    ):
        if currency != "CNY" and fen is not None:
            # Rounded row by row as `Moment.cny_fen` does, so that every total is the sum of its rows.
            fen = (fen * yuan[currency] + MILLION // 2) // MILLION if currency in yuan else None
        standings[pk] = Standing(zone_id, unit_id, chain_id)
        number = numbers[zone_id]
        if batch_id is not None or declared is not None:
            in_zones.append(BatchRow(pk, signature_id, number, batch_id, declared, fen, zone_id))
            in_chains.append(BatchRow(pk, signature_id, number, batch_id, declared, fen, chain_id))
            continue
        for sums in (zones[zone_id, number, signature_id], chains[chain_id, number, signature_id]):
            sums[0] += 1
            if fen is not None:
                sums[1] += fen
                sums[2] += 1
    lights = LightBoard(when, scope, node)
    if scope.may("milestones"):
        lights.__dict__["standings"] = standings  # spares the board its own reading of the same rows
    return Day(
        FiveLists(when, scope, node, _groups(zones), in_zones, placements, "zone"),
        FiveLists(when, scope, node, _groups(chains), in_chains, placements, "chain"),
        lights,
    )


def _read(rows: QuerySet) -> list[tuple]:
    """Whole numbers and texts as the database gives them: twenty thousand rows without a model's ceremony."""
    try:
        question = rows.query.sql_with_params()
    except EmptyResultSet:  # nothing is within the reader's reach
        return []
    with connection.cursor() as cursor:
        cursor.execute(*question)
        return cursor.fetchall()


class _Classes(dict):
    """The class of each zone, looked up once."""

    def __init__(self, placements: Placements):
        super().__init__()
        self._placements = placements

    def __missing__(self, zone_id: int) -> int:
        self[zone_id] = number = self._placements.class_of(zone_id)
        return number


def _nothing() -> list[int]:
    """Rows, their known hundredths of yuan, and how many are known."""
    return [0, 0, 0]


def _groups(sums: dict[tuple, list[int]]) -> list[tuple]:
    return [(*key, *counted) for key, counted in sums.items()]
