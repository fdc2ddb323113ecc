"""Leads as records: as of any day, lost with a reason, followed once, turned into projects with nothing typed twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.models import FOREVER, HistoryEntry
from guatu.kernel.recording import head
from guatu.kernel.registry import projections
from guatu.outreach import lead_actions
from guatu.outreach.models import Lead, LeadState
from guatu.outreach.tests.lead_world import build
from guatu.projects.models import Project, StageEvent

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]


def states(lead, day: date) -> LeadState | None:
    return LeadState.objects.filter(lead=lead, recorded_to=FOREVER, valid_from__lte=day, valid_to__gt=day).first()


def refused(function) -> str:
    with pytest.raises(Refusals) as caught:
        function()
    return caught.value.code


def test_a_lead_stands_as_of_any_day(system):
    world = build(system)
    lead = world.lead("苏州偏光片有限公司")
    lead = lead_actions.move(system, lead, "contacted", date(2022, 3, 5))
    lead = lead_actions.move(system, lead, "visited", date(2022, 4, 4))
    known_then = head().number
    lead = lead_actions.move(system, lead, "lost", date(2022, 5, 1), lost_reason="policy", lost_to="合肥")
    told = [(day, (state.stage, state.since) if (state := states(lead, day)) else None) for day in (
        date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 4), date(2022, 3, 5), date(2022, 4, 30), date(2022, 5, 1))]
    assert told == [
        (date(2022, 2, 28), None), (date(2022, 3, 1), ("new", date(2022, 3, 1))), (date(2022, 3, 4), ("new", date(2022, 3, 1))),
        (date(2022, 3, 5), ("contacted", date(2022, 3, 5))), (date(2022, 4, 30), ("visited", date(2022, 4, 4))),
        (date(2022, 5, 1), ("lost", date(2022, 5, 1)))]
    last = states(lead, date(2022, 5, 1))
    assert last.lost_from == "visited" and last.day_talking == date(2022, 4, 4).toordinal() and last.day_agreed is None
    earlier = LeadState.objects.get(lead=lead, recorded_from__lte=known_then, recorded_to__gt=known_then,
                                    valid_from__lte=date(2022, 5, 1), valid_to__gt=date(2022, 5, 1))
    assert earlier.stage == "visited"  # what was known before the loss is still told
    kept = next(one for one in projections() if one.model is LeadState)
    assert kept.rebuild() == {"subjects": 1, "missing": 0, "wrong": 0}
    assert [entry.verb for entry in HistoryEntry.objects.filter(subject_type="outreach.lead").order_by("id")][1:] == [
        "outreach.lead.contacted", "outreach.lead.visited", "outreach.lead.lost"]


def test_a_lead_written_down_late_was_registered_from_its_first_contact(system):
    lead = build(system).lead("苏州偏光片有限公司", stage="agreed", stage_on=date(2022, 5, 4))
    assert [states(lead, day).stage for day in (date(2022, 3, 1), date(2022, 5, 3), date(2022, 5, 4))] == [
        "new", "new", "agreed"]


def test_a_loss_says_why_and_to_whom(system):
    world = build(system)
    lead = world.lead("苏州偏光片有限公司")
    assert refused(lambda: lead_actions.move(system, lead, "lost", lost_reason="policy")) == "lost_to"
    assert refused(lambda: lead_actions.move(system, lead, "lost", lost_to="合肥")) == "lost_reason"
    lead = lead_actions.move(system, lead, "lost", lost_reason="policy", lost_to="合肥")
    lead = lead_actions.move(system, lead, "talking")  # it comes back
    lead.refresh_from_db()
    assert (lead.stage, lead.lost_reason, lead.lost_to) == ("talking", "", "")


def test_moves_go_on_in_time(system):
    world = build(system)
    lead = lead_actions.move(system, world.lead("苏州偏光片有限公司"), "talking", date(2022, 4, 1))
    assert refused(lambda: lead_actions.move(system, lead, "visited", date(2022, 3, 31))) == "before_last"
    assert refused(lambda: lead_actions.move(system, lead, "visited", timezone.localdate() + timedelta(1))) == "future"
    assert refused(lambda: lead_actions.move(system, lead, "converted")) == "convert"


def test_a_firm_is_followed_once(system):
    world = build(system)
    first = world.lead("青岛（华泰）科技有限公司")
    for name, values in (("青岛(华泰)科技 有限公司", {}), ("青岛（华泰）科技有限公司", {"zone": world.zones["west"].pk})):
        with pytest.raises(Refusals) as caught:
            world.lead(name, **values)
        assert caught.value.code == "lead_known" and first.code in str(caught.value) and "招商一部" in str(caught.value)
    world.lead("青岛(华太)科技有限公司")
    world.lead("青岛（华泰）科技有限公司", distinct_because="第二个项目", title="二期")
    world.lead("甲公司", credit_code="91370211ＭＡ3C00000H")
    assert refused(lambda: world.lead("甲公司（更名）", credit_code="91370211ma3c00000h")) == "lead_known"
    world.lead("甲公司", credit_code="91370211MA3C00001L")  # another code is another firm
    lead_actions.move(system, first, "lost", lost_reason="policy", lost_to="合肥")


def test_a_firm_with_a_project_is_shown_first(system):
    world = build(system)
    firm = actions.create(system, Enterprise, {"name": "青岛（华泰）科技有限公司"})
    project = actions.create(system, Project, {"name": "华泰一期", "zone": world.zones["east"].pk, "investors": [firm.pk]})
    with pytest.raises(Refusals) as caught:
        world.lead("青岛(华泰)科技有限公司")
    assert caught.value.code == "project_known" and project.code in str(caught.value)


def test_another_zones_leads_are_not_told(system):
    world = build(system)
    world.lead("青岛华泰科技有限公司", zone=world.zones["west"].pk, unit=world.teams["three"].pk)
    with pytest.raises(Refusals) as caught:
        world.lead("青岛华泰科技有限公司", actor=world.actor("ann"))
    assert caught.value.code == "lead_known" and "招商三部" not in str(caught.value)


def test_a_contact_is_recorded_once_and_moves_the_lead(system):
    world = build(system)
    lead = world.lead("苏州偏光片有限公司")
    lead_actions.be_in_touch(world.actor("ann"), lead, date(2022, 4, 20), "visit", "看了厂区", stage="visited")
    lead.refresh_from_db()
    assert (lead.last_contact_on, lead.stage, lead.stage_on) == (date(2022, 4, 20), "visited", date(2022, 4, 20))
    lead_actions.be_in_touch(world.actor("ann"), lead, date(2022, 4, 10), "call", "约时间")
    lead.refresh_from_db()
    assert lead.last_contact_on == date(2022, 4, 20)  # an earlier one, written down later
    assert [states(lead, date(2022, 4, day)).last_contact_on.day for day in (9, 10, 19, 20)] == [1, 10, 10, 20]
    assert lead.contacts.count() == 2 and lead.contacts.first().person_id == world.users["ann"].pk


def test_a_lead_becomes_a_project_with_nothing_typed_twice(system):
    world = build(system)
    lead = world.lead(
        "苏州偏光片有限公司", title="偏光片项目", investment=Decimal(300_000_000), chain=world.chain.pk,
        credit_code="91320500MA1X00000X", land_area_m2=Decimal(20_000), note="")
    lead = lead_actions.move(system, lead, "agreed", date(2022, 5, 4))
    before = head().number
    project = lead_actions.convert(world.actor("ann"), lead, date(2022, 6, 3))
    assert head().number == before + 1  # one recording
    assert (project.name, project.zone_id, project.unit_id, project.officer_id, project.chain_id, project.investment,
            project.land_area_m2) == (
        "偏光片项目", lead.zone_id, lead.unit_id, lead.owner_id, lead.chain_id, Decimal(300_000_000), Decimal(20_000))
    investor = project.investors.get()
    assert (investor.name, investor.uscc) == (lead.name, lead.credit_code)
    event = StageEvent.everything.get(project=project)
    assert (event.event, event.valid_on, event.kind) == ("negotiating", date(2022, 6, 3), "actual")
    lead.refresh_from_db()
    assert (lead.stage, lead.project_id, lead.enterprise_id) == ("converted", project.pk, investor.pk)
    assert refused(lambda: lead_actions.move(system, lead, "talking")) in ("converted", "convert")


def test_a_sheet_brings_leads_in_by_the_same_rules(system):
    world = build(system)
    values = {"name": "甲公司", "zone": world.zones["east"].pk, "origin": "fund", "first_contact_on": date(2022, 3, 1)}
    changes = [Change("create", Lead, dict(values)), Change("create", Lead, dict(values))]
    assert refused(lambda: actions.write(system, changes)) == "lead_twice"
    assert Lead.everything.count() == 0
