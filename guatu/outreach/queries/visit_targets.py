"""Which entry of a target list a visit was paid for: the firm called on, among those to be visited on the trip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from guatu.enterprises.models import Enterprise
from guatu.enterprises.rules.credit_codes import clean_code
from guatu.kernel.bulk import chunks
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.outreach.models import Target, Trip
from guatu.outreach.rules.firms import normal_name

#: A firm called on: identity on file or None, and the name as written.
Called = tuple[int | None, str]
MOST = 200


def targets_of_trips(trips: Collection[int]) -> dict[int, list[Target]]:
    """By trip every target to be visited on it; who may see them is the caller's affair. One query for each few hundred."""
    found: dict[int, list[Target]] = defaultdict(list)
    for chunk in chunks(sorted(trips)):
        rows = Target.everything.filter(trip__in=chunk, withdrawn=False)
        for row in rows.select_related("target_list", "unit", "officer").order_by("pk"):
            found[row.trip_id].append(row)
    return found


def called_for(asked: Iterable[tuple[int, Called]]) -> dict[tuple[int, Called], Target]:
    """For visits (trip, firm called on) the target each was paid for. A firm that stands twice among those of a trip, for two
    gaps, is left to people. Two queries, or one where nobody is to be visited."""
    asked = set(asked)
    planned = targets_of_trips({trip for trip, _firm in asked})
    if not planned:
        return {}
    on_file = {}
    for chunk in chunks(sorted({pk for _trip, (pk, _name) in asked if pk is not None})):
        on_file |= {pk: (name, uscc) for pk, name, uscc in Enterprise.everything.filter(pk__in=chunk).values_list("pk", "name", "uscc")}
    found = {}
    for trip, (pk, written) in asked:
        name, code = on_file.get(pk, (written, ""))
        same = [row for row in planned.get(trip, ()) if is_same(row, name, code)]
        if len(same) == 1:
            found[trip, (pk, written)] = same[0]
    return found


def is_same(target: Target, name: str, code: str) -> bool:
    """Two known codes decide; else the name as compared does."""
    own, other = clean_code(target.uscc or ""), clean_code(code or "")
    return own == other if own and other else normal_name(target.name) == normal_name(name or "")


def to_visit(scope: Scope, trip: Trip) -> list[Target]:
    """The targets of a trip that a reader may see, by list and rank."""
    if not scope.may("targets"):
        return []
    rows = resource("targets").rows(scope).filter(trip=trip).select_related("target_list", "unit", "officer")
    return list(rows.order_by("target_list", "rank", "name")[:MOST])
