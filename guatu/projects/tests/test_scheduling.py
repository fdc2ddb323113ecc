"""`guatu schedule` as people call it: three kinds of files, no installation and no database, refusals in sentences."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guatu.projects.rules.plans import xml_tree
from guatu.projects.tests.mspdi_texts import project, task
from guatu.projects.tests.planned_schedules import needed
from guatu.projects.tests.psplib_checker import check
from guatu.site import cli

KEYS = ["cpm_length", "makespan", "lower_bound", "status", "seconds", "tasks"]
TASK_KEYS = ["id", "start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_float",
             "free_float", "critical"]
#: Jobs 2 (3 long) and 4 (4 long) need one crew of two, job 3 (2 long, after 2) both: 2 and 4 side by side, then 3.
SM = """************************************************************************
jobs (incl. supersource/sink ):  5
horizon                       :  9
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   4
   2        1          1           3
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     3       1
  3      1     2       2
  4      1     4       1
  5      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    2
************************************************************************
"""
JSON = {
    "name": "厂房", "start": "2025-09-22", "calendar": "state", "resources": [{"id": "crew", "capacity": 1}],
    "tasks": [{"id": 1, "name": "桩基", "duration": 5, "resources": {"crew": 1}},
              {"id": "caps", "name": "承台", "duration": 6, "resources": {"crew": 1}},
              {"id": 3, "name": "投产", "milestone": True}],
    "links": [{"pred": 1, "succ": 3, "lag": 2}, {"pred": "caps", "succ": 3}],
}


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Runs the program in this process on a file of the given name and text; answers its code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def call(name: str, text: str | bytes, *words: str):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(data)
        code = cli.run(["schedule", name, *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def answered(found) -> dict:
    code, out, err = found
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert [key for key in data if key != "left_out"] == KEYS
    assert all(list(one) == TASK_KEYS for one in data["tasks"])
    return data


def column(data: dict, *keys: str) -> list[tuple]:
    return [tuple(one[key] for key in keys) for one in data["tasks"]]


# -- PSPLIB ----------------------------------------------------------------------------------------------------------


def test_a_file_of_psplib_without_resources(run):
    data = answered(run("x.sm", SM, "--json"))
    assert (data["cpm_length"], data["makespan"], data["lower_bound"], data["status"]) == (5, 5, 5, "CPM")
    assert column(data, "id", "early_start", "early_finish", "late_start", "late_finish", "total_float", "free_float",
                  "critical") == [
        (1, 0, 0, 0, 0, 0, 0, True), (2, 0, 3, 0, 3, 0, 0, True), (3, 3, 5, 3, 5, 0, 0, True),
        (4, 0, 4, 1, 5, 1, 1, False), (5, 5, 5, 5, 5, 0, 0, True),
    ]


def test_a_file_of_psplib_with_resources(run):
    data = answered(run("x.SM", SM, "--resources", "--limit", "5", "--json"))
    assert (data["cpm_length"], data["makespan"], data["lower_bound"], data["status"]) == (5, 6, 6, "OPTIMAL")
    starts = dict(column(data, "id", "start"))
    assert check(SM, starts) == []
    assert all(isinstance(number, int) for row in column(data, *TASK_KEYS[:9]) for number in row)
    assert starts[5] == 6 and data["seconds"] < 5


# -- the project's own form ------------------------------------------------------------------------------------------


def test_a_plan_in_json(run):
    data = answered(run("x.json", json.dumps(JSON), "--json"))
    # 22–26 September; 22–26 and Sun 28; the lag 28 and 29: reached on Mon 29.
    assert column(data, "id", "start", "finish", "total_float", "critical") == [
        (1, "2025-09-22", "2025-09-26", 0, True), ("caps", "2025-09-22", "2025-09-28", 1, False),
        (3, "2025-09-29", "2025-09-29", 0, True),
    ]
    assert (data["cpm_length"], data["status"]) == (7, "CPM")


def test_one_crew_across_the_national_day(run):
    data = answered(run("x.json", json.dumps(JSON), "--resources", "--json"))
    # One crew, five and six working days: the piles first (the milestone waits for them), then 28, 29, 30, 9, 10, 11.
    assert column(data, "id", "start", "finish") == [
        (1, "2025-09-22", "2025-09-26"), ("caps", "2025-09-28", "2025-10-11"), (3, "2025-10-11", "2025-10-11"),
    ]
    assert (data["cpm_length"], data["makespan"], data["lower_bound"], data["status"]) == (7, 11, 11, "OPTIMAL")


# -- Microsoft Project -----------------------------------------------------------------------------------------------


def test_a_file_of_microsoft_project(run):
    extra = task(9, "<Name>另</Name><Duration>PT4H0M0S</Duration><Priority>500</Priority>")
    data = answered(run("x.xml", project(task(1, "<Name>甲</Name><Duration>PT16H0M0S</Duration>"), extra), "--json"))
    assert column(data, "id", "start", "finish", "total_float", "critical") == [
        (1, "2025-09-25T08:00:00", "2025-09-26T17:00:00", 0, True),
        (9, "2025-09-25T08:00:00", "2025-09-25T12:00:00", 720, False),
    ]
    assert data["left_out"] == {"Task/Priority": 1}
    assert data["cpm_length"] == 2


def test_for_people_there_is_a_table_and_what_was_left_out(run):
    extra = task(9, "<Name>另</Name><Duration>PT4H0M0S</Duration><Priority>500</Priority>")
    code, out, _err = run("x.xml", project(extra), "--lang", "en")
    assert code == 0
    assert out.splitlines()[0] == "Critical path: 0.5"
    assert "另" in out and "Task/Priority: 1" in out
    code, out, _err = run("x.sm", SM, "--resources", "--lang", "zh-hans")
    assert "OPTIMAL" in out and "关键" in out


# -- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text", "wanted"), [
    ("x.mpp", "x", ".mpp"),
    ("x.sm", "", "empty"),
    ("x.sm", SM.replace("PRECEDENCE", "PRECEDING"), "PRECEDENCE RELATIONS"),
    ("x.json", "{", "not JSON"),
    ("x.json", b"\xff\xfe{", "UTF-8"),
    ("x.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "document type"),
    ("x.json", json.dumps(JSON | {"links": [{"pred": 1, "succ": "caps"}, {"pred": "caps", "succ": 1}]}),
     "1 “桩基” → caps “承台” → 1 “桩基”"),
    ("x.json", json.dumps(JSON | {"tasks": [{"id": 1, "name": "桩基", "duration": -1}], "links": []}), "1 “桩基” lasts -1"),
    ("x.json", json.dumps(JSON | {"calendar": "lunar"}), "“lunar”"),
])
def test_refusals_are_sentences(run, name, text, wanted):
    code, out, err = run(name, text, "--json", "--lang", "en")
    assert (code, out) == (1, "")
    assert wanted in err and "Traceback" not in err


def test_a_file_that_is_not_there_and_a_limit_that_is_none(run, capsys):
    assert cli.run(["schedule", "gone.sm", "--lang", "en"]) == 1
    assert "gone.sm" in capsys.readouterr().err
    assert run("x.sm", SM, "--limit", "0")[0] == 2
    assert run("x.sm", SM, "--limit", "nan")[0] == 2


def test_a_file_over_the_limit_is_not_read(run, monkeypatch):
    monkeypatch.setattr("guatu.projects.scheduling.MOST_BYTES", 1024)
    assert xml_tree.MOST_BYTES > 1024 * 1024
    code, _out, err = run("x.xml", b" " * 2048, "--lang", "en")
    assert (code, "MB" in err) == (1, True)


# -- as a program ----------------------------------------------------------------------------------------------------


def program(folder: Path, *words: str) -> tuple[dict, float]:
    """The program in a folder of its own, with neither installation nor database to be had."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("GUATU_", "DATABASE_URL", "DJANGO_"))}
    nowhere = folder / "none" / "such"
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "guatu", "schedule", *words, "--json"], cwd=folder, capture_output=True, text=True,
        env=kept | {"GUATU_HOME": str(nowhere), "PYTHONPATH": str(Path(__file__).parents[3])}, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), time.monotonic() - begun


def test_the_program_needs_no_installation_and_no_database(tmp_path):
    (tmp_path / "x.sm").write_text(SM)
    data, _seconds = program(tmp_path, "x.sm", "--resources", "--limit", "5")
    assert (data["makespan"], data["status"]) == (6, "OPTIMAL")
    assert [path.name for path in tmp_path.rglob("*") if "sqlite" in path.name] == []


@pytest.mark.slow
@pytest.mark.thirdparty
@pytest.mark.parametrize("instance", ["j30/j3010_1.sm", "j60/j6030_1.sm", "j60/j6013_1.sm"])
def test_the_program_keeps_its_limit(tmp_path, instance):
    import tarfile

    with tarfile.open(needed("psplib.tar.xz")) as archive:
        member = next((one for one in archive if one.name.endswith(instance)), None)
        if member is None:
            pytest.skip(f"{instance} is not among the instances")
        text = archive.extractfile(member).read().decode("latin-1")
    (tmp_path / "x.sm").write_text(text)
    data, seconds = program(tmp_path, "x.sm", "--resources", "--limit", "6")
    assert check(text, {one["id"]: one["start"] for one in data["tasks"]}) == []
    assert data["lower_bound"] <= data["makespan"]
    assert seconds < 8
