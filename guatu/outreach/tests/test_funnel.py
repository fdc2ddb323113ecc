"""The funnel from records: the six leads worked out by hand in test_rules_leads, told by stage, origin, chain and unit."""

import json
from datetime import date
from decimal import Decimal

import pytest

from guatu.chains.models import Chain
from guatu.kernel import actions
from guatu.kernel.models import Source
from guatu.kernel.recording import head
from guatu.kernel.registry import _slots
from guatu.kernel.scope import Scope
from guatu.outreach import lead_actions
from guatu.outreach.queries.funnel import as_json, funnel
from guatu.outreach.tests.lead_world import build
from guatu.outreach.tests.test_rules_leads import APRIL_5, JUNE_30, LEADS
from guatu.projects.models import StageEvent

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]


def told(found) -> dict:
    return {one.stage: (one.reached, one.here, one.lost, *(None if value is None else str(value) for value in (
        one.rate_pct, one.of_all_pct, one.days)), one.days_of) for one in found.steps}


def six(system):
    """The six leads; A, C, E of team one by trips on chain nd, the others of team two by agencies on none."""
    world = build(system)
    made = {}
    for n, (name, moves) in enumerate(LEADS.items()):
        lead = world.lead(
            f"{name}公司", first_contact_on=date.fromisoformat(f"2022-{moves[0][0]}"), origin="agency" if n % 2 else "trip",
            unit=world.teams["two" if n % 2 else "one"].pk, chain=None if n % 2 else world.chain.pk, node="",
            investment=Decimal(250_000_000))
        for day, stage in moves[1:]:
            when = date.fromisoformat(f"2022-{day}")
            if stage == "converted":
                made["project"] = lead_actions.convert(system, lead, when)
            elif stage == "lost":
                lead = lead_actions.move(system, lead, stage, when, lost_reason="market", lost_to="未落地")
            else:
                lead = lead_actions.move(system, lead, stage, when)
        made[name] = lead
    return world, made


def test_the_funnel_of_any_day(system):
    six(system)
    assert told(funnel(system.scope, date(2022, 6, 30), zone="east")) == JUNE_30
    assert told(funnel(system.scope, date(2022, 4, 5))) == APRIL_5
    found = funnel(system.scope, date(2022, 6, 30))
    assert [(one.key, one.counts.leads, one.counts.converted, one.counts.all_lost, str(one.rate_pct))
            for one in found.groups["origin"]] in (
        [("trip", 3, 1, 1, "33.3"), ("agency", 3, 0, 1, "0.0")], [("agency", 3, 0, 1, "0.0"), ("trip", 3, 1, 1, "33.3")])
    assert {(one.key, one.counts.leads) for one in found.groups["chain"]} == {("nd", 3), (None, 3)}
    assert {(one.label, one.counts.leads) for one in found.groups["unit"]} == {("招商一部", 3), ("招商二部", 3)}
    assert funnel(system.scope, date(2022, 6, 30), zone="west").counts.leads == 0


def test_what_was_known_then_is_told_for_ever(system):
    _world, made = six(system)
    known = head().instant
    before = as_json(funnel(system.scope, date(2022, 6, 30), known))
    lead_actions.move(system, made["B"], "lost", date(2022, 6, 1), lost_reason="market", lost_to="未落地")
    assert as_json(funnel(system.scope, date(2022, 6, 30), known)) == before
    assert funnel(system.scope, date(2022, 6, 30)).counts.all_lost == 3


def test_each_sees_the_funnel_of_their_own_leads(system):
    world, _made = six(system)
    assert funnel(Scope.of(world.users["ann"]), date(2022, 6, 30)).counts.leads == 3
    assert funnel(Scope.of(world.users["cat"]), date(2022, 6, 30)).counts.leads == 0


def test_cost_for_each_yi_landed(system):
    _world, made = six(system)
    day = date(2022, 6, 30)
    found = funnel(system.scope, day)
    assert (found.outcome.projects, found.outcome.landed, found.cost_cny, found.cost_per_yi) == (1, 0, None, None)
    source = actions.create(system, Source, {"code": "s", "title": "营业执照"})
    actions.create(system, StageEvent, {
        "project": made["project"].pk, "event": "registered", "valid_on": date(2022, 6, 20), "basis": "history",
        "source": source.pk})

    def cost(**asked):
        return Decimal(500_000)

    _slots["outreach.costs"].append(cost)
    try:
        found = funnel(system.scope, day)
        # 500,000 yuan for 2.5 亿元 landed: 200,000 yuan for each.
        assert (found.outcome.landed_cny, found.cost_cny, found.cost_per_yi) == (
            Decimal(250_000_000), Decimal(500_000), Decimal(200_000))
        assert funnel(system.scope, date(2022, 6, 19)).cost_per_yi is None
    finally:
        _slots["outreach.costs"].remove(cost)


def test_the_command(system, capsys):
    from guatu.site import cli

    six(system)
    assert Chain.everything.count() == 1
    assert cli.run(["outreach", "funnel", "--zone", "east", "--as-of", "2022-06-30", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["zone"], data["as_of"], data["leads"], data["lost"], data["converted"]) == ("east", "2022-06-30", 6, 2, 1)
    assert data["stages"][1] | {"label": ""} == {
        "stage": "contacted", "label": "", "reached": 5, "here": 1, "lost": 1, "rate_pct": 83.3, "of_all_pct": 83.3,
        "days": 7.5, "days_of": 4}
    assert data["by_chain"][0].keys() == {"key", "label", "leads", "converted", "lost", "rate_pct", "stages"}


def test_the_number_of_queries_does_not_hang_on_the_leads(system, django_assert_max_num_queries):
    six(system)
    funnel(system.scope, date(2022, 6, 30))
    with django_assert_max_num_queries(11):
        funnel(system.scope, date(2022, 6, 30))
