"""Which writes of others make it necessary to check a prepared write again, worked out by hand."""

from datetime import date

import pytest

from guatu.kernel import actions, overtaking
from guatu.kernel.changes import Change
from guatu.kernel.models import ChainHead, Organisation, ParameterValue, Source
from guatu.projects.models import Project, StageEvent
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def world(system):
    return build(system, 3)


def event(world, place: int, **values) -> Change:
    return Change("create", StageEvent, {
        "project": world.projects[place].pk, "event": "signed", "valid_on": date(2022, 1, 5), "basis": "history",
        "source": world.source.pk} | values)


def new_project(world, **values) -> Change:
    return Change("create", Project, {"code": "n", "name": "新", "zone": world.zones[0].pk} | values)


def sways(changes, write) -> bool:
    since = ChainHead.objects.get().number
    write()
    return overtaking.sways(changes, since)


def test_nothing_written_sways_nothing(world):
    assert not sways([event(world, 0)], lambda: None)


@pytest.mark.parametrize("place, expected", [(0, True), (1, False)])
def test_an_event_of_the_same_project_sways_and_of_another_does_not(system, world, place, expected):
    mine = [event(world, 0, event="started")]
    assert sways(mine, lambda: actions.write(system, [event(world, place)])) is expected


@pytest.mark.parametrize("place, expected", [(0, True), (1, False)])
def test_the_project_itself(system, world, place, expected):
    row = Project.everything.get(pk=world.projects[place].pk)
    assert sways([event(world, 0)], lambda: actions.change(system, row, {"jobs": 7})) is expected


def test_a_row_that_moved_away_sways_where_it_was(system, world):
    batch = Change("create", Project, {"code": "b", "name": "打包", "zone": world.zones[0].pk, "declared_count": 2})
    actions.write(system, [batch, new_project(world, code="m", batch=batch)])
    member = Project.everything.get(code="m")
    mine = [new_project(world, batch=member.batch_id)]
    assert sways(mine, lambda: actions.change(system, member, {"batch": None}))


def test_two_new_projects_of_one_zone_and_source_do_not(system, world):
    mine = [new_project(world, source=world.source.pk)]
    other = new_project(world, code="o", source=world.source.pk)
    assert not sways(mine, lambda: actions.write(system, [other]))


def test_the_batch_a_project_will_lie_in_sways(system, world):
    batch = actions.create(system, Project, {
        "code": "b", "name": "打包", "zone": world.zones[0].pk, "declared_count": 2})
    row = Project.everything.get(pk=batch.pk)
    assert sways([new_project(world, batch=batch.pk)], lambda: actions.change(system, row, {"declared_count": 3}))


def test_a_source_sways_only_when_it_is_withdrawn(system, world):
    source = actions.create(system, Source, {"code": "s9", "title": "材料"})
    mine = [new_project(world, source=source.pk)]
    assert not sways(mine, lambda: actions.change(system, Source.everything.get(pk=source.pk), {"publisher": "局"}))
    assert sways(mine, lambda: actions.withdraw(system, Source.everything.get(pk=source.pk), "录错"))


def test_organisations_and_parameters_sway_everything(system, world):
    zone = Organisation.everything.get(pk=world.zones[1].pk)
    assert sways([new_project(world)], lambda: actions.change(system, zone, {"name": "改名"}))
    assert sways([new_project(world)], lambda: actions.create(system, ParameterValue, {
        "key": "projects.lights.yellow_workdays", "value": 7, "valid_on": date(2022, 1, 1)}))


def test_too_much_written_sways(system, world, monkeypatch):
    monkeypatch.setattr(overtaking, "MOST_LOOKED_AT", 1)
    mine = [new_project(world)]
    assert sways(mine, lambda: actions.write(system, [event(world, 1), event(world, 2)]))
