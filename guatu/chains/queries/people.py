"""Who answers for a chain, and by which plan, as of a day and as known at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from guatu.chains.choices import POSTS
from guatu.chains.models import Chain, ChainPlan, ChainPost, EnterpriseRole
from guatu.kernel import queries
from guatu.kernel.models.history import limit
from guatu.kernel.recording import resolve
from guatu.kernel.scope import Scope


@dataclass(frozen=True)
class LeadFirm:
    """An enterprise that leads a chain 链主, within the reader's reach."""

    record: int
    name: str


@dataclass(frozen=True)
class People:
    """`posts`: those who hold a post on the day, by post, in the order of `choices.POSTS`. What the reader may not see is
    None, what nobody has entered is empty."""

    chain: Chain | None
    posts: dict[str, list[ChainPost]] | None
    plan: ChainPlan | None
    sees_plan: bool
    lead_firms: list[LeadFirm] | None


def people_of(scope: Scope, code: str, as_of: date, known_at: datetime | None, zone: int | None = None) -> People:
    """The people of the chain with this code, for the whole city and for a zone (its identity; None: whole city only)."""
    chain = Chain.objects.within(scope, "view", "chains").filter(code=code).first() if scope.may("chains") else None
    if chain is None:
        return People(None, None, None, False, None)
    known = None if known_at is None else limit(resolve(known_at)[0])
    sees_plan = scope.may("chain_plans")
    return People(
        chain,
        _posts(chain, as_of, known, zone) if scope.may("chain_posts") else None,
        _plan(chain, as_of, known) if sees_plan else None,
        sees_plan,
        _lead_firms(scope, chain, as_of, known) if scope.may("enterprise_roles") else None,
    )


def leads(scope: Scope, as_of: date, known_at: datetime | None) -> dict[str, list[str]]:
    """Names of the leads of every chain by the chain's code; of the city first."""
    if not scope.may("chain_posts"):
        return {}
    known = None if known_at is None else limit(resolve(known_at)[0])
    rows = queries.versions(ChainPost, known, counts_from__lte=as_of, post="lead").filter(_still(as_of))
    found: dict[str, list[str]] = {}
    for code, name in rows.order_by("zone__code", "id").values_list("chain__code", "name"):
        found.setdefault(code, []).append(name)
    return found


def _still(as_of: date) -> Q:
    return Q(until=None) | Q(until__gte=as_of)


def _posts(chain: Chain, as_of: date, known: int | None, zone: int | None) -> dict[str, list[ChainPost]]:
    rows = queries.versions(ChainPost, known, chain=chain, counts_from__lte=as_of).filter(_still(as_of))
    rows = rows.filter(Q(zone=None) | Q(zone=zone)) if zone else rows.filter(zone=None)
    found: dict[str, list[ChainPost]] = {code: [] for code, _label in POSTS}
    for row in rows.select_related("chain", "zone", "source").order_by("zone__code", "counts_from", "id"):
        found[row.post].append(row)
    return found


def _plan(chain: Chain, as_of: date, known: int | None) -> ChainPlan | None:
    rows = queries.versions(ChainPlan, known, chain=chain, counts_from__lte=as_of)
    return rows.select_related("chain", "source").order_by("-counts_from", "-id").first()


def _lead_firms(scope: Scope, chain: Chain, as_of: date, known: int | None) -> list[LeadFirm]:
    rows = list(EnterpriseRole.objects.within(scope, "view", "enterprise_roles").filter(chain=chain).order_by("pk").values_list(
        "pk", "enterprise_id", "enterprise__name"))
    values = queries.as_of_values(EnterpriseRole, [pk for pk, *_rest in rows], as_of, known)
    return [LeadFirm(enterprise, name) for pk, enterprise, name in rows
            if pk in values and values[pk].get("role") == "chain_master"]
