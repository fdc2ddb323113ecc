"""The steps of a report: owed, handed in, sent back, handed in again, accepted."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """One thing done to a report."""

    KEPT = "kept_as_draft"
    HANDED_IN = "handed_in"
    HANDED_IN_AGAIN = "handed_in_again"
    AMENDED = "amended"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"


#: Steps after which what the report says stands as fact.
FACTUAL = frozenset({Step.HANDED_IN, Step.HANDED_IN_AGAIN, Step.AMENDED})
REVIEWING = frozenset({Step.SENT_BACK, Step.ACCEPTED})

_TURNS = {
    ("owed", "submitted"): Step.HANDED_IN,
    ("returned", "submitted"): Step.HANDED_IN_AGAIN,
    ("submitted", "accepted"): Step.ACCEPTED,
    ("submitted", "returned"): Step.SENT_BACK,
    ("accepted", "returned"): Step.SENT_BACK,
}
_STAYS = {"owed": Step.KEPT, "returned": Step.KEPT, "submitted": Step.AMENDED}


class WrongStep(Exception):
    """A report in state `before` cannot come to state `after`; with both the same, it can no longer be changed."""

    def __init__(self, before: str, after: str):
        super().__init__(f"{before} {after}")
        self.before, self.after = before, after


def step(before: str, after: str, says_something: bool) -> Step | None:
    """The step from one state to another; None when nothing of the report is touched.

    `says_something`: whether what is reported (status, investment, problem, …) is stated along with it. Raises
    WrongStep.
    """
    if before != after:
        found = _TURNS.get((before, after))
        if found is None or (says_something and found in REVIEWING):
            raise WrongStep(before, after)
        return found
    if not says_something:
        return None
    if before not in _STAYS:
        raise WrongStep(before, after)
    return _STAYS[before]
