"""A chain in a zone on a day. The number of queries does not hang on the number of nodes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guatu.chains.queries.ground import Ground, ground
from guatu.chains.queries.thresholds import scoring, thresholds, used
from guatu.chains.rules.assembling import Figures, Stated, assembled
from guatu.chains.rules.standing import ROLES, Counts, Coverage, Panorama
from guatu.kernel.kept import once
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
    found = ground(chain, zone, as_of, known_at, engine, radius_km)
    name = f"panorama:{chain}:{zone}:{as_of}:{known_at}:{radius_km}:{found.chain.edition}"
    return once(name, found.known.hash and found.mark, lambda: _panorama(found, known_at))


def _panorama(found: Ground, known_at: datetime | None) -> Panorama:
    coverage = _coverage(found)
    book = found.parameters
    nodes, gaps = assembled(
        found.chain, _figures(found), coverage, thresholds(book, found.zone.pk), scoring(book, found.zone.pk))
    return Panorama(
        found.chain.code, found.chain.name, found.chain.edition, found.zone.code, found.zone.name, found.as_of, known_at,
        coverage, used(book, found.zone.pk), nodes, gaps)


def _coverage(found: Ground) -> Coverage:
    gone = f"r.deregistered_on is null and {found.gone('r')}"
    row = found.query(f"""
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
    mapped = found.query(f"""{found.live}
        select count(distinct key) as mapped_nation, count(distinct case when here = 1 then key end) as mapped_here
        from live""")[0]
    verdicts = [row.verdict for row in found.judged.values()]
    day = row.pop("last_registered_on")
    return Coverage(
        **{name: int(value or 0) for name, value in (row | mapped).items()}, last_registered_on=day,
        confirmed=verdicts.count("confirm"), rejected=verdicts.count("reject"), register_mark=found.register.mark,
        mappings_mark=found.mappings.mark, published_at=found.mappings.published_at)


def _figures(found: Ground) -> dict[str, Figures]:
    made: dict[str, dict[str, Any]] = defaultdict(lambda: {"makers": {}, "cities": {}, "users": {}})
    for row in _counts(found):
        values = made[row["node"]]
        values["makers"][row["role"]] = Counts(*(int(row[place]) for place in ("here", "near", "province", "nation")))
        if row["role"] == ROLES[0]:
            values |= {
                "capital": _stated(row, "capital"), "revenue": _stated(row, "revenue"), "employees": _stated(row, "employees"),
                "capital_squares": row["squares_here"] or Decimal(0), "capital_nation": row["capital_nation"] or Decimal(0),
                "capital_squares_nation": row["squares"] or Decimal(0),
            }
    for row in found.query(f"""{found.live}
            select node, coalesce(city_code, '') as city, count(*) as makers from live where role = 'makes'
            group by node, coalesce(city_code, '') order by node, city"""):
        made[row["node"]]["cities"][row["city"]] = int(row["makers"])
    for row in found.query(f"""{found.live}, nearest as (
                select u.node, l.key, min(u.distance) as distance from live l join uses u on u.used_by = l.node
                where l.role = 'makes' and l.here = 1 group by u.node, l.key)
            select node, distance, count(*) as users from nearest group by node, distance order by node, distance"""):
        made[row["node"]]["users"][int(row["distance"])] = int(row["users"])
    return {node: Figures(**values) for node, values in made.items()}


def _counts(found: Ground) -> list[dict]:
    squared = "sized * sized"
    return found.query(f"""{found.live}, sizes as (
            select *, cast(case when capital_cny > {MOST_CAPITAL} then {MOST_CAPITAL} else capital_cny end as decimal(19, 2))
                as sized from live)
        select node, role, sum(here) as here, sum(near) as near, sum(province) as province, sum(nation) as nation,
            sum(case when here = 1 then capital_cny end) as capital,
            sum(case when capital_cny is not null then here else 0 end) as capital_known,
            sum(capital_cny) as capital_nation,
            sum(case when here = 1 then {squared} end) as squares_here, sum({squared}) as squares,
            sum(case when here = 1 then revenue_cny end) as revenue,
            sum(case when revenue_cny is not null then here else 0 end) as revenue_known,
            sum(case when here = 1 then employees end) as employees,
            sum(case when employees is not null then here else 0 end) as employees_known
        from sizes group by node, role order by node, role""")


def _stated(row: dict, name: str) -> Stated:
    known = int(row[f"{name}_known"])
    value = row[name]
    return (None if not known else Decimal(value), known, int(row["here"]) - known)
