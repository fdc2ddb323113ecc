"""The weekly draft: made once for each zone that switched it on, on its working day, and told to its office."""

from datetime import date, timedelta

import pytest

from guatu.bulletins.jobs import draft_due
from guatu.bulletins.models import Bulletin
from guatu.bulletins.tests.world import build
from guatu.kernel import actions, jobs, turning
from guatu.kernel.models import ChainHead, Job, Notification, ParameterValue
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

MONDAY = date(2025, 9, 8)


class Quiet:
    def update(self, *_args):
        pass


@pytest.fixture
def world(system):
    world = build(system, 6)
    for key, value in (("bulletins.weekly", True), ("bulletins.weekday", 1)):
        actions.create(system, ParameterValue, {
            "key": key, "organisation": world.zones[0].pk, "value": value, "valid_on": date(2025, 1, 1)})
    return world


def run(system, former, day):
    return draft_due(Quiet(), system, {"former": former.isoformat() if former else "", "day": day.isoformat()})


def test_a_draft_on_its_day_and_no_other(system, world):
    sunday = MONDAY - timedelta(days=1)
    assert run(system, sunday - timedelta(days=1), sunday)["drafted"] == []
    assert len(run(system, sunday, MONDAY)["drafted"]) == 1
    bulletin = Bulletin.everything.get()
    assert (bulletin.zone_id, bulletin.unit_id, bulletin.as_of, bulletin.state) == (
        world.zones[0].pk, None, sunday, "draft")


def test_asked_again_it_drafts_no_second_one(system, world):
    for _time in range(3):
        run(system, MONDAY - timedelta(days=3), MONDAY)
    assert Bulletin.everything.count() == 1


def test_a_machine_that_was_off_drafts_the_newest_only(system, world):
    run(system, MONDAY - timedelta(days=30), MONDAY + timedelta(days=2))
    assert [row.as_of for row in Bulletin.everything.all()] == [MONDAY - timedelta(days=1)]


def test_the_supervision_office_is_told(system, world):
    office = member(system, "sup", "supervision", world.zones[0].parent)
    member(system, "boss", "administrator", world.zones[0].parent)
    member(system, "far", "supervision", world.zones[1])
    run(system, None, MONDAY)
    told = Notification.objects.filter(code="bulletin_drafted")
    assert [row.user_id for row in told] == [office.pk]
    assert told[0].subject_id == Bulletin.everything.get().pk


def test_the_turn_of_the_day_starts_the_work(system, world, django_capture_on_commit_callbacks):
    ChainHead.objects.update(turned_on=MONDAY - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        turning.turn_of_day(MONDAY)
    job = Job.objects.get(kind="bulletins.weekly")
    jobs.run_job.call(job.pk)
    assert Bulletin.everything.count() == 1
    assert Job.objects.get(pk=job.pk).state == "done"


def test_who_has_not_switched_it_on_gets_none(system):
    build(system, 6)
    assert run(system, None, MONDAY)["drafted"] == []
