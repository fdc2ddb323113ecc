"""The command `guatu chains relatedness`: what it reads, what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter

from guatu.chains import relatedness_files
from guatu.site import cli

# Three cities and three activities; the figures are worked out where they are expected.
SHEET = """city,node,makers
青岛,面板,2
青岛,模组,1
合肥,面板,1
合肥,模组,3
绵阳,背光,2
绵阳,模组,1
"""
FILES = ["complexity.csv", "density.csv", "proximity.csv", "rca.csv"]


def run(capsys, *words: str) -> tuple[int, dict, str]:
    code = cli.run(["chains", "relatedness", *map(str, words), "--json", "--lang", "en"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else {}, printed.err


def asked(path, out, *more):
    return [path, "--location", "city", "--activity", "node", "--value", "makers", "--out", out, *more]


def sheet(tmp_path, content: str | bytes = SHEET, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_four_files_are_written_and_said(tmp_path, capsys):
    out = tmp_path / "answer"
    code, data, _err = run(capsys, *asked(sheet(tmp_path), out))
    assert code == 0 and sorted(path.name for path in out.iterdir()) == FILES
    assert {key: data[key] for key in ("ok", "rows", "locations", "activities", "threshold", "summed", "skipped")} == {
        "ok": True, "rows": 6, "locations": 3, "activities": 3, "threshold": 1, "summed": 0, "skipped": []}
    assert data["files"] == [
        {"file": str(out / "rca.csv"), "rows": 9}, {"file": str(out / "proximity.csv"), "rows": 9},
        {"file": str(out / "density.csv"), "rows": 9}, {"file": str(out / "complexity.csv"), "rows": 6}]
    assert data["seconds"] >= 0 and data["fitness"]["iterations"] >= 1


def test_what_stands_in_the_files(tmp_path, capsys):
    """Total 10; 青岛 3, 合肥 4, 绵阳 3; 面板 3, 模组 5, 背光 2.

    RCA: 青岛 面板 (2/3)/(3/10) = 20/9, 模组 (1/3)/(5/10) = 2/3; 合肥 面板 (1/4)/(3/10) = 5/6, 模组 (3/4)/(5/10) = 3/2;
    绵阳 背光 (2/3)/(2/10) = 10/3, 模组 2/3. So each has one thing, and none goes with another.
    """
    out = tmp_path / "answer"
    run(capsys, *asked(sheet(tmp_path), out))
    rca = rows(out / "rca.csv")
    assert list(rca[0]) == ["location", "activity", "value", "rca", "present"]
    assert [(row["location"], row["activity"]) for row in rca] == sorted((row["location"], row["activity"]) for row in rca)
    found = {(row["location"], row["activity"]): (float(row["value"]), float(row["rca"]), row["present"]) for row in rca}
    assert found["青岛", "面板"] == (2, pytest.approx(20 / 9), "1") and found["青岛", "背光"] == (0, 0, "0")
    assert found["合肥", "面板"] == (1, pytest.approx(5 / 6), "0") and found["绵阳", "背光"][1] == pytest.approx(10 / 3)
    assert {row["proximity"] for row in rows(out / "proximity.csv")} == {"0"}
    assert list(rows(out / "density.csv")[0]) == ["location", "activity", "present", "density", "rank", "outlook_gain"]
    told = rows(out / "complexity.csv")
    assert list(told[0]) == [
        "kind", "name", "diversity", "ubiquity", "eci", "pci", "fitness", "quality", "outlook"]
    assert [(row["kind"], row["name"], row["diversity"], row["ubiquity"]) for row in told] == [
        ("location", "合肥", "1", ""), ("location", "绵阳", "1", ""), ("location", "青岛", "1", ""),
        ("activity", "模组", "", "1"), ("activity", "背光", "", "1"), ("activity", "面板", "", "1")]
    assert {row["eci"] for row in told} == {""}  # three parts: there is nothing to compare


def test_figures_of_the_atlas_come_through_the_files(tmp_path, capsys):
    """The Atlas's three countries and five products at a threshold of 0.5: see test_rules_relatedness_published."""
    lines = ["c,p,v"] + [f"{c},{p},1" for c, products in {"NLD": "abcde", "ARG": "cde", "GHA": "e"}.items() for p in products]
    out = tmp_path / "answer"
    code, data, _err = run(capsys, sheet(tmp_path, "\n".join(lines)), "--location", "c", "--activity", "p", "--value", "v",
                           "--out", out, "--threshold", "0.5")
    assert code == 0 and data["threshold"] == 0.5
    eci = {row["name"]: float(row["eci"]) for row in rows(out / "complexity.csv") if row["kind"] == "location"}
    assert eci == pytest.approx({"NLD": 1.123377262147, "ARG": 0.182299033588, "GHA": -1.305676295735}, abs=1e-9)
    phi = {(row["activity"], row["other"]): float(row["proximity"]) for row in rows(out / "proximity.csv")}
    assert len(phi) == 25 and phi["c", "e"] == phi["e", "c"] == pytest.approx(2 / 3) and phi["a", "a"] == 0
    density = {(row["location"], row["activity"]): row for row in rows(out / "density.csv")}
    assert float(density["GHA", "c"]["density"]) == 0.25 and density["GHA", "c"]["rank"] == "1"
    assert density["GHA", "d"]["rank"] == "2" and density["GHA", "a"]["rank"] == "3"
    assert density["GHA", "e"]["rank"] == "" and density["GHA", "e"]["outlook_gain"] == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_thousands_full_width_and_workbook_words(tmp_path, capsys, encoding):
    content = SHEET.replace("青岛,面板,2", "青岛,面板,\"1,234\"").replace("合肥,模组,3", "合肥,模组,１２．５")
    content = content.replace("绵阳,背光", "　绵阳 ,背光")
    out = tmp_path / "answer"
    code, _data, _err = run(capsys, *asked(sheet(tmp_path, content.encode(encoding)), out))
    assert code == 0
    values = {(row["location"], row["activity"]): float(row["value"]) for row in rows(out / "rca.csv")}
    assert values["青岛", "面板"] == 1234 and values["合肥", "模组"] == 12.5 and values["绵阳", "背光"] == 2


def test_blank_rows_and_repeated_pairs_are_said(tmp_path, capsys):
    content = SHEET + "\n,,\n青岛,面板,5\n空城,面板,0\n"
    code, data, _err = run(capsys, *asked(sheet(tmp_path, content), tmp_path / "answer"))
    assert code == 0 and data["rows"] == 8 and data["summed"] == 1
    assert [(one["what"], one["count"], one["names"]) for one in data["skipped"]] == [
        ("blank_rows", 2, []), ("location_empty", 1, ["空城"])]
    assert all(one["why"].endswith(".") for one in data["skipped"] + data["notes"])
    assert "summed" in [one["code"] for one in data["notes"]]


def test_every_bad_row_is_told_and_nothing_is_written(tmp_path, capsys):
    content = SHEET + "深圳,面板,-3\n,面板,1\n深圳,,1\n深圳,面板,约3\n深圳,面板,\n深圳,面板,1,234\n深圳,面板,NaN\n深圳,面板,\"1,23\"\n"
    out = tmp_path / "answer"
    code, data, _err = run(capsys, *asked(sheet(tmp_path, content), out))
    assert code == 1 and data["ok"] is False and not out.exists()
    assert [(one["row"], one["column"]) for one in data["problems"]] == [
        (8, "makers"), (9, "city"), (10, "node"), (11, "makers"), (12, "makers"), (13, ""), (14, "makers"), (15, "makers")]
    assert data["problems"][0]["message"] == (
        "Row 8 has the value -3 in the column “makers”, which is below zero. Give a figure of zero or more.")
    assert data["problems"][5]["message"] == (
        "Row 13 has 4 cells, but the header names 3 columns. Put quotation marks round a cell that holds a comma.")
    assert all(one["message"].startswith(f"Row {one['row']}") for one in data["problems"])


@pytest.mark.parametrize(("words", "message"), [
    (("--location", "town", "--activity", "node", "--value", "makers"),
     "Row 1 has no column “town”. Its columns are: city, node, makers."),
    (("--location", "city", "--activity", "city", "--value", "makers"),
     "The column “city” is named for two things. Name three columns of the table."),
])
def test_columns_that_are_not_there_are_told(tmp_path, capsys, words, message):
    code, data, _err = run(capsys, sheet(tmp_path), *words, "--out", tmp_path / "answer")
    assert code == 1 and [one["message"] for one in data["problems"]] == [message]


def test_a_column_that_stands_twice_is_refused(tmp_path, capsys):
    code, data, _err = run(capsys, *asked(sheet(tmp_path, SHEET.replace("city,node", "city,node,city", 1)), tmp_path / "a"))
    assert code == 1 and data["problems"][0]["message"] == (
        "Row 1 has the column “city” twice. Give each column a name of its own.")


def test_a_table_of_nothing_and_a_file_that_is_not_there(tmp_path, capsys):
    code, data, _err = run(capsys, *asked(sheet(tmp_path, "city,node,makers\n"), tmp_path / "answer"))
    assert code == 1 and data["problems"] == [
        {"row": 0, "column": "", "message": "The table has no rows, so nothing can be computed. Give at least one."}]
    code, _data, err = run(capsys, *asked(tmp_path / "absent.csv", tmp_path / "answer"))
    assert code == 1 and "absent.csv" in err
    code, _data, err = run(capsys, *asked(sheet(tmp_path, b""), tmp_path / "answer"))
    assert code == 1 and "table.csv" in err and not (tmp_path / "answer").exists()


def test_a_former_answer_is_written_over_and_nothing_else(tmp_path, capsys):
    out = tmp_path / "answer"
    assert run(capsys, *asked(sheet(tmp_path), out))[0] == 0
    (out / "notes.txt").write_text("mine")
    assert run(capsys, *asked(sheet(tmp_path, SHEET + "深圳,背光,1\n"), out))[0] == 0
    assert len(rows(out / "rca.csv")) == 12 and (out / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer", "table.csv"]
    (out / "density.csv").write_text("a,b\n1,2\n")
    code, _data, err = run(capsys, *asked(sheet(tmp_path), out))
    assert code == 1 and "density.csv" in err and (out / "density.csv").read_text() == "a,b\n1,2\n"
    assert len(rows(out / "rca.csv")) == 12
    code, _data, err = run(capsys, *asked(sheet(tmp_path), tmp_path / "table.csv"))
    assert code == 1 and "table.csv" in err and (tmp_path / "table.csv").read_text() == SHEET


@pytest.mark.parametrize("former", [False, True])
def test_a_disk_that_fills_leaves_the_former_answer_or_none(tmp_path, capsys, monkeypatch, former):
    out = tmp_path / "answer"
    if former:
        run(capsys, *asked(sheet(tmp_path), out))

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(relatedness_files, "write_complexity", full)
    code, _data, err = run(capsys, *asked(sheet(tmp_path, SHEET + "深圳,背光,1\n"), out))
    assert code == 1 and "No space left" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == (["answer", "table.csv"] if former else ["table.csv"])
    assert not former or len(rows(out / "rca.csv")) == 9


def test_files_that_cannot_all_be_put_in_place_are_put_back(tmp_path, capsys, monkeypatch):
    out = tmp_path / "answer"
    run(capsys, *asked(sheet(tmp_path), out))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    really = Path.rename

    def rename(path, goal):
        if Path(goal) == out / "density.csv" and path.parent.name.endswith(".part"):
            raise PermissionError(13, "Permission denied")
        return really(path, goal)

    monkeypatch.setattr(Path, "rename", rename)
    code, _data, err = run(capsys, *asked(sheet(tmp_path, SHEET + "深圳,背光,1\n"), out))
    assert code == 1 and "Permission denied" in err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer", "table.csv"]


def test_a_workbook_is_read_and_its_codes_stay_codes(tmp_path, capsys):
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for row, cells in enumerate([["城市", "环节", "企业数"], [370200, "面板", 2], [340100, "模组", "1,234"]]):
            page.write_row(row, 0, cells)
    out = tmp_path / "answer"
    code, _data, _err = run(capsys, path, "--location", "城市", "--activity", "环节", "--value", "企业数", "--out", out)
    assert code == 0
    assert {(row["location"], row["activity"], row["value"]) for row in rows(out / "rca.csv") if row["value"] != "0"} == {
        ("370200", "面板", "2"), ("340100", "模组", "1234")}


def test_so_many_problems_are_told_and_the_rest_counted(tmp_path, capsys):
    content = "city,node,makers\n" + "青岛,面板,-1\n" * 1200
    code, data, _err = run(capsys, *asked(sheet(tmp_path, content), tmp_path / "answer"))
    assert code == 1 and len(data["problems"]) == 1000 and data["more"] == 200


def test_names_that_a_spreadsheet_would_run_are_guarded(tmp_path, capsys):
    content = "city,node,makers\n=1+1,\"a,b\",1\n%d,c,2\n"
    out = tmp_path / "answer"
    assert run(capsys, *asked(sheet(tmp_path, content), out))[0] == 0
    assert {(row["location"], row["activity"]) for row in rows(out / "rca.csv")} == {
        ("'=1+1", "a,b"), ("'=1+1", "c"), ("%d", "a,b"), ("%d", "c")}


@pytest.mark.parametrize("threshold", ["0", "-1", "x"])
def test_a_threshold_that_is_none_is_refused(tmp_path, capsys, threshold):
    try:
        code = cli.run(["chains", "relatedness", *map(str, asked(sheet(tmp_path), tmp_path / "answer")),
                        f"--threshold={threshold}", "--lang", "en"])
    except SystemExit as ended:
        code = ended.code
    assert code in (1, 2) and not (tmp_path / "answer").exists()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "地区"), ("en", "locations")])
def test_it_speaks_the_language_asked_for(tmp_path, capsys, language, word):
    words = ["chains", "relatedness", *map(str, asked(sheet(tmp_path), tmp_path / "answer")), "--lang", language]
    assert cli.run(words) == 0 and word in capsys.readouterr().out
