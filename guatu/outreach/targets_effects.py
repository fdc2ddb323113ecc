"""How far it has come with a target follows from what is recorded: a visit paid for it, a lead made of it."""

from __future__ import annotations

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.registry import effect
from guatu.outreach.models import Lead, Target, Visit
from guatu.outreach.targets_choices import CONTACTED, LEAD, OPEN, VISITED

#: States in their order; a target only goes on by itself, and never from dropped or barred.
WAY = (OPEN, CONTACTED, VISITED, LEAD)
STATE_AFTER = {Visit: VISITED, Lead: LEAD}


@effect(Visit, Lead)
def target_goes_on(batch: Batch) -> list[Change]:
    """The farthest state that the batch brings each target to."""
    reached: dict[int, str] = {}
    for change in batch.of(Visit, Lead):
        target = change.values.get("target")
        if change.op == "withdraw" or not isinstance(target, int):
            continue
        state = STATE_AFTER[change.model]
        if target not in reached or WAY.index(state) > WAY.index(reached[target]):
            reached[target] = state
    found = []
    for chunk in chunks(sorted(reached)):
        for row in Target.everything.filter(pk__in=chunk, withdrawn=False):
            if row.state in WAY and WAY.index(row.state) < WAY.index(reached[row.pk]):
                found.append(Change("change", Target, {"state": reached[row.pk]}, row=row))
    return found
