"""The first product lit of boe1, promised for November 2022, laid out backward from its template (issue 4, Must show 5).

Worked out by hand. Article 003 of 2022-07-06 says that the structure topped out on 2022-06-21 and that the first product is
to be lit in November (which counts from the 30th); nothing more is known afterwards. Working days of 2022 by the State
Council's notice: Mid-Autumn off on 12 September; National Day off from 1 to 7 October, 8 and 9 October worked. So, counted
back from Wednesday 30 November, both ends included, whole months having 22 (November), 18 (October), 21 (September),
23 (August) and from 6 July on 18 working days: 102 from 6 July to 30 November.

The template's chain after topping out: envelope; clean rooms 10 days after the envelope begins, 40 days; moving in 20; its
installation begins 10 days after moving in begins, 28 days; commissioning 12. 10 + 40 + 10 + 28 + 12 = 100. So two days are
to spare on 6 July, and the envelope must begin by the third working day from then: 8 July.

    commissioning     12 days to 30 November: from 15 November (15-18: 4, 21-25: 5, 28-30: 3)
    installation      28 days to 14 November: November 1-14 has 10, October 18: from 8 October
    moving in         10 days before installation begins on 8 October: 19-23 and 26-30 September: from 19 September
    clean rooms       40 days to 16 September: September 1-16 has 11, August 23, so 6 of July: from 22 July
    envelope          10 days before 22 July: 8, 11-15, 18-21 July: from 8 July; 25 days: to 11 August
    power             60 days to 14 November: 10 + 18 + 21 = 49, so 11 of August: from 17 August
    utilities         45 days to 14 November: 10 + 18 = 28, so 17 of September: from 7 September
    fire acceptance   15 calendar days to 14 November: from 31 October
"""

from __future__ import annotations

from datetime import date

import pytest

from guatu.kernel import actions as kernel
from guatu.kernel.commitments import commitment_models
from guatu.kernel.models import Statement
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Milestone, Plan
from guatu.projects.planning import queries
from guatu.projects.queries import lights

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.long]

WHOLE = Scope.whole()
JULY, OCTOBER = date(2022, 7, 6), date(2022, 10, 31)
#: By name: must begin by, must be finished by, earliest finish as of 6 July.
BY_HAND = {
    "屋面与围护封闭": ("2022-07-08", "2022-08-11", "2022-08-09"),
    "洁净室与机电安装": ("2022-07-22", "2022-09-16", "2022-09-14"),
    "设备搬入": ("2022-09-19", "2022-10-19", "2022-10-17"),
    "设备安装与单机调试": ("2022-10-08", "2022-11-14", "2022-11-10"),
    "联线调试": ("2022-11-15", "2022-11-30", "2022-11-28"),
    "外线与变电站（正式供电）": ("2022-08-17", "2022-11-14", "2022-09-28"),
    "动力站房（纯水、气体、废水）": ("2022-09-07", "2022-11-14", "2022-10-17"),
    "消防验收": ("2022-10-31", "2022-11-14", "2022-09-29"),
    "首件产品点亮": ("2022-11-30", "2022-11-30", "2022-11-28"),
}
#: What had to begin before 31 October: all of the above but the last three, and the delivery of equipment.
SHOULD_HAVE_BEGUN = {
    "屋面与围护封闭", "洁净室与机电安装", "设备搬入", "设备安装与单机调试", "外线与变电站（正式供电）",
    "动力站房（纯水、气体、废水）", "设备到货与清关",
}


@pytest.fixture
def sample(system):
    from guatu.reference.calendars import load_published
    from guatu.site.sample.load import load

    load_published(system)
    load(system)
    return system


def test_the_sheet_as_of_the_articles_day(sample):
    sheet = queries.backward(WHOLE, "boe1", None, JULY)
    assert (sheet["promised_on"], sheet["holds"], sheet["finish"]) == ("2022-11-30", True, "2022-11-28")
    assert sheet["slack"] == 2 and sheet["late_by_workdays"] == 0 and sheet["should_have_begun"] == []
    rows = {row["name"]: row for row in sheet["rows"]}
    for name, (begin_by, finish_by, earliest) in BY_HAND.items():
        found = rows[name]
        assert (found["must_begin_by"], found["latest_finish"], found["earliest_finish"]) == (begin_by, finish_by, earliest), name
    assert (rows["主体封顶"]["actual_finish"], rows["主体封顶"]["done"]) == ("2022-06-21", True)
    assert rows["开工"]["actual_start"] == "2022-05-12"


def test_the_lights_as_of_the_articles_day(sample):
    chart = queries.gantt(WHOLE, "boe1", JULY)
    colours = {task["name"]: task["light"] for task in chart["tasks"] if not task["summary"]}
    assert colours.pop("开工") == colours.pop("主体封顶") == "done"
    assert colours.pop("屋面与围护封闭") == "yellow", "must begin in two working days"
    assert set(colours.values()) == {"green"}
    critical = {task["name"] for task in chart["tasks"] if task["critical"] and not task["summary"]}
    assert critical == {"屋面与围护封闭", "洁净室与机电安装", "设备搬入", "设备安装与单机调试", "联线调试", "首件产品点亮"}
    wall = queries.portfolio(WHOLE, JULY)["groups"][0]["projects"][0]
    assert (wall["code"], wall["late_by"], wall["light"]) == ("boe1", 0, "yellow")


def test_at_the_end_of_october_with_nothing_known_to_have_begun(sample):
    """The envelope had to begin on 8 July, 77 working days before 31 October (16 of July, 23, 21, 17 of October). So many
    after 30 November: 22 of December, 18 of January 2023 (2 and 21 to 27 January off, 28 and 29 worked), 20 of February, 17 of
    March: the 23rd."""
    sheet = queries.backward(WHOLE, "boe1", None, OCTOBER)
    assert sheet["holds"] is False and sheet["late_by_workdays"] == 77 and sheet["finish"] == "2023-03-23"
    names = {row["id"]: row["name"] for row in sheet["rows"]}
    assert {names[task] for task in sheet["should_have_begun"]} == SHOULD_HAVE_BEGUN
    chart = queries.gantt(WHOLE, "boe1", OCTOBER)
    colours = {task["name"]: task["light"] for task in chart["tasks"] if not task["summary"]}
    assert {name for name, colour in colours.items() if colour == "done"} == {"开工", "主体封顶"}
    assert {colour for name, colour in colours.items() if name in SHOULD_HAVE_BEGUN} == {"red"}
    lit = next(task for task in chart["tasks"] if task["event"] == "first_product_lit")
    assert lit["light"] == "red" and lit["promise"] == {
        "milestone": lit["promise"]["milestone"], "due_on": "2022-11-30", "light": "green", "done_on": None}, (
        "the promise's own light knows days alone; the plan says that it cannot be kept")
    wall = queries.portfolio(WHOLE, OCTOBER)["groups"][0]["projects"][0]
    assert (wall["late_by"], wall["light"]) == (77, "red")
    rescue = queries.rescue(WHOLE, "boe1", None, OCTOBER)
    assert not rescue["holds"] and [row["name"] for row in rescue["blocking"]] == [
        "屋面与围护封闭", "洁净室与机电安装", "设备搬入", "设备安装与单机调试", "联线调试", "首件产品点亮"]


def test_the_plan_adopts_the_promises_of_the_articles_and_adds_none(sample):
    plan = Plan.everything.get()
    assert plan.promise.event == "first_product_lit" and plan.promised_on == date(2022, 11, 30)
    due = dict(Milestone.everything.filter(project__code="boe1", withdrawn=False).values_list("event", "due_on"))
    assert due == {
        "first_product_lit": date(2022, 11, 30), "structure_topped": date(2022, 8, 23), "first_line_lit": date(2022, 12, 31)}
    rows = [row for row in lights(WHOLE, JULY) if row.project == "boe1"]
    assert len(rows) == 3
    assert len(commitment_models()) >= 1 and Statement.objects.filter(subject_type="projects.milestone").exists()


def test_who_loads_the_sample_again_gets_no_second_plan(sample):
    from guatu.site.sample.load import load

    assert load(Actor.system("setup")) == 0
    kernel.withdraw(sample, Plan.everything.get(), "另行编制")
    assert load(Actor.system("setup")) == 0 and not Plan.everything.filter(withdrawn=False).exists()
