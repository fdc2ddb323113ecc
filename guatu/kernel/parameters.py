"""Dated parameters: defaults in each app's YAML with the document that sets them, overrides by zone as facts.

    parameter("projects.lists.building_stages").on(day)

A YAML file holds, by key: label_zh, label_en, unit, and `values`: a list of {from, value, document}.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.utils.translation import get_language

from guatu.kernel.errors import Misconfigured
from guatu.kernel.kept import once
from guatu.kernel.models.history import limit
from guatu.kernel.models.parameters import ParameterValue


@dataclass(frozen=True)
class Value:
    """A value in force, from which day, and the document (or person's reason) that sets it."""

    key: str
    value: Any
    since: date
    document: str
    organisation_id: int | None = None


@dataclass(frozen=True)
class Parameter:
    key: str
    label_zh: str
    label_en: str
    unit: str
    values: tuple[Value, ...]

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh

    def on(self, day: date) -> Value:
        """The default in force on `day`: the last one that begins on or before it."""
        in_force = [value for value in self.values if value.since <= day]
        if not in_force:
            raise Misconfigured("parameter", f"The parameter {self.key} has no value on {day}.")
        return in_force[-1]


@cache
def definitions() -> dict[str, Parameter]:
    """Every parameter of every installed app, read once from `<app>/data/parameters.yaml`."""
    found = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / "data" / "parameters.yaml"
        if not config.name.startswith("guatu.") or not path.exists():
            continue
        for key, spec in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            values = sorted(spec["values"], key=lambda entry: entry["from"])
            found[key] = Parameter(
                key,
                spec["label_zh"],
                spec["label_en"],
                spec.get("unit", ""),
                tuple(Value(key, entry["value"], entry["from"], entry["document"]) for entry in values),
            )
    return found


def parameter(key: str) -> Parameter:
    if key not in definitions():
        raise Misconfigured("parameter", f"There is no parameter called {key}.")
    return definitions()[key]


@dataclass(frozen=True)
class ParameterBook:
    """All parameters as of a day and as known at a recording, overrides included: one query for a whole answer."""

    as_of: date
    overrides: dict[tuple[str, int | None], Value]
    parents: dict[int, int | None]

    def get(self, key: str, organisation_id: int | None = None) -> Value:
        """The value for an organisation: its own, else its nearest ancestor's, else the installation's, else the default."""
        seen = set()
        node = organisation_id
        while node is not None and node not in seen:
            if (key, node) in self.overrides:
                return self.overrides[key, node]
            seen.add(node)
            node = self.parents.get(node)
        return self.overrides.get((key, None)) or parameter(key).on(self.as_of)


def book(
    as_of: date, known_at: int, parents: dict[int, int | None] | None = None, mark: str = ""
) -> ParameterBook:
    """The parameters of a day, as known at a recording; `parents` is the tree of that day, where it was read already.
    `mark`: see `kept`."""
    from guatu.kernel.queries import parents_as_of, versions

    def read() -> list[ParameterValue]:
        rows = versions(ParameterValue, limit(known_at)).order_by("counts_from", "id")
        return list(rows.select_related("source"))

    overrides = {}
    for row in once("parameters", mark, read):
        if row.counts_from > as_of:
            break
        overrides[row.key, row.organisation_id] = Value(
            row.key, row.value, row.counts_from, str(row.source or row.note), row.organisation_id
        )
    if parents is None:
        parents = parents_as_of(as_of, known_at) if overrides else {}
    return ParameterBook(as_of, overrides, parents)
