"""Where every project stood on a day, read once for everything that the wall counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guatu.kernel.scope import Scope
from guatu.projects.queries import FiveLists, LightBoard, moment
from guatu.projects.queries.lists import counted
from guatu.projects.queries.moment import zone_named


@dataclass(frozen=True)
class Day:
    by_zone: FiveLists
    by_chain: FiveLists
    lights: LightBoard


def day(scope: Scope, as_of: date, known_at: datetime | None = None, zone: str | None = None) -> Day:
    """The lists of the projects within `scope` (below `zone`, a code) by zone and by chain, and their lights."""
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    rows = when.rows(scope, node.pk if node is not None else None)
    lights = LightBoard(when, scope, node)
    return Day(counted(rows, when, scope, node, "zone"), counted(rows, when, scope, node, "chain"), lights)
