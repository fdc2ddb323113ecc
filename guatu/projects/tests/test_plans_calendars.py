"""Calendars and units of a plan's tasks: working days, calendar days, hours, six-day weeks, mixed in one plan."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from guatu.kernel import actions as kernel
from guatu.kernel.changes import Change
from guatu.kernel.scope import Scope
from guatu.projects.models import Plan, PlanLink, PlanTask
from guatu.projects.planning import queries
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture
def chart(system):
    """Four tasks one after another from Monday 22 September 2025 on, across National Day (1 to 8 October off; Sunday 28
    September and Saturday 11 October worked)."""
    from guatu.reference.calendars import load_published

    load_published(system)
    project = build(system, 2).projects[0]
    plan = Change("create", Plan, {"project": project.pk, "name": "计划", "start": date(2025, 9, 22)})
    made = [
        Change("create", PlanTask, {"plan": plan, "number": n, "name": name, "duration": duration, **rest})
        for n, name, duration, rest in (
            (1, "工作日", 8, {}), (2, "日历日", 5, {"duration_unit": "day"}), (3, "小时", 12, {"duration_unit": "hour"}),
            (4, "六天", 4, {"calendar": "six_days"}), (5, "完", 0, {"milestone": True}),
        )
    ]
    links = [Change("create", PlanLink, {"plan": plan, "pred": a, "succ": b}) for a, b in itertools.pairwise(made)]
    kernel.write(system, [plan, *made, *links])
    return lambda as_of=date(2025, 9, 22): queries.gantt(Scope.whole(), project, as_of)


def test_each_task_counts_on_its_own_calendar(chart):
    """Working days: 22-26 September, Sunday 28 (worked), 29, 30: eight. Then five calendar days: 1 to 5 October, all off.
    Hours: 9 October 8, 10 October 4. Six days: from Saturday 11 October (worked), 13, 14, 15: four; Sunday 12 is off."""
    days = {task["name"]: (task["start"], task["finish"]) for task in chart()["tasks"]}
    assert days["工作日"] == ("2025-09-22", "2025-09-30")
    assert days["日历日"] == ("2025-10-01", "2025-10-05")
    assert days["小时"] == ("2025-10-09", "2025-10-10")
    assert days["六天"] == ("2025-10-11", "2025-10-15")
    assert days["完"] == ("2025-10-15", "2025-10-15")


def test_days_off_are_told(chart):
    idle = chart()["calendar"]["idle"]
    assert "2025-10-01" in idle and "2025-09-27" in idle and "2025-09-28" not in idle and "2025-10-11" not in idle


def test_nothing_that_has_not_begun_begins_before_the_day_asked_about(chart):
    found = chart(date(2025, 9, 30))
    first = found["tasks"][0]
    assert (first["start"], first["forecast_start"], first["forecast_finish"]) == ("2025-09-22", "2025-09-30", "2025-10-16")
    assert found["plan"]["holds"] is None and found["plan"]["finish"] > found["plan"]["planned_finish"]
