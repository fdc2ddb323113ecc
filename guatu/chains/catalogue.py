"""The chains that come with the program, read from `data/chains/*.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.chains.files import read_file
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.problems import BadChain
from guatu.kernel.errors import Misconfigured

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
