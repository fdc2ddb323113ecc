"""Chains in a zone on a day. The number of queries does not hang on the number of nodes, nor on that of chains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guatu.chains.queries.ground import Ground, ground
from guatu.chains.queries.thresholds import scoring, thresholds, used
from guatu.chains.rules.assembling import Figures, Stated, assembled
from guatu.chains.rules.standing import ROLES, Counts, Coverage, Panorama
from guatu.kernel.kept import kept, once
from guatu.kernel.warehouse import Engine

#: Beyond this a registered capital is a slip of the register; kept out of squares, which would overflow.
MOST_CAPITAL = "999999999999999.99"


def panorama(
    chain: str, zone: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None, *,
    radius_km: float | None = None,
) -> Panorama:
    """How a chain (by its code) stands in a zone (by its code) on a day, as known at an instant (None: now).

    `radius_km` makes `near` a circle around the zone's centre instead of its cities; only rows with coordinates are
    found in it. Raises NotFound, and Refused where nothing was mapped yet. The reader's right to see chains is the
    caller's affair; the register itself is public.
    """
    return panoramas([chain], zone, as_of, known_at, engine, radius_km=radius_km)[chain]


def panoramas(
    chains: Sequence[str], zone: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None, *,
    radius_km: float | None = None,
) -> dict[str, Panorama]:
    """As `panorama`, of several chains by their codes; all that were not asked for lately are counted together."""
    asked = ground(chains, zone, as_of, known_at, engine, radius_km)
    mark = asked.known.hash and asked.mark
    names = {
        chain.code: f"panorama:{chain.code}:{zone}:{as_of}:{known_at}:{radius_km}:{chain.edition}" for chain in asked.chains}
    found = {code: kept(name, mark) for code, name in names.items()}
    if lacking := tuple(chain for chain in asked.chains if found[chain.code] is None):
        made = _panoramas(replace(asked, chains=lacking), known_at)
        found |= {code: once(names[code], mark, lambda one=one: one) for code, one in made.items()}
    return found


def _panoramas(found: Ground, known_at: datetime | None) -> dict[str, Panorama]:
    coverages, figures = _coverages(found), _figures(found)
    book = found.parameters
    limits, scores, said = thresholds(book, found.zone.pk), scoring(book, found.zone.pk), used(book, found.zone.pk)
    made = {}
    for chain in found.chains:
        coverage = coverages[chain.code]
        nodes, gaps = assembled(chain, figures.get(chain.code, {}), coverage, limits, scores, found.unmapped(chain))
        made[chain.code] = Panorama(
            chain.code, chain.name, chain.edition, found.zone.code, found.zone.name, found.as_of, known_at, coverage, said,
            nodes, gaps)
    return made


def _coverages(found: Ground) -> dict[str, Coverage]:
    # The same for every chain, and no verdict moves it.
    row = dict(once(
        f"in-register:{found.territory}:{found.as_of}:{found.radius_km}",
        "|".join((str(found.register.folder), found.register.mark, found.engine.name)), lambda: _in_register(found)))
    day = row.pop("last_registered_on")
    mapped = {one["chain"]: one for one in found.query(f"""{found.live}
        select chain, count(distinct key) as mapped_nation, count(distinct case when here = 1 then key end) as mapped_here
        from live group by chain""")}
    made = {}
    for chain in found.chains:
        verdicts = [one.verdict for one in found.judged_by_chain[chain.code].values()]
        counted = row | {name: mapped.get(chain.code, {}).get(name) for name in ("mapped_nation", "mapped_here")}
        made[chain.code] = Coverage(
            **{name: int(value or 0) for name, value in counted.items()}, last_registered_on=day,
            confirmed=verdicts.count("confirm"), rejected=verdicts.count("reject"), register_mark=found.register.mark,
            mappings_mark=found.mappings.mark, published_at=found.mappings.published_at)
    return made


def _in_register(found: Ground) -> dict[str, Any]:
    gone = f"r.deregistered_on is null and {found.gone('r')}"
    return found.query(f"""
        with counted as (
            select case when {found.stands("r")} then 1 else 0 end as stands, r.registered_on,
                case when {gone} then 1 else 0 end as gone, {found.places("r")}
            from register r)
        select sum(stands * here) as here, sum(stands * near) as near, sum(stands * province) as province,
            sum(stands) as nation, count(*) as register_rows,
            max(case when registered_on <= :as_of then registered_on end) as last_registered_on,
            sum(case when registered_on is null then stands * here else 0 end) as undated,
            sum(gone * here) as undated_exits
        from counted""")[0]


def _figures(found: Ground) -> dict[str, dict[str, Figures]]:
    """By chain and node."""
    made: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: {"makers": {}, "cities": {}, "users": {}})
    for row in _counts(found):
        values = made[row["chain"], row["node"]]
        values["makers"][row["role"]] = Counts(*(int(row[place]) for place in ("here", "near", "province", "nation")))
        if row["role"] == ROLES[0]:
            values |= {
                "capital": _stated(row, "capital"), "revenue": _stated(row, "revenue"), "employees": _stated(row, "employees"),
                "capital_squares": row["squares_here"] or Decimal(0), "capital_nation": row["capital_nation"] or Decimal(0),
                "capital_squares_nation": row["squares"] or Decimal(0),
            }
    for row in found.query(f"""{found.live}
            select chain, node, coalesce(city_code, '') as city, count(*) as makers from live where role = 'makes'
            group by chain, node, coalesce(city_code, '') order by chain, node, city"""):
        made[row["chain"], row["node"]]["cities"][row["city"]] = int(row["makers"])
    for row in found.query(f"""{found.live}, nearest as (
                select u.chain, u.node, l.key, min(u.distance) as distance
                from live l join uses u on u.chain = l.chain and u.used_by = l.node
                where l.role = 'makes' and l.here = 1 group by u.chain, u.node, l.key)
            select chain, node, distance, count(*) as users from nearest
            group by chain, node, distance order by chain, node, distance"""):
        made[row["chain"], row["node"]]["users"][int(row["distance"])] = int(row["users"])
    figures: dict[str, dict[str, Figures]] = defaultdict(dict)
    for (chain, node), values in made.items():
        figures[chain][node] = Figures(**values)
    return figures


def _counts(found: Ground) -> list[dict]:
    squared = "sized * sized"
    return found.query(f"""{found.live}, sizes as (
            select *, cast(case when capital_cny > {MOST_CAPITAL} then {MOST_CAPITAL} else capital_cny end as decimal(19, 2))
                as sized from live)
        select chain, node, role, sum(here) as here, sum(near) as near, sum(province) as province, sum(nation) as nation,
            sum(case when here = 1 then capital_cny end) as capital,
            sum(case when capital_cny is not null then here else 0 end) as capital_known,
            sum(capital_cny) as capital_nation,
            sum(case when here = 1 then {squared} end) as squares_here, sum({squared}) as squares,
            sum(case when here = 1 then revenue_cny end) as revenue,
            sum(case when revenue_cny is not null then here else 0 end) as revenue_known,
            sum(case when here = 1 then employees end) as employees,
            sum(case when employees is not null then here else 0 end) as employees_known
        from sizes group by chain, node, role order by chain, node, role""")


def _stated(row: dict, name: str) -> Stated:
    known = int(row[f"{name}_known"])
    value = row[name]
    return (None if not known else Decimal(value), known, int(row["here"]) - known)
