"""Running codes for rows that people do not number themselves: E000001, E000002, …"""

from __future__ import annotations

import re

from guatu.kernel.changes import Batch
from guatu.kernel.models.facts import Stated


def give_codes(batch: Batch, model: type[Stated], prefix: str, field: str = "code") -> None:
    """Gives every new row without a code the next free one. Asked again under the chain's lock, so never twice."""
    without = [
        change
        for change in batch.of(model)
        if change.op == "create" and (not change.values.get(field) or change.numbered)
    ]
    if not without:
        return
    pattern = re.compile(rf"{re.escape(prefix)}(\d{{6,9}})$")
    numbers = [
        int(match[1])
        for code in model.everything.filter(**{f"{field}__startswith": prefix}).values_list(field, flat=True)
        if (match := pattern.match(code))
    ]
    following = max(numbers, default=0)
    for change in without:
        following += 1
        change.values[field] = f"{prefix}{following:06d}"
        change.numbered = True
