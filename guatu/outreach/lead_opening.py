"""Opening a lead from what is known already, a target of a list or a visit, so that nothing is typed a second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains.models import Chain
from guatu.enterprises.models import Enterprise
from guatu.enterprises.rules.credit_codes import checked_codes, clean_code
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.scope import Actor
from guatu.outreach.lead_actions import own_unit
from guatu.outreach.models import Lead, Target, Trip, Visit
from guatu.outreach.queries.alike import known_firm
from guatu.outreach.targets_choices import OPEN


@dataclass(frozen=True)
class Ground:
    """What a lead is opened on: the firm, who wants it, who follows it from which day, and the target it comes from."""

    name: str
    code: str
    enterprise: int | None
    zone: int
    unit: int | None
    owner: int | None
    day: date
    origin: str
    stage: str
    target: Target | None = None
    source: int | None = None


def of_target(actor: Actor, target: Target, day: date | None = None) -> Ground:
    """A target as the ground of a lead; whoever it is assigned to follows it, else whoever opens it."""
    listed = target.target_list
    return Ground(
        target.name[:200], target.uscc, None, listed.zone_id, target.unit_id or listed.unit_id or own_unit(actor),
        target.officer_id or listed.officer_id or (actor.user.pk if actor.user is not None else None),
        day or timezone.localdate(), "target", "new" if target.state == OPEN else "contacted", target, target.source_id)


def of_visit(
    actor: Actor, trip: Trip, name: str, enterprise: Enterprise | None, units: Sequence[int], day: date, target: Target | None,
    source: int | None = None,
) -> Ground:
    """What a visit says as the ground of a lead. The firm, the zone and the day are the visit's; the unit is the target's, else
    the one that was there, else the leading unit of the trip."""
    return Ground(
        enterprise.name if enterprise is not None else name,
        (enterprise.uscc if enterprise is not None else "") or (target.uscc if target is not None else ""),
        enterprise.pk if enterprise is not None else None, trip.zone_id,
        (target and target.unit_id) or (units[0] if len(units) == 1 else trip.lead_unit_id),
        (target and target.officer_id) or (actor.user.pk if actor.user is not None else None),
        day, "target" if target is not None else "trip", "contacted", target, source)


def of_visit_on_file(actor: Actor, visit: Visit) -> Ground:
    return of_visit(actor, visit.trip, visit.name, visit.enterprise, [unit.pk for unit in visit.units.all()], visit.visited_on,
                    visit.target, visit.source_id)


def opened(ground: Ground, title: str = "", distinct_because: str = "") -> Change:
    """The lead as a change. The node is that of the target's list; a code that is none by its form is left out."""
    code = clean_code(ground.code or "")
    if code and not checked_codes(np.array([code.encode("utf-8", "replace")], object))[0]:
        code = ""
    ground = replace(ground, code=code)
    enterprise = ground.enterprise or known_firm(Lead(name=ground.name, credit_code=code))
    return Change("create", Lead, {
        "name": ground.name, "credit_code": code, "enterprise": enterprise, "zone": ground.zone, "unit": ground.unit,
        "owner": ground.owner, "title": title.strip(), "origin": ground.origin, "first_contact_on": ground.day,
        "stage": ground.stage, "distinct_because": distinct_because, "source": ground.source,
        "target": ground.target.pk if ground.target is not None else None, **_gap(ground.target)})


def _gap(target: Target | None) -> dict:
    """Chain and node of the target's list, where the chain is one of the zone's record."""
    listed = target.target_list if target is not None else None
    if listed is None or not listed.chain:
        return {}
    chain = Chain.everything.filter(code=listed.chain, withdrawn=False).values_list("pk", flat=True).first()
    return {"chain": chain, "node": listed.node} if chain is not None else {}


def open_target(actor: Actor, target: Target) -> Lead:
    """Makes a lead of a target: firm, zone, chain, node and who follows it are the target's. Raises Refusals where the firm
    is followed, has a project, or is claimed by another."""
    change = opened(of_target(actor, target))
    actions.write(actor, [change], note=_("Target “%s” became a lead") % target.name)
    return change.written
