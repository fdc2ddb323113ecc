"""Reads of the wall: figures with the rows behind them, the lights of a day, the tree of zones, the days that moved."""

from guatu.projects.queries.moment import zone_named

from .activity import moving_days
from .day import Day, day
from .figures import AT_A_STAGE, UNDER_WAY, Cut, by_stage, chain_codes, chain_named, cut, parts, together, totals_of
from .lights import DayLights
from .zones import Places, Zone, places, shown_zones, total_of, zones_as_of, zones_below

__all__ = [
    "AT_A_STAGE",
    "UNDER_WAY",
    "Cut",
    "Day",
    "DayLights",
    "Places",
    "Zone",
    "by_stage",
    "chain_codes",
    "chain_named",
    "cut",
    "day",
    "moving_days",
    "parts",
    "places",
    "shown_zones",
    "together",
    "total_of",
    "totals_of",
    "zone_named",
    "zones_as_of",
    "zones_below",
]
