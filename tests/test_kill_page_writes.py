"""SIGKILL at random instants of page writes, commit included: nothing half-done, no confirmed write lost (line 7)."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.guests.installation import ROOT, Installation

pytestmark = [pytest.mark.both, pytest.mark.long]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The environment of an installation of its own, set up."""
    made = Installation(tmp_path_factory.mktemp("kill"), os.environ.get("DATABASE_URL"), like="setup")
    return {**made.env, "GUATU_LANGUAGE": "zh-hans"}


def run(env, *arguments) -> str:
    done = subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    return done.stdout


def strike(env, prefix: str, after: float) -> list:
    """Lets a writer write for `after` seconds, kills it, and returns what it had confirmed."""
    child = subprocess.Popen([sys.executable, "-m", "tests.kill.writer", "write", prefix], env=env, cwd=ROOT,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline().strip() == "ready", child.stderr.read()[-3000:]
    first = child.stdout.readline()  # the first write warms templates and imports; strike after it
    assert first, child.stderr.read()[-3000:]
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    out, _err = child.communicate(timeout=60)
    return [json.loads(line) for line in (first + out).splitlines() if line.endswith("]")]


def strikes(env, count: int) -> None:
    chance = random.Random()
    confirmed = []
    for n in range(count):
        confirmed += strike(env, f"k{count}-{n}", chance.uniform(0.0, 0.5))
        state = json.loads(run(env, "-m", "tests.kill.writer", "report"))
        rows = dict(state["rows"])
        for what, code in confirmed:
            assert code in rows, f"the confirmed row {code} is lost"
            assert what == "added" or rows[code] == "乙", f"the confirmed change of {code} is lost"
        assert state["entries"] == state["statements"], "a write is half done"
        assert state["audit"]["ok"], state["audit"]
    assert confirmed, "every strike came before the first write"


def test_five_strikes(installation):
    strikes(installation, 5)


@pytest.mark.slow
def test_fifty_strikes(installation):
    strikes(installation, 50)
