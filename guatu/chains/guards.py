"""Rules of chains, asked on every write."""

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.models import ChainEdition, MappingVerdict
from guatu.chains.rules.graph import inspected
from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.registry import guard
from guatu.kernel.values import digest


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


@guard(ChainEdition)
def sound_editions(batch: Batch) -> None:
    """An edition is a sound chain of its own code and day, whatever the door it comes by."""
    for change in batch.of(ChainEdition):
        if change.op == "withdraw":
            continue
        body = change.after("body")
        _chain, problems = inspected(body, str(change.after("chain")))
        for problem in problems:
            batch.refuse(change, Faulty(problem.code, problem.sentence(_), "body"))
        if problems:
            continue
        day = change.after("valid_on")
        if body["code"] != change.after("chain") or day is None or body["edition"] != day.isoformat():
            batch.refuse(change, Faulty("edition_other", _(
                "The structure is that of the chain “%(code)s” from %(day)s on, not of the one named. An edition is published "
                "on the page of its chain.") % {"code": body["code"], "day": body["edition"]}, "body"))
        elif change.after("sha256") != digest(body):
            batch.refuse(change, Faulty("edition_digest", _(
                "The digest of the edition is not that of its structure. An edition is published on the page of its chain."),
                "sha256"))
