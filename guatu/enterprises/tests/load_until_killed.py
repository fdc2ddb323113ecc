"""A child process that imports a register until it is killed; the batches are small, so that a kill falls between many.

    python -m guatu.enterprises.tests.load_until_killed FILE    prints “reading” and “writing” as it comes there, then the counts
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from guatu.enterprises.register import loading, merging, reading  # noqa: E402
from guatu.enterprises.rules.capital import Rates  # noqa: E402

if __name__ == "__main__":
    reading.BATCH_ROWS = 500
    merging.MOST_ROWS = 700
    loading.capital_rates = lambda: Rates({})  # no database is needed here
    stages: set[str] = set()

    def told(done: int, total: int, stage: str) -> None:
        if done and stage not in stages:
            stages.add(stage)
            print(stage, flush=True)

    data = loading.load([Path(sys.argv[1])], told=told).as_data()
    print(json.dumps({name: value for name, value in data.items() if name not in ("seconds", "peak_mb", "reject_file")}))
