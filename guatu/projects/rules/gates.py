"""Gates between stages as a table: what must be there before a stage is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    stage: str
    fields: tuple[str, ...]
    documents: tuple[str, ...]
    verb: str


@dataclass(frozen=True)
class Condition:
    """When a stage may be passed over: the field equals a value, or is one of several."""

    stage: str
    field: str
    values: tuple

    def holds(self, values: Mapping) -> bool:
        return values.get(self.field) in self.values


@dataclass(frozen=True)
class Blocker:
    """One thing that keeps a project from its next stage."""

    kind: str  # "field" or "document"
    name: str


def read_gates(document: Mapping) -> tuple[dict[str, Gate], tuple[Condition, ...]]:
    gates = {
        stage: Gate(stage, tuple(spec["fields"]), tuple(spec["documents"]), spec["verb"])
        for stage, spec in document["gates"].items()
    }
    conditions = tuple(
        Condition(stage, spec["field"], tuple(spec["in"]) if "in" in spec else (spec["equals"],))
        for stage, spec in document["optional"].items()
    )
    return gates, conditions


def optional_stages(conditions: tuple[Condition, ...], values: Mapping) -> frozenset[str]:
    """The stages that a project with these values may pass over."""
    return frozenset(condition.stage for condition in conditions if condition.holds(values))


def blockers(gate: Gate, values: Mapping, documents: frozenset[str]) -> list[Blocker]:
    """What is still missing before the gate's stage; empty when it may be passed."""
    missing = [Blocker("field", name) for name in gate.fields if values.get(name) in (None, "", [], ())]
    return missing + [Blocker("document", kind) for kind in gate.documents if kind not in documents]
