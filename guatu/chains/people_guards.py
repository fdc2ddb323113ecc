"""What every write to the people of a chain must obey."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.chains.models import ChainPost
from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard


@guard(ChainPost)
def not_over_before_it_began(batch: Batch) -> None:
    """A post ends on or after the day on which it began."""
    for change in batch.of(ChainPost):
        if change.op == "withdraw":
            continue
        began, until = change.after("valid_on"), change.after("until")
        if began is not None and until is not None and until < began:
            batch.refuse(change, Faulty("until", _(
                "The last day in the post, %(until)s, lies before its first, %(began)s. Correct one of the two.") % {
                    "until": until.isoformat(), "began": began.isoformat()}, "until"))
