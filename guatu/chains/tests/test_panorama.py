"""Panorama, lists and comparisons of a small world, counted by hand (see `standing_world`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guatu.chains.queries import compare_days, compare_zones, node_enterprises, panorama
from guatu.chains.rules.standing import PLACES, ROLES, Cluster, Counts, Sum
from guatu.chains.tests.standing_world import declare_zones, publish_world
from guatu.kernel.errors import NotFound, Refused

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]
DAY = date(2019, 12, 31)


@pytest.fixture
def world(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    publish_world()
    return declare_zones(system)


def test_coverage(world):
    found = panorama("nd", "z", DAY).coverage
    assert (found.here, found.near, found.province, found.nation) == (7, 2, 10, 15)
    assert (found.register_rows, found.last_registered_on, found.undated, found.undated_exits) == (18, date(2019, 12, 1), 1, 2)
    assert (found.mapped_here, found.mapped_nation, found.confirmed, found.rejected) == (5, 11, 0, 0)


def test_figures_of_nodes(world):
    found = panorama("nd", "z", DAY)
    tv, module, polariser = found.node("tv"), found.node("module"), found.node("polariser")
    assert tv.makers == Counts(3, 0, 3, 3)
    assert tv.capital_cny == Sum(Decimal(450), 3, 0)
    assert tv.capital_hhi.value == 5062  # (100² + 300² + 50²) / 450²
    assert tv.location_quotient.value == Decimal("2.14")  # (3 / 7) / (3 / 15)
    assert module.makers == Counts(2, 0, 2, 2) and module.capital_cny == Sum(Decimal(50), 1, 1)
    assert polariser.makers == Counts(0, 1, 2, 5)
    assert polariser.sellers == Counts(1, 0, 1, 1)
    assert polariser.developers == Counts(0, 0, 0, 1)
    assert polariser.servers == Counts()
    assert polariser.city_hhi.value == 4400  # (1² + 1² + 3²) / 5²
    assert polariser.national_capital_hhi.value == 3629  # (100 + 25 + 1 + 1 + 4) / 19²
    assert polariser.clusters == (
        Cluster("4403", 3, Decimal("0.600")), Cluster("3701", 1, Decimal("0.200")), Cluster("3702", 1, Decimal("0.200")))
    # polariser -> cell or amoled_panel -> module -> tv: modules at two steps, televisions at three; k07 makes both
    assert dict(polariser.users.by_distance) == {2: 2, 3: 2}
    assert polariser.users.weighted == Decimal("1.50")
    assert (tv.status, module.status, polariser.status) == ("present", "weak", "missing")
    assert found.node("glass_substrate").makers == Counts()


def test_as_of_a_day_before_one_was_deregistered(world):
    found = panorama("nd", "z", date(2017, 12, 31))
    assert found.node("tv").makers.here == 4  # with k03
    assert found.coverage.here == 7  # k03 is there still, k17 not yet
    assert found.coverage.last_registered_on == date(2016, 1, 1)
    assert panorama("nd", "z", date(2018, 3, 1)).node("tv").makers.here == 3  # gone from the day itself


def test_near_may_be_a_radius_around_the_centre(world):
    found = panorama("nd", "z", DAY, radius_km=50)
    assert (found.coverage.near, found.node("polariser").makers.near) == (1, 1)  # k08 alone has coordinates within
    assert panorama("nd", "z", DAY, radius_km=5).coverage.near == 0


def test_gaps_are_ranked_and_their_terms_add_up(world):
    found = panorama("nd", "z", DAY)
    assert [gap.rank for gap in found.gaps] == list(range(1, len(found.gaps) + 1))
    assert {"display_device", "test_service"}.isdisjoint({gap.node for gap in found.gaps})
    assert "tv" not in {gap.node for gap in found.gaps}
    for gap in found.gaps:
        assert gap.score == sum(term.points for term in gap.terms.values())


@pytest.mark.parametrize("day", [DAY, date(2017, 12, 31)])
def test_every_count_is_as_long_as_its_list(world, day):
    found = panorama("nd", "z", day)
    for code in ("tv", "module", "polariser", "cell"):
        node = found.node(code)
        for role in ROLES:
            for place in PLACES:
                listing = node_enterprises("nd", code, "z", role, day, place=place)
                assert listing.total == len(listing.rows) == getattr(node.counts(role), place), (code, role, place)
        listing = node_enterprises("nd", code, "z", "uses", day)
        assert listing.total == len(listing.rows) == node.users.total, code


def test_a_list_shows_the_words_and_pages(world):
    first = node_enterprises("nd", "tv", "z", "makes", DAY, page_size=2)
    assert [row.key for row in first.rows] == ["k02", "k01"] and first.total == 3  # by capital
    row = first.rows[1]
    assert row.excerpt == "生产：液晶电视。" and row.excerpt[row.start:row.end] == "液晶电视" and row.field == "scope"
    second = node_enterprises("nd", "tv", "z", "makes", DAY, page_size=2, cursor=first.cursor)
    assert [row.key for row in second.rows] == ["k07"] and second.cursor == "" and second.total == 3


def test_users_are_listed_once_at_their_shortest_distance(world):
    listing = node_enterprises("nd", "polariser", "z", "uses", DAY)
    assert sorted((row.key, row.node) for row in listing.rows) == [
        ("k01", "tv"), ("k02", "tv"), ("k04", "module"), ("k07", "module")]


def test_two_days_and_two_zones_are_compared(world):
    days = compare_days("nd", "z", date(2017, 12, 31), DAY)
    assert [(one.code, one.makers) for one in days.nodes if one.makers[0] != one.makers[1]] == [("tv", (4, 3))]
    zones = compare_zones("nd", "z", "y", DAY)
    found = {one.code: one.makers for one in zones.nodes}
    assert (found["tv"], found["polariser"], found["module"]) == ((3, 0), (0, 1), (2, 0))


def test_refusals_say_what_to_do(world, settings, tmp_path):
    for chain, zone, code in (("no", "z", "no_chain"), ("nd", "no", "no_zone"), ("nd", "nowhere", "no_territory")):
        with pytest.raises(NotFound) as refused:
            panorama(chain, zone, DAY)
        assert refused.value.code == code
    with pytest.raises(NotFound) as refused:
        node_enterprises("nd", "no", "z", "makes", DAY)
    assert refused.value.code == "no_node"
    with pytest.raises(Refused) as refused:
        panorama("nd", "y", DAY, radius_km=5)
    assert refused.value.code == "no_centre"
    settings.GUATU_HOME = tmp_path / "empty"
    with pytest.raises(Refused) as refused:
        panorama("nd", "z", DAY)
    assert refused.value.code == "nothing_mapped" and "guatu" in refused.value.message
