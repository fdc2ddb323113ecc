"""Rows held in memory are the rows of the table, whatever is written, rolled back or remade between two questions."""

import random
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guatu.kernel import actions
from guatu.kernel.held import grouped, held, warm
from guatu.kernel.models import BEGINNING, CommitmentState, Organisation
from guatu.kernel.recording import head
from guatu.kernel.registry import projections
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone, Project, ProjectState
from guatu.projects.queries import moment
from guatu.projects.queries.lists import five_lists
from guatu.projects.queries.orders import order_of
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIRST = date(2021, 1, 1)


def agrees(chance: random.Random) -> None:
    """Asks for random days as known at random recordings, of the table and of the memory."""
    last = head().number
    for model in (ProjectState, CommitmentState):
        for _round in range(6):
            day, known = FIRST + timedelta(days=chance.randrange(900)), chance.randint(0, last)
            rows = held(model).in_force(day, known)
            stored = model.objects.filter(
                valid_from__lte=day, valid_to__gt=day, recorded_from__lte=known, recorded_to__gt=known)
            assert sorted(rows["id"].tolist()) == sorted(stored.values_list("pk", flat=True))


def edit(system, world, chance: random.Random, number: int) -> None:
    project = Project.everything.get(pk=chance.choice(world.projects).pk)
    match chance.randrange(4):
        case 0:
            actions.create(system, Milestone, {
                "project": project.pk, "title": f"节点{number}", "due_on": FIRST + timedelta(days=chance.randrange(800))})
        case 1 if Milestone.everything.filter(withdrawn=False).exists():
            row = chance.choice(list(Milestone.everything.filter(withdrawn=False)))
            actions.change(system, row, {"due_on": FIRST + timedelta(days=chance.randrange(800))}, reason="推迟", approver="主任")
        case 2:
            actions.change(system, project, {"zone": chance.choice(world.zones).pk},
                           valid_on=FIRST + timedelta(days=chance.randrange(600)))
        case _:
            actions.change(system, project, {"investment": Decimal(chance.randrange(1, 900) * 1_000_000)},
                           valid_on=chance.choice([None, FIRST + timedelta(days=chance.randrange(600))]))


@pytest.mark.parametrize("seed", [1, 20261121])
def test_what_is_held_is_what_is_stored(system, seed):
    chance = random.Random(seed)
    agrees(chance)
    world = build(system, 10)
    for number in range(12):
        edit(system, world, chance, number)
        if chance.random() < 0.6:
            agrees(chance)
    with pytest.raises(RuntimeError), transaction.atomic():
        edit(system, world, chance, 90)
        agrees(chance)
        raise RuntimeError
    agrees(chance)
    for number in range(100, 103):
        edit(system, world, chance, number)
    agrees(chance)


def test_what_is_remade_is_read_anew(system):
    build(system, 6)
    agrees(random.Random(3))
    ProjectState.objects.all().delete()
    CommitmentState.objects.all().delete()
    assert sum(projection.rebuild()["missing"] for projection in projections()) > 0
    agrees(random.Random(4))
    assert len(held(ProjectState).in_force(date(2022, 6, 30), head().number)) == 6


def test_memory_and_table_show_a_reader_the_same_projects(system):
    world = build(system, 12)
    readers = [Scope.whole(), Scope.nothing()] + [
        Scope.of(member(system, f"leader{n}", "leader", node)) for n, node in enumerate((*world.zones, *world.units))]
    when = moment(date(2022, 6, 30))
    for scope in readers:
        for zone in (None, world.zones[0].pk, Organisation.everything.get(code="city").pk):
            for unit in (None, world.units[1].pk):
                stored = when.states(scope, zone, unit=unit).order_by("project_id").values_list("project_id", flat=True)
                assert when.rows(scope, zone, unit=unit)["project_id"].tolist() == list(stored)


def test_the_first_rows_are_those_of_the_whole_list(system):
    build(system, 12)
    found = five_lists(Scope.whole(), date(2022, 6, 30))
    first = found.first_rows(["negotiating", "signed_registered", "under_construction"], 3)
    assert sum(map(len, first.values())) > 3
    for name, rows in first.items():
        whole = found.rows(name, order=order_of("code", found.when))
        assert [row.project_id for row in rows] == [row.project_id for row in whole][:3]


def test_a_day_before_everything_holds_only_what_holds_from_the_beginning(system):
    build(system, 4)
    rows = held(ProjectState).in_force(BEGINNING, head().number)
    assert (rows["valid_from"] == BEGINNING.toordinal()).all()


def test_what_was_read_ahead_is_not_read_again(system):
    build(system, 4)
    warm()
    with CaptureQueriesContext(connection) as asked:
        sizes = [held(model).size for model in (ProjectState, CommitmentState)]
    assert sizes == [model.objects.count() for model in (ProjectState, CommitmentState)]
    assert not [query for query in asked.captured_queries if "state" in query["sql"]]


@pytest.mark.parametrize("columns", [
    [[3, 1, 3, 2, 1]], [[1 << 40, 5, 1 << 40, 6, 5]], [["", "started", "", "signed", "started"]],
    [[1, 1, 2, 2, 1], ["a", "b", "a", "a", "b"]], [[-1, 7, -1, 7, -1], [9, 9, 1 << 50, 9, 9]], [[]],
])
def test_rows_that_agree_make_a_group(columns):
    arrays = [np.array(column, object if column and isinstance(column[0], str) else np.int64) for column in columns]
    first, group = grouped(*arrays)
    keys = list(zip(*columns, strict=True))
    assert [keys[place] for place in first] == sorted(set(keys)) and [keys.index(key) for key in keys] == first[group].tolist()
