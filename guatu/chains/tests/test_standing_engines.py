"""DuckDB and Spark give the same panorama, the same lists and the same gaps. Sail answers where Spark would."""

from __future__ import annotations

from datetime import date

import pytest

from guatu.chains.queries import node_enterprises, panorama
from guatu.chains.tests.standing_world import declare_zones, publish_world
from guatu.kernel.warehouse.duck import Duck

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]
DAY = date(2019, 12, 31)


def test_both_engines_answer_alike(system, settings, tmp_path, sail):
    from guatu.chains.actions import judge_mapping

    settings.GUATU_HOME = tmp_path
    publish_world()
    declare_zones(system)
    judge_mapping(system, "k01", "nd", "tv", "reject", "只做外壳")
    judge_mapping(system, "k14", "nd", "polariser", "confirm", "走访核实", role="makes")
    for radius in (None, 50):
        one = panorama("nd", "z", DAY, engine=Duck(), radius_km=radius)
        other = panorama("nd", "z", DAY, engine=sail, radius_km=radius)
        assert one == other
    for node, role, place in (
        ("tv", "makes", "here"), ("polariser", "makes", "nation"), ("polariser", "uses", "here"), ("polariser", "sells", "here")
    ):
        rows = [node_enterprises("nd", node, "z", role, DAY, place=place, engine=one) for one in (Duck(), sail)]
        assert rows[0] == rows[1]
    pages = [node_enterprises("nd", "polariser", "z", "makes", DAY, place="nation", page_size=2, engine=one)
             for one in (Duck(), sail)]
    assert pages[0] == pages[1]
    after = [node_enterprises("nd", "polariser", "z", "makes", DAY, place="nation", page_size=2, cursor=pages[0].cursor, engine=one)
             for one in (Duck(), sail)]
    assert after[0] == after[1] and after[0].rows
