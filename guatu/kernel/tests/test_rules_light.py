import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.kernel.rules.light import Colour, Override, Promise, Rule, light, thresholds
from guatu.kernel.rules.refusals import BadPromise

DONE, DONE_LATE, GREEN, YELLOW, RED = Colour
ONE_DAY = timedelta(days=1)
#: 2025 with the National Day only: 09-28 (Sunday) and 10-11 (Saturday) worked, 10-01 to 10-08 off.
CALENDAR = WorkCalendar({
    2025: YearNotice(
        2025,
        holidays=frozenset(date(2025, 10, n) for n in range(1, 9)),
        workdays=frozenset([date(2025, 9, 28), date(2025, 10, 11)]),
    )
})
DUE = date(2025, 10, 10)  # a Friday; five working days back is 2025-09-26


def lit(as_of, due=DUE, done_on=None, yellow=3, override=None):
    return light(
        due=due, done_on=done_on, as_of=as_of, yellow_workdays=yellow, calendar=CALENDAR, override=override
    )


@pytest.mark.parametrize(
    ("as_of", "colour", "rule", "slack", "flips_on", "flips_to"),
    [
        # left: 09-28, 29, 30, 10-09, 10-10. Three are left once 09-29 is the day asked about.
        (date(2025, 9, 26), GREEN, "due_later", 5, date(2025, 9, 29), YELLOW),
        (date(2025, 9, 27), GREEN, "due_later", 5, date(2025, 9, 29), YELLOW),
        (date(2025, 9, 28), GREEN, "due_later", 4, date(2025, 9, 29), YELLOW),
        (date(2025, 9, 29), YELLOW, "due_within", 3, date(2025, 10, 11), RED),
        (date(2025, 10, 5), YELLOW, "due_within", 2, date(2025, 10, 11), RED),
        (date(2025, 10, 10), YELLOW, "due_within", 0, date(2025, 10, 11), RED),
        (date(2025, 10, 11), RED, "overdue", -1, None, None),  # a Saturday that is worked
        (date(2025, 10, 14), RED, "overdue", -3, None, None),
    ],
)
def test_colours_of_an_unfinished_promise(as_of, colour, rule, slack, flips_on, flips_to):
    shown = lit(as_of)
    assert (shown.colour, shown.rule, shown.slack_workdays) == (colour, rule, slack)
    assert (shown.flips_on, shown.flips_to) == (flips_on, flips_to)
    assert not shown.provisional and shown.overridden_from is None


def test_overdue_on_a_day_off_has_no_slack_yet():
    shown = lit(date(2025, 9, 27), due=date(2025, 9, 26))
    assert (shown.colour, shown.slack_workdays) == (RED, 0)


def test_yellow_of_zero_days_is_the_due_day_alone():
    assert lit(date(2025, 10, 9), yellow=0).colour == GREEN
    assert lit(date(2025, 10, 9), yellow=0).flips_on == DUE
    assert lit(DUE, yellow=0).colour == YELLOW


def test_due_on_a_day_off():
    # due Sunday 2025-10-12; the last working day before is Saturday 10-11
    shown = lit(date(2025, 10, 9), due=date(2025, 10, 12), yellow=0)
    assert (shown.colour, shown.slack_workdays, shown.flips_on) == (GREEN, 2, date(2025, 10, 11))
    assert lit(date(2025, 10, 11), due=date(2025, 10, 12), yellow=0).colour == YELLOW


@pytest.mark.parametrize(
    ("done_on", "as_of", "colour", "rule", "spare"),
    [
        (date(2025, 9, 26), date(2025, 12, 1), DONE, "done_in_time", 5),
        (DUE, DUE, DONE, "done_in_time", 0),
        (date(2025, 10, 11), date(2025, 10, 11), DONE_LATE, "done_late", -1),
        (date(2025, 10, 14), date(2025, 12, 1), DONE_LATE, "done_late", -3),
    ],
)
def test_a_finished_promise_keeps_its_colour(done_on, as_of, colour, rule, spare):
    shown = lit(as_of, done_on=done_on)
    assert (shown.colour, shown.rule, shown.flips_on, shown.flips_to) == (colour, rule, None, None)
    assert shown.inputs["workdays_left_when_done"] == spare
    assert shown.slack_workdays == CALENDAR.workdays_between(as_of, DUE).days


def test_a_completion_later_than_as_of_is_not_yet_known():
    assert lit(date(2025, 9, 26), done_on=date(2025, 9, 29)) == lit(date(2025, 9, 26))
    assert lit(date(2025, 10, 11), done_on=date(2025, 10, 12)).colour == RED


def test_the_light_explains_itself_in_json():
    assert json.loads(json.dumps(lit(date(2025, 9, 29)).inputs)) == {
        "as_of": "2025-09-29",
        "due": "2025-10-10",
        "done_on": None,
        "yellow_workdays": 3,
        "workdays_left": 3,
    }


def test_provisional_when_a_year_without_notice_is_walked_over():
    assert lit(date(2025, 12, 30), due=date(2026, 1, 6)).provisional
    assert not lit(date(2025, 12, 30), due=date(2025, 12, 31)).provisional
    assert lit(date(2026, 3, 1), due=date(2026, 2, 1)).provisional
    assert not lit(date(2026, 3, 1), due=date(2026, 2, 1), done_on=date(2026, 1, 31)).provisional


def test_promise_is_the_same_light():
    promise = Promise(DUE, done_on=date(2025, 10, 14))
    assert promise.light(date(2025, 12, 1), 3, CALENDAR) == lit(date(2025, 12, 1), done_on=date(2025, 10, 14))
    assert Promise(due=DUE).light(date(2025, 9, 26), 3, CALENDAR) == lit(date(2025, 9, 26))


def override(colour, from_day, expires_on, reason="the permit is promised for the 20th"):
    return Override(colour, reason, date.fromisoformat(from_day), date.fromisoformat(expires_on), "wang")


@pytest.mark.parametrize(
    ("as_of", "colour", "rule", "flips_on", "flips_to", "overridden_from"),
    [
        (date(2025, 10, 8), YELLOW, "due_within", date(2025, 10, 11), RED, None),
        # from 10-11, when it would turn red, set yellow by hand through 10-15
        (date(2025, 10, 11), YELLOW, "override", date(2025, 10, 16), RED, RED),
        (date(2025, 10, 15), YELLOW, "override", date(2025, 10, 16), RED, RED),
        (date(2025, 10, 16), RED, "overdue", None, None, None),
    ],
)
def test_an_override_holds_for_its_days(as_of, colour, rule, flips_on, flips_to, overridden_from):
    by_hand = override(YELLOW, "2025-10-11", "2025-10-15")
    shown = lit(as_of, override=by_hand)
    assert (shown.colour, shown.rule, shown.overridden_from) == (colour, rule, overridden_from)
    if as_of >= date(2025, 10, 11):
        assert (shown.flips_on, shown.flips_to) == (flips_on, flips_to)
    else:  # the colour set by hand takes over without a change, so red comes after it
        assert (shown.flips_on, shown.flips_to) == (date(2025, 10, 16), RED)


def test_when_the_colour_stays_after_an_override_what_truly_comes_next_counts():
    # green set by hand over green: expiry changes nothing, yellow comes on 2025-09-29
    shown = lit(date(2025, 9, 20), override=override(GREEN, "2025-09-20", "2025-09-25"))
    assert (shown.colour, shown.flips_on, shown.flips_to) == (GREEN, date(2025, 9, 29), YELLOW)
    # red set by hand until after the due day: red it stays
    shown = lit(date(2025, 10, 1), override=override(RED, "2025-10-01", "2025-10-20"))
    assert (shown.colour, shown.flips_on, shown.flips_to, shown.overridden_from) == (RED, None, None, YELLOW)


def test_a_coming_override_counts_in_the_next_change():
    shown = lit(date(2025, 9, 20), override=override(RED, "2025-09-22", "2025-09-25"))
    assert (shown.colour, shown.rule) == (GREEN, "due_later")
    assert (shown.flips_on, shown.flips_to) == (date(2025, 9, 22), RED)


def test_an_override_never_hides_a_finished_promise():
    by_hand = override(GREEN, "2025-10-01", "2025-12-31")
    assert lit(date(2025, 10, 14), done_on=date(2025, 10, 13), override=by_hand).colour == DONE_LATE
    assert lit(date(2025, 10, 14), done_on=date(2025, 10, 9), override=by_hand).colour == DONE


def test_an_override_is_explained_in_json():
    inputs = lit(date(2025, 10, 14), override=override("green", "2025-10-14", "2025-10-15")).inputs
    assert json.loads(json.dumps(inputs))["computed_rule"] == "overdue"
    assert inputs["override"] == {
        "colour": "green",
        "reason": "the permit is promised for the 20th",
        "from_day": "2025-10-14",
        "expires_on": "2025-10-15",
        "by": "wang",
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((GREEN, "2025-10-14", "2025-10-13"), "override_ends_early"),
        ((GREEN, "2025-10-14", "2025-10-15", " 　"), "override_no_reason"),
        ((DONE, "2025-10-14", "2025-10-15"), "override_colour"),
        (("purple", "2025-10-14", "2025-10-15"), "override_colour"),
    ],
)
def test_impossible_overrides_are_refused(arguments, code):
    with pytest.raises(BadPromise) as refused:
        override(*arguments)
    assert refused.value.code == code


def test_a_threshold_below_zero_is_refused():
    with pytest.raises(BadPromise, match="-1 working days ahead"):
        lit(DUE, yellow=-1)
    with pytest.raises(BadPromise):
        thresholds(DUE, -1, CALENDAR)


def test_thresholds_by_hand():
    # as of Friday 2025-09-26: working days 09-28, 29, 30, then 10-09; the fourth is the first green due day
    assert thresholds(date(2025, 9, 26), 3, CALENDAR) == (date(2025, 9, 25), date(2025, 10, 8))


days = st.dates(date(2025, 8, 1), date(2026, 2, 1))
overrides = st.none() | st.builds(
    lambda colour, start, length: Override(colour, "reason", start, start + timedelta(days=length), "wang"),
    st.sampled_from([GREEN, YELLOW, RED]), days, st.integers(0, 60),
)


@settings(max_examples=1000, deadline=None)
@given(days, days, st.none() | days, st.integers(0, 40), overrides)
def test_the_light_changes_on_flips_on_and_on_no_day_before(as_of, due, done_on, yellow, by_hand):
    if done_on is not None and done_on > as_of:
        done_on = None  # nothing else is to happen
    now = lit(as_of, due, done_on, yellow, by_hand)
    horizon = now.flips_on or date(2026, 12, 31)
    day = as_of
    while day < horizon - ONE_DAY:
        day += ONE_DAY
        assert lit(day, due, done_on, yellow, by_hand).colour == now.colour
        if now.flips_on is None and day > max(as_of, due) + timedelta(days=200):
            break
    if now.flips_on is None:
        assert now.flips_to is None
    else:
        assert now.flips_on > as_of
        assert lit(now.flips_on, due, done_on, yellow, by_hand).colour == now.flips_to != now.colour


@settings(max_examples=1000, deadline=None)
@given(days, days, st.integers(0, 40))
def test_thresholds_sort_due_days_as_the_light_does(as_of, due, yellow):
    last_red, last_yellow = thresholds(as_of, yellow, CALENDAR)
    sorted_colour = RED if due <= last_red else YELLOW if due <= last_yellow else GREEN
    assert lit(as_of, due, yellow=yellow).colour == sorted_colour


def test_rules_and_colours_are_the_documented_words():
    assert [rule.value for rule in Rule] == [
        "done_in_time", "done_late", "overdue", "due_within", "due_later", "override",
    ]
    assert [colour.value for colour in Colour] == ["done", "done_late", "green", "yellow", "red"]
