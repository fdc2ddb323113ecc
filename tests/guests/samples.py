"""Which part of a long walk `make test` takes: another one each day, the same all day long, everything with `slow`.

GUATU_SAMPLE repeats the choice of a day that has passed: `GUATU_SAMPLE=2026-11-21 pytest tests/test_guests_requests.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from datetime import date


def today() -> date:
    return date.fromisoformat(os.environ.get("GUATU_SAMPLE") or date.today().isoformat())


def chance(*what: object) -> random.Random:
    """Today's dice for one walk, named by `what`."""
    return random.Random(ascii((today().toordinal(), *what)))  # `ascii`: what is tried may be no text at all


def some(these: Sequence, most: int, *what: object) -> list:
    """At most so many of these, in their order."""
    if len(these) <= most:
        return list(these)
    return [these[n] for n in sorted(chance(*what).sample(range(len(these)), most))]


def turn(these: Sequence, days: int, shift: int = 0) -> list:
    """Those whose turn it is today: each has it once in so many days. `shift` begins elsewhere, so that walks with
    different ones reach all of these on the same day."""
    return [one for place, one in enumerate(these) if (place + shift + today().toordinal()) % days == 0]
