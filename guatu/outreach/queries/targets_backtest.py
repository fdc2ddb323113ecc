"""How the ranking of targets would have done: what landed in a zone after a day, against what was known on that day.

What landed: an enterprise registered here after the day, up to another, that is a branch or a subsidiary of a firm elsewhere, so that somebody
did decide to come. A branch names its parent, and the parent stands in the register; a subsidiary bears the core of its parent's name
(`outreach.targets.kin` says which cores count). The parent was registered elsewhere by the day, is no branch, and is no kin of who was here by
then. Kinship by core also asks that the core stands in at most LEAST_SHARED cities by the end: a rarer core is a stranger's less often.

What is asked: for each that landed one question, the gap at the node where its parents stand most surely (role, certainty, chain and node),
among the nodes of the chains asked about. All enterprises elsewhere that stood at that node on the day are ranked; the rank of the first
parent counts.

Nothing later than the day is read but what landed itself. What the register tells of an enterprise (capital, scope) is as it
stood when the register was drawn, which no register without history can help; see docs/targets.md.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from guatu.kernel.warehouse import Engine
from guatu.outreach.queries.targets import candidates
from guatu.outreach.queries.targets_ground import Site, gap, leading, past_site
from guatu.outreach.rules.targets import Candidate, on_scale, ranked
from guatu.outreach.rules.targets_backtest import Measures, by_chance, interval, measured, place_of

KS = (10, 50)
LEAST_SHARED = 6


def backtest(
    chains: Sequence[str], zone: str, after: date, until: date, seed: int, engine: Engine | None = None
) -> dict:
    """The measures of the ranking and of three baselines, with intervals, as plain values. Raises NotFound, Refused as `site` does."""
    where = past_site(chains, zone, after, engine)
    landed = _landed(where, until)
    nodes = _stands(where, {key for parents in landed.values() for key in parents})
    questions: dict[str, tuple[str, str]] = {}
    for one, parents in landed.items():
        if found := sorted(place for key in parents for place in nodes.get(key, ())):
            questions[one] = found[0][2:]
    pairs = sorted(set(questions.values()))
    leads = leading(where, None) if pairs else {}
    rankings = _rankings(where, pairs, leads, seed) if pairs else {}
    places: dict[str, list[int | None]] = defaultdict(list)
    chance: list[Measures] = []
    sizes, asked = [], []
    for one, pair in sorted(questions.items()):
        orders = rankings[pair]
        wanted = set(landed[one]) & set(orders["targets"])
        if not wanted:
            continue
        asked.append({"landed": one, "chain": pair[0], "node": pair[1], "candidates": len(orders["targets"]), "parents": len(wanted)})
        sizes.append(len(orders["targets"]))
        chance.append(by_chance(len(orders["targets"]), len(wanted), KS))
        for method, order in orders.items():
            place = place_of(order, wanted)
            places[method].append(place)
            asked[-1][method] = place
    return {
        "zone": zone, "zone_name": where.found.zone.name, "landed_after": after, "until": until, "chains": list(chains), "seed": seed,
        "register": where.found.register.mark, "mappings": where.found.mappings.mark,
        "landed": {
            "all": len(landed), "parent_not_on_chain": len(landed) - len(questions),
            "parent_already_here": len(questions) - len(asked)},
        "questions": len(asked),
        "candidates": {
            "least": min(sizes, default=0), "most": max(sizes, default=0), "median": round(median(sizes)) if sizes else 0},
        "methods": _methods(places, chance, seed) if asked else {},
        "asked": asked,
    }


def _methods(places: Mapping[str, list[int | None]], chance: list[Measures], seed: int) -> dict:
    made = {}
    for method in ("targets", "random", "size", "location_quotient"):
        if method == "random":
            values = {f"hit@{k}": [one.hits[k] for one in chance] for k in KS} | {"mrr": [one.reciprocal for one in chance]}
        else:
            each = [measured([place], KS) for place in places[method]]
            values = {f"hit@{k}": [one.hits[k] for one in each] for k in KS} | {"mrr": [one.reciprocal for one in each]}
        made[method] = {
            name: {"value": _short(sum(listed) / len(listed)), "interval": [_short(end) for end in interval(listed, seed)]}
            for name, listed in values.items()}
    return made


def _short(value: float) -> str | float:
    return round(value, 4)


def _rankings(
    where: Site, pairs: Sequence[tuple[str, str]], leads: Mapping[str, tuple[str, ...]], seed: int
) -> dict[tuple[str, str], dict[str, list[str]]]:
    """By question and method, the keys of those to be approached in their order. What scores alike is drawn, the same for every
    method, so that no order of keys helps."""
    quotients = _quotients(where, pairs)
    made = {}
    chains = {chain.code: chain for chain in where.found.chains}
    for pair, rows in candidates(where, pairs, dated=True).items():
        order = [one for one in ranked(rows, gap(where, chains[pair[0]], pair[1], leads[pair[0]]), where.weighing)
                 if one.excluded is None]
        score = {one.candidate.key: float(one.score) for one in order}
        size = {one.candidate.key: _size(where, one.candidate) for one in order}
        quotient = {one.candidate.key: quotients.get((*pair, one.candidate.city_code or ""), 0.0) for one in order}
        drawn = {key: hashlib.sha256(f"{seed}:{key}".encode()).digest() for key in score}
        made[pair] = {
            name: sorted(score, key=lambda key, by=by: (-by[key], drawn[key]))
            for name, by in (("targets", score), ("size", size), ("location_quotient", quotient))}
    return made


def _size(where: Site, one: Candidate) -> float:
    """Capital without an upper end, so that it tells the largest apart; employees where they say more."""
    capital = float(one.capital_cny or 0)
    return max(capital, float(where.weighing.capital[1]) * on_scale(one.employees, where.weighing.employees))


def _landed(where: Site, until: date) -> dict[str, list[str]]:
    """By the key of each that landed, the keys of its parents."""
    found = where.found
    here = found._here("k")[0]
    rows = where.query(f"""with fresh as (
            select k.* from kin k where {here} and k.registered_on > :as_of and k.registered_on <= :until),
        near as (
            select k.*, case when {here} then 1 else 0 end as here from kin k
            where k.registered_on <= :until and (k.core in (select core from fresh where length(core) >= :least)
                or k.legal in (select parent from fresh where parent <> ''))),
        spread as (
            select core from near where length(core) >= :least group by core having count(distinct city_code) <= :most),
        pairs_of as (
            select f.key as landed, o.key as parent, o.core from fresh f join spread s on s.core = f.core join near o on o.core = f.core
            where o.key <> f.key and o.here = 0 and o.parent = '' and o.registered_on <= :as_of
            union
            select f.key, o.key, o.core from fresh f join near o on o.legal = f.parent
            where f.parent <> '' and o.here = 0 and o.parent = '' and o.registered_on <= :as_of)
        select landed, parent from pairs_of order by landed, parent""",
        until=until, least=where.kin_least, most=min(where.kin_most, LEAST_SHARED))
    made: dict[str, list[str]] = {}
    for row in rows:
        made.setdefault(row["landed"], []).append(row["parent"])
    return made


def _stands(where: Site, keys: set[str]) -> dict[str, list[tuple]]:
    """By enterprise, where it stood on the day, most surely first: (role, -certainty, chain, node)."""
    order = {role: place for place, role in enumerate(("makes", "develops", "serves", "sells"))}
    made: dict[str, list[tuple]] = {}
    known = {chain.code: {node.code for node in chain.nodes} for chain in where.found.chains}
    for row in where.query(f"""select m.key, m.chain, m.node, m.role, m.confidence from mappings m
            where {where.found.on_chains("m")} and m.role in ({where.roles}) and m.registered_on <= :as_of
            order by m.key, m.chain, m.node"""):
        if row["key"] in keys and row["node"] in known[row["chain"]]:
            made.setdefault(row["key"], []).append((order[row["role"]], -row["confidence"], row["chain"], row["node"]))
    return made


def _quotients(where: Site, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str, str], float]:
    """Location quotient of each node in each city on the day: share of makers and developers among the city's enterprises, in
    terms of the nation's."""
    found = where.found
    cities = {row["city"]: row["n"] for row in where.query(
        f"""select coalesce(k.city_code, '') as city, count(*) as n from kin k where k.registered_on <= :as_of and {found.stands("k")}
        group by coalesce(k.city_code, '') order by city""")}
    counts = where.query(f"""select m.chain, m.node, coalesce(m.city_code, '') as city, count(*) as n from mappings m
        where exists (select 1 from pairs p where p.chain = m.chain and p.node = m.node) and m.role in ({where.roles})
            and m.registered_on <= :as_of and {found.stands("m")}
        group by m.chain, m.node, coalesce(m.city_code, '') order by m.chain, m.node, city""", pairs)
    nation: dict[tuple[str, str], int] = defaultdict(int)
    for row in counts:
        nation[row["chain"], row["node"]] += row["n"]
    everyone = sum(cities.values())
    return {
        (row["chain"], row["node"], row["city"]):
            row["n"] / cities[row["city"]] / (nation[row["chain"], row["node"]] / everyone)
        for row in counts if cities.get(row["city"])}
