"""A chain on two days, or in two zones, node by node."""

from __future__ import annotations

from datetime import date, datetime

from guatu.chains.queries.panorama import panorama
from guatu.chains.rules.comparing import compared
from guatu.chains.rules.standing import Comparison
from guatu.kernel.warehouse import Engine


def compare_days(
    chain: str, zone: str, first: date, second: date, known_at: datetime | None = None, engine: Engine | None = None
) -> Comparison:
    """One zone on two days; raises as `panorama`."""
    return compared(panorama(chain, zone, first, known_at, engine), panorama(chain, zone, second, known_at, engine))


def compare_zones(
    chain: str, first: str, second: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None
) -> Comparison:
    """Two zones on one day; raises as `panorama`."""
    return compared(panorama(chain, first, as_of, known_at, engine), panorama(chain, second, as_of, known_at, engine))
