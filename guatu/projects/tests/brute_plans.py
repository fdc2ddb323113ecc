"""Dates of small plans by trial: every place in turn until every link is kept. Shares no line with the engine.

Instants are half minutes since a Monday: all are even but 24:00, which stands one before 00:00 of the next day; `clock`
makes both the same. A ruler lists the pieces in which work counts (days or minutes) as (from, to). Each pass tries
places and begins anew until nothing moves any more, so no order of tasks is needed; late dates rest on the same reading
of links as early ones, never on an inverse of it. What holds at a place holds at every later one (early dates) or every
earlier one (late dates), so places are tried by halving.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from guatu.projects.rules.plans.network import ConstraintKind, LagUnit, Link, LinkKind, Plan, Task, Unit

ORIGIN = date(2025, 6, 2)
SPAN = 270  # days
STARTS = (LinkKind.FS, LinkKind.SS)  # what they hold back


def instant(day: date, end: bool = False) -> int:
    """A day's beginning or end."""
    return ((day - ORIGIN).days + end) * 2880 - end


def clock(at: int) -> int:
    """Minutes since the origin."""
    return (at + 1) // 2


def ends(minute: int) -> int:
    """The instant of a minute at which work ends."""
    return 2 * minute - (minute % 1440 == 0)


def least(low: int, high: int, holds) -> int:
    """The least number from low to high that holds; `high` when none before it does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def greatest(low: int, high: int, holds) -> int:
    return -least(-high, -low, lambda number: holds(-number))


class Ruler:
    def __init__(self, pieces: list[tuple[int, int]], stretches: bool):
        self.pieces, self.stretches = pieces, stretches
        self.starts = [piece[0] for piece in pieces]

    def first_from(self, at: int) -> int:
        """The first piece that does not begin before an instant."""
        return bisect_left(self.starts, at)

    def worked(self, at: int) -> bool:
        """Whether an instant lies in a piece, its ends included."""
        near = self.first_from(at)
        return any(a <= at <= b for a, b in (self.pieces[near - 1], self.pieces[near]))

    def worked_before(self, at: int) -> int:
        """The last worked instant not after this one."""
        return at if self.worked(at) else self.pieces[self.first_from(at) - 1][1]


@dataclass
class At:
    """Where a task is: the first piece (None for a milestone or what is over), its start and finish; `held` is the
    moment up to which its finish may be put off over rest."""

    piece: int | None
    start: int
    finish: int
    held: int | None = None

    @property
    def seen(self) -> tuple[int, int]:
        return self.start, self.finish

    @property
    def clocks(self) -> tuple[int, int]:
        return clock(self.start), clock(self.finish)


@cache
def _rulers(works, shifts: tuple) -> dict[str, Ruler]:
    days = [ORIGIN + timedelta(number) for number in range(SPAN)]
    whole = [(2880 * number, 2880 * number + 2879) for number in range(SPAN)]
    found = {
        "workday": Ruler([piece for day, piece in zip(days, whole, strict=True) if works(day)], False),
        "day": Ruler(whole, False),
        "elapsed": Ruler([(2 * minute, ends(minute + 1)) for minute in range(1440 * SPAN)], True),
    }
    for name, worked in shifts:
        minutes = [1440 * number + 60 * hour + minute
                   for number, day in enumerate(days) for hour in worked(day) for minute in range(60)]
        found[name] = Ruler([(2 * minute, ends(minute + 1)) for minute in minutes], True)
    return found


class Brute:
    def __init__(self, plan: Plan, works, shifts):
        """`works(day)` says whether a day is a working day; `shifts` has the worked hours of a day by calendar."""
        self.plan, self.tasks = plan, {task.id: task for task in plan.tasks}
        self.rulers = _rulers(works, tuple(shifts.items()))
        self.base = max(instant(one) for one in (plan.start, plan.status_day) if one is not None)

    # -- how much and on what ----------------------------------------------------------------------------------------

    def ruler(self, task: Task) -> Ruler:
        return self.rulers[task.calendar if task.unit == Unit.HOUR else task.unit.value]

    def length(self, task: Task) -> int:
        return task.duration * 60 if task.unit == Unit.HOUR else task.duration

    def after(self, link: Link, at: int) -> int:
        """When a lag that begins at an instant is over."""
        amount, unit = link.lag, link.lag_unit
        if not amount:
            return at
        if unit == LagUnit.DAY:
            return at + 2880 * amount
        if unit == LagUnit.ELAPSED:
            return 2 * (clock(at) + amount)
        if unit == LagUnit.WORKDAY:
            ruler = self.rulers["workday"]
        else:
            ruler, amount = self.rulers[link.calendar], 60 * amount
        return ruler.pieces[ruler.first_from(at) + amount - 1][1]

    def bounds(self, link: Link, pred: At) -> int:
        return self.after(link, pred.finish if link.kind in (LinkKind.FS, LinkKind.FF) else pred.start)

    # -- early -------------------------------------------------------------------------------------------------------

    def put(self, task: Task, piece: int, end: int = 0) -> At:
        """A task at a piece of its ruler; on hours its finish may stretch over rest to `end`."""
        ruler, last = self.ruler(task), piece + self.length(task)
        finish = ruler.pieces[last - 1][1]
        if ruler.stretches and clock(finish) < clock(end) <= clock(ruler.pieces[last][0]):
            finish = end
        return At(piece, ruler.pieces[piece][0], finish)

    def early(self, later: dict | None = None) -> dict:
        """The least dates; `later` has pieces (or moments of milestones) before which a task must not be."""
        later, found = later or {}, {}
        for task in self.plan.tasks:
            found[task.id] = self._least(task, [], later.get(task.id))
        moved = True
        while moved:
            moved = False
            for task in self.plan.tasks:
                links = [(link, found[link.pred]) for link in self.plan.links if link.succ == task.id]
                here = self._least(task, links, later.get(task.id))
                moved |= here.seen != found[task.id].seen
                found[task.id] = here
        return found

    def _least(self, task: Task, links: list, later: int | None) -> At:
        if task.actual_finish is not None:
            return At(None, instant(task.actual_start), instant(task.actual_finish, end=True))
        begin, end = self.base, 0
        if task.constraint in (ConstraintKind.SNET, ConstraintKind.MSO):
            begin = max(begin, instant(task.constraint_on))
        if task.constraint in (ConstraintKind.FNET, ConstraintKind.MFO):
            end = instant(task.constraint_on, end=True)
        for link, pred in links:
            if link.kind in STARTS:
                begin = max(begin, self.bounds(link, pred))
            else:
                end = max(end, self.bounds(link, pred))
        ruler = self.ruler(task)
        if not task.duration:
            at = max(begin, end, later or 0)
            at = at if ruler.worked(at) else ruler.pieces[ruler.first_from(at)][0]
            return At(None, at, at)

        def kept(piece: int) -> bool:
            here = self.put(task, piece, end)
            return clock(here.start) >= clock(begin) and clock(here.finish) >= clock(end)

        return self.put(task, least(later or 0, len(ruler.pieces) - self.length(task) - 1, kept), end)

    # -- late --------------------------------------------------------------------------------------------------------

    def late(self, anchor: int) -> dict:
        """The greatest dates with every task over by the anchor."""
        found = {task.id: None for task in self.plan.tasks}
        moved = True
        while moved:
            moved = False
            for task in self.plan.tasks:
                links = [(link, found[link.succ]) for link in self.plan.links
                         if link.pred == task.id and found[link.succ] is not None
                         and self.tasks[link.succ].actual_finish is None]
                here = self._greatest(task, links, anchor)
                moved |= found[task.id] != here
                found[task.id] = here
        return found

    def _greatest(self, task: Task, links: list, anchor: int) -> At:
        if task.actual_finish is not None:
            return At(None, instant(task.actual_start), instant(task.actual_finish, end=True))
        start_by, finish_by = 10**9, anchor
        kind, on = task.constraint, task.constraint_on
        if kind in (ConstraintKind.SNLT, ConstraintKind.MSO):
            start_by = instant(on, end=kind == ConstraintKind.SNLT and not task.duration)
        if kind in (ConstraintKind.FNLT, ConstraintKind.MFO):
            finish_by = min(finish_by, instant(on, end=True))
        if task.deadline is not None:
            finish_by = min(finish_by, instant(task.deadline, end=True))

        def kept(here: At) -> bool:
            return clock(here.start) <= clock(start_by) and clock(here.finish) <= clock(finish_by) and all(
                clock(self.bounds(link, here)) <= clock(succ.start if link.kind in STARTS else succ.held)
                for link, succ in links
            )

        ruler = self.ruler(task)
        if not task.duration:
            most = min(anchor, finish_by, start_by)
            minute = greatest(0, clock(most), lambda one: kept(At(None, 2 * one, 2 * one)))
            at = ruler.worked_before(min(most, 2 * minute))
            return At(None, at, at, at)
        last = min(ruler.first_from(finish_by), len(ruler.pieces) - self.length(task) - 1)
        piece = greatest(0, last, lambda one: kept(self.put(task, one)))
        here = self.put(task, piece)
        here.held = here.finish
        if ruler.stretches:
            rest = clock(ruler.pieces[piece + self.length(task)][0])
            minute = greatest(clock(here.finish), rest, lambda one: kept(At(piece, here.start, 2 * one)))
            here.held = max(here.finish, 2 * minute)
        return here

    # -- floats ------------------------------------------------------------------------------------------------------

    def total_float(self, task: Task, early: At, late: At) -> int:
        """In days, or in minutes."""
        if task.actual_finish is not None:
            return 0
        ruler = self.ruler(task)
        if task.duration:
            units = late.piece - early.piece
        else:
            units = ruler.first_from(late.start) - ruler.first_from(early.start)
        return units

    def free_float(self, task: Task, early: dict) -> int:
        """By how much the task can be put off before another moves, or the plan ends later: tried place by place."""
        if task.actual_finish is not None:
            return 0
        end, ruler, here = max(one.finish for one in early.values()), self.ruler(task), early[task.id]
        others = {one: at.clocks for one, at in early.items() if one != task.id}

        def harmless(place: int) -> bool:
            moved = self.early({task.id: place})
            return clock(moved[task.id].finish) <= clock(end) and all(
                moved[one].clocks == seen for one, seen in others.items()
            )

        if task.duration:
            free = greatest(here.piece, ruler.first_from(end), harmless) - here.piece
        else:
            minute = greatest(clock(here.start), clock(end), lambda one: harmless(2 * one))
            latest = ruler.worked_before(min(end, 2 * minute))
            free = ruler.first_from(latest) - ruler.first_from(here.start)
        return free
