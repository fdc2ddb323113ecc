"""Installations made for one test: a home of its own, and a database of its own on PostgreSQL where one is wanted."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def postgresql_server() -> str:
    """The server of this run of the tests; one is started where the run is on SQLite."""
    if "DATABASE_URL" in os.environ:
        return os.environ["DATABASE_URL"]
    from tools import postgres

    return postgres.start()[0]


class Installation:
    """An empty home; `server` is the url of a PostgreSQL on which it makes a database, None for SQLite."""

    def __init__(self, home: Path, server: str | None):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUATU_", "DATABASE_URL"))}
        self.home = home
        self.env = {**kept, "GUATU_HOME": str(home), "PYTHONIOENCODING": "utf-8", "GUATU_LANGUAGE": "en",
                    "DJANGO_SETTINGS_MODULE": "guatu.site.settings"}
        if server is not None:
            import psycopg

            name = f"guests_{secrets.token_hex(4)}"
            with psycopg.connect(server, autocommit=True) as link:
                link.execute(f'CREATE DATABASE "{name}"')
            self.env["DATABASE_URL"] = f"{server.rsplit('/', 1)[0]}/{name}"

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
