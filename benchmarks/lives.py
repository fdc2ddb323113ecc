"""Invented lives of projects: what happens when, what is promised, what turns out wrong and is put right later.

Plain Python; the same seed gives the same lives. What is known of a life comes in waves (`WAVES`): an office enters
the events of several years at once, a few of them only one wave later, so that `known_at` makes a difference.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from guatu.projects.rules.stages import STAGES

BEGIN = date(2015, 1, 1)
#: Last day of what each wave enters; the last wave enters everything up to the day of the build.
CUTS = (date(2018, 12, 31), date(2021, 12, 31), date(2024, 6, 30))
WAVES = len(CUTS) + 1
#: Ordinary days from one stage to the next.
DAYS_TO = {
    "signed": 200,
    "registered": 90,
    "land_acquired": 240,
    "started": 150,
    "completed": 620,
    "trial_production": 150,
    "in_production": 120,
    "at_capacity": 420,
}
#: What is promised of every project besides its later stages, and what may happen several times.
PROMISED = (*STAGES[1:], "in_statistics", "structure_topped")
REPEATED = ("recognised_major", "structure_topped", "first_line_lit", "first_product_lit", "delivered")
CATEGORIES = ("industry", "industry", "industry", "park", "infrastructure", "urban_renewal", "mixed", "fund")


@dataclass(slots=True)
class Happening:
    """One stage event. `wave` is when it is entered; `corrected` the right day, entered one wave later."""

    event: str
    day: date
    wave: int
    kind: str = "actual"
    precision: str = "day"
    not_later_than: bool = False
    corrected: date | None = None
    identity: int | None = None  # filled when it was written


@dataclass(slots=True)
class Moved:
    """A promise put off: on `day` the due day of `event` became `due`."""

    event: str
    day: date
    due: date
    wave: int


@dataclass(slots=True)
class Life:
    number: int
    values: dict
    wave: int
    batch: Life | None = None
    happenings: list[Happening] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    revised: tuple[date, int, Decimal] | None = None  # day, wave and new amount of the investment
    withdrawn_in: int | None = None
    identity: int | None = None


def wave_of(day: date) -> int:
    return sum(day > cut for cut in CUTS)


class Lives:
    """Makes lives one after another. `today` bounds what may have happened; `events` is the number for each life."""

    def __init__(self, seed: int, today: date, events: int):
        self.random = random.Random(seed)
        self.today = today
        self.events = events

    def make(self, number: int, batch: Life | None = None, is_batch: bool = False) -> Life:
        chance = self.random
        last_start = (self.today - timedelta(days=120) - BEGIN).days
        begun = BEGIN + timedelta(days=chance.randrange(last_start))
        if batch is not None:
            begun = min(batch.happenings[0].day + timedelta(days=chance.randrange(200)), self.today)
        life = Life(number, self._values(number, is_batch), wave_of(begun), batch)
        life.happenings.append(Happening("negotiating", begun, life.wave, precision=self._precision(begun)))
        reached = self._stages(life, begun)
        self._pauses(life, reached)
        self._promises(life, begun, reached)
        while len(life.happenings) < self.events:
            day = begun + timedelta(days=chance.randrange(max(1, (self.today - begun).days)))
            life.happenings.append(self._happening(chance.choice(REPEATED), day))
        for happening in life.happenings:
            happening.wave = max(happening.wave, life.wave)
        life.happenings.sort(key=lambda happening: (happening.wave, happening.day))
        if chance.random() < 0.15 and life.values["investment"] is not None:
            day = begun + timedelta(days=chance.randrange(30, 900))
            if day <= self.today:
                amount = life.values["investment"] * Decimal(chance.choice(("0.8", "1.1", "1.5")))
                life.revised = (day, max(wave_of(day), life.wave), amount.quantize(Decimal("0.01")))
        if chance.random() < 0.005 and batch is None and not is_batch:
            life.withdrawn_in = chance.randrange(life.wave, WAVES)
        return life

    def _values(self, number: int, is_batch: bool) -> dict:
        chance = self.random
        unknown = chance.random() < 0.2
        amount = None if unknown else Decimal(chance.randrange(500_000, 5_000_000_000)).quantize(Decimal("0.01"))
        return {
            "code": f"g{number:06d}",
            "name": f"{'成批项目' if is_batch else '项目'}{number:06d}",
            "category": "batch" if is_batch else chance.choice(CATEGORIES),
            "investment": amount,
            "currency": "USD" if chance.random() < 0.12 else "CNY",
            "needs_land": chance.random() < 0.8,
            "land_area_m2": Decimal(chance.randrange(2_000, 400_000)),
            "declared_count": chance.randrange(4, 13) if is_batch else None,
            "jobs": chance.randrange(10, 3000),
        }

    def _stages(self, life: Life, begun: date) -> dict[str, date]:
        chance = self.random
        reached, day = {"negotiating": begun}, begun
        stuck = chance.choice(STAGES[1:6]) if chance.random() < 0.25 else None
        for stage in STAGES[1:]:
            day += timedelta(days=int(DAYS_TO[stage] * chance.uniform(0.4, 1.9)))
            if day > self.today or stage == stuck:
                break
            if stage == "land_acquired" and not life.values["needs_land"]:
                continue
            reached[stage] = day
            life.happenings.append(self._happening(stage, day))
        if chance.random() < 0.03 and day <= self.today:
            life.happenings.append(self._happening("cancelled", day))
        return reached

    def _pauses(self, life: Life, reached: dict[str, date]) -> None:
        chance = self.random
        day = reached["negotiating"]
        for _pair in range(chance.choice((0, 0, 0, 1, 1, 2, 3))):
            day += timedelta(days=chance.randrange(60, 700))
            back = day + timedelta(days=chance.randrange(20, 400))
            if day > self.today:
                return
            life.happenings.append(self._happening("paused", day))
            if back > self.today:
                return
            life.happenings.append(self._happening("resumed", back))
            day = back

    def _promises(self, life: Life, begun: date, reached: dict[str, date]) -> None:
        chance = self.random
        expected = begun
        for event in PROMISED:
            expected += timedelta(days=DAYS_TO.get(event, 0))
            happened = reached.get(event)
            if event in ("in_statistics", "structure_topped"):
                started = reached.get("started")
                happened = started and started + timedelta(days=chance.randrange(20, 400))
                happened = happened if happened and happened <= self.today else None
                if happened:
                    life.happenings.append(self._happening(event, happened))
            aim = happened or max(expected, self.today - timedelta(days=100))
            due = max(begun, aim + timedelta(days=chance.randrange(-240, 60)))
            plan = Happening(event, due, life.wave, kind="planned", precision=self._precision())
            life.happenings.append(plan)
            day = due
            for _move in range(chance.choice((0, 0, 0, 1, 1, 2))):
                moved_on = day - timedelta(days=chance.randrange(1, 60))
                day = day + timedelta(days=chance.randrange(15, 200))
                if begun < moved_on <= (happened or self.today):
                    life.moves.append(Moved(event, moved_on, day, max(wave_of(moved_on), life.wave)))

    def _happening(self, event: str, day: date) -> Happening:
        chance = self.random
        wave = wave_of(day)
        if chance.random() < 0.1:
            wave = min(wave + 1, WAVES - 1)
        made = Happening(event, day, wave, precision=self._precision(day), not_later_than=chance.random() < 0.1)
        if wave < WAVES - 1 and chance.random() < 0.04:
            made.corrected = day - timedelta(days=chance.randrange(1, 90))
        return made

    def _precision(self, day: date | None = None) -> str:
        """How exactly a day is known; for a day that has come never so coarse that it would count from one to come."""
        coarse = self.random.choices(("day", "month", "quarter", "year"), (80, 14, 4, 2))[0]
        return coarse if day is None or day.year < self.today.year else "day"
