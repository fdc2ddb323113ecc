"""The ground on which answers about a chain stand: snapshots, territory, verdicts, parameters, and the SQL they share.

All queries read `live`, one row an enterprise and node that counts on the day, with the role after verdicts and a 0 or 1
for each place. An enterprise counts from its day of registration (from the beginning where the register does not say)
until the day it was deregistered or revoked. One that is gone without a day counts on no day, because nobody knows until
when it was there; coverage says how many these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.mappings import MAPPINGS
from guatu.chains.models import MappingVerdict
from guatu.chains.queries.editions import in_force, mapped_by, structure
from guatu.chains.queries.verdicts import verdicts_of
from guatu.chains.rules.editions import difference
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.web import web
from guatu.enterprises import queries as enterprises
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.rules.territory import Territory, territory_sql
from guatu.kernel import parameters
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models import Organisation
from guatu.kernel.recording import Known, known
from guatu.kernel.warehouse import Engine, Snapshot, engine

#: Municipalities: their districts have no prefecture, so that what is near is the whole of them.
MUNICIPALITIES = ("11", "12", "31", "50")
GONE = ("deregistered", "revoked", "moved_out")
EARTH_KM = 6371.0088

_VERDICTS = pa.schema([(name, pa.string()) for name in ("chain", "key", "node", "verdict", "role")])
_USES = pa.schema([("chain", pa.string()), ("node", pa.string()), ("used_by", pa.string()), ("distance", pa.int32())])


def snapshots(known_at: datetime | None) -> tuple[Snapshot, Snapshot]:
    """The register and the mappings as they stood at an instant; raises Refused with the command that makes them."""
    register, mappings = REGISTER.snapshot(known_at), MAPPINGS.snapshot(known_at)
    if register is None or not register.files():
        raise Refused("nothing_mapped", _(
            "No register of enterprises was imported yet, so nothing is known of any chain. Import one: guatu register "
            "import FILE, then: guatu chains map."))
    if mappings is None:
        raise Refused("nothing_mapped", _(
            "The register was not mapped onto the chains yet, so nothing is known of any chain. Run: guatu chains map."))
    return register, mappings


@dataclass(frozen=True)
class Ground:
    """Everything an answer is computed from. Made once for each answer by `ground`."""

    chains: tuple[Chain, ...]
    zone: Organisation
    territory: Territory
    as_of: date
    known: Known
    radius_km: float | None
    register: Snapshot
    mappings: Snapshot
    engine: Engine

    @property
    def chain(self) -> Chain:
        """The chain of an answer about one."""
        (chain,) = self.chains
        return chain

    @cached_property
    def judged_by_chain(self) -> dict[str, dict[tuple[str, str], MappingVerdict]]:
        return verdicts_of([chain.code for chain in self.chains], self.as_of, self.known.number)

    @property
    def judged(self) -> dict[tuple[str, str], MappingVerdict]:
        return self.judged_by_chain[self.chain.code]

    def unmapped(self, chain: Chain) -> dict[str, str]:
        """Nodes of a chain of which the mapping says nothing sure, as it was made by another edition: `new` or `changed`."""
        mapped = mapped_by(self.mappings, chain.code)
        shown = in_force(self.as_of, self.known).get(chain.code)
        if mapped == "" or mapped == (shown.number if shown else None):
            return {}
        former = structure(chain.code, mapped)
        if former is None:
            return dict.fromkeys((node.code for node in chain.nodes), "new")
        moved = difference(former, chain)
        new = {node.code for node in moved.nodes_added}
        return {code: "new" if code in new else "changed" for code in moved.moved_nodes}

    @cached_property
    def parameters(self) -> parameters.ParameterBook:
        return parameters.book(self.as_of, self.known.number, mark=self.known.hash)

    @property
    def mark(self) -> str:
        """Names all that the answer hangs on but the question itself."""
        return "|".join((str(self.register.folder), self.register.mark, self.mappings.mark, self.engine.name, self.known.hash))

    # -- SQL -------------------------------------------------------------------------------------------------------

    def query(self, sql: str, **values: Any) -> list[dict]:
        """Rows of a query over `register`, `mappings`, `verdicts` and `uses`, with the values of the day and places."""
        tables: dict[str, Snapshot | pa.Table | Sequence[str]] = {"verdicts": self._verdicts(), "uses": self._uses()}
        tables["register"] = self.register
        tables["mappings"] = self.mappings if self.mappings.files() else MAPPINGS.empty()
        return self.engine.query(sql, tables, **self.values | values).to_pylist()

    @property
    def live(self) -> str:
        """`with live as (…)`: begin of every query about nodes."""
        return f"with live as ({self._mapped()}{self._added() if self._adds else ''})"

    @cached_property
    def values(self) -> dict[str, Any]:
        values = {"as_of": self.as_of} | self._here("r")[1]
        if self.radius_km is not None:
            longitude, latitude = self.territory.centre
            return values | {"longitude": longitude, "latitude": latitude, "radius_km": float(self.radius_km)}
        return values

    def stands(self, alias: str) -> str:
        """Whether a row counts on the day."""
        return (
            f"({alias}.registered_on is null or {alias}.registered_on <= :as_of) and ({alias}.deregistered_on > :as_of or "
            f"({alias}.deregistered_on is null and not {self.gone(alias)}))")

    def on_chains(self, alias: str) -> str:
        """Codes of chains are small letters, digits and `_`, checked when their files are read."""
        return _any_of(f"{alias}.chain", sorted(chain.code for chain in self.chains))

    def gone(self, alias: str) -> str:
        return f"coalesce({alias}.status in ({', '.join(repr(status) for status in GONE)}), false)"

    def places(self, alias: str) -> str:
        """Columns here, near, province and nation, each 0 or 1."""
        here = self._here(alias)[0]
        provinces = _any_of(f"{alias}.province_code", sorted({code[:2] for code in self.territory.region_codes}))
        near = f"({self._around(alias)}) and not coalesce({here}, false)"
        return ", ".join(f"case when {test} then 1 else 0 end as {name}" for name, test in (
            ("here", here), ("near", near), ("province", provinces))) + ", 1 as nation"

    def _here(self, alias: str) -> tuple[str, dict[str, str]]:
        return territory_sql(self.territory, alias)

    def _around(self, alias: str) -> str:
        if self.radius_km is not None:
            return (
                f"2 * {EARTH_KM} * asin(least(1.0, sqrt(power(sin(radians({alias}.latitude - :latitude) / 2), 2) + "
                f"cos(radians(:latitude)) * cos(radians({alias}.latitude)) * "
                f"power(sin(radians({alias}.longitude - :longitude) / 2), 2)))) <= :radius_km")
        whole = {code[:2] for code in self.territory.region_codes if len(code) == 2 or code[:2] in MUNICIPALITIES}
        cities = {code[:4] for code in self.territory.region_codes if code[:2] not in whole}
        return " or ".join(filter(None, (
            _any_of(f"{alias}.province_code", sorted(whole)), _any_of(f"{alias}.city_code", sorted(cities)))))

    def _mapped(self) -> str:
        return f"""
            select m.chain, m.node, coalesce(v.role, m.role) as role, {_kept("m")}, m.confidence, m.field, m.start as begins, m.end as ends,
                m.verb_start, m.verb_end, m.term, {self.places("m")}
            from mappings m left join verdicts v on v.chain = m.chain and v.key = m.key and v.node = m.node
            where {self.on_chains("m")} and coalesce(v.verdict, 'confirm') = 'confirm' and {self.stands("m")}"""

    def _added(self) -> str:
        """What a person has confirmed in a role though no text shows it."""
        return f"""
            union all
            select v.chain, v.node, v.role, {_kept("r")}, cast(null as decimal(3, 2)), cast(null as varchar(1)), cast(null as int),
                cast(null as int), cast(null as int), cast(null as int), cast(null as varchar(1)), {self.places("r")}
            from register r join verdicts v on v.key = r.key
                left join mappings m on m.chain = v.chain and m.key = v.key and m.node = v.node
            where v.verdict = 'confirm' and v.role is not null and m.key is null and {self.stands("r")}"""

    @property
    def _adds(self) -> bool:
        return any(
            row.verdict == "confirm" and row.role for judged in self.judged_by_chain.values() for row in judged.values())

    def _verdicts(self) -> pa.Table:
        rows = [{"chain": chain, "key": row.key, "node": row.node, "verdict": row.verdict, "role": row.role or None}
                for chain, judged in sorted(self.judged_by_chain.items()) for _pair, row in sorted(judged.items())]
        # Never empty: not every engine takes a table in memory without rows.
        return pa.Table.from_pylist([*rows, {"chain": "", "key": "", "node": "", "verdict": "reject", "role": None}], _VERDICTS)

    def _uses(self) -> pa.Table:
        rows = [{"chain": chain.code, "node": node, "used_by": used_by, "distance": distance} for chain in self.chains
                for node, others in web(chain).uses.items() for used_by, distance in others.items()]
        return pa.Table.from_pylist([*rows, {"chain": "", "node": "", "used_by": "", "distance": 1}], _USES)


def ground(
    chain: str | Sequence[str], zone: str, as_of: date, known_at: datetime | None, chosen: Engine | None, radius_km: float | None = None
) -> Ground:
    """Of one chain or of several. Raises NotFound for a chain, zone or territory that is not there, Refused where nothing was mapped yet."""
    when = known(known_at)
    found = tuple(catalogue.find(code, as_of, when) for code in ([chain] if isinstance(chain, str) else chain))
    territory = enterprises.territory(zone, as_of, when.number)
    if radius_km is not None and territory.centre is None:
        raise Faulty("no_centre", _(
            "No centre of the zone “%s” was declared, so no radius can be drawn around it. Give its longitude and latitude "
            "under “Territories”, or leave the radius out.") % zone, "radius_km")
    register, mappings = snapshots(known_at)
    row = Organisation.everything.get(code=zone, withdrawn=False)
    return Ground(found, row, territory, as_of, when, radius_km, register, mappings, chosen or engine())


def _kept(alias: str) -> str:
    names = (
        "key", "uscc", "name", "registered_on", "capital_cny", "revenue_cny", "employees", "province_code", "city_code",
        "county_code", "address")
    return ", ".join(f"{alias}.{name}" for name in names)


def _any_of(column: str, codes: list[str]) -> str:
    """Codes are digits, checked when the territory was declared."""
    return f"{column} in ({', '.join(repr(code) for code in codes)})" if codes else ""
