"""The chains that come with the program, read from `data/chains/*.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.chains.files import read_file
from guatu.chains.rules.graph import Chain, Node
from guatu.chains.rules.problems import BadChain
from guatu.kernel.errors import Misconfigured, NotFound
from guatu.kernel.rules.refusals import quote

FOLDER = Path(__file__).resolve().parent / "data" / "chains"


def paths() -> list[Path]:
    """The files of the shipped chains, by name."""
    return sorted(FOLDER.glob("*.yaml"))


@cache
def chains() -> dict[str, Chain]:
    """Every shipped chain by its code; read once. Raises Misconfigured where a file contradicts itself."""
    found: dict[str, Chain] = {}
    for path in paths():
        try:
            chain = read_file(path)
        except BadChain as bad:
            first = bad.problems[0]
            raise Misconfigured("chain", f"{path.name}: {first.sentence(_)}", first.field or None) from None
        found[chain.code] = chain
    return found


def find(code: str) -> Chain:
    """The chain of that code; raises NotFound."""
    found = chains()
    if code not in found:
        raise NotFound("no_chain", _("There is no chain with the code “%(code)s”. Choose one of: %(known)s.") % {
            "code": quote(code), "known": ", ".join(sorted(found))}, "chain")
    return found[code]


def find_node(chain: str, node: str) -> Node:
    """The node of that code in the chain of that code; raises NotFound."""
    found = find(chain)
    try:
        return found.node(node)
    except KeyError:
        raise NotFound("no_node", _(
            "The chain “%(chain)s” has no node with the code “%(node)s”. Look at its nodes: guatu chains status %(code)s.") % {
                "chain": found.name, "node": quote(node), "code": found.code}, "node") from None
