"""Figures of projects and the rows behind them: totals of lists cut by stage, chain or zone.

A figure is the sum of the totals of some lists for one value of a dimension. The page that opens it computes the same
totals from the same rows, so that figure and rows cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from guatu.chains.models import Chain
from guatu.kernel.bulk import chunks
from guatu.kernel.scope import Scope
from guatu.projects.queries import FiveLists, StateRow
from guatu.projects.queries.rows import read_rows
from guatu.projects.rules.lists import PARTITION, Total

#: Lists whose projects are under way, in the order of their stages: what investment is cut by.
UNDER_WAY = PARTITION[:4]
#: Lists and residuals whose projects stand at a stage: all but the paused, the cancelled and those of unknown stage.
AT_A_STAGE = tuple(name for name in PARTITION if name not in ("paused", "cancelled", "stage_unknown"))
COLUMNS = {"stage": "signature__stage", "chain": "chain_id", "part": "zone_id"}

Cut = dict[object, dict[str, Total]]


def cut(found: FiveLists) -> Cut:
    """Totals by list for each value of the dimension that `found` was asked for."""
    return dict(found.breakdown())


def by_stage(found: FiveLists) -> Cut:
    """The same by stage, whatever dimension `found` was asked for: a stage is part of each row's signature."""
    signatures = found.when.signatures
    groups: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _dimension, number, signature, *counted in found.groups:
        sums = groups[signatures[signature].stage, number, signature]
        for place, value in enumerate(counted):
            sums[place] += value
    turned = replace(
        found,
        groups=[(*key, *sums) for key, sums in groups.items()],
        batch_rows=[row._replace(dimension=signatures[row.signature_id].stage) for row in found.batch_rows],
        dimension="stage",
    )
    return cut(turned)


def together(totals: dict[str, Total], names: Iterable[str]) -> Total:
    return sum((totals[name] for name in names if name in totals), Total())


@dataclass(frozen=True)
class Part:
    """The rows of one list behind a figure: their total, and those of the page asked for."""

    name: str
    total: Total
    rows: list[StateRow]


def totals_of(found: FiveLists, word: str, key: object) -> dict[str, Total]:
    """The totals by list for one value; `found` must have been asked for the dimension (any one for a stage)."""
    return (by_stage(found) if word == "stage" else cut(found)).get(key, {})


def parts(
    found: FiveLists, word: str, key: object, names: tuple[str, ...], start: int, stop: int, order: tuple
) -> list[Part]:
    """The rows `start` to `stop` behind a figure, list by list, with totals as on the wall; two queries."""
    totals = totals_of(found, word, key)
    inside = found.states.filter(**{COLUMNS[word]: key}).order_by(*order, "project_id")
    by_list: dict[str, list[int]] = {name: [] for name in names}
    for pk, zone_id, signature_id in inside.values_list("project_id", "zone_id", "signature_id"):
        for name in found.placements.lists_of(found.placements.class_of(zone_id), signature_id):
            if name in by_list:
                by_list[name].append(pk)
    wanted = [(name, pk) for name in names for pk in by_list[name]][start:stop]
    known = {
        row.project_id: row
        for chunk in chunks(sorted({pk for _name, pk in wanted}))
        for row in read_rows(found.when.states(Scope.whole()).filter(project_id__in=chunk), found.when)
    }
    return [
        Part(name, totals.get(name, Total()), [known[pk] for listed, pk in wanted if listed == name])
        for name in names
        if by_list[name]
    ]


def chain_codes(keys: Iterable[int | None]) -> dict[int, str]:
    """Codes of chains that rows within the reader's scope refer to."""
    return dict(Chain.everything.filter(pk__in=[key for key in keys if key is not None]).values_list("pk", "code"))


def chain_named(code: str) -> Chain | None:
    return Chain.everything.filter(code=code, withdrawn=False).first()
