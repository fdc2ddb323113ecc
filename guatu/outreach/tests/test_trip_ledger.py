"""The ledger read from tables: what was worked out by hand, as of any day, within reach, in few queries."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.errors import Faulty, Forbidden, NotFound
from guatu.kernel.models import Membership, Organisation, Recording, User
from guatu.kernel.scope import Scope
from guatu.outreach.models import Trip, Visit
from guatu.outreach.queries.trip_ledger import trip_ledger
from guatu.outreach.rules.periods import parse_period
from guatu.outreach.tests import trips_world
from guatu.outreach.tests import truth_trips as truth
from guatu.outreach.trip_commands import period_of
from guatu.site import cli

pytestmark = [pytest.mark.django_db, pytest.mark.both]
YEAR = parse_period("2022")


@pytest.fixture
def world(system):
    return trips_world.build(system)


def ledger(period=YEAR, as_of: date | None = None, zone="z", scope=None, known_at=None):
    return trip_ledger(scope or Scope.whole(), period, as_of or timezone.localdate(), known_at, zone)


def five_visits(world) -> dict[str, Visit]:
    """The visits of truth_trips: one of them is entered once more by c, and one names no unit."""
    alone, joint, other = world.trip("a"), world.trip("b", "c"), world.trip("c")
    made = {
        "v1": world.visit(alone, "企业一"),
        "v2": world.visit(alone, "企业二", "a", "b"),
        "v3": world.visit(joint, "企业三"),
        "v4": world.visit(alone, "企业四"),
    }
    made["v4 again"] = world.visit(other, "企业四", same_as=made["v4"].pk)
    return made


def by_code(found, measure: str) -> dict[str, int]:
    return {found.unit(unit)[0] if unit else "": count for unit, count in found.tallies[measure].by_unit.items()}


def test_visits_worked_out_by_hand(world):
    five_visits(world)
    found = ledger()
    assert by_code(found, "visits") == {unit: count for unit, count in truth.BY_UNIT.items() if unit}
    assert found.tallies["visits"].by_kind == {kind: count for kind, count in truth.BY_KIND.items() if kind}
    assert found.tallies["visits"].total == truth.TOTAL - 1  # every visit has the units of its trip, so none is nobody's
    assert found.tallies["visits"].together == {
        frozenset(kinds): count for kinds, count in truth.BY_KINDS_TOGETHER.items()}
    assert found.tallies["enterprises"].total == 4
    assert [len(one.rows) for one in found.counted("visits", together=frozenset({"places", "departments"}))] == [1, 2]


def test_trips_of_two_units_are_one_and_count_for_each(world):
    five_visits(world)
    found = ledger()
    assert by_code(found, "trips") == {"a": 1, "b": 1, "c": 2}
    assert found.tallies["trips"].total == 3


def test_a_lead_that_two_units_found_apart_is_one(world):
    ours, theirs = world.visit(world.trip("a"), "甲公司"), world.visit(world.trip("c"), "乙公司")
    world.matter(ours, "背光 项目")
    world.matter(theirs, "背光　项目")  # written with a wide space
    world.matter(theirs, "另一项目")
    found = ledger()
    assert found.tallies["matters"].total == 2
    assert by_code(found, "matters") == {"a": 1, "c": 2}


def test_a_name_written_by_hand_is_the_enterprise_on_file(world):
    firm = world.enterprise("京东方")
    world.visit(world.trip("a"), "", enterprise=firm.pk)
    world.visit(world.trip("c"), "京东方")
    assert ledger().tallies["enterprises"].total == 1


def test_costs_belong_to_who_bore_them(world):
    trip = world.trip("a", "c")
    for unit, kind, amount in truth.COSTS:
        world.cost(trip, unit, {"travel": "transport"}.get(kind, kind), amount)
    found = ledger()
    assert found.costs.total == Decimal(truth.COST_TOTAL)
    assert {found.unit(unit)[0]: amount for unit, amount in found.costs.by_unit.items()} == {
        unit: Decimal(amount) for unit, amount in truth.COST_BY_UNIT.items()}
    assert found.as_json()["cost_by_kind"]["transport"] == Decimal(truth.COST_BY_KIND["travel"])


def test_only_the_period_counts_until_the_day_asked(world):
    trip = world.trip("a", begins=date(2021, 12, 30))
    for day in (date(2021, 12, 31), date(2022, 1, 1), date(2022, 3, 31), date(2022, 4, 1)):
        world.visit(trip, f"企业{day}", day=day)
    assert ledger().tallies["visits"].total == 3
    assert ledger().tallies["trips"].total == 0  # it began the year before
    assert ledger(parse_period("2021")).tallies["trips"].total == 1
    assert ledger(parse_period("2022Q1")).tallies["visits"].total == 2
    assert ledger(as_of=date(2022, 3, 30)).tallies["visits"].total == 1


def test_an_answer_once_given_stays(world):
    made = five_visits(world)
    before = Recording.objects.order_by("-number").first().instant
    as_of = timezone.localdate() - timedelta(days=1)
    former = {day: ledger(as_of=day, known_at=before).as_json() for day in (as_of, timezone.localdate())}
    assert former[as_of]["totals"] == former[timezone.localdate()]["totals"] == ledger().as_json()["totals"]
    actions.change(world.system, made["v2"], {"units": [world.units["c"].pk]}, correction=True)
    actions.change(world.system, made["v1"], {"visited_on": date(2023, 1, 5)})
    actions.withdraw(world.system, Visit.everything.get(pk=made["v3"].pk), "误录")
    actions.change(world.system, Trip.everything.get(pk=made["v4"].trip_id), {"units": [world.units["b"].pk]})
    world.matter(made["v2"], "新项目")
    assert {day: ledger(as_of=day, known_at=before).as_json() for day in former} == former
    now = ledger()
    assert now.tallies["visits"].total == 2
    assert by_code(now, "visits") == {"a": 1, "b": 1, "c": 2}  # v2: c; v4: its trip's (a, b) and c, who entered it again
    yesterday = ledger(as_of=as_of)
    assert yesterday.tallies["visits"].total == 3  # v1 was moved from today on; v3 is withdrawn from the beginning


def test_the_present_read_both_ways_is_the_same(world):
    made = five_visits(world)
    world.matter(made["v1"], "甲项目")
    actions.change(world.system, made["v1"], {"outcome": "signed"})
    actions.change(world.system, made["v2"], {"units": []}, correction=True)
    present = ledger()
    folded = ledger()
    folded.reader.is_present = False
    assert folded.as_json() == present.as_json()
    assert sorted(folded.visits, key=lambda row: row.id) == sorted(present.visits, key=lambda row: row.id)


def test_no_scope_no_figures(system, world):
    five_visits(world)
    other = actions.create(system, Organisation, {"code": "y", "name": "别区", "kind": "development_zone"})
    person = actions.create(system, User, {"username": "li", "name": "李"})
    with pytest.raises(Forbidden):
        ledger(scope=Scope.of(person), zone=None)
    actions.create(system, Membership, {"user": person.pk, "organisation": other.pk, "role": "investment_officer"})
    assert ledger(scope=Scope.of(person), zone=None).as_json()["totals"] == {
        "trips": 0, "visits": 0, "enterprises": 0, "matters": 0, "cost_cny": Decimal(0)}
    with pytest.raises(NotFound):
        ledger(scope=Scope.of(person), zone="z")
    actions.create(system, Membership, {
        "user": person.pk, "organisation": world.units["a"].pk, "role": "investment_officer"})
    assert ledger(scope=Scope.of(person), zone=None).tallies["trips"].total == 1


def test_queries_do_not_grow_with_rows(world):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            ledger().as_json()
        return len(seen)

    five_visits(world)
    first = asked()
    for place in range(4):
        visit = world.visit(world.trip("a", "b"), f"又一家{place}")
        world.matter(visit, f"项目{place}")
        world.cost(visit.trip, "a", "lodging", "10")
    few = asked()
    for place in range(8):
        world.matter(world.visit(world.trip("a", "b"), f"再一家{place}"), f"项目{place}")
    assert asked() <= few <= first + 1


def test_the_command(world, capsys):
    five_visits(world)
    assert cli.run(["outreach", "ledger", "--zone", "z", "--period", "2022", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["totals"]["visits"] == 4
    assert {row["unit"]: row["visits"] for row in said["units"]} == {"a": 3, "b": 2, "c": 2}
    assert {row["kind"]: row["visits"] for row in said["kinds"]} == {"places": 4, "departments": 2}
    assert said["sums_over_kinds"]["visits"] == 6
    assert cli.run(["outreach", "ledger", "--zone", "z", "--period", "2022", "--lang", "en"]) == 0
    assert "Each counted once" in capsys.readouterr().out
    assert cli.run(["outreach", "ledger", "--period", "sometime"]) == 1
    with pytest.raises(Faulty):
        period_of("2022-13", "2022")


def test_a_zone_may_say_which_kind_its_departments_are(world, system):
    from guatu.kernel.models import ParameterValue

    five_visits(world)
    actions.create(system, ParameterValue, {
        "key": "outreach.ledger.departments", "organisation": world.zone.pk, "value": ["team"], "valid_on": date(2022, 1, 1)})
    actions.create(system, ParameterValue, {
        "key": "outreach.ledger.leaders", "organisation": world.zone.pk, "value": ["department"],
        "valid_on": date(2022, 1, 1)})
    assert ledger().tallies["visits"].by_kind == {"places": 4, "leaders": 2}


