"""`python -m benchmarks.plans`: how long plans take, on random plans made anew each time.

    .venv/bin/python -m benchmarks.plans [--tasks 10000] [--links 15000] [--rounds 20] [--seed N] [--psplib FOLDER|TAR]
                                         [--every 10] [--limit 10]

Both passes are timed on a new random plan each round: a mixture of working days, calendar days and hours, all four
kinds of links with lags, compiled from nothing. `cold` is the first round of a fresh process, median and 95th
percentile are of the rounds after it. `ratio` compares the median with the baseline of the same run: the longest path
of the same tasks and links as plain numbers (one calendar, FS without lags), sorted and walked both ways. PSPLIB's
rows have the whole of `level`, the loading of the solver apart; `above` is by how much the schedules are longer than
the best known, on average. Peak memory is that of the process; CPU is what the process itself worked at the median
round, whatever else the machine was doing.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import secrets
import statistics
import subprocess
import sys
import tarfile
import time
from datetime import date
from pathlib import Path

from guatu.kernel.rules.calendar import WorkCalendar
from guatu.projects.rules.plans.network import LagUnit, Link, LinkKind, Plan, Task, Unit
from guatu.projects.rules.plans.passes import schedule
from guatu.projects.rules.plans.shifts import ShiftCalendar

ROOT = Path(__file__).resolve().parents[1]
SCHEDULES = ROOT.parent / "shared" / "data" / "schedules"
OFFICE = ((480, 720), (780, 1020))
HEADER = ("work", "size", "cold s", "median s", "p95 s", "CPU s", "peak MB", "ratio", "")
WIDTHS = (34, 26, 8, 9, 8, 8, 8, 7, 0)


def random_plan(tasks: int, links: int, seed: int) -> Plan:
    """A plan of so many tasks and links; tasks stand in no particular order."""
    chance = random.Random(seed)
    units = [(Unit.WORKDAY, "")] * 7 + [(Unit.DAY, "")] * 2 + [(Unit.HOUR, "shift")]
    numbers = list(range(tasks))
    chance.shuffle(numbers)
    made = []
    for number in range(tasks):
        unit, calendar = chance.choice(units)
        length = chance.choice((0, 1, 2, 3, 5, 8, 13)) * (6 if unit == Unit.HOUR else 1)
        made.append(Task(number, f"task {number}", length, unit, calendar))
    kinds = [LinkKind.FS] * 7 + [LinkKind.SS, LinkKind.FF, LinkKind.SF]
    joined = []
    for _ in range(links):
        first = chance.randrange(tasks - 1)
        second = min(tasks - 1, first + 1 + int(chance.expovariate(1 / 300)))
        lag = chance.choice((0, 0, 0, 1, 2, 5, -1))
        unit = chance.choice((LagUnit.WORKDAY, LagUnit.WORKDAY, LagUnit.DAY))
        joined.append(Link(numbers[first], numbers[second], chance.choice(kinds), lag, unit))
    calendars = {"state": WorkCalendar({}), "shift": ShiftCalendar((OFFICE,) * 5 + ((), ()))}
    return Plan(tuple(made), tuple(joined), calendars, "state", date(2025, 1, 6))


def longest_path(plan: Plan) -> int:
    """The baseline: earliest and latest starts of the same network in plain numbers."""
    place = {task.id: number for number, task in enumerate(plan.tasks)}
    length = [task.duration for task in plan.tasks]
    after: list[list[int]] = [[] for _ in length]
    waits = [0] * len(length)
    for link in plan.links:
        after[place[link.pred]].append(place[link.succ])
        waits[place[link.succ]] += 1
    order = [node for node, count in enumerate(waits) if not count]
    early = [0] * len(length)
    for node in order:
        end = early[node] + length[node]
        for other in after[node]:
            early[other] = max(early[other], end)
            waits[other] -= 1
            if not waits[other]:
                order.append(other)
    total = max(start + lasts for start, lasts in zip(early, length, strict=True))
    late = [total] * len(length)
    for node in reversed(order):
        late[node] = min((late[other] for other in after[node]), default=total) - length[node]
    return total


def timed(work, *arguments) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begun


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_passes(tasks: int, links: int, rounds: int, seed: int) -> dict:
    """In a process of its own: seconds of each round, and of the baseline on the same plans."""
    plans = (random_plan(tasks, links, seed + turn) for turn in range(rounds + 1))
    mine, plain, cpu = [], [], []
    for plan in plans:
        worked = time.process_time()
        mine.append(timed(schedule, plan))
        cpu.append(time.process_time() - worked)
        peak = peak_mb()
        plain.append(timed(longest_path, plan))
    return {"seconds": mine, "plain": plain, "cpu": statistics.median(cpu), "peak_mb": peak}


def measure_psplib(name: str, instances: Path, every: int, limit: float) -> dict:
    """In a process of its own: seconds, how many were proved, and how far the schedules lie above the best known."""
    from guatu.projects.rules.plans.psplib import EPOCH, read_sm
    from guatu.projects.rules.plans.resources import level
    from guatu.projects.rules.plans.solving import load_solver

    loading, seconds, above, proved, wanted = load_solver(), [], [], 0, 0
    with (instances / "optimum.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name][::every]
    with tarfile.open(instances / "psplib.tar.xz") as archive:
        texts = {Path(one.name).name: archive.extractfile(one).read().decode("latin-1")
                 for one in archive if one.isfile()}
    for row in rows:
        plan = read_sm(texts[row["instance"]]).plan
        begun = time.perf_counter()
        found = level(plan, limit)
        seconds.append(time.perf_counter() - begun)
        best = int(row["best_known_upper"])
        above.append((-(-found.finish // 2880) - EPOCH.toordinal()) / best - 1)
        wanted += row["proven_optimal"] == "True"
        proved += row["proven_optimal"] == "True" and found.status == "OPTIMAL" and not above[-1]
    return {"seconds": seconds, "above": statistics.mean(above), "proved": proved, "wanted": wanted,
            "loading": loading, "peak_mb": peak_mb()}


def apart(*words: str) -> dict:
    """This program in a fresh process; what it measured."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.plans", *words], cwd=ROOT, stdout=subprocess.PIPE,
                          text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def line(*cells: str) -> str:
    shown = [cell.ljust(width) if place < 2 or not width else cell.rjust(width)
             for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))]
    return " ".join(shown).rstrip()


def row(work: str, size: str, seconds: list[float], peak: float | None, base: float | None, rest: str = "",
        cpu: float | None = None) -> None:
    cold, later = seconds[0], sorted(seconds[1:] or seconds)
    median = statistics.median(later)
    p95 = later[min(len(later) - 1, int(len(later) * 0.95))]
    print(line(work, size, f"{cold:.3f}", f"{median:.3f}", f"{p95:.3f}", "" if cpu is None else f"{cpu:.3f}",
               "" if peak is None else f"{peak:.0f}",
               "" if base is None else f"{median / base:.1f}", rest), flush=True)


def table(options) -> bool:
    """Prints the table; whether every promise was kept."""
    print(f"seed {options.seed}")
    print(line(*HEADER))
    size = f"{options.tasks} tasks, {options.links} links"
    found = apart("--measure", "passes", "--tasks", str(options.tasks), "--links", str(options.links), "--rounds",
                  str(options.rounds), "--seed", str(options.seed))
    base = statistics.median(found["plain"])
    row("baseline: plain longest path", size, found["plain"], None, base)
    kept = [max(found["seconds"]) < 1 or options.tasks > 10_000]
    row("both passes, floats, calendars", size, found["seconds"], found["peak_mb"], base,
        f"each under 1 s: {'kept' if kept[0] else 'BROKEN'}", found["cpu"])
    if not (options.psplib / "psplib.tar.xz").exists():
        print(f"PSPLIB is left out: {options.psplib} has no psplib.tar.xz")
        return all(kept)
    for name, every, limit in (("j30", 1, 60.0), ("j60", options.every, options.limit)):
        found = apart("--measure", name, "--psplib", str(options.psplib), "--every", str(every), "--limit", str(limit))
        median = statistics.median(found["seconds"])
        if name == "j30":
            kept.append(found["proved"] == found["wanted"] and median < 0.5)
            promise = f"all proved, median under 0.5 s: {'kept' if kept[-1] else 'BROKEN'}"
        else:
            kept.append(found["above"] <= 0.01)
            promise = f"within 1 % on average: {'kept' if kept[-1] else 'BROKEN'}"
        row(f"PSPLIB {name}, at most {limit:.0f} s each", f"{len(found['seconds'])} instances", found["seconds"],
            found["peak_mb"], None,
            f"{found['proved']} of {found['wanted']} proved, {100 * found['above']:.2f} % above; {promise}; "
            f"loading {found['loading']:.1f} s")
    return all(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--links", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--psplib", type=Path, default=SCHEDULES)
    parser.add_argument("--every", type=int, default=10, help="of j60, each so manieth instance")
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--measure", choices=("passes", "j30", "j60"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure == "passes":
        print(json.dumps(measure_passes(options.tasks, options.links, options.rounds, options.seed)))
    elif options.measure:
        print(json.dumps(measure_psplib(options.measure, options.psplib, options.every, options.limit)))
    else:
        return 0 if table(options) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
