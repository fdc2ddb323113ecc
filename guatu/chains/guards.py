"""Rules of chains, asked on every write."""

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.models import MappingVerdict
from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.registry import guard


@guard(MappingVerdict)
def verdicts(batch: Batch) -> None:
    """A verdict names a node of a chain that is there; one that rejects names no role."""
    for change in batch.of(MappingVerdict):
        if change.op == "withdraw":
            continue
        try:
            catalogue.find_node(change.after("chain"), change.after("node"))
        except Refused as refused:
            batch.refuse(change, refused)
        if change.after("verdict") == "reject" and change.after("role"):
            batch.refuse(change, Faulty("role_of_reject", _(
                "A rejection says that the enterprise is nothing to the node, so it names no role. Leave the role out, or "
                "confirm with it."), "role"))
