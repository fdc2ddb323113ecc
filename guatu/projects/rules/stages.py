"""The order of stages, and what new progress may and may not do (DESIGN section 9; issue 2, "Gates")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

STAGES = (
    "negotiating",
    "signed",
    "registered",
    "land_acquired",
    "started",
    "completed",
    "trial_production",
    "in_production",
    "at_capacity",
)
ORDER = {stage: place for place, stage in enumerate(STAGES)}
RUNNING, PAUSED, CANCELLED = "running", "paused", "cancelled"
STATUS_AFTER = {"paused": PAUSED, "resumed": RUNNING, "cancelled": CANCELLED}


@dataclass(frozen=True)
class Event:
    """An actual event as the rules need it. `id` orders what was recorded; `counts_from` when it takes effect."""

    id: int
    event: str
    counts_from: date
    precision: str = "day"
    not_later_than: bool = False
    returned: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a project stands: its stage (None: unknown), the event that set it, and its status."""

    stage: str | None = None
    since: date | None = None
    precision: str = ""
    not_later_than: bool = False
    status: str = RUNNING
    status_since: date | None = None
    in_statistics: bool = False

    @property
    def place(self) -> int:
        return ORDER[self.stage] if self.stage is not None else -1


def in_effect_order(events: Iterable[Event]) -> list[Event]:
    """Events in the order in which they take effect: by day, then by stage, then as recorded."""
    return sorted(events, key=lambda event: (event.counts_from, ORDER.get(event.event, -1), event.id))


def after(standing: Standing, event: Event) -> Standing:
    """The standing once `event` counts.

    A stage only rises, unless the event says that it is a deliberate step back: an event of low precision (a year,
    counted from its end) must not undo a later stage whose day is known better.
    """
    if event.event in ORDER:
        rises = ORDER[event.event] > standing.place
        if not (rises or event.returned):
            return standing
        return Standing(
            event.event,
            event.counts_from,
            event.precision,
            event.not_later_than,
            standing.status,
            standing.status_since,
            standing.in_statistics,
        )
    if event.event in STATUS_AFTER:
        return Standing(
            standing.stage,
            standing.since,
            standing.precision,
            standing.not_later_than,
            STATUS_AFTER[event.event],
            event.counts_from,
            standing.in_statistics,
        )
    if event.event == "in_statistics":
        return Standing(
            standing.stage,
            standing.since,
            standing.precision,
            standing.not_later_than,
            standing.status,
            standing.status_since,
            True,
        )
    return standing


def standing_on(events: Iterable[Event], day: date) -> Standing:
    """Where the events put a project on `day`."""
    standing = Standing()
    for event in in_effect_order(events):
        if event.counts_from > day:
            break
        standing = after(standing, event)
    return standing


def next_stages(standing: Standing, optional: Iterable[str] = ()) -> tuple[str, ...]:
    """The stages new progress may reach from here: the following one, and past each stage that is optional."""
    optional = set(optional)
    reachable = []
    for stage in STAGES[standing.place + 1 :]:
        reachable.append(stage)
        if stage not in optional:
            break
    return tuple(reachable)


@dataclass(frozen=True)
class Objection:
    """Why an event is refused as new progress: a stable code and the words that fill its sentence."""

    code: str
    words: dict = field(default_factory=dict)


def objection(events: Sequence[Event], new: Event, today: date, optional: Iterable[str] = ()) -> Objection | None:
    """Why `new` may not be recorded as new progress after `events`; None when it may.

    Refused are: a day to come; a day before the present standing's; a first stage other than negotiating; a skipped
    stage; a stage reached already; a step back that does not say so; pausing what is paused; resuming what runs;
    anything but resuming a cancelled project.
    """
    if new.counts_from > today:
        return Objection("future", {"day": new.counts_from.isoformat()})
    latest = max(
        (event.counts_from for event in events if event.event in ORDER or event.event in STATUS_AFTER), default=None
    )
    decisive = new.event in ORDER or new.event in STATUS_AFTER
    if decisive and latest is not None and new.counts_from < latest:
        return Objection("before_present", {"day": new.counts_from.isoformat(), "present": latest.isoformat()})
    standing = standing_on(events, date.max)
    if new.event in STATUS_AFTER:
        return _status_objection(standing, new)
    if new.event not in ORDER:
        return None
    if standing.status != RUNNING:
        return Objection("not_running", {"status": standing.status})
    if standing.stage is None:
        return (
            None if new.event == STAGES[0] and not new.returned else Objection("late_beginning", {"stage": new.event})
        )
    if ORDER[new.event] == standing.place:
        return Objection("reached", {"stage": new.event, "day": standing.since.isoformat()})
    if ORDER[new.event] < standing.place:
        return None if new.returned else Objection("regress", {"stage": new.event, "present": standing.stage})
    if new.returned:
        return Objection("not_back", {"stage": new.event, "present": standing.stage})
    allowed = next_stages(standing, optional)
    if new.event not in allowed:
        return Objection("skip", {"stage": new.event, "present": standing.stage, "next": allowed[0] if allowed else ""})
    return None


def _status_objection(standing: Standing, new: Event) -> Objection | None:
    if standing.stage is None:
        return Objection("no_stage", {})
    if new.event == "resumed":
        return Objection("running", {}) if standing.status == RUNNING else None
    if standing.status == CANCELLED:
        return Objection("not_running", {"status": CANCELLED})
    if new.event == "paused" and standing.status == PAUSED:
        return Objection("not_running", {"status": PAUSED})
    return None
