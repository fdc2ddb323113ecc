"""What is planned over what is here: the leads and projects of each node of a chain, as of a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from guatu.chains.models import Chain
from guatu.kernel.held import NOTHING
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead
from guatu.outreach.queries.funnel import lead_rows
from guatu.outreach.rules.leads import LOST
from guatu.projects.models import Project
from guatu.projects.queries.moment import Moment

#: What a node may have coming, the farthest last; a lead stands in exactly one of them.
LEVELS = ("leads", "talks", "signed", "building", "here")
#: Level by the stage of a lead, and by that of the project it became.
OF_LEAD = {"new": "leads", "contacted": "leads", "talking": "talks", "visited": "talks", "agreed": "talks"}
OF_PROJECT = {
    "": "talks", "negotiating": "talks", "signed": "signed", "registered": "signed", "land_acquired": "signed",
    "started": "building", "completed": "building", "trial_production": "building", "in_production": "here",
    "at_capacity": "here",
}


@dataclass
class Cover:
    """How many leads of a node stand at each level."""

    leads: int = 0
    talks: int = 0
    signed: int = 0
    building: int = 0
    here: int = 0

    @property
    def farthest(self) -> str:
        """The farthest level that any lead reached: how far the gap is closed. Empty: nobody is coming."""
        return next((level for level in reversed(LEVELS) if getattr(self, level)), "")


@dataclass(frozen=True)
class Coming:
    """One lead of a node with the level it stands at, and its project."""

    lead: Lead
    level: str
    project: Project | None


def cover(scope: Scope, when: Moment, chain: Chain, zone: int | None = None) -> dict[str, Cover]:
    """By node what is coming; "" for leads that name no node. Lost leads and cancelled projects are not coming."""
    found: dict[str, Cover] = defaultdict(Cover)
    for node, level, _pk, _project in _levels(scope, when, chain, zone):
        setattr(found[node], level, getattr(found[node], level) + 1)
    return dict(found)


def coming(scope: Scope, when: Moment, chain: Chain, node: str, zone: int | None = None, most: int = 30) -> list[Coming]:
    """The leads of one node, those that came farthest first."""
    levels = [one for one in _levels(scope, when, chain, zone) if one[0] == node]
    levels.sort(key=lambda one: (-LEVELS.index(one[1]), one[2]))
    levels = levels[:most]
    leads = Lead.everything.in_bulk([pk for _node, _level, pk, _project in levels])
    projects = Project.objects.within(scope).in_bulk([project for *_rest, project in levels if project]) if scope.may(
        "projects") else {}
    return [Coming(leads[pk], level, projects.get(project)) for _node, level, pk, project in levels]


def _levels(scope: Scope, when: Moment, chain: Chain, zone: int | None) -> list[tuple[str, str, int, int | None]]:
    rows = lead_rows(scope, when, zone)
    rows = rows.where((rows["chain_id"] == chain.pk) & (rows["stage"] != rows.code("stage", LOST)))
    ids = rows["project_id"]
    stages: dict[int, str | None] = {}
    if (ids != NOTHING).any():  # where the project stands is part of the lead's own way
        projects = when.rows(Scope.whole())
        projects = projects.where(np.isin(projects["project_id"], ids))
        for pk, signature in zip(projects["project_id"], projects["signature_id"], strict=True):
            one = when.signatures[int(signature)]
            stages[int(pk)] = None if one.status == "cancelled" else one.stage
    nodes, words = rows.table.spelled["node"], rows.table.spelled["stage"]
    found = []
    for place in range(len(rows)):
        project = int(ids[place])
        level = OF_PROJECT.get(stages.get(project, "") or "") if project != NOTHING else OF_LEAD[words[rows["stage"][place]]]
        if project != NOTHING and stages.get(project, "") is None:
            continue
        found.append((nodes[rows["node"][place]], level, int(rows["lead_id"][place]), None if project == NOTHING else project))
    return found
