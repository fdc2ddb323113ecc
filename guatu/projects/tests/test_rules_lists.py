"""The five lists, residuals and totals. Cases worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.projects.rules.lists import (
    LISTS,
    PARTITION,
    ListRules,
    Member,
    Signature,
    Total,
    placement,
    supports_investment,
    total,
)
from guatu.projects.rules.stages import STAGES

RULES = ListRules()


def signature(stage="", status="running", stage_year=2022, in_statistics=False, expected_year=0):
    return Signature(stage, status, stage_year, in_statistics, expected_year)


@pytest.mark.parametrize(
    ("of", "where"),
    [
        (signature("negotiating"), "negotiating"),
        (signature("signed"), "signed_registered"),
        (signature("registered"), "signed_registered"),
        (signature("land_acquired"), "land_acquired"),
        (signature("land_acquired", stage_year=2021), "land_of_earlier_years"),
        (signature("started"), "under_construction"),
        (signature("started", stage_year=2015), "under_construction"),
        (signature("completed"), "completed_or_later"),
        (signature("at_capacity"), "completed_or_later"),
        (signature(), "stage_unknown"),
        (signature("started", status="paused"), "paused"),
        (signature("started", status="cancelled"), "cancelled"),
        (signature("", status="cancelled"), "cancelled"),
    ],
)
def test_each_signature_has_one_place(of, where):
    assert placement(of, 2022, RULES) == where


def test_a_stage_that_the_zone_leaves_out_of_its_lists_is_said_to_be_outside():
    rules = ListRules(signed=frozenset({"signed"}))
    assert placement(signature("registered"), 2022, rules) == "outside_lists"


@pytest.mark.parametrize(
    ("of", "answer"),
    [
        (signature("started", in_statistics=True), True),
        (signature("started"), False),
        (signature("started", expected_year=2022), True),
        (signature("signed", expected_year=2022), True),
        (signature("signed", expected_year=2023), False),
        (signature("completed", in_statistics=True), False),
        (signature("completed", expected_year=2022), False),
        (signature("started", status="paused", in_statistics=True), False),
    ],
)
def test_the_fifth_list(of, answer):
    assert supports_investment(of, 2022, RULES) is answer


@given(
    st.sampled_from(("", *STAGES)), st.sampled_from(("running", "paused", "cancelled")), st.integers(2020, 2024),
    st.booleans(), st.integers(0, 2024),
)
def test_the_partition_covers_everything_once(stage, status, year, statistics, expected):
    found = placement(Signature(stage, status, year, statistics, expected), 2022, RULES)
    assert found in PARTITION and found != LISTS[4]


YI = Decimal(100_000_000)


def test_a_batch_and_its_member_in_one_list_count_once():
    # screen11: 11 projects, 206 亿; backlight, 15 亿, lies inside it. Both signed.
    batch = Member(1, 206 * YI, declared=11)
    backlight = Member(2, 15 * YI, batch=1)
    assert total([batch, backlight]) == Total(projects=11, amount=206 * YI, unknown=0, rows=2)


def test_a_member_that_moved_on_is_taken_out_of_its_batch():
    batch = Member(1, 206 * YI, declared=11)
    backlight = Member(2, 15 * YI, batch=1)
    assert total([batch], [batch, backlight]) == Total(10, 191 * YI, 0, 1)
    assert total([backlight], [batch, backlight]) == Total(1, 15 * YI, 0, 1)


def test_an_unknown_amount_is_unknown_and_not_zero():
    assert total([Member(1, None), Member(2, 3 * YI)]) == Total(2, 3 * YI, 1, 2)


def test_a_batch_without_amount_counts_what_its_members_state():
    batch = Member(1, None, declared=4)
    member = Member(2, 5 * YI, batch=1)
    assert total([batch, member]) == Total(4, 5 * YI, 1, 2)


def test_a_batch_is_never_smaller_than_its_known_members():
    batch = Member(1, 10 * YI, declared=1)
    members = [Member(2, 8 * YI, batch=1), Member(3, 7 * YI, batch=1)]
    assert total([batch, *members]) == Total(2, 15 * YI, 0, 3)


members = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 50)), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12)


@given(
    st.integers(1, 15), st.integers(0, 500), members,
)
def test_projects_and_money_are_conserved_over_any_partition(declared, amount, own):
    """A batch with its members, spread over four lists in any way, adds up to the batch once."""
    batch = Member(0, Decimal(amount), declared=declared)
    rows = [(batch, 0)] + [
        (Member(place + 1, None if money is None else Decimal(money), batch=0 if inside else None), where)
        for place, (money, inside, where) in enumerate(own)
    ]
    everywhere = [row for row, _where in rows]
    parts = [total([row for row, where in rows if where == list_], everywhere) for list_ in range(4)]
    whole = total(everywhere, everywhere)
    together = sum(parts, Total())
    assert together.projects == whole.projects
    assert together.amount == whole.amount
    alone = [row for row in everywhere if row.batch is None and not row.is_batch]
    inside = [row for row in everywhere if row.batch == 0]
    assert whole.projects == max(declared, len(inside)) + len(alone)
