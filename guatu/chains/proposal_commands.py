"""The command `guatu chains propose`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, table

#: Proposals listed in words; JSON has all of them.
MOST_LISTED = 40


def _arguments(parser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=_("tables of a graph of products (CSV or Parquet)"))
    parser.add_argument("--chain", required=True, metavar="CODE", help=_("the chain for which the graph proposes something"))


@command("chains", "propose", help=gettext_lazy("what a graph of products proposes for a chain, for a person to accept"),
         arguments=_arguments)
def propose(call: Call) -> int:
    from guatu.chains.proposal_actions import propose

    data = propose(call.actor, call.chain, [Path(name) for name in call.files]).as_data()
    return call.answer(data, _in_words(data))


def _in_words(data: dict) -> Iterable[str]:
    yield _("%(relations)d rows read, %(used)d touch the chain: %(terms)d terms, %(nodes)d nodes and %(edges)d edges are proposed "
            "(%(new)d of them new), %(known_terms)d words and %(known_edges)d edges are in the chain already.") % data
    if data["unused"]:
        yield _("Not used, because they are other tables: %s") % ", ".join(data["unused"])
    if data["proposals"]:
        yield from table(
            [_("kind"), _("word"), _("node"), _("rows that say so"), _("evidence")],
            [[one["kind"], one["word"], one["node"], one["said"], one["told"][0] if one["told"] else ""]
             for one in data["proposals"][:MOST_LISTED]])
    if len(data["proposals"]) > MOST_LISTED:
        yield _("and %d more; all of them stand on the chain's page of proposals.") % (len(data["proposals"]) - MOST_LISTED)
