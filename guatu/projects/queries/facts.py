"""What is known of one project as of a day, with the names of what it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from guatu.kernel.models import Source
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.projects.models import Project
from guatu.projects.queries.moment import Moment

REFERENCES = ("zone", "unit", "team", "chain", "park", "commander", "officer", "batch", "source")


@dataclass(frozen=True)
class Reference:
    """A row that the project refers to: identity and present name."""

    pk: int
    name: str


@dataclass(frozen=True)
class ProjectFacts:
    """Values in force on the day. `investment` is in its own currency, `investment_cny` in yuan at the day's rate."""

    values: dict
    references: dict[str, Reference]
    investors: list[Reference]
    investment_cny: Decimal | None

    def __getitem__(self, name: str):
        return self.values.get(name)


def project_facts(project: Project, when: Moment) -> ProjectFacts | None:
    """The facts of a project that the caller has found visible; None when nothing was known of it then.

    One query for the values and at most one for each table referred to.
    """
    values = as_of_values(Project, [project.pk], when.as_of, limit(when.recording)).get(project.pk)
    if values is None:
        return None
    by_model: dict[type[models.Model], set[int]] = {}
    for name in REFERENCES:
        if values.get(name) is not None:
            by_model.setdefault(Project._meta.get_field(name).related_model, set()).add(values[name])
    enterprise = Project._meta.get_field("investors").related_model
    by_model.setdefault(enterprise, set()).update(values.get("investors") or [])
    names: dict[tuple, str] = {}
    for model, ids in by_model.items():
        if ids:
            names |= {(model, row.pk): _name(row) for row in model.everything.filter(pk__in=sorted(ids))}
    references = {
        name: Reference(values[name], names[Project._meta.get_field(name).related_model, values[name]])
        for name in REFERENCES
        if values.get(name) is not None
    }
    amount = values.get("investment")
    return ProjectFacts(
        values,
        references,
        [Reference(pk, names[enterprise, pk]) for pk in values.get("investors") or []],
        when.cny(None if amount is None else int(amount * 100), values.get("currency") or "CNY"),
    )


def _name(row: models.Model) -> str:
    return row.title if isinstance(row, Source) else str(row)
