"""SIGKILL at random instants of an import, commit included: all of its rows or none, no confirmed import lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.guests.installation import ROOT, Installation

CHILD = "guatu.projects.tests.import_until_killed"
pytestmark = [pytest.mark.both, pytest.mark.long]


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The environment of an installation of its own, set up."""
    made = Installation(tmp_path_factory.mktemp("killed"), os.environ.get("DATABASE_URL"), like="setup")
    return {**made.env, "GUATU_LANGUAGE": "zh-hans"}


def run(env, module: str, *arguments) -> str:
    done = subprocess.run([sys.executable, "-m", module, *arguments], env=env, cwd=ROOT, capture_output=True, text=True,
                          timeout=600)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
    return done.stdout


def strike(env, prefix: str, signal_line: str, after: float) -> list[str]:
    """Lets a child import until it prints `signal_line` and `after` seconds more; gives the imports it had confirmed."""
    with subprocess.Popen([sys.executable, "-m", CHILD, "import", prefix, env["GUATU_HOME"]], env=env, cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        lines = []
        while not lines or lines[-1] != signal_line:
            line = child.stdout.readline().strip()
            if not line:
                raise AssertionError(child.stderr.read()[-3000:])
            lines.append(line)
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        out, _err = child.communicate(timeout=60)
    return [json.loads(line) for line in [*lines, *out.splitlines()] if line.startswith('"') and line.endswith('"')]


def strikes(env, count: int) -> None:
    chance = random.Random()
    confirmed = set()
    for n in range(count):
        # Most strikes fall into the write itself and its commit, which is what could be half done.
        begin, within = ("ready", 1.5) if n % 5 == 4 else ("writing", 0.7)
        after = chance.uniform(0.0, within)
        confirmed.update(strike(env, f"k{count}x{n}", begin, after))
        state = json.loads(run(env, CHILD, "report"))
        assert set(state["rows"].values()) <= {2000}, (begin, after, state["rows"])
        assert confirmed <= state["rows"].keys(), f"lost: {confirmed - state['rows'].keys()}"
        whole = sum(state["rows"].values())
        assert (state["entries"], state["statements"], state["states"], state["strays"]) == (whole, whole, whole, 0)
    checked = json.loads(run(env, CHILD, "verify"))
    assert checked["audit"]["ok"], checked["audit"]
    assert all((done["missing"], done["wrong"]) == (0, 0) for done in checked["projections"])


def test_five_strikes(installation):
    strikes(installation, 5)


@pytest.mark.slow
def test_fifty_strikes(installation):
    strikes(installation, 50)
