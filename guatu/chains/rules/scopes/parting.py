"""Where a stretch may be parted between two items, so that what governs on one side is not changed by the other.

Most items of a scope have a verb of their own: 轴承制造，阀门销售. Read by itself each gives what it gives in its place.
`parted` says so where the rules of `segments` prove it; G is the last verb group before the mark, H the first behind it.
The mark goes to the part behind it, where it counts as a list beside H as it would in the whole. In every case

- G's run of verbs ends before the mark or at goods, so no verb joins it across the mark (`_run`);
- H has goods since G, or both G and H have goods beside them so that neither shares those of the other
  (`_joined_over_commas`);
- G does not look forward (`ENDS_VERB`: goods before it, none behind), or H does not look back (`BEGINS_VERB`: a mark
  before it, goods or a colon behind), so the stretch between them is not divided (`_divided`) and is governed as if the
  other were not there;
- nothing reaches into the stretch or over a ； inside it: the caller asks for parts only where there is no such thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guatu.chains.rules.scopes.segments import GOODS, PASSED

ENDS_VERB, ENDS_GOODS = 1, 2
BEGINS_GOODS, BEGINS_VERB = 1, 2
_JOINED = ("list", "join", *PASSED)  # what a run of verbs passes over


class Sides(NamedTuple):
    """How an item begins and ends, 0 when in no way that allows a part there.

    ENDS_VERB: in goods and verbs that stand directly behind them; ENDS_GOODS: goods stand behind its last verb, if any.
    BEGINS_GOODS: with goods; BEGINS_VERB: with verbs, and behind them goods or a colon."""

    begin: int
    end: int


def parted(before: Sides, mark: str, behind: Sides) -> bool:
    """Whether the two items beside a mark are governed as if each stood alone."""
    if behind.begin == BEGINS_VERB:
        # Verbs run together over 、: 轴承制造、销售阀门 is not parted, 轴承制造，销售阀门 is.
        return before.end == ENDS_GOODS or (before.end == ENDS_VERB and mark == ",")
    return behind.begin == BEGINS_GOODS and before.end == ENDS_VERB


def sides(kinds: Sequence[str]) -> Sides:
    """Of an item, from the kinds of its events."""
    return Sides(_begin(kinds), _end(kinds))


def _begin(kinds: Sequence[str]) -> int:
    if not kinds:
        return 0
    if kinds[0] in GOODS:
        return BEGINS_GOODS
    if kinds[0] != "verb":
        return 0
    behind = next((kind for kind in _behind_run(kinds) if kind not in PASSED), "")
    return BEGINS_VERB if behind in GOODS or behind == "colon" else 0


def _behind_run(kinds: Sequence[str]) -> Sequence[str]:
    """What stands behind the verbs with which an item begins."""
    after = 0
    for place, kind in enumerate(kinds):
        if kind == "verb":
            after = place + 1
        elif kind not in _JOINED:
            break
    return kinds[after:]


def _end(kinds: Sequence[str]) -> int:
    goods = max((place for place, kind in enumerate(kinds) if kind in GOODS), default=-1)
    if goods < 0:
        return 0
    rest = kinds[goods + 1 :]
    if "verb" not in rest:
        return ENDS_GOODS
    ends = rest[0] == "verb" and rest[-1] == "verb" and all(kind == "verb" or kind in _JOINED for kind in rest)
    return ENDS_VERB if ends else 0
