"""What the board of lights counts and cuts in SQL is what the explained lights of all milestones add up to."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.commitments import RANKED
from guatu.kernel.models import ParameterValue
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone, Project
from guatu.projects.queries import light_board, lights
from guatu.projects.queries.lights import urgency
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIRST = date(2022, 1, 1)


def scatter(system, world, chance: random.Random, number: int) -> None:
    """Milestones of every colour, some moved, finished or set by hand, and a zone with a wider yellow."""
    def day(spread: int = 300) -> date:
        return FIRST + timedelta(days=chance.randrange(spread))

    made = [
        Change("create", Milestone, {
            "project": chance.choice(world.projects).pk, "title": f"节点{number}-{n}", "due_on": day(),
            "owner_unit": chance.choice([None, *(unit.pk for unit in world.units)]),
        })
        for n in range(number)
    ]
    actions.write(system, made)
    for change in chance.sample(made, number // 2):
        row = Milestone.everything.get(pk=change.written.pk)
        if chance.random() < 0.4:
            actions.change(system, row, {"due_on": day()}, valid_on=day(), reason="推迟", approver="主任")
        elif chance.random() < 0.6:
            actions.change(system, row, {"done_on": day()}, valid_on=chance.choice([None, day()]), reason="完成")
        else:
            start = day()
            actions.change(system, row, {
                "override_colour": chance.choice(["red", "yellow", "green"]), "override_from": start,
                "override_until": start + timedelta(days=chance.randrange(90)), "override_reason": "督办",
            }, valid_on=start, reason="督办")
    if not ParameterValue.everything.exists():
        actions.create(system, ParameterValue, {
            "key": "projects.lights.yellow_workdays", "value": 25, "organisation": world.zones[0].pk, "valid_on": FIRST})
    gone = Milestone.everything.get(pk=made[0].written.pk)
    actions.withdraw(system, gone, "录错")


@pytest.mark.parametrize("seed", range(3))
def test_the_board_adds_up_to_the_explained_lights(system, seed):
    chance = random.Random(seed)
    world = build(system, 10)
    scatter(system, world, chance, 40)
    leader = member(system, "leader", "leader", world.zones[1])
    scopes = [(Scope.whole(), None), (Scope.whole(), "z1"), (Scope.of(leader), None)]
    for _round in range(8):
        as_of = FIRST + timedelta(days=chance.randrange(330))
        scope, zone = chance.choice(scopes)
        everything = lights(scope, as_of, zone=zone)
        board = light_board(scope, as_of, zone=zone)
        colours = {row.lit.state.pk: str(row.lit.light.colour) for row in everything}
        assert board.lights.tally() == Counter(colours.values())
        urgent = board.lights.urgent.by_urgency()
        assert dict(zip(urgent.state.tolist(), (RANKED[rank] for rank in urgent.rank), strict=True)) == {
            pk: colour for pk, colour in colours.items() if colour in ("red", "yellow")}
        assert [row.lit.state.pk for row in board.rows_of(urgent.state)] == [
            row.lit.state.pk for row in sorted(
                (row for row in everything if colours[row.lit.state.pk] in ("red", "yellow")),
                key=lambda row: (*urgency(row.lit), row.project_id, row.lit.state.subject_id))]
        by_unit, by_zone, worst = {}, {}, {}
        for row in everything:
            colour = colours[row.lit.state.pk]
            worst[row.project_id] = min(colour, worst.get(row.project_id, colour), key=RANKED.index)
            by_unit.setdefault(row.lit.state.owner_unit_id or row.unit_id, Counter())[colour] += 1
            by_zone.setdefault(row.zone_id, Counter())[colour] += 1
        assert (board.lights.tally_by("unit"), board.lights.tally_by("zone")) == (by_unit, by_zone)
        assert board.lights.worst() == worst
        for unit in (unit.pk for unit in world.units):
            theirs = {row.lit.state.pk for row in everything if (row.lit.state.owner_unit_id or row.unit_id) == unit}
            assert set(board.chosen(unit=unit).state.tolist()) == theirs
        nobodys = {row.lit.state.pk for row in everything if (row.lit.state.owner_unit_id or row.unit_id) is None}
        assert set(board.chosen(nobody=True).state.tolist()) == nobodys
        last = as_of + timedelta(days=40)
        due = {
            row.lit.state.pk: row.lit.state.due_on for row in everything
            if as_of <= row.lit.state.due_on <= last and not (row.lit.state.done_on and row.lit.state.done_on <= as_of)}
        assert set(board.chosen(due=(as_of, last)).state.tolist()) == due.keys()
        assert board.chosen(due=(as_of, last)).days() == Counter(due.values())
        ranked = board.rows_of(board.chosen(moved=True).by_moves().state)
        assert [row.lit.state.moves for row in ranked] == sorted(
            (row.lit.state.moves for row in everything if row.lit.state.moves), reverse=True)
        by_chain = {}
        for row in everything:
            by_chain.setdefault(Project.everything.get(pk=row.project_id).chain_id, set()).add(row.lit.state.pk)
        for chain, states in by_chain.items():
            if chain is not None:
                assert set(board.chosen(chain=chain).state.tolist()) == states


def test_a_person_without_a_right_to_milestones_sees_none(system):
    world = build(system, 4)
    scatter(system, world, random.Random(7), 20)
    nobody = Scope(user_id=0, memberships=())
    board = light_board(nobody, FIRST)
    assert (board.lights.tally(), len(board.lights), board.units()) == (Counter(), 0, set())
    assert Project.everything.exists()


def test_the_questions_do_not_grow_with_the_milestones(system, django_assert_max_num_queries):
    world = build(system, 10)
    for number in (10, 60):
        scatter(system, world, random.Random(number), number)
        with django_assert_max_num_queries(18):
            board = light_board(Scope.whole(), FIRST + timedelta(days=200))
            board.lights.urgent.tally_by("unit")
            board.rows_of(board.lights.by_urgency().state[:6])
            board.rows_of(board.chosen(moved=True).by_moves().state[:6])
            board.chosen(due=(FIRST, FIRST + timedelta(days=30))).days()
