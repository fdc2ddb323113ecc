"""Makers of a node here that came and went, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guatu.chains.queries.ground import ground
from guatu.kernel.warehouse import Engine


@dataclass(frozen=True)
class Year:
    """`came` and `went` in the year by days of registration and deregistration, `there` at its end (in the year of the day
    asked about: on that day). `year` None: those whose day of registration the register does not say; they count as there
    from the beginning."""

    year: int | None
    came: int
    went: int
    there: int


def node_years(
    chain: str, node: str, zone: str, as_of: date, known_at: datetime | None = None, engine: Engine | None = None
) -> list[Year]:
    """From the first year in which a maker came to the year of the day, none left out. Raises as `panorama`.

    The last `there` is what `panorama` counts as makers here, but for those that a person has added.
    """
    found = ground(chain, zone, as_of, known_at, engine)
    rows = found.query(f"""
        with makers as (
            select m.registered_on, m.deregistered_on, {found.places("m")}
            from mappings m left join verdicts v on v.chain = m.chain and v.key = m.key and v.node = m.node
            where {found.on_chains("m")} and m.node = :node and coalesce(v.verdict, 'confirm') = 'confirm'
                and coalesce(v.role, m.role) = 'makes' and not (m.deregistered_on is null and {found.gone("m")})
                and (m.registered_on is null or m.registered_on <= :as_of))
        select 'came' as what, cast(extract(year from registered_on) as int) as year, count(*) as n from makers
            where here = 1 group by 2
        union all
        select 'went', cast(extract(year from deregistered_on) as int), count(*) from makers
            where here = 1 and deregistered_on <= :as_of group by 2
        order by 1, 2""", node=node)
    came = {row["year"]: int(row["n"]) for row in rows if row["what"] == "came"}
    went = {row["year"]: int(row["n"]) for row in rows if row["what"] == "went"}
    there = came.pop(None, 0)
    years = [Year(None, there, 0, there)] if there else []
    dated = [year for year in (*came, *went) if year is not None]
    for year in range(min(dated), as_of.year + 1) if dated else ():
        there += came.get(year, 0) - went.get(year, 0)
        years.append(Year(year, came.get(year, 0), went.get(year, 0), there))
    return years
