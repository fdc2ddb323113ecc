"""Proposals for a chain: pages of them, and which are meant by a decision."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from guatu.chains.models import ChainProposal

PAGE = 30
#: Decided at once.
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Page:
    """A page of proposals; `total` of this kind, state and search, `counts` by kind and state of the whole chain."""

    rows: list[ChainProposal]
    total: int
    number: int
    pages: int
    counts: dict[tuple[str, str], int]


def page_of(code: str, state: str = "open", kind: str = "", text: str = "", number: int = 1) -> Page:
    """The proposals of a chain, the most often said first. Three queries."""
    rows = _of(code, state, kind, text)
    total = rows.count()
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    counts = {(one["state"], one["kind"]): one["n"] for one in ChainProposal.objects.filter(chain=code).order_by().values(
        "state", "kind").annotate(n=Count("id"))}
    found = list(rows.select_related("decided_by")[(number - 1) * PAGE : number * PAGE])
    return Page(found, total, number, pages, counts)


def meant(code: str, state: str, kind: str, text: str, numbers: list[int] | None) -> list[ChainProposal]:
    """The first 500 of those that a page asks for: all that fit, or those of these numbers."""
    rows = _of(code, state, kind, text)
    return list((rows if numbers is None else rows.filter(pk__in=numbers))[:MOST_AT_ONCE])


def by_mark(code: str, marks: list[str]) -> dict[str, ChainProposal]:
    """Those of a chain that are there already, by their marks."""
    found: dict[str, ChainProposal] = {}
    for start in range(0, len(marks), 500):
        found |= {one.mark: one for one in ChainProposal.objects.filter(chain=code, mark__in=marks[start : start + 500])}
    return found


def _of(code: str, state: str, kind: str, text: str) -> QuerySet:
    rows = ChainProposal.objects.filter(chain=code, state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(word__icontains=text) | Q(node__icontains=text))
    return rows
