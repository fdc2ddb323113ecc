"""Times one work in a process of its own and prints what it found as one line of JSON.

    python -m benchmarks.measure "five lists" --rounds 30 --seed 7
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import time
from contextlib import contextmanager

import django
from django.utils import timezone

from benchmarks.works import PAGES, Asking, new_days

#: A work that is far too slow is asked at least three times, but no longer than this.
LONGEST_S = 60


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def counted():
    """Counts the statements sent to the record database."""
    from django.db import connection

    seen = [0]

    def count(execute, sql, params, many, context):
        seen[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield seen


def forget_file() -> None:
    """Asks the system to drop what it keeps in memory of SQLite's file, so that the first request finds it cold."""
    from django.db import connection

    if connection.vendor != "sqlite" or not hasattr(os, "posix_fadvise"):
        return
    handle = os.open(str(connection.settings_dict["NAME"]), os.O_RDONLY)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def asking(seed: int) -> Asking:
    from guatu.kernel.models import Recording
    from guatu.projects.models import Project

    chance = random.Random(seed)
    instants = list(Recording.objects.order_by("number").values_list("instant", flat=True))
    projects = list(Project.everything.filter(withdrawn=False).order_by("pk").values_list("pk", flat=True))
    today = timezone.localdate()
    return Asking(
        new_days(seed, today), chance, chance.sample(projects, min(2000, len(projects))),
        instants[len(instants) // 4 :], today,
    )


def measure(name: str, rounds: int, seed: int) -> dict:
    from django.db import connection
    from django.test import Client

    from guatu.kernel.models import User

    reader, address = PAGES[name]
    drawn = asking(seed)
    client = Client()
    client.force_login(User.everything.get(username=reader if reader.startswith("officer") else f"bench-{reader}"))
    forget_file()
    connection.close()
    times, queries, sizes, worked = [], [], [], []
    started = time.monotonic()
    for place in range(rounds + 1):
        if place > 3 and time.monotonic() - started > LONGEST_S:
            break
        url = address(drawn)
        with counted() as seen:
            began, busy = time.perf_counter(), time.process_time()
            answer = client.get(url)
            took = time.perf_counter() - began
        worked.append(time.process_time() - busy)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
        times.append(took)
        queries.append(seen[0])
        sizes.append(len(answer.content))
    return figures(times) | {
        "queries": sorted(set(queries[1:])), "size": f"{statistics.median(sizes) / 1000:.0f} kB, {len(times) - 1} times", "peak_mb": peak_mb(),
        "cpu_ms": statistics.median(worked[1:]) * 1000,
    }


def figures(times: list[float]) -> dict:
    """Cold is the first time; median and 95th percentile are of the others."""
    warm = sorted(times[1:])
    return {
        "cold_s": times[0],
        "median_ms": statistics.median(warm) * 1000,
        "p95_ms": warm[min(len(warm) - 1, int(len(warm) * 0.95))] * 1000,
    }


def baseline(rounds: int) -> dict:
    """The plainest thing the database can do over the same rows: look at each row of the states once."""
    from django.db import connection

    times = []
    with connection.cursor() as cursor:
        for _round in range(rounds + 1):
            began = time.perf_counter()
            # The sum keeps the database from answering out of an index alone.
            cursor.execute("SELECT count(*), sum(investment_fen), max(name) FROM projects_projectstate")
            rows = cursor.fetchone()[0]
            times.append(time.perf_counter() - began)
    return figures(times) | {"queries": [1], "size": f"{rows} rows", "peak_mb": peak_mb()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=[*PAGES, "baseline"])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    if options.work == "baseline":
        found = baseline(options.rounds)
    else:
        found = measure(options.work, options.rounds, options.seed)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
