"""What one of the fifty people does, for locust: opens a page, reads it for some seconds, opens the next.

Started by `benchmarks.load`, which puts each person's session cookie and token, and where to go, into a file that
GUATU_LOAD names.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from locust import HttpUser, between, task

PLAN = json.loads(Path(os.environ["GUATU_LOAD"]).read_text(encoding="utf-8"))
FIRST_DAY, TODAY = date(2015, 6, 1), date.fromisoformat(PLAN["today"])
_next = count()


class Visitor(HttpUser):
    wait_time = between(*PLAN["reads_s"])

    def on_start(self):
        self.person = PLAN["people"][next(_next) % len(PLAN["people"])]
        self.chance = random.Random(f"{PLAN['seed']} {self.person['name']}")
        self.client.cookies.set(PLAN["cookie"], self.person["session"])

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.chance.randrange((TODAY - FIRST_DAY).days))

    def look(self, address: str, name: str) -> None:
        # A login page instead of the asked one would be a 200 too.
        with self.client.get(address, name=name, catch_response=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}: {answer.text[:200]}")

    @task(6)
    def wall(self):
        self.look(f"/wall/?as_of={self.day()}", "wall")

    @task(4)
    def five_lists(self):
        self.look(f"/lists/?as_of={self.day()}", "five lists")

    @task(2)
    def one_list(self):
        self.look(f"/lists/under_construction/?as_of={self.day()}&page={self.chance.randrange(1, 20)}", "one list")

    @task(2)
    def difference(self):
        end = self.day()
        self.look(f"/lists/difference/?from={end - timedelta(days=31)}&to={end}", "difference of 31 days")

    @task(6)
    def project(self):
        self.look(f"/r/projects/{self.chance.choice(self.person['reads'] or PLAN['projects'])}/?as_of={self.day()}", "project page")

    @task(5)
    def queue(self):
        self.look("/my/", "work queue")

    @task(2)
    def projects(self):
        self.look(f"/r/projects/?q={self.chance.randrange(100, 999)}", "search of projects")

    @task(1)
    def feed(self):
        with self.client.get(
            f"/api/projects/?limit=50&as_of={self.day()}", name="API: projects", catch_response=True,
            headers={"Authorization": f"Bearer {self.person['token']}"},
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}: {answer.text[:200]}")

    @task(3)
    def write(self):
        """A note on a project of one's own, so that no two people change the same row."""
        if not self.person["projects"]:
            return self.queue()
        row = self.chance.choice(self.person["projects"])
        with self.client.patch(
            f"/api/projects/{row}", name="API: a change written", catch_response=True,
            headers={"Authorization": f"Bearer {self.person['token']}"},
            json={"values": {"note": f"{self.person['name']} {self.chance.random()}"}},
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}: {answer.text[:200]}")
