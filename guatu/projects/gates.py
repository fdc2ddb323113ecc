"""The gates of this installation, and what keeps a project from its next stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.bulk import chunks
from guatu.kernel.models import Document
from guatu.kernel.registry import fill
from guatu.projects.choices import STAGES
from guatu.projects.models import ArrivedFunds, Milestone, Project, StatisticsEntry
from guatu.projects.rules import gates as rules
from guatu.projects.rules.stages import Standing, next_stages

DOCUMENT_KINDS = [
    ("signed_agreement", gettext_lazy("signed agreement")),
    ("business_licence", gettext_lazy("business licence")),
    ("land_contract", gettext_lazy("land contract")),
    ("construction_permit", gettext_lazy("construction permit")),
    ("acceptance_record", gettext_lazy("acceptance record")),
    ("trial_plan", gettext_lazy("trial production plan")),
    ("production_record", gettext_lazy("record of going into production")),
    ("capacity_record", gettext_lazy("record of reaching capacity")),
    ("capital_proof", gettext_lazy("proof of funds arrived")),
    ("statistics_filing", gettext_lazy("filing for statistics")),
    ("photo", gettext_lazy("photo")),
    ("other", gettext_lazy("other")),
]


@fill("documents.kinds")
def document_kinds(model=None):
    """Kinds of document that lie with a project or its ledger; for any row (None) all of them."""
    own = {ArrivedFunds: ("capital_proof", "other"), StatisticsEntry: ("statistics_filing", "other")}.get(model)
    if own is not None:
        return [(code, label) for code, label in DOCUMENT_KINDS if code in own]
    return DOCUMENT_KINDS if model in (Project, None) else None


@cache
def table() -> tuple[dict[str, rules.Gate], tuple[rules.Condition, ...]]:
    path = Path(__file__).parent / "data" / "gates.yaml"
    return rules.read_gates(yaml.safe_load(path.read_text(encoding="utf-8")))


def _names() -> list[str]:
    gates, conditions = table()
    return sorted({name for gate in gates.values() for name in gate.fields} | {rule.field for rule in conditions})


def values_of(project_ids: list[int]) -> dict[int, dict]:
    """The values that gates read, by project; one query a chunk and column of several references."""
    plain = [name for name in _names() if not Project._meta.get_field(name).many_to_many]
    found: dict[int, dict] = {}
    for chunk in chunks(sorted(set(project_ids))):
        rows = Project.everything.filter(pk__in=chunk)
        for pk, *values in rows.values_list("pk", *plain):
            found[pk] = dict(zip(plain, values, strict=True))
        for name in set(_names()) - set(plain):
            for pk, related in rows.values_list("pk", name):
                found[pk].setdefault(name, []).extend([related] if related is not None else [])
    return found


def values_of_new(values: dict) -> dict:
    """The values that gates read, of a project that is being created."""
    return {
        name: values.get(name, [] if field.many_to_many else field.get_default())
        for name in _names()
        for field in [Project._meta.get_field(name)]
    }


def evidence_of(project_ids: list[int]) -> dict[int, frozenset[str]]:
    """Kinds of documents that lie with each project."""
    found: dict[int, set[str]] = {}
    for chunk in chunks(sorted(set(project_ids))):
        rows = Document.everything.filter(subject_type=Project._meta.label_lower, subject_id__in=chunk, withdrawn=False)
        for pk, kind in rows.values_list("subject_id", "kind"):
            found.setdefault(pk, set()).add(kind)
    return {pk: frozenset(kinds) for pk, kinds in found.items()}


def promises_of(project_ids: list[int]) -> dict[int, dict[str, Milestone]]:
    """Standing milestones with an event, by project and event."""
    found: dict[int, dict[str, Milestone]] = {}
    for chunk in chunks(sorted(set(project_ids))):
        for milestone in Milestone.everything.filter(project_id__in=chunk, title="", withdrawn=False):
            found.setdefault(milestone.project_id, {})[milestone.event] = milestone
    return found


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


def next_steps(values: dict, documents: frozenset[str], standing: Standing) -> list[NextStage]:
    """The stages a project may reach next from where it stands, each with what still blocks it.

    `values` are the project's as they held on the day, `documents` the kinds that lay with it then.
    """
    gates, conditions = table()
    return [
        NextStage(
            stage,
            str(dict(STAGES)[stage]),
            [(blocker, sentence(blocker)) for blocker in rules.blockers(gates[stage], values, documents)],
        )
        for stage in next_stages(standing, rules.optional_stages(conditions, values))
    ]
