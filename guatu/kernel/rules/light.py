"""The light of a promise: its colour on a day, the rule that gave it, and the day it changes next.

    rule           colour      when
    done_in_time   done        finished, on the due day or before
    done_late      done_late   finished after the due day
    overdue        red         not finished, the due day is past
    due_within     yellow      not finished, at most `yellow_workdays` working days are left
    due_later      green       not finished, more are left
    override       as set      somebody set green, yellow or red by hand, with a reason, for a time

Working days left are those in (as_of, due], so on the due day itself none is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.kernel.rules.refusals import BadPromise, quote

_ONE_DAY = timedelta(days=1)


class Colour(StrEnum):
    """What a light shows. `done` and `done_late` never change again."""

    DONE = "done"
    DONE_LATE = "done_late"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Rule(StrEnum):
    """Which rule gave the colour; see the module's table."""

    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"
    OVERDUE = "overdue"
    DUE_WITHIN = "due_within"
    DUE_LATER = "due_later"
    OVERRIDE = "override"


@dataclass(frozen=True)
class Override:
    """A colour set by hand from `from_day` through `expires_on`. It never hides a finished promise."""

    colour: Colour
    reason: str
    from_day: date
    expires_on: date
    by: str

    def __post_init__(self) -> None:
        """Raises BadPromise: not green, yellow or red; a blank reason; an end before the start."""
        if self.colour not in (Colour.GREEN, Colour.YELLOW, Colour.RED):
            raise BadPromise("override_colour", {"colour": quote(self.colour)})
        object.__setattr__(self, "colour", Colour(self.colour))
        if not self.reason.strip():
            raise BadPromise("override_no_reason")
        if self.expires_on < self.from_day:
            raise BadPromise(
                "override_ends_early",
                {"from_day": self.from_day.isoformat(), "expires_on": self.expires_on.isoformat()},
            )

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day <= self.expires_on


@dataclass(frozen=True)
class Light:
    """A colour explained.

    `inputs` holds, in JSON values, everything the rule looked at. `slack_workdays` are the working days in
    (as_of, due], below zero when overdue (zero on days off right after the due day). `flips_on` is the first
    day on which the colour changes if nothing else happens, `flips_to` the colour then; both None when it
    stays. `provisional`: the slack, and so perhaps the colour, rests on a year without a holiday notice;
    never so for a finished promise, whose colour rests on two days alone. `overridden_from` is the computed
    colour while an override holds.
    """

    colour: Colour
    rule: Rule
    inputs: dict[str, Any]
    slack_workdays: int
    flips_on: date | None
    flips_to: Colour | None
    provisional: bool
    overridden_from: Colour | None

    @property
    def is_done(self) -> bool:
        return self.colour in (Colour.DONE, Colour.DONE_LATE)


class Thresholds(NamedTuple):
    """Due days of unfinished promises by colour: red up to the first, yellow up to the second, then green."""

    last_red_due: date
    last_yellow_due: date


@dataclass(frozen=True)
class Promise:
    """Something owed by a day, with the day it was finished and the colour set by hand, if any."""

    due: date
    done_on: date | None = None
    override: Override | None = None

    def light(self, as_of: date, yellow_workdays: int, calendar: WorkCalendar) -> Light:
        """See the function `light`."""
        return light(
            due=self.due, done_on=self.done_on, as_of=as_of, yellow_workdays=yellow_workdays,
            calendar=calendar, override=self.override,
        )


def light(
    *,
    due: date,
    done_on: date | None,
    as_of: date,
    yellow_workdays: int,
    calendar: WorkCalendar,
    override: Override | None = None,
) -> Light:
    """The light of a promise due on `due`, as of a day, by the module's table.

    A `done_on` later than `as_of` is not yet known and ignored. `yellow_workdays` (working days, a parameter
    of the house) says how many days before the due day the light turns yellow. An override set for later days
    counts in `flips_on`. Raises BadPromise: `yellow_workdays` is below zero; BadCalendar: a day lies outside
    the calendar's years.
    """
    _check_yellow(yellow_workdays)
    left = calendar.workdays_between(as_of, due)
    inputs: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "due": due.isoformat(),
        "done_on": None,
        "yellow_workdays": yellow_workdays,
        "workdays_left": left.days,
    }
    if done_on is not None and done_on <= as_of:
        inputs["done_on"] = done_on.isoformat()
        inputs["workdays_left_when_done"] = calendar.workdays_between(done_on, due).days
        in_time = done_on <= due
        colour, rule = (
            (Colour.DONE, Rule.DONE_IN_TIME) if in_time else (Colour.DONE_LATE, Rule.DONE_LATE)
        )
        return Light(colour, rule, inputs, left.days, None, None, False, None)

    if as_of > due:
        computed, rule = Colour.RED, Rule.OVERDUE
    elif left.days <= yellow_workdays:
        computed, rule = Colour.YELLOW, Rule.DUE_WITHIN
    else:
        computed, rule = Colour.GREEN, Rule.DUE_LATER

    if override is None:
        flips_on, flips_to = _next_of_itself(computed, due, yellow_workdays, calendar)
        return Light(computed, rule, inputs, left.days, flips_on, flips_to, left.provisional, None)

    shown, overridden_from = computed, None
    if override.holds_on(as_of):
        shown, overridden_from = override.colour, computed
        inputs["computed_rule"] = rule.value
        inputs["override"] = {
            "colour": override.colour.value,
            "reason": override.reason,
            "from_day": override.from_day.isoformat(),
            "expires_on": override.expires_on.isoformat(),
            "by": str(override.by),
        }
        rule = Rule.OVERRIDE
    flips_on, flips_to = _next_with_override(shown, computed, due, as_of, yellow_workdays, calendar, override)
    return Light(shown, rule, inputs, left.days, flips_on, flips_to, left.provisional, overridden_from)


def thresholds(as_of: date, yellow_workdays: int, calendar: WorkCalendar) -> Thresholds:
    """The due days at which `light` changes colour on `as_of`, so that a query can sort unfinished promises:

    due <= last_red_due is red, else due <= last_yellow_due is yellow, else green. Overrides are not in it.
    Raises as `light` does.
    """
    _check_yellow(yellow_workdays)
    first_green = calendar.add_workdays(as_of, yellow_workdays + 1).day
    return Thresholds(as_of - _ONE_DAY, first_green - _ONE_DAY)


def _check_yellow(yellow_workdays: int) -> None:
    if yellow_workdays < 0:
        raise BadPromise("light_yellow_negative", {"days": yellow_workdays})


def _first_yellow(due: date, yellow_workdays: int, calendar: WorkCalendar) -> date:
    """The first day with at most `yellow_workdays` working days left in (day, due]."""
    # That many working days lie after it, and it is worked itself: the day before it still had one more.
    return calendar.subtract_workdays(due, yellow_workdays + (0 if calendar.is_workday(due) else 1)).day


def _next_of_itself(
    computed: Colour, due: date, yellow_workdays: int, calendar: WorkCalendar
) -> tuple[date | None, Colour | None]:
    if computed is Colour.GREEN:
        return _first_yellow(due, yellow_workdays, calendar), Colour.YELLOW
    if computed is Colour.YELLOW:
        return due + _ONE_DAY, Colour.RED
    return None, None


def _next_with_override(
    shown: Colour,
    computed: Colour,
    due: date,
    as_of: date,
    yellow_workdays: int,
    calendar: WorkCalendar,
    override: Override,
) -> tuple[date | None, Colour | None]:
    """The colour can change only on the days where one of the periods begins: try each of them in order."""
    changes = {override.from_day, override.expires_on + _ONE_DAY}
    first_yellow = as_of
    if computed is Colour.GREEN:
        first_yellow = _first_yellow(due, yellow_workdays, calendar)
        changes.add(first_yellow)
    if computed is not Colour.RED:
        changes.add(due + _ONE_DAY)
    for day in sorted(change for change in changes if change > as_of):
        if override.holds_on(day):
            colour = override.colour
        elif day > due:
            colour = Colour.RED
        else:
            colour = Colour.YELLOW if day >= first_yellow else Colour.GREEN
        if colour is not shown:
            return day, colour
    return None, None
