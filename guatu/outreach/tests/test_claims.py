"""Whose a firm is: one holder at a time, protected in working days, renewed by contacts, overridden by a ruling."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from guatu.kernel import actions, queries
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Conflict, Forbidden, Refused
from guatu.kernel.models import HistoryEntry, ParameterValue
from guatu.outreach import lead_actions
from guatu.outreach.models import Claim
from guatu.outreach.queries.claims import held_as_of, is_held
from guatu.outreach.tests.lead_world import build

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]

FIRM = "苏州偏光片有限公司"


def after(day: date, workdays: int) -> date:
    return queries.calendar().add_workdays(day, workdays).day


def test_one_team_holds_a_firm_and_the_other_is_told_who(system):
    world, today = build(system), timezone.localdate()
    row = lead_actions.claim(world.actor("ann"), FIRM)
    assert (row.unit_id, row.owner_id, row.since, row.until) == (
        world.teams["one"].pk, world.users["ann"].pk, today, after(today, 20))
    with pytest.raises(Conflict) as caught:
        lead_actions.claim(world.actor("cat"), "苏州 偏光片有限公司")
    said = str(caught.value)
    assert caught.value.code == "claimed" and "招商一部" in said and str(row.until) in said
    assert lead_actions.claim(world.actor("ann"), FIRM).pk == row.pk  # one's own claim is no conflict
    assert Claim.everything.count() == 1


def test_the_database_lets_no_second_claim_in(system):
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM, "91320500MA1X00000X")
    for keys in ({"name_key": row.name_key}, {"name_key": "another", "code_key": row.code_key}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.everything.bulk_create([Claim(id=1 << 50, last_recording=1, name="x", **keys)])


def test_code_and_name_are_both_looked_at(system):
    world = build(system)
    lead_actions.claim(world.actor("ann"), FIRM)
    with pytest.raises(Conflict):  # the same name, now with its code
        lead_actions.claim(world.actor("bob"), FIRM, "91320500MA1X00000X")
    lead_actions.claim(world.actor("ann"), "甲公司", "91320500MA1X000011")
    with pytest.raises(Conflict):  # the same code under a former name
        lead_actions.claim(world.actor("bob"), "乙公司", "91320500ma1x000011")
    assert lead_actions.claim(world.actor("bob"), "甲公司", "91320500MA1X000024").unit_id == world.teams["two"].pk


def test_an_expired_claim_is_free(system):
    world, today = build(system), timezone.localdate()
    old = actions.create(system, Claim, {
        "name": FIRM, "unit": world.teams["one"].pk, "owner": world.users["ann"].pk, "since": date(2022, 3, 1)})
    assert old.until == date(2022, 3, 29) and not is_held(old)  # 20 working days; no holiday lies between
    row = lead_actions.claim(world.actor("cat"), FIRM)
    assert row.pk == old.pk and (row.unit_id, row.since) == (world.teams["three"].pk, today)
    assert held_as_of(row, date(2022, 3, 29))["unit"] == "招商一部"  # the trail: whose it was on any day
    assert held_as_of(row, date(2022, 3, 30)) is None
    assert held_as_of(row, today)["unit"] == "招商三部"


def test_the_span_is_a_parameter_of_the_unit(system):
    world, today = build(system), timezone.localdate()
    actions.create(system, ParameterValue, {
        "key": "outreach.claims.protection_workdays", "organisation": world.zones["west"].pk, "valid_on": date(2022, 1, 1),
        "value": 5, "note": "本区办法"})
    assert lead_actions.claim(world.actor("cat"), FIRM).until == after(today, 5)


def test_a_contact_of_the_holder_renews_and_of_nobody_else(system):
    world, today = build(system), timezone.localdate()
    row = actions.create(system, Claim, {
        "name": FIRM, "unit": world.teams["one"].pk, "since": today - timedelta(20), "until": today + timedelta(1)})
    lead = world.lead(FIRM)
    lead_actions.be_in_touch(world.actor("ann"), lead, today, "call", "谈了条件")
    row.refresh_from_db()
    assert row.until == after(today, 20)
    assert HistoryEntry.objects.filter(subject_type="outreach.claim", verb="outreach.claim.renewed").count() == 1
    theirs = world.lead("甲公司")
    other = actions.create(system, Claim, {
        "name": "甲公司", "unit": world.teams["two"].pk, "since": today - timedelta(20), "until": today + timedelta(1)})
    lead_actions.be_in_touch(world.actor("ann"), theirs, today, "call", "谈了条件")
    other.refresh_from_db()
    assert other.until == today + timedelta(1)


def test_given_back_it_is_free_at_once(system):
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM)
    with pytest.raises(Forbidden):
        lead_actions.give_back(world.actor("bob"), row)
    lead_actions.give_back(world.actor("ann"), row, "对方不来了")
    assert lead_actions.claim(world.actor("bob"), FIRM).unit_id == world.teams["two"].pk


def test_only_the_investment_office_rules(system):
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM)
    two = world.teams["two"].pk
    with pytest.raises(Refused) as caught:
        lead_actions.rule(world.actor("bob"), row, two, world.users["bob"].pk, "我们先谈的")
    assert caught.value.code in ("ruling_forbidden", "forbidden")
    with pytest.raises(Refused) as caught:
        lead_actions.rule(world.actor("chief"), row, two, None, " ")
    assert caught.value.code == "ruling_reason"
    ruled = lead_actions.rule(world.actor("chief"), row, two, world.users["bob"].pk, "二部首谈在先，有会议纪要")
    assert (ruled.unit_id, ruled.owner_id, ruled.since) == (two, world.users["bob"].pk, timezone.localdate())
    with pytest.raises(Conflict) as caught:
        lead_actions.claim(world.actor("ann"), FIRM)
    assert "招商二部" in str(caught.value)
    verbs = HistoryEntry.objects.filter(subject_type="outreach.claim").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["outreach.claim.claimed", "outreach.claim.ruled"]


@pytest.mark.parametrize("values", [{"unit": "two"}, {"until": date(2099, 1, 1)}, {"ended_on": date(2022, 1, 1)}])
def test_no_form_takes_a_claim_over(system, values):
    """Whatever a form or an API sends, the holder stays and the span is not made longer."""
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM)
    until = row.until
    values = {name: world.teams[value].pk if isinstance(value, str) else value for name, value in values.items()}
    try:
        actions.change(world.actor("bob"), row, values)
    except Refusals as refused:
        assert refused.code in ("claimed", "not_own_claim")
    present = Claim.everything.get(pk=row.pk)
    assert (present.unit_id, present.until, is_held(present)) == (world.teams["one"].pk, until, True)


def test_nobody_claims_for_another_unit(system):
    world = build(system)
    with pytest.raises(Refused) as caught:
        lead_actions.claim(world.actor("ann"), FIRM, unit=world.teams["three"].pk)
    assert caught.value.code == "not_own_claim" and Claim.everything.count() == 0


def test_whose_a_firm_was_stays(system):
    world = build(system)
    row = lead_actions.claim(world.actor("ann"), FIRM)
    with pytest.raises(Refusals) as caught:
        actions.withdraw(system, row, "错了")
    assert caught.value.code == "claim_stays"
