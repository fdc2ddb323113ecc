"""What people have judged of mappings, as of a day and as known at a recording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from guatu.chains.models import MappingVerdict
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions


def verdicts(chain: str, as_of: date, recording: int | None = None) -> dict[tuple[str, str], MappingVerdict]:
    """The verdict in force on each enterprise and node of a chain, by the enterprise's key and the node's code; the one
    that holds from the latest day counts. `recording`: None is now. One query."""
    return verdicts_of([chain], as_of, recording)[chain]


def verdicts_of(
    chains: Sequence[str], as_of: date, recording: int | None = None
) -> dict[str, dict[tuple[str, str], MappingVerdict]]:
    """As `verdicts`, of several chains by their codes. One query."""
    rows = versions(
        MappingVerdict, None if recording is None else limit(recording), chain__in=chains, counts_from__lte=as_of)
    found: dict[str, dict[tuple[str, str], MappingVerdict]] = {chain: {} for chain in chains}
    for row in rows.order_by("counts_from", "id"):
        found[row.chain][row.key, row.node] = row
    return found


def present_verdict(key: str, chain: str, node: str, valid_on: date | None = None) -> MappingVerdict | None:
    """The verdict on an enterprise at a node that holds from this day; without a day the one that holds from the latest."""
    rows = versions(MappingVerdict, None, key=key, chain=chain, node=node)
    if valid_on is not None:
        rows = rows.filter(valid_on=valid_on)
    return rows.order_by("-counts_from", "-id").first()
