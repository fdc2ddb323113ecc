"""The funnel: how many leads reached each stage, what share of them went on, and after how many days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from guatu.outreach.rules.leads import LOST, ORDER, RANK, Path

TENTH = Decimal("0.1")


@dataclass
class Counts:
    """Sums over some leads, from which every figure of the funnel follows. Lists go by the stages of ORDER; `days[k]` adds
    the days from reaching stage k to reaching the next, over the `days_of[k]` leads that reached both."""

    reached: list[int] = field(default_factory=lambda: [0] * len(ORDER))
    here: list[int] = field(default_factory=lambda: [0] * len(ORDER))
    lost: list[int] = field(default_factory=lambda: [0] * len(ORDER))
    days: list[int] = field(default_factory=lambda: [0] * len(ORDER))
    days_of: list[int] = field(default_factory=lambda: [0] * len(ORDER))

    @property
    def leads(self) -> int:
        return self.reached[0]

    @property
    def all_lost(self) -> int:
        return sum(self.lost)

    @property
    def converted(self) -> int:
        return self.reached[-1]

    def add(self, path: Path) -> None:
        """Counts one lead."""
        for place, day in enumerate(path.reached):
            if day is None:
                break
            self.reached[place] += 1
            following = path.reached[place + 1] if place + 1 < len(ORDER) else None
            if following is not None:
                self.days[place] += (following - day).days
                self.days_of[place] += 1
        if path.stage == LOST:
            self.lost[RANK[path.lost_from]] += 1
        else:
            self.here[RANK[path.stage]] += 1

    def merge(self, other: Counts) -> None:
        """Adds the sums of other leads."""
        for mine, theirs in ((self.reached, other.reached), (self.here, other.here), (self.lost, other.lost),
                             (self.days, other.days), (self.days_of, other.days_of)):
            mine[:] = [one + two for one, two in zip(mine, theirs, strict=True)]


@dataclass(frozen=True)
class Step:
    """One stage of the funnel. `rate_pct` is of those who reached the stage before, `of_all_pct` of all leads; `days` the
    mean number of days from here to the next stage, over `days_of` leads. None where there is nothing to divide by."""

    stage: str
    reached: int
    here: int
    lost: int
    rate_pct: Decimal | None
    of_all_pct: Decimal | None
    days: Decimal | None
    days_of: int


def steps(counts: Counts) -> list[Step]:
    """The funnel stage by stage."""
    return [
        Step(
            stage, counts.reached[place], counts.here[place], counts.lost[place],
            percentage(counts.reached[place], counts.reached[place - 1]) if place else None,
            percentage(counts.reached[place], counts.leads),
            _tenths(Decimal(counts.days[place]), counts.days_of[place]), counts.days_of[place],
        )
        for place, stage in enumerate(ORDER)
    ]


def percentage(part: int, whole: int) -> Decimal | None:
    """Per cent to one place, rounded half up."""
    return _tenths(Decimal(part) * 100, whole)


def cost_per_hundred_million(cost_cny: Decimal | None, landed_cny: Decimal) -> Decimal | None:
    """Yuan spent for each 亿元 landed, to the yuan; None where the cost is not known or nothing landed."""
    if cost_cny is None or landed_cny <= 0:
        return None
    return (cost_cny * 100_000_000 / landed_cny).quantize(Decimal(1), ROUND_HALF_UP)


def totals(groups: Sequence[Counts]) -> Counts:
    """The sum of groups that share no lead."""
    total = Counts()
    for group in groups:
        total.merge(group)
    return total


def _tenths(value: Decimal, by: int) -> Decimal | None:
    return (value / by).quantize(TENTH, ROUND_HALF_UP) if by else None
