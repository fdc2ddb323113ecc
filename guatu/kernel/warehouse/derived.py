"""Datasets that follow from another one and from rules alone: made when they are asked for, and never by two at once."""

from __future__ import annotations

from collections.abc import Sequence

from guatu.kernel.warehouse.engines import Engine, Kernel, Told
from guatu.kernel.warehouse.store import Dataset, Snapshot

#: Snapshots that are kept: the last, and one that somebody may still be reading.
KEPT = 2


def derived(
    dataset: Dataset, source: Snapshot, kernel: Kernel, columns: Sequence[str], facts: dict, engine: Engine,
    told: Told | None = None,
) -> Snapshot:
    """What a kernel makes of a snapshot: the dataset's last snapshot where its facts are these, else the next one, made now.
    `facts` name the source and the rules. Who comes while it is being made waits for it."""
    if (found := _present(dataset, facts)) is not None:
        return found
    with dataset.locked("making"):
        if (found := _present(dataset, facts)) is not None:
            return found
        dataset.tidy()
        draft = dataset.draft()
        made = draft.publish(engine.map(source, kernel, draft, columns, told), facts)
        dataset.forget(but=KEPT)
        return made


def _present(dataset: Dataset, facts: dict) -> Snapshot | None:
    found = dataset.snapshot()
    return found if found is not None and found.facts == facts else None
