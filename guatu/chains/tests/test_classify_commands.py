"""The command `guatu chains classify`."""

from __future__ import annotations

import csv
import json

import pytest

from guatu.site import cli

pytestmark = pytest.mark.django_db  # it asks for editions where an installation was set up


def one(capsys, *words: str) -> list[dict]:
    assert cli.run(["chains", "classify", *words, "--json", "--lang", "en"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words: str) -> str:
    assert cli.run(["chains", "classify", *map(str, words), "--lang", "en"]) in (1, 2)
    return capsys.readouterr().err


def rows(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_scope_is_told_with_its_words(capsys):
    found = one(capsys, "--name", "某某光电有限公司", "--text", "生产：偏光片；销售：背光模组")
    assert all(set(row) == {"chain", "node", "role", "confidence", "evidence"} for row in found)
    nd = {row["node"]: (row["role"], row["evidence"]) for row in found if row["chain"] == "nd"}
    assert nd == {"polariser": ("makes", "生产：偏光片"), "backlight": ("sells", "销售：背光模组")}


def test_what_the_text_is_can_be_said(capsys):
    assert one(capsys, "--name", "某某", "--text", "偏光片") == []
    assert {row["role"] for row in one(capsys, "--name", "某某", "--text", "液晶面板", "--field", "products")} == {"makes"}


def test_without_json_a_table_or_a_sentence(capsys):
    assert cli.run(["chains", "classify", "--name", "某", "--text", "小吃", "--lang", "en"]) == 0
    assert "no node" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_in_any_usual_encoding(tmp_path, capsys, encoding):
    (tmp_path / "in.csv").write_text("号,名称,经营范围\n1,某某公司,生产：偏光片\n2,另一公司,餐饮服务\n", encoding=encoding)
    out = tmp_path / "out.csv"
    assert cli.run(["chains", "classify", str(tmp_path / "in.csv"), "--id", "号", "--name", "名称", "--text", "经营范围",
                    "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["enterprises"] == 2 and answer["mapped"] == 1
    assert out.read_text(encoding="utf-8").startswith("id,chain,node,role,confidence,evidence\n")
    found = rows(out)
    assert answer["mappings"] == len(found)
    assert {("1", "nd", "polariser", "makes")} == {
        (row["id"], row["chain"], row["node"], row["role"]) for row in found if row["chain"] == "nd"}


def test_columns_tell_their_field(tmp_path):
    """producttype lists products, which need no verb."""
    (tmp_path / "in.csv").write_text(
        "stockid,name,producttype,mainbusiness\n1,甲,电冰箱、洗衣机,家电的研发、生产和销售\n", encoding="utf-8")
    cli.run(["chains", "classify", str(tmp_path / "in.csv"), "--id", "stockid", "--name", "name",
             "--text", "producttype,mainbusiness", "--out", str(tmp_path / "out.csv")])
    assert {("sha", "fridge", "makes"), ("sha", "washer", "makes")} <= {
        (row["chain"], row["node"], row["role"]) for row in rows(tmp_path / "out.csv")}


@pytest.mark.parametrize(("content", "part"), [
    ("id,name,text\n1,甲\n", "Row 2"),
    ("id,name,text\n1,甲,乙,丙\n", "Row 2"),
    ("id,name,text\n1,甲,乙\n,丙,丁\n", "Row 3"),
    ('id,name,text\n1,甲,"乙\n', "Row 2"),
    ("id,name,other\n1,甲,乙\n", "text"),
    ("id,name,text,text\n1,甲,乙,丙\n", "text"),
    ("", "empty"),
])
def test_a_broken_file_is_refused_whole(tmp_path, capsys, content, part):
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    said = refused(capsys, tmp_path / "in.csv", "--id", "id", "--name", "name", "--text", "text",
                   "--out", tmp_path / "out.csv")
    assert part in said and said.strip().endswith(".")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("words", [
    ["--name", "甲"],
    ["--text", "生产：偏光片"],
    ["absent.csv", "--id", "id", "--name", "name", "--text", "text", "--out", "out.csv"],
    ["absent.csv", "--name", "name", "--text", "text"],
])
def test_wrong_use_is_told_in_a_sentence(tmp_path, capsys, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    said = refused(capsys, *words)
    assert said.strip().endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_no_text_are_refused(tmp_path, capsys):
    (tmp_path / "in.csv").write_bytes(b"id,name,text\n1,\xff\xff,\x80\n")
    assert "GB18030" in refused(capsys, tmp_path / "in.csv", "--id", "id", "--name", "name", "--text", "text",
                                "--out", tmp_path / "out.csv")


def test_a_million_characters_are_read(tmp_path):
    (tmp_path / "in.csv").write_text("id,name,scope\n1,甲,生产：" + "杂货、" * 330_000 + "偏光片\n", encoding="utf-8")
    assert cli.run(["chains", "classify", str(tmp_path / "in.csv"), "--id", "id", "--name", "name", "--text", "scope",
                    "--out", str(tmp_path / "out.csv")]) == 0
    assert "polariser" in {row["node"] for row in rows(tmp_path / "out.csv")}


def test_a_refused_table_leaves_the_old_answer(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("id,name,text\n1,甲\n", encoding="utf-8")
    (tmp_path / "out.csv").write_text("before", encoding="utf-8")
    refused(capsys, tmp_path / "in.csv", "--id", "id", "--name", "name", "--text", "text", "--out", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_place_where_nothing_can_be_written_is_told(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("id,name,text\n1,甲,乙\n", encoding="utf-8")
    said = refused(capsys, tmp_path / "in.csv", "--id", "id", "--name", "name", "--text", "text",
                   "--out", tmp_path / "absent" / "out.csv")
    assert "out.csv" in said and said.strip().endswith(".")


def test_what_is_made_beside_the_business_is_shown_when_asked(capsys):
    words = ["--name", "某某化肥", "--text", "复合肥、尿素、甲醇、车用尿素", "--field", "products"]
    assert "auto" not in {row["chain"] for row in one(capsys, *words)}
    assert "auto" in {row["chain"] for row in one(capsys, *words, "--all")}
