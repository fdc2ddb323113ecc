"""The two long works on sheets: a million rows out, ten thousand rows in while others write.

    python -m benchmarks.sheets export | import | write      (each prints one line of JSON)
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from benchmarks.measure import counted, peak_mb

EXPORTED = 1_000_000
IMPORTED = 10_000
EXPORT_MB, IMPORT_S = 300, 20
#: Seconds between two writes of the other writer.
PAUSE = 0.2


def fill_up(wanted: int) -> int:
    """Repeats stage events under negative identities until there are `wanted`; returns how many there are then.

    Only the export's memory is measured on them: no recording names them, so the zone is no longer whole afterwards.
    """
    from django.db import connection

    from guatu.projects.models import StageEvent

    rows = StageEvent.everything.filter(superseded_by=None, withdrawn=False)
    present = rows.count()
    fields = [field.column for field in StageEvent._meta.concrete_fields]
    names = ", ".join(fields)
    values = ", ".join(f"-{name}" if name in ("id", "lineage") else name for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO projects_stageevent ({names}) SELECT {values} FROM projects_stageevent "
            "WHERE id > 0 AND superseded_by IS NULL AND NOT withdrawn ORDER BY id LIMIT %s",
            [max(0, wanted - present)],
        )
    return rows.count()


def export_rows(wanted: int) -> dict:
    from guatu.kernel import exports
    from guatu.kernel.registry import resource
    from guatu.kernel.scope import Scope

    present = fill_up(wanted)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        began = time.perf_counter()
        with counted() as seen:
            rows = exports.write(resource("stage_events"), Scope.whole(), "csv", path)
        took = time.perf_counter() - began
        if rows != present:
            raise SystemExit(f"{rows} rows were exported of {present}")
        size = path.stat().st_size
    return {"cold_s": took, "queries": [seen[0]], "size": f"{rows} rows, {size / 1e6:.0f} MB", "peak_mb": peak_mb()}


def sheet(path: Path, rows: int) -> None:
    """A sheet of new projects as an office writes it."""
    from guatu.chains.models import Chain
    from guatu.kernel.models import Organisation, Source

    chance = random.Random(rows)
    zones = list(Organisation.everything.filter(kind="functional_zone").values_list("code", flat=True))
    chains = list(Chain.everything.values_list("code", flat=True))
    source = Source.everything.values_list("code", flat=True)[0]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(["code", "name", "zone", "category", "investment（亿元）", "chain", "land_area（亩）", "source"])
        for number in range(rows):
            out.writerow([
                f"s{number:06d}", f"新项目{number:06d}", chance.choice(zones), "industry",
                f"{chance.randrange(1, 50_000) / 100:.2f}", chance.choice(chains), chance.randrange(10, 900), source,
            ])


def import_rows(rows: int) -> dict:
    """The import, and how long each small write of another process had to wait meanwhile."""
    from guatu.kernel import imports
    from guatu.kernel.registry import resource
    from guatu.kernel.scope import Actor

    steps: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "projects.csv"
        sheet(path, rows)
        other = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sheets", "write"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        other.stdout.readline()
        began, busy = time.perf_counter(), time.process_time()
        with counted() as seen:
            result = imports.run(
                Actor.system("cli"), resource("projects"), path, path.name,
                on_progress=lambda done, total, stage: steps.append((time.perf_counter(), stage)),
            )
        took, worked = time.perf_counter() - began, time.process_time() - busy
        said, _errors = other.communicate("stop\n")
    if not result["ok"] or result["created"] != rows:
        raise SystemExit(f"The import did not create {rows} projects: {str(result)[:500]}")
    waits = sorted(json.loads(said.splitlines()[-1]))
    return {
        "cold_s": took, "cpu_ms": worked * 1000, "queries": [seen[0]], "peak_mb": peak_mb(),
        "size": f"{rows} rows, {len(steps)} steps",
        "others": {
            "writes": len(waits),
            "median_ms": statistics.median(waits) * 1000,
            "p95_ms": waits[int(len(waits) * 0.95)] * 1000,
            "max_ms": waits[-1] * 1000,
        },
    }


def write_meanwhile() -> None:
    """Small changes of one row, one after another, until told to stop; prints how long each took."""
    import threading

    from guatu.kernel import actions
    from guatu.kernel.models import Source
    from guatu.kernel.scope import Actor
    from guatu.projects.models import Project

    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    actor, waits = Actor.system("cli"), []
    source = Source.everything.order_by("pk")[0].pk
    projects = list(Project.everything.filter(withdrawn=False).order_by("pk").values_list("pk", flat=True)[:500])
    print("ready", flush=True)
    while not stop.is_set():
        began = time.perf_counter()
        if len(waits) % 2:
            actions.change(actor, Source.everything.get(pk=source), {"publisher": f"第{len(waits)}次"})
        else:
            project = Project.everything.get(pk=projects[len(waits) % len(projects)])
            actions.change(actor, project, {"note": f"第{len(waits)}次"})
        waits.append(time.perf_counter() - began)
        stop.wait(PAUSE)
    print(json.dumps(waits), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["export", "import", "write"])
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    django.setup()
    if options.work == "write":
        write_meanwhile()
    elif options.work == "export":
        print(json.dumps(export_rows(options.rows or EXPORTED)))
    else:
        print(json.dumps(import_rows(options.rows or IMPORTED)))


if __name__ == "__main__":
    main()
