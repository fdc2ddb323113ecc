"""The ledger of a small zone, against figures worked out by hand."""

import json
from datetime import date
from decimal import Decimal

import pytest

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.models import ExchangeRate
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.projects.models import ArrivedFunds, Milestone, Project, ReportedInvestment, StageEvent, StatisticsEntry
from guatu.projects.queries.ledger import year_ledger
from guatu.projects.queries.ledger_rates import checked_rates
from guatu.projects.queries.ledger_rows import money_of
from guatu.projects.queries.moment import moment
from guatu.projects.rules.ledger import Gap, Verdict
from guatu.projects.tests import imported
from guatu.projects.tests.ledger_world import arrive, complete, enter, plan, report, target
from guatu.projects.tests.world import build, member
from guatu.site import cli

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]
WAN = 10_000
AS_OF = date(2022, 5, 6)


@pytest.fixture
def world(system):
    """Two rates of the dollar, and money of projects 6 (zone 1) and 4 (zone 1, domestic only)."""
    world = build(system)
    for day, rate in ((date(2022, 1, 1), "6.4"), (date(2022, 4, 1), "6.6")):
        actions.create(system, ExchangeRate, {"currency": "USD", "valid_on": day, "cny_per_unit": Decimal(rate)})
    six, four = world.projects[6], world.projects[4]
    for month, amount in (("2022-02", 100), ("2022-03", 100), ("2022-04", 150), ("2022-05", 200), ("2023-01", 900)):
        plan(system, six, month, amount)
    complete(system, six, date(2022, 2, 28), 80)
    complete(system, six, date(2022, 4, 30), 170)
    complete(system, six, date(2021, 12, 31), 40)
    arrive(system, six, date(2022, 3, 31), 10, "USD", "foreign", "一")  # 64 in ten thousand yuan
    arrive(system, six, date(2022, 4, 2), 10, "USD", "foreign", "二")  # 66
    arrive(system, six, date(2022, 4, 2), None, "USD", "foreign", "三")
    arrive(system, four, date(2022, 4, 3), 500)
    return world


def test_each_kind_of_money_is_summed_by_itself(system, world):
    found = year_ledger(Scope.whole(), AS_OF, zone="z1")
    sums = {one.code: (one.total.amount, one.total.rows, one.total.unknown, one.total.partial) for one in found.measured}
    assert sums["completed"] == (250 * WAN, 1, 0, 1)  # March is missing
    assert sums["forecast"] == (450 * WAN, 1, 0, 1)
    assert sums["planned"] == (550 * WAN, 1, 0, 0)
    assert sums["arrived_foreign"] == (20 * WAN, 1, 0, 1)  # dollars; the third arrival is unknown
    assert sums["arrived_domestic"] == (500 * WAN, 1, 0, 0)
    assert sums["reported"] == (0, 0, 0, 0)
    assert [row.cny for row in money_of(found.when)[world.projects[6].pk].arrivals] == [64 * WAN, 66 * WAN, None]


def test_every_figure_is_the_sum_of_its_rows(system, world):
    found = year_ledger(Scope.whole(), AS_OF)
    for one in found.measured:
        rows = [row for row in found.rows(one.code)]
        assert len(rows) == one.total.rows
        if not any(row.row.batch_id or row.row.declared for row in rows):
            assert sum((row.amount or 0 for row in rows), Decimal(0)) == one.total.amount


def test_a_batch_and_its_members_count_once(system, world):
    """As in the sample: 11 projects for 206 signed together, one of them (15) known by name. The batch completed 3, its
    member 5, so at least 5 were completed in all; what arrived for the member counts for itself."""
    zone, source = world.zones[1], world.source
    batch = actions.create(system, Project, {
        "code": "screen11", "name": "签约11个项目", "zone": zone.pk, "investment": Decimal(206 * WAN), "declared_count": 11})
    inside = actions.create(system, Project, {
        "code": "backlight", "name": "背光源", "zone": zone.pk, "investment": Decimal(15 * WAN), "batch": batch.pk})
    other = actions.create(system, Project, {"code": "other", "name": "其他", "zone": zone.pk})
    for project in (batch, inside, other):
        actions.create(system, StageEvent, {
            "project": project.pk, "event": "signed", "valid_on": date(2024, 6, 23), "basis": "history",
            "source": source.pk})
    complete(system, batch, date(2024, 6, 30), 3)
    complete(system, inside, date(2024, 6, 30), 5)
    arrive(system, inside, date(2024, 6, 30), 2)
    sums = {one.code: one.total for one in year_ledger(Scope.whole(), date(2024, 7, 1), zone="z2").measured}
    assert (sums["signed"].amount, sums["signed"].projects, sums["signed"].unknown) == (206 * WAN, 12, 1)
    assert sums["signed_count"].projects == 12
    assert sums["completed"].amount == 5 * WAN
    assert sums["arrived_domestic"].amount == 2 * WAN


def test_a_newer_plan_counts_from_its_day_and_earlier_answers_stay(system, world):
    six = world.projects[6]
    before = head().instant
    plan(system, six, "2022-05", 260, date(2022, 5, 1))

    def planned(as_of, known_at=None):
        found = year_ledger(Scope.whole(), as_of, known_at)
        return next(one.total.amount for one in found.measured if one.code == "planned")

    assert (planned(date(2022, 4, 30)), planned(AS_OF), planned(AS_OF, before)) == (550 * WAN, 610 * WAN, 550 * WAN)


def test_completion_rates_take_the_newest_target_of_the_zone(system, world):
    zone = world.zones[0]
    target(system, zone, 2022, "completed", target_cny=Decimal(400 * WAN))
    target(system, zone, 2022, "completed", date(2022, 4, 1), target_cny=Decimal(300 * WAN))
    target(system, zone, 2022, "arrived_foreign", target_usd=Decimal(60 * WAN), basis="rate")

    def rates(as_of):
        return {one.code: (one.rate, one.is_derived) for one in year_ledger(Scope.whole(), as_of, zone="z1").measured
                if one.target is not None}

    # 80 of 400 on 31 March; 250 of 300 and 20 of 60 on 6 May
    assert rates(date(2022, 3, 31)) == {
        "completed": (Decimal("20.0"), False), "arrived_foreign": (Decimal("16.7"), True)}
    assert rates(AS_OF) == {"completed": (Decimal("83.3"), False), "arrived_foreign": (Decimal("33.3"), True)}
    parts = year_ledger(Scope.whole(), AS_OF).parts()
    assert [(node.code, [one.code for one in measured]) for node, measured in parts] == [
        ("z1", ["arrived_foreign", "completed"])]


def test_a_year_that_is_over_stands_as_of_its_last_day(system, world):
    later, then = (year_ledger(Scope.whole(), day, year=2022) for day in (date(2024, 3, 1), date(2022, 12, 31)))
    assert later.measured == then.measured


def test_queries_do_not_grow_with_projects(system, world, django_assert_max_num_queries):
    assert year_ledger(Scope.whole(), AS_OF).measured  # what is held in memory is read once
    with django_assert_max_num_queries(24):
        found = year_ledger(Scope.whole(), AS_OF, zone="z1")
        assert found.measured and found.gap_counts is not None and found.parts() is not None


def test_a_reader_sees_only_what_lies_in_reach(system, world):
    handler = member(system, "h", "department_handler", world.units[0])
    target(system, world.zones[0], 2022, "completed", target_cny=Decimal(400 * WAN))
    found = year_ledger(Scope.of(handler), AS_OF)
    assert {row.unit_id for row in found.every} == {world.units[0].pk}
    assert found.targets == {}
    other = member(system, "o", "project_officer", world.zones[1])
    assert not year_ledger(Scope.of(other), AS_OF).rows("completed")


# -- entry into statistics, what does not fit together ---------------------------------------------------------------------


def test_an_entry_into_statistics_is_the_event_of_the_lists(system, world):
    project = world.projects[0]
    made = enter(system, project, date(2022, 6, 10))
    event = StageEvent.everything.get(project=project, event="in_statistics", kind="actual")
    assert (event.counts_from, event.basis) == (date(2022, 6, 10), "progress")
    assert Milestone.everything.get(project=project, event="in_statistics").done_on == date(2022, 6, 10)
    actions.change(system, made, {"valid_on": date(2022, 6, 12)})
    standing = StageEvent.everything.get(
        project=project, event="in_statistics", kind="actual", superseded_by=None, withdrawn=False)
    assert standing.counts_from == date(2022, 6, 12)
    entry = StatisticsEntry.everything.get(project=project, superseded_by=None, withdrawn=False)
    actions.withdraw(system, entry, "入错了库")
    assert Milestone.everything.get(project=project, event="in_statistics").done_on is None


def test_entry_and_event_may_not_name_different_days(system, world):
    project = world.projects[2]
    actions.create(system, StageEvent, {
        "project": project.pk, "event": "in_statistics", "valid_on": date(2022, 6, 1), "basis": "history",
        "source": world.source.pk})
    with pytest.raises(Refusals, match="2022-06-01"):
        enter(system, project, date(2022, 6, 10))
    enter(system, project, date(2022, 6, 1))
    assert StageEvent.everything.filter(project=project, event="in_statistics", kind="actual").count() == 1


def test_what_is_missing_is_said_of_each_project(system, world):
    six = world.projects[6]
    report(system, six, date(2022, 2, 28), 300)
    found = year_ledger(Scope.whole(), AS_OF)
    gaps = found.gaps[six.pk]
    assert {Gap.ARRIVAL_UNKNOWN, Gap.NOT_ENTERED, Gap.REPORTED_NOT_ENTERED, Gap.REPORTED_OVER_INVESTED} <= set(gaps)
    for gap, count in found.gap_counts.items():
        assert len(found.rows_with(gap)) == count
    enter(system, six, date(2022, 3, 5), code="")
    gaps = year_ledger(Scope.whole(), AS_OF).gaps[six.pk]
    assert {Gap.NO_CODE, Gap.NO_DOCUMENTS, Gap.REPORTED_EARLY} <= set(gaps) and Gap.NOT_ENTERED not in gaps


@pytest.mark.parametrize(("model", "values", "code"), [
    (ArrivedFunds, {"origin": "domestic", "currency": "USD", "amount": Decimal(1)}, "domestic_currency"),
    (ArrivedFunds, {"origin": "foreign", "currency": "USD", "amount": Decimal(-1)}, "negative"),
    (ArrivedFunds, {"origin": "foreign", "valid_on": date(2099, 1, 1)}, "arrival_future"),
    (ReportedInvestment, {"reported_cny": Decimal(1), "valid_on": date(2099, 1, 31)}, "month_future"),
    (StatisticsEntry, {"valid_on": date(2099, 1, 1)}, "entry_future"),
])
def test_what_cannot_be_is_refused(system, world, model, values, code):
    with pytest.raises(Refusals) as refused:
        actions.create(system, model, {"project": world.projects[0].pk, "valid_on": date(2022, 5, 1)} | values)
    assert code in {problem.refused.code for problem in refused.value.problems}


@pytest.mark.parametrize(("measure", "amount"), [
    ("completed", {}), ("completed", {"target_usd": Decimal(1)}), ("started_count", {"target_cny": Decimal(1)}),
    ("arrived_foreign", {"target_usd": Decimal(1), "target_cny": Decimal(1)}),
])
def test_a_target_gives_the_amount_its_measure_asks_for(system, world, measure, amount):
    with pytest.raises(Refusals):
        target(system, world.zones[0], 2022, measure, **amount)


# -- the sample -----------------------------------------------------------------------------------------------------------


def test_rates_of_the_sample_equal_the_articles(system):
    """The articles' own rates: 129.3 %, 40.4 % and 21.38 % come out again; 200 % and 73 % rest on derived figures."""
    imported.load(system)
    imported.mark_bases(system)
    found = {(rate.row.zone.code, str(rate.checked.reported.normalize())): rate for rate in checked_rates(
        Scope.whole(), moment(date(2023, 3, 1)))}
    equal = {key: str(rate.checked.recomputed) for key, rate in found.items() if rate.checked.verdict is Verdict.EQUAL}
    assert equal == {("jz", "129.3"): "129.3", ("jz", "40.4"): "40.4", ("jz", "21.38"): "21.38"}
    derived = {key for key, rate in found.items() if rate.checked.verdict is Verdict.DERIVED}
    assert derived == {("jz", "2E+2"), ("qda", "73")}
    assert all(rate.checked.verdict is Verdict.NO_BASE for key, rate in found.items() if key not in {*equal, *derived})
    assert Project.everything.count() == 69


def test_the_command_tells_the_same_rates(system, capsys):
    imported.load(system)
    imported.mark_bases(system)
    assert cli.run(["ledger", "--zone", "jz", "--year", "2022", "--as-of", "2023-03-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["as_of"], told["year"], told["zone"]) == ("2022-12-31", 2022, "jz")
    assert {row["reported_pct"]: (row["recomputed_pct"], row["verdict"]) for row in told["rates"]} == {
        129.3: (129.3, "equal"), 40.4: (40.4, "equal"), 21.38: (21.38, "equal"), 200: (200, "derived"),
        32: (None, "no_base")}
    assert told["measures"]["completed"]["actual"] is None  # under construction, but nothing recorded: unknown, not zero
