"""Standing in for somebody who is away: who does so today, with which memberships, and for whom a write was made.

What a stand-in reaches comes into `Scope.of` and nowhere else. It is not passed on further, and ends with its last
day. A membership whose role administers is not passed on unless the site's roles say `delegable: true`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from guatu.kernel.models.delegations import Delegation
from guatu.kernel.models.people import Membership, Organisation, User
from guatu.kernel.scope import Role, Scope, roles


def in_force(today: date | None = None) -> QuerySet[Delegation]:
    """Delegations that hold on a day (None: today in Shanghai) between people who may both log in."""
    today = today or timezone.localdate()
    return Delegation.everything.filter(
        withdrawn=False, starts_on__lte=today, ends_on__gte=today,
        principal__is_active=True, principal__withdrawn=False, delegate__is_active=True, delegate__withdrawn=False,
    )


def passed_on_to(user_id: int) -> dict[int, list[tuple[Role, int]]]:
    """Roles and the nodes they are held at, by the person away for whom the user stands in today."""
    held = list(in_force().filter(delegate_id=user_id).order_by("principal_id", "id").values_list("pk", "principal_id"))
    if not held:
        return {}
    chosen: dict[int, set[int]] = defaultdict(set)
    through = Delegation.memberships.through.objects.filter(delegation_id__in=[pk for pk, _principal in held])
    for delegation, membership in through.values_list("delegation_id", "membership_id"):
        chosen[delegation].add(membership)
    own: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    rows = Membership.everything.filter(user_id__in={principal for _pk, principal in held}, withdrawn=False)
    for principal, *rest in rows.order_by("id").values_list("user_id", "pk", "role", "organisation_id"):
        own[principal].append(tuple(rest))
    known = roles()
    found: dict[int, list[tuple[Role, int]]] = defaultdict(list)
    for pk, principal in held:
        found[principal] += [
            (known[role], node) for membership, role, node in own[principal]
            if role in known and known[role].delegable and (pk not in chosen or membership in chosen[pk])
        ]
    return dict(found)


def stand_ins(user_ids: Iterable[int]) -> dict[int, list[int]]:
    """Who stands in today for each of these people; only those for whom somebody does."""
    found: dict[int, list[int]] = defaultdict(list)
    wanted = {pk for pk in user_ids if pk is not None}
    for principal, delegate in in_force().order_by("id").values_list("principal_id", "delegate_id"):
        if principal in wanted and delegate not in found[principal]:
            found[principal].append(delegate)
    return {principal: delegates for principal, delegates in found.items() if delegates}


def principals_of(scope: Scope) -> list[User]:
    """The people the reader stands in for today, by name."""
    return list(User.everything.filter(pk__in=scope.principals).order_by("name", "pk")) if scope.principals else []


def delegable(user_id: int) -> list[Membership]:
    """The user's memberships that may be passed on."""
    known = roles()
    rows = Membership.everything.filter(user_id=user_id, withdrawn=False).select_related("user", "organisation")
    return [row for row in rows.order_by("id") if row.role in known and known[row.role].delegable]


def colleagues(scope: Scope) -> list[User]:
    """People whom the reader may name as stand-in: all where they see the users, else members of their own units."""
    rows = User.everything.filter(withdrawn=False, is_active=True).exclude(pk=scope.user_id)
    if not scope.own.may("users"):
        near = {node for _role, nodes in scope.own.memberships for node in nodes}
        members = Membership.everything.filter(withdrawn=False, organisation_id__in=near)
        rows = rows.filter(pk__in=members.values("user_id"))
    return list(rows.order_by("name", "username"))


def about(user_id: int, today: date | None = None) -> list[Delegation]:
    """Delegations by and to a person that have not ended, the next to begin first."""
    today = today or timezone.localdate()
    rows = Delegation.everything.filter(withdrawn=False, ends_on__gte=today).select_related("principal", "delegate")
    return [
        row for row in rows.prefetch_related("memberships__organisation", "memberships__user").order_by("starts_on", "id")
        if user_id in (row.principal_id, row.delegate_id)
    ]


def covering(nodes: Iterable[int]) -> int | None:
    """The lowest organisation that covers all the nodes; None when there is none."""
    parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
    common: list[int] | None = None
    for node in nodes:
        way: list[int] = []
        while node is not None and node not in way and node in parents:
            way.append(node)
            node = parents[node]
        common = way if common is None else [step for step in common if step in way]
    return common[0] if common else None
