"""Installations made for one test: a home of its own, and a database of its own on PostgreSQL where one is wanted.

To make tables takes a program most of its start; so for each run of the tests an empty installation and a demo zone are
made once, by the commands that people use, and copied for whoever asks for `like="setup"` or `like="demo"`.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


def postgresql_server() -> str:
    """The server of this run of the tests; one is started where the run is on SQLite."""
    if "DATABASE_URL" in os.environ:
        return os.environ["DATABASE_URL"]
    from tools import postgres

    return postgres.start()[0]


class Installation:
    """A home; `server` is the url of a PostgreSQL on which it makes a database, None for SQLite.

    Empty, or `like` one on which `guatu setup` or `guatu demo --no-serve` has run.
    """

    def __init__(self, home: Path, server: str | None, like: str = ""):
        ready = made_ready(like, server) if like else None
        if ready is not None:
            shutil.copytree(ready.home, home, dirs_exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUATU_", "DATABASE_URL"))}
        self.home = home
        self.env = {**kept, "GUATU_HOME": str(home), "PYTHONIOENCODING": "utf-8", "GUATU_LANGUAGE": "en",
                    "DJANGO_SETTINGS_MODULE": "guatu.site.settings"}
        if server is not None:
            import psycopg

            name = f"guests_{secrets.token_hex(4)}"
            copied = f' TEMPLATE "{ready.database}"' if ready is not None else ""
            with psycopg.connect(server, autocommit=True) as link:
                link.execute(f'CREATE DATABASE "{name}"{copied}')
            self.env["DATABASE_URL"] = f"{server.rsplit('/', 1)[0]}/{name}"

    @property
    def database(self) -> str:
        """Its name on the PostgreSQL server."""
        return self.env["DATABASE_URL"].rsplit("/", 1)[1]

    def python(self, *arguments: str, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, *arguments], env={**self.env, **more}, cwd=ROOT, capture_output=True,
                              text=True, encoding="utf-8", timeout=300)

    def guatu(self, *words: str) -> subprocess.CompletedProcess:
        return self.python("-m", "guatu", *words)

    def answer(self, *words: str):
        done = self.guatu(*words, "--json")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    def refused(self, *words: str) -> str:
        """The sentence by which a command refuses."""
        done = self.guatu(*words)
        assert done.returncode == 1, (done.returncode, done.stdout[-1000:], done.stderr[-3000:])
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        return done.stderr.strip()

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, *arguments], env=self.env, cwd=ROOT, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, encoding="utf-8")


#: What is run to make each kind, upon another kind that was made before it.
KINDS = {"setup": (["setup"], ""), "demo": (["demo", "--no-serve"], "setup")}


def made_ready(kind: str, server: str | None) -> Installation:
    """The installation that others of its kind are copied from: made by whichever worker of this run asks first."""
    place = Path(os.environ["GUATU_TEST_SHARED"])
    home = place / f"{kind}-{urlsplit(server).port if server else 'sqlite'}"
    noted = home.with_suffix(".env.json")
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not noted.exists():
            words, before = KINDS[kind]
            made = Installation(home, server, like=before)
            made.env["GUATU_LANGUAGE"] = "zh-hans"  # the notes of what was recorded stay in it
            made.answer(*words)
            noted.write_text(json.dumps(made.env), encoding="utf-8")
    found = Installation(home, None)
    found.env = json.loads(noted.read_text(encoding="utf-8"))
    return found
