"""Fifty people at once: serves the generated zone as an office would and lets locust walk through it.

    python -m benchmarks.load --keep FOLDER [--database sqlite|postgresql] [--users 50] [--seconds 300] [--workers 2]

FOLDER is one that `python -m benchmarks --keep FOLDER` has filled. Each person reads a page for `--reads` seconds before
the next; half of them write now and then. Prints a table by kind of page and exits 1 when any request failed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

from benchmarks.__main__ import ROOT, Database, say
from tools import postgres

SERVED_WITHIN_S = 90
PROJECTS = 2000
COLUMNS = (
    ("page", "Name", 34), ("requests", "Request Count", 9), ("failed", "Failure Count", 7), ("median ms", "50%", 10),
    ("p95 ms", "95%", 8), ("p99 ms", "99%", 8), ("requests/s", "Requests/s", 11),
)


def people(users: int, seed: int, reads_s: list[float]) -> dict:
    """Makes the people where they are not there yet, logs each of them in, and says what each may write."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import ApiToken, Membership, Organisation, User
    from guatu.kernel.scope import Actor
    from guatu.projects.models import Project

    zones = list(Organisation.everything.filter(kind="functional_zone").order_by("code"))
    root = Organisation.everything.get(code="gz")
    names = [f"load-{number:03d}" for number in range(users)]
    missing = set(names) - set(User.everything.filter(username__in=names).values_list("username", flat=True))
    changes = []
    for number, name in enumerate(names):
        if name in missing:
            user = Change("create", User, {"username": name, "name": name})
            place, role = (root, "supervision") if number % 2 else (zones[number % len(zones)], "project_officer")
            changes += [user, Change("create", Membership, {"user": user, "organisation": place.pk, "role": role})]
    actions.write(Actor.system("cli"), changes, note="50 人同时使用")
    found = []
    until = timezone.now() + timedelta(days=1)
    for number, name in enumerate(names):
        user, client = User.everything.get(username=name), Client(HTTP_USER_AGENT="locust")
        client.force_login(user)
        _token, key = ApiToken.new(user, "load", until)
        own = Project.everything.filter(withdrawn=False, zone=zones[number % len(zones)]).order_by("pk")
        numbers = list(own.values_list("pk", flat=True))
        found.append({
            "name": name, "session": client.cookies[settings.SESSION_COOKIE_NAME].value, "token": key,
            # A stride for each person keeps two of them from changing the same row.
            "projects": [] if number % 2 else numbers[number::users],
            "reads": [] if number % 2 else numbers[:PROJECTS],  # nobody opens what lies beyond their reach
        })
    projects = Project.everything.filter(withdrawn=False).order_by("pk").values_list("pk", flat=True)
    return {
        "people": found, "projects": list(projects[:PROJECTS]), "cookie": settings.SESSION_COOKIE_NAME, "seed": seed,
        "today": timezone.localdate().isoformat(), "reads_s": reads_s,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + SERVED_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    sys.exit("The generated zone was not served.")


def walk(database: Database, options, folder: Path) -> list[dict]:
    """Serves the zone and sends the people through it; returns locust's rows, the last one of all together."""
    plan = folder / "plan.json"
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", "--plan", str(plan), "--users", str(options.users),
         "--seed", str(options.seed), "--reads", *map(str, options.reads)],
        env=database.environment, cwd=ROOT, check=False,
    )
    if made.returncode:
        sys.exit("The people could not be made.")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "guatu", "serve", "--port", str(port), "--workers", str(options.workers)],
        env=database.environment, cwd=ROOT, stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/login/", server)
        subprocess.run(
            [sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks" / "visitors.py"), "--headless", "--only-summary",
             "--host", f"http://127.0.0.1:{port}", "--users", str(options.users), "--spawn-rate", "5",
             "--run-time", f"{options.seconds}s", "--csv", str(folder / "load"), "--exit-code-on-error", "0"],
            env=database.environment | {"GUATU_LOAD": str(plan)}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        server.terminate()
        server.wait(20)
    for line in _rows(folder / "load_failures.csv"):
        say(f"FAILED {line['Occurrences']}×: {line['Name']}: {line['Error']}")
    return _rows(folder / "load_stats.csv")


def _rows(path: Path) -> list[dict]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(rows: list[dict]) -> None:
    say(" ".join(title.ljust(width) if not place else title.rjust(width)
                 for place, (title, _key, width) in enumerate(COLUMNS)))
    for row in sorted(rows, key=lambda row: (row["Name"] == "Aggregated", row["Name"])):
        cells = []
        for place, (_title, key, width) in enumerate(COLUMNS):
            text = f"{float(row[key]):.1f}" if key == "Requests/s" else row[key].replace("Aggregated", "all together")
            cells.append(text.rjust(width) if place else text.ljust(width))
        say(" ".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reads", type=float, nargs=2, default=[5, 15], help="seconds that somebody reads a page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plan:
        options.plan.write_text(json.dumps(people(options.users, options.seed, options.reads)), encoding="utf-8")
        return
    if options.keep is None or not (options.keep / "built").exists():
        sys.exit("Name with --keep a folder that `python -m benchmarks --keep FOLDER` has filled.")
    stop, home = None, options.keep / "home"
    database = Database("SQLite", home, None)
    if options.database == "postgresql":
        url, stop = postgres.start()
        database = Database("PostgreSQL", options.keep / "home-postgresql", url)
        database.run("benchmarks.transfer", str(home / "guatu.sqlite3"))
    with tempfile.TemporaryDirectory(prefix="guatu-load-") as temporary:
        try:
            rows = walk(database, options, Path(temporary))
        finally:
            if stop:
                stop()
    low, high = options.reads
    say(f"{database.name}: {options.users} people for {options.seconds} s, reading a page for {low:g} to {high:g} s, "
        f"{options.workers} web processes on {os.cpu_count()} cores")
    table(rows)
    if any(int(row["Failure Count"]) for row in rows):
        sys.exit("Some requests failed.")


if __name__ == "__main__":
    main()
