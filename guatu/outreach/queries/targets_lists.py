"""Reads of target lists."""

from __future__ import annotations

from datetime import date

from guatu.kernel.models import Organisation, User
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead, Target, TargetList, Trip


def lists_of(scope: Scope, zone: Organisation | None, chain: str = "", node: str = "") -> list[TargetList]:
    """The lists within reach for a zone, those of the gap first, then those for no gap."""
    rows = TargetList.objects.within(scope, "view", "target_lists").filter(zone=zone, chain__in=("", chain), node__in=("", node))
    return sorted(rows.select_related("zone", "unit", "officer"), key=lambda row: (not row.node, row.name, row.pk))


def of_list(target_list: TargetList) -> dict[str, Target]:
    """Every target on a list by the enterprise's key; who may see the list is the caller's affair."""
    rows = Target.everything.filter(target_list=target_list, withdrawn=False).select_related("target_list", "unit", "officer")
    return {row.key: row for row in rows.order_by("pk")}


def targets_of(scope: Scope, target_list: TargetList) -> list[Target]:
    """The targets of a list that are within reach, by rank."""
    rows = Target.objects.within(scope, "view", "targets").filter(target_list=target_list)
    return sorted(rows.select_related("target_list", "unit", "officer", "trip"), key=lambda row: (row.rank is None, row.rank or 0, row.name, row.pk))


def on_lists(scope: Scope, zone: Organisation | None) -> dict[str, list[Target]]:
    """The targets within reach in a zone's lists, by the enterprise's key. One query."""
    if zone is None or zone.pk is None or not scope.may("targets"):
        return {}
    made: dict[str, list[Target]] = {}
    for row in Target.objects.within(scope, "view", "targets").filter(target_list__zone=zone).select_related(
            "target_list", "unit", "officer").order_by("pk"):
        made.setdefault(row.key, []).append(row)
    return made


def assignable(scope: Scope) -> tuple[list[Organisation], list[User]]:
    """Units and people whom the reader may see, to whom a target may be given."""
    units = Organisation.objects.within(scope, "view", "organisations").order_by("name") if scope.may("organisations") else []
    people = resource("users").rows(scope).filter(is_active=True).order_by("name") if scope.may("users") else []
    return list(units), list(people)


def leads_of(scope: Scope, targets: list[Target]) -> dict[int, Lead]:
    """By target the lead it became, the newest where there are several within reach. One query."""
    if not targets or not scope.may("leads"):
        return {}
    rows = Lead.objects.within(scope, "view", "leads").filter(target__in=[row.pk for row in targets])
    return {row.target_id: row for row in rows.order_by("pk")}


def trips_to_come(scope: Scope, today: date) -> list[Trip]:
    """Trips within reach that are not over, the next first."""
    return list(resource("trips").rows(scope).filter(to_on__gte=today).order_by("from_on", "code")[:60]) if scope.may("trips") else []
