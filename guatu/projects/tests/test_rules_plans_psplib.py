"""Schedules under limited resources: own small instances, then PSPLIB's with an independent checker."""

import random
import statistics
import time

import pytest

from guatu.projects.rules.plans.problems import UnreadablePlan
from guatu.projects.rules.plans.psplib import EPOCH, read_sm
from guatu.projects.rules.plans.resources import Levelled, level
from guatu.projects.rules.plans.solving import Status
from guatu.projects.tests.planned_schedules import best_known, instances
from guatu.projects.tests.psplib_checker import check, makespan

ORIGIN = EPOCH.toordinal()


def instance(durations: list[int], successors: list[list[int]], requests: list[list[int]], capacity: list[int]) -> str:
    """A .sm file with these jobs between two dummies; jobs count from 2, as the file does."""
    last = len(durations) + 2
    rows = [[0], *([one] for one in durations), [0]]
    waits = {job: list(found) for job, found in enumerate(successors, 2)}
    free = [job for job in range(2, last) if not any(job in found for found in waits.values())]
    waits[1] = free
    for job in range(2, last):
        waits[job] = waits[job] or [last]
    waits[last] = []
    none = [0] * len(capacity)
    needs = [none, *requests, none]
    lines = ["projects : 1", f"jobs (incl. supersource/sink ):  {last}", f"horizon : {sum(durations)}", "RESOURCES",
             f"  - renewable : {len(capacity)} R", "  - nonrenewable : 0 N", "*" * 40, "PRECEDENCE RELATIONS:",
             "jobnr.    #modes  #successors   successors"]
    lines += [f"{job} 1 {len(waits[job])} {' '.join(map(str, waits[job]))}" for job in range(1, last + 1)]
    lines += ["*" * 40, "REQUESTS/DURATIONS:", "jobnr. mode duration  R 1", "-" * 40]
    lines += [f"{job} 1 {rows[job - 1][0]} {' '.join(map(str, needs[job - 1]))}" for job in range(1, last + 1)]
    lines += ["*" * 40, "RESOURCEAVAILABILITIES:", "  R 1", " ".join(map(str, capacity)), "*" * 40]
    return "\n".join(lines) + "\n"


def starts_of(found: Levelled) -> dict[int, int]:
    return {job: -(-start // 2880) - ORIGIN for job, (start, _finish) in found.dates.items()}


def lengths(found: Levelled) -> tuple[int, int]:
    """Makespan and bound in whole numbers."""
    return -(-found.finish // 2880) - ORIGIN, -(-found.bound // 2880) - ORIGIN


def judged(text: str, limit: float) -> Levelled:
    """A levelled file, its schedule checked."""
    found = level(read_sm(text).plan, limit=limit)
    starts = starts_of(found)
    assert check(text, starts) == []
    assert makespan(text, starts) == lengths(found)[0] >= lengths(found)[1]
    assert (found.status == Status.OPTIMAL) == (found.gap == 0)
    return found


# -- own instances ---------------------------------------------------------------------------------------------------


def test_two_jobs_side_by_side_and_one_that_needs_everything():
    # Jobs 2 (3 long) and 4 (4 long) need one of two, job 3 (2 long) both: 4 + 2 = 6, though the longest path is 4.
    text = instance([3, 2, 4], [[], [], []], [[1], [2], [1]], [2])
    found = judged(text, 5)
    assert (found.status, lengths(found)) == (Status.OPTIMAL, (6, 6))


def test_one_crew_does_one_job_after_the_other():
    text = instance([5, 1, 7, 2], [[3], [], [], []], [[1], [1], [1], [1]], [1])
    assert lengths(judged(text, 5)) == (15, 15)


def test_without_scarcity_the_longest_path_is_the_schedule():
    # 2 (3) → 3 (4) → 5 (1), 2 → 4 (6): the longest is 3 + 6 = 9.
    text = instance([3, 4, 6, 1], [[3, 4], [5], [], []], [[1], [1], [1], [1]], [4])
    assert lengths(judged(text, 5)) == (9, 9)


def test_a_gap_that_no_list_rule_finds_at_once_is_proved():
    # Capacity 3; A 2×2, B 2×2, C 4×1, D 2×2 (duration × need): C beside A then B; D alone beside C's end or after.
    # Work is 2·2 + 2·2 + 4·1 + 2·2 = 16 of 3 a tick: at least 6 ticks, and A, B, D exclude one another: 6 ticks.
    text = instance([2, 2, 4, 2], [[], [], [], []], [[2], [2], [1], [2]], [3])
    assert lengths(judged(text, 5)) == (6, 6)


def exhaustive(text: str) -> int:
    """The shortest makespan by trying every order of jobs in the serial scheme, which holds an optimal one."""
    from itertools import permutations

    from guatu.projects.tests.psplib_checker import parsed

    successors, durations, requests, capacities = parsed(text)
    best = sum(durations.values())
    for order in permutations(range(2, len(durations))):
        starts, used = {1: 0}, {}
        place = {job: index for index, job in enumerate(order)}
        if any(place[other] < place[job] for job in order for other in successors[job] if other in place):
            continue
        for job in order:
            start = max((starts[one] + durations[one] for one in starts if job in successors[one]), default=0)
            while any(
                used.get((tick, place), 0) + amount > capacities[place]
                for tick in range(start, start + durations[job]) for place, amount in enumerate(requests[job])
            ):
                start += 1
            starts[job] = start
            for tick in range(start, start + durations[job]):
                for place_, amount in enumerate(requests[job]):
                    used[tick, place_] = used.get((tick, place_), 0) + amount
        best = min(best, makespan(text, starts | {len(durations): max(starts[job] + durations[job] for job in starts)}))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_small_instances_equal_every_order_tried(seed):
    chance = random.Random(seed)
    count = chance.randint(3, 6)
    durations = [chance.randint(1, 6) for _ in range(count)]
    successors = [[job for job in range(place + 1, count + 2) if job > place and chance.random() < 0.25]
                  for place in range(2, count + 2)]
    capacity = [chance.randint(2, 4) for _ in range(chance.randint(1, 2))]
    requests = [[chance.randint(0, most) for most in capacity] for _ in range(count)]
    text = instance(durations, successors, requests, capacity)
    found = judged(text, 10)
    assert found.status == Status.OPTIMAL
    assert lengths(found)[0] == exhaustive(text)


def test_the_same_file_gives_the_same_schedule():
    chance = random.Random(5)
    text = instance([chance.randint(1, 9) for _ in range(14)], [[] for _ in range(14)],
                    [[chance.randint(0, 4), chance.randint(0, 3)] for _ in range(14)], [5, 4])
    assert starts_of(judged(text, 10)) == starts_of(judged(text, 10))


def test_a_short_limit_is_kept_and_the_answer_is_honest():
    chance = random.Random(3)
    count = 120
    successors = [sorted(chance.sample(range(place + 1, count + 2), min(2, count + 1 - place))) for place in range(2, count + 2)]
    text = instance([chance.randint(1, 10) for _ in range(count)], successors,
                    [[chance.randint(1, 10) for _ in range(4)] for _ in range(count)], [13, 13, 13, 13])
    level(read_sm(text).plan, limit=0.1)  # loads the solver
    begun = time.monotonic()
    found = judged(text, 1.0)
    assert time.monotonic() - begun < 2.5
    assert found.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert found.status == Status.OPTIMAL or lengths(found)[1] < lengths(found)[0]


# -- what is not a PSPLIB file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "code"), [
    (lambda text: "", "file_empty"),
    (lambda text: text.replace("REQUESTS/DURATIONS:", "REQUESTS:"), "sm_part"),
    (lambda text: text.replace("nonrenewable : 0", "nonrenewable : 2"), "sm_nonrenewable"),
    (lambda text: text.replace("\n2 1 3 1", "\n2 2 3 1"), "sm_modes"),
    (lambda text: text.replace("\n2 1 3 1", "\n2 1 3"), "line_faulty"),
    (lambda text: text.replace("\n2 1 3 1", "\n2 1 -3 1"), "line_faulty"),
    (lambda text: text.replace("\n3 1 1 5", "\n3 1 4 5"), "line_faulty"),
    (lambda text: "x" * 5_000_001, "file_large"),
])
def test_files_that_are_refused(change, code):
    text = instance([3, 2, 4], [[], [], []], [[1], [2], [1]], [2])
    with pytest.raises(UnreadablePlan) as refused:
        read_sm(change(text))
    assert refused.value.problem.code == code


def test_what_the_checker_finds():
    text = instance([3, 2, 4], [[3], [], []], [[1], [2], [1]], [2])
    assert check(text, {1: 0, 2: 0, 3: 4, 4: 0, 5: 6}) == []
    assert check(text, {1: 0, 2: 0, 3: 2, 4: 2, 5: 6})[0] == "3 starts before 2 is over"
    assert check(text, {1: 0, 2: 0, 3: 3, 4: 0, 5: 6}) == ["resource 1 is overdrawn at 3"]
    assert check(text, {1: 0, 2: 0, 3: 3}) == ["jobs [4, 5] are missing or invented"]


# -- PSPLIB ----------------------------------------------------------------------------------------------------------


def against_best(name: str, limit: float) -> tuple[Levelled, float]:
    """A solved instance and by what share it is longer than the best known; never below a proven bound."""
    text, best = instances()[name], best_known()[name]
    found = judged(text, limit)
    length, bound = lengths(found)
    assert length >= int(best["best_known_lower"]), name
    assert bound <= int(best["best_known_upper"]), name
    return found, length / int(best["best_known_upper"]) - 1


def of_set(name: str, every: int = 1) -> list[str]:
    return [one for one, row in best_known().items() if row["set"] == name][::every]


@pytest.mark.thirdparty
@pytest.mark.parametrize("every", [pytest.param(12, id="sample"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_j30_is_solved_to_its_optimum_and_proved(every):
    seconds = []
    level(read_sm(instances()["j3010_1.sm"]).plan, limit=1)  # loads the solver
    for name in of_set("j30", every):
        found, above = against_best(name, 60)
        if best_known()[name]["proven_optimal"] == "True":
            assert (found.status, above) == (Status.OPTIMAL, 0), name
        seconds.append(found.seconds)
    assert statistics.median(seconds) < 0.5


@pytest.mark.slow
@pytest.mark.thirdparty
def test_j60_is_within_one_per_cent_of_the_best_known():
    above = [against_best(name, 10)[1] for name in of_set("j60", 10)]
    assert sum(above) / len(above) <= 0.01
