"""Writes of target lists: making one, putting enterprises on it, assigning them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Organisation
from guatu.kernel.scope import Actor
from guatu.outreach.models import Target, TargetList, Trip
from guatu.outreach.queries.targets import Targets, of_enterprise
from guatu.outreach.queries.targets_lists import of_list
from guatu.outreach.targets_choices import REASONED
from guatu.outreach.targets_words import sentences


def make_list(actor: Actor, name: str, zone: Organisation, chain: str = "", node: str = "", **more) -> TargetList:
    """A list for a gap of a zone. Raises Refusals."""
    return actions.create(actor, TargetList, {"name": name.strip(), "zone": zone.pk, "chain": chain, "node": node, **more})


def put_on_list(
    actor: Actor, target_list: TargetList, found: Targets, keys: Sequence[str], unit: int | None = None, officer: int | None = None
) -> tuple[int | None, int]:
    """Puts enterprises of a ranking on a list, with the reasons as they stand, in one recording; those that are on it already are assigned
    anew where somebody is named. Returns the recording and how many were put on it.

    Raises Faulty when nobody is chosen or one is left out of the ranking, NotFound, Refusals; then nothing was written.
    """
    if not keys:
        raise Faulty("nobody_chosen", _("Nobody was chosen. Tick the enterprises that go on the list."), "key")
    present = of_list(target_list)
    assigned = {name: value for name, value in (("unit", unit), ("officer", officer)) if value}
    changes, added = [], 0
    for key in dict.fromkeys(keys):
        row = of_enterprise(found, key)
        if key in present:
            changes.append(Change("change", Target, dict(assigned), row=present[key]))
            continue
        if row.excluded is not None:
            raise Faulty("left_out", _("“%(name)s” is not to be approached: %(why)s") % {
                "name": row.candidate.name, "why": row.excluded.sentence(_)}, "key")
        added += 1
        changes.append(Change("create", Target, {
            "target_list": target_list.pk, "key": key, "name": row.candidate.name, "uscc": row.candidate.uscc or "",
            "ranked_on": found.as_of, "rank": found.rank(key), "score": row.score, "reasons": "\n".join(sentences(row)),
        } | assigned))
    return actions.write(actor, [change for change in changes if change.op == "create" or change.values]), added


def assign(actor: Actor, target: Target, unit: int | None, officer: int | None, state: str = "", reason: str = "") -> Target:
    """Says who approaches a target, and how far it has come. Raises Refusals."""
    values = {"unit": unit, "officer": officer} | ({"state": state} if state else {}) | ({"reason": reason} if reason else {})
    return actions.change(actor, target, values)


def put_on_trip(actor: Actor, targets: Sequence[Target], trip: Trip) -> tuple[int | None, int]:
    """Puts targets among the firms to be visited on a trip, in one recording; those that are there already stay. Returns the
    recording and how many were put there.

    Raises Faulty when nobody is chosen or one was dropped or barred, Refusals; then nothing was written.
    """
    if not targets:
        raise Faulty("nobody_chosen", _("Nobody was chosen. Tick the enterprises that are to be visited."), "target")
    for row in targets:
        if row.state in REASONED:
            raise Faulty("not_approached", _("“%(name)s” is not approached any more: %(why)s") % {
                "name": row.name, "why": row.reason}, "target")
    fresh = [row for row in targets if row.trip_id != trip.pk]
    number = actions.write(actor, [Change("change", Target, {"trip": trip.pk}, row=row) for row in fresh]) if fresh else None
    return number, len(fresh)
