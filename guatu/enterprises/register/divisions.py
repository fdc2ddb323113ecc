"""The divisions that the program comes with (`data/divisions.csv`)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from guatu.enterprises.rules.divisions import Division, Divisions

FILE = Path(__file__).resolve().parent.parent / "data" / "divisions.csv"


@cache
def divisions() -> Divisions:
    """Provinces and prefectures of GB/T 2260, counties directly under a province, and the districts of Qingdao."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return Divisions.of(
            Division(row["code"], row["name"], row["short_name"], tuple(filter(None, row["former_codes"].split(";"))))
            for row in csv.DictReader(stream)
        )
