"""Measures of a backtest, worked out by hand before the code that they judge."""

import pytest

from guatu.outreach.rules.targets_backtest import by_chance, interval, measured, place_of


@pytest.mark.parametrize(("candidates", "wanted", "k", "hit", "reciprocal"), [
    (4, 1, 2, 1 / 2, 25 / 48),  # (1 + 1/2 + 1/3 + 1/4) / 4
    (4, 2, 2, 5 / 6, 13 / 18),  # first at 1, 2, 3 with 1/2, 1/3, 1/6
    (3, 1, 10, 1.0, 11 / 18),
    (5, 5, 1, 1.0, 1.0),
])
def test_what_chance_would_do(candidates, wanted, k, hit, reciprocal):
    found = by_chance(candidates, wanted, (k,))
    assert found.hits[k] == pytest.approx(hit) and found.reciprocal == pytest.approx(reciprocal)


def test_the_place_of_the_first_that_landed():
    assert place_of(["a", "b", "c"], {"c", "b"}) == 2
    assert place_of(["a", "b"], {"x"}) is None


def test_hits_and_reciprocal_ranks():
    # ranks 1, 4, 20 and one that is not there: hit@10 = 2/4, MRR = (1 + 1/4 + 1/20 + 0) / 4
    found = measured([1, 4, 20, None], (10, 50))
    assert found.hits == {10: 0.5, 50: 0.75} and found.reciprocal == pytest.approx(0.325)


def test_an_interval_is_the_same_for_the_same_seed_and_closes_on_what_never_varies():
    assert interval([0.0, 1.0, 0.0, 1.0, 1.0], 7, 500) == interval([0.0, 1.0, 0.0, 1.0, 1.0], 7, 500)
    assert interval([0.25] * 6, 7, 500) == (0.25, 0.25)
    low, high = interval([0.0, 1.0] * 20, 7, 500)
    assert 0 <= low < 0.5 < high <= 1
    assert interval([], 7, 500) is None
