"""The Qingdao sample against the tables worked out by hand before the code was written."""

from datetime import date
from decimal import Decimal

import pytest

from guatu.kernel.scope import Actor, Scope
from guatu.projects.queries import five_lists
from guatu.projects.tests import truth_five_lists as truth
from guatu.site.sample import load

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

DAY = date(2022, 6, 30)


@pytest.fixture
def answer():
    load.load(Actor.system("setup"))
    return five_lists(Scope.whole(), DAY, zone="qda").as_json()


def codes(rows):
    return sorted(row["code"] for row in rows)


def test_the_five_lists_of_the_development_zone(answer):
    assert {name: codes(rows) for name, rows in answer["lists"].items()} == truth.QDA_2022_06_30
    assert {name: codes(rows) for name, rows in answer["residuals"].items() if name != "outside_lists"} == (
        truth.QDA_2022_06_30_RESIDUALS)
    assert answer["residuals"]["outside_lists"] == []


def test_stage_since_and_precision_of_each_row(answer):
    for rows in answer["lists"].values():
        for row in rows:
            stage, since, precision = truth.QDA_2022_06_30_SINCE[row["code"]]
            assert (row["stage"], row["since"].lstrip("≤"), row["precision"]) == (stage, since, precision)


def test_a_day_that_is_only_an_upper_bound_says_so(answer):
    rows = {row["code"]: row for rows in answer["lists"].values() for row in rows}
    assert {code for code, row in rows.items() if row["since"].startswith("≤")} >= truth.QDA_NOT_LATER_THAN


def test_projects_and_money_are_counted_once(answer):
    totals = answer["totals"]
    found = {**totals["lists"], **totals["residuals"]}
    for name, projects in truth.QDA_2022_06_30_PROJECT_COUNTS.items():
        assert found[name]["projects"] == projects, name
    assert totals["projects"] == truth.QDA_2022_06_30_PROJECTS_TOTAL
    dollars = Decimal("50000000") * Decimal("6.7114")  # bekaert, at the parity of 2022-06-30
    for name, stated in truth.QDA_2022_06_30_CNY_STATED.items():
        assert found[name]["investment_cny"] == stated + (dollars if name == "under_construction" else 0), name


def test_the_lists_and_residuals_reconcile_to_every_project(answer):
    listed = [row["code"] for name, rows in answer["lists"].items() if name != "investment_supporting" for row in rows]
    beside = [row["code"] for rows in answer["residuals"].values() for row in rows]
    assert len(listed + beside) == len(set(listed + beside)) == 18 == answer["totals"]["rows"]


def test_without_a_zone_the_lists_cover_every_zone(answer):
    everywhere = five_lists(Scope.whole(), DAY).as_json()
    inside = {row["code"] for rows in answer["lists"].values() for row in rows}
    outside = {name: [code for code in codes(rows) if code not in inside] for name, rows in everywhere["lists"].items()}
    for name, expected in truth.ALL_2022_06_30_OUTSIDE_QDA.items():
        assert outside[name] == expected, name


def test_a_zone_covers_its_whole_subtree():
    load.load(Actor.system("setup"))
    new_area = five_lists(Scope.whole(), DAY, zone="xha").as_json()
    assert {"boe1", "lng3", "icp10", "diehl"} <= {row["code"] for rows in new_area["lists"].values() for row in rows}
    assert "cosmo" not in {row["code"] for rows in new_area["residuals"].values() for row in rows}
