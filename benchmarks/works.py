"""What is timed: requests of a logged-in person, each for a day nobody asked about before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2015, 6, 1)


def new_days(seed: int, last: date) -> Iterator[date]:
    """Days between the first and `last` in random order, none twice."""
    days = [FIRST_DAY + timedelta(days=place) for place in range((last - FIRST_DAY).days)]
    random.Random(seed).shuffle(days)
    return iter(days)


@dataclass
class Asking:
    """What a work may draw on: fresh days, projects to open, instants that have passed."""

    days: Iterator[date]
    chance: random.Random
    projects: list[int]
    instants: list
    today: date

    def day(self) -> date:
        return next(self.days)

    def span(self, days: int) -> tuple[date, date]:
        end = max(self.day(), FIRST_DAY + timedelta(days=days))
        return end - timedelta(days=days), end


def _instant(asking: Asking) -> str:
    return asking.chance.choice(asking.instants).isoformat().replace("+", "%2B")


#: name: (reader, the address of one request)
PAGES: dict[str, tuple[str, Callable[[Asking], str]]] = {
    "five lists": ("whole", lambda asking: f"/lists/?as_of={asking.day()}"),
    "five lists, one zone's leader": ("zone", lambda asking: f"/lists/?as_of={asking.day()}"),
    "five lists as known earlier": (
        "whole", lambda asking: f"/lists/?as_of={asking.day()}&known_at={_instant(asking)}"),
    "one list in full, sorted by amount": (
        "whole", lambda asking: f"/lists/under_construction/?as_of={asking.day()}&sort=-investment"),
    "difference of 31 days": (
        "whole", lambda asking: "/lists/difference/?from={}&to={}".format(*asking.span(31))),
    "difference of 3 years": (
        "whole", lambda asking: "/lists/difference/?from={}&to={}".format(*asking.span(1096))),
    "difference, one zone's leader": (
        "zone", lambda asking: "/lists/difference/?from={}&to={}".format(*asking.span(31))),
    "project page": (
        "whole", lambda asking: f"/r/projects/{asking.chance.choice(asking.projects)}/?as_of={asking.day()}"),
    "wall": ("whole", lambda asking: f"/wall/?as_of={asking.day()}"),
    "wall, one zone's leader": ("zone", lambda asking: f"/wall/?as_of={asking.day()}"),
    "work queue": ("officer00", lambda asking: f"/my/?as_of={asking.day()}"),
    "bulletin": ("whole", lambda asking: f"/bulletins/preview/?zone=gz&as_of={asking.day()}"),
    "dispatch of a month": ("whole", lambda asking: f"/dispatch/?month={asking.day():%Y-%m}"),
    "lights of all milestones": ("whole", lambda asking: f"/lights/?as_of={asking.day()}"),
    "list of projects, page 1": ("whole", lambda asking: f"/r/projects/?as_of={asking.day()}"),
}
#: What is promised of a work: milliseconds at the median.
PROMISED = dict.fromkeys(
    (
        "five lists", "five lists, one zone's leader", "difference of 31 days", "difference of 3 years",
        "difference, one zone's leader", "project page", "work queue", "bulletin",
    ),
    300,
) | {"wall": 500, "wall, one zone's leader": 500}
