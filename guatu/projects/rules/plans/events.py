"""Tasks of a plan as whole-number variables for CP-SAT, whatever calendars they mix.

Each start and finish is an event with a list of the instants at which it may be, in order; its variable is a place in
that list. A link says: if this event is at place i, that one is at least at place table[i]. Where both count on one
axis the table is a constant shift. A milestone may only be where something puts it, so its list holds the images of
its predecessors' instants; the least solution of all links lies within these lists.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from guatu.projects.rules.plans.graph import FF, FS, SF, Compiled
from guatu.projects.rules.plans.problems import BadPlan, Problem
from guatu.projects.rules.plans.windows import ROOF, Arc, Windows, strict_up_finish

#: More places than this in all lists together are not modelled: minutes over years on several calendars.
MOST_PLACES = 2_000_000


class Event:
    """One start or finish. `low` and `high` are positions on `axis` (its end_of for a finish), or for a milestone the
    `listed` instants count instead."""

    def __init__(self, model, name: str, axis, finish: bool, low: int, high: int, listed: list[int] | None = None):
        self.axis, self.finish, self.low = axis, finish, low
        self._listed = listed
        self.size = len(listed) if listed is not None else high - low + 1
        self.var = model.new_int_var(0, self.size - 1, name)

    @property
    def milestone(self) -> bool:
        return self._listed is not None and self.axis is None

    def instants(self) -> list[int]:
        if self._listed is None:
            at = self.axis.end_of if self.finish else self.axis.start_of
            self._listed = [at(self.low + place) for place in range(self.size)]
        return self._listed


class EventModel:
    """A CP-SAT model of the tasks `nodes`, whose durations are `whole` less what `cut` is told."""

    def __init__(self, compiled: Compiled, found: Windows, nodes: Sequence[int], floor: Sequence[int],
                 whole: Sequence[int]):
        from ortools.sat.python import cp_model

        self.model = cp_model.CpModel()
        self.compiled, self.found, self.whole = compiled, found, whole
        self.nodes = [node for node in nodes if self._matters(node)]
        self.start: dict[int, Event] = {}
        self.end: dict[int, Event] = {}
        self._cuts: dict[int, object] = {}
        self._places = 0
        for node in self.nodes:
            self._make(node, floor[node])

    def _matters(self, node: int) -> bool:
        done = self.compiled.progress[node]
        return (done is None or done.finish is None) and self.found.late_finish[node] != ROOF

    def _make(self, node: int, floor: int) -> None:
        axis, found, done = self.compiled.axis[node], self.found, self.compiled.progress[node]
        if not self.whole[node] and done is None:
            listed = self._milestone(node)
            self.start[node] = self.end[node] = Event(self.model, f"m{node}", None, False, 0, 0, listed)
            return
        low = strict_up_finish(axis, found.finish[node])
        high = axis.down_finish(found.late_finish[node])
        self.end[node] = Event(self.model, f"f{node}", axis, True, low, high)
        if done is None:
            first, last = axis.up_start(found.start[node]), axis.down_start(found.late_start[node])
            self.start[node] = Event(self.model, f"s{node}", axis, False, first, last)

    def _milestone(self, node: int) -> list[int]:
        """Where something can put a milestone, from its earliest to its latest instant."""
        axis, late = self.compiled.axis[node], (self.found.late_finish[node] + 1) // 2
        first = (self.found.start[node] + 1) // 2
        places = {first: self.found.start[node]}
        for arc in self.found.arcs[node]:
            event = self._pred(arc)
            for instant in event.instants() if event is not None else ():
                self._count(1)
                placed = axis.place(arc.bound(instant))
                moment = (placed + 1) // 2
                if first < moment <= late:
                    places[moment] = min(placed, places.get(moment, placed))
        return [places[moment] for moment in sorted(places)]

    def _pred(self, arc: Arc) -> Event | None:
        return (self.end if arc.kind in (FS, FF) else self.start).get(arc.pred)

    def _count(self, places: int) -> None:
        self._places += places
        if self._places > MOST_PLACES:
            raise BadPlan([Problem("units_uneven", {})])

    def cut(self, node: int, days) -> None:
        """A variable number of units is cut off a task."""
        self._cuts[node] = days

    def link_all(self) -> None:
        """Durations and links; called once, after every `cut`."""
        for node in self.nodes:
            start, end = self.start.get(node), self.end[node]
            if start is end:
                pass
            elif start is not None:
                length = self.whole[node] - self._cuts.get(node, 0)
                self.model.add(start.low + start.var + length == end.low + end.var)
            else:
                axis, done = self.compiled.axis[node], self.compiled.progress[node]
                length = self.whole[node] - self._cuts.get(node, 0)
                self.model.add(axis.up_start(done.resume) + length <= end.low + end.var)
            for arc in self.found.arcs[node]:
                pred = self._pred(arc)
                succ = end if arc.kind in (FF, SF) else start
                if pred is not None and succ is not None:
                    self._link(arc, pred, succ)

    def _link(self, arc: Arc, pred: Event, succ: Event) -> None:
        model = self.model
        same = pred.axis is succ.axis and pred.axis is not None and (arc.lag is None or arc.lag.axis is pred.axis)
        if same and (arc.kind != SF or arc.lag is not None):
            shift = pred.low - succ.low + (0 if arc.lag is None else arc.lag.amount)
            model.add(succ.var >= pred.var + shift)
            return
        self._count(pred.size + succ.size)
        moments = [(instant + 1) // 2 for instant in succ.instants()]
        table = [bisect_left(moments, (arc.bound(instant) + 1) // 2) for instant in pred.instants()]
        possible = bisect_left(table, succ.size)
        if possible < pred.size:
            model.add(pred.var <= possible - 1)
            table = table[:possible] + [succ.size - 1] * (pred.size - possible)
        if table[-1] == 0:
            return
        shift = table[0]
        if table == list(range(shift, shift + pred.size)):
            model.add(succ.var >= pred.var + shift)
            return
        least = model.new_int_var(0, succ.size - 1, "")
        model.add_element(pred.var, table, least)
        model.add(succ.var >= least)


