"""The gates of this installation, and what keeps a project from its next stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.models import Document
from guatu.projects.choices import STAGES
from guatu.projects.models import Project
from guatu.projects.rules import gates as rules
from guatu.projects.rules.stages import next_stages, standing_on

DOCUMENT_KINDS = [
    ("signed_agreement", gettext_lazy("signed agreement")),
    ("business_licence", gettext_lazy("business licence")),
    ("land_contract", gettext_lazy("land contract")),
    ("construction_permit", gettext_lazy("construction permit")),
    ("acceptance_record", gettext_lazy("acceptance record")),
    ("trial_plan", gettext_lazy("trial production plan")),
    ("production_record", gettext_lazy("record of going into production")),
    ("capacity_record", gettext_lazy("record of reaching capacity")),
    ("photo", gettext_lazy("photo")),
    ("other", gettext_lazy("other")),
]


@cache
def table() -> tuple[dict[str, rules.Gate], tuple[rules.Condition, ...]]:
    path = Path(__file__).parent / "data" / "gates.yaml"
    return rules.read_gates(yaml.safe_load(path.read_text(encoding="utf-8")))


def gate_values(project: Project, changed: dict | None = None) -> dict:
    """The project's values as gates read them, with changes of the same batch laid over."""
    names = {name for gate in table()[0].values() for name in gate.fields} | {rule.field for rule in table()[1]}
    values = {}
    for name in names:
        field = Project._meta.get_field(name)
        if changed is not None and name in changed:
            values[name] = changed[name]
        elif field.many_to_many:
            values[name] = list(getattr(project, name).values_list("pk", flat=True)) if project is not None else []
        else:
            values[name] = getattr(project, field.attname) if project is not None else field.get_default()
    return values


def evidence(project_id: int) -> frozenset[str]:
    return frozenset(
        Document.everything.filter(
            subject_type=Project._meta.label_lower, subject_id=project_id, withdrawn=False
        ).values_list("kind", flat=True)
    )


def sentence(blocker: rules.Blocker) -> str:
    """What is missing, in words, and what to do."""
    if blocker.kind == "field":
        return (
            _("“%s” is not filled in. Fill it in on the project.") % Project._meta.get_field(blocker.name).verbose_name
        )
    return _("The document “%s” is not there. Add it to the project.") % dict(DOCUMENT_KINDS)[blocker.name]


@dataclass(frozen=True)
class NextStage:
    stage: str
    label: str
    blockers: list[tuple[rules.Blocker, str]]


def next_steps(project: Project, events: list, as_of) -> list[NextStage]:
    """The stages a project may reach next, each with what still blocks it."""
    gates, conditions = table()
    values = gate_values(project)
    present = evidence(project.pk)
    reachable = next_stages(standing_on(events, as_of), rules.optional_stages(conditions, values))
    return [
        NextStage(
            stage,
            str(dict(STAGES)[stage]),
            [(blocker, sentence(blocker)) for blocker in rules.blockers(gates[stage], values, present)],
        )
        for stage in reachable
    ]
