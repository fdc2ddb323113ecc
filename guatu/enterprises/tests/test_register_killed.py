"""SIGKILL at random instants of an import: started again, it goes on, and the register is as if nothing had happened."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from guatu.enterprises.tests.register_world import csv_text, row, write

ROOT = Path(__file__).resolve().parents[3]
CHILD = [sys.executable, "-m", "guatu.enterprises.tests.load_until_killed"]


def begin(home: Path, file: Path) -> subprocess.Popen:
    env = {**os.environ, "GUATU_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([*CHILD, str(file)], env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def whole(home: Path, file: Path) -> dict:
    out, err = begin(home, file).communicate(timeout=120)
    assert out, err[-3000:]
    return json.loads(out.splitlines()[-1])


def stored(home: Path) -> list[dict]:
    parts = json.loads((home / "warehouse/register/snapshots/000001.json").read_text(encoding="utf-8"))["parts"]
    rows = [one for part in parts for one in pq.read_table(home / "warehouse/register" / part["path"]).to_pylist()]
    return sorted(rows, key=lambda one: one["key"])


def test_a_killed_import_goes_on(tmp_path):
    cities = ["青岛", "济南", "烟台", "淄博", "东营", "泰安"]
    file = write(tmp_path / "a.csv", csv_text([
        row(n % 19_000, 城市=cities[n % 19_000 % 6], 注册资本="万人民币" if n % 1000 == 7 else f"{n}万元") for n in range(20_000)]))
    expected = whole(tmp_path / "straight", file)
    assert (expected["rows"], expected["accepted"], expected["rejected"]) == (20_000, 19_000, 1000)
    chance, home = random.Random(), tmp_path / "killed"
    kept = 0
    for stage in ("reading", "writing", "reading"):
        child = begin(home, file)
        line = child.stdout.readline().strip()
        while line and line != stage and not line.startswith("{"):
            line = child.stdout.readline().strip()
        time.sleep(chance.uniform(0, 0.3))
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
        batches = len(list(home.glob("warehouse/register/parts/*/batches/*.parquet")))
        snapshots = list(home.glob("warehouse/register/snapshots/*.json"))
        assert snapshots or batches >= kept, "finished batches were lost"
        kept = batches
    result = whole(home, file)
    if result["unchanged"]:  # a strike fell behind the publishing
        assert result["unchanged"] == 19_000
    else:
        assert result == expected
    assert stored(home) == stored(tmp_path / "straight")
