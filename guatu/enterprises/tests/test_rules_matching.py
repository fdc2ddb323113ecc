"""Names taken apart and compared, judged by the pairs that were written down before."""

import pytest

from guatu.enterprises.matching.places import places
from guatu.enterprises.rules.matching import Thresholds, compare
from guatu.enterprises.rules.names import parse_name, short_name
from guatu.enterprises.tests.truth_matching import PAIRS


def likeness(left: str, right: str):
    return compare(parse_name(short_name(left), places()), parse_name(short_name(right), places()))


@pytest.mark.parametrize(("left", "right", "verdict", "why"), PAIRS)
def test_the_truth_table(left, right, verdict, why):
    found = likeness(left, right)
    assert Thresholds().status(found.score) == verdict, (why, found, parse_name(left, places()), parse_name(right, places()))
    assert likeness(right, left).score == found.score
    assert found.reasons
