"""Who is not to be approached: barred, or in talks already.

An app or module that knows of talks says so:

    @fill("outreach.in_talks")
    def from_leads(scope, zone, as_of, known_at, candidates): return {key: "sentence"}

and of barred enterprises likewise with "outreach.barred". A provider answers for all candidates at once, within the reader's
scope, in a number of queries that does not hang on how many they are. `zone` is an Organisation; its pk is None where a region
stands for a zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from guatu.kernel.models import Organisation
from guatu.kernel.registry import slot
from guatu.kernel.scope import Scope
from guatu.outreach.rules.targets import Candidate


@dataclass(frozen=True)
class LeftOut:
    """Sentences by the key in the register."""

    barred: dict[str, str]
    in_talks: dict[str, str]


def left_out(
    scope: Scope, zone: Organisation, as_of: date, known_at: datetime | None, candidates: Sequence[Candidate]
) -> LeftOut:
    """What all providers say; the first to speak of an enterprise is heard."""
    asked = {"scope": scope, "zone": zone, "as_of": as_of, "known_at": known_at, "candidates": candidates}
    found = []
    for name in ("outreach.barred", "outreach.in_talks"):
        said: dict[str, str] = {}
        for answer in slot(name, **asked):
            said = dict(answer) | said
        found.append(said)
    return LeftOut(*found)
