"""Everybody whom a name may mean: the enterprises of the zones that a reader sees, and the register that is loaded."""

from __future__ import annotations

from django.utils import timezone

from guatu.enterprises.matching.names import names_of_register, table_of
from guatu.enterprises.matching.searching import Searcher, Several
from guatu.enterprises.queries import named_enterprises
from guatu.enterprises.rules.matching import Factors, Thresholds
from guatu.kernel.parameters import book
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.kernel.warehouse.engines import Told

#: Before the number of an enterprise of the record database, where a register's row has its key.
OWN = "E:"


def rules() -> tuple[Factors, Thresholds, Several]:
    """By what names are judged today: the parameters `enterprises.matching.*` of the installation."""
    found = book(timezone.localdate(), head().number)

    def value(name: str):
        return found.get(f"enterprises.matching.{name}").value

    several = value("several")
    return (Factors(**{name: float(number) for name, number in value("factors").items()}),
            Thresholds(float(value("automatic")), float(value("doubtful"))),
            Several(float(several["factor"]), int(several["most"])))


def searcher(scope: Scope, told: Told | None = None, register: bool = True) -> Searcher:
    """A searcher of the zone's enterprises within `scope` and, where asked, of the register, by the parameters of today."""
    keys, codes, names, aliases = [], [], [], []
    for pk, code, name, others in named_enterprises(scope):
        keys.append(f"{OWN}{pk}")
        codes.append(code or None)
        names.append(name)
        aliases += [(other, f"{OWN}{pk}") for other in others]
    found = names_of_register(told=told) if register else None
    tables = [table_of(keys, codes, names), *([] if found is None else [found.files()])]
    return Searcher(tables, aliases, *rules())
