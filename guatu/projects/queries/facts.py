"""What is known of one project as of a day: each value with the statement it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guatu.kernel.models import BEGINNING, Statement
from guatu.kernel.values import read
from guatu.projects.models import Project
from guatu.projects.queries.dossier import Dossier

#: Columns of a project that refer to one other row.
REFERENCES = ("zone", "unit", "team", "chain", "park", "commander", "officer", "batch", "source")
COLUMNS = {column.name: column for column in Project.value_fields()}


@dataclass(frozen=True)
class Valued:
    """One value that held from a day on; `until` is the day from which another one holds (None: still in force)."""

    value: Any
    statement: Statement
    until: date | None = None

    @property
    def since(self) -> date | None:
        """The day from which the value holds; None when it was always so."""
        return None if self.statement.counts_from == BEGINNING else self.statement.counts_from


@dataclass(frozen=True)
class ProjectFacts:
    """Values in force on the day. `investment` is in its own currency, `investment_cny` in yuan at the day's rate;
    `origins` gives for each value the statement that set it."""

    values: dict[str, Any]
    origins: dict[str, Statement]
    investment_cny: Decimal | None
    investments: list[Valued]

    def __getitem__(self, name: str):
        return self.values.get(name)


def project_facts(file: Dossier) -> ProjectFacts | None:
    """The facts of a project on the dossier's day; None when nothing was known of it then. Reads only what the
    dossier holds, and the exchange rates."""
    values: dict[str, Any] = {}
    origins: dict[str, Statement] = {}
    investments: list[Valued] = []
    for statement in file.about(file.project):
        if statement.counts_from > file.when.as_of:
            break
        values.update(statement.values)
        origins.update(dict.fromkeys(statement.values, statement))
        if {"investment", "currency"} & statement.values.keys() and values.get("investment") is not None:
            amount = (read(COLUMNS["investment"], values["investment"]), values.get("currency") or "CNY")
            if not investments or investments[-1].value != amount:
                if investments:
                    investments[-1] = Valued(investments[-1].value, investments[-1].statement, statement.counts_from)
                investments.append(Valued(amount, statement))
    if not values or values.get("withdrawn"):
        return None
    values = {name: read(COLUMNS[name], value) for name, value in values.items() if name in COLUMNS}
    amount = values.get("investment")
    return ProjectFacts(
        values,
        origins,
        file.when.cny(None if amount is None else int(amount * 100), values.get("currency") or "CNY"),
        investments,
    )
