"""`make bench`: builds the generated zone on SQLite and on PostgreSQL and times the works that people wait for.

    .venv/bin/python -m benchmarks [--projects 20000] [--seed N] [--database sqlite|postgresql|both] [--rounds 30]
                                   [--keep FOLDER]

Every work runs in a process of its own; `cold` is its first request, after SQLite's file was put out of the system's
memory. Median and 95th percentile are of the requests after it, each for a day not asked before. `ratio` compares the
median with the baseline of the same run: one look at each row of the projects' states. `CPU` is what the process
itself worked at the median request, whatever else the machine was doing (PostgreSQL's own work is not in it). With --keep the built zone
stays in FOLDER and is used again by the next run; sheets are then left out, as they would change it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import sheets
from benchmarks.works import PAGES, PROMISED
from tools import postgres

ROOT = Path(__file__).resolve().parents[1]
CHECKED_PROJECTS = 200
HEADER = ("work", "database", "size", "cold s", "median ms", "p95 ms", "CPU ms", "queries", "peak MB", "ratio", "")
WIDTHS = (36, 10, 26, 7, 9, 7, 7, 7, 7, 6, 0)


class Database:
    """One database to measure on: the environment that leads to it."""

    def __init__(self, name: str, home: Path, url: str | None):
        self.name = name
        (home / "static").mkdir(parents=True, exist_ok=True)
        self.environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment |= {
            "GUATU_HOME": str(home), "GUATU_MODE": "test", "DJANGO_SETTINGS_MODULE": "guatu.site.settings",
        }
        if url:
            self.environment["DATABASE_URL"] = url

    def run(self, *words: str, answer: bool = False):
        """Runs one of the benchmark's programs; with `answer` reads the JSON it prints."""
        done = subprocess.run(
            [sys.executable, "-m", *words], env=self.environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE if answer else subprocess.DEVNULL, check=False,
        )
        if done.returncode:
            sys.exit(f"`python -m {' '.join(words)}` on {self.name} failed.")
        return json.loads(done.stdout.splitlines()[-1]) if answer else None

    def migrate(self) -> None:
        self.run("django", "migrate", "-v0")
        self.run("django", "migrate", "-v0", "--database", "progress")


def say(text: str) -> None:
    print(text, flush=True)


def line(cells) -> str:
    shown = [str(cell).ljust(width) if place < 3 else str(cell).rjust(width)
             for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))]
    return " ".join(shown).rstrip()


class Table:
    def __init__(self, rows_promised: bool):
        self.failed: list[str] = []
        self.baseline: dict[str, float] = {}
        self.judged = rows_promised
        say(line(HEADER))

    def add(self, work: str, database: Database, found: dict, promise: str = "", kept: bool = True) -> None:
        if promise and self.judged and not kept:
            self.failed.append(f"{work} on {database.name}: {promise}")
        base = self.baseline.get(database.name)
        median = found.get("median_ms")
        queries = found.get("queries", [])
        say(line((
            work, database.name, found.get("size", ""), f"{found['cold_s']:.2f}" if "cold_s" in found else "",
            "" if median is None else f"{median:.0f}", f"{found['p95_ms']:.0f}" if "p95_ms" in found else "",
            f"{found['cpu_ms']:.0f}" if "cpu_ms" in found else "",
            "–".join(str(number) for number in dict.fromkeys((min(queries), max(queries)))) if queries else "",
            f"{found['peak_mb']:.0f}" if "peak_mb" in found else "",
            f"{median / base:.1f}" if base and median is not None else "",
            f"{promise}: {'kept' if kept else 'BROKEN'}" if promise else "",
        )))


def build(options, folder: Path) -> tuple[list[Database], list]:
    """The databases to measure on, filled, and what to call when done with them."""
    home = folder / "home"
    sqlite = Database("SQLite", home, None)
    stops = []
    if not (folder / "built").exists():
        check(folder)
        began = time.monotonic()
        sqlite.migrate()
        sqlite.run("benchmarks.generate", "--projects", str(options.projects), "--seed", str(options.seed))
        (folder / "built").write_text(f"{options.projects} {options.seed}\n")
        say(f"SQLite: {options.projects} projects, seed {options.seed}, built in {time.monotonic() - began:.0f} s")
    databases = [sqlite] if options.database != "postgresql" else []
    if options.database != "sqlite":
        url, stop = postgres.start()
        stops.append(stop)
        began = time.monotonic()
        copy = Database("PostgreSQL", folder / "home-postgresql", url)
        copy.run("benchmarks.transfer", str(home / "guatu.sqlite3"))
        say(f"PostgreSQL: the same rows, copied in {time.monotonic() - began:.0f} s")
        databases.append(copy)
    return databases, stops


def check(folder: Path) -> None:
    """Proves on a small zone that what is generated is what working leaves behind."""
    small = Database("SQLite", folder / "check", None)
    small.migrate()
    small.run("benchmarks.generate", "--projects", str(CHECKED_PROJECTS), "--seed", str(secrets.randbelow(1 << 30)))
    small.run("benchmarks.check")
    say(f"{CHECKED_PROJECTS} generated projects: the history is whole, and rebuilding changes nothing")


def measure(options, databases: list[Database]) -> list[str]:
    table = Table(options.projects >= 20_000)
    rounds, seed = str(options.rounds), str(options.seed)
    for database in databases:
        base = database.run("benchmarks.measure", "baseline", "--rounds", rounds, "--seed", seed, answer=True)
        table.add("baseline: one look at each state", database, base)
        table.baseline[database.name] = base["median_ms"]
        for work in PAGES:
            found = database.run("benchmarks.measure", work, "--rounds", rounds, "--seed", seed, answer=True)
            most = PROMISED.get(work)
            promise = f"≤ {most} ms" if most else ""
            table.add(work, database, found, promise, not most or found["median_ms"] <= most)
        if options.keep is None:
            _sheets(table, database, options)
    return table.failed


def _sheets(table: Table, database: Database, options) -> None:
    share = min(1.0, options.projects / 20_000)
    rows = str(int(sheets.IMPORTED * share))
    found = database.run("benchmarks.sheets", "import", "--rows", rows, answer=True)
    table.add("import of new projects", database, found, f"≤ {sheets.IMPORT_S} s", found["cold_s"] <= sheets.IMPORT_S)
    others = found["others"]
    table.add("  another's small writes meanwhile", database, others | {"size": f"{others['writes']} writes"})
    table.add("  the longest of them", database, {"cold_s": others["max_ms"] / 1000})
    rows = str(int(sheets.EXPORTED * share))
    found = database.run("benchmarks.sheets", "export", "--rows", rows, answer=True)
    kept = found["peak_mb"] <= sheets.EXPORT_MB
    table.add("export of stage events as CSV", database, found, f"≤ {sheets.EXPORT_MB} MB", kept)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 30))
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guatu-bench-") as temporary:
        folder = (options.keep or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        databases, stops = build(options, folder)
        try:
            failed = measure(options, databases)
        finally:
            for stop in stops:
                stop()
    if failed:
        sys.exit("Promises that were not kept:\n  " + "\n  ".join(failed))


if __name__ == "__main__":
    main()
