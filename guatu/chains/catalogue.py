"""The chains that are in force: editions that an office has published, and before its first the shipped file of a chain
(`data/chains/*.yaml`).

`chains` asks with one small query whether anything was published; what was is read and checked once for each edition.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from guatu.chains.files import read_file
from guatu.chains.rules.graph import Chain, Node
from guatu.chains.rules.problems import BadChain
from guatu.kernel.errors import Misconfigured, NotFound
from guatu.kernel.recording import Known
from guatu.kernel.rules.refusals import quote

FOLDER = Path(__file__).resolve().parent / "data" / "chains"


def paths() -> list[Path]:
    """The files of the shipped chains, by name."""
    return sorted(FOLDER.glob("*.yaml"))


@cache
def shipped() -> dict[str, Chain]:
    """Every chain that comes with the program by its code; read once. Asks no database. Raises Misconfigured where a file contradicts itself."""
    found: dict[str, Chain] = {}
    for path in paths():
        try:
            chain = read_file(path, own=True)
        except BadChain as bad:
            first = bad.problems[0]
            raise Misconfigured("chain", f"{path.name}: {first.sentence(_)}", first.field or None) from None
        found[chain.code] = chain
    return found


def chains(as_of: date | None = None, known: Known | None = None) -> dict[str, Chain]:
    """Every chain in the edition in force on a day (None: today) as known at a recording (None: now), by its code.

    A shipped file counts from ever until the first edition of its chain. One query without `known`, else none.
    """
    from guatu.chains.queries.editions import in_force  # queries import this module

    found = in_force(as_of, known)
    if not found:
        return shipped()
    return dict(sorted((shipped() | {code: one.chain for code, one in found.items()}).items()))


def here() -> dict[str, Chain]:
    """As `chains` of today where an installation was set up, else the shipped ones: for commands that need no database."""
    try:
        database = settings.DATABASES["default"]
        if database["ENGINE"].endswith("sqlite3") and not connection.connection and not Path(database["NAME"]).exists():
            return shipped()
        return chains()
    except DatabaseError:
        return shipped()


def find(code: str, as_of: date | None = None, known: Known | None = None) -> Chain:
    """The chain of that code in the edition in force, as of `chains`; raises NotFound."""
    found = chains(as_of, known)
    if code not in found:
        raise NotFound("no_chain", _("There is no chain with the code “%(code)s”. Choose one of: %(known)s.") % {
            "code": quote(code), "known": ", ".join(sorted(found))}, "chain")
    return found[code]


def find_node(chain: str, node: str, as_of: date | None = None, known: Known | None = None) -> Node:
    """The node of that code in the chain of that code, as of `chains`; raises NotFound."""
    found = find(chain, as_of, known)
    try:
        return found.node(node)
    except KeyError:
        raise NotFound("no_node", _(
            "The chain “%(chain)s” has no node with the code “%(node)s”. Look at its nodes: guatu chains status %(code)s.") % {
                "chain": found.name, "node": quote(node), "code": found.code}, "node") from None
