"""The funnel of leads as of a day: by stage, origin, chain and unit, the projects they became, and what that cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from guatu.chains.models import Chain
from guatu.kernel.held import NOTHING, Rows, held
from guatu.kernel.models import Organisation
from guatu.kernel.registry import slot
from guatu.kernel.scope import Scope, subtree
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS, ORIGIN_LABELS
from guatu.outreach.models import LeadState
from guatu.outreach.rules.funnel import Counts, Step, cost_per_hundred_million, percentage, steps, totals
from guatu.outreach.rules.leads import LOST, ORDER
from guatu.projects.queries.moment import Moment, moment, zone_named

#: Groups that a funnel is told by.
BY = ("origin", "chain", "unit")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Outcome:
    """The projects that leads became, as of the day: how many, how many landed, and the investment of these in yuan."""

    projects: int = 0
    landed: int = 0
    landed_cny: Decimal = Decimal(0)
    unknown: int = 0


@dataclass(frozen=True)
class Group:
    """The leads of one origin, chain or unit; `key` is its code or identity, None where a lead names none."""

    key: str | int | None
    label: str
    counts: Counts

    @property
    def rate_pct(self) -> Decimal | None:
        """Per cent of the leads that became projects."""
        return percentage(self.counts.converted, self.counts.leads)


@dataclass(frozen=True)
class Funnel:
    """All of it. `cost_cny` is None where nobody records what it cost."""

    when: Moment
    zone: Organisation | None
    counts: Counts
    groups: dict[str, list[Group]]
    outcome: Outcome
    cost_cny: Decimal | None
    landed_stages: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)

    @property
    def cost_per_yi(self) -> Decimal | None:
        """Yuan for each 亿元 landed."""
        return cost_per_hundred_million(self.cost_cny, self.outcome.landed_cny)


def lead_rows(scope: Scope, when: Moment, zone: int | None = None, verb: str = "view") -> Rows:
    """The leads that stood at a moment, from memory: those within reach, in a zone and below it."""
    rows = held(LeadState, when.head).in_force(when.as_of, when.recording)
    within = scope.mask(LeadState.scope_paths, "leads", verb, rows)
    if within is not None:
        rows = rows.where(within)
    if zone is not None:
        rows = rows.where(np.isin(rows["zone_id"], sorted(subtree(when.parents, zone))))
    return rows


def funnel(scope: Scope, as_of: date, known_at: datetime | None = None, zone: str | None = None) -> Funnel:
    """The funnel of a zone with those below it (None: everything in reach). A constant number of queries. Raises NotFound."""
    scope.require("leads", "view")
    when = moment(as_of, known_at)
    node = zone_named(scope, zone) if zone else None
    rows = lead_rows(scope, when, node.pk if node is not None else None)
    origin = _spelled(rows, "origin")
    keys = {"origin": rows["origin"], "chain": rows["chain_id"], "unit": rows["unit_id"]}
    labels: dict[str, Callable[[int], tuple]] = {
        "origin": lambda key: (origin[key], str(ORIGIN_LABELS.get(origin[key], origin[key]))),
        "chain": _names(Chain, keys["chain"], "code"), "unit": _names(Organisation, keys["unit"], None)}
    groups = {}
    for name in BY:
        different, places = np.unique(keys[name], return_inverse=True)
        counted = counts_of(rows, places, len(different))
        groups[name] = sorted(
            (Group(*labels[name](int(key)), counts) for key, counts in zip(different, counted, strict=True)),
            key=lambda group: (-group.counts.leads, str(group.label)))
    total = totals([group.counts for group in groups["origin"]])
    stages = tuple(when.parameters.get("outreach.funnel.landed_stages", node.pk if node is not None else None).value)
    offered = [cost for cost in slot("outreach.costs", scope=scope, zone=node, as_of=as_of, known_at=known_at)]
    return Funnel(when, node, total, groups, _outcome(scope, when, rows, stages),
                  sum(offered, Decimal(0)) if offered else None, stages, steps(total))


def counts_of(rows: Rows, places: np.ndarray, groups: int) -> list[Counts]:
    """The sums of some leads by group; `places` gives the group of each."""
    found = [Counts() for _n in range(groups)]
    reached = [rows[f"day_{stage}"] for stage in ORDER]
    stage, lost_from = rows["stage"], rows["lost_from"]
    is_lost = stage == rows.code("stage", LOST)

    def put(name: str, place: int, which: np.ndarray, weights: np.ndarray | None = None) -> None:
        sums = np.bincount(places[which], None if weights is None else weights[which], groups)
        for one, value in zip(found, sums, strict=True):
            getattr(one, name)[place] = int(value)

    for place, code in enumerate(ORDER):
        there = reached[place] != NOTHING
        put("reached", place, there)
        put("here", place, stage == rows.code("stage", code))
        put("lost", place, is_lost & (lost_from == rows.code("lost_from", code)))
        if place + 1 < len(ORDER):
            both = there & (reached[place + 1] != NOTHING)
            put("days", place, both, reached[place + 1] - reached[place])
            put("days_of", place, both)
    return found


def _outcome(scope: Scope, when: Moment, rows: Rows, stages: tuple[str, ...]) -> Outcome:
    ids = rows["project_id"]
    ids = np.unique(ids[ids != NOTHING])
    if not len(ids):
        return Outcome()
    projects = when.rows(scope)
    projects = projects.where(np.isin(projects["project_id"], ids))
    landing = np.array([pk for pk in np.unique(projects["signature_id"]) if when.signatures[int(pk)].stage in stages], np.int64)
    landed = projects.where(np.isin(projects["signature_id"], landing))
    fen = when.cny_fen_of(landed)
    known = fen != NOTHING
    return Outcome(len(projects), len(landed), Decimal(int(fen[known].sum())) / HUNDRED, int((~known).sum()))


def _spelled(rows: Rows, name: str) -> list[str]:
    return rows.table.spelled[name]


def _names(model: type, keys: np.ndarray, code: str | None) -> Callable[[int], tuple]:
    ids = [int(key) for key in np.unique(keys) if key != NOTHING]
    known = {pk: (value, name) for pk, value, name in model.everything.filter(pk__in=ids).values_list("pk", code or "pk", "name")}
    return lambda key: known.get(key, (None, ""))


def as_json(found: Funnel) -> dict:
    """The funnel as the command and the API answer it."""
    def step(one: Step) -> dict:
        return {
            "stage": one.stage, "label": str(LEAD_STAGE_LABELS[one.stage]), "reached": one.reached, "here": one.here,
            "lost": one.lost, "rate_pct": one.rate_pct, "of_all_pct": one.of_all_pct, "days": one.days, "days_of": one.days_of}

    def group(one: Group) -> dict:
        return {
            "key": one.key, "label": one.label, "leads": one.counts.leads, "converted": one.counts.converted,
            "lost": one.counts.all_lost, "rate_pct": one.rate_pct, "stages": [step(each) for each in steps(one.counts)]}

    return {
        "zone": found.zone.code if found.zone is not None else None, "as_of": found.when.as_of,
        "known_at": found.when.known_at, "leads": found.counts.leads, "lost": found.counts.all_lost,
        "converted": found.counts.converted, "stages": [step(one) for one in found.steps],
        **{f"by_{name}": [group(one) for one in found.groups[name]] for name in BY},
        "projects": {
            "visible": found.outcome.projects, "landed": found.outcome.landed, "landed_stages": list(found.landed_stages),
            "landed_cny": found.outcome.landed_cny, "unknown": found.outcome.unknown},
        "cost": {"cny": found.cost_cny, "per_hundred_million_cny": found.cost_per_yi},
    }


