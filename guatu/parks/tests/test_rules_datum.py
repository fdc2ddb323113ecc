"""Datums brought to WGS-84, against pairs that others published."""

import pytest

from guatu.parks.rules.datum import to_wgs84

#: (WGS-84, GCJ-02) as (latitude, longitude), from the tests of googollee/eviltransform.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # Shanghai
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # Shenzhen
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # Beijing
]
METRE = 1 / 111_000


@pytest.mark.parametrize(("wgs", "gcj"), PUBLISHED)
def test_published_pairs_come_back_to_less_than_ten_centimetres(wgs, gcj):
    longitude, latitude = to_wgs84(gcj[1], gcj[0], "gcj02")
    assert abs(latitude - wgs[0]) < 0.1 * METRE and abs(longitude - wgs[1]) < 0.1 * METRE


def test_the_other_datums_stay_as_they_are():
    assert to_wgs84(120.1, 36.0, "wgs84") == (120.1, 36.0)
    assert to_wgs84(120.1, 36.0, "cgcs2000") == (120.1, 36.0)


def test_nothing_is_shifted_outside_china():
    assert to_wgs84(2.35, 48.85, "gcj02") == (2.35, 48.85)
