"""Plans out to Microsoft Project's XML and to workbooks, and in again; bad files are refused and leave nothing."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.recording import head
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Plan, PlanLink, PlanTask
from guatu.projects.planning import actions, interchange, queries
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

WHOLE, DAY = Scope.whole(), date(2026, 3, 2)


@pytest.fixture
def world(system):
    return build(system, 4)


def laid(system, world) -> Plan:
    return actions.lay_out(system, world.projects[0], "plant", date(2027, 12, 31))


def dates(project, day=DAY) -> list[tuple]:
    return [
        (task["number"], task["name"], task["start"], task["finish"], task["total_float"], task["level"])
        for task in queries.gantt(WHOLE, project, day)["tasks"]
    ]


@pytest.mark.parametrize("format", ["mspdi", "xlsx"])
def test_what_is_exported_comes_in_again_without_a_change(system, world, tmp_path, format):
    laid(system, world)
    out = tmp_path / ("plan.xml" if format == "mspdi" else "plan.xlsx")
    interchange.export(WHOLE, world.projects[0], DAY, format, out)
    before = head().number
    interchange.import_file(system, world.projects[0], out)
    if format == "xlsx":
        assert head().number == before, "nothing differs, nothing is recorded"
    first = out.read_bytes()
    interchange.export(WHOLE, world.projects[0], DAY, format, out)
    if format == "mspdi":
        assert out.read_bytes() == first
    again = head().number
    interchange.import_file(system, world.projects[0], out)
    assert head().number == again, "a second time nothing differs"


@pytest.mark.parametrize("format", ["mspdi", "xlsx"])
def test_a_project_without_a_plan_gets_that_of_the_file(system, world, tmp_path, format):
    laid(system, world)
    out = tmp_path / ("plan.xml" if format == "mspdi" else "plan.xlsx")
    interchange.export(WHOLE, world.projects[0], DAY, format, out)
    told = interchange.import_file(system, world.projects[1], out)
    assert told["tasks"] == 34
    assert PlanLink.everything.filter(plan=told["plan"]).count() == 40
    if format == "mspdi":
        assert dates(world.projects[1]) == dates(world.projects[0])
        assert any(name.startswith("Calendar") for name in told["left_out"]), "what is not taken over is said"


def edited(path: Path, change) -> Path:
    """The workbook's rows, changed and saved as CSV."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    change(rows)
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path.with_suffix(".csv")


def column(rows: list[list], *names) -> int:
    return next(place for place, header in enumerate(rows[0]) if header in names)


DURATION, WAITS = ("工期", "duration"), ("紧前工作", "waits for")


def test_a_changed_sheet_changes_the_plan_and_keeps_what_it_does_not_hold(system, world, tmp_path):
    plan = laid(system, world)
    out = tmp_path / "plan.xlsx"
    interchange.export(WHOLE, world.projects[0], DAY, "xlsx", out)

    def change(rows):
        row = next(row for row in rows if row[1] == "主体结构")
        row[column(rows, *DURATION)] = 90
        row[column(rows, *WAITS)] = "180FS+3; 160SS+20d"

    interchange.import_file(system, world.projects[0], edited(out, change))
    structure = PlanTask.everything.get(plan=plan, name="主体结构")
    assert structure.duration == 90
    links = PlanLink.everything.filter(succ=structure, withdrawn=False).values_list(
        "pred__number", "kind", "lag", "lag_unit")
    assert sorted(links) == [(160, "SS", 20, "day"), (180, "FS", 3, "workday")]
    target = PlanTask.everything.get(plan=plan, event="first_product_lit")
    assert target.promise_id == plan.promise_id
    assert plan.resources.filter(withdrawn=False).count() == 2, "the sheet says nothing of resources"


def test_bad_cells_are_named_and_nothing_is_written(system, world, tmp_path):
    laid(system, world)
    out = tmp_path / "plan.xlsx"
    interchange.export(WHOLE, world.projects[0], DAY, "xlsx", out)

    def spoil(rows):
        rows[4][column(rows, *DURATION)] = "很久"
        rows[5][column(rows, *WAITS)] = "九号"
        rows[6][column(rows, *WAITS)] = "9999"
        rows[7][0] = 10

    before = head().number
    with pytest.raises(Refused) as refused:
        interchange.import_file(system, world.projects[0], edited(out, spoil))
    lines = str(refused.value).splitlines()
    assert len(lines) >= 4 and any("很久" in line and "5" in line for line in lines), lines
    assert head().number == before


@pytest.mark.parametrize(("name", "content"), [
    ("plan.xml", b"<Project>"), ("plan.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Project/>"), ("plan.xml", b""),
    ("plan.csv", b"a,b\n1,2\n"), ("plan.csv", "号码,名字\n1,甲\n".encode()), ("plan.csv", b"number,name\n"),
    ("plan.csv", b"number,name,waits for\n1,a,2\n2,b,1\n"), ("plan.xlsx", b"PK\x03\x04 nothing"),
    ("plan.csv", b"number,name,parent\n1,a,2\n2,b,1\n"),
])
def test_files_that_are_no_plan_are_refused_in_a_sentence(system, world, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    before = head().number
    with pytest.raises(Refused) as refused:
        interchange.import_file(system, world.projects[0], path)
    assert str(refused.value).strip() and head().number == before
    assert not Plan.everything.exists()


def test_a_file_that_is_not_there_and_a_format_that_is_not_known(system, world, tmp_path):
    with pytest.raises(NotFound):
        interchange.import_file(system, world.projects[0], tmp_path / "none.xml")
    with pytest.raises(Refused):
        interchange.export(WHOLE, world.projects[0], DAY, "xlsx", tmp_path / "out.xlsx")
    laid(system, world)
    with pytest.raises(Refused):
        interchange.export(WHOLE, world.projects[0], DAY, "docx", tmp_path / "out.docx")
    with pytest.raises(NotFound):
        interchange.export(WHOLE, world.projects[0], DAY, "mspdi", tmp_path / "no" / "such" / "folder.xml")


def test_a_file_of_microsoft_project_becomes_a_plan(system, world):
    sample = Path("/work/shared/data/schedules/mspdi/sample.xml")
    if not sample.exists():
        pytest.skip("the samples are not here")
    told = interchange.import_file(system, world.projects[2], sample)
    chart = queries.gantt(WHOLE, world.projects[2], DAY)
    assert told["tasks"] == len(chart["tasks"]) > 5
    assert told["left_out"]


def test_somebody_elses_plan_is_neither_written_nor_read(system, world, tmp_path):
    laid(system, world)
    out = tmp_path / "plan.xml"
    interchange.export(WHOLE, world.projects[0], DAY, "mspdi", out)
    actor = Actor.of(member(system, "zhao", "project_officer", world.zones[1]), "cli")
    for refused in (
        lambda: interchange.export(actor.scope, world.projects[0], DAY, "xlsx", tmp_path / "x.xlsx"),
        lambda: interchange.import_file(actor, world.projects[0], out),
    ):
        with pytest.raises(NotFound):
            refused()
    assert not (tmp_path / "x.xlsx").exists()
