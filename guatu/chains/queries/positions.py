"""Where one enterprise of the register stands on the chains, as its texts say or as people have judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guatu.chains import catalogue
from guatu.chains.mappings import MAPPINGS
from guatu.chains.models import MappingVerdict
from guatu.kernel.queries import versions
from guatu.kernel.warehouse import Engine
from guatu.kernel.warehouse import engine as chosen_engine


@dataclass(frozen=True)
class Position:
    """A node on which an enterprise stands; `verdict` is confirm, reject or "" where nobody has judged it."""

    chain: str
    chain_name: str
    node: str
    node_name: str
    role: str
    term: str
    verdict: str


def positions(key: str, as_of: date, engine: Engine | None = None) -> list[Position]:
    """By chain and node; rejected ones too. Nodes that a chain's present edition does not have are left out."""
    mappings = MAPPINGS.snapshot()
    rows = [] if mappings is None or not mappings.files() else (engine or chosen_engine()).query(
        "select m.chain, m.node, m.role, m.term from mappings m where m.key = :key order by m.chain, m.node",
        {"mappings": mappings}, key=key).to_pylist()
    found = {(row["chain"], row["node"]): (row["role"], row["term"] or "") for row in rows}
    judged = {(row.chain, row.node): row for row in versions(
        MappingVerdict, key=key, counts_from__lte=as_of).order_by("counts_from", "id")}
    for place, verdict in judged.items():
        if place in found or verdict.role:
            role, term = found.get(place, ("", ""))
            found[place] = verdict.role or role, term
    chains, made = catalogue.chains(as_of), []
    for (code, node), (role, term) in sorted(found.items()):
        chain = chains.get(code)
        name = next((one.name for one in chain.nodes if one.code == node), None) if chain else None
        if name is not None:
            verdict = judged.get((code, node))
            made.append(Position(code, chain.name, node, name, role, term, verdict.verdict if verdict else ""))
    return made
