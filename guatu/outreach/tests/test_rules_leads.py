"""Truths worked out by hand, written down before the rules that they judge."""

from datetime import date
from decimal import Decimal

import pytest

from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.outreach.rules import admission, claims, firms, funnel
from guatu.outreach.rules.leads import objection, path

#: Six leads by hand: A goes all the way; B stays in talks; C leaves out “contacted” and is lost from talks; D is lost
#: soon; E has only been registered; F steps back.
LEADS = {
    "A": [("03-01", "new"), ("03-05", "contacted"), ("03-15", "talking"), ("04-04", "visited"), ("05-04", "agreed"),
          ("06-03", "converted")],
    "B": [("03-01", "new"), ("03-11", "contacted"), ("03-21", "talking")],
    "C": [("03-10", "new"), ("03-20", "talking"), ("04-19", "lost")],
    "D": [("04-01", "new"), ("04-03", "contacted"), ("04-13", "lost")],
    "E": [("04-10", "new")],
    "F": [("05-01", "new"), ("05-03", "contacted"), ("05-13", "talking"), ("05-23", "contacted")],
}
#: stage: reached, standing there, lost from there, rate of the former, rate of all, mean days to the next, over how many
JUNE_30 = {
    "new": (6, 1, 0, None, "100.0", "5.6", 5),  # A 4, B 10, C 10, D 2, F 2 = 28
    "contacted": (5, 1, 1, "83.3", "83.3", "7.5", 4),  # A 10, B 10, C 0, F 10 = 30
    "talking": (4, 1, 1, "80.0", "66.7", "20.0", 1),
    "visited": (1, 0, 0, "25.0", "16.7", "30.0", 1),
    "agreed": (1, 0, 0, "100.0", "16.7", "30.0", 1),
    "converted": (1, 1, 0, "100.0", "16.7", None, 0),
}
APRIL_5 = {
    "new": (4, 0, 0, None, "100.0", "6.5", 4),  # A 4, B 10, C 10, D 2 = 26
    "contacted": (4, 1, 0, "100.0", "100.0", "6.7", 3),  # A 10, B 10, C 0 = 20
    "talking": (3, 2, 0, "75.0", "75.0", "20.0", 1),
    "visited": (1, 1, 0, "33.3", "25.0", None, 0),
    "agreed": (0, 0, 0, "0.0", "0.0", None, 0),
    "converted": (0, 0, 0, None, "0.0", None, 0),
}


def moves(name):
    return [(date.fromisoformat(f"2022-{day}"), stage) for day, stage in LEADS[name]]


def told(day: date):
    total = funnel.Counts()
    for name in LEADS:
        found = path(moves(name), day)
        if found is not None:
            total.add(found)
    return total.leads, {step.stage: (
        step.reached, step.here, step.lost, *(None if value is None else str(value) for value in (
            step.rate_pct, step.of_all_pct, step.days)), step.days_of) for step in funnel.steps(total)}


@pytest.mark.parametrize(("day", "leads", "truth"), [(date(2022, 6, 30), 6, JUNE_30), (date(2022, 4, 5), 4, APRIL_5)])
def test_the_funnel_by_hand(day, leads, truth):
    counted, found = told(day)
    assert counted == leads
    assert found == truth


def test_an_empty_funnel_has_no_rates():
    assert all(step.rate_pct is None and step.of_all_pct is None for step in funnel.steps(funnel.Counts()))


def test_a_path_stops_on_its_day():
    found = path(moves("C"), date(2022, 4, 18))
    assert (found.stage, found.since, found.lost_from) == ("talking", date(2022, 3, 20), "")
    found = path(moves("C"), date(2022, 4, 19))
    assert (found.stage, found.since, found.lost_from) == ("lost", date(2022, 4, 19), "talking")
    assert found.reached == (date(2022, 3, 10), date(2022, 3, 20), date(2022, 3, 20), None, None, None)
    assert path(moves("C"), date(2022, 3, 9)) is None


@pytest.mark.parametrize(("before", "since", "after", "day", "code"), [
    ("new", "03-01", "contacted", "03-05", ""),
    ("new", "03-01", "agreed", "03-05", ""),  # stages may be left out
    ("talking", "03-05", "contacted", "03-06", ""),  # and gone back
    ("new", "03-05", "contacted", "03-04", "before_last"),
    ("new", "03-05", "contacted", "07-01", "future"),
    ("agreed", "03-05", "converted", "03-06", "convert"),
    ("converted", "03-05", "talking", "03-06", "converted"),
    ("converted", "03-05", "lost", "03-06", "converted"),
    ("lost", "03-05", "talking", "03-06", ""),  # a lead comes back
])
def test_moves_allowed(before, since, after, day, code):
    found = objection(before, date.fromisoformat(f"2022-{since}"), after, date.fromisoformat(f"2022-{day}"),
                      date(2022, 6, 30), has_project=False)
    assert (found or "") == code


# -- firms -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("one", "other", "same"), [
    ("青岛（华泰）科技有限公司", "青岛(华泰)科技有限公司", True),
    ("青岛华泰 科技有限公司", "青岛华泰科技有限公司", True),
    ("ＢＯＥ科技", "boe科技", True),
    ("青岛华泰科技有限公司", "青岛华太科技有限公司", False),
    ("京东方科技集团股份有限公司", "京东方科技集团股份有限公司青岛分公司", False),
])
def test_normal_names(one, other, same):
    assert (firms.normal_name(one) == firms.normal_name(other)) is same


# -- claims ------------------------------------------------------------------------------------------------------------

#: National Day of 2022: 1 to 7 October off, Saturday 8 and Sunday 9 October worked (State Council's notice for 2022).
CALENDAR = WorkCalendar({2022: YearNotice(
    2022, frozenset(date(2022, 10, day) for day in range(1, 8)), frozenset({date(2022, 10, 8), date(2022, 10, 9)}))})


def test_protection_counts_working_days():
    # From Wednesday 28 September: 29, 30 September, 8, 9, 10 October.
    assert claims.protected_until(date(2022, 9, 28), 5, CALENDAR) == date(2022, 10, 10)


@pytest.mark.parametrize(("day", "held"), [
    ("2022-09-27", False), ("2022-09-28", True), ("2022-10-10", True), ("2022-10-11", False)])
def test_held_through_its_last_day(day, held):
    span = claims.Span(date(2022, 9, 28), date(2022, 10, 10), None)
    assert claims.holds(span, date.fromisoformat(day)) is held


def test_given_back_is_free_from_that_day():
    span = claims.Span(date(2022, 9, 28), date(2022, 10, 10), date(2022, 10, 8))
    assert claims.holds(span, date(2022, 9, 30)) and not claims.holds(span, date(2022, 10, 8))


def test_a_contact_lengthens_and_never_shortens():
    until = date(2022, 10, 10)
    assert claims.renewed(until, date(2022, 10, 9), 5, CALENDAR) == date(2022, 10, 14)
    assert claims.renewed(until, date(2022, 9, 20), 2, CALENDAR) == until


# -- admission ---------------------------------------------------------------------------------------------------------

RULE = admission.Rule(
    land_from_cny=Decimal(100_000_000), intensity_cny_per_mu=Decimal(3_000_000), tax_cny_per_mu=Decimal(200_000),
    tax_cny_per_m2=Decimal(300), energy_tce_per_10k=Decimal("0.5"), environment=("exempt", "form", "report"),
    weights={"intensity": 30, "tax": 30, "energy": 20, "environment": 20}, pass_mark=Decimal(60))


def test_a_large_project_gets_land():
    # 240 million on 100 mu is 2.4 million a mu: 80 points of the asked 3 million; tax 200,000 a mu: 100; energy 0.25: 100;
    # a report: 100. 0.3 x 80 + 0.3 x 100 + 0.2 x 100 + 0.2 x 100 = 94.
    found = admission.judge(admission.Asked(
        Decimal(240_000_000), Decimal(100), None, Decimal(20_000_000), Decimal("0.25"), "report"), RULE)
    assert found.form == "land"
    assert {term.name: (str(term.score), term.passes) for term in found.terms} == {
        "intensity": ("80.0", False), "tax": ("100.0", True), "energy": ("100.0", True), "environment": ("100.0", True)}
    assert (str(found.score), found.outcome) == ("94.0", "opinion")  # a term is short, so people decide


def test_a_large_project_that_meets_all():
    found = admission.judge(admission.Asked(
        Decimal(300_000_000), Decimal(100), None, Decimal(20_000_000), Decimal("0.5"), "form"), RULE)
    assert (found.form, str(found.score), found.outcome) == ("land", "100.0", "admit")


def test_a_small_project_gets_a_unit_in_a_park():
    # 30 million is below 100 million: a unit. Tax 900,000 on 2,000 m2 is 450 a m2. Intensity is not asked of a unit, so its
    # weight falls away: all of the others full is 100.
    found = admission.judge(admission.Asked(
        Decimal(30_000_000), None, Decimal(2_000), Decimal(900_000), Decimal("0.1"), "exempt"), RULE)
    assert (found.form, str(found.score), found.outcome) == ("unit", "100.0", "admit")
    assert [term.name for term in found.terms] == ["tax", "energy", "environment"]


def test_what_the_environment_rule_excludes_is_refused():
    found = admission.judge(admission.Asked(
        Decimal(300_000_000), Decimal(100), None, Decimal(20_000_000), Decimal("0.5"), "restricted"), RULE)
    assert found.outcome == "refuse"


def test_energy_above_the_limit_scores_in_proportion():
    # 1.0 where 0.5 is allowed: half the points.
    found = admission.judge(admission.Asked(
        Decimal(300_000_000), Decimal(100), None, Decimal(20_000_000), Decimal("1.0"), "form"), RULE)
    assert {term.name: str(term.score) for term in found.terms}["energy"] == "50.0"
    assert str(found.score) == "90.0" and found.outcome == "opinion"


def test_unknown_is_not_zero():
    found = admission.judge(admission.Asked(Decimal(300_000_000), Decimal(100), None, None, None, "form"), RULE)
    assert found.outcome == "incomplete" and [term.name for term in found.terms if term.score is None] == ["tax", "energy"]
    assert admission.judge(admission.Asked(None, None, None, None, None, ""), RULE).form == ""
