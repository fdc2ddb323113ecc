"""`guatu chains status`, `gaps` and `judge`, as an office and as a program read them."""

from __future__ import annotations

import json

import pytest

from guatu.chains.tests.standing_world import declare_zones, publish_world
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]


@pytest.fixture
def world(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    publish_world()
    return declare_zones(system)


def run(capsys, *words: str) -> tuple[int, dict]:
    code = cli.run(["chains", *words, "--json", "--lang", "en"])
    return code, json.loads(capsys.readouterr().out)


def said(capsys, *words: str) -> tuple[int, str, str]:
    code = cli.run(["chains", *words, "--lang", "zh-hans"])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_status_tells_every_node_with_coverage_and_parameters(world, capsys):
    code, data = run(capsys, "status", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert code == 0 and len(data["nodes"]) == 61
    assert data["coverage"]["here"] == 7 and data["coverage"]["last_registered_on"] == "2019-12-01"
    assert {one["key"] for one in data["parameters"]} >= {"chains.status.present_makers", "chains.gaps.weights"}
    tv = next(node for node in data["nodes"] if node["node"] == "tv")
    assert tv["makers"] == {"here": 3, "near": 0, "province": 3, "nation": 3}
    assert tv["reasons"][0] == "Enterprises here that say they make this: 3 of 7."
    assert tv["capital_cny"] == {"value": 450, "known": 3, "unknown": 0}
    assert (tv["location_quotient"]["value"], tv["capital_hhi"]["value"]) == (2.14, 5062)
    missing = next(node for node in data["nodes"] if node["node"] == "polariser")
    assert missing["reasons"][0] == (
        "None of the 7 enterprises here that the register knows up to 2019-12-01 says that it makes this.")


def test_gaps_tell_every_term(world, capsys):
    code, data = run(capsys, "gaps", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert code == 0
    gap = next(one for one in data["gaps"] if one["node"] == "polariser")
    assert list(gap["terms"]) == ["demand", "criticality", "scarcity_here", "scarcity_nation", "reach", "substitution"]
    assert round(sum(term["points"] for term in gap["terms"].values()), 1) == gap["score"]
    assert gap["terms"]["substitution"]["sentence"] == "Sellers here that can supply it meanwhile: 1."
    assert gap["terms"]["demand"]["inputs"] == {"direct": 0, "further": 4, "weighted": "1.50"}
    assert {"display_device", "recycling"} <= {one["node"] for one in data["not_ranked"]}


def test_the_readable_answers_are_chinese(world, capsys):
    code, out, _err = said(capsys, "gaps", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert code == 0 and "缺链" in out and "偏光片 polariser" in out and "本地需求" in out
    code, out, _err = said(capsys, "status", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert code == 0 and "区位商" in out and "智能电视 tv" in out


def test_a_verdict_is_given_and_taken_back(world, capsys):
    words = ["k01", "nd", "tv"]
    code, data = run(capsys, "judge", *words, "reject", "--reason", "只做外壳")
    assert code == 0 and (data["verdict"], data["from"], data["name"]) == ("reject", "2010-01-01", "企业k01")
    _code, data = run(capsys, "status", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert next(node for node in data["nodes"] if node["node"] == "tv")["makers"]["here"] == 2
    assert run(capsys, "judge", *words, "withdraw", "--reason", "看错了")[0] == 0
    _code, data = run(capsys, "status", "nd", "--zone", "z", "--as-of", "2019-12-31")
    assert next(node for node in data["nodes"] if node["node"] == "tv")["makers"]["here"] == 3


@pytest.mark.parametrize(("words", "sentence"), [
    (("gaps", "no", "--zone", "z"), "没有编码为“no”的产业链"),
    (("status", "nd", "--zone", "nowhere"), "无界区"),
    (("status", "nd", "--zone", "y", "--radius-km", "50"), "未声明中心"),
    (("judge", "k99", "nd", "tv", "reject", "--reason", "x"), "k99"),
])
def test_refusals_are_sentences(world, capsys, words, sentence):
    code, out, err = said(capsys, *words)
    assert code == 1 and not out and sentence in err


def test_nothing_was_mapped_yet(world, capsys, settings, tmp_path):
    settings.GUATU_HOME = tmp_path / "empty"
    code, _out, err = said(capsys, "gaps", "nd", "--zone", "z")
    assert code == 1 and "guatu register import" in err
