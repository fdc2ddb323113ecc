"""Exchange rates for registered capital: yearly figures that come with the program, and the installation's own."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

from guatu.enterprises.rules.capital import Rates
from guatu.kernel.models import ExchangeRate
from guatu.kernel.queries import versions

FILE = Path(__file__).resolve().parent.parent / "data" / "capital_rates.csv"


def capital_rates() -> Rates:
    """Yuan for one unit of each currency from each day on. A rate of the record database counts before one of the file
    that begins on the same day."""
    points: dict[str, dict[date, Decimal]] = defaultdict(dict)
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            points[row["currency"]][date.fromisoformat(row["from"])] = Decimal(row["cny_per_unit"])
    rows = versions(ExchangeRate).order_by("counts_from", "id")
    for day, currency, rate in rows.values_list("counts_from", "currency", "cny_per_unit"):
        points[currency][day] = rate
    return Rates({currency: tuple(sorted(days.items())) for currency, days in points.items()})
