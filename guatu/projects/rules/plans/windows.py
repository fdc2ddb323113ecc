"""The window of each task when durations may be cut: the earliest and latest positions that links and days allow.

A task that has not begun may last anything from its floor to its duration. `earliest` gives the least positions that
satisfy every link, constraint and floor at once; there is a plan within a promise exactly when they satisfy it, since
every rule here only ever pushes later, and the least solution is the least in each single position. That holds even
where cutting a task moves its start later (a task bound by its finish): it need not be cut then.

Here a finish on an axis of minutes does not stretch over rest (see `axes`): it is bound strictly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guatu.projects.rules.plans.axes import Axis, reached_by, within_calendars
from guatu.projects.rules.plans.graph import FF, FS, SS, Compiled, Lag
from guatu.projects.rules.plans.passes import plan_base

ROOF = 1 << 62


@dataclass(frozen=True)
class Arc:
    """A link between two tasks that are no summaries: `kind` is FS…SF; `number` is its place in the plan's links."""

    pred: int
    succ: int
    kind: int
    lag: Lag | None
    number: int

    def bound(self, instant: int) -> int:
        return instant if self.lag is None else self.lag.after(instant)

    def back(self, instant: int) -> int:
        return instant if self.lag is None else self.lag.before(instant)


@dataclass
class Windows:
    """By node; a milestone's start and finish are the same instant. `why` is the arc that holds the earliest dates,
    or None where a day holds them. Latest dates are ROOF where nothing bounds them."""

    nodes: list[int]  # tasks that are no summaries, each after those it waits for
    arcs: list[list[Arc]]  # by node: arcs that lead to it
    start: list[int]
    finish: list[int]
    why: list[Arc | None]
    late_start: list[int]
    late_finish: list[int]


def strict_up_finish(axis: Axis, instant: int) -> int:
    """The least position whose end is not before the instant."""
    position = axis.up_finish(instant)
    return position + 1 if axis.minutes and (axis.end_of(position) + 1) // 2 < (instant + 1) // 2 else position


def leaf_arcs(compiled: Compiled) -> list[list[Arc]]:
    """Links by successor, with summaries replaced by their parts. Arcs that no longer bind are left out."""
    from guatu.projects.rules.plans.backward import parts_of

    arcs: list[list[Arc]] = [[] for _ in compiled.plan.tasks]
    leaves = {summary: parts_of(compiled, summary) for summary in compiled.gate}
    for node, incoming in enumerate(compiled.incoming):
        task = compiled.summary_of_gate.get(node, node)
        for pred, kind, lag, number in incoming:
            for succ in leaves.get(task, (task,)):
                done = compiled.progress[succ]
                if done is not None and (kind <= SS or done.finish is not None):
                    continue
                arcs[succ].extend(Arc(one, succ, kind, lag, number) for one in leaves.get(pred, (pred,)))
    return arcs


def starts_of_summaries(compiled: Compiled) -> list[int]:
    """Numbers of links that lead from the start of a summary: what waits for the first of its parts, not for each."""
    return [
        number for summary in compiled.gate for _succ, kind, _lag, number in compiled.outgoing[summary]
        if kind not in (FS, FF)
    ]


def windows(compiled: Compiled, floor: Sequence[int], due: Mapping[int, int], anchor: int = ROOF) -> Windows:
    """Earliest and latest dates with durations from `floor[node]` up; `due` has ends by node, `anchor` one for all."""
    arcs = leaf_arcs(compiled)
    nodes = [node for node in compiled.order if node < len(arcs) and node not in compiled.gate]
    size = len(arcs)
    found = Windows(nodes, arcs, [0] * size, [0] * size, [None] * size, [ROOF] * size, [ROOF] * size)
    base = plan_base(compiled.plan)
    for node in nodes:
        _earliest(compiled, found, node, floor[node], base)
    within_calendars(found.start[node] for node in nodes)
    within_calendars(found.finish[node] for node in nodes)
    _latest(compiled, found, floor, due, anchor)
    return found


def _earliest(compiled: Compiled, found: Windows, node: int, floor: int, base: int) -> None:
    axis, done, length = compiled.axis[node], compiled.progress[node], compiled.quantity[node]
    begin, end = base, 0
    above = node
    while above >= 0:
        limit = compiled.limits[above]
        begin = max(begin, limit.start_from or 0)
        if above == node:
            end = limit.finish_from or 0
        above = compiled.parent[above]
    why_start = why_finish = None
    for arc in found.arcs[node]:
        bound = arc.bound(found.finish[arc.pred] if arc.kind in (FS, FF) else found.start[arc.pred])
        if arc.kind <= SS:
            if bound > begin:
                begin, why_start = bound, arc
        elif bound > end:
            end, why_finish = bound, arc
    if done is not None:
        found.start[node] = done.start
        if done.finish is not None:
            found.finish[node] = done.finish
            return
        at = axis.up_start(done.resume) + floor
        if end and strict_up_finish(axis, end) > at:
            at, found.why[node] = strict_up_finish(axis, end), why_finish
        found.finish[node] = axis.end_of(at)
    elif not length:
        found.start[node] = found.finish[node] = axis.place(max(begin, end))
        found.why[node] = why_start if begin >= end else why_finish
    else:
        position = axis.up_start(begin)
        at, found.why[node] = position + floor, why_start
        if end and strict_up_finish(axis, end) > at:
            at, found.why[node] = strict_up_finish(axis, end), why_finish
        found.start[node] = axis.start_of(max(position, at - length))
        found.finish[node] = axis.end_of(at)


def _latest(compiled: Compiled, found: Windows, floor: Sequence[int], due: Mapping[int, int], anchor: int) -> None:
    ends = [min(anchor, due.get(node, ROOF)) for node in range(len(found.arcs))]
    begins = [ROOF] * len(ends)
    for node in reversed(found.nodes):
        own, axis, done = compiled.limits[node], compiled.axis[node], compiled.progress[node]
        above, end, begin = compiled.parent[node], ends[node], begins[node]
        end = min(end, own.finish_by or ROOF)
        begin = min(begin, own.start_by or ROOF)
        while above >= 0:
            end = min(end, compiled.limits[above].finish_by or ROOF, due.get(above, ROOF))
            above = compiled.parent[above]
        if done is not None and done.finish is not None:
            continue
        length = compiled.quantity[node]
        late, first = _latest_of(axis, length, floor[node], end, begin, done is not None)
        found.late_start[node], found.late_finish[node] = first, late
        for arc in found.arcs[node]:
            bound = first if arc.kind <= SS else late
            if bound == ROOF:
                continue
            target = ends if arc.kind in (FS, FF) else begins
            bound = arc.back(bound)
            if arc.lag is not None and not compiled.quantity[arc.pred]:
                bound = reached_by(compiled.axis[arc.pred], bound)
            target[arc.pred] = min(target[arc.pred], bound)


def _latest_of(axis: Axis, length: int, floor: int, end: int, begin: int, begun: bool) -> tuple[int, int]:
    """Latest finish and start; ROOF for what nothing bounds."""
    if not length:
        late = min(end, begin)
        return (late, late) if late == ROOF else (axis.place_back(late),) * 2
    at = ROOF if end == ROOF else axis.down_finish(end)
    if begun:
        return (ROOF if at == ROOF else axis.end_of(at)), ROOF
    first = ROOF if begin == ROOF else axis.down_start(begin)
    if at != ROOF:
        first = min(first, at - floor)
    if first != ROOF:
        at = min(at, first + length)
    return (ROOF if at == ROOF else axis.end_of(at)), (ROOF if first == ROOF else axis.start_of(first))
