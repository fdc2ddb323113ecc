"""The places that the program comes with (`data/divisions.csv`, `data/counties.csv`)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from guatu.enterprises.register.divisions import divisions
from guatu.enterprises.rules.names import Places

COUNTIES = Path(__file__).resolve().parent.parent / "data" / "counties.csv"


@cache
def places() -> Places:
    """Provinces, prefectures, Qingdao's districts, and the counties and county-level cities that names begin with."""
    with COUNTIES.open(encoding="utf-8", newline="") as stream:
        counties = [(row["name"], row["prefecture"]) for row in csv.DictReader(stream)]
    return Places.of(divisions().rows.values(), counties)
