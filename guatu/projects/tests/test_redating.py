"""Due days counted in working days, and what a newly published calendar does to them. Cases worked out by hand."""

from datetime import date

import pytest

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.models import CalendarNotice, HistoryEntry
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone
from guatu.projects.queries import lights
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def notice_2027(system):
    # An invented notice: 4 to 8 January off, Saturday the 9th worked.
    return actions.create(system, CalendarNotice, {
        "year": 2027, "title": "2027年放假通知", "valid_on": date(2026, 11, 20),
        "holidays": ["2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"], "workdays": ["2027-01-09"]})


def delivered():
    return next(row.lit for row in lights(Scope.whole(), date(2026, 12, 31)) if row.lit.state.code == "delivered")


@pytest.fixture
def milestone(system):
    project = build(system, 2).projects[0]
    return actions.create(system, Milestone, {
        "project": project.pk, "event": "delivered", "basis_on": date(2026, 12, 31), "allowance_workdays": 3})


def test_the_due_day_is_counted_on_weekdays_while_no_notice_is_published(milestone):
    # Thursday 31 December; Friday 1, Monday 4, Tuesday 5 January.
    assert milestone.due_on == date(2027, 1, 5)
    light = delivered().light
    assert light.provisional


def test_a_published_calendar_moves_the_due_day_and_says_so(system, milestone):
    notice_2027(system)
    # Friday 1, Saturday 9 (worked), Monday 11 January.
    assert Milestone.everything.get(pk=milestone.pk).due_on == date(2027, 1, 11)
    entry = HistoryEntry.objects.filter(subject_id=milestone.pk).order_by("-id").first()
    assert entry.verb == "projects.milestone.changed"
    assert "2027-01-11" in entry.changes and "2027年放假通知" in entry.changes
    state = delivered().state
    assert (state.first_due_on, state.due_on, state.moves) == (date(2027, 1, 5), date(2027, 1, 11), 1)


def test_what_is_done_is_not_moved(system, milestone):
    title = actions.create(system, Milestone, {
        "project": milestone.project_id, "title": "交地", "basis_on": date(2026, 12, 31), "allowance_workdays": 3})
    actions.change(system, title, {"done_on": date(2026, 11, 20)})
    notice_2027(system)
    assert Milestone.everything.get(pk=title.pk).due_on == date(2027, 1, 5)


def test_a_stated_due_day_must_be_the_counted_one(system, milestone):
    with pytest.raises(Refusals) as refused:
        actions.create(system, Milestone, {
            "project": milestone.project_id, "title": "交地", "due_on": date(2027, 1, 20),
            "basis_on": date(2026, 12, 31), "allowance_workdays": 3})
    assert {problem.refused.code for problem in refused.value.problems} == {"counted_due"}


def test_half_a_count_is_refused(system, milestone):
    with pytest.raises(Refusals) as refused:
        actions.create(system, Milestone, {
            "project": milestone.project_id, "title": "交地", "due_on": date(2027, 1, 20), "allowance_workdays": 3})
    assert {problem.refused.code for problem in refused.value.problems} == {"allowance"}
