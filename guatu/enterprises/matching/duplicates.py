"""Enterprises of the record database that may be one: for the list of likely duplicates, and before a new one is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from guatu.enterprises.matching.everybody import rules
from guatu.enterprises.matching.searching import parse_asked
from guatu.enterprises.models import Enterprise, MatchVerdict
from guatu.enterprises.queries import parted
from guatu.enterprises.rules.likeness import Book, Known
from guatu.enterprises.rules.matching import Likeness, Reason
from guatu.kernel.kept import once
from guatu.kernel.recording import mark_of
from guatu.kernel.scope import Scope

parsed = lru_cache(200_000)(parse_asked)


def known(pk: int, code: str, uscc: str, name: str, short_name: str, former_names: str) -> Known:
    """An enterprise with all its names taken apart."""
    texts = [name, *filter(None, (short_name, *parted(former_names or "")))]
    return Known(pk, code, uscc or "", tuple(parsed(text) for text in dict.fromkeys(texts)), name)


def mark() -> str:
    """Names what the list of likely duplicates hangs on: the enterprises as they stand, and by what names are judged."""
    return f"{mark_of(Enterprise)}|{rules()}"


def book(stands: str = "") -> Book:
    """Every enterprise that stands, whoever may see it; read anew when one was written. `stands` is their `mark`."""
    def read() -> Book:
        rows = Enterprise.everything.filter(withdrawn=False, merged_into=None).values_list(
            "pk", "code", "uscc", "name", "short_name", "former_names")
        return Book([known(*row) for row in rows], rules()[0])

    return once("enterprises.likeness", stands or mark(), read)


def least() -> float:
    return rules()[1].doubtful


@dataclass(frozen=True)
class Pair:
    """Two enterprises that look alike, and what somebody has judged of them ("" for nobody)."""

    likeness: Likeness
    left: Enterprise
    right: Enterprise
    verdict: str = ""


def verdicts() -> dict[tuple[str, str], str]:
    """What was judged of each pair of codes; the newest counts."""
    rows = MatchVerdict.everything.filter(superseded_by=None, withdrawn=False).order_by("counts_from", "id")
    return {(left, right): verdict for left, right, verdict in rows.values_list("left", "right", "verdict")}


def queue(scope: Scope, text: str = "", judged: str = "open") -> list[tuple[Likeness, int, int, str]]:
    """Pairs of enterprises within reach that look alike, the likest first, as likeness, numbers and verdict; `judged`: open
    (nobody has decided that they are two), different or all. `text` must stand in a name or code of either."""
    said = verdicts()
    found = []
    stands = mark()
    everybody = book(stands)
    pairs = once("enterprises.pairs", stands, lambda: list(everybody.pairs(least())))
    within = dict(Enterprise.objects.within(scope).values_list("pk", "name"))
    wanted = text.strip().casefold()
    for likeness, left, right in pairs:
        if left.pk not in within or right.pk not in within:
            continue
        if wanted and not any(
            wanted in part.casefold() for row in (left, right) for part in (row.code, row.uscc, within[row.pk])
        ):
            continue
        verdict = said.get((left.code, right.code), "")
        if judged == "all" or (judged == "different") == (verdict == "different"):
            if verdict == "same":
                likeness = Likeness(likeness.score, (*likeness.reasons, Reason("judged_same")))
            found.append((likeness, left.pk, right.pk, verdict))
    return sorted(found, key=lambda row: (-row[0].score, row[1], row[2]))


def rows_of(scope: Scope, pairs: list[tuple[Likeness, int, int, str]]) -> list[Pair]:
    """A page of the queue with its enterprises, in one query."""
    wanted = {pk for _likeness, left, right, _verdict in pairs for pk in (left, right)}
    rows = Enterprise.objects.within(scope).select_related("zone").in_bulk(wanted)
    return [Pair(likeness, rows[left], rows[right], verdict) for likeness, left, right, verdict in pairs]
