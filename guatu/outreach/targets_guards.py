"""Rules of target lists, asked on every write."""

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.kernel.changes import Batch
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.registry import guard
from guatu.outreach.models import Target, TargetList
from guatu.outreach.targets_choices import REASONED


@guard(TargetList)
def codes(batch: Batch) -> None:
    give_codes(batch, TargetList, "TL")


@guard(TargetList)
def gap_is_there(batch: Batch) -> None:
    """A list names a chain and a node of it, or neither."""
    for change in batch.of(TargetList):
        if change.op == "withdraw":
            continue
        chain, node = change.after("chain"), change.after("node")
        if bool(chain) != bool(node):
            batch.refuse(change, Faulty("half_a_gap", _(
                "A gap is a node of a chain. Give both, or neither for a list of the whole zone."), "node"))
        elif chain:
            try:
                catalogue.find_node(chain, node)
            except Refused as refused:
                batch.refuse(change, refused)


@guard(Target)
def reasons(batch: Batch) -> None:
    """Who drops or bars an enterprise says why."""
    for change in batch.of(Target):
        if change.op != "withdraw" and change.after("state") in REASONED and not (change.after("reason") or "").strip():
            batch.refuse(change, Faulty("reason_missing", _(
                "Say why “%s” is not approached any more: whoever comes next asks the same.") % change.after("name"), "reason"))
