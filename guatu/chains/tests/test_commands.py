"""The command `guatu chains check`."""

from __future__ import annotations

import json

import pytest

from guatu.chains.tests.test_files import SMALL
from guatu.site import cli


def answer(capsys, *words: str) -> tuple[int, dict]:
    code = cli.run(["chains", "check", *words, "--json", "--lang", "en"])
    return code, json.loads(capsys.readouterr().out)


def test_the_shipped_chains_are_checked_without_a_database(capsys):
    code, data = answer(capsys)
    assert code == 0 and data["ok"] is True and data["problems"] == []
    assert [chain["code"] for chain in data["chains"]] == sorted([
        "nd", "sha", "ngit", "fchem", "chipscreen", "ship", "auto", "equip", "nev", "bio", "cold", "aero", "ic", "ai"])
    assert set(data["chains"][0]) == {"code", "name", "edition", "nodes", "edges", "terms"}


def test_a_file_is_counted(tmp_path, capsys):
    (tmp_path / "nd.yaml").write_text(SMALL, encoding="utf-8")
    assert answer(capsys, str(tmp_path / "nd.yaml")) == (0, {
        "ok": True,
        "chains": [{"code": "nd", "name": "新型显示", "edition": "2023-03-01", "nodes": 2, "edges": 1, "terms": 3}],
        "problems": [],
    })


def test_problems_are_told_with_chain_node_and_field(tmp_path, capsys):
    path = tmp_path / "nd.yaml"
    path.write_text(SMALL.replace("to: panel", "to: radio"), encoding="utf-8")
    assert answer(capsys, str(path), str(tmp_path / "absent.yaml")) == (1, {
        "ok": False,
        "chains": [],
        "problems": [
            {"chain": "nd", "node": "glass", "field": "supplies.to",
             "message": "Node glass of chain nd supplies “radio”, which is no node of the chain. Correct the code, or add "
                        "the node."},
            {"chain": "absent.yaml", "node": "", "field": "",
             "message": "Chain absent.yaml cannot be read: there is no such file, or it may not be opened. Check the "
                        "path."},
        ],
    })


def test_a_chain_in_two_files_is_refused(tmp_path, capsys):
    paths = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for path in paths:
        path.write_text(SMALL, encoding="utf-8")
    code, data = answer(capsys, *map(str, paths))
    assert code == 1 and len(data["chains"]) == 1
    assert [(one["chain"], one["field"]) for one in data["problems"]] == [("nd", "code")]


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", "产业链 nd 的环节 glass 供应给“radio”"), ("en", "Node glass of chain nd supplies “radio”")])
def test_problems_are_told_in_the_language_asked_for(tmp_path, capsys, language, words):
    path = tmp_path / "nd.yaml"
    path.write_text(SMALL.replace("to: panel", "to: radio"), encoding="utf-8")
    assert cli.run(["chains", "check", str(path), "--lang", language]) == 1
    assert words in capsys.readouterr().out
