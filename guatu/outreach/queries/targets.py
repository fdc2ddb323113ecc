"""Who could fill a gap: the enterprises of the whole register that make or develop what its node stands for, ranked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.queries.ground import EARTH_KM
from guatu.chains.rules.graph import Node
from guatu.kernel.errors import NotFound
from guatu.kernel.kept import kept, once
from guatu.kernel.scope import Scope
from guatu.kernel.warehouse import Engine
from guatu.outreach.queries.targets_ground import KEYS, Site, gap, leading, site
from guatu.outreach.rules.targets import Candidate, Gap, Rated, Weighing, ranked, rated
from guatu.outreach.talks import left_out


@dataclass(frozen=True)
class Targets:
    """The ranking for a gap. `rows` are those to be approached, `excluded` those left out, each by falling score; `parameters` what was
    used: (key, value, since, document)."""

    chain: str
    chain_name: str
    node: Node
    zone: str
    zone_name: str
    as_of: date
    gap: Gap
    weighing: Weighing
    leading: tuple[str, ...]
    rows: tuple[Rated, ...]
    excluded: tuple[Rated, ...]
    parameters: tuple[tuple, ...]

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.excluded)

    def rated(self, key: str) -> Rated | None:
        return next((one for one in (*self.rows, *self.excluded) if one.candidate.key == key), None)

    def rank(self, key: str) -> int | None:
        """From 1, among those to be approached."""
        return next((place for place, one in enumerate(self.rows, start=1) if one.candidate.key == key), None)


def targets(
    scope: Scope, chain: str, node: str, zone: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None
) -> Targets:
    """The ranking for the gap at a node of a chain, in a zone (its code, or a region's digits). Raises NotFound, and Refused where
    nothing was mapped yet. The right to see chains is the caller's affair; talks are those the reader may see."""
    found_node = catalogue.find_node(chain, node)
    where = site([chain], zone, as_of, known_at, engine)
    (found_chain,) = where.found.chains
    scoped = scope.may("enterprise_roles") and scope.reach("enterprise_roles", "view")
    mark = where.found.known.hash and f"{where.found.mark}|{where.kin.mark}"
    name = f"targets:{chain}:{node}:{zone}:{as_of}:{known_at}:{found_chain.edition}:{scoped!r}"
    if (made := kept(name, mark)) is None:
        leads = leading(where, scope)[chain]
        made = gap(where, found_chain, node, leads), candidates(where, [(chain, node)])[chain, node], leads
        made = once(name, mark, lambda: made)
    asked, rows, leads = made
    out = left_out(scope, where.found.zone, as_of, known_at, rows)
    rows = [replace(row, barred=out.barred.get(row.key, ""), in_talks=out.in_talks.get(row.key, ""))
            if row.key in out.barred or row.key in out.in_talks else row for row in rows]
    order = ranked(rows, asked, where.weighing)
    book = where.found.parameters
    used = [book.get(key, where.found.zone.pk) for key in KEYS]
    return Targets(
        chain, found_chain.name, found_node, zone, where.found.zone.name, as_of, asked, where.weighing, tuple(leads),
        tuple(one for one in order if one.excluded is None), tuple(one for one in order if one.excluded is not None),
        tuple((value.key, value.value, value.since, value.document) for value in used))


def fitting(
    scope: Scope, key: str, zone: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None
) -> list[tuple[str, Node, Rated]]:
    """For an enterprise of the register: the nodes of every chain at which it makes or develops, with its terms for a gap there in a
    zone; best first. Raises NotFound for a zone that is not there."""
    chains = catalogue.chains()
    where = site(sorted(chains), zone, as_of, known_at, engine)
    pairs = [(row["chain"], row["node"]) for row in where.query(f"""{where.found.live}
        select chain, node from live where key = :key and role in ({where.roles}) order by chain, node""", key=key)]
    pairs = [(chain, node) for chain, node in pairs if any(one.code == node for one in chains[chain].nodes)]
    if not pairs:
        return []
    leads = leading(where, scope)
    found = []
    for (chain, node), rows in candidates(where, pairs, key).items():
        out = left_out(scope, where.found.zone, as_of, known_at, rows)
        for row in rows:
            row = replace(row, barred=out.barred.get(row.key, ""), in_talks=out.in_talks.get(row.key, ""))
            found.append((chain, chains[chain].node(node), rated(row, gap(where, chains[chain], node, leads[chain]), where.weighing)))
    return sorted(found, key=lambda one: (-one[2].score, one[0], one[1].code))


def candidates(
    where: Site, pairs: Sequence[tuple[str, str]], key: str = "", *, dated: bool = False
) -> dict[tuple[str, str], list[Candidate]]:
    """The candidates of each gap (chain, node), as the register knew them on the day; of one enterprise where `key` is given.
    `dated`: only those whose day of registration is known."""
    rows = _rows(where, pairs, key, dated)
    cities, nodes, shoots = _cities(where), _nodes(where, pairs, key), _offshoots(where, pairs, key)
    made: dict[tuple[str, str], list[Candidate]] = {pair: [] for pair in pairs}
    for row in rows:
        own = nodes.get((row["chain"], row["key"]), ())
        shoot = shoots.get(row["key"], {})
        around = cities.get((row["chain"], row["city_code"]), 0) if row["city_code"] else 0
        made[row["chain"], row["node"]].append(Candidate(
            key=row["key"], uscc=row["uscc"], name=row["name"], role=row["role"], confidence=row["confidence"],
            term=row["term"] or "", registered_on=row["registered_on"], capital_cny=row["capital_cny"],
            revenue_cny=row["revenue_cny"], employees=row["employees"], listed=bool(row["listed"]),
            province_code=row["province_code"], city_code=row["city_code"], km=_km(where, row), nodes=tuple(own),
            offshoots=shoot.get("offshoots", 0), offshoot_cities=shoot.get("cities", 0), recent_offshoots=shoot.get("recent", 0),
            city_makers=max(0, around - 1), gone=row["gone"] or "", here=bool(row["here"]),
            here_through=shoot.get("here_name") or "", branch_of=row["parent"] or ""))
    return made


def _pairs(alias: str) -> str:
    return f"exists (select 1 from pairs p where p.chain = {alias}.chain and p.node = {alias}.node)"


def _rows(where: Site, pairs: Sequence[tuple[str, str]], key: str, dated: bool) -> list[dict]:
    found = where.found
    one = "and m.key = :key" if key else ""
    day = "m.registered_on <= :as_of" if dated else "(m.registered_on is null or m.registered_on <= :as_of)"
    added = "" if not found._adds else f"""
        union all
        select l.chain, l.node, l.key, l.uscc, l.name, l.role, l.confidence, l.term, l.registered_on, l.capital_cny, l.revenue_cny,
            l.employees, l.province_code, l.city_code, cast(null as double), cast(null as double), '' as gone, l.here
        from live l where l.term is null and l.confidence is null and {_pairs("l")} {one.replace("m.", "l.")}"""
    return where.query(f"""{found.live}, stated as (
            select m.chain, m.node, m.key, m.uscc, m.name, coalesce(v.role, m.role) as role,
                case when v.role is null then m.confidence end as confidence, m.term, m.registered_on, m.capital_cny, m.revenue_cny,
                m.employees, m.province_code, m.city_code, m.longitude, m.latitude,
                case when {found.stands("m")} then '' else coalesce(m.status, 'gone') end as gone,
                case when {found._here("m")[0]} then 1 else 0 end as here
            from mappings m left join verdicts v on v.chain = m.chain and v.key = m.key and v.node = m.node
            where coalesce(v.verdict, 'confirm') = 'confirm' and {day} and {_pairs("m")} {one}{added})
        select s.*, k.parent, case when contains(coalesce(r.kind, ''), '上市') and not contains(r.kind, '非上市') then 1 else 0 end as listed
        from stated s join kin k on k.key = s.key join register r on r.key = s.key
        where s.role in ({where.roles}) order by s.chain, s.node, s.key""", pairs, **({"key": key} if key else {}))


def _cities(where: Site) -> dict[tuple[str, str], int]:
    return {(row["chain"], row["city"]): row["makers"] for row in where.query(f"""{where.found.live}
        select chain, city_code as city, count(distinct key) as makers from live
        where role in ({where.roles}) and city_code is not null group by chain, city_code order by chain, city_code""")}


def _nodes(where: Site, pairs: Sequence[tuple[str, str]], key: str) -> dict[tuple[str, str], list[str]]:
    made: dict[tuple[str, str], list[str]] = {}
    one = "and l.key = :key" if key else ""
    for row in where.query(f"""{where.found.live}, heads as (
            select distinct l.key from live l where {_pairs("l")} and l.role in ({where.roles}) {one})
            select l.chain, l.key, l.node from live l join heads h on h.key = l.key
            where l.role in ({where.roles}) order by l.chain, l.key, l.node""", pairs, **({"key": key} if key else {})):
        made.setdefault((row["chain"], row["key"]), []).append(row["node"])
    return made


def _offshoots(where: Site, pairs: Sequence[tuple[str, str]], key: str) -> dict[str, dict]:
    """By enterprise: what bears its core or names it as parent, as known on the day. What opened before it is kin but no offshoot."""
    found = where.found
    one = "and m.key = :key" if key else ""
    rows = where.query(f"""with heads as (
            select distinct k.key, k.legal, k.core, k.city_code, k.registered_on from kin k join mappings m on m.key = k.key
            where {_pairs("m")} and m.role in ({where.roles}) {one}),
        known as (
            select k.*, case when {found._here("k")[0]} then 1 else 0 end as here from kin k
            where (k.core in (select core from heads where length(core) >= :least) or k.parent in (select legal from heads))
                and k.registered_on <= :as_of and {found.stands("k")}),
        spread as (
            select core from known where length(core) >= :least group by core
            having count(distinct city_code) <= :most and count(*) > 1),
        kinship as (
            select h.key, h.city_code as home, h.registered_on as begun, o.key as other, o.name, o.city_code, o.registered_on, o.here,
                0 as named
            from heads h join spread s on s.core = h.core join known o on o.core = h.core where o.key <> h.key
            union all
            select h.key, h.city_code, h.registered_on, o.key, o.name, o.city_code, o.registered_on, o.here, 1
            from heads h join known o on o.parent = h.legal where o.key <> h.key),
        marked as (
            select *, case when named = 1 or begun is null or registered_on > begun then 1 else 0 end as opened from kinship)
        select key, count(distinct case when opened = 1 then other end) as offshoots,
            count(distinct case when opened = 1 and city_code <> home then city_code end) as cities,
            count(distinct case when opened = 1 and registered_on > :since then other end) as recent,
            max(case when here = 1 then name end) as here_name
        from marked group by key order by key""", pairs, least=where.kin_least, most=where.kin_most,
        since=_before(found.as_of, where.weighing.recent_years), **({"key": key} if key else {}))
    return {row["key"]: row for row in rows}


def _before(day: date, years: int) -> date:
    return day - timedelta(days=round(365.25 * years))


def _km(where: Site, row: Mapping) -> float | None:
    centre = where.found.territory.centre
    if centre is None or row["longitude"] is None or row["latitude"] is None:
        return None
    (east, north), (x, y) = map(math.radians, centre), map(math.radians, (row["longitude"], row["latitude"]))
    half = math.sin((y - north) / 2) ** 2 + math.cos(north) * math.cos(y) * math.sin((x - east) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def of_enterprise(found: Targets, key: str) -> Rated:
    """The row of one enterprise. Raises NotFound."""
    row = found.rated(key)
    if row is None:
        raise NotFound("no_candidate", _(
            "“%(key)s” is no candidate for this gap: nothing in the register says that it makes or develops “%(node)s”.") % {
                "key": key[:40], "node": found.node.name}, "key")
    return row
