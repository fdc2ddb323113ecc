"""What targets are ranked on: where and when, the parameters, and what leads here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.mappings import MAPPINGS
from guatu.chains.models import EnterpriseRole
from guatu.chains.queries.ground import Ground, snapshots
from guatu.chains.queries.thresholds import thresholds
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.measures import location_quotient, status_of
from guatu.chains.rules.standing import PRESENT, STRONG
from guatu.enterprises import queries as enterprises
from guatu.enterprises.register.divisions import divisions
from guatu.enterprises.rules.territory import Territory
from guatu.kernel.errors import NotFound
from guatu.kernel.kept import once
from guatu.kernel.models import Organisation
from guatu.kernel.parameters import ParameterBook
from guatu.kernel.queries import as_of_values
from guatu.kernel.recording import known
from guatu.kernel.scope import Scope
from guatu.kernel.warehouse import Engine, Snapshot
from guatu.kernel.warehouse import engine as chosen_engine
from guatu.outreach.kin import kin, neighbours
from guatu.outreach.rules.targets import Gap, Weighing

KEYS = tuple(f"outreach.targets.{name}" for name in (
    "weights", "roles", "scales", "listed", "growth", "full", "distance", "kin", "restricted"))
_PAIRS = pa.schema([("chain", pa.string()), ("node", pa.string())])


@dataclass(frozen=True)
class Site:
    """Where firms are wanted. `found.zone` is not on record (pk None) where a region stands for a zone."""

    found: Ground
    kin: Snapshot
    weighing: Weighing
    kin_least: int
    kin_most: int

    @property
    def roles(self) -> str:
        """As a list of SQL; roles are words of the house, checked against what the parameter names."""
        return ", ".join(repr(role) for role in ("makes", "develops", "serves", "sells") if role in self.weighing.roles)

    def query(self, sql: str, pairs: Sequence[tuple[str, str]] = (), **values: Any) -> list[dict]:
        """Rows of a query over `register`, `mappings`, `verdicts`, `kin` and `pairs` (chain and node)."""
        found = self.found
        tables = {
            "verdicts": found._verdicts(), "register": found.register, "kin": self.kin,
            "mappings": found.mappings if found.mappings.files() else MAPPINGS.empty(),
            "pairs": pa.Table.from_pylist([{"chain": chain, "node": node} for chain, node in pairs or [("", "")]], _PAIRS),
        }
        return found.engine.query(sql, tables, **found.values | values).to_pylist()


def site(
    chains: Sequence[str], code: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None
) -> Site:
    """A zone by its code, or a region by its digits (3702), on a day. Raises NotFound, Refused where nothing is mapped."""
    when = known(known_at)
    zone, territory = _zone(code, as_of, when.number)
    return _site(tuple(catalogue.find(one) for one in chains), zone, territory, as_of, when, known_at, engine)


def past_site(chains: Sequence[str], code: str, day: date, engine: Engine | None = None) -> Site:
    """A zone as it is drawn now, on a day gone by, without any verdict of a person: whoever stood there on that day had
    none of those that were given since."""
    when = known(None)
    zone, territory = _zone(code, day, when.number, latest=True)
    found = _site(tuple(catalogue.find(one) for one in chains), zone, territory, day, when, None, engine)
    found.found.__dict__["judged_by_chain"] = {chain.code: {} for chain in found.found.chains}
    return found


def _site(chains: tuple[Chain, ...], zone: Organisation, territory: Territory, as_of: date, when, known_at, engine) -> Site:
    register, mappings = snapshots(known_at)
    ground = Ground(chains, zone, territory, as_of, when, None, register, mappings, engine or chosen_engine())
    book = ground.parameters
    limits = book.get("outreach.targets.kin", zone.pk).value
    return Site(
        ground, kin(register, ground.engine), weighing(book, zone.pk), int(limits["least_signs"]), int(limits["most_cities"]))


def _zone(code: str, as_of: date, recording: int, *, latest: bool = False) -> tuple[Organisation, Territory]:
    """The zone and its territory. `latest`: the newest drawing, whatever its day."""
    day = date.max if latest else as_of
    try:
        territory = enterprises.territory(code, day, recording)
    except NotFound as fault:
        if fault.code != "no_zone" or not re.fullmatch(r"[1-9]\d(\d\d){0,2}", code, re.ASCII):
            raise
        if code not in divisions().rows and not code.endswith("00"):
            raise NotFound("no_zone", _(
                "There is neither a zone nor a region of China with the code “%s”.") % code, "zone") from None
        return Organisation(code=code, name=divisions().name(code)), Territory(code, (code,))
    return Organisation.everything.get(code=code, withdrawn=False), territory


def weighing(book: ParameterBook, zone: int | None) -> Weighing:
    """The parameters of targets as the rules take them."""
    value = {key.rsplit(".", 1)[1]: book.get(key, zone).value for key in KEYS}
    scales, growth, full, distance = value["scales"], value["growth"], value["full"], value["distance"]

    def pair(name: str) -> tuple[Decimal, Decimal]:
        low, high = scales[name]
        return Decimal(str(low)), Decimal(str(high))

    return Weighing(
        weights=_exact(value["weights"]), roles=_exact(value["roles"]), capital=pair("capital"), employees=pair("employees"),
        revenue=pair("revenue"), listed=Decimal(str(value["listed"])), ripe=tuple(growth["ripe"]),
        recent_years=growth["recent_years"], full_recent=growth["full_recent"], full_habit=full["habit"], full_tie=full["tie"],
        full_cluster=full["cluster"], reach_km=distance["reach_km"],
        provinces=_exact({name: distance[name] for name in ("same", "neighbour", "other")}), restricted=tuple(value["restricted"]))


def _exact(values: Mapping[str, float]) -> dict[str, Decimal]:
    return {name: Decimal(str(value)) for name, value in values.items()}


def gap(where: Site, chain: Chain, node: str, leading: Sequence[str]) -> Gap:
    """The gap at a node, with what leads here by the nodes it borders on."""
    led = set(leading)
    touching: dict[str, set[str]] = {one.code: {one.code} & led for one in chain.nodes}
    for edge in chain.edges:
        touching[edge.source] |= {edge.target} & led
        touching[edge.target] |= {edge.source} & led
    provinces = sorted({code[:2] for code in where.found.territory.region_codes})
    return Gap(
        chain.code, node, where.found.as_of, tuple(provinces), neighbours(provinces),
        {code: tuple(sorted(others)) for code, others in touching.items() if others},
        {one.code: one.name for one in chain.nodes})


def leading(where: Site, scope: Scope | None) -> dict[str, tuple[str, ...]]:
    """By chain, the nodes that lead here: those that are strong, where there is none those that are present, and those on which a
    chain's lead firm makes or develops here. `scope` None: lead firms are not asked."""
    found = where.found
    totals = once(
        f"targets-in-register:{found.territory}:{found.as_of}", f"{where.kin.folder}|{where.kin.mark}|{found.engine.name}",
        lambda: where.query(
            f"with counted as (select {found.places('k')} from kin k where {found.stands('k')}) "
            "select sum(here) as here, count(*) as nation from counted")[0])
    limits = thresholds(found.parameters, found.zone.pk)
    statuses: dict[str, dict[str, str]] = {chain.code: {} for chain in found.chains}
    for row in where.query(f"""{found.live}
            select chain, node, sum(here) as here, count(*) as nation from live where role = 'makes'
            group by chain, node order by chain, node"""):
        here = int(row["here"] or 0)
        quotient = location_quotient(here, int(totals["here"] or 0), row["nation"], totals["nation"])
        statuses[row["chain"]][row["node"]] = status_of(here, quotient.value, int(totals["here"] or 0), None, {}, limits)[0]
    made = {}
    for code, nodes in statuses.items():
        strong = [node for node, status in nodes.items() if status == STRONG]
        made[code] = set(strong or [node for node, status in nodes.items() if status == PRESENT])
    for chain, node in _of_lead_firms(where, scope):
        made[chain].add(node)
    return {code: tuple(sorted(nodes)) for code, nodes in made.items()}


def _of_lead_firms(where: Site, scope: Scope | None) -> list[tuple[str, str]]:
    if scope is None or not scope.may("enterprise_roles"):
        return []
    codes = [chain.code for chain in where.found.chains]
    rows = list(EnterpriseRole.objects.within(scope, "view", "enterprise_roles").filter(chain__code__in=codes).select_related(
        "enterprise", "chain").order_by("pk"))
    roles = as_of_values(EnterpriseRole, [row.pk for row in rows], where.found.as_of, where.found.known.number)
    wanted = {row.enterprise.uscc or row.enterprise.name for row in rows
              if roles.get(row.pk, {}).get("role") == "chain_master"} - {""}
    if not wanted:
        return []
    names = {f"firm_{place}": name for place, name in enumerate(sorted(wanted))}
    listed = ", ".join(f":{name}" for name in names)
    return [(row["chain"], row["node"]) for row in where.query(f"""{where.found.live}
        select distinct chain, node from live where here = 1 and role in ({where.roles}) and (uscc in ({listed}) or name in ({listed}))
        order by chain, node""", **names)]
