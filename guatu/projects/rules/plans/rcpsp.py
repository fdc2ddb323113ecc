"""The resource-constrained problem in whole numbers: first schedules by rules, and bounds that need no search.

Jobs start at times from 0; `arcs` are (before, after, gap): `after` starts at least `gap` after `before` starts. Each
job holds its demand of every resource from its start for its duration. Nothing here is exact: `solve_rcpsp` in
`solving` closes what these leave open.
"""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from time import monotonic


@dataclass(frozen=True)
class Rcpsp:
    """`demand[j][k]` is what job j holds of resource k. `release` and `latest` bound the starts (None: unbound).
    Jobs stand in an order in which every arc leads forward."""

    duration: tuple[int, ...]
    arcs: tuple[tuple[int, int, int], ...]
    demand: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]
    release: tuple[int, ...]
    latest: tuple[int | None, ...]

    @cached_property
    def before(self) -> list[list[tuple[int, int]]]:
        found: list[list[tuple[int, int]]] = [[] for _ in self.duration]
        for first, second, gap in self.arcs:
            found[second].append((first, gap))
        return found

    @cached_property
    def after(self) -> list[list[tuple[int, int]]]:
        found: list[list[tuple[int, int]]] = [[] for _ in self.duration]
        for first, second, gap in self.arcs:
            found[first].append((second, gap))
        return found

    @cached_property
    def heads(self) -> list[int]:
        """The earliest start of each job without regard to resources."""
        heads = list(self.release)
        for job, before in enumerate(self.before):
            for other, gap in before:
                if heads[other] + gap > heads[job]:
                    heads[job] = heads[other] + gap
        return heads

    @cached_property
    def tails(self) -> list[int]:
        """The least time from each job's start to the end of all jobs."""
        tails = list(self.duration)
        for job in range(len(tails) - 1, -1, -1):
            for other, gap in self.after[job]:
                if tails[other] + gap > tails[job]:
                    tails[job] = tails[other] + gap
        return tails

    @cached_property
    def uses(self) -> list[list[tuple[int, int]]]:
        """By job: the resources it needs, with amounts."""
        return [[(k, amount) for k, amount in enumerate(row) if amount] if self.duration[job] else []
                for job, row in enumerate(self.demand)]

    @cached_property
    def horizon(self) -> int:
        """A length that no schedule of the serial scheme exceeds: one job, or what waits for it, after the other."""
        steps = list(self.duration)
        for first, _second, gap in self.arcs:
            steps[first] = max(steps[first], gap)
        return max(self.release, default=0) + sum(steps)

    @property
    def critical_length(self) -> int:
        return max((head + tail for head, tail in zip(self.heads, self.tails, strict=True)), default=0)


# -- bounds ----------------------------------------------------------------------------------------------------------


def simple_bound(problem: Rcpsp, until: float = inf) -> int:
    """The greater of the longest path and, for each resource, the work of jobs between their heads and tails.

    `until` is when to stop looking, on the clock of `time.monotonic`; what was found by then is a bound as well.
    """
    best = problem.critical_length
    for k, capacity in enumerate(problem.capacity):
        jobs = [job for job, row in enumerate(problem.uses) if any(one == k for one, _amount in row)]
        if not capacity:
            continue
        late: list[tuple[int, int]] = []  # what must follow, most first, and work, of jobs with this head or later
        jobs.sort(key=lambda job: -problem.heads[job])
        for place, job in enumerate(jobs):
            insort(late, (problem.duration[job] - problem.tails[job], problem.duration[job] * problem.demand[job][k]))
            head = problem.heads[job]
            if place + 1 < len(jobs) and problem.heads[jobs[place + 1]] == head:
                continue
            if monotonic() > until:
                return best
            total = 0
            for rest, work in late:
                total += work
                bound = head + -(-total // capacity) - rest
                if bound > best:
                    best = bound
    return best


# -- schedules -------------------------------------------------------------------------------------------------------


def place_all(problem: Rcpsp, order: Sequence[int], horizon: int) -> list[int] | None:
    """The serial scheme: each job in turn as early as links and resources allow; `order` must respect the arcs.

    None when a job would have to start after its latest start.
    """
    free = [[capacity] * (horizon + 1) for capacity in problem.capacity]
    starts = [0] * len(problem.duration)
    duration, before, uses, release, latest = (
        problem.duration, problem.before, problem.uses, problem.release, problem.latest
    )
    for job in order:
        time = release[job]
        for other, gap in before[job]:
            bound = starts[other] + gap
            if bound > time:
                time = bound
        length = duration[job]
        if uses[job]:
            fits = False
            while not fits:
                fits = True
                for k, amount in uses[job]:
                    row = free[k]
                    for tick in range(time + length - 1, time - 1, -1):
                        if row[tick] < amount:
                            time, fits = tick + 1, False
                            break
                    if not fits:
                        break
            for k, amount in uses[job]:
                row = free[k]
                for tick in range(time, time + length):
                    row[tick] -= amount
        if latest[job] is not None and time > latest[job]:
            return None
        starts[job] = time
    return starts


def makespan(problem: Rcpsp, starts: Sequence[int]) -> int:
    return max((start + length for start, length in zip(starts, problem.duration, strict=True)), default=0)


def mirrored(problem: Rcpsp) -> Rcpsp:
    """The problem with time running backwards; job j becomes job n-1-j."""
    last = len(problem.duration) - 1
    arcs = tuple(
        (last - second, last - first, gap + problem.duration[second] - problem.duration[first])
        for first, second, gap in problem.arcs
    )
    return Rcpsp(problem.duration[::-1], arcs, problem.demand[::-1], problem.capacity, (0,) * (last + 1),
                 (None,) * (last + 1))


def good_schedule(problem: Rcpsp, bound: int, rounds: int, seed: int = 1, until: float = inf) -> list[int] | None:
    """The best of some rules and then of random keys near the rules, each pushed right and left again (justification).

    Stops when a schedule meets `bound`, or after the first when it is past `until` (`time.monotonic`). None when no
    rule keeps every latest start.
    """
    count, horizon = len(problem.duration), problem.horizon
    heads, tails = problem.heads, problem.tails
    spread = [len(problem.after[job]) for job in range(count)]
    weight = [problem.duration[job] + sum(problem.duration[other] for other, _gap in problem.after[job])
              for job in range(count)]
    critical = problem.critical_length
    rules = [
        [-tails[job] for job in range(count)],  # latest start first
        [critical - tails[job] + problem.duration[job] for job in range(count)],  # latest finish first
        [-weight[job] for job in range(count)],
        [heads[job] - tails[job] for job in range(count)],
        [-spread[job] for job in range(count)],
    ]
    chance = random.Random(seed)
    best: list[int] | None = None
    free = all(bound is None for bound in problem.latest) and not any(problem.release)
    reverse = mirrored(problem) if free else None
    if reverse is not None:
        horizon = max(horizon, reverse.horizon)
    for turn in range(rounds):
        if turn and monotonic() > until:
            break
        keys = rules[turn] if turn < len(rules) else _near(rules[turn % 2], chance, critical)
        starts = place_all(problem, _by_keys(problem, keys), horizon)
        if starts is None:
            continue
        if reverse is not None:
            starts = _justified(problem, reverse, starts, horizon)
        if best is None or makespan(problem, starts) < makespan(problem, best):
            best = starts
            if makespan(problem, best) <= bound:
                break
    return best


def _near(rule: list[int], chance: random.Random, critical: int) -> list[float]:
    return [key + chance.uniform(0, 0.35 * critical) for key in rule]


def _by_keys(problem: Rcpsp, keys: Sequence[float]) -> list[int]:
    """Jobs by key, each after those it waits for."""
    from heapq import heapify, heappop, heappush

    waits = [len(before) for before in problem.before]
    ready = [(keys[job], job) for job, count in enumerate(waits) if not count]
    heapify(ready)
    order = []
    while ready:
        _key, job = heappop(ready)
        order.append(job)
        for other, _gap in problem.after[job]:
            waits[other] -= 1
            if not waits[other]:
                heappush(ready, (keys[other], other))
    return order


def _justified(problem: Rcpsp, reverse: Rcpsp, starts: list[int], horizon: int) -> list[int]:
    """Pushed right, then left: never longer, often shorter."""
    last = len(starts) - 1
    best = starts
    while True:
        ends = [-(start + length) for start, length in zip(best, problem.duration, strict=True)]
        right = place_all(reverse, _by_keys(reverse, ends[::-1]), horizon)
        total = makespan(reverse, right)
        shifted = [total - right[last - job] - problem.duration[job] for job in range(last + 1)]
        left = place_all(problem, _by_keys(problem, shifted), horizon)
        if makespan(problem, left) >= makespan(problem, best):
            return left if makespan(problem, left) == makespan(problem, best) else best
        best = left
