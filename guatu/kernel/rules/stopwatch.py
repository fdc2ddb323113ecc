"""Time used by a case: exact between its start, pauses and stop, in hours or in working days.

All instants of one watch are naive, or all name a time zone; days are those of the zone of the start, so a
caller passes local times, not UTC. Entries later than the instant asked about are not yet known and do not
count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import BadTicks

_ONE_DAY = timedelta(days=1)


class TickKind(StrEnum):
    """What a press of the stopwatch does."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True)
class Tick:
    """One press of the stopwatch."""

    kind: TickKind
    at: datetime


@dataclass(frozen=True)
class Running:
    """One running interval: [since, to), open when `to` is None."""

    since: datetime
    to: datetime | None


@dataclass(frozen=True)
class Due:
    """The day an allowance is used up; None while paused or not started. Provisional as in `calendar`."""

    day: date | None
    provisional: bool


# state -> kind -> state after it, or the code of the refusal
_ORDER: dict[str, dict[TickKind, str]] = {
    "new": {TickKind.START: "running"} | dict.fromkeys(
        (TickKind.PAUSE, TickKind.RESUME, TickKind.STOP), "ticks_not_started"
    ),
    "running": {
        TickKind.START: "ticks_started_twice", TickKind.PAUSE: "paused",
        TickKind.RESUME: "ticks_resumed_running", TickKind.STOP: "stopped",
    },
    "paused": {
        TickKind.START: "ticks_started_twice", TickKind.PAUSE: "ticks_paused_twice",
        TickKind.RESUME: "running", TickKind.STOP: "stopped",
    },
    "stopped": dict.fromkeys(TickKind, "ticks_after_stop"),
}


@dataclass(frozen=True)
class Stopwatch:
    """Ticks in order of time, checked: a start, then pauses and resumes in turn, then perhaps a stop."""

    ticks: tuple[Tick, ...]

    def __post_init__(self) -> None:
        """Raises BadTicks: the series is impossible (see `_ORDER`), runs backwards, or mixes time zones."""
        object.__setattr__(self, "ticks", tuple(Tick(TickKind(tick.kind), tick.at) for tick in self.ticks))
        state = "new"
        before: datetime | None = None
        for tick in self.ticks:
            self._same_kind_of_time(tick.at)
            if before is not None and _instant(tick.at) < _instant(before):
                raise BadTicks("ticks_backwards", {"at": _shown(tick.at), "before": _shown(before)})
            state = _ORDER[state][tick.kind]
            if state.startswith("ticks_"):
                raise BadTicks(state, {"at": _shown(tick.at)})
            before = tick.at

    def intervals(self, until: datetime | None = None) -> tuple[Running, ...]:
        """The running intervals, as known at `until` (None: as far as recorded)."""
        found: list[Running] = []
        since: datetime | None = None
        for tick in self._known(until):
            if tick.kind in (TickKind.START, TickKind.RESUME):
                since = tick.at
            elif since is not None:
                found.append(Running(since, tick.at))
                since = None
        if since is not None:
            found.append(Running(since, None))
        return tuple(found)

    def used(self, until: datetime) -> timedelta:
        """The time used up to `until`: the sum of all running intervals, an open one cut at `until`."""
        return sum(
            (_instant(run.to or until) - _instant(run.since) for run in self.intervals(until)), timedelta()
        )

    def used_workdays(self, until: datetime, calendar: WorkCalendar) -> int:
        """The working days used up to `until`.

        With D1 the day of the start and D2 the day of `until` (or of an earlier stop), a working day counts
        when it lies in (D1, D2] and the watch runs at its end. So the day of the start never counts, a day on
        which the watch was paused at the end of the day does not count, and a day paused and resumed again
        counts whole. The last day counts when the watch runs at `until`, or ran when it was stopped.
        """
        ticks = self._known(until)
        if not ticks:
            return 0
        last = self._day(ticks[-1].at if ticks[-1].kind is TickKind.STOP else until)
        return sum(
            calendar.workdays_between(after, last if through is None else through).days
            for after, through in self._running_days(ticks)
        )

    def due_after(self, allowance_workdays: int, calendar: WorkCalendar) -> Due:
        """The day on which the allowance is used up, if the watch runs on as it does after its last tick.

        It is the first day at whose end `used_workdays` reaches the allowance; an allowance of 0 is used up
        on the day of the start. A day already past is given even if the watch was paused later. After a stop
        it is the day that would have come had the watch run on. None: not started, or paused with days left.
        Raises BadTicks: the allowance is below zero; BadCalendar: it leaves the calendar.
        """
        if allowance_workdays < 0:
            raise BadTicks("ticks_allowance_negative", {"days": allowance_workdays})
        if not self.ticks:
            return Due(None, False)
        if allowance_workdays == 0:
            return Due(self._day(self.ticks[0].at), False)
        left, provisional = allowance_workdays, False
        for after, through in self._running_days(self.ticks):
            walked = None if through is None else calendar.workdays_between(after, through)
            if walked is None or walked.days >= left:
                counted = calendar.add_workdays(after, left)
                return Due(counted.day, provisional or counted.provisional)
            left -= walked.days
            provisional = provisional or walked.provisional
        return Due(None, provisional)

    def _running_days(self, ticks: tuple[Tick, ...]) -> list[tuple[date, date | None]]:
        """Spans (after, through] of the days at whose end the watch runs; `through` None: on without end."""
        runs_at_end: dict[date, bool] = {}
        for tick in ticks:
            if tick.kind is not TickKind.STOP:  # a stop ends the count but leaves its own day as it was
                runs_at_end[self._day(tick.at)] = tick.kind is not TickKind.PAUSE
        days = list(runs_at_end)
        spans: list[tuple[date, date | None]] = []
        for day, following in zip(days, [*days[1:], None], strict=True):
            if runs_at_end[day]:
                after = day if day == days[0] else day - _ONE_DAY
                spans.append((after, None if following is None else following - _ONE_DAY))
        return spans

    def _known(self, until: datetime | None) -> tuple[Tick, ...]:
        if until is None:
            return self.ticks
        self._same_kind_of_time(until)
        return tuple(tick for tick in self.ticks if _instant(tick.at) <= _instant(until))

    def _day(self, at: datetime) -> date:
        return at.date() if at.tzinfo is None else at.astimezone(self.ticks[0].at.tzinfo).date()

    def _same_kind_of_time(self, at: datetime) -> None:
        if self.ticks and (at.tzinfo is None) != (self.ticks[0].at.tzinfo is None):
            raise BadTicks("ticks_mixed_zones")


def used(ticks: Iterable[Tick], until: datetime) -> timedelta:
    """See `Stopwatch.used`."""
    return Stopwatch(tuple(ticks)).used(until)


def used_workdays(ticks: Iterable[Tick], until: datetime, calendar: WorkCalendar) -> int:
    """See `Stopwatch.used_workdays`."""
    return Stopwatch(tuple(ticks)).used_workdays(until, calendar)


def due_after(ticks: Iterable[Tick], allowance_workdays: int, calendar: WorkCalendar) -> Due:
    """See `Stopwatch.due_after`."""
    return Stopwatch(tuple(ticks)).due_after(allowance_workdays, calendar)


def _instant(at: datetime) -> datetime:
    # Python subtracts two times of one zone by their clock faces, which lose the hour of a clock change.
    return at if at.tzinfo is None else at.astimezone(UTC)


def _shown(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="minutes")
