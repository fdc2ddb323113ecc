"""Targets and their backtest over a register that can be ranked by hand; see targets_world."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from guatu.chains.actions import judge_mapping
from guatu.chains.tests.standing_world import declare_zones
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.registry import _slots
from guatu.kernel.scope import Scope
from guatu.outreach.queries.targets import fitting, targets
from guatu.outreach.queries.targets_backtest import backtest
from guatu.outreach.tests.targets_world import XIAMEN, mapping_row, publish_targets, register_row
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]
D2010, D2015 = date(2010, 12, 31), date(2015, 12, 31)


@pytest.fixture
def world(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    publish_targets()
    return declare_zones(system)


def ranking(day, zone="z", **more):
    return targets(Scope.whole(), "nd", "polariser", zone, day, **more)


def test_the_ranking_of_2010_by_hand(world):
    # a: 22.5 + 7.5 + 7.5 (six years old; one of two recent) + 6.6 (one city) + 3 (Jiangsu borders on Shandong)
    # b: 22.5 + 15 + 5 + 0 + 1. Nothing leads here, nobody clusters, nobody is listed.
    found = ranking(D2010)
    assert [(one.candidate.key, one.score) for one in found.rows] == [("a", Decimal("47.10")), ("b", Decimal("43.50"))]
    assert {one.candidate.key: one.excluded.code for one in found.excluded} == {"c": "gone", "d": "here", "e": "branch"}
    assert (found.rank("b"), found.rank("d"), found.total) == (2, None, 5)


def test_the_ranking_of_2015_by_hand(world):
    # a has opened in two cities, one in the last five years; b is here through its subsidiary.
    found = ranking(D2015)
    assert [(one.candidate.key, one.candidate.offshoot_cities, one.candidate.recent_offshoots) for one in found.rows] == [("a", 2, 1)]
    assert found.excluded[0].excluded.code == "here_through"
    assert found.excluded[0].excluded.params == {"name": "大明光学（青岛）有限公司"}


def test_verdicts_go_before_texts(world, system):
    judge_mapping(system, "a", "nd", "polariser", "reject", "只做贸易")
    judge_mapping(system, "a2", "nd", "polariser", "confirm", "走访核实", role="makes")
    found = ranking(D2010)
    assert [(one.candidate.key, one.terms["maker"].value) for one in found.rows] == [("b", Decimal("0.90")), ("a2", Decimal(1))]


def test_a_region_stands_for_a_zone(world):
    assert [one.candidate.key for one in ranking(D2010, "4403").rows] == ["a", "d"]  # d sits elsewhere now
    assert ranking(D2010, "4403").zone_name == "深圳市"
    for code in ("zz", "9999"):
        with pytest.raises(NotFound):
            ranking(D2010, code)


def test_those_in_talks_and_barred_are_left_out_by_what_others_say(world):
    def said(scope, zone, as_of, known_at, candidates):
        return {"a": "线索 L000001"}

    _slots["outreach.in_talks"].append(said)
    try:
        found = ranking(D2010)
    finally:
        _slots["outreach.in_talks"].remove(said)
    assert [one.candidate.key for one in found.rows] == ["b"]
    assert next(one for one in found.excluded if one.candidate.key == "a").excluded.code == "in_talks"


def test_for_an_enterprise_the_gaps_that_it_fits(world):
    (one,) = fitting(Scope.whole(), "a", "z", D2010)
    assert (one[0], one[1].code, one[2].score) == ("nd", "polariser", Decimal("47.10"))
    assert fitting(Scope.whole(), "a2", "z", D2010) == []


def test_nothing_mapped_is_told(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    declare_zones(system)
    with pytest.raises(Refused):
        ranking(D2010)


def test_both_engines_rank_alike(world, sail):
    from guatu.kernel.warehouse.duck import Duck

    one, other = (ranking(D2010, engine=engine) for engine in (Duck(), sail))
    assert one == other and backtest(["nd"], "z", D2010, D2015, 7, Duck()) == backtest(["nd"], "z", D2010, D2015, 7, sail)


# -- backtest ------------------------------------------------------------------------------------------------------


def test_what_landed_and_where_its_parent_stood(world):
    found = backtest(["nd"], "z", D2010, D2015, 7)
    assert found["landed"] == {"all": 1, "parent_not_on_chain": 0, "parent_already_here": 0}
    (asked,) = found["asked"]
    assert (asked["landed"], asked["node"], asked["candidates"], asked["targets"], asked["size"]) == ("b2", "polariser", 2, 2, 1)
    values = {method: one["mrr"]["value"] for method, one in found["methods"].items()}
    assert (values["targets"], values["random"], values["size"]) == (0.5, 0.75, 1.0)
    assert found["methods"]["targets"]["hit@10"]["value"] == 1.0


def test_a_parent_that_was_here_already_is_not_asked_about(world):
    publish_targets([register_row("b1", "青岛大明光学有限公司", ("37", "3702", "370211"), "2009-01-01", "operating", 5)])
    found = backtest(["nd"], "z", D2010, D2015, 7)
    assert found["landed"] == {"all": 1, "parent_not_on_chain": 0, "parent_already_here": 1} and found["methods"] == {}


def test_nothing_that_is_registered_later_changes_the_ranking(world):
    """Random firms, kin and namesakes registered after what landed: every number stays."""
    def measured():
        return {name: value for name, value in backtest(["nd"], "z", D2010, date(2011, 12, 31), 7).items()
                if name not in ("register", "mappings")}

    before, draw = measured(), random.Random(3)
    names = ["大明光学（{}）有限公司", "{}大明光学有限公司", "海光电子科技（{}）有限公司", "{}海光电子科技有限公司", "{}新来光电有限公司"]
    places = [("32", "3205", None), ("44", "4403", None), ("51", "5101", None), ("37", "3702", "370211"), XIAMEN]
    for _round in range(8):
        more = [register_row(
            f"later{n}", draw.choice(names).format(draw.choice(["苏州", "成都", "青岛", "深圳", "武汉"])), draw.choice(places),
            (date(2012, 1, 1) + timedelta(days=draw.randrange(3000))).isoformat(), "operating", draw.randrange(1, 90_000))
            for n in range(draw.randrange(1, 30))]
        publish_targets(more, [mapping_row(row) for row in more if draw.random() < 0.6])
        assert measured() == before


# -- command line --------------------------------------------------------------------------------------------------


def test_targets_on_the_command_line(world, capsys):
    assert cli.run(["chains", "targets", "nd", "polariser", "--zone", "z", "--as-of", "2010-12-31", "--top", "1", "--json"]) == 0
    first, out = json.loads(capsys.readouterr().out)
    assert (first["name"], first["city"], first["score"], first["excluded_because"]) == ("苏州海光电子科技有限公司", "苏州市", 47.1, None)
    assert list(first["terms"]) == ["maker", "size", "growth", "habit", "tie", "distance", "cluster", "listed"]
    assert round(sum(term["points"] for term in first["terms"].values()), 2) == first["score"]
    assert out["excluded_because"]
    assert cli.run(["chains", "targets", "nd", "nothing", "--zone", "z"]) == 1


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_the_readable_answers(world, capsys, lang):
    assert cli.run(["chains", "targets", "nd", "polariser", "--zone", "z", "--as-of", "2015-12-31", "--lang", lang]) == 0
    assert "大明光学（青岛）有限公司" in capsys.readouterr().out
    assert cli.run(["chains", "backtest", "--zone", "z", "--landed-after", "2010-12-31", "--lang", lang]) == 0
    assert "MRR" in capsys.readouterr().out
    assert cli.run(["chains", "backtest", "--zone", "z", "--landed-after", "2016-12-31", "--lang", lang]) == 0
