"""What is held of trips in memory is what the tables hold, whatever is written, rolled back, undone or turned between."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guatu.enterprises.actions import merge, undo_merge
from guatu.kernel import actions
from guatu.kernel.held_records import HeldRecords, places_in, warm
from guatu.kernel.models import Recording
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.kernel.turning import turn_of_day
from guatu.outreach.models import Trip, TripCost, Visit, VisitLead
from guatu.outreach.queries.trip_ledger import trip_ledger
from guatu.outreach.queries.trip_rows import COSTS, ENTERPRISES, MATTERS, TRIPS, VISITS
from guatu.outreach.rules.periods import parse_period
from guatu.outreach.rules.trip_ledger import Entry, tally
from guatu.outreach.tests import trips_world

pytestmark = [pytest.mark.django_db, pytest.mark.both]
YEAR = parse_period("2022")
FIRST = date(2022, 1, 1)


@pytest.fixture
def world(system):
    return trips_world.build(system)


def agrees() -> None:
    """Every shelf holds what one that is read anew holds."""
    for held in (TRIPS, VISITS, MATTERS, COSTS, ENTERPRISES):
        names = tuple(field.name for field in held.fields if field.name not in OWN)
        kept, anew = held.at(head()), HeldRecords(held.model, names, held.many).at(head())
        assert kept.columns.keys() == anew.columns.keys()
        for name, column in anew.columns.items():
            assert kept[name].tolist() == column.tolist(), (held.model, name)
        assert kept.owners.tolist() == anew.owners.tolist()
        assert kept.members.tolist() == anew.members.tolist()
        assert (np.diff(kept.ids) > 0).all()


OWN = {"id", "withdrawn", "last_recording", "lineage", "superseded_by"}


def edit(world, chance: random.Random, number: int) -> None:
    day = FIRST + timedelta(days=chance.randrange(365))
    units = chance.sample("abcd", chance.randint(1, 3))
    trips = list(Trip.everything.filter(withdrawn=False))
    visits = list(Visit.everything.filter(withdrawn=False))
    match chance.randrange(8) if visits else chance.randrange(2) * (number > 0):
        case 0:
            world.trip(*units, begins=day)
        case 1:
            world.visit(chance.choice(trips), f"企业{chance.randrange(5)}", *chance.choice([[], units]), day=day)
        case 2:
            world.matter(chance.choice(visits), f"项目{chance.randrange(4)} ", note=str(number))
        case 3:
            world.cost(chance.choice(trips), units[0], "lodging", f"{chance.randrange(1, 900)}.{number % 90 + 10}", day)
        case 4:
            actions.change(world.system, chance.choice(visits), {"units": [world.units[unit].pk for unit in units], "visited_on": day})
        case 5:
            actions.change(world.system, chance.choice(trips), {"from_on": day, "units": [world.units[unit].pk for unit in units]},
                           correction=True)
        case 6:
            actions.withdraw(world.system, chance.choice(visits), "误录") if not VisitLead.everything.filter(
                visit__in=visits).exists() else world.enterprise(f"企业{chance.randrange(5)}甲{number}")
        case _:
            costs = list(TripCost.everything.filter(withdrawn=False, superseded_by=None))
            if costs:
                actions.change(world.system, chance.choice(costs), {"amount_cny": Decimal(chance.randrange(1, 500))})


@pytest.mark.parametrize("seed", [2, 20261122])
def test_what_is_held_is_what_is_stored_and_answers_once_given_stay(world, seed):
    chance, given = random.Random(seed), {}
    agrees()
    for number in range(24):
        edit(world, chance, number)
        if chance.random() < 0.5:
            agrees()
            asked = FIRST + timedelta(days=chance.randrange(400)), Recording.objects.order_by("-number").first().instant
            given[asked] = trip_ledger(Scope.whole(), YEAR, *asked, "z").as_json()
    with pytest.raises(RuntimeError), transaction.atomic():
        edit(world, chance, 90)
        agrees()
        raise RuntimeError
    agrees()
    assert {asked: trip_ledger(Scope.whole(), YEAR, *asked, "z").as_json() for asked in given} == given
    # The columns count as the rule does over the rows, one by one.
    found = trip_ledger(Scope.whole(), YEAR, timezone.localdate(), None, "z")
    units = {"trips": lambda row: row.units, "visits": lambda row: row.units, "enterprises": lambda row: row.units,
             "matters": lambda row: row.visit.units}
    keys = {"trips": lambda row: row.id, "visits": lambda row: row.key, "enterprises": lambda row: row.company,
            "matters": lambda row: row.key}
    rows = {"trips": found.trips, "visits": found.visits, "enterprises": found.visits, "matters": found.matters}
    for measure in rows:
        entries = [Entry(keys[measure](row), frozenset(map(str, units[measure](row)))) for row in rows[measure]]
        assert found.tallies[measure] == tally(entries, found.kind_of), measure
        assert [len(one.rows) for one in found.counted(measure)] == [
            sum(entry.key == key for entry in entries) for key in dict.fromkeys(entry.key for entry in entries)]
    assert sum(row.amount for row in found.cost_rows()) == found.costs.total


def test_a_merge_that_is_undone_is_seen_though_its_rows_have_their_former_mark(world):
    kept, gone = world.enterprise("京东方"), world.enterprise("京东方光电")
    visit = world.visit(world.trip("a"), "", enterprise=gone.pk)
    agrees()
    made = merge(world.system, kept, gone, {}, "同一家")
    between = Recording.objects.order_by("-number").first().instant
    agrees()
    assert VISITS.at(head())["enterprise"].tolist() == [kept.pk]
    undo_merge(world.system, made)
    agrees()
    assert VISITS.at(head())["enterprise"].tolist() == [gone.pk]
    # As known while they were one, the visit is to the other: its mark is the former one, its history is not.
    then = trip_ledger(Scope.whole(), YEAR, timezone.localdate(), between, "z")
    assert [row.company for row in then.visits] == [("enterprise", kept.pk)]
    assert [row.company for row in trip_ledger(Scope.whole(), YEAR, timezone.localdate(), None, "z").visits] == [
        ("enterprise", Visit.everything.get(pk=visit.pk).enterprise_id)]


def test_the_turn_of_a_day_is_seen(world):
    visit = world.visit(world.trip("a"), "甲公司")
    tomorrow = timezone.localdate() + timedelta(days=1)
    turn_of_day(timezone.localdate())
    actions.change(world.system, visit, {"outcome": "signed"}, valid_on=tomorrow)
    agrees()
    assert VISITS.at(head())["outcome"].tolist() == [""]
    turn_of_day(tomorrow)
    agrees()
    assert VISITS.at(head())["outcome"].tolist() == ["signed"]


def test_nothing_is_asked_while_nothing_is_recorded(world):
    world.matter(world.visit(world.trip("a"), "甲公司"), "项目")
    warm()
    newest = head()
    with CaptureQueriesContext(connection) as asked:
        assert [len(held.at(newest)) for held in (TRIPS, VISITS, MATTERS)] == [1, 1, 1]
    assert not asked.captured_queries


def test_places():
    assert places_in(np.array([2, 5, 9]), np.array([9, 1, 5, 10])).tolist() == [2, -1, 1, -1]
    assert places_in(np.array([], np.int64), np.array([4])).tolist() == [-1]
