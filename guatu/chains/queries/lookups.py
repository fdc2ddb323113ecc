"""Single enterprises of the register and their mappings."""

from __future__ import annotations

from guatu.chains.mappings import MAPPINGS
from guatu.chains.queries.ground import snapshots
from guatu.kernel.warehouse import Engine
from guatu.kernel.warehouse import engine as chosen_engine


def enterprise_in_register(key: str, engine: Engine | None = None) -> dict | None:
    """Key, name and day of registration of an enterprise, or None. Raises Refused where nothing was mapped yet."""
    register, _mappings = snapshots(None)
    rows = (engine or chosen_engine()).query(
        "select r.key, r.name, r.registered_on from register r where r.key = :key order by r.key limit 1",
        {"register": register}, key=key).to_pylist()
    return rows[0] if rows else None


def is_mapped(key: str, chain: str, node: str, engine: Engine | None = None) -> bool:
    """Whether the texts of an enterprise put it at a node in any role."""
    _register, mappings = snapshots(None)
    return bool((engine or chosen_engine()).query(
        "select m.key from mappings m where m.chain = :chain and m.node = :node and m.key = :key order by m.key limit 1",
        {"mappings": mappings if mappings.files() else MAPPINGS.empty()}, chain=chain, node=node, key=key).num_rows)
