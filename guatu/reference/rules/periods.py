"""Reporting periods as offices write them."""

from __future__ import annotations

import re
from datetime import date

from guatu.kernel.rules.days import counts_from, parse_day
from guatu.kernel.rules.refusals import BadCell


def end_of_period(text: str) -> date | None:
    """The last day of a period (2022, 2022H1, 2022Q1, 2022Q1-Q3, 2022-06, 2019-08/2022-06); None when it is none."""
    text = text.strip()
    if not text:
        return None
    if span := re.fullmatch(r"(\d{4})Q[1-4]-Q([1-4])", text):
        text = f"{span[1]}Q{span[2]}"
    if "/" in text and not re.fullmatch(r"\d{4}/\d{1,2}(/\d{1,2})?", text):
        text = text.rsplit("/", 1)[1]
    try:
        day = parse_day(text)
    except BadCell:
        return None
    return counts_from(day.day, day.precision)
