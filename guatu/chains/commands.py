"""The commands of chains: `guatu chains check` here, others in files of their own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.chains import (  # noqa: F401  (they declare their commands)
    classify_commands,
    evaluate_commands,
    mapping_commands,
    proposal_commands,
    relatedness_commands,
    standing_commands,
)
from guatu.chains.files import read_file
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.problems import BadChain, Problem
from guatu.kernel.command_line import Call, command, table


def _arguments(parser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help=_(
        "files of chains (YAML); without any, the chains that come with the program"))


@command("chains", "check", help=gettext_lazy("check the shape of chains in files"), arguments=_arguments, ready=False)
def check(call: Call) -> int:
    from guatu.chains import catalogue

    found, problems = _read([Path(name) for name in call.files] or catalogue.paths())
    data = {
        "ok": not problems,
        "chains": [
            {
                "code": chain.code,
                "name": chain.name,
                "edition": chain.edition,
                "nodes": len(chain.nodes),
                "edges": len(chain.edges),
                "terms": sum(len(node.terms) for node in chain.nodes),
            }
            for chain in found
        ],
        "problems": [
            {"chain": problem.chain, "node": problem.node, "field": problem.field, "message": problem.sentence(_)}
            for problem in problems
        ],
    }
    return call.answer(data, _in_words(data), code=0 if data["ok"] else 1)


def _read(paths: list[Path]) -> tuple[list[Chain], list[Problem]]:
    """The chains that are sound, and everything wrong with the others."""
    found: dict[str, tuple[Chain, Path]] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            chain = read_file(path)
        except BadChain as bad:
            problems += bad.problems
            continue
        if chain.code in found:
            other = found[chain.code][1]
            problems.append(Problem("chain_twice", chain.code, field="code", params={
                "one": str(other), "other": str(path)}))
        else:
            found[chain.code] = chain, path
    return [chain for chain, _path in found.values()], problems


def _in_words(data: dict) -> Iterable[str]:
    if data["chains"]:
        yield from table(
            [_("code"), _("name"), _("edition"), _("nodes"), _("supply edges"), _("terms")],
            [[chain["code"], chain["name"], chain["edition"], chain["nodes"], chain["edges"], chain["terms"]]
             for chain in data["chains"]],
        )
    for problem in data["problems"]:
        yield problem["message"]
