"""Competition ranking by share: equal shares share a rank, and the ranks behind them are left out."""

from fractions import Fraction

from guatu.bulletins.rules.ranking import UnitStanding, ranked


def ranks(*units):
    return [(rank, unit.name) for rank, unit in ranked(units)]


def test_the_highest_share_comes_first_and_ties_share_a_rank():
    assert ranks(
        UnitStanding(1, "甲", 1, 0, 3), UnitStanding(2, "乙", 1, 0, 1), UnitStanding(3, "丙", 2, 0, 2),
        UnitStanding(4, "丁", 0, 0, 9),
    ) == [(1, "丙"), (1, "乙"), (3, "甲"), (4, "丁")]


def test_one_two_two_four():
    assert [rank for rank, _unit in ranked((
        UnitStanding(1, "a", 3, 1, 0), UnitStanding(2, "b", 1, 1, 0), UnitStanding(3, "c", 5, 0, 5),
        UnitStanding(4, "d", 0, 0, 1),
    ))] == [1, 2, 2, 4]


def test_shares_are_compared_exactly():
    """One third and 33333/100000 read alike but are not equal."""
    assert ranks(UnitStanding(1, "a", 33333, 66667, 0), UnitStanding(2, "b", 1, 2, 0)) == [(1, "b"), (2, "a")]


def test_within_a_tie_more_red_lights_come_first_then_the_name():
    assert ranks(UnitStanding(1, "b", 1, 1), UnitStanding(2, "a", 1, 1), UnitStanding(3, "c", 2, 2)) == [
        (1, "c"), (1, "a"), (1, "b")]


def test_who_has_nothing_open_or_is_nobody_has_no_rank():
    assert ranks(UnitStanding(1, "a", 0, 0, 0, 5, 1), UnitStanding(None, "", 3, 0, 0), UnitStanding(2, "b", 0, 1, 0)) == [
        (1, "b")]


def test_share():
    assert UnitStanding(1, "a", 1, 1, 1, 9, 9).share == Fraction(1, 3)
    assert UnitStanding(1, "a", 0, 0, 0, 9, 9).share is None
