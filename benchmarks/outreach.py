"""`python -m benchmarks.outreach`: 100,000 leads and 20,000 trips on SQLite and on PostgreSQL, and every page of them timed.

    python -m benchmarks.outreach [--leads 100000] [--trips 20000] [--database sqlite|postgresql|both] [--rounds 20]
                                  [--only WORD] [--keep FOLDER]

Leads are made through the one door in, trips put into the tables as they are; PostgreSQL gets the same rows. Beside them
stand admission sheets, target lists with 20,000 targets, and 20,000 enterprises of which 400 look like another. Every page runs
in a process of its own: `cold` is its first request, with SQLite's file out of the system's memory; `after a write` means that a
lead and a trip were changed before each request, so that nothing kept for the former head helps. `ratio` compares the median
with the baseline of the same run: one look at each row of the table of visits. Exits 1 when a median is above
300 ms or the number of queries is not constant. With --keep the filled folder is
used again by the next run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.__main__ import Database, say
from tools import postgres

MOST_MS = 300
#: Pages that are also asked for after a write each time.
WRITTEN = ("lead board", "funnel", "list of leads", "list of visits", "ledger, the city's year", "likely duplicates")
AFTER = ", after a write"
HEADER = ("page", "database", "cold s", "median ms", "p95 ms", "CPU ms", "queries", "peak MB", "ratio")
WIDTHS = (42, 10, 6, 9, 7, 7, 7, 7, 6)
BASELINE = "baseline: one look at each visit"


# -- in a process of its own -------------------------------------------------------------------------------------------


def fill(leads: int, trips: int) -> None:
    from benchmarks import leads as of_leads
    from benchmarks import outreach_rest as rest
    from benchmarks import trips as of_trips
    from guatu.kernel import housekeeping
    from guatu.site.setup import set_up

    set_up(lambda *_said: None)
    of_leads.fill(leads)
    of_trips.generate(trips)
    rest.fill(min(1.0, leads / 100_000))
    housekeeping.count_for_planner()  # as the worker does within a minute, and PostgreSQL by itself


def pages() -> dict[str, str]:
    from benchmarks import leads, outreach_rest, trips

    found = leads.pages() | trips.pages() | outreach_rest.pages()
    return {BASELINE: ""} | found | {f"{name}{AFTER}": found[name] for name in WRITTEN}


def sizes() -> dict[str, int]:
    from guatu.enterprises.models import Enterprise
    from guatu.outreach.models import AdmissionSheet, Lead, Target, Trip, TripCost, Visit, VisitLead

    models = (Lead, Trip, Visit, VisitLead, TripCost, AdmissionSheet, Target, Enterprise)
    return {str(model._meta.verbose_name_plural): model.everything.count() for model in models}


def write() -> None:
    """A lead and a trip are changed, as somebody else might between two questions."""
    from guatu.kernel import actions
    from guatu.kernel.scope import Actor
    from guatu.outreach.models import Lead, Trip

    for model in (Lead, Trip):
        actions.change(Actor.system("setup"), model.everything.order_by("pk").first(), {"note": str(time.monotonic_ns())})


def measure(name: str, rounds: int) -> dict:
    from django.db import connection
    from django.test import Client

    from benchmarks.measure import counted, figures, forget_file, peak_mb
    from guatu.kernel.models import User

    url = pages()[name]
    client = Client()
    client.force_login(User.everything.get(username="bl-0" if name == "own leads" else "bench"))
    forget_file()
    connection.close()
    times, worked, queries = [], [], []
    for _round in range(rounds + 1):
        if name.endswith(AFTER):
            write()
        with counted() as seen:
            began, busy = time.perf_counter(), time.process_time()
            if url:
                answer = client.get(url)
            else:
                look()
            times.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        if url and answer.status_code != 200:
            raise SystemExit(f"{url} answered {answer.status_code}")
        queries.append(seen[0])
    return figures(times) | {
        "queries": sorted(set(queries[2:])), "cpu_ms": statistics.median(worked[1:]) * 1000, "peak_mb": peak_mb()}


def look() -> None:
    """The plainest thing the database can do over the visits: look at each once."""
    from django.db import connection

    with connection.cursor() as cursor:
        # The sum keeps the database from answering out of an index alone.
        cursor.execute("SELECT count(*), sum(trip_id), max(minutes) FROM outreach_visit")
        cursor.fetchone()


# -- the whole run -----------------------------------------------------------------------------------------------------


def line(cells) -> str:
    return " ".join(str(cell).ljust(width) if place < 2 else str(cell).rjust(width)
                    for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))).rstrip()


def told(name: str, database: Database, found: dict, base_ms: float) -> str:
    return line((
        name, database.name, f"{found['cold_s']:.2f}", f"{found['median_ms']:.0f}", f"{found['p95_ms']:.0f}", f"{found['cpu_ms']:.0f}",
        "–".join(map(str, dict.fromkeys((found["queries"][0], found["queries"][-1])))), f"{found['peak_mb']:.0f}",
        f"{found['median_ms'] / base_ms:.1f}"))


def run(options, folder: Path) -> list[str]:
    sqlite, stops, failed = Database("SQLite", folder / "home", None), [], []
    me = "benchmarks.outreach"
    if not (folder / "filled").exists():
        began = time.monotonic()
        sqlite.run(me, "--part", "fill", "--leads", str(options.leads), "--trips", str(options.trips))
        (folder / "filled").write_text(f"{options.leads} {options.trips}\n")
        say(f"SQLite: filled in {time.monotonic() - began:.0f} s")
    databases = [sqlite] if options.database != "postgresql" else []
    try:
        if options.database != "sqlite":
            url, stop = postgres.start()
            stops.append(stop)
            began = time.monotonic()
            databases.append(Database("PostgreSQL", folder / "home-postgresql", url))
            databases[-1].run("benchmarks.transfer", str(folder / "home" / "guatu.sqlite3"))
            say(f"PostgreSQL: the same rows, copied in {time.monotonic() - began:.0f} s")
        about = databases[0].run(me, "--part", "about", answer=True)
        say(", ".join(f"{number:,} {name}" for name, number in about["sizes"].items()))
        say(line(HEADER))
        for database in databases:
            base = 1.0
            for name in about["pages"]:
                if name != BASELINE and options.only not in name:
                    continue
                found = database.run(me, "--part", name, "--rounds", str(options.rounds), answer=True)
                base = found["median_ms"] if name == BASELINE else base
                say(told(name, database, found, base))
                if len(found["queries"]) > 1:
                    failed.append(f"{name} on {database.name}: {found['queries']} queries")
                if found["median_ms"] > MOST_MS:
                    failed.append(f"{name} on {database.name}: {found['median_ms']:.0f} ms")
    finally:
        for stop in stops:
            stop()
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.outreach", description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--trips", type=int, default=20_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--part", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        import django

        django.setup()
        if options.part == "fill":
            fill(options.leads, options.trips)
        else:
            found = {"sizes": sizes(), "pages": list(pages())} if options.part == "about" else measure(options.part, options.rounds)
            print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(prefix="guatu-outreach-") as temporary:
        folder = (options.keep or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        failed = run(options, folder)
    if failed:
        sys.exit("What was promised and not kept:\n  " + "\n  ".join(failed))


if __name__ == "__main__":
    main()
