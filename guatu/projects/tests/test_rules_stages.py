"""Stages: where events put a project, and what new progress may not do. Cases worked out by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.projects.rules.stages import ORDER, STAGES, Event, next_stages, objection, standing_on

TODAY = date(2022, 12, 31)


def event(name, day, place=1, **more):
    return Event(place, name, date.fromisoformat(day), **more)


def test_the_latest_stage_counts_from_its_day():
    events = [event("negotiating", "2022-03-01"), event("signed", "2022-06-23", 2)]
    assert standing_on(events, date(2022, 6, 22)).stage == "negotiating"
    assert standing_on(events, date(2022, 6, 23)).stage == "signed"
    assert standing_on(events, date(2022, 2, 28)).stage is None


def test_of_two_stages_on_one_day_the_later_in_order_counts():
    events = [event("registered", "2022-06-30"), event("signed", "2022-06-30", 2)]
    assert standing_on(events, date(2022, 6, 30)).stage == "registered"


def test_a_year_event_does_not_undo_a_later_stage_known_by_day():
    # Signed "in 2022" counts from 31 December; started on 1 September stays the present stage.
    events = [event("started", "2022-09-01"), event("signed", "2022-12-31", 2, precision="year")]
    assert standing_on(events, TODAY).stage == "started"
    assert standing_on(events, TODAY).since == date(2022, 9, 1)


def test_only_a_declared_step_back_lowers_the_stage():
    events = [event("signed", "2022-01-10"), event("negotiating", "2022-05-01", 2, returned=True)]
    assert standing_on(events, TODAY).stage == "negotiating"


def test_pausing_keeps_the_stage_and_cancelling_too():
    events = [event("started", "2022-01-10"), event("paused", "2022-02-01", 2), event("resumed", "2022-03-01", 3)]
    assert standing_on(events, date(2022, 2, 15)).status == "paused"
    assert standing_on(events, date(2022, 2, 15)).stage == "started"
    assert standing_on(events, date(2022, 3, 1)).status == "running"


def test_milestones_are_no_stages():
    events = [event("started", "2022-05-12"), event("structure_topped", "2022-06-21", 2)]
    assert standing_on(events, TODAY).stage == "started"


@pytest.mark.parametrize(
    ("known", "new", "code"),
    [
        ([], event("started", "2022-05-12"), "late_beginning"),
        ([], event("negotiating", "2022-05-12"), None),
        ([], event("paused", "2022-05-12"), "no_stage"),
        ([event("negotiating", "2022-01-01")], event("signed", "2022-02-01"), None),
        ([event("negotiating", "2022-01-01")], event("registered", "2022-02-01"), "skip"),
        ([event("negotiating", "2022-01-01")], event("signed", "2023-02-01"), "future"),
        ([event("negotiating", "2022-03-01")], event("signed", "2022-02-01"), "before_present"),
        ([event("signed", "2022-01-01")], event("negotiating", "2022-02-01"), "regress"),
        ([event("signed", "2022-01-01")], event("negotiating", "2022-02-01", returned=True), None),
        ([event("signed", "2022-01-01")], event("registered", "2022-02-01", returned=True), "not_back"),
        ([event("signed", "2022-01-01")], event("signed", "2022-02-01"), "reached"),
        ([event("signed", "2022-01-01"), event("paused", "2022-02-01", 2)], event("registered", "2022-03-01"),
         "not_running"),
        ([event("signed", "2022-01-01"), event("paused", "2022-02-01", 2)], event("paused", "2022-03-01"),
         "not_running"),
        ([event("signed", "2022-01-01")], event("resumed", "2022-03-01"), "running"),
        ([event("signed", "2022-01-01"), event("cancelled", "2022-02-01", 2)], event("resumed", "2022-03-01"), None),
        ([event("started", "2022-01-01")], event("structure_topped", "2022-03-01"), None),
    ],
)
def test_what_new_progress_may_not_do(known, new, code):
    found = objection(known, new, TODAY)
    assert (found.code if found else None) == code


def test_an_optional_stage_may_be_passed_over_and_no_other():
    standing = standing_on([event("registered", "2022-01-01")], TODAY)
    assert next_stages(standing) == ("land_acquired",)
    assert next_stages(standing, {"land_acquired"}) == ("land_acquired", "started")


@given(st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 800)), max_size=12))
def test_accepted_progress_never_skips_and_never_falls(steps):
    """Whatever is offered, the accepted events walk the stages one by one in order of days."""
    accepted = []
    for place, (stage, offset) in enumerate(steps):
        new = Event(place, stage, date(2020, 1, 1) + timedelta(days=offset))
        if objection(accepted, new, TODAY) is None:
            accepted.append(new)
    places = [ORDER[found.event] for found in accepted]
    assert places == list(range(len(places)))
    assert [found.counts_from for found in accepted] == sorted(found.counts_from for found in accepted)
